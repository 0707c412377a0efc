import { ParleyError } from '../base/errors.ts';
import type { Sha256 } from '../base/ports.ts';
import { Frontier } from '../tlog/frontier.ts';
import { emptyRoot, rootOfRange } from '../tlog/merkle.ts';
import { assembleProof, type ProofPlan, planFrontier, planRoot, type TreeNode, tileRangeOf } from '../tlog/merkle-plan.ts';

/** Roots and proofs from stored tile hashes; what both drivers share. The tree itself is `tlog`'s. */

/** Hashes in one tile (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;

/**
 * Reads tile hashes [from, to) of a level (height 8 * level), all of one log and all inside one tile;
 * gives fewer only where the store is damaged.
 */
export type ReadTile = (level: number, from: number, to: number) => readonly Uint8Array[];

/** How many hashes of a tile level are complete in a tree of `size`: 65,537 leaves have 256 at level 1 and 1 at level 2. */
export function tileCount(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** The root over the first `size` leaves. Throws `store_damaged` when hashes are missing. */
export function rootFrom(sha256: Sha256, read: ReadTile, size: number, cache?: NodeCache): Uint8Array {
  if (size === 0) return emptyRoot(sha256);
  return proofFrom(sha256, read, planRoot(size), cache)[0] as Uint8Array;
}

/** The hashes of a planned proof. Throws `store_damaged` when hashes are missing. */
export function proofFrom(sha256: Sha256, read: ReadTile, plan: ProofPlan, cache?: NodeCache): readonly Uint8Array[] {
  return assembleProof(
    sha256,
    plan,
    plan.nodes.map((node) => nodeFrom(sha256, read, node, cache)),
  );
}

/** The frontier of a tree of `size`, from which appending goes on. Throws `store_damaged` when hashes are missing. */
export function frontierFrom(sha256: Sha256, read: ReadTile, size: number): Frontier {
  return Frontier.fromNodes(
    sha256,
    size,
    planFrontier(size).map((node) => nodeFrom(sha256, read, node)),
  );
}

function nodeFrom(sha256: Sha256, read: ReadTile, node: TreeNode, cache?: NodeCache): Uint8Array {
  const known = cache?.get(node);
  if (known !== undefined) return known;
  const { level, from, to } = tileRangeOf(node);
  const hashes = read(level, from, to);
  if (hashes.length !== to - from) throw new ParleyError('store_damaged', `expected tree hashes ${from} to ${to} of level ${level}`);
  const hash = rootOfRange(sha256, hashes, 0, hashes.length);
  cache?.put(node, hash);
  return hash;
}

/** Inner nodes lately used, of one log: successive proofs share nearly all of theirs. Least recently used go first. */
export class NodeCache {
  readonly #nodes = new Map<string, Uint8Array>();
  readonly #limit: number;

  /** Keeps at most `limit` nodes, about 150 bytes each. */
  constructor(limit = 4096) {
    this.#limit = limit;
  }

  get(node: TreeNode): Uint8Array | undefined {
    const key = keyOf(node);
    const hash = this.#nodes.get(key);
    if (hash === undefined) return undefined;
    this.#nodes.delete(key);
    this.#nodes.set(key, hash);
    return hash;
  }

  put(node: TreeNode, hash: Uint8Array): void {
    // A leaf is one row away: caching it would only push inner nodes out.
    if (node.height === 0) return;
    this.#nodes.set(keyOf(node), hash);
    if (this.#nodes.size > this.#limit) for (const oldest of this.#nodes.keys()) return void this.#nodes.delete(oldest);
  }
}

function keyOf(node: TreeNode): string {
  return `${node.height}/${node.index}`;
}
