import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equal, u64 } from '../base/bytes.ts';
import { nodeSha256 as sha256 } from '../node/crypto.ts';
import { leafHash, rootOf } from './merkle.ts';
import { inclusionProofOf, proofOver } from './merkle-plan.ts';
import { planRange, rootFromRange } from './range.ts';

const leaves = Array.from({ length: 40 }, (_, i) => leafHash(sha256, u64(i)));

const proofOf = (from: number, to: number, size: number) => proofOver(sha256, leaves, planRange(from, to, size));

test('every range of every tree up to 40 leaves gives the root with its proof, and with no other number of hashes', () => {
  for (let size = 1; size <= leaves.length; size++) {
    const root = rootOf(sha256, leaves.slice(0, size));
    for (let from = 0; from < size; from++) {
      for (let to = from + 1; to <= size; to++) {
        const range = leaves.slice(from, to);
        const beside = proofOf(from, to, size);
        assert.deepEqual(rootFromRange(sha256, range, from, size, beside), root, `${from} ${to} ${size}`);
        assert.equal(rootFromRange(sha256, range, from, size, [...beside, root]), undefined);
        if (beside.length > 0) assert.equal(rootFromRange(sha256, range, from, size, beside.slice(1)), undefined);
      }
    }
  }
});

test('a leaf or a hash beside it that was changed, moved, left out or added gives another root or none', () => {
  const size = 23;
  const root = rootOf(sha256, leaves.slice(0, size));
  const gives = (range: readonly Uint8Array[], from: number, beside: readonly Uint8Array[]): boolean => {
    const found = rootFromRange(sha256, range, from, size, beside);
    return found !== undefined && equal(found, root);
  };
  const [from, to] = [5, 17];
  const range = leaves.slice(from, to);
  const beside = proofOf(from, to, size);
  assert.ok(gives(range, from, beside));
  const other = new Uint8Array(32);
  for (const i of range.keys()) {
    assert.ok(!gives(range.with(i, other), from, beside));
    assert.ok(!gives(range.toSpliced(i, 1), from, beside));
    assert.ok(!gives(range.toSpliced(i, 0, other), from, beside));
  }
  for (const i of beside.keys()) assert.ok(!gives(range, from, beside.with(i, other)));
  for (let at = 0; at + range.length <= size; at++) assert.equal(gives(range, at, beside), at === from);
});

test('of one leaf it has the hashes of its inclusion proof, and nothing of an empty range, a range beyond the tree, or no number', () => {
  for (let index = 0; index < 23; index++) {
    const names = (hashes: readonly Uint8Array[]) => hashes.map((hash) => Buffer.from(hash).toString('hex')).sort();
    assert.deepEqual(names(proofOf(index, index + 1, 23)), names(inclusionProofOf(sha256, leaves.slice(0, 23), index)));
  }
  const [leaf = new Uint8Array(32)] = leaves;
  assert.equal(rootFromRange(sha256, [], 0, 1, []), undefined);
  assert.equal(rootFromRange(sha256, [leaf, leaf], 0, 1, []), undefined);
  assert.equal(rootFromRange(sha256, [leaf], 1, 1, []), undefined);
  for (const from of [-1, 0.5, Number.NaN, 2 ** 53]) assert.equal(rootFromRange(sha256, [leaf], from, 1, []), undefined);
  // A size that a hostile checkpoint claims costs a walk as deep as the tree, never as wide.
  assert.equal(rootFromRange(sha256, [leaf], 0, Number.MAX_SAFE_INTEGER, []), undefined);
});
