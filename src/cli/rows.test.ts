import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aKind, entriesText, hostCalled, kindAndSummary } from './rows.ts';

test('words fit what they count and name', () => {
  assert.deepEqual([entriesText(1), entriesText(2)], ['1 entry', '2 entries']);
  assert.deepEqual([aKind('body_erased'), aKind('message'), aKind('incident_notification')], ['an erasure', 'a message', 'an incident notification']);
  assert.deepEqual([hostCalled('Host C'), hostCalled('Palais'), hostCalled('Hostel')], ['Host C', 'Host Palais', 'Host Hostel']);
});

test('a kind is not said twice where a summary begins with it', () => {
  const summary = (id: string, title: string) => ({ id, values: { title } });
  assert.equal(kindAndSummary({ kind: 'withdrawal', summary: summary('summary.withdrawal', 'Overtaken.') }), 'Withdrawal: Overtaken.');
  assert.equal(kindAndSummary({ kind: 'message', summary: summary('summary.message', 'Pipeline') }), 'Message: Pipeline');
});
