import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Act } from '../matter.ts';
import { act, foundIn, reading } from './fixtures-acts.ts';
import { type SessionJoint, sessionOf } from './session.ts';

/** 16 June 2021, 13:00 in Geneva, in seconds UTC; the rest in minutes from it. */
const START = 1_623_841_200;
const minute = (after: number): number => START + after * 60;
const session = act('a1', 'session', { planned_start: minute(0), planned_end: minute(270) });
const sitting = (at: string, event: string, after: number): Act => act(at, 'sitting', { event, at: minute(after) }, 'a1');
const joint = (...acts: readonly Act[]): SessionJoint => sessionOf(reading(session, ...acts), session);

const geneva = (side: string): readonly Act[] => [
  sitting(`${side}2`, 'opened', 5),
  sitting(`${side}3`, 'suspended', 98),
  sitting(`${side}4`, 'resumed', 143),
  sitting(`${side}5`, 'closed', 208),
];

test('two sittings of 93 and 65 minutes around a break of 45 are 158 minutes sitting and 203 in all, over an hour before the plan', () => {
  const [ours] = joint(...geneva('a')).accounts;
  assert.deepEqual(
    ours?.segments.map(({ what, from, to = 0 }) => [what, (to - from) / 60]),
    [
      ['sitting', 93],
      ['suspended', 45],
      ['sitting', 65],
    ],
  );
  assert.deepEqual(
    [ours?.sittingSeconds, ours?.suspendedSeconds, ours?.wholeSeconds].map((seconds) => (seconds ?? 0) / 60),
    [158, 45, 203],
  );
  assert.deepEqual([(ours?.startsAfterPlan ?? 0) / 60, (ours?.endsAfterPlan ?? 0) / 60, ours?.state], [5, -62, 'closed']);
});

test('each side keeps its own account: equal, different, or not given by all', () => {
  assert.equal(joint().agreement, 'none');
  assert.equal(joint(...geneva('a')).agreement, 'partial');
  assert.equal(joint(...geneva('a'), ...geneva('b')).agreement, 'equal');
  const other = [...geneva('b').slice(0, 3), sitting('b5', 'closed', 209)];
  assert.equal(joint(...geneva('a'), ...other).agreement, 'differ');
});

test('a session that is open has no end, and what has ended is counted', () => {
  const [open] = joint(sitting('a2', 'opened', 0), sitting('a3', 'suspended', 30), sitting('a4', 'resumed', 40)).accounts;
  assert.equal(open?.state, 'sitting');
  assert.equal(open?.segments.at(-1)?.to, undefined);
  assert.deepEqual([open?.sittingSeconds, open?.suspendedSeconds, open?.endedAt], [30 * 60, 10 * 60, undefined]);
});

test('events count by the instants their author wrote, also when they were written down late', () => {
  const [account] = joint(sitting('a2', 'closed', 60), sitting('a3', 'opened', 0)).accounts;
  assert.deepEqual([account?.state, account?.sittingSeconds], ['closed', 3600]);
});

test('a closing before an opening, a second opening and a break of nothing are found and count for nothing', () => {
  const odd = joint(sitting('a2', 'closed', 0), sitting('a3', 'opened', 10), sitting('a4', 'opened', 20), sitting('a5', 'resumed', 30));
  assert.deepEqual(foundIn(odd), ['a2 sitting', 'a4 sitting', 'a5 sitting']);
  assert.equal(odd.accounts[0]?.state, 'sitting');
  assert.equal(odd.accounts[0]?.events.length, 1);
});

test('what a side took back is no event of its account', () => {
  const back = act('a9', 'withdrawal', { entry: 'a3' }, 'a3');
  assert.equal(joint(sitting('a2', 'opened', 0), sitting('a3', 'closed', 5), back).accounts[0]?.state, 'sitting');
});

test('an adjourned session may go on, and the time between is neither sitting nor break', () => {
  const [account] = joint(
    sitting('a2', 'opened', 0),
    sitting('a3', 'adjourned', 60),
    sitting('a4', 'resumed', 1440),
    sitting('a5', 'closed', 1500),
  ).accounts;
  assert.deepEqual(
    [account?.sittingSeconds, account?.suspendedSeconds, account?.wholeSeconds].map((s) => (s ?? 0) / 60),
    [120, 0, 1500],
  );
});
