import { concat, readU64, u64 } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import type { Sha256 } from '../base/ports.ts';
import { emptyRoot, nodeHash } from './merkle.ts';

/** Called for each node that an append completes: the subtree of height `height` (0 = leaf) at position `index`. */
export type OnNode = (height: number, index: number, hash: Uint8Array) => void;

/**
 * The compact range [0, size): the roots of the complete subtrees along the right edge, largest first, which is all that appending needs.
 *
 * As bytes: u64 size, then 32 bytes per set bit of the size. A tree of 7 leaves is 8 + 3 * 32 bytes.
 */
export class Frontier {
  readonly #sha256: Sha256;
  #size = 0;
  #nodes: Uint8Array[] = [];

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  /** The frontier in bytes that {@link format} made, or `undefined` when they are not that. */
  static parse(sha256: Sha256, bytes: Uint8Array): Frontier | undefined {
    const size = bytes.length < 8 ? undefined : readU64(bytes);
    if (size === undefined || bytes.length !== 8 + 32 * countOnes(size)) return undefined;
    const nodes: Uint8Array[] = [];
    for (let at = 8; at < bytes.length; at += 32) nodes.push(bytes.slice(at, at + 32));
    return Frontier.#of(sha256, size, nodes);
  }

  /** The frontier of a tree of `size` from its right-edge nodes, largest first (see `planFrontier`). */
  static fromNodes(sha256: Sha256, size: number, nodes: readonly Uint8Array[]): Frontier {
    assert(nodes.length === countOnes(size), 'a frontier has one node per set bit of its size');
    return Frontier.#of(sha256, size, [...nodes]);
  }

  static #of(sha256: Sha256, size: number, nodes: Uint8Array[]): Frontier {
    const frontier = new Frontier(sha256);
    frontier.#size = size;
    frontier.#nodes = nodes;
    return frontier;
  }

  /** Leaves so far. */
  get size(): number {
    return this.#size;
  }

  /** Appends one leaf hash; `onNode` sees the leaf and each inner node it completes, lowest first. */
  append(leaf: Uint8Array, onNode?: OnNode): void {
    const nodes = this.#nodes;
    let hash = leaf;
    let index = this.#size++;
    onNode?.(0, index, hash);
    for (let height = 1; index % 2 === 1; height++) {
      hash = nodeHash(this.#sha256, nodes.pop() as Uint8Array, hash);
      index = (index - 1) / 2;
      onNode?.(height, index, hash);
    }
    nodes.push(hash);
  }

  /** Appends leaf hashes in order. */
  appendAll(leaves: Iterable<Uint8Array>, onNode?: OnNode): void {
    for (const leaf of leaves) this.append(leaf, onNode);
  }

  /** The root over all leaves so far (32 bytes); appending may go on after. */
  root(): Uint8Array {
    let root = this.#nodes.at(-1);
    if (root === undefined) return emptyRoot(this.#sha256);
    for (let i = this.#nodes.length - 2; i >= 0; i--) root = nodeHash(this.#sha256, this.#nodes[i] as Uint8Array, root);
    return root;
  }

  /** A second frontier that goes its own way. */
  clone(): Frontier {
    return Frontier.#of(this.#sha256, this.#size, [...this.#nodes]);
  }

  /** The bytes that {@link parse} takes. */
  format(): Uint8Array {
    return concat(u64(this.#size), ...this.#nodes);
  }
}

function countOnes(size: number): number {
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}
