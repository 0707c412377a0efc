import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { qrModules, qrPath } from './qr.ts';

/** As read back by an independent reader (jsQR 1.4), like all lengths from 1 to 213 bytes. */
const PARLEY = `
#######.#..#..#######
#.....#..#.#..#.....#
#.###.#.....#.#.###.#
#.###.#.##.##.#.###.#
#.###.#.#####.#.###.#
#.....#.#...#.#.....#
#######.#.#.#.#######
........###..........
#...#.####..######..#
.##.##....#.###...###
.###.####.#.##.....#.
#....#.##..##..#.....
#...#.##...#..#######
........#..##.....#.#
#######.##.#..######.
#.....#...#..##.#...#
#.###.#.#...###.#.#.#
#.###.#...#.####.#.##
#.###.#..#..##..##...
#.....#..####...#....
#######.##.#..##..#.#`.trim();

function picture(text: string, dark: string, light: string): string {
  return (qrModules(text) ?? []).map((row) => row.map((cell) => (cell ? dark : light)).join('')).join('\n');
}

test('the code of a short text is the one an independent reader read', () => {
  assert.equal(picture('PARLEY', '#', '.'), PARLEY);
});

test('the code of a reference, an entry and a root (version 6, four blocks) is the one an independent reader read', () => {
  const drawn = picture(`parley R-41 ${'A'.repeat(43)} ${'B'.repeat(43)}`, '1', '0');
  assert.equal(createHash('sha256').update(drawn).digest('hex'), 'b8a86fd481d3d724113f847ba9c9aa9964c79fb102ac4c2c7789306cc22bbc4a');
});

test('a text that does not fit gives no code, and a code is one path', () => {
  assert.equal(qrModules('x'.repeat(214)), undefined);
  assert.equal(
    qrPath([
      [true, false],
      [false, true],
    ]),
    'M0 0h1v1h-1zM1 1h1v1h-1z',
  );
});
