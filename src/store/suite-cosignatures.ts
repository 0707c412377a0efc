import assert from 'node:assert/strict';
import fc from 'fast-check';
import { concat, u64, utf8 } from '../base/bytes.ts';
import type { CosignatureRow } from './store.ts';
import { CHANNEL, createLog, type On, originOf, sha256 } from './suite-fixtures.ts';

const cosignatureOf = (size: number, time: number, cosigner = 'b/held', n = 0): CosignatureRow => ({
  origin: originOf(n),
  size,
  root: sha256(u64(size)),
  cosigner,
  time,
  lines: utf8(`— ${cosigner} ${size} ${time}\n`),
});

/** What others cosigned. */
export function cosignatureCases(on: On): void {
  const names = (rows: readonly CosignatureRow[]) => rows.map((row) => [row.size, row.time, row.cosigner]);
  on('keeps cosignatures, each once, and two roots at one size and time as two', async (store) => {
    await createLog(store);
    await store.putCosignatures([cosignatureOf(3, 100), cosignatureOf(5, 110), cosignatureOf(3, 100)]);
    await store.putCosignatures([cosignatureOf(5, 110), cosignatureOf(5, 120, 'host'), cosignatureOf(1, 90)]);
    assert.deepEqual(names(await store.cosignatures(originOf(0))), [
      [5, 120, 'host'],
      [5, 110, 'b/held'],
      [3, 100, 'b/held'],
      [1, 90, 'b/held'],
    ]);
    assert.equal((await store.cosignatures(originOf(0), 3)).length, 3);
    assert.equal((await store.cosignatures(originOf(0), 2, 4)).length, 1);
    await store.putCosignatures([{ ...cosignatureOf(5, 110), root: sha256(utf8('another history')) }]);
    assert.equal((await store.cosignatures(originOf(0), 5)).length, 3);
    const [row] = await store.cosignatures(originOf(0), 1, 1);
    assert.deepEqual(Buffer.from(row?.lines ?? []).toString(), '— b/held 1 90\n');
  });
  on('knows the largest pair of each cosigner over each log', async (store) => {
    await createLog(store, 0);
    await createLog(store, 1);
    await createLog(store, 2, 'f'.repeat(43));
    await store.putCosignatures([
      cosignatureOf(3, 100),
      cosignatureOf(8, 130),
      cosignatureOf(8, 150),
      cosignatureOf(2, 160),
      cosignatureOf(6, 100, 'host'),
      cosignatureOf(9, 140, 'c/held', 1),
      cosignatureOf(4, 140, 'c/held', 2),
      cosignatureOf(1, 140, 'c/held', 3),
    ]);
    const rows = (await store.largestCosignatures(CHANNEL)).map((row) => [row.origin, row.cosigner, row.size, row.time]);
    assert.deepEqual(rows, [
      [originOf(0), 'b/held', 8, 150],
      [originOf(0), 'host', 6, 100],
      [originOf(1), 'c/held', 9, 140],
    ]);
    assert.equal((await store.largestCosignatures()).length, 5);
    assert.deepEqual(await store.largestCosignatures('nowhere'), []);
  });
  on('finds the earliest pair over an entry, whatever a cosigner dated how', async (store) => {
    let n = 0;
    const pairs = fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 100, max: 112 })), { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(pairs, async (given) => {
        n++;
        await store.putCosignatures(given.map(([size, time]) => cosignatureOf(size, time, 'b/held', n)));
        for (let index = 0; index <= 12; index++) {
          const over = given.filter(([size]) => size > index);
          const [first] = over.sort(([s1, t1], [s2, t2]) => t1 - t2 || s2 - s1);
          const found = await store.firstCosignatureOver(originOf(n), index, 'b/held');
          assert.deepEqual(found && [found.size, found.time], first);
        }
      }),
      { numRuns: 40 },
    );
    assert.equal(await store.firstCosignatureOver(originOf(n), 0, 'nobody'), undefined);
    assert.deepEqual(
      ((await store.checkIntegrity?.()) ?? []).filter((sentence) => sentence.includes('mark')),
      [],
    );
  });
}

/** What this node cosigned. */
export function cosignedCases(on: On): void {
  const head = (size: number, salt = '') => ({ size, root: sha256(concat(u64(size), utf8(salt))) });
  on('grants the right to cosign only from the head last cosigned, and its time never goes back', async (store) => {
    const origin = originOf(0);
    assert.equal(await store.cosigned(origin), undefined);
    const refused = await store.advanceCosigned(origin, 4, head(5), 1000);
    assert.ok('last' in refused && refused.last.size === 0);
    assert.equal(await store.cosigned(origin), undefined);
    assert.deepEqual(await store.advanceCosigned(origin, 0, head(5), 1000), { time: 1000 });
    assert.deepEqual(await store.advanceCosigned(origin, 5, head(5), 900), { time: 1000 });
    assert.deepEqual(await store.advanceCosigned(origin, 5, head(9), 1100), { time: 1100 });
    const late = await store.advanceCosigned(origin, 5, head(7), 1200);
    assert.ok('last' in late && late.last.size === 9 && late.last.time === 1100);
    for (const next of [head(8), head(9, 'another root')]) assert.ok('last' in (await store.advanceCosigned(origin, 9, next, 1200)));
    await store.advanceCosigned(originOf(1), 0, head(2), 1300);
    assert.deepEqual(
      (await store.allCosigned()).map((row) => [row.origin, row.size, row.time]),
      [
        [origin, 9, 1100],
        [originOf(1), 2, 1300],
      ],
    );
    assert.equal((await store.cosigned(origin))?.size, 9);
  });
  on('lets one of many concurrent cosigners win each step', async (store) => {
    const origin = originOf(0);
    const granted: { size: number; time: number }[] = [];
    const worker = async (salt: number) => {
      for (let round = 0; round < 20; round++) {
        const last = await store.cosigned(origin);
        const size = (last?.size ?? 0) + 1 + (salt % 3);
        const answer = await store.advanceCosigned(origin, last?.size ?? 0, head(size, `${salt}`), 1000 + ((round * 7 + salt) % 11));
        if ('time' in answer) granted.push({ size, time: answer.time });
      }
    };
    await Promise.all([1, 2, 3, 4].map(worker));
    assert.ok(granted.length >= 20);
    granted.reduce((a, b) => {
      assert.ok(b.size > a.size && b.time >= a.time);
      return b;
    });
  });
}
