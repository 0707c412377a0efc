import { useQuery } from '@tanstack/react-query';
import type { SessionView } from '../projection/views.ts';
import { type DeviceKey, deviceKey } from './keys.ts';
import { passkeyOf } from './passkey-key.ts';

/** What whoever is signed in signs with here: their passkey, or the key this device keeps for them; `null` when it keeps none. */
export function useDeviceKey(session: SessionView | undefined) {
  const user = session?.person?.user;
  const prefix = session?.storagePrefix;
  const passkey = session?.person === undefined ? undefined : passkeyOf(session.person);
  return useQuery<DeviceKey | null>({
    queryKey: ['device-key', prefix, user, passkey?.actor],
    enabled: prefix !== undefined && user !== undefined,
    queryFn: async () =>
      passkey !== undefined ? passkey : prefix === undefined || user === undefined ? null : ((await deviceKey(prefix, user)) ?? null),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
