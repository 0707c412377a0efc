import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TodayItem } from '../projection/views.ts';
import { askedAlike } from './asked-alike.ts';

const due = {
  matter: '',
  entry: '',
  kind: 'communication_check',
  debtor: 1,
  creditor: 0,
  status: 'running',
  dueAt: 9,
  summary: { id: 'c' },
} as const;
const item = (channel: string, more: Partial<TodayItem> = {}): TodayItem => ({
  ...{ channel, channelTitle: channel, with: channel, due, ref: 'C-1', act: 'communication_check_answer', ...more },
});
const shown = (items: readonly TodayItem[]): readonly string[] => askedAlike(items).map((group) => group.map(({ channel }) => channel).join(' '));

test('what is asked alike of three or more channels is one, with each of them named; two are read one by one', () => {
  assert.deepEqual(shown([item('A'), item('B'), item('C')]), ['A B C']);
  assert.deepEqual(shown([item('A'), item('B')]), ['A', 'B']);
});

test('what differs, in its reference, its instant or how late it is, is not gathered, and the order is that of the first', () => {
  const late = item('L', { due: { ...due, status: 'late_so_far', dueAt: 1 } });
  assert.deepEqual(shown([late, item('A'), item('D', { ref: 'C-2' }), item('B'), item('C')]), ['L', 'A B C', 'D']);
});

test('what is due at one instant under another name is not gathered, since the date is said with its name', () => {
  const other = item('T', { due: { ...due, title: 'Acknowledgement of the request' } });
  assert.deepEqual(shown([item('A'), other, item('B'), item('C')]), ['A B C', 'T']);
});

test('twice asked in one channel stands twice, and what somebody must look at first stands alone', () => {
  assert.deepEqual(shown([item('A'), item('A'), item('B'), item('C')]), ['A', 'A', 'B', 'C']);
  assert.deepEqual(shown([item('A'), item('X', { unacknowledged: true }), item('B'), item('C')]), ['A B C', 'X']);
});
