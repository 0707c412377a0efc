import { equal } from '../base/bytes.ts';
import type { Sha256 } from '../base/ports.ts';
import type { Checkpoint } from './checkpoint.ts';
import { consistencyRoots, isPowerOfTwo, rootOf } from './merkle.ts';
import { consistencyProofOf } from './merkle-plan.ts';

/**
 * What two validly signed heads of one log show together, the smaller one first: `same` head, the second `continues` the first, a `fork` (no tree has
 * both: two histories exist), or `withheld`: nothing is proved either way, since the path that would decide is missing or leads nowhere.
 */
export type HeadsVerdict = 'same' | 'continues' | 'fork' | 'withheld';

/**
 * Judges two heads by a path as {@link proveFork} takes it; `undefined` where none was given. A withheld path accuses nobody: it is a finding
 * ("alarmed, withheld") until the path, or the leaves that give it ({@link forkPath}), are held. Heads of two logs are `withheld` too.
 */
export function judgeHeads(sha256: Sha256, older: Checkpoint, newer: Checkpoint, path: readonly Uint8Array[] | undefined): HeadsVerdict {
  if (older.origin !== newer.origin || older.size > newer.size) return 'withheld';
  if (older.size === newer.size && equal(older.root, newer.root)) return 'same';
  if (proveFork(sha256, older, newer, path ?? [])) return 'fork';
  if (path === undefined) return 'withheld';
  const roots = consistencyRoots(sha256, older.size, newer.size, path);
  return roots !== undefined && equal(roots.oldRoot, older.root) && equal(roots.newRoot, newer.root) ? 'continues' : 'withheld';
}

/**
 * Whether two heads of one log that it signed cannot both be true.
 *
 * Same size: different roots, and the path is empty. Sizes m < n: a consistency path from m to n that leads to the root signed at n, while it gives
 * another root at m than the one signed. For m a power of two the path begins with that other root, which RFC 6962 leaves out. An honest log is never
 * accused: whatever the path, leading to its root at n it can give only its own root at m. Never throws. Source: spec/fork-proof.md.
 */
export function proveFork(sha256: Sha256, older: Checkpoint, newer: Checkpoint, path: readonly Uint8Array[]): boolean {
  if (older.origin !== newer.origin || older.size > newer.size || older.root.length !== 32 || newer.root.length !== 32) return false;
  if (older.size === newer.size) return path.length === 0 && !equal(older.root, newer.root);
  const roots = consistencyRoots(sha256, older.size, newer.size, path);
  return roots !== undefined && equal(roots.newRoot, newer.root) && !equal(roots.oldRoot, older.root);
}

/** A head as a cosigner signed it: both lines of its pair verified, with their common time in seconds. */
export type CosignedHead = { readonly checkpoint: Checkpoint; readonly time: number };

/**
 * Whether one cosigner key signed what no honest cosigner signs, and which: `back`, a smaller head of a log at a later time; or `fork`, two heads that
 * fork, the smaller one first, with a path as in {@link proveFork}. For `back` the earlier head is the first and the path is empty.
 */
export function proveCosignerFault(
  sha256: Sha256,
  first: CosignedHead,
  second: CosignedHead,
  path: readonly Uint8Array[],
): 'back' | 'fork' | undefined {
  const [a, b] = [first.checkpoint, second.checkpoint];
  if (a.origin === b.origin && a.size > b.size) return first.time < second.time && path.length === 0 ? 'back' : undefined;
  return proveFork(sha256, a, b, path) ? 'fork' : undefined;
}

/** The path from `oldSize` to `newSize` (from 1, and larger) in the tree of these leaf hashes, in the form {@link proveFork} takes. */
export function forkPath(sha256: Sha256, leafHashes: readonly Uint8Array[], oldSize: number, newSize: number): readonly Uint8Array[] {
  return ledPath(oldSize, rootOf(sha256, leafHashes.slice(0, oldSize)), consistencyProofOf(sha256, leafHashes, oldSize, newSize));
}

/** An RFC 6962 consistency path from `oldSize`, with the root at that size in front where the RFC leaves it out: at a power of two. */
export function ledPath(oldSize: number, oldRoot: Uint8Array, path: readonly Uint8Array[]): readonly Uint8Array[] {
  return isPowerOfTwo(oldSize) ? [oldRoot, ...path] : path;
}
