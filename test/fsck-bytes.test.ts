/** A bit that a disk changed, anywhere in what is stored or in the file itself: `fsck` says so, or it has no effect. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { SqlValue } from '../src/store/database.ts';
import { fsck } from '../src/store/fsck.ts';
import { openMemoryStore } from '../src/store/memory.ts';
import { sumOf } from '../src/store/sqlite-sums.ts';
import type { EntryRow, Store } from '../src/store/store.ts';
import { originOf, sha256 } from '../src/store/suite-fixtures.ts';
import { DamagedFile, ENTRIES, fill, options } from './fsck-bytes.ts';
import { figures } from './gate-world.ts';

const figure = figures(3);
const anyBit = (): number => 1 << Math.floor(figure() * 8);

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const out = bytes.slice();
  out[at % bytes.length] = (out[at % bytes.length] ?? 0) ^ anyBit();
  return out;
}

describe('every byte of every stored value', () => {
  let store: Store;
  before(async () => {
    store = openMemoryStore({ sha256 });
    await fill(store);
  });

  /** Flips a random bit of byte `at` in each of the 200 entries at once; every one of them must be named. */
  async function flipAll(change: (row: EntryRow) => EntryRow): Promise<void> {
    const damaged = { ...store, entries: async (...of: Parameters<Store['entries']>) => (await store.entries(...of)).map(change) };
    const report = await fsck(damaged, options);
    const named = new Set(report.problems.filter(({ origin }) => origin === originOf(0)).map(({ index }) => index));
    for (let index = 0; index < ENTRIES; index++) assert.ok(named.has(index), `entry ${index}`);
  }

  for (const column of ['bytes', 'body', 'id', 'leafHash'] as const)
    test(`the ${column} of entries`, async () => {
      const rows = await store.entries(originOf(0), 0, ENTRIES);
      const longest = Math.max(...rows.map((row) => row[column]?.length ?? 0));
      for (let at = 0; at < longest; at++) await flipAll((row) => ({ ...row, [column]: flipped(row[column] ?? new Uint8Array(1), at) }));
    });

  test('whether an entry has a body to ask for', () => flipAll((row) => ({ ...row, bodyRequired: !row.bodyRequired })));

  test('rows that no hash of the record covers have a sum that finds every flipped bit', () => {
    const row: readonly SqlValue[] = [4294967299, 'geneva-1', '{"name":"A. Петрова"}', new Uint8Array(700).map((_, i) => i), -1, null];
    const sum = sumOf(...row);
    for (const [i, value] of row.entries()) {
      const bytes = value instanceof Uint8Array ? value : new TextEncoder().encode(String(value));
      for (let at = 0; at < bytes.length; at++)
        for (let bit = 0; bit < 8; bit++) {
          const damaged = bytes.slice();
          damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
          const back: SqlValue =
            value instanceof Uint8Array ? damaged : typeof value === 'number' ? Number(value) ^ (1 << bit) : Buffer.from(damaged).toString('latin1');
          assert.notEqual(sumOf(...row.with(i, back)), sum, `value ${i}, byte ${at}, bit ${bit}`);
        }
    }
  });
});

describe('the file', () => {
  let file: DamagedFile;
  before(async () => {
    file = await DamagedFile.make();
  });
  after(() => file.remove());

  test('has no byte in which a flipped bit changes what is held unsaid (a sample; the long version takes every byte)', async () => {
    const seen = { noticed: 0, 'without effect': 0 };
    for (let i = 0; i < 400; i++) seen[await file.flip(Math.floor(figure() * file.size), Math.floor(figure() * 8))]++;
    // The head of the file, where SQLite keeps its own numbers.
    for (let at = 0; at < 100; at++) seen[await file.flip(at, Math.floor(figure() * 8))]++;
    assert.ok(seen.noticed > 120, JSON.stringify(seen));
  });
});
