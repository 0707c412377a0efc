import { deepEqual } from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '../base/json.ts';
import { bracketFaults, bracketsOf, MAX_BRACKETS } from './brackets.ts';
import { readInput, showInput } from './form.ts';
import type { Cell, Field } from './kind.ts';
import { KINDS, kindOf } from './registry.ts';
import { joinRows, splitRows } from './rows.ts';
import { LAST_INSTANT, shapeFault } from './shape.ts';

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

test('whatever rows a document may hold, they are the same after they were shown to be edited and read again', () => {
  const fields = KINDS.flatMap((kind) => kind.fields).filter((field) => field.shape === 'rows');
  const odd = fc.constantFrom('a', 'Ж', ' ', '\t', '\n', '\u00a0', '\u2003', '\ufeff', '|', '\\', '-', '- ', ' | ', '\n- ', '\n   ', '\n\n');
  const text = fc.array(odd, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
  const anyOf = (cell: Cell): fc.Arbitrary<Json> => {
    if (cell.shape === 'choice') return fc.constantFrom(...cell.of);
    if (cell.shape === 'instant') return fc.integer({ min: 0, max: LAST_INSTANT });
    if (cell.shape === 'whole') return fc.integer({ min: cell.min, max: cell.max });
    return cell.shape === 'flag' ? fc.boolean() : fc.oneof(text, fc.constantFrom('en', 'a'));
  };
  const rowsOf = (field: Extract<Field, { shape: 'rows' }>): fc.Arbitrary<Json> => {
    const cells = Object.fromEntries(field.of.map((cell) => [cell.name, anyOf(cell)]));
    const requiredKeys = field.of.filter(({ required }) => required).map(({ name }) => name);
    return fc.array(fc.record(cells, { requiredKeys }), { minLength: 1, maxLength: 3 }) as fc.Arbitrary<Json>;
  };
  let held = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...fields).chain((field) => rowsOf(field).map((value) => ({ field, value }))),
      ({ field, value }) => {
        if (shapeFault(field, value) !== undefined) return;
        held++;
        const inOrder = (value as JsonObject[]).map((row) =>
          Object.fromEntries(field.of.flatMap(({ name }) => (name in row ? [[name, row[name]]] : []))),
        );
        deepEqual(readInput(field, showInput(field, value)), { value: inOrder });
      },
    ),
    { numRuns: 2000 },
  );
  deepEqual(held > 200, true, `${held} of them may stand`);
});

test('a cell that begins or ends in white space may not stand, and is answered with a sentence', () => {
  const field = kindOf('record')?.fields.find(({ name }) => name === 'items');
  if (field === undefined) throw new Error('a record has items');
  const said = (text: string): string | undefined => shapeFault(field, [{ speaker: 'Head', text }])?.id;
  for (const text of [' lead', 'trail ', '\u00a0x', 'x\n', '\tx', 'x\ufeff']) deepEqual(said(text), 'fault.cell_spaces', JSON.stringify(text));
  for (const text of ['a\n   b', 'a b', 'a\n\nb  c']) deepEqual(said(text), undefined, JSON.stringify(text));
  deepEqual(shapeFault(field, [{ speaker: 'Head ' }])?.id, 'fault.rows');
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
