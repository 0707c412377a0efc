import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { forgetUnsent, readUnsent, sendSigned, type Unsent } from './acts/send-document.ts';
import { signDocument, type ToSign } from './acts/sign.ts';
import type { DeviceKey } from './keys.ts';
import { keysOfChannel } from './queries.ts';

/** Where the signing and sending of one draft stands. */
export type Sending = {
  readonly busy: boolean;
  readonly error: unknown;
  /** Id of the document, once our node holds it. */
  readonly sent: string | undefined;
  /** Signed here, not known to have reached our node. */
  readonly unsent: Unsent | undefined;
  readonly sign: (key: DeviceKey, toSign: ToSign, now: number) => void;
  readonly sendAgain: () => void;
  readonly dropUnsent: () => void;
};

/** Signs and sends one draft; `onSent` runs once our node holds it. */
export function useSending(prefix: string, draftKey: string, channel: string, onSent: () => Promise<void>): Sending {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const [sent, setSent] = useState<string | undefined>(undefined);
  const [unsent, setUnsent] = useUnsent(prefix, draftKey);
  const attempt = async (make: () => Promise<Pick<Unsent, 'bytes' | 'id' | 'body'>>) => {
    setBusy(true);
    setError(undefined);
    try {
      const placed = await sendSigned(prefix, draftKey, channel, await make());
      setUnsent(undefined);
      setSent(placed.id);
      await onSent();
      for (const queryKey of keysOfChannel(channel)) void client.invalidateQueries({ queryKey: [...queryKey] });
    } catch (cause) {
      setError(cause);
      setUnsent(await readUnsent(prefix, draftKey).catch(() => undefined));
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    error,
    sent,
    unsent,
    sign: (key, toSign, now) => void attempt(() => signDocument(prefix, key, toSign, now)),
    sendAgain: () => {
      if (unsent !== undefined) void attempt(async () => unsent);
    },
    dropUnsent: () => void forgetUnsent(prefix, draftKey).then(() => setUnsent(undefined)),
  };
}

function useUnsent(prefix: string, draftKey: string) {
  const [unsent, setUnsent] = useState<Unsent | undefined>(undefined);
  useEffect(() => {
    let current = true;
    readUnsent(prefix, draftKey).then(
      (found) => current && setUnsent(found),
      // Storage refused: then nothing was kept either.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [prefix, draftKey]);
  return [unsent, setUnsent] as const;
}
