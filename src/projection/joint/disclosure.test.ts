import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Act } from '../matter.ts';
import { type DisclosureJoint, disclosureOf, holdsAt } from './disclosure.ts';
import { act, foundIn, heldAt, reading } from './fixtures-acts.ts';

const report = act('a1', 'vulnerability_report', { exploited: 'no', disclosure_at: 9000 });
const joint = (...acts: readonly Act[]): DisclosureJoint => disclosureOf(reading(report, ...acts), report);
const state = (at: string, value: string): Act => act(at, 'case_state', { state: value }, 'a1');
const embargo = (at: string, what: string, until?: number, concerns?: readonly string[]): Act =>
  act(at, 'embargo', { act: what, ...(until === undefined ? {} : { until }), ...(concerns === undefined ? {} : { concerns: [...concerns] }) }, 'a1');
const statesOf = ({ participants }: DisclosureJoint): readonly string[] => participants.map((one) => one.state);

test('each participant has its own state, and the reporter has received what it reports', () => {
  assert.deepEqual(statesOf(joint()), ['received', 'start']);
  const steps = [state('b1', 'received'), state('b2', 'valid'), state('b3', 'accepted')];
  assert.deepEqual(statesOf(joint(...steps)), ['received', 'accepted']);
  assert.deepEqual(foundIn(joint(...steps)), []);
  assert.deepEqual(statesOf(joint(...steps, state('b4', 'deferred'), state('b5', 'accepted'), state('b6', 'closed'))), ['received', 'closed']);
});

test('a step out of order is found and is still what its author says; after closing nothing is', () => {
  const odd = joint(state('b1', 'accepted'));
  assert.deepEqual([statesOf(odd)[1], foundIn(odd)], ['accepted', ['b1 case_step']]);
  const reopened = joint(state('b1', 'received'), state('b2', 'invalid'), state('b3', 'closed'), state('b4', 'valid'));
  assert.deepEqual([statesOf(reopened)[1], foundIn(reopened)], ['closed', ['b4 case_closed']]);
});

test('an embargo is proposed, and in force when every party accepts that same moment', () => {
  assert.equal(joint().embargo.state, 'none');
  assert.equal(joint(embargo('a2', 'propose', 500)).embargo.state, 'proposed');
  assert.equal(joint(embargo('a2', 'propose', 500), embargo('b2', 'accept', 500)).embargo.state, 'active');
  assert.equal(joint(embargo('a2', 'propose', 500), embargo('b2', 'accept', undefined, ['a2'])).embargo.active?.until, 500);
  assert.equal(joint(embargo('a2', 'propose', 500), embargo('b2', 'propose', 500)).embargo.state, 'active', 'both want the same');
  assert.equal(joint(embargo('a2', 'propose', 500), embargo('b2', 'reject', 500)).embargo.state, 'none');
  const unnamed = joint(embargo('a2', 'propose', 500), embargo('b2', 'accept'));
  assert.deepEqual([unnamed.embargo.state, foundIn(unnamed)], ['proposed', ['b2 embargo_unnamed']]);
});

const active = [embargo('a2', 'propose', 500), embargo('b2', 'accept', 500)];

test('a revision that is proposed or rejected never lapses what is in force, and one that all accept replaces it', () => {
  const pending = joint(...active, embargo('a3', 'revise', 800)).embargo;
  assert.deepEqual([pending.state, pending.active?.until, pending.pending.map(({ until }) => until)], ['revise', 500, [800]]);
  const rejected = joint(...active, embargo('a3', 'revise', 800), embargo('b3', 'reject', 800)).embargo;
  assert.deepEqual([rejected.state, rejected.active?.until], ['active', 500]);
  const revised = joint(...active, embargo('a3', 'revise', 300), embargo('b3', 'accept', 300)).embargo;
  assert.deepEqual([revised.state, revised.active?.until], ['active', 300]);
});

test('a counter-proposal that is accepted leaves the first one behind', () => {
  const { embargo: read } = joint(embargo('a2', 'propose', 500), embargo('b2', 'propose', 400), embargo('a3', 'accept', 400));
  assert.deepEqual([read.state, read.active?.until, read.pending], ['active', 400, []]);
});

test('who accepts again, alone, a moment that all have left behind brings it back for nobody', () => {
  const shortened = [embargo('a2', 'propose', 900), embargo('b2', 'accept', 900), embargo('a3', 'revise', 500), embargo('b3', 'accept', 500)];
  assert.equal(joint(...shortened).embargo.active?.until, 500);
  for (const again of [embargo('a4', 'accept', 900), embargo('b4', 'revise', 900)]) {
    const alone = joint(...shortened, again).embargo;
    const pending = alone.pending.map(({ until, accepted }) => [until, accepted]);
    assert.deepEqual([alone.state, alone.active?.until, pending], ['revise', 500, [[900, [again.party]]]]);
  }
  const back = [...shortened, embargo('b4', 'revise', 900), embargo('a4', 'accept', 900)];
  assert.deepEqual([joint(...back).embargo.state, joint(...back).embargo.active?.until], ['active', 900]);
  const shortenedAgain = [...back, embargo('b5', 'accept', 500), embargo('a5', 'accept', 500)];
  assert.equal(joint(...shortenedAgain).embargo.active?.until, 500);
  assert.equal(joint(...shortenedAgain, embargo('a6', 'accept', 900)).embargo.active?.until, 500);
});

test('who accepted an embargo ends it by ending it, not by rejecting it; any party may, for good', () => {
  assert.equal(joint(...active, embargo('b3', 'reject', 500)).embargo.state, 'active');
  const ended = joint(...active, embargo('b3', 'terminate'), embargo('b4', 'propose', 900), embargo('a4', 'accept', 900)).embargo;
  assert.deepEqual([ended.state, ended.exited?.party], ['exited', 1]);
  const back = act('b9', 'withdrawal', { entry: 'b3' }, 'b3');
  assert.equal(joint(...active, embargo('b3', 'terminate'), back).embargo.state, 'exited');
});

test('an embargo ended under an earlier time is ended when that was held', () => {
  const end = { ...embargo('b3', 'terminate'), time: 10 };
  const own = embargo('a9', 'terminate');
  const ended = joint(...active, end, heldAt(end, 2000));
  assert.deepEqual([ended.embargo.exited?.named, ended.embargo.exited?.at, foundIn(ended)], [10, 2000, ['b3 effect_backdated']]);
  assert.equal(
    joint(...active, end, heldAt(end, 2000), own, heldAt(own, 1500)).embargo.exited?.party,
    0,
    'who ended it first did so by what was held first',
  );
  assert.equal(joint(...active, end).embargo.exited?.at, undefined);
});

test('an embargo that all accepted is not ended by taking back a part of it, and nothing is held against who accepted it', () => {
  for (const [back, of] of [
    ['a9', 'a2'],
    ['b9', 'b2'],
  ] as const) {
    const after = joint(...active, act(back, 'withdrawal', { entry: of }, of));
    assert.deepEqual([after.embargo.state, after.embargo.active?.until, ...foundIn(after)], ['active', 500]);
  }
  const alone = joint(embargo('a2', 'propose', 500), act('a9', 'withdrawal', { entry: 'a2' }, 'a2'));
  assert.equal(alone.embargo.state, 'none');
});

test('whether an embargo holds is asked with a time', () => {
  const { embargo: read } = joint(...active);
  assert.deepEqual([holdsAt(read, 499), holdsAt(read, 500), holdsAt(joint().embargo, 0)], [true, false, false]);
});
