import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeSha256 as sha256 } from '../node/crypto.ts';
import { figuresFrom, flipBit, TestTree } from './fixtures-tree.ts';
import { forkPath, judgeHeads, proveCosignerFault, proveFork } from './fork.ts';
import { headOf, pathIn, proveEveryFork, tamperWithEveryPath } from './suite-trees.ts';

const MOST = 256;
/** What the tests search whole; `npm run soak` goes up to 256. */
const SMALL = 64;
const honest = new TestTree(sha256, MOST);

test('every fork of small sizes is proved, and no history is accused of itself', () => {
  assert.equal(proveEveryFork(SMALL).proved, SMALL * (SMALL + 1));
});

test('no path changed in one hash, cut or lengthened accuses an honest log or is believed', () => {
  assert.ok(tamperWithEveryPath(SMALL).tampered > 15_000);
});

test('of 10,000 random pairs every forked one is proved and no honest one accused, whoever gives the path', () => {
  const figure = figuresFrom(20_260_616);
  const below = (n: number): number => Math.floor(figure() * n);
  const others = Array.from({ length: 64 }, (_, i) => ({ from: 4 * i, tree: new TestTree(sha256, MOST, 4 * i, honest) }));
  const counts = { honest: 0, forked: 0 };
  for (let i = 0; i < 10_000; i++) {
    const n = 1 + below(MOST);
    const m = 1 + below(n);
    const { from, tree } = others[below(others.length)] as (typeof others)[number];
    const older = headOf(m, honest.root(m));
    // The honest log's own two heads, whoever gives the path.
    for (const one of [honest, tree]) assert.equal(proveFork(sha256, older, headOf(n, honest.root(n)), pathIn(one, m, n)), false);
    // The other history forks from this one if it differs below the smaller head, and continues it if it differs above.
    const said = judgeHeads(sha256, older, headOf(n, tree.root(n)), pathIn(tree, m, n));
    assert.equal(said, from < m ? 'fork' : m === n ? 'same' : 'continues');
    if (m !== n && from < n) assert.equal(proveFork(sha256, older, headOf(n, tree.root(n)), pathIn(honest, m, n)), false);
    counts[said === 'fork' ? 'forked' : 'honest']++;
  }
  assert.ok(counts.honest > 1000 && counts.forked > 1000, JSON.stringify(counts));
});

test('a path that is withheld accuses nobody, and leaves that are held give it', () => {
  const other = new TestTree(sha256, 9, 3);
  const [older, newer] = [headOf(4, honest.root(4)), headOf(9, other.root(9))];
  assert.equal(judgeHeads(sha256, older, newer, undefined), 'withheld');
  assert.equal(judgeHeads(sha256, older, newer, []), 'withheld');
  assert.equal(judgeHeads(sha256, older, newer, forkPath(sha256, other.leaves, 4, 9)), 'fork');
});

test('one head twice is the same, a head of another log or the larger one first says nothing', () => {
  const [older, newer] = [headOf(4, honest.root(4)), headOf(9, honest.root(9))];
  const path = forkPath(sha256, honest.leaves.slice(0, 9), 4, 9);
  assert.equal(judgeHeads(sha256, older, older, undefined), 'same');
  assert.equal(judgeHeads(sha256, newer, older, path), 'withheld');
  assert.equal(judgeHeads(sha256, { ...older, origin: `${older.origin.slice(0, -1)}1`, root: flipBit(older.root) }, older, []), 'withheld');
  assert.equal(judgeHeads(sha256, older, headOf(4, flipBit(older.root)), []), 'fork');
  assert.equal(judgeHeads(sha256, older, headOf(4, flipBit(older.root)), [older.root]), 'withheld');
});

test('a cosigner that goes back in size at a later time is at fault; one that waits, repeats itself or grows is not', () => {
  const at = (size: number, time: number) => ({ checkpoint: headOf(size, honest.root(size)), time });
  assert.equal(proveCosignerFault(sha256, at(9, 100), at(4, 101), []), 'back');
  for (const [first, second] of [
    [at(9, 100), at(4, 100)],
    [at(9, 101), at(4, 100)],
    [at(4, 100), at(9, 101)],
    [at(9, 100), at(9, 101)],
    [at(4, 101), at(9, 100)],
  ] as const)
    assert.equal(proveCosignerFault(sha256, first, second, []), undefined);
});

test('a cosigner of two heads that fork is at fault, at whatever times', () => {
  const other = new TestTree(sha256, 9, 3);
  const path = forkPath(sha256, other.leaves, 4, 9);
  const [older, newer] = [headOf(4, honest.root(4)), headOf(9, other.root(9))];
  for (const [t1, t2] of [
    [100, 101],
    [101, 100],
  ] as const)
    assert.equal(proveCosignerFault(sha256, { checkpoint: older, time: t1 }, { checkpoint: newer, time: t2 }, path), 'fork');
  assert.equal(proveCosignerFault(sha256, { checkpoint: older, time: 1 }, { checkpoint: headOf(9, honest.root(9)), time: 2 }, path), undefined);
});
