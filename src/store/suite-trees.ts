import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compare, u64, utf8 } from '../base/bytes.ts';
import { Frontier } from '../tlog/frontier.ts';
import { emptyRoot, rootOf, verifyConsistency, verifyInclusion } from '../tlog/merkle.ts';
import { append, createLog, entryOf, isRefused, type On, sha256, texts } from './suite-fixtures.ts';
/** Tiles, roots and proofs. */
export function treeCases(on: On): void {
  on('serves tiles of every level, complete hashes only', async (store) => {
    const origin = await createLog(store);
    const bare = Array.from({ length: 1000 }, (_, i) => entryOf(`t${i}`, { bytes: Uint8Array.of(1), body: undefined, bodyRequired: false }));
    for (const [from, to] of [
      [0, 1],
      [1, 255],
      [255, 700],
      [700, 1000],
    ] as const)
      await store.stage(origin, from, bare.slice(from, to), false);
    const leaves = bare.map((entry) => entry.leafHash);
    const level1 = await store.tileHashes(origin, 1, 0, 256);
    assert.deepEqual(
      level1.map((hash) => Buffer.from(hash)),
      [0, 1, 2].map((i) => Buffer.from(rootOf(sha256, leaves.slice(256 * i, 256 * (i + 1))))),
    );
    assert.deepEqual(
      (await store.tileHashes(origin, 0, 200, 2000)).map((hash) => Buffer.from(hash)),
      leaves.slice(200).map((hash) => Buffer.from(hash)),
    );
    assert.equal((await store.tileHashes(origin, 1, 1, 2)).length, 1);
    assert.deepEqual(await store.tileHashes(origin, 2, 0, 256), []);
  });
  on('has the root of the tree over its leaves at every size, and every proof verifies', async (store) => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        async (batches, picks) => {
          const origin = await createLog(store, n++);
          const leaves: Uint8Array[] = [];
          for (const count of batches) {
            const batch = texts(leaves.length, leaves.length + count).map((text) => entryOf(`${n} ${text}`));
            await store.stage(origin, leaves.length, batch, false);
            leaves.push(...batch.map((entry) => entry.leafHash));
            assert.equal(compare(await store.rootAt(origin, leaves.length), rootOf(sha256, leaves)), 0);
          }
          const pick = (max: number) => (picks.next().value as number) % (max + 1);
          for (let round = 0; round < 6; round++) {
            const newer = 1 + pick(leaves.length - 1);
            const older = pick(newer);
            const index = pick(newer - 1);
            const [oldRoot, newRoot] = [await store.rootAt(origin, older), await store.rootAt(origin, newer)];
            assert.equal(compare(oldRoot, rootOf(sha256, leaves.slice(0, older))), 0);
            assert.ok(verifyConsistency(sha256, older, newer, oldRoot, newRoot, await store.consistencyProof(origin, older, newer)));
            const path = await store.inclusionProof(origin, index, newer);
            assert.ok(verifyInclusion(sha256, leaves[index] as Uint8Array, index, newer, path, newRoot));
          }
        },
      ),
      { numRuns: 12 },
    );
  });
  on('goes over the first tile of the second level without a seam', async (store) => {
    const origin = await createLog(store);
    const size = 65_536 + 300;
    const leaves = Array.from({ length: size }, (_, i) => sha256(u64(i)));
    for (let from = 0; from < size; from += 9000) {
      const batch = leaves.slice(from, from + 9000).map((leaf) => ({ id: leaf, leafHash: leaf, bytes: leaf, body: undefined, bodyRequired: false }));
      await store.stage(origin, from, batch, false);
    }
    const sizes = [1, 255, 256, 257, 65_535, 65_536, 65_537, size - 1, size];
    const roots = new Map<number, Uint8Array>();
    const frontier = new Frontier(sha256);
    for (const leaf of leaves) {
      frontier.append(leaf);
      if (sizes.includes(frontier.size)) roots.set(frontier.size, frontier.root());
    }
    const rootAt = (at: number) => roots.get(at) as Uint8Array;
    assert.equal((await store.tileHashes(origin, 2, 0, 9)).length, 1);
    for (const older of sizes) {
      assert.equal(compare(await store.rootAt(origin, older), rootAt(older)), 0);
      assert.ok(verifyConsistency(sha256, older, size, rootAt(older), rootAt(size), await store.consistencyProof(origin, older, size)));
      const path = await store.inclusionProof(origin, older - 1, size);
      assert.ok(verifyInclusion(sha256, leaves[older - 1] as Uint8Array, older - 1, size, path, rootAt(size)));
    }
    await store.unstage(origin, 65_535);
    assert.equal((await store.tileHashes(origin, 1, 0, 300)).length, 255);
    assert.equal(compare(await store.rootAt(origin, 65_535), rootAt(65_535)), 0);
  });
}

/** The commit point. */
export function headCases(on: On): void {
  on('commits a head only over the one it was made from', async (store) => {
    const origin = await createLog(store);
    await store.stage(origin, 0, [entryOf('a'), entryOf('b')], false);
    const empty = { size: 0, root: emptyRoot(sha256) };
    const root1 = await store.rootAt(origin, 1);
    const root2 = await store.rootAt(origin, 2);
    assert.equal(await store.commitHead(origin, { size: 0, root: root1 }, { size: 1, root: root1, note: utf8('x') }), false);
    assert.equal(await store.commitHead(origin, { size: 1, root: root1 }, { size: 1, root: root1, note: utf8('x') }), false);
    const both = await Promise.all([
      store.commitHead(origin, empty, { size: 1, root: root1, note: utf8('one') }),
      store.commitHead(origin, empty, { size: 2, root: root2, note: utf8('two') }),
    ]);
    assert.deepEqual(both, [true, false]);
    const log = await store.log(origin);
    assert.deepEqual([log?.size, log?.pendingSize, Buffer.from(log?.note ?? []).toString()], [1, 2, 'one']);
    await assert.rejects(
      store.commitHead(origin, { size: 1, root: root1 }, { size: 2, root: root1, note: utf8('wrong root') }),
      isRefused('store_damaged'),
    );
    await assert.rejects(store.commitHead(origin, { size: 1, root: root1 }, { size: 3, root: root2, note: utf8('beyond') }), /bug/);
    assert.equal((await store.log(origin))?.size, 1);
    assert.equal(await store.commitHead(origin, { size: 1, root: root1 }, { size: 2, root: root2, note: utf8('two') }), true);
    assert.equal(compare((await store.log(origin))?.root ?? root1, root2), 0);
  });
  on('lets exactly one of two racing appends win, and keeps what the other staged', async (store) => {
    const origin = await createLog(store);
    await append(store, origin, ['first']);
    const old = await store.log(origin);
    assert.ok(old);
    const attempt = async (text: string) => {
      const log = await store.log(origin);
      assert.ok(log);
      const [index] = await store.stage(origin, log.pendingSize, [entryOf(text)], true).catch(() => [undefined]);
      if (index === undefined) return false;
      return store.commitHead(origin, old, { size: index + 1, root: await store.rootAt(origin, index + 1), note: utf8(text) });
    };
    const wins = await Promise.all([attempt('left'), attempt('right')]);
    assert.equal(wins.filter(Boolean).length, 1);
    const log = await store.log(origin);
    assert.equal(log?.size, 2);
    assert.equal(compare(log.root, await store.rootAt(origin, 2)), 0);
  });
  on('keeps every head ever committed, found from both sides', async (store) => {
    const origin = await createLog(store);
    const other = await createLog(store, 1);
    await append(store, other, texts(0, 4));
    for (const [from, to] of [
      [0, 1],
      [1, 5],
      [5, 9],
    ] as const)
      await append(store, origin, texts(from, to), `note ${to}`);
    const log = await store.log(origin);
    assert.ok(log);
    await store.commitHead(origin, log, { ...log, note: utf8('note 9 again') });
    const above = await Promise.all([0, 1, 2, 5, 6, 9, 10].map((size) => store.headAtOrAbove(origin, size)));
    assert.deepEqual(
      above.map((head) => head?.size),
      [1, 1, 5, 5, 9, 9, undefined],
    );
    const below = await Promise.all([0, 1, 4, 8, 9, 1000].map((size) => store.headAtOrBelow(origin, size)));
    assert.deepEqual(
      below.map((head) => head?.size),
      [undefined, 1, 1, 5, 9, 9],
    );
    assert.equal(Buffer.from(below[5]?.note ?? []).toString(), 'note 9 again');
    assert.equal(compare(below[3]?.root ?? new Uint8Array(0), await store.rootAt(origin, 5)), 0);
  });
}
