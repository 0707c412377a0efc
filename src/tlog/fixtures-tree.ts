import { utf8 } from '../base/bytes.ts';
import type { Sha256 } from '../base/ports.ts';
import { leafHash, nodeHash } from './merkle.ts';
import { assembleProof, type ProofPlan, planConsistency, planInclusion, planRoot } from './merkle-plan.ts';

/** A tree over `entry 0`, `entry 1`, …, rewritten from leaf `from` on, whose complete nodes are hashed once: proofs of every pair of sizes are cheap. */
export class TestTree {
  readonly #sha256: Sha256;
  /** Complete nodes by height, then index. */
  readonly #nodes: readonly (readonly Uint8Array[])[];
  readonly roots: readonly Uint8Array[];

  constructor(sha256: Sha256, size: number, from = size, like?: TestTree) {
    this.#sha256 = sha256;
    const levels: Uint8Array[][] = [
      Array.from({ length: size }, (_, i) => (i < from && like?.leaves[i]) || leafHash(sha256, utf8(`entry ${i}${i < from ? '' : ', rewritten'}`))),
    ];
    for (let below = levels[0] as Uint8Array[]; below.length > 1; below = levels.at(-1) as Uint8Array[]) {
      levels.push(Array.from({ length: below.length >> 1 }, (_, i) => nodeHash(sha256, below[2 * i] as Uint8Array, below[2 * i + 1] as Uint8Array)));
    }
    this.#nodes = levels;
    this.roots = Array.from({ length: size + 1 }, (_, n) => (n === 0 ? sha256(new Uint8Array()) : (this.#assemble(planRoot(n))[0] as Uint8Array)));
  }

  get leaves(): readonly Uint8Array[] {
    return this.#nodes[0] as readonly Uint8Array[];
  }

  root(size: number): Uint8Array {
    return this.roots[size] as Uint8Array;
  }

  inclusion(index: number, size: number): readonly Uint8Array[] {
    return this.#assemble(planInclusion(index, size));
  }

  consistency(from: number, to: number): readonly Uint8Array[] {
    return this.#assemble(planConsistency(from, to));
  }

  #assemble(plan: ProofPlan): readonly Uint8Array[] {
    const hashes = plan.nodes.map(({ height, index }) => this.#nodes[height]?.[index] as Uint8Array);
    return assembleProof(this.#sha256, plan, hashes);
  }
}

/** The hash with one bit of it changed. */
export function flipBit(hash: Uint8Array, bit = 0): Uint8Array {
  const at = (bit >> 3) % hash.length;
  return hash.with(at, (hash[at] as number) ^ (1 << (bit & 7)));
}

/** Figures below 1 that are a function of a seed (mulberry32). */
export function figuresFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
