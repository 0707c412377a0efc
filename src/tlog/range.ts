import type { Sha256 } from '../base/ports.ts';
import { nodeHash, rootOfRange } from './merkle.ts';
import { type ProofPlan, planOf, splitOf } from './merkle-plan.ts';

/**
 * The plan of a range proof: hashes of the subtrees beside leaves [from, to) in the tree of `size`, from left to right. Empty where the range is the
 * whole tree; of one leaf it has the hashes of its inclusion proof, in another order (spec/proof.md, "Header range").
 */
export function planRange(from: number, to: number, size: number): ProofPlan {
  const beside: (readonly [number, number])[] = [];
  const walk = (start: number, end: number): void => {
    if (end <= from || start >= to) beside.push([start, end]);
    else if (start < from || end > to) {
      const middle = start + splitOf(end - start);
      walk(start, middle);
      walk(middle, end);
    }
  };
  walk(0, size);
  return planOf(beside);
}

/** The root that consecutive leaf hashes from index `from` on give with the hashes beside them, or `undefined` when these are too many or too few. */
export function rootFromRange(
  sha256: Sha256,
  leafHashes: readonly Uint8Array[],
  from: number,
  size: number,
  beside: readonly Uint8Array[],
): Uint8Array | undefined {
  const to = from + leafHashes.length;
  if (![from, size].every((n) => Number.isSafeInteger(n) && n >= 0) || leafHashes.length === 0 || to > size) return undefined;
  let used = 0;
  const walk = (start: number, end: number): Uint8Array | undefined => {
    if (end <= from || start >= to) return beside[used++];
    if (start >= from && end <= to) return rootOfRange(sha256, leafHashes, start - from, end - from);
    const middle = start + splitOf(end - start);
    const left = walk(start, middle);
    const right = walk(middle, end);
    return left === undefined || right === undefined ? undefined : nodeHash(sha256, left, right);
  };
  const root = walk(0, size);
  return used === beside.length ? root : undefined;
}
