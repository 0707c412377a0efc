import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PACKS, tellInEveryOrder } from './fixtures-interleavings.ts';
import { ACTS, tellingsOf, vocabularyOf } from './fixtures-tellings.ts';

for (const pack of PACKS) {
  test(`${pack.name}: whatever two sides say, four acts each, comes to the same in all seventy interleavings of their logs`, async (t) => {
    const tellings = await tellingsOf(pack);
    const told = await Promise.all(tellings.map((telling) => tellInEveryOrder(pack, telling, 5)));
    for (const { logs } of tellings) assert.deepEqual([logs[0].length, logs[1].length], [ACTS, ACTS]);
    assert.deepEqual([...new Set(told.map(({ interleavings }) => interleavings))], [70]);
    const counted = new Set(told.flatMap((one) => one.counted));
    const kinds = [0, 1].flatMap((party) => vocabularyOf(pack).map((kind) => `${party} ${kind}`));
    assert.deepEqual(
      kinds.filter((one) => !counted.has(one)),
      [],
      'every kind of the pack is said by each side',
    );
    for (const which of ['arose', 'met'] as const) {
      const clocks = new Set(told.flatMap((one) => one[which]));
      assert.deepEqual(
        pack.clocks.map(({ id }) => id).filter((id) => !clocks.has(id)),
        [],
        `every clock of the pack ${which}`,
      );
    }
    assert.ok(
      told.some(({ waited }) => waited),
      'an answer comes before what it answers',
    );
    t.diagnostic(`${tellings.length} tellings`);
  });
}
