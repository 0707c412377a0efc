import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromBase64, toHex, utf8 } from '../base/bytes.ts';
import { nodeSha256 as sha256 } from '../node/crypto.ts';
import { Frontier } from './frontier.ts';
import { consistencyRoots, emptyRoot, isPowerOfTwo, leafHash, nodeHash, rootOf, verifyConsistency, verifyInclusion } from './merkle.ts';
import {
  assembleProof,
  consistencyProofOf,
  inclusionProofOf,
  planConsistency,
  planFrontier,
  planInclusion,
  planRoot,
  tileRangeOf,
} from './merkle-plan.ts';

const MAX = 64;
const leaves = Array.from({ length: MAX }, (_, i) => leafHash(sha256, utf8(`leaf ${i}`)));
const rootAt = (size: number) => rootOf(sha256, leaves.slice(0, size));
const roots = Array.from({ length: MAX + 1 }, (_, size) => rootAt(size));
const root = (size: number) => roots[size] as Uint8Array;
const leaf = (index: number) => leaves[index] as Uint8Array;
const flipped = (bytes: Uint8Array) => Uint8Array.from(bytes, (b, i) => (i === 7 ? b ^ 1 : b));

const DATA = new URL('../../../shared/data/merkle/rfc6962/', import.meta.url);
const SKIP = existsSync(DATA) ? false : 'shared data is not here';

type MerkleCase = {
  desc: string;
  wantErr: boolean;
  proof: string[] | null;
  root?: string;
  leafHash?: string;
  leafIdx?: number;
  treeSize?: number;
  size1?: number;
  size2?: number;
  root1?: string;
  root2?: string;
};

const cases = (): [string, MerkleCase][] =>
  readdirSync(DATA, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, JSON.parse(readFileSync(new URL(encodeURI(name), DATA), 'utf8')) as MerkleCase]);
const bytes = (text: string | undefined) => fromBase64(text ?? '') ?? new Uint8Array();

test('every case of transparency-dev/merkle has the verdict it states', { skip: SKIP }, () => {
  let seen = 0;
  for (const [name, given] of cases()) {
    const path = (given.proof ?? []).map(bytes);
    const verdict = name.startsWith('inclusion')
      ? verifyInclusion(sha256, bytes(given.leafHash), given.leafIdx ?? -1, given.treeSize ?? -1, path, bytes(given.root))
      : verifyConsistency(sha256, given.size1 ?? -1, given.size2 ?? -1, bytes(given.root1), bytes(given.root2), path);
    // From size 0 nothing is claimed by a proof: their caller decides on the roots, ours asks for the empty one.
    if (given.size1 === 0 && !given.wantErr) continue;
    assert.equal(verdict, !given.wantErr, `${name}: ${given.desc}`);
    seen++;
  }
  assert.ok(seen >= 93, `${seen} cases seen`);
});

test('hashes are those of RFC 6962', () => {
  assert.equal(toHex(emptyRoot(sha256)), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  assert.equal(toHex(leafHash(sha256, new Uint8Array())), '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
  const long = new Uint8Array(70_000).fill(3);
  assert.deepEqual(leafHash(sha256, long), sha256(Uint8Array.of(0, ...long)));
  assert.deepEqual(leafHash(sha256, utf8('x')), sha256(Uint8Array.of(0, 0x78)), 'a short leaf after a long one');
  assert.deepEqual(nodeHash(sha256, leaf(0), leaf(1)), sha256(Uint8Array.of(1, ...leaf(0), ...leaf(1))));
});

test('roots follow the recursive definition of RFC 6962 section 2.1', () => {
  const defined = (from: number, to: number): Uint8Array => {
    if (to - from === 1) return leaf(from);
    let k = 1;
    while (k * 2 < to - from) k *= 2;
    return nodeHash(sha256, defined(from, from + k), defined(from + k, to));
  };
  for (let size = 1; size <= MAX; size++) assert.deepEqual(root(size), defined(0, size), `size ${size}`);
});

test('every inclusion proof up to 64 leaves verifies, for its own leaf, index, size and root alone', () => {
  for (let size = 1; size <= MAX; size++) {
    for (let index = 0; index < size; index++) {
      const path = inclusionProofOf(sha256, leaves.slice(0, size), index);
      assert.equal(verifyInclusion(sha256, leaf(index), index, size, path, root(size)), true, `${index} in ${size}`);
      assert.equal(verifyInclusion(sha256, flipped(leaf(index)), index, size, path, root(size)), false);
      assert.equal(verifyInclusion(sha256, leaf(index), index, size, [...path, leaf(0)], root(size)), false);
      if (path.length === 0) continue;
      assert.equal(verifyInclusion(sha256, leaf(index), index, size, path.slice(1), root(size)), false);
      assert.equal(verifyInclusion(sha256, leaf(index), index, size, path.slice(0, -1), root(size)), false);
      assert.equal(verifyInclusion(sha256, leaf(index), index ^ 1, size, path, root(size)), false);
      const at = (index + size) % path.length;
      assert.equal(verifyInclusion(sha256, leaf(index), index, size, path.with(at, flipped(path[at] as Uint8Array)), root(size)), false);
    }
  }
});

test('every consistency proof between sizes up to 64 verifies, and no changed one does', () => {
  for (let to = 0; to <= MAX; to++) {
    for (let from = 0; from <= to; from++) {
      const path = consistencyProofOf(sha256, leaves, from, to);
      const verify = (p: readonly Uint8Array[], oldRoot = root(from), newRoot = root(to)) => verifyConsistency(sha256, from, to, oldRoot, newRoot, p);
      assert.equal(verify(path), true, `${from} to ${to}`);
      assert.equal(verify([...path, leaf(0)]), false);
      assert.equal(verify(path, flipped(root(from))), false);
      if (from > 0) assert.equal(verify(path, root(from), flipped(root(to))), false);
      if (path.length === 0) continue;
      assert.equal(verify(path.slice(1)), false);
      assert.equal(verify(path.slice(0, -1)), false);
      const at = (from + to) % path.length;
      assert.equal(verify(path.with(at, flipped(path[at] as Uint8Array))), false);
    }
  }
});

test('a consistency path of another history gives the new root and not the old one', () => {
  const other = leaves.with(2, flipped(leaf(2)));
  for (const [from, to] of [
    [3, 7],
    [4, 7],
    [6, 8],
    [33, 64],
  ] as const) {
    const path = consistencyProofOf(sha256, other, from, to);
    const start = isPowerOfTwo(from) ? [rootOf(sha256, other.slice(0, from))] : [];
    const found = consistencyRoots(sha256, from, to, [...start, ...path]);
    assert.deepEqual(found?.newRoot, rootOf(sha256, other.slice(0, to)));
    assert.deepEqual(found?.oldRoot, rootOf(sha256, other.slice(0, from)));
    assert.notDeepEqual(found?.oldRoot, root(from));
  }
});

test('nonsense from a peer is false, never thrown', () => {
  const sizes = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(Number.NaN, Number.MAX_SAFE_INTEGER, 2 ** 53, -0));
  const hashes = fc.array(fc.oneof(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array({ maxLength: 70 })), { maxLength: 60 });
  const any = fc.uint8Array({ maxLength: 40 });
  fc.assert(
    fc.property(sizes, sizes, hashes, any, any, (a, b, path, x, y) => {
      assert.equal(verifyInclusion(sha256, x, a, b, path, y), false);
      assert.equal(verifyConsistency(sha256, a, b, x, y, path), path.length === 0 && a === b && a > 0 && x.length === 32 && toHex(x) === toHex(y));
    }),
  );
});

test('sizes above 2^32 are planned and verified exactly', () => {
  const size = 2 ** 52 + 3;
  const known = new Map<string, Uint8Array>();
  const node = (height: number, index: number): Uint8Array => {
    const name = `${height}/${index}`;
    const hash = known.get(name) ?? (height === 0 || index > 0 ? sha256(utf8(name)) : nodeHash(sha256, node(height - 1, 0), node(height - 1, 1)));
    known.set(name, hash);
    return hash;
  };
  const hashOf = (nodes: readonly { height: number; index: number }[]) => nodes.map(({ height, index }) => node(height, index));
  const planned = planRoot(size);
  const [top] = assembleProof(sha256, planned, hashOf(planned.nodes));
  const plan = planInclusion(0, size);
  assert.equal(plan.parts.length, 53);
  assert.equal(verifyInclusion(sha256, node(0, 0), 0, size, assembleProof(sha256, plan, hashOf(plan.nodes)), top as Uint8Array), true);
});

test('plans name complete aligned nodes that tiles can give', () => {
  assert.deepEqual(planInclusion(0, 5), {
    nodes: [
      { height: 0, index: 1 },
      { height: 1, index: 1 },
      { height: 0, index: 4 },
    ],
    parts: [1, 1, 1],
  });
  assert.deepEqual(planConsistency(4, 7), {
    nodes: [
      { height: 1, index: 2 },
      { height: 0, index: 6 },
    ],
    parts: [2],
  });
  assert.deepEqual(planConsistency(0, 7), { nodes: [], parts: [] });
  assert.deepEqual(tileRangeOf({ height: 11, index: 2 }), { level: 1, from: 16, to: 24 });
  assert.deepEqual(tileRangeOf({ height: 0, index: 9 }), { level: 0, from: 9, to: 10 });
});

test('a frontier grown leaf by leaf, saved, or made from nodes has the roots of the whole tree', () => {
  const frontier = new Frontier(sha256);
  const nodes = new Map<string, Uint8Array>();
  for (let size = 0; size < MAX; size++) {
    assert.deepEqual(frontier.root(), root(size));
    const saved = Frontier.parse(sha256, frontier.format());
    assert.equal(saved?.size, size);
    assert.deepEqual(saved?.root(), root(size));
    const made = Frontier.fromNodes(
      sha256,
      size,
      planFrontier(size).map(({ height, index }) => nodes.get(`${height}/${index}`) ?? assert.fail('a node was not reported')),
    );
    made.appendAll(leaves.slice(size));
    assert.deepEqual(made.root(), root(MAX));
    frontier.append(leaf(size), (height, index, hash) => nodes.set(`${height}/${index}`, hash));
  }
  assert.equal(nodes.size, 2 * MAX - 1);
  const before = frontier.clone();
  frontier.append(leaf(0));
  assert.deepEqual(before.root(), root(MAX));
  for (const bad of [new Uint8Array(7), new Uint8Array(9), frontier.format().slice(1), new Uint8Array(8).fill(255)])
    assert.equal(Frontier.parse(sha256, bad), undefined);
});
