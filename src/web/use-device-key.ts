import { useQuery } from '@tanstack/react-query';
import type { SessionView } from '../projection/views.ts';
import { type DeviceKey, deviceKey } from './keys.ts';

/** The signing key this device keeps for whoever is signed in; `null` when it keeps none. */
export function useDeviceKey(session: SessionView | undefined) {
  const user = session?.person?.user;
  const prefix = session?.storagePrefix;
  return useQuery<DeviceKey | null>({
    queryKey: ['device-key', prefix, user],
    enabled: prefix !== undefined && user !== undefined,
    queryFn: async () => (prefix === undefined || user === undefined ? null : ((await deviceKey(prefix, user)) ?? null)),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
