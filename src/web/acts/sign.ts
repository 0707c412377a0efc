import { sha256 } from '@noble/hashes/sha2.js';
import type { Json } from '../../base/json.ts';
import { prepareEntry, type SignedEntry, signEntry, type UnsignedEntry } from '../../entry/entry.ts';
import { shownChannel } from '../../entry/shown-channel.ts';
import { acceptHeads, adviseHeads, formatHeads, parseHeads, type RememberedHead } from '../../verify/heads.ts';
import { api } from '../api.ts';
import { browserCrypto, randomBytes } from '../browser-crypto.ts';
import { readDevice, writeDevice } from '../device-store.ts';
import type { DeviceKey } from '../keys.ts';

/** What is to be signed; `fields` in the order they are to stand. */
export type ToSign = {
  readonly channel: string;
  readonly kind: string;
  readonly refs: readonly string[];
  readonly fields: readonly (readonly [string, Json])[];
  /** What must be durable before anything is made to be signed. */
  readonly beforeSigning?: () => Promise<void>;
};

/**
 * Makes the text that a key is going to sign. The heads it cites are verified here first, and proved to grow from those this device remembers, so that
 * its own node cannot roll it back unnoticed (spec/entry.md, `after`). They are remembered before anything is signed over them.
 */
export async function prepareDocument(prefix: string, key: DeviceKey, toSign: ToSign, now: number): Promise<UnsignedEntry> {
  await toSign.beforeSigning?.();
  const remembered = await rememberedHeads(prefix, toSign.channel);
  const view = await api.signing(toSign.channel, adviseHeads(remembered));
  const channel = shownChannel(sha256, view, toSign.channel);
  const heads = await acceptHeads(browserCrypto, channel, remembered, view.heads, view.generations);
  await writeDevice(prefix, 'heads', toSign.channel, formatHeads(heads));
  const after = heads.map(({ party, gen, size, root }) => ({ party, gen, size, root }));
  const draft = { channel: channel.id, party: view.us, gen: view.gen, type: toSign.kind, time: now, after, refs: toSign.refs, fields: toSign.fields };
  return prepareEntry(sha256, randomBytes, draft, key.publicKey);
}

/** Signs a prepared text, exactly as it is; a passkey is asked for on the way, and rejects with `PasskeyCancelled` when it was not given. */
export function signPrepared(key: DeviceKey, unsigned: UnsignedEntry): Promise<SignedEntry> {
  return signEntry(sha256, unsigned, key, 'rep');
}

/** The heads this device signed over before; what it cannot read is never taken for nothing to remember. */
async function rememberedHeads(prefix: string, channel: string): Promise<readonly RememberedHead[]> {
  const kept = await readDevice<string>(prefix, 'heads', channel);
  if (kept === undefined) return [];
  const heads = parseHeads(JSON.parse(kept) as Json);
  if (heads === undefined) throw new Error('the heads this device remembers cannot be read');
  return heads;
}
