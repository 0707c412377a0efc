import { fromUtf8, parseDecimal, utf8 } from '../base/bytes.ts';
import type { Crypto } from '../base/ports.ts';
import { formatBundle, parseBundle } from '../entry/bundle.ts';
import type { PartyCard } from '../entry/card.ts';
import type { Checkpoint } from '../tlog/checkpoint.ts';
import { verifyConsistency } from '../tlog/merkle.ts';
import { parsePathItem, pathItem } from './conviction.ts';
import { type Cosigner, type VerifiedPair, verifyHead, verifyPairs } from './head.ts';

/** Receipts over a head, and the prefix of it that another history of the log shares: what they receipted of that one. */
export type SharedReceipt = {
  /** The head's note with the cosignature lines. */
  readonly note: Uint8Array;
  readonly prefix: number;
  /** RFC 6962 consistency path from `prefix` to the head; empty where they are the same. */
  readonly path: readonly Uint8Array[];
};

/** A bundle of `checkpoint`, `prefix` and, unless the whole head is shared, `path` (spec/generations.md, "Standing"). */
export function formatSharedReceipt({ note, prefix, path }: SharedReceipt): Uint8Array {
  return formatBundle([{ name: 'checkpoint', bytes: note }, { name: 'prefix', bytes: utf8(String(prefix)) }, ...pathItem(path)]);
}

/** The prefix that such a bundle names, before anything in it is verified. */
export function prefixNamed(bytes: Uint8Array): number | undefined {
  const bundle = parseBundle(bytes);
  const item = 'items' in bundle ? bundle.items.find(({ name }) => name === 'prefix') : undefined;
  return item === undefined ? undefined : parseDecimal(fromUtf8(item.bytes) ?? '');
}

/**
 * The receipts in such a bundle, or what was expected: the head is signed by the log, and continues the prefix of the history whose root at a size is
 * `rootAt`. Pairs that do not verify are left out. Nothing in the bytes makes it throw.
 */
export async function verifySharedReceipt(
  crypto: Crypto,
  card: PartyCard,
  cosigners: readonly Cosigner[],
  rootAt: (size: number) => Promise<Uint8Array | undefined>,
  bytes: Uint8Array,
): Promise<{ readonly head: Checkpoint; readonly prefix: number; readonly pairs: readonly VerifiedPair[] } | { readonly expected: string }> {
  const bundle = parseBundle(bytes);
  if ('expected' in bundle) return bundle;
  const items = new Map(bundle.items.map((item) => [item.name, item.bytes]));
  const prefix = parseDecimal(fromUtf8(items.get('prefix') ?? new Uint8Array()) ?? '');
  const path = parsePathItem(items.get('path'));
  if (prefix === undefined || prefix < 1 || 'expected' in path) return { expected: 'a prefix of the log and the path from it' };
  const verified = await verifyHead(crypto, card, items.get('checkpoint') ?? new Uint8Array());
  if ('expected' in verified) return verified;
  const { checkpoint, otherLines } = verified.head;
  const root = prefix <= checkpoint.size ? await rootAt(prefix) : undefined;
  if (root === undefined || !verifyConsistency(crypto.sha256, prefix, checkpoint.size, root, checkpoint.root, path.path))
    return { expected: 'a head that continues this prefix' };
  return { head: checkpoint, prefix, pairs: await verifyPairs(crypto, cosigners, checkpoint, otherLines) };
}
