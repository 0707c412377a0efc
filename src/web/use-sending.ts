import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { UnsignedEntry } from '../entry/entry.ts';
import { forgetPrepared, type Prepared, readPrepared, writePrepared } from './acts/prepared.ts';
import { forgetUnsent, readUnsent, sendSigned, type Unsent } from './acts/send-document.ts';
import { prepareDocument, signPrepared, type ToSign } from './acts/sign.ts';
import { api } from './api.ts';
import type { DeviceKey } from './keys.ts';
import { keysOfChannels } from './queries.ts';

/** Where the signing and sending of one draft stands. */
export type Sending = {
  readonly busy: boolean;
  readonly error: unknown;
  /** Id of the document, once our node holds it. */
  readonly sent: string | undefined;
  /** Signed here, not known to have reached our node. */
  readonly unsent: Unsent | undefined;
  /** Made to be signed, byte for byte, and not signed yet. */
  readonly prepared: Prepared | undefined;
  /** Prepares and signs in one go: with a key that asks nobody. */
  readonly sign: (key: DeviceKey, toSign: ToSign, now: number) => void;
  /** Makes the text to be signed; `said` is what the draft says, by which an edited draft is told from it. */
  readonly prepare: (key: DeviceKey, toSign: ToSign, said: string, now: number) => void;
  /** As `prepare`, and hands it to our node for a second person; an earlier request for this draft is taken back. */
  readonly prepareForClearance: (key: DeviceKey, toSign: ToSign, said: string, now: number) => void;
  readonly signPrepared: (key: DeviceKey) => void;
  readonly sendAgain: () => void;
  readonly dropUnsent: () => void;
};

/** Signs and sends one draft; `onSent` runs once our node holds it. */
export function useSending(prefix: string, draftKey: string, channel: string, onSent: () => Promise<void>): Sending {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const [sent, setSent] = useState<string | undefined>(undefined);
  const [unsent, setUnsent] = useKept(readUnsent, prefix, draftKey);
  const [prepared, setPrepared] = useKept(readPrepared, prefix, draftKey);
  const refresh = (): void => {
    for (const queryKey of keysOfChannels([channel])) void client.invalidateQueries({ queryKey: [...queryKey] });
  };
  const attempt = async (run: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await run();
    } catch (cause) {
      setError(cause);
      setUnsent(await readUnsent(prefix, draftKey).catch(() => undefined));
    } finally {
      setBusy(false);
    }
  };
  const send = async (signed: Pick<Unsent, 'bytes' | 'id' | 'body'>) => {
    const placed = await sendSigned(prefix, draftKey, channel, signed);
    await forgetPrepared(prefix, draftKey);
    setPrepared(undefined);
    setUnsent(undefined);
    setSent(placed.id);
    await onSent();
    refresh();
  };
  const keep = async (unsigned: UnsignedEntry, said: string, awaits: boolean) => {
    const made = { ...unsigned, said, awaits };
    await writePrepared(prefix, draftKey, made);
    return made;
  };
  return {
    ...{ busy, error, sent, unsent, prepared },
    sign: (key, toSign, now) => void attempt(async () => send(await signPrepared(key, await prepareDocument(prefix, key, toSign, now)))),
    prepare: (key, toSign, said, now) =>
      void attempt(async () => setPrepared(await keep(await prepareDocument(prefix, key, toSign, now), said, false))),
    prepareForClearance: (key, toSign, said, now) =>
      void attempt(async () => {
        const unsigned = await prepareDocument(prefix, key, toSign, now);
        // Kept first: what is cleared can be signed by whoever still has the text, and by nobody else.
        const made = await keep(unsigned, said, true);
        if (prepared?.awaits === true) await api.returnClearance(channel, prepared.id, '').catch(() => undefined);
        await api.askClearance(channel, unsigned.text, unsigned.body);
        setPrepared(made);
        refresh();
      }),
    signPrepared: (key) =>
      void attempt(async () => {
        if (prepared !== undefined) await send(await signPrepared(key, prepared));
      }),
    sendAgain: () => {
      if (unsent !== undefined) void attempt(() => send(unsent));
    },
    dropUnsent: () => void forgetUnsent(prefix, draftKey).then(() => setUnsent(undefined)),
  };
}

/** Something this device keeps for a draft; `undefined` until it was read, and where there is none. */
function useKept<T>(read: (prefix: string, draftKey: string) => Promise<T | undefined>, prefix: string, draftKey: string) {
  const [kept, setKept] = useState<T | undefined>(undefined);
  useEffect(() => {
    let current = true;
    read(prefix, draftKey).then(
      (found) => current && setKept(found),
      // Storage refused: then nothing was kept either.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [read, prefix, draftKey]);
  return [kept, setKept] as const;
}
