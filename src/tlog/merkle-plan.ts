import { assert } from '../base/errors.ts';
import type { Sha256 } from '../base/ports.ts';
import { isPowerOfTwo, nodeHash, rootOfRange } from './merkle.ts';

/** A complete, aligned subtree: leaves [index * 2^height, (index + 1) * 2^height). Height 0 is a leaf. */
export type TreeNode = { readonly height: number; readonly index: number };

/**
 * What a proof needs: nodes to fetch, all at once and in this order, and how many of them make each hash of the proof.
 * `{nodes: [{height:1,index:1},{height:0,index:4}], parts: [2]}` is one hash, over leaves [2, 5).
 */
export type ProofPlan = { readonly nodes: readonly TreeNode[]; readonly parts: readonly number[] };

/** The plan of the inclusion proof of leaf `index` in the tree of `size` (RFC 6962 section 2.1.1): sibling of the leaf first. */
export function planInclusion(index: number, size: number): ProofPlan {
  assert(isSize(index) && isSize(size) && index < size, 'a proved leaf is inside the tree');
  const ranges: Range[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      ranges.push([middle, end]);
      end = middle;
    } else {
      ranges.push([start, middle]);
      start = middle;
    }
  }
  return planOf(ranges.reverse());
}

/**
 * The plan of the consistency proof from `oldSize` to `newSize` (RFC 6962 section 2.1.2); empty from size 0 and between equal sizes.
 * Where `oldSize` is a power of two the proof leaves the old root out, as the RFC does.
 */
export function planConsistency(oldSize: number, newSize: number): ProofPlan {
  assert(isSize(oldSize) && isSize(newSize) && oldSize <= newSize, 'a consistency proof goes forward');
  if (oldSize === 0 || oldSize === newSize) return { nodes: [], parts: [] };
  const ranges: Range[] = [];
  let start = 0;
  let end = newSize;
  // The walk ends at the subtree whose end is the old size: it stands whole in both trees.
  while (end !== oldSize) {
    const middle = start + splitOf(end - start);
    if (oldSize <= middle) {
      ranges.push([middle, end]);
      end = middle;
    } else {
      ranges.push([start, middle]);
      start = middle;
    }
  }
  if (start !== 0) ranges.push([start, end]);
  return planOf(ranges.reverse());
}

/** The plan of the root at `size` > 0: one hash from the right-edge nodes. */
export function planRoot(size: number): ProofPlan {
  assert(isSize(size) && size > 0, 'the empty tree has no nodes');
  return planOf([[0, size]]);
}

/** The right-edge nodes of a tree of `size`, largest first: what `Frontier.fromNodes` takes. */
export function planFrontier(size: number): readonly TreeNode[] {
  return size === 0 ? [] : planRoot(size).nodes;
}

/** The hashes of a planned proof from its nodes' hashes, given in the order of `plan.nodes`. */
export function assembleProof(sha256: Sha256, plan: ProofPlan, hashes: readonly Uint8Array[]): readonly Uint8Array[] {
  assert(hashes.length === plan.nodes.length, 'every planned node has a hash');
  const proof: Uint8Array[] = [];
  let at = 0;
  for (const part of plan.parts) {
    let hash = hashes[at + part - 1] as Uint8Array;
    for (let i = at + part - 2; i >= at; i--) hash = nodeHash(sha256, hashes[i] as Uint8Array, hash);
    proof.push(hash);
    at += part;
  }
  return proof;
}

/**
 * Where a node is found among tile hashes: entries [from, to) of tile level `level` (height 8 * level); their `rootOf` is the node.
 * A node of height 11 and index 2 is `{level: 1, from: 16, to: 24}`.
 */
export function tileRangeOf(node: TreeNode): { level: number; from: number; to: number } {
  const level = Math.floor(node.height / 8);
  const width = 2 ** (node.height - 8 * level);
  return { level, from: node.index * width, to: (node.index + 1) * width };
}

/** The inclusion proof of leaf `index` among these leaf hashes. */
export function inclusionProofOf(sha256: Sha256, leafHashes: readonly Uint8Array[], index: number): readonly Uint8Array[] {
  return proofOver(sha256, leafHashes, planInclusion(index, leafHashes.length));
}

/** The consistency proof from the first `oldSize` of these leaf hashes to all of them, or to the first `newSize`. */
export function consistencyProofOf(
  sha256: Sha256,
  leafHashes: readonly Uint8Array[],
  oldSize: number,
  newSize: number = leafHashes.length,
): readonly Uint8Array[] {
  assert(newSize <= leafHashes.length, 'as many leaves as the proof spans');
  return proofOver(sha256, leafHashes, planConsistency(oldSize, newSize));
}

type Range = readonly [start: number, end: number];

/** The hashes of a planned proof over these leaf hashes. */
export function proofOver(sha256: Sha256, leafHashes: readonly Uint8Array[], plan: ProofPlan): readonly Uint8Array[] {
  const hashes = plan.nodes.map(({ height, index }) => rootOfRange(sha256, leafHashes, index * 2 ** height, (index + 1) * 2 ** height));
  return assembleProof(sha256, plan, hashes);
}

/** The plan whose hashes are the roots of these ranges, each a place where an RFC 6962 subtree stands. */
export function planOf(ranges: readonly Range[]): ProofPlan {
  const nodes: TreeNode[] = [];
  const parts: number[] = [];
  for (const [start, end] of ranges) {
    const before = nodes.length;
    // RFC 6962 subtrees start aligned, so their complete nodes are the powers of two of their width, largest first.
    for (let at = start; at < end; ) {
      const width = largestPower(end - at);
      nodes.push({ height: Math.log2(width), index: at / width });
      at += width;
    }
    parts.push(nodes.length - before);
  }
  return { nodes, parts };
}

/** The largest power of two strictly below `width` (> 1): where RFC 6962 splits. */
export function splitOf(width: number): number {
  return isPowerOfTwo(width) ? width / 2 : largestPower(width);
}

function largestPower(width: number): number {
  let power = 1;
  while (power * 2 <= width) power *= 2;
  return power;
}

function isSize(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}
