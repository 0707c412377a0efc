import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DutyLine, TimelinessIn } from '../projection/report.ts';
import { overallText } from './overall-report.ts';

const NOON = Date.UTC(2027, 0, 4, 12) / 1000;
const clock = { pack: 'communication-check', clock: 'answer', title: 'Answer to the check' };
const asked = {
  ...clock,
  debtor: 1,
  creditor: 0,
  kind: 'communication_check',
  matter: '',
  period: null,
  receipt_owed_since: null,
  by: [],
  answer: null,
};
const duty = (document: string, status: DutyLine['status'], met_at: number | null = null): DutyLine => ({
  ...{ ...asked, document, status, since: NOON, until: NOON + 7200, met_at },
});
const row = (name: string, latest: DutyLine, open: readonly DutyLine[], counts: Partial<TimelinessIn> = {}): TimelinessIn => ({
  ...{ ...clock, party: 1, asked: 1, answered: 0, in_time: 0, late: 0, open: open.length, open_late: 0, withdrawn: 0 },
  ...{
    median_seconds: null,
    longest_seconds: null,
    longest_since: null,
    channel: name,
    channelTitle: name,
    with: name,
    ours: false,
    latest,
    open_duties: open,
    ...counts,
  },
});

test('a report over all channels says who has not answered before who was late, and who was late before who was in time', () => {
  const late = duty('C-1-gorse', 'met_late', NOON + 7260);
  const [first, second] = [duty('C-1-elder', 'late_so_far'), duty('C-2-elder', 'met', NOON + 12)];
  const rows = [
    row('Yew', duty('C-1-yew--', 'met', NOON + 40), [], { in_time: 1 }),
    row('Elder', second, [first], { asked: 2, in_time: 1, open_late: 1 }),
    row('Gorse', late, [], { late: 1 }),
    row('Fir', { ...duty('C-1-fir--', 'met_late', NOON), since: NOON - 2029 * 86_400 }, [], { late: 1 }),
    { ...row('Oak', duty('C-1-oak--', 'running'), [duty('C-1-oak--', 'running')]), channelTitle: 'Talks' },
  ];
  assert.deepEqual(overallText({ style: (text) => text }, { v: 1, now: NOON + 9000, rows }).split('\n'), [
    'As of 2027-01-04 14:30 UTC, in all channels; --channel gives the report of one, the same on both sides.',
    'Answer to the check (communication-check), asked of the others',
    '  asked 6 times in 5 channels: 2 answered in time, 2 late, 2 not answered (1 past their time)',
    '  Elder            not answered; was due 2027-01-04 14:00 UTC  C-1-elde',
    '  Talks, with Oak  not answered yet; due 2027-01-04 14:00 UTC  C-1-oak-',
    '  Gorse            answered late at 2027-01-04 14:01 UTC, after 2 h 1 min  C-1-gors',
    '  Fir              answered late at 2027-01-04 12:00 UTC, after 2029 d since 2021-06-15 12:00 UTC  C-1-fir-',
    '  Yew              answered in time at 2027-01-04 12:00 UTC, after 40 s  C-1-yew-',
    '  Elder            answered in time at 2027-01-04 12:00 UTC, after 12 s  C-2-elde',
  ]);
});
