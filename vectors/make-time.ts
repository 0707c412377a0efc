/**
 * Makes vectors/time/clocks.json (which cosignature times count, once stamped), vectors/time/self.json (when what starts a clock against its own author was
 * held), vectors/time/dues.json (until when a clock runs) and vectors/time/latest.json (which of several runs count). Deterministic: a second run writes the same bytes. Run it with:
 * node vectors/make-time.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { heldAt, metAt, receiptOwedSince, type StampedTime, selfStartedAt, startedAt } from '../src/procedure/clock.ts';
import { dueAtOf, dueStatus, latestRuns, periodsOf, startOf } from '../src/procedure/due.ts';
import type { Due } from '../src/procedure/pack.ts';

/**
 * `A 7 covers q up to 5 of A, B at 100`: a stamp in A's log at index 7, over the head of size 5 of A's log, with B's time; else a host's. `A 7 as s covers`
 * gives the stamp an id.
 */
function stamp(line: string): StampedTime {
  const found = /^([A-C]) (\d+)(?: as (\w+))? covers (\w+) up to (\d+) of ([A-C]), (\w+) at (\d+)$/.exec(line);
  if (found === null) throw new Error(line);
  const [, log = '', index, id, entry = '', size, of = '', by = '', time] = found;
  const who = /^[A-C]$/.test(by) ? { party: 'ABC'.indexOf(by) } : { host: by };
  return { log: 'ABC'.indexOf(log), index: Number(index), ...(id === undefined ? {} : { id }), entry, of: 'ABC'.indexOf(of), size: Number(size), time: Number(time), by: who };
}

const request = { party: 0, index: 4, entry: 'q' };
const reply = { party: 1, index: 9, entry: 'r' };
type More = { quorum?: number; standing?: readonly (readonly [number, number])[]; due?: Due; field?: number; at?: readonly number[] };

function clock(comment: string, lines: readonly string[], more: More = {}): object {
  const stamps = lines.map(stamp);
  const { quorum = 1, standing = [], due = { hours: 1 }, field, at = [0, 5000, 1_000_000] } = more;
  const started = startedAt(stamps, request, reply.party);
  const met = metAt(stamps, reply, request.party, quorum, new Map(standing));
  const anchor = field === undefined ? {} : { reply_by: field };
  const dueAt = started === undefined ? undefined : dueAtOf({ due } as Parameters<typeof dueAtOf>[0], anchor, started);
  return {
    comment,
    anchor: request,
    answer: reply,
    quorum,
    standing,
    due: { ...due, ...(field === undefined ? {} : { value: field }) },
    stamps,
    started_at: started ?? null,
    receipt_owed_since: receiptOwedSince(stamps, request, reply.party, quorum) ?? null,
    met_at: met ?? null,
    due_at: dueAt ?? null,
    status: at.map((now) => ({ now, is: dueStatus({ startedAt: started, dueAt, metAt: met }, now) })),
  };
}

const held = 'A 6 covers q up to 5 of A, B at 100';
const january31 = 1_738_281_600;
const cases = [
  clock('nothing is stamped: nothing has started', []),
  clock('a duty starts when the debtor held the request, and is due an hour later', [held], { at: [100, 3700, 3701] }),
  clock('a later stamp never moves the start', [held, 'A 7 covers q up to 6 of A, B at 50', 'A 8 covers q up to 7 of A, B at 900']),
  clock('two receipts in one stamp: the later, in favour of whoever owes', [held, 'A 6 covers q up to 5 of A, B at 90']),
  clock('the debtor’s own log starts nothing', ['B 1 covers q up to 5 of A, B at 90']),
  clock('a head that ends before the request starts nothing', ['A 6 covers q up to 4 of A, B at 90']),
  clock('a head of another log starts nothing', ['A 6 covers q up to 50 of B, B at 90']),
  clock('a third party’s receipt starts nothing', ['A 6 covers q up to 5 of A, C at 90']),
  clock('a stamp of another entry starts nothing', ['A 6 covers other up to 5 of A, B at 90']),
  clock(
    'a receipt is owed since the quorum of hosts saw the request',
    ['A 6 covers q up to 5 of A, h1 at 70', 'A 6 covers q up to 5 of A, h2 at 80'],
    {
      quorum: 2,
    },
  ),
  clock('one host twice is no quorum', ['A 6 covers q up to 5 of A, h1 at 70', 'A 7 covers q up to 6 of A, h1 at 80'], { quorum: 2 }),
  clock('a receipt is owed no more once it is there', ['A 6 covers q up to 5 of A, h1 at 70', held]),
  clock('a duty is met when the creditor held the answer', [held, 'B 11 covers r up to 10 of B, A at 200']),
  clock('a duty is met when the quorum of hosts saw the answer, if that was earlier', [
    held,
    'B 11 covers r up to 10 of B, A at 200',
    'B 11 covers r up to 10 of B, h1 at 150',
  ]),
  clock('a duty is met late', [held, 'B 11 covers r up to 10 of B, A at 5000']),
  clock('what a host saw of another log meets nothing', [held, 'B 11 covers r up to 50 of A, h1 at 20']),
  clock('a stamp in the creditor’s log counts below its standing head', [held, 'A 20 covers r up to 10 of B, A at 300'], { standing: [[0, 21]] }),
  clock('a stamp in the creditor’s log counts for nothing at its standing head', [held, 'A 20 covers r up to 10 of B, A at 300'], {
    standing: [[0, 20]],
  }),
  clock('without hosts the receipt alone counts', [held, 'B 11 covers r up to 10 of B, A at 200'], { quorum: 0 }),
  clock('due at the instant asked for', [held], { due: { field: 'reply_by', hours: 1 }, field: 9000 }),
  clock('due when it starts, where the instant asked for is before that', [held], { due: { field: 'reply_by', hours: 1 }, field: 40 }),
  clock('due after hours, where no instant was asked for', [held], { due: { field: 'reply_by', hours: 2 } }),
  clock('a month from 31 January ends on the last of February', [`A 6 covers q up to 5 of A, B at ${january31 + 3661}`], { due: { months: 1 } }),
  clock('thirteen months', [`A 6 covers q up to 5 of A, B at ${january31}`], { due: { months: 13 } }),
];

/** What A wrote starts a clock against A, and B is whom it owes: when it starts, since when a receipt is owed instead, and when B held it for what must come later. */
function self(comment: string, lines: readonly string[]): object {
  const stamps = lines.map(stamp);
  return {
    comment,
    anchor: request,
    creditor: reply.party,
    quorum: 1,
    stamps,
    started_at: selfStartedAt(stamps, request, reply.party) ?? null,
    receipt_owed_since: receiptOwedSince(stamps, request, reply.party, 1, true) ?? null,
    held_at: heldAt(stamps, request, reply.party, 1) ?? null,
  };
}

const word = 'B 7 as s covers q up to 5 of A, B at 100';
const heard = 'B 9 covers s up to 8 of B, A at 160';
const selves = [
  self('nothing is stamped: nothing has started', []),
  self('the debtor’s own log says when the creditor held it', [held]),
  self('the debtor stamps nothing: it starts when it held the creditor’s word', [word, heard]),
  self('a receipt of much later, stamped first by the debtor, puts nothing off', [word, heard, 'A 20 covers q up to 19 of A, B at 9000']),
  self('a receipt stamped by the debtor in time counts, whatever the creditor says', [held, 'B 7 as s covers q up to 5 of A, B at 3', heard]),
  self('the creditor’s word is worth what the debtor’s receipt of it says', ['B 7 as s covers q up to 5 of A, B at 3', heard]),
  self('it never starts before the receipt that the word is of', ['B 7 as s covers q up to 5 of A, B at 300', heard]),
  self('a word that the debtor has not receipted starts nothing', [word]),
  self('a receipt of the word is owed since the quorum of hosts saw it', ['A 6 covers q up to 5 of A, h1 at 70', word, 'B 9 covers s up to 8 of B, h1 at 110']),
  self('a receipt of the document is owed since the quorum of hosts saw that', ['A 6 covers q up to 5 of A, h1 at 70']),
  self('a third party’s receipt of the word starts nothing', [word, 'B 9 covers s up to 8 of B, C at 160']),
  self('a head that ends before the word starts nothing', [word, 'B 9 covers s up to 7 of B, A at 160']),
  self('a stamp without the creditor’s own receipt is no word', ['B 7 as s covers q up to 5 of A, h1 at 100', heard]),
  self('a stamp of the word in another log starts nothing', [word, 'A 9 covers s up to 8 of B, A at 160']),
  self('the first word counts, and the first stamp of it', [
    'B 11 covers s up to 10 of B, A at 20',
    'B 12 as t covers q up to 9 of A, B at 1',
    'B 14 covers t up to 13 of B, A at 2',
    word,
    heard,
  ]),
];

/** A clock that starts at `from` or, anchored by a field, at what its document says: when it starts and is due, or the periods that owe something at `now`. */
function due(comment: string, clock: Due, more: { from?: string; by?: string; fields?: Record<string, string>; holidays?: readonly string[]; now?: string }): object {
  const seconds = (text: string): number => Date.parse(text) / 1000;
  const { from, by, holidays = [], now } = more;
  const fields = Object.fromEntries(Object.entries(more.fields ?? {}).map(([name, text]) => [name, seconds(text)]));
  const anchor = by === undefined ? { by: 'receipt' as const } : { by: 'field' as const, field: by };
  const whole = { due: clock, anchor } as Parameters<typeof dueAtOf>[0];
  const start = by === undefined ? (from === undefined ? undefined : seconds(from)) : startOf(whole, fields, holidays);
  const base = { comment, due: clock, anchor: by ?? null, fields, holidays, started_at: start ?? null };
  if (now !== undefined) return { ...base, now: seconds(now), periods: periodsOf(whole, start ?? 0, seconds(now), holidays) };
  return { ...base, due_at: start === undefined ? null : (dueAtOf(whole, fields, start, holidays) ?? null) };
}

const dues = [
  due('ninety minutes', { minutes: 90 }, { from: '2026-12-23T10:30:00Z' }),
  due('fourteen days of 24 hours', { days: 14 }, { from: '2026-12-23T10:30:00Z' }),
  due('two working days: a holiday, a weekend and a holiday between', { working_days: 2 }, { from: '2026-12-23T10:30:00Z', holidays: ['2026-12-25', '2026-12-28'] }),
  due('one working day from a Saturday is Monday', { working_days: 1 }, { from: '2026-11-28T18:00:00Z' }),
  due('a month from 31 January of a leap year', { months: 1 }, { from: '2028-01-31T00:00:00Z' }),
  due('an instant in a field, before the start: due at the start', { field: 'b' }, { by: 'a', fields: { a: '2026-02-01T00:00:00Z', b: '2026-01-01T00:00:00Z' } }),
  due('a day before an event', { hours: 24, before: true }, { by: 'a', fields: { a: '2026-06-02T06:00:00Z' } }),
  due('three working days before an event', { working_days: 3, before: true }, { by: 'a', fields: { a: '2026-06-02T06:00:00Z' } }),
  due('no instant in the field: it does not start', { hours: 24 }, { by: 'a', fields: {} }),
  due('the earlier of two: from the own instant', { hours: 4, at_most: { field: 'b', hours: 24 } }, { by: 'a', fields: { a: '2026-01-10T10:00:00Z', b: '2026-01-10T00:00:00Z' } }),
  due('the earlier of two: from the other instant', { hours: 4, at_most: { field: 'b', hours: 24 } }, { by: 'a', fields: { a: '2026-01-10T22:00:00Z', b: '2026-01-10T00:00:00Z' } }),
  due('the earlier of two: only the other is known', { hours: 4, at_most: { field: 'b', hours: 24 } }, { by: 'a', fields: { b: '2026-01-10T00:00:00Z' } }),
  due('a limit that was over before the own instant is none', { hours: 4, at_most: { field: 'b', hours: 24, unless_over: true } }, { by: 'a', fields: { a: '2026-01-11T00:00:01Z', b: '2026-01-10T00:00:00Z' } }),
  due('a limit that ends with the own instant counts', { hours: 4, at_most: { field: 'b', hours: 24, unless_over: true } }, { by: 'a', fields: { a: '2026-01-11T00:00:00Z', b: '2026-01-10T00:00:00Z' } }),
  due('a limit alone is never over', { hours: 4, at_most: { field: 'b', hours: 24, unless_over: true } }, { by: 'a', fields: { b: '2026-01-10T00:00:00Z' } }),
  due('every month from the 31st', { every: { months: 1 } }, { from: '2026-01-31T12:00:00Z', now: '2026-04-02T00:00:00Z' }),
  due('every half-year of the calendar, within it', { every: { months: 6, calendar: true } }, { from: '2026-03-15T00:00:00Z', now: '2027-01-01T00:00:00Z' }),
  due('every half-year of the calendar, 30 days after its end', { days: 30, every: { months: 6, calendar: true } }, { from: '2026-03-15T00:00:00Z', now: '2027-01-01T00:00:00Z' }),
  due('every six months from the month after the start, 30 days after their end', { days: 30, every: { months: 6, next_month: true } }, { from: '2011-02-05T00:00:00Z', now: '2012-03-02T00:00:00Z' }),
  due('a start on the first of a month waits for the next one', { every: { months: 1, next_month: true } }, { from: '2026-12-01T00:00:00Z', now: '2027-02-15T00:00:00Z' }),
  due('nothing is owed before the start', { every: { months: 6 } }, { from: '2026-03-15T00:00:00Z', now: '2026-03-14T00:00:00Z' }),
];

/** Runs of a clock with `latest`, each as `started-due`, `-` where it has not started, with `gone` where its anchor was taken back: which of them count. */
function latest(comment: string, ...runs: readonly string[]): object {
  const states = runs.map((run) => {
    const [span = '', gone] = run.split(' ');
    const [started, due] = span.split('-').map(Number);
    return { ...(span === '-' ? {} : { startedAt: started, dueAt: due }), withdrawn: gone !== undefined };
  });
  const shown = states.map(({ startedAt, dueAt, withdrawn }) => ({ started_at: startedAt ?? null, due_at: dueAt ?? null, withdrawn }));
  return { comment, runs: shown, count: latestRuns(states) };
}

const latests = [
  latest('one counts', '10-100'),
  latest('a later one in time takes its place', '10-100', '50-140'),
  latest('a third takes the place of the second', '10-100', '50-140', '130-220'),
  latest('on the last second it is in time', '10-100', '100-190'),
  latest('what has run out stays so', '10-100', '101-191'),
  latest('after what has run out none counts, also not one that is in time for another that did not', '10-100', '101-191', '150-240'),
  latest('none makes it due earlier', '10-100', '50-99'),
  latest('one that has not started replaces nothing yet', '10-100', '-'),
  latest('one that started replaces one that has not', '-', '50-140'),
  latest('of two that have not started the first counts', '-', '-'),
  latest('one that was taken back replaces nothing, and counts as that', '10-100', '50-140 gone'),
  latest('what replaces one that was taken back replaces the one before it', '10-100', '50-140 gone', '60-150'),
];

mkdirSync(new URL('time/', import.meta.url), { recursive: true });
writeFileSync(new URL('time/dues.json', import.meta.url), `${JSON.stringify(dues, undefined, 1)}\n`);
writeFileSync(new URL('time/latest.json', import.meta.url), `${JSON.stringify(latests, undefined, 1)}\n`);
writeFileSync(new URL('time/self.json', import.meta.url), `${JSON.stringify(selves, undefined, 1)}\n`);
writeFileSync(new URL('time/clocks.json', import.meta.url), `${JSON.stringify(cases, undefined, 1)}\n`);
