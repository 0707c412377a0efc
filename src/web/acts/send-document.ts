import { toBase64 } from '../../base/bytes.ts';
import type { SignedEntry } from '../../entry/entry.ts';
import { api, Refused } from '../api.ts';
import { forgetDevice, readDevice, writeDevice } from '../device-store.ts';

/** Refusals that sending the same bytes again cannot change; signing in, waiting or freeing a disk can change the others. */
const FINAL: ReadonlySet<number> = new Set([400, 403, 413, 422]);

/** A signed document that may or may not have reached the node; kept until the node says where it stands. */
export type Unsent = { readonly channel: string; readonly id: string; readonly bytes: Uint8Array; readonly body: Uint8Array };

/**
 * Sends a signed document. Its bytes are kept on this device first: if the answer is lost, sending the same bytes again gives the same
 * place in the record, while signing anew would say it twice.
 */
export async function sendSigned(
  prefix: string,
  draftKey: string,
  channel: string,
  signed: Pick<SignedEntry, 'id' | 'bytes' | 'body'>,
): Promise<{ readonly id: string; readonly index: number }> {
  const unsent: Unsent = { channel, id: signed.id, bytes: signed.bytes, body: signed.body };
  await writeDevice(prefix, 'drafts', unsentKey(draftKey), unsent);
  const placed = await api.sendEntry(channel, toBase64(signed.bytes), toBase64(signed.body)).catch(async (cause: unknown) => {
    // A refusal is an answer: our node has nothing of it, and the draft may be mended and signed anew.
    if (cause instanceof Refused && FINAL.has(cause.status)) await forgetUnsent(prefix, draftKey);
    throw cause;
  });
  await forgetDevice(prefix, 'drafts', unsentKey(draftKey));
  return placed;
}

/** A document signed in this draft whose sending was never confirmed, if any. */
export function readUnsent(prefix: string, draftKey: string): Promise<Unsent | undefined> {
  return readDevice<Unsent>(prefix, 'drafts', unsentKey(draftKey));
}

/** Forgets it: the person chose to write it anew. It may still have arrived. */
export function forgetUnsent(prefix: string, draftKey: string): Promise<void> {
  return forgetDevice(prefix, 'drafts', unsentKey(draftKey));
}

function unsentKey(draftKey: string): string {
  return `${draftKey} signed`;
}
