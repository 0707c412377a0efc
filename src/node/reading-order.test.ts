import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../base/bytes.ts';
import { tieBreakIn } from '../verify/read-log.ts';
import { nodeSha256 } from './crypto.ts';
import { ordered } from './reading-order.ts';

test('what several parties said at one level is read in an order of the channel alone, in which now one comes first and now another', () => {
  const tie = tieBreakIn(nodeSha256, 'A'.repeat(43));
  const party = (origin: string): number => Number(origin);
  const rows = Array.from({ length: 90 }, (_, i) => ({
    origin: String(i % 3),
    index: 7 * (i % 3) + Math.floor(i / 3),
    level: 5 + Math.floor(i / 3),
  }));
  const read = ordered(rows, tie, party);
  const expected = rows.map((row) => ({ ...row, by: toHex(tie(row.level, party(row.origin))) }));
  expected.sort((a, b) => a.level - b.level || (a.by < b.by ? -1 : 1));
  assert.deepEqual(
    read,
    expected.map(({ by: _, ...row }) => row),
  );
  assert.deepEqual(ordered(rows.toReversed(), tie, party), read);
  const first = read.filter((_, i) => i % 3 === 0).map(({ origin }) => origin);
  assert.deepEqual([...new Set(first)].sort(), ['0', '1', '2']);
});

test('the tie-break is computed of those alone that share a level', () => {
  let asked = 0;
  const tie = tieBreakIn(nodeSha256, 'A'.repeat(43));
  const counted = (level: number, party: number): Uint8Array => {
    asked++;
    return tie(level, party);
  };
  const rows = [4, 9, 2, 9, 7].map((level, index) => ({ origin: String(index % 2), index, level }));
  ordered(rows, counted, Number);
  assert.equal(asked, 2);
});
