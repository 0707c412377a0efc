import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { foundingText } from './foundings.ts';
import { aKind, dueText, entriesText, hostCalled, kindAndSummary, settledTexts, waitingOf } from './rows.ts';
import { Terminal } from './terminal.ts';

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

test('a founding is called by its title and by whom it is with, and not twice by one name', () => {
  const founding = { invite: 'q7Xb2kLw', us: 1, hosts: [], state: 'compare', foundBy: 1_623_843_300, note: '' } as const;
  assert.match(foundingText({ ...founding, title: 'Republic of Alder', with: 'Republic of Alder' }), /^Republic of Alder: answered/);
  assert.match(foundingText({ ...founding, title: 'Geneva-1', with: 'Republic of Alder' }), /^Geneva-1, with Republic of Alder: answered/);
});

test('an alarm that is over leaves a line that says since when the record goes on, and none while it stands', () => {
  const parties = [{ name: 'Alpha', reachable: true }];
  const forks = [{ party: 0, gen: 'g', heads: [], standing: 3, goesOn: { since: 1_623_843_300 } }];
  assert.deepEqual(settledTexts({ parties, forks }), [
    'Two histories of an earlier generation of Alpha exist. The record goes on in a new one since 2021-06-16 11:35 UTC. Nothing to do.',
  ]);
  assert.deepEqual(settledTexts({ parties, forks, alarm: { id: 'alarm.fork' } }), []);
});

test('what waits to be held is counted over all generations of a log, not in the one written now alone', () => {
  const log = { party: 0, gen: 'g', origin: 'o', size: 2, root: '', heldSize: 2, witnessedSize: 2, missing: 0 };
  assert.equal(waitingOf({ ...log, record: { size: 12, heldSize: 9, missing: 0 } }), 3);
});

test('where nobody asked, a receipt that is owed is held against neither side by name', () => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const terminal = new Terminal({ stdin, stdout, stderr, env: {} }, { json: false, noInput: true, noColour: true });
  const channel = { parties: ['Water Works', 'Authority'].map((name) => ({ name })) } as unknown as Parameters<typeof dueText>[1];
  const summary = { id: 'summary.incident_notification', values: { stage: 'notification', title: 'Outage' } };
  const due = {
    matter: 'm',
    entry: 'e',
    kind: 'incident_notification',
    debtor: 0,
    creditor: 1,
    status: 'not_started',
    receiptOwedSince: 1_623_843_300,
    summary,
  };
  const [asked, own] = [{}, { follows: true }].map((more) => dueText(terminal, channel, { ...due, ...more } as Parameters<typeof dueText>[2], 0));
  assert.match(asked ?? '', /starts when their node holds it\); its node has not acknowledged the request since 2021-06-16/);
  assert.match(own ?? '', /starts when the other side holds it\); a receipt is owed since 2021-06-16/);
});
