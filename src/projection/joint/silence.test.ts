import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Act } from '../matter.ts';
import { act, foundIn, matterOf, reading } from './fixtures-acts.ts';
import { readMatter } from './reading.ts';
import { hasLateObjection, lateIn, MAX_LISTED, type SilenceContext, type SilenceJoint, sideWord, silenceOf, silenceStage } from './silence.ts';

const EXPIRY = 5000;
const text = act('a1', 'text');
const silence = act('a2', 'silence_procedure', { expires_at: EXPIRY }, 'a1');
const context: SilenceContext = { quorum: 2, standing: new Map([[1, 100]]), counted: new Map([[1, 100]]) };
/** Both others held a silence before it ended. */
function noticeOf(at: string, entry: string, size: number): Act {
  return {
    ...act(at, 'stamp', {}, entry),
    stamp: { entry, party: 0, size, held: [1, 2].map((party) => ({ party, time: EXPIRY - 100 })), witnessed: [] },
  };
}
const notice = noticeOf('a90', 'a2', 3);
const joint = (...acts: readonly Act[]): SilenceJoint => silenceOf(reading(text, silence, notice, ...acts), silence, context);
const objection = (at: string): Act => act(at, 'objection', {}, 'a2');

/** A stamp of the other side's head of this size: which hosts saw it when, and whether the proposer's node holds all of it. */
function head(at: string, size: number, times: readonly number[], held = true, entry = 'a2', party = 1): Act {
  const witnessed = times.map((time, host) => ({ host, time }));
  return { ...act(at, 'stamp', {}, entry), stamp: { entry, party, size, held: held ? [{ party: 0, time: EXPIRY }] : [], witnessed } };
}

test('silence is complete when a quorum of hosts showed the other side’s log at or after the expiry, without an objection', () => {
  assert.equal(joint().state, 'open');
  assert.equal(joint(head('a5', 10, [EXPIRY, EXPIRY])).state, 'complete');
  assert.equal(joint(head('a5', 10, [EXPIRY, EXPIRY - 1])).state, 'open', 'one host saw it too early');
  assert.equal(joint(head('a5', 10, [EXPIRY])).state, 'open', 'one host is no quorum');
  assert.equal(joint(head('a5', 10, [EXPIRY, EXPIRY], true, 'a2', 0)).state, 'open', 'the proposer’s own head shows nothing of the others');
});

test('who did not hold the silence before it ended was not asked, and lets nothing pass', () => {
  const over = head('a5', 10, [EXPIRY, EXPIRY]);
  const held = (time: number, size = 3): SilenceJoint => {
    const stamp = { entry: 'a2', party: 0, size, held: [{ party: 1, time }], witnessed: [] };
    return silenceOf(reading(text, silence, { ...notice, stamp }, over), silence, context);
  };
  assert.deepEqual([held(EXPIRY - 1).state, held(EXPIRY - 1).sides[0]?.state], ['complete', 'consents']);
  assert.deepEqual([held(EXPIRY).state, held(EXPIRY).sides[0]?.state], ['open', 'unasked']);
  assert.equal(held(EXPIRY - 1, 2).state, 'open', 'a head without the silence shows nothing of it');
  const objected = silenceOf(reading(text, silence, objection('b3'), over), silence, context);
  assert.equal(objected.state, 'broken', 'an objection counts all the same');
});

test('a silence is said to be over once its time has passed, and of who was asked nothing is said not to be known before', () => {
  const wordsAt = (one: SilenceJoint, now: number) => [silenceStage(one, now), ...one.sides.map((side) => sideWord(side, one, now))];
  assert.deepEqual(wordsAt(joint(), EXPIRY - 1), ['open', 'silent']);
  assert.deepEqual(wordsAt(joint(), EXPIRY), ['over', 'awaiting']);
  assert.deepEqual(wordsAt(joint(objection('b3')), EXPIRY + 1), ['broken', 'objects']);
  assert.deepEqual(wordsAt(joint(head('a5', 10, [EXPIRY, EXPIRY])), EXPIRY + 1), ['complete', 'consents']);
});

test('a head that does not stand shows nothing yet', () => {
  const shaky: SilenceContext = { quorum: 2, standing: new Map([[1, 9]]), counted: new Map([[1, 9]]) };
  const acts = [text, silence, notice, head('a5', 10, [EXPIRY, EXPIRY])];
  assert.equal(silenceOf(reading(...acts), silence, shaky).state, 'open');
  assert.equal(silenceOf(reading(...acts), silence, { ...shaky, standing: new Map([[1, [[4, 10]]]]) }).state, 'complete');
});

test('a head that an absent third party has not receipted decides where the proposer holds all of it, and every word below it counts', () => {
  const among3 = (standing: number, counted: number, ...acts: readonly Act[]): SilenceJoint =>
    silenceOf(readMatter(matterOf(text, silence, notice, ...acts), 3), silence, {
      quorum: 2,
      standing: new Map([
        [1, standing],
        [2, 100],
      ]),
      counted: new Map([
        [1, counted],
        [2, 100],
      ]),
    });
  const absent = head('a6', 4, [EXPIRY, EXPIRY], true, 'a2', 2);
  const shown = head('a5', 10, [EXPIRY, EXPIRY]);
  assert.equal(among3(3, 10, shown, absent).state, 'complete');
  assert.equal(among3(3, 10, objection('b7'), shown, absent).state, 'broken');
  assert.equal(among3(3, 9, shown, absent).state, 'open', 'one of its words is not here, or has two histories');
  const unheld = among3(3, 10, head('a5', 10, [EXPIRY, EXPIRY], false), absent);
  assert.deepEqual([unheld.state, unheld.sides[0]?.state], ['open', 'awaiting'], 'nobody vouches for it');
});

test('an objection below that head breaks the silence, and one above it came too late', () => {
  assert.equal(joint(objection('b3')).state, 'broken');
  assert.equal(joint(objection('b3'), head('a5', 10, [EXPIRY, EXPIRY])).state, 'broken');
  const late = joint(objection('b10'), head('a5', 10, [EXPIRY, EXPIRY]));
  assert.deepEqual([late.state, foundIn(late)], ['complete', ['b10 objection_late']]);
});

test('an objection a second before the expiry breaks the silence, and one a second after it comes too late, by what hosts saw then', () => {
  const dated = (at: string, time: number): Act => ({ ...objection(at), time });
  const inTime = [dated('b3', EXPIRY - 1), head('a5', 4, [EXPIRY - 1, EXPIRY - 1]), head('a6', 4, [EXPIRY, EXPIRY])];
  assert.deepEqual([joint(...inTime).state, joint(...inTime).sides[0]?.objections[0]?.safe], ['broken', true]);
  const tooLate = [head('a5', 3, [EXPIRY, EXPIRY]), dated('b3', EXPIRY + 1), head('a6', 4, [EXPIRY + 1, EXPIRY + 1])];
  assert.deepEqual([joint(...tooLate).state, foundIn(joint(...tooLate))], ['complete', ['b3 objection_late']]);
  // The date that its author wrote moves nothing, neither way.
  assert.equal(joint(dated('b3', EXPIRY + 1), head('a6', 4, [EXPIRY, EXPIRY])).state, 'broken');
  assert.equal(joint(head('a5', 3, [EXPIRY, EXPIRY]), dated('b3', EXPIRY - 1)).state, 'complete');
});

test('what came too late is listed of its side beside what broke the silence, and an objection among it is told from an amendment', () => {
  const shown = head('a5', 10, [EXPIRY, EXPIRY]);
  const late = joint(objection('b10'), shown);
  assert.deepEqual(
    late.sides[0]?.late?.map(({ entry, what }) => [entry, what]),
    [['b10', 'objection']],
  );
  assert.deepEqual([[...lateIn([late])], hasLateObjection(late)], [[['b10', 'a2']], true]);
  const amended = joint(act('b11', 'amendment', { article: '1', operation: 'replace' }, 'a1'), shown);
  assert.deepEqual([amended.sides[0]?.late?.[0]?.what, hasLateObjection(amended)], ['amendment', false]);
  const inTime = joint(objection('b3'), shown);
  assert.deepEqual([inTime.sides[0]?.late, [...lateIn([inTime])], hasLateObjection(inTime)], [undefined, [], false]);
});

test('since when hosts had seen an objection is the moment at which a quorum had, by the earliest stamp of each host', () => {
  const at = (...heads: readonly Act[]): number | undefined => joint(objection('b3'), ...heads).sides[0]?.objections[0]?.seenAt;
  assert.equal(at(head('a5', 3, [1, 2])), undefined, 'those heads do not have it');
  assert.equal(at(head('a5', 4, [70])), undefined, 'one host is no quorum');
  assert.equal(at(head('a5', 4, [70, 90])), 90);
  assert.equal(at(head('a5', 9, [95, 99]), head('b6', 4, [70, 90], false, 'b3'), head('a7', 12, [80, 60])), 70, 'a larger head has it too');
  assert.equal(
    joint(objection('b10'), head('a5', 10, [EXPIRY, EXPIRY]), head('a6', 11, [EXPIRY + 7, EXPIRY + 9])).sides[0]?.late?.[0]?.seenAt,
    EXPIRY + 9,
  );
});

test('taking an objection back mends nothing, and the proposer cannot object to itself', () => {
  const back = act('b4', 'withdrawal', { entry: 'b3' }, 'b3');
  assert.equal(joint(objection('b3'), back, head('a5', 10, [EXPIRY, EXPIRY])).state, 'broken');
  assert.equal(joint(objection('a4'), head('a5', 10, [EXPIRY, EXPIRY])).state, 'complete');
});

test('an objection is not yet safe until a quorum of hosts has seen it', () => {
  assert.equal(joint(objection('b3')).sides[0]?.objections[0]?.safe, false);
  const seen = head('b6', 4, [100, 100], false, 'b3');
  assert.equal(joint(objection('b3'), seen).sides[0]?.objections[0]?.safe, true);
  assert.equal(joint(objection('b3'), head('b6', 3, [100, 100], false, 'b3')).sides[0]?.objections[0]?.safe, false, 'that head does not have it');
});

test('an amendment to what is under silence breaks it as an objection does', () => {
  const amend = (at: string, of = 'a1'): Act => act(at, 'amendment', { article: '1', operation: 'replace' }, of);
  const shown = head('a5', 10, [EXPIRY, EXPIRY]);
  assert.equal(joint(amend('b3'), shown).state, 'broken');
  assert.equal(joint(amend('b3'), act('b4', 'withdrawal', { entry: 'b3' }, 'b3'), shown).state, 'complete');
  assert.equal(joint(amend('a3'), shown).state, 'broken', 'the proposer asks for something else now');
  assert.equal(joint(amend('a0'), shown).state, 'complete', 'what it had proposed before is what it asks about');
});

test('what the proposer had not opened when the head was stamped counts as an objection, for good', () => {
  const closed = joint(head('a5', 10, [EXPIRY, EXPIRY], false));
  assert.deepEqual([closed.state, closed.sides[0]?.state], ['broken', 'unopened']);
  const later = joint(head('a5', 10, [EXPIRY, EXPIRY], false), head('a6', 12, [EXPIRY + 9, EXPIRY + 9]));
  assert.equal(later.state, 'broken');
});

test('no other party’s stamp decides before the proposer’s, and the other side may show its own silence', () => {
  assert.equal(joint(head('b5', 10, [EXPIRY, EXPIRY])).state, 'complete');
  assert.equal(joint(objection('b7'), head('b9', 6, [EXPIRY, EXPIRY]), head('a5', 8, [EXPIRY, EXPIRY])).state, 'broken');
});

test('in a channel without hosts there is no silence, and what was taken back in time asks nothing', () => {
  assert.equal(silenceOf(reading(text, silence), silence, { quorum: 0, standing: new Map(), counted: new Map() }).state, 'refused');
  const back = act('a4', 'withdrawal', { entry: 'a2' }, 'a2');
  assert.equal(joint(back).state, 'withdrawn');
});

test('of very many amendments each of very many silences lists a few, and which come in time is as with one', () => {
  const amendments = Array.from({ length: 600 }, (_, at) => act(`b${at + 10}`, 'amendment', { article: '1' }, 'a1'));
  const silences = Array.from({ length: 600 }, (_, at) => act(`a${at + 10}`, 'silence_procedure', { expires_at: EXPIRY }, 'a1'));
  const all = reading(
    text,
    silence,
    ...silences,
    ...amendments,
    head('a5000', 15, [EXPIRY, EXPIRY]),
    head('a5001', 10, [EXPIRY, EXPIRY], true, 'a10'),
    noticeOf('a5002', 'a10', 20),
  );
  const joints = silences.map((one) => silenceOf(all, one, { ...context, standing: new Map([[1, 1000]]) }));
  assert.deepEqual(
    joints.flatMap(({ sides }) => sides.map(({ objections }) => objections.length)).filter((listed) => listed > MAX_LISTED),
    [],
  );
  assert.deepEqual([joints[0]?.state, joints[1]?.state], ['complete', 'broken']);
  const decided = silenceOf(all, silence, { ...context, standing: new Map([[1, 1000]]) });
  assert.deepEqual([decided.state, decided.sides[0]?.objections.map(({ entry }) => entry)], ['broken', ['b10', 'b11', 'b12', 'b13', 'b14']]);
  assert.ok(decided.findings.length <= MAX_LISTED && foundIn(decided)[0] === 'b15 objection_late');
});
