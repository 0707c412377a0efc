import { deepEqual } from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { bracketFaults, bracketsOf, MAX_BRACKETS } from './brackets.ts';
import { joinRows, splitRows } from './rows.ts';

test('rows are written a line each, with bars between cells, and an indented line goes on with the cell above', () => {
  deepEqual(splitRows('Cyber | cyber\n- What follows New START | arms-control\n\n  and after it\n'), [
    ['Cyber', 'cyber'],
    ['What follows New START', 'arms-control\n\nand after it'],
  ]);
  deepEqual(splitRows('a \\| b | | c'), [['a | b', '', 'c']]);
  deepEqual(splitRows(''), []);
});

test('whatever cells hold, rows that were joined are taken apart into the same', () => {
  const word = fc.stringMatching(/^[A-Za-z|\\-][A-Za-z| -]{0,8}[A-Za-z|]$/);
  const last = fc.array(word, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n'));
  const row = fc.tuple(fc.array(word, { maxLength: 3 }), last).map(([cells, end]) => [...cells, end]);
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
      deepEqual(splitRows(joinRows(rows)), rows);
    }),
  );
});

test('a row that begins with an empty cell stays a row of its own', () => {
  for (const rows of [[['', 'cyber']], [['Cyber', 'cyber'], ['', 'other'], ['x']], [['', '', 'c']]]) deepEqual(splitRows(joinRows(rows)), rows);
});

test('brackets say whose they are and may stand inside one another', () => {
  deepEqual(bracketsOf('The parties [RU: shall] [US: should [in good time]] consult.'), {
    brackets: [
      { whose: 'RU', text: 'shall', depth: 1 },
      { whose: 'US', text: 'should [in good time]', depth: 1 },
      { text: 'in good time', depth: 2 },
    ],
  });
  deepEqual(bracketsOf('No bracket.'), { brackets: [] });
});

test('brackets that are not closed, too deep or too many are said, in linear time', () => {
  deepEqual(bracketsOf('[a'), { wrong: 'pairs' });
  deepEqual(bracketsOf('a]'), { wrong: 'pairs' });
  deepEqual(bracketsOf('['.repeat(20_000)), { wrong: 'depth' });
  deepEqual(bracketsOf('[a]'.repeat(10_000)), { wrong: 'count' });
  deepEqual('brackets' in bracketsOf('[a]'.repeat(MAX_BRACKETS)), true);
  deepEqual(
    bracketFaults([{ number: '2', text: '[a' }, 'no article', { number: '3', text: 'a' }]).map(({ phrase }) => [phrase.id, phrase.values?.article]),
    [['fault.brackets_pairs', '2']],
  );
});
