import { deepEqual, ok } from 'node:assert/strict';
import test from 'node:test';
import { AT, faultsOf, SMALLEST } from './fixtures-drafts.ts';
import { parseFields } from './parse.ts';
import { KINDS } from './registry.ts';

const people = KINDS.filter(({ signedBy }) => signedBy === 'representative');

test('the smallest draft of every kind has no fault, and without any one needed field it has that one', () => {
  deepEqual(new Set(Object.keys(SMALLEST)), new Set(people.map(({ id }) => id)));
  for (const { id, fields } of people) {
    deepEqual(faultsOf(id), [], id);
    for (const { name, required } of fields)
      if (required && name !== 'pointers' && name !== 'leaves')
        ok(faultsOf(id, { [name]: undefined }).includes(`${name} fault.missing`), `${id}.${name}`);
  }
});

test('what is still to be kept is not set to a moment past, and what has happened to none that lies ahead', () => {
  for (const { id, fields } of people)
    for (const { name, future, past } of fields) {
      if (future === true)
        deepEqual(
          [-1, 0, 1].map((shift) => faultsOf(id, { [name]: AT + shift }, AT).includes(`${name} fault.past`)),
          [true, true, false],
          `${id}.${name}`,
        );
      if (past === true)
        deepEqual(
          [-1, 0, 1].map((shift) => faultsOf(id, { [name]: AT + shift }, AT).includes(`${name} fault.ahead`)),
          [false, false, true],
          `${id}.${name}`,
        );
    }
});

test('how far a moment lies from now is asked of authors alone: what is on the record never becomes void or wrong by the passing of time', () => {
  for (const kind of people) {
    const fields = new Map(Object.entries({ ...SMALLEST[kind.id], marking: 'amber' }));
    const { frameFaults, contentFaults } = parseFields(kind, fields, []);
    deepEqual([...frameFaults, ...contentFaults], [], kind.id);
  }
});

test('rows beyond their limit, of another form, or with a cell too many are a fault of their field', () => {
  for (const { id, fields } of people)
    for (const field of fields) {
      if (field.shape !== 'rows') continue;
      const row = Object.fromEntries(
        field.of
          .filter(({ required }) => required)
          .map((cell) => [
            cell.name,
            cell.shape === 'choice' ? (cell.of[0] ?? '') : cell.shape === 'flag' ? true : cell.name === 'language' ? 'en' : 'x',
          ]),
      );
      const isWrong = (rows: readonly unknown[]): boolean => faultsOf(id, { [field.name]: rows as never }).includes(`${field.name} fault.rows`);
      ok(!isWrong([row]), `${id}.${field.name}`);
      ok(!isWrong(Array.from({ length: field.max }, () => row)));
      ok(isWrong(Array.from({ length: field.max + 1 }, () => row)));
      for (const odd of [null, [], 'x', { ...row, colour: 'blue' }, ...Object.keys(row).map((name) => ({ ...row, [name]: undefined }))].map((one) =>
        JSON.parse(JSON.stringify(one)),
      ))
        ok(isWrong([odd]), `${id}.${field.name}: ${JSON.stringify(odd)}`);
    }
});
