import { equal } from '../base/bytes.ts';
import type { Sha256 } from '../base/ports.ts';

/** RFC 6962 trees: hashes, roots, and the two verifications. Sizes and indexes are safe integers; hashes are 32 bytes. */

/** The root of the empty tree: SHA-256 of nothing. */
export function emptyRoot(sha256: Sha256): Uint8Array {
  return sha256(new Uint8Array(0));
}

/** The hash of a leaf: SHA-256(0x00 || data). Source: RFC 6962 section 2.1. */
export function leafHash(sha256: Sha256, data: Uint8Array): Uint8Array {
  if (data.length >= leafBuffer.length) leafBuffer = new Uint8Array(2 * data.length + 1);
  leafBuffer.set(data, 1); // byte 0 is never written: it stays 0x00
  return sha256(leafBuffer.subarray(0, data.length + 1));
}

/** The hash of an inner node: SHA-256(0x01 || left || right). Source: RFC 6962 section 2.1. */
export function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeBuffer.set(left, 1);
  nodeBuffer.set(right, 33);
  return sha256(nodeBuffer);
}

// One buffer for all calls: hashing is synchronous and keeps nothing of its input, and a million nodes need no million arrays.
const nodeBuffer = new Uint8Array(65);
nodeBuffer[0] = 1;
let leafBuffer = new Uint8Array(4097);

/** The root over leaf hashes, in order; {@link emptyRoot} for none. */
export function rootOf(sha256: Sha256, leafHashes: readonly Uint8Array[]): Uint8Array {
  return leafHashes.length === 0 ? emptyRoot(sha256) : rootOfRange(sha256, leafHashes, 0, leafHashes.length);
}

/** The root of the subtree over hashes [start, end), at least one; `start` is a place where an RFC 6962 subtree of that size can begin. */
export function rootOfRange(sha256: Sha256, hashes: readonly Uint8Array[], start: number, end: number): Uint8Array {
  const stack: Uint8Array[] = [];
  for (let i = start; i < end; i++) {
    stack.push(hashes[i] as Uint8Array);
    for (let n = i - start; n % 2 === 1; n = (n - 1) / 2) fold(sha256, stack);
  }
  while (stack.length > 1) fold(sha256, stack);
  return stack[0] as Uint8Array;
}

/**
 * Whether `path` proves that leaf `index` of the tree of `size` leaves and root `root` has hash `leaf`.
 * The path must be used up exactly. Never throws. Source: RFC 9162 section 2.1.3.2 (for paths of RFC 6962 section 2.1.1).
 */
export function verifyInclusion(
  sha256: Sha256,
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || leaf.length !== 32 || !areHashes(path)) return false;
  let at = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sha256, sibling, hash);
      // A right edge without sibling rises until it is a right child.
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = half(last);
      }
    } else hash = nodeHash(sha256, hash, sibling);
    at = half(at);
    last = half(last);
  }
  return last === 0 && equal(hash, root);
}

/**
 * Whether `path` proves that the tree of `newSize` and `newRoot` begins with the tree of `oldSize` and `oldRoot`.
 *
 * From size 0 everything follows: true iff the old root is the empty one and the path is empty. Equal sizes need equal roots and an empty path.
 * Never throws. Source: RFC 9162 section 2.1.4.2 (for paths of RFC 6962 section 2.1.2).
 */
export function verifyConsistency(
  sha256: Sha256,
  oldSize: number,
  newSize: number,
  oldRoot: Uint8Array,
  newRoot: Uint8Array,
  path: readonly Uint8Array[],
): boolean {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize) return false;
  if (oldSize === 0) return path.length === 0 && equal(oldRoot, emptyRoot(sha256));
  if (oldSize === newSize) return path.length === 0 && oldRoot.length === 32 && equal(oldRoot, newRoot);
  const roots = consistencyRoots(sha256, oldSize, newSize, isPowerOfTwo(oldSize) ? [oldRoot, ...path] : path);
  return roots !== undefined && equal(roots.oldRoot, oldRoot) && equal(roots.newRoot, newRoot);
}

/**
 * The two roots that a consistency path gives, or `undefined` when it is no path from `oldSize` to `newSize` (0 < old < new).
 *
 * Here the path always begins with a hash inside both trees: where `oldSize` is a power of two that is the old root itself, which
 * RFC 6962 leaves out. If the new root so found is one that the log signed, and the old one is not the one that it signed, then two histories exist.
 */
export function consistencyRoots(
  sha256: Sha256,
  oldSize: number,
  newSize: number,
  path: readonly Uint8Array[],
): { oldRoot: Uint8Array; newRoot: Uint8Array } | undefined {
  const [first, ...rest] = path;
  if (!isSize(oldSize) || !isSize(newSize) || oldSize < 1 || oldSize >= newSize || first === undefined || !areHashes(path)) return undefined;
  let at = oldSize - 1;
  let last = newSize - 1;
  while (at % 2 === 1) {
    at = half(at);
    last = half(last);
  }
  let oldRoot = first;
  let newRoot = first;
  for (const hash of rest) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      oldRoot = nodeHash(sha256, hash, oldRoot);
      newRoot = nodeHash(sha256, hash, newRoot);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = half(last);
      }
    } else newRoot = nodeHash(sha256, newRoot, hash);
    at = half(at);
    last = half(last);
  }
  return last === 0 ? { oldRoot, newRoot } : undefined;
}

/** Whether a size above 0 is a power of two; exact up to 2^53. */
export function isPowerOfTwo(size: number): boolean {
  let rest = size;
  while (rest > 1 && rest % 2 === 0) rest /= 2;
  return rest === 1;
}

function fold(sha256: Sha256, stack: Uint8Array[]): void {
  const right = stack.pop() as Uint8Array;
  stack.push(nodeHash(sha256, stack.pop() as Uint8Array, right));
}

// Numbers here may pass 2^31, where the bit operators would lie.
function half(n: number): number {
  return Math.floor(n / 2);
}

function isSize(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

function areHashes(path: readonly Uint8Array[]): boolean {
  return path.every((hash) => hash.length === 32);
}
