import { fromUtf8, utf8 } from '../base/bytes.ts';
import type { Crypto } from '../base/ports.ts';
import { type BundleItem, formatBundle, parseBundle } from '../entry/bundle.ts';
import { sameIdentity } from '../entry/card.ts';
import { type GenerationNote, parseGeneration } from '../entry/generation.ts';
import { thresholdChecks } from '../entry/identity-note.ts';
import { formatHashLines, parseHashLines } from '../tlog/hash-lines.ts';
import { leafHash, verifyConsistency } from '../tlog/merkle.ts';
import { verifyHead } from '../verify/head.ts';
import type { ReaderState } from '../verify/reader-state.ts';
import type { Replica } from './replica.ts';

/** A generation note as it was announced. `head`: bytes that may show that whoever has the log keys on its card opened the log with it. */
export type Announced = { readonly note: GenerationNote; readonly head?: Uint8Array; readonly path: readonly Uint8Array[] };

/**
 * The announcement of a generation (spec/generations.md, "Telling the others"): its note and, where a signed head of its log is held here, the smallest
 * with the path that shows the note as its first leaf.
 */
export async function announcementOf({ store }: Pick<Replica, 'store'>, note: GenerationNote): Promise<Uint8Array> {
  const head = await store.headAtOrAbove(note.origin, 1);
  const items: BundleItem[] = [{ name: 'note', bytes: note.bytes }];
  if (head !== undefined) {
    items.push({ name: 'checkpoint', bytes: head.note });
    const path = await store.consistencyProof(note.origin, 1, head.size);
    if (path.length > 0) items.push({ name: 'path', bytes: utf8(formatHashLines(path)) });
  }
  return formatBundle(items);
}

/** An announcement taken apart, or what was expected; nothing of it is verified. */
export function parseAnnouncement(crypto: Pick<Crypto, 'sha256'>, bytes: Uint8Array): Announced | { expected: string } {
  const bundle = parseBundle(bytes);
  if ('expected' in bundle) return bundle;
  const items = new Map(bundle.items.map(({ name, bytes: item }) => [name, item]));
  const parsed = parseGeneration(crypto.sha256, items.get('note') ?? new Uint8Array());
  if ('expected' in parsed) return parsed;
  const lines = (fromUtf8(items.get('path') ?? new Uint8Array()) ?? '').split('\n');
  const path = parseHashLines(lines.slice(0, -1));
  if ('expected' in path || lines.at(-1) !== '') return { expected: 'a path of hashes, a line each' };
  const head = items.get('checkpoint');
  return { note: parsed.note, path: path.hashes, ...(head === undefined ? {} : { head }) };
}

/**
 * Whether the log keys on the card signed a head whose first leaf is this very note. Anybody's identity can sign a card with anybody's keys on it, and
 * whoever holds nothing of a log cannot tell whose keys they are; what the keys themselves opened is theirs alone.
 */
export async function isOpenedWith(crypto: Crypto, { note, head, path }: Announced): Promise<boolean> {
  const verified = head === undefined ? { expected: 'a head' } : await verifyHead(crypto, note.card, head);
  if ('expected' in verified) return false;
  const { size, root } = verified.head.checkpoint;
  return verifyConsistency(crypto.sha256, 1, size, leafHash(crypto.sha256, note.bytes), root, path);
}

/** Whether a generation note was signed by the identity in force in this state, which is on its card, and is numbered right there. */
export async function isSignedIn(crypto: Crypto, note: GenerationNote, state: ReaderState): Promise<boolean> {
  const found = thresholdChecks(crypto.sha256, note.signed, state.identity);
  if (!sameIdentity(note.card.identity, state.identity) || note.n > state.n + 1 || 'expected' in found) return false;
  return (await crypto.verify(found.checks)).every(Boolean);
}
