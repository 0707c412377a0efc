import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { heldAt, metAt, receiptOwedSince, type StampedTime, selfStartedAt, startedAt, type Timed } from './clock.ts';
import { dueAtOf, dueStatus, latestRuns, type Period, periodsOf, startOf } from './due.ts';
import type { Clock, Due } from './pack.ts';

type Vector = {
  comment: string;
  anchor: Timed;
  answer: Timed;
  quorum: number;
  standing: [number, number][];
  due: { field?: string; hours?: number; months?: number; value?: number };
  stamps: StampedTime[];
  started_at: number | null;
  receipt_owed_since: number | null;
  met_at: number | null;
  due_at: number | null;
  status: { now: number; is: string }[];
};
const vectors = JSON.parse(readFileSync(new URL('../../vectors/time/clocks.json', import.meta.url), 'utf8')) as readonly Vector[];

for (const given of vectors)
  test(`clock: ${given.comment}`, () => {
    const { anchor, answer, quorum, stamps } = given;
    const startedAt_ = startedAt(stamps, anchor, answer.party);
    const metAt_ = metAt(stamps, answer, anchor.party, quorum, new Map(given.standing));
    const { value, ...due } = given.due;
    const clock: Clock = {
      id: 'reply',
      title: 'Reply',
      anchor: { kind: 'request', at: 'receipt', by: 'receipt' },
      due,
      discharge: { kinds: ['reply'] },
      debtor: 'addressee',
      voluntary: false,
    };
    const dueAt = startedAt_ === undefined ? undefined : dueAtOf(clock, value === undefined ? {} : { [due.field ?? '']: value }, startedAt_);
    assert.deepEqual(
      [startedAt_ ?? null, receiptOwedSince(stamps, anchor, answer.party, quorum) ?? null, metAt_ ?? null, dueAt ?? null],
      [given.started_at, given.receipt_owed_since, given.met_at, given.due_at],
    );
    for (const { now, is } of given.status) assert.equal(dueStatus({ startedAt: startedAt_, dueAt, metAt: metAt_ }, now), is);
  });

type SelfVector = Pick<Vector, 'comment' | 'anchor' | 'quorum' | 'stamps' | 'started_at' | 'receipt_owed_since'> & {
  creditor: number;
  held_at: number | null;
};
const selves = JSON.parse(readFileSync(new URL('../../vectors/time/self.json', import.meta.url), 'utf8')) as readonly SelfVector[];

for (const { comment, anchor, creditor, quorum, stamps, ...given } of selves)
  test(`a clock against its own author: ${comment}`, () => {
    assert.deepEqual(
      {
        started_at: selfStartedAt(stamps, anchor, creditor) ?? null,
        receipt_owed_since: receiptOwedSince(stamps, anchor, creditor, quorum, true) ?? null,
        held_at: heldAt(stamps, anchor, creditor, quorum) ?? null,
      },
      given,
    );
  });

type DueVector = {
  comment: string;
  due: Due;
  anchor: string | null;
  fields: Record<string, number>;
  holidays: string[];
  started_at: number | null;
  due_at?: number | null;
  now?: number;
  periods?: Period[];
};
const dues = JSON.parse(readFileSync(new URL('../../vectors/time/dues.json', import.meta.url), 'utf8')) as readonly DueVector[];

for (const { comment, due, anchor, fields, holidays, started_at, due_at, now, periods } of dues)
  test(`due: ${comment}`, () => {
    const clock: Clock = {
      id: 'c',
      title: 'C',
      anchor: anchor === null ? { kind: 'k', at: 'receipt', by: 'receipt' } : { kind: 'k', at: 'event', by: 'field', field: anchor },
      due,
      discharge: { kinds: ['k'] },
      debtor: 'sender',
      voluntary: true,
    };
    if (anchor !== null) assert.equal(startOf(clock, fields, holidays) ?? null, started_at);
    if (now !== undefined) assert.deepEqual(periodsOf(clock, started_at ?? 0, now, holidays), periods);
    else assert.equal(started_at === null ? null : (dueAtOf(clock, fields, started_at, holidays) ?? null), due_at);
  });

type LatestVector = {
  comment: string;
  runs: { started_at: number | null; due_at: number | null; withdrawn: boolean }[];
  count: boolean[];
};
const latests = JSON.parse(readFileSync(new URL('../../vectors/time/latest.json', import.meta.url), 'utf8')) as readonly LatestVector[];

for (const { comment, runs, count } of latests)
  test(`latest: ${comment}`, () => {
    const states = runs.map(({ started_at, due_at, withdrawn }) => ({ startedAt: started_at ?? undefined, dueAt: due_at ?? undefined, withdrawn }));
    assert.deepEqual(latestRuns(states), count);
  });
