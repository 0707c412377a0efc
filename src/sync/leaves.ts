import { equal, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { heldId } from '../entry/entry.ts';
import type { StagedEntry } from '../store/store.ts';
import { leafHash } from '../tlog/merkle.ts';
import type { ReadItem } from '../verify/read-log.ts';
import type { KnownLog } from './generations.ts';
import type { Replica } from './replica.ts';

/** Leaves taken by one push, parsed: `from` is the index of the first. */
export type Taken = { readonly from: number; readonly items: readonly ReadItem[] };

/** What was written is read back and hashed again, so that no signature ever covers a flipped bit. Returns the root at `to`. */
export async function rereadRoot(replica: Replica, origin: string, from: number, to: number): Promise<Uint8Array> {
  const { store, crypto } = replica;
  const rows = await store.leaves(origin, from, to);
  const damaged = rows.length !== to - from || rows.some((row) => !equal(leafHash(crypto.sha256, row.bytes), row.leafHash));
  if (damaged) throw new ParleyError('store_damaged', `log ${origin}, entries ${from} to ${to}`);
  return store.rootAt(origin, to);
}

/** Leaf 0 of a log: the charter text of a founding one, of a later one the note that opened it. */
export function firstLeaf(replica: Pick<Replica, 'crypto' | 'channel'>, { note }: Pick<KnownLog, 'note'>): StagedEntry {
  const { sha256 } = replica.crypto;
  const bytes = note?.bytes ?? utf8(replica.channel.charter.text);
  return {
    id: note === undefined ? sha256(bytes) : heldId(sha256, bytes),
    leafHash: leafHash(sha256, bytes),
    bytes,
    body: undefined,
    bodyRequired: false,
  };
}
