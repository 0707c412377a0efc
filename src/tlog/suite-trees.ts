/** Every pair of sizes of a tree, with every hash of every proof changed: what the tests run for small trees and `npm run soak` up to 256. */
import assert from 'node:assert/strict';
import { nodeSha256 as sha256 } from '../node/crypto.ts';
import type { Checkpoint } from './checkpoint.ts';
import { flipBit, TestTree } from './fixtures-tree.ts';
import { judgeHeads, ledPath, proveFork } from './fork.ts';
import { verifyConsistency, verifyInclusion } from './merkle.ts';

const ORIGIN = 'parley.v1/0000000000000000000000000000000000000000';

/** A head nobody signed. */
export const headOf = (size: number, root: Uint8Array): Checkpoint => ({ origin: ORIGIN, size, root });

/** The path from one size of a tree to another in the form a fork proof takes. */
export const pathIn = (tree: TestTree, m: number, n: number): readonly Uint8Array[] =>
  m === n ? [] : ledPath(m, tree.root(m), tree.consistency(m, n));

/** Proves a fork for every m <= n up to `most`, rewritten from the first leaf and from the last one below m, and that no history is accused of itself. */
export function proveEveryFork(most: number): { readonly proved: number } {
  let proved = 0;
  const honest = new TestTree(sha256, most);
  const whole = new TestTree(sha256, most, 0);
  for (let m = 1; m <= most; m++) {
    for (const other of [whole, new TestTree(sha256, most, m - 1, honest)]) {
      for (let n = m; n <= most; n++) {
        const [path, newer] = [pathIn(other, m, n), headOf(n, other.root(n))];
        if (!proveFork(sha256, headOf(m, honest.root(m)), newer, path)) assert.fail(`not proved: ${m}, ${n}`);
        if (proveFork(sha256, headOf(m, other.root(m)), newer, path)) assert.fail(`accused: ${m}, ${n}`);
        if (proveFork(sha256, headOf(m, honest.root(m)), headOf(n, honest.root(n)), path)) assert.fail(`accused: ${m}, ${n}`);
        proved++;
      }
    }
  }
  return { proved };
}

/** For every m < n up to `most`: the path changed in each hash, cut at either end and lengthened accuses nobody and is not believed. */
export function tamperWithEveryPath(most: number): { readonly tampered: number } {
  let tampered = 0;
  const honest = new TestTree(sha256, most);
  for (let n = 2; n <= most; n++) {
    for (let m = 1; m < n; m++) {
      const path = pathIn(honest, m, n);
      const [older, newer] = [headOf(m, honest.root(m)), headOf(n, honest.root(n))];
      if (judgeHeads(sha256, older, newer, path) !== 'continues') assert.fail(`not consistent: ${m}, ${n}`);
      const changed = path.map((hash, i) => path.with(i, flipBit(hash, m + n + i)));
      for (const wrong of [...changed, path.slice(1), path.slice(0, -1), [...path, newer.root]]) {
        if (judgeHeads(sha256, older, newer, wrong) !== 'withheld') assert.fail(`accused or believed: ${m}, ${n}`);
        tampered++;
      }
    }
  }
  return { tampered };
}

/** Every inclusion and consistency proof up to `most` verifies; with any one hash of it changed, its leaf or a root too, it does not. */
export function verifyEveryProof(most: number): { readonly proofs: number; readonly mutated: number } {
  const counts = { proofs: 0, mutated: 0 };
  const tree = new TestTree(sha256, most);
  const refused = (accepted: boolean, what: string): void => {
    if (accepted) assert.fail(`false accept: ${what}`);
    counts.mutated++;
  };
  for (let n = 1; n <= most; n++) {
    const root = tree.root(n);
    for (let i = 0; i < n; i++) {
      const [leaf, path] = [tree.leaves[i] as Uint8Array, tree.inclusion(i, n)];
      if (!verifyInclusion(sha256, leaf, i, n, path, root)) assert.fail(`leaf ${i} of ${n}`);
      counts.proofs++;
      for (const [k, hash] of path.entries())
        refused(verifyInclusion(sha256, leaf, i, n, path.with(k, flipBit(hash, i + n + k)), root), `leaf ${i} of ${n}, hash ${k}`);
      refused(verifyInclusion(sha256, flipBit(leaf, i), i, n, path, root), `leaf ${i} of ${n}, leaf`);
      refused(verifyInclusion(sha256, leaf, i, n, path, flipBit(root, n)), `leaf ${i} of ${n}, root`);
    }
    for (let m = 0; m <= n; m++) {
      const [old, path] = [tree.root(m), tree.consistency(m, n)];
      const holds = (from: Uint8Array, to: Uint8Array, by: readonly Uint8Array[]): boolean => verifyConsistency(sha256, m, n, from, to, by);
      if (!holds(old, root, path)) assert.fail(`${m} to ${n}`);
      counts.proofs++;
      for (const [k, hash] of path.entries()) refused(holds(old, root, path.with(k, flipBit(hash, m + n + k))), `${m} to ${n}, hash ${k}`);
      refused(holds(flipBit(old, m), root, path), `${m} to ${n}, old root`);
      // From nothing everything follows: there the new root says nothing.
      if (m > 0) refused(holds(old, flipBit(root, n), path), `${m} to ${n}, new root`);
    }
  }
  return counts;
}
