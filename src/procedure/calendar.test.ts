import { deepEqual, equal, ok } from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { formatInstant, parseInstant } from '../base/instants.ts';
import { LAST_INSTANT } from '../document/shape.ts';
import { addMonths, addSpan, addWorkingDays, isDate, periodBegin, type Span, UNITS } from './calendar.ts';
import { MAX_SPAN } from './check-clock.ts';
import { dueAtOf, MAX_PERIODS, periodsOf, startOf } from './due.ts';
import type { Clock, Due } from './pack.ts';

const at = (text: string): number => parseInstant(text) ?? Number.NaN;
const clock = (due: Due, anchor: Clock['anchor'] = { kind: 'request', at: 'receipt', by: 'receipt' }): Clock => ({
  id: 'c',
  title: 'C',
  anchor,
  due,
  discharge: { kinds: ['reply'] },
  debtor: 'addressee',
  voluntary: true,
});
const byField = (field: string): Clock['anchor'] => ({ kind: 'k', at: 'event', by: 'field', field });

test('a span is in minutes, hours, days, working days or calendar months, after an instant or before it', () => {
  const from = at('2026-12-23T10:30:00Z');
  const holidays = ['2026-12-25', '2026-12-28'];
  for (const [span, after, before] of [
    [{ minutes: 90 }, '2026-12-23T12:00:00Z', '2026-12-23T09:00:00Z'],
    [{ hours: 72 }, '2026-12-26T10:30:00Z', '2026-12-20T10:30:00Z'],
    [{ days: 14 }, '2027-01-06T10:30:00Z', '2026-12-09T10:30:00Z'],
    // The 24th, then a holiday, a weekend and another holiday.
    [{ working_days: 2 }, '2026-12-29T10:30:00Z', '2026-12-21T10:30:00Z'],
    [{ months: 2 }, '2027-02-23T10:30:00Z', '2026-10-23T10:30:00Z'],
  ] as const) {
    equal(formatInstant(addSpan(from, span, holidays) ?? 0), after);
    equal(formatInstant(addSpan(from, span, holidays, -1) ?? 0), before);
  }
  equal(addSpan(from, {}), undefined);
});

test('a working day counted from a weekend is the next Monday, at the same time of day', () => {
  equal(formatInstant(addWorkingDays(at('2026-11-28T18:00:00Z'), 1, [])), '2026-11-30T18:00:00Z');
  equal(formatInstant(addWorkingDays(at('2026-11-27T18:00:00Z'), 5, [])), '2026-12-04T18:00:00Z');
});

test('a date that does not exist is no date, and none is ever made', () => {
  ok(isDate('2024-02-29') && !isDate('2023-02-29') && !isDate('2026-13-01') && !isDate('2026-1-1') && !isDate('nonsense'));
  const anySpan = fc
    .constantFrom(...UNITS)
    .chain((unit) => fc.integer({ min: 1, max: Math.min(MAX_SPAN[unit], 400) }).map((n): Span => ({ [unit]: n })));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: LAST_INSTANT }), anySpan, fc.constantFrom(1 as const, -1 as const), (from, span, sign) => {
      const to = addSpan(from, span, ['2026-12-25'], sign);
      ok(to !== undefined && Number.isSafeInteger(to) && (sign === 1 ? to > from : to < from));
    }),
    { numRuns: 60 },
  );
});

test('no instant depends on the time zone of the machine', () => {
  const zone = process.env.TZ;
  const dues = (): readonly unknown[] => [
    addMonths(at('2026-03-31T23:30:00Z'), 1),
    addWorkingDays(at('2026-10-23T23:30:00Z'), 3, ['2026-10-26']),
    periodBegin(at('2026-06-30T23:59:59Z'), 6),
    periodsOf(clock({ every: { months: 6, calendar: true }, days: 30 }), at('2026-03-29T01:30:00Z'), at('2028-01-01T00:00:00Z')),
  ];
  try {
    const seen = ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles', 'Australia/Lord_Howe'].map((name) => {
      process.env.TZ = name;
      return JSON.stringify(dues());
    });
    equal(new Set(seen).size, 1);
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

test('a clock ends before an event, and is there from the moment it is due', () => {
  const before = clock({ hours: 24, before: true }, byField('event_at'));
  const event = { event_at: at('2026-06-02T06:00:00Z') };
  equal(startOf(before, event), at('2026-06-01T06:00:00Z'));
  equal(dueAtOf(before, event, startOf(before, event) ?? 0), at('2026-06-01T06:00:00Z'));
  equal(startOf(before, {}), undefined);
});

test('of two instants the earlier counts, whichever is known', () => {
  const due: Due = { hours: 4, at_most: { field: 'aware_at', hours: 24 } };
  const bounded = clock(due, byField('classified_at'));
  const dueOf = (fields: Record<string, number>): string => {
    const start = startOf(bounded, fields);
    return start === undefined ? 'none' : formatInstant(dueAtOf(bounded, fields, start) ?? 0);
  };
  const aware = at('2026-01-10T00:00:00Z');
  equal(dueOf({ aware_at: aware, classified_at: at('2026-01-10T10:00:00Z') }), '2026-01-10T14:00:00Z');
  equal(dueOf({ aware_at: aware, classified_at: at('2026-01-10T22:00:00Z') }), '2026-01-11T00:00:00Z');
  equal(dueOf({ aware_at: aware, classified_at: at('2026-01-20T00:00:00Z') }), '2026-01-11T00:00:00Z');
  equal(dueOf({ aware_at: aware }), '2026-01-11T00:00:00Z');
  equal(dueOf({ classified_at: aware }), '2026-01-10T04:00:00Z');
  equal(dueOf({}), 'none');
});

test('a cadence from a start owes one document a period; one of the calendar is about the half-year and due after it', () => {
  const seen = (due: Due, start: string, now: string): readonly string[] =>
    periodsOf(clock(due), at(start), at(now)).map(
      (one) => `${[one.from, one.to, one.opensAt, one.dueAt].map((t) => formatInstant(t).slice(0, 10)).join(' ')}`,
    );
  deepEqual(seen({ every: { months: 1 } }, '2026-01-31T12:00:00Z', '2026-03-30T00:00:00Z'), [
    '2026-01-31 2026-02-28 2026-01-31 2026-02-28',
    '2026-02-28 2026-03-31 2026-02-28 2026-03-31',
  ]);
  deepEqual(seen({ every: { months: 6, calendar: true }, days: 30 }, '2026-03-15T00:00:00Z', '2027-01-01T00:00:00Z'), [
    '2026-01-01 2026-07-01 2026-07-01 2026-07-31',
    '2026-07-01 2027-01-01 2027-01-01 2027-01-31',
  ]);
  deepEqual(seen({ every: { months: 6, calendar: true } }, '2026-03-15T00:00:00Z', '2026-08-01T00:00:00Z'), [
    '2026-07-01 2027-01-01 2026-07-01 2027-01-01',
  ]);
  deepEqual(seen({ every: { months: 6 } }, '2026-03-15T00:00:00Z', '2026-01-01T00:00:00Z'), []);
});

test('a start in a distant past costs no more than so many periods', () => {
  const periods = periodsOf(clock({ every: { months: 1 } }), 0, LAST_INSTANT);
  ok(periods.length <= MAX_PERIODS + 1 && periods.length > 1);
  ok((periods.at(-1)?.opensAt ?? 0) <= LAST_INSTANT);
});

test('nothing is due after the last instant that has a text, whatever instant its author wrote', () => {
  for (const due of [{ hours: 24 }, { months: 120 }, { working_days: 2600 }]) {
    const late = dueAtOf(clock(due, byField('aware_at')), { aware_at: LAST_INSTANT }, LAST_INSTANT) ?? 0;
    equal(formatInstant(late), '9999-12-31T23:59:59Z');
  }
});
