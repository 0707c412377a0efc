import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TableRow } from '../projection/views.ts';
import { filterRows, isFiltering, NO_FILTER } from './table-filter.ts';

const due = { matter: '', entry: '', kind: 'request', debtor: 1, creditor: 0, status: 'running', summary: { id: '' } } as const;
const row = (id: string, party: number, kind: string, more: Partial<TableRow> = {}): TableRow => ({
  ...{ id, party, index: 0, kind, summary: { id: '' }, time: 0, ref: '', marking: 'green', signer: '', delivery: 'held', witnessed: true },
  ...{ valid: true, findings: [], matter: id, matterTitle: '', exercise: false, attachments: 0, ...more },
});
const rows = [
  row('a', 0, 'message'),
  row('b', 1, 'message'),
  row('c', 0, 'request', { due }),
  row('d', 1, 'request', { due: { ...due, status: 'met', metAt: 5 } }),
  row('e', 0, 'request', { due, valid: false }),
];
const ids = (filter: Partial<typeof NO_FILTER>): string =>
  filterRows(rows, { ...NO_FILTER, ...filter }, 0)
    .map(({ id }) => id)
    .join('');

test('a table is narrowed to a side, a kind, or what is not answered', () => {
  assert.equal(ids({}), 'abcde');
  assert.equal(ids({ side: 'theirs' }), 'bd');
  assert.equal(ids({ kind: 'message' }), 'ab');
  assert.equal(ids({ unanswered: true }), 'c');
  assert.equal(ids({ side: 'ours', kind: 'message' }), 'a');
  assert.equal(isFiltering(NO_FILTER), false);
  assert.equal(isFiltering({ ...NO_FILTER, unanswered: true }), true);
});
