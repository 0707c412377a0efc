import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Pack } from '../procedure/pack.ts';
import { stancesOf, standingOfClaim } from './claims.ts';
import { awaitsSomething, type DutyContext, dutiesOf, statusOf } from './duties.ts';
import { type Act, emptyMatter, type Matter, withAct } from './matter.ts';

const inquiry: Pack = {
  v: 1,
  name: 'incident-inquiry',
  title: 'Inquiry',
  kinds: ['request', 'reply'],
  clocks: [
    {
      id: 'reply',
      title: 'Final reply',
      anchor: { kind: 'request', at: 'receipt', by: 'receipt' },
      due: { field: 'reply_by', hours: 48 },
      discharge: { kinds: ['reply'], when: { field: 'final', one_of: [true] } },
      debtor: 'addressee',
      voluntary: true,
    },
  ],
};
const context: DutyContext = { packs: [inquiry], parties: 2, quorum: 1, standing: new Map([[0, 100]]) };
const ask = act('ask', 'request', 0, 5, { request_type: 'information' });
const answer = act('answer', 'reply', 1, 3, { final: true, disposition: 'met' }, ['ask']);

function act(id: string, type: string, party: number, index: number, frame: Act['frame'] = {}, refs: readonly string[] = []): Act {
  return { id, type, party, index, time: 1000 + index, refs, frame, automatic: false };
}

/** A stamp by `log` at `index`: who held `entry` and which host saw it, at `time`. */
function stampOf(log: number, index: number, entry: string, time: number, by: { party: number } | { host: number }): Act {
  const seen = 'party' in by ? { held: [{ party: by.party, time }], witnessed: [] } : { held: [], witnessed: [{ host: by.host, time }] };
  return {
    ...act(`${entry}-${log}-${index}`, 'stamp', log, index, {}, [entry]),
    stamp: { entry, party: entry === 'ask' ? 0 : 1, size: 1000, ...seen },
  };
}

function matterOf(...acts: readonly Act[]): Matter {
  return acts.reduce(withAct, emptyMatter(acts[0]?.id ?? ''));
}

test('a request that nobody is known to hold starts no clock, and says since when a receipt is owed', () => {
  const [plain] = dutiesOf(matterOf(ask), context);
  assert.equal(plain?.debtor, 1);
  assert.equal(plain?.creditor, 0);
  assert.equal(plain?.startedAt, undefined);
  assert.equal(statusOf(plain as NonNullable<typeof plain>, 5000), 'not_started');
  const [seen] = dutiesOf(matterOf(ask, stampOf(0, 6, 'ask', 2000, { host: 0 })), context);
  assert.equal(seen?.receiptOwedSince, 2000);
});

test('a duty runs from the receipt, is met when the answer was held, and nothing is awaited then', () => {
  const started = matterOf(ask, stampOf(0, 6, 'ask', 2000, { party: 1 }));
  const [running] = dutiesOf(started, context);
  assert.equal(running?.startedAt, 2000);
  assert.equal(running?.dueAt, 2000 + 48 * 3600);
  assert.equal(running?.answer, undefined);
  assert.equal(awaitsSomething(started, context), true);
  const answered = [answer, stampOf(1, 4, 'answer', 3000, { party: 0 })].reduce(withAct, started);
  const [met] = dutiesOf(answered, context);
  assert.equal(met?.metAt, 3000);
  assert.equal(met?.answer?.id, 'answer');
  assert.equal(statusOf(met as NonNullable<typeof met>, 9e9), 'met');
  assert.equal(awaitsSomething(answered, context), false);
});

test('an interim reply ends nothing', () => {
  const interim = act('interim', 'reply', 1, 3, { final: false }, ['ask']);
  assert.equal(dutiesOf(matterOf(ask, interim, stampOf(1, 4, 'interim', 3000, { party: 0 })), context)[0]?.metAt, undefined);
});

test('what was not opened yet has no duty', () => {
  const waiting = withAct(emptyMatter('ask'), answer);
  assert.deepEqual(dutiesOf(waiting, context), []);
  assert.equal(awaitsSomething(waiting, context), false);
});

test('duties and stances do not depend on the order of arrival', () => {
  const claim = act('claim', 'claim', 0, 1, { facet: 'fact' });
  const acts = [
    ask,
    answer,
    stampOf(0, 6, 'ask', 2000, { party: 1 }),
    stampOf(0, 7, 'ask', 1900, { host: 0 }),
    stampOf(1, 4, 'answer', 3000, { party: 0 }),
    stampOf(0, 9, 'answer', 2900, { host: 0 }),
  ];
  const positions = [
    claim,
    act('p1', 'position', 1, 2, { value: 'denies' }, ['claim']),
    act('p2', 'position', 1, 7, { value: 'accepts' }, ['claim']),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(acts, { minLength: acts.length }), fc.shuffledSubarray(positions, { minLength: 3 }), (one, other) => {
      assert.deepEqual(dutiesOf(one.reduce(withAct, emptyMatter('ask')), context), dutiesOf(matterOf(...acts), context));
      assert.equal(standingOfClaim(other.reduce(withAct, emptyMatter('claim')), 2), 'agreed');
    }),
    { numRuns: 60 },
  );
});

test('a position on a passage of a claim is no stance on the claim', () => {
  const claim = act('claim', 'claim', 0, 1, { facet: 'fact' });
  const passage = act('p1', 'position', 1, 2, { value: 'denies', target: 'sentence 2' }, ['claim']);
  assert.equal(standingOfClaim(matterOf(claim, passage), 2), 'open');
});

test('very many questions and very many answers in one matter, or in matters that concern it, are never compared each with each', () => {
  const COUNT = 300;
  const looked: string[] = [];
  const seen = <T>(value: T): T => {
    looked.push('');
    return value;
  };
  const watched = (one: Act): Act => Object.defineProperty({ ...one }, 'frame', { get: () => seen(one.frame), enumerable: true });
  const questions = Array.from({ length: COUNT }, (_, at) => watched(act(`q${at}`, 'request', 0, 10 + at, {}, ['ask'])));
  const answers = Array.from({ length: COUNT }, (_, at) => watched(act(`r${at}`, 'reply', 1, 10 + at, { final: true }, ['ask'])));
  const one = { ...matterOf(ask), components: { 0: [ask, ...questions], 1: answers } };
  const duties = dutiesOf(one, context);
  assert.deepEqual([duties.length, duties[0]?.answer?.id, duties.at(-1)?.answer?.id], [COUNT + 1, 'r0', 'r0']);
  assert.ok(looked.length < 20 * COUNT, `${looked.length} looks at ${2 * COUNT} acts`);
  const [clock] = inquiry.clocks;
  const elsewhere = { ...inquiry, clocks: [{ ...(clock ?? assert.fail()), discharge: { kinds: ['reply'], in: 'concerning' as const } }] };
  const asked = Array.from({ length: COUNT }, (_, at) => matterOf(act(`m${at}`, 'request', 0, 10 + at)));
  const told = Array.from({ length: COUNT }, (_, at) => matterOf(act(`t${at}`, 'reply', 1, 10 + at, { concerns: [`m${at}`] })));
  looked.length = 0;
  const matters = [...asked, ...told].map((matter) => Object.defineProperty({ ...matter }, 'concerns', { get: () => seen(matter.concerns) }));
  const rules = { ...context, packs: [elsewhere], elsewhere: matters };
  assert.deepEqual(
    matters.flatMap((matter) => dutiesOf(matter, rules)).map(({ answer: by }) => by?.id),
    asked.map((_, at) => `t${at}`),
  );
  assert.ok(looked.length < 20 * COUNT, `${looked.length} looks at ${2 * COUNT} matters`);
});

test('whoever accepts the evidence for a claim, or what else stands in its matter, has taken no position on the claim', () => {
  const claim = act('claim', 'claim', 0, 1, { facet: 'attribution' });
  const evidence = act('evidence', 'evidence', 0, 2, {}, ['claim']);
  const examined = matterOf(claim, evidence, act('p1', 'position', 1, 5, { value: 'accepts' }, ['evidence']));
  assert.equal(standingOfClaim(examined, 2), 'open');
  assert.equal(awaitsSomething(examined, context), true, 'it is still asked for one');
  const denied = matterOf(
    claim,
    evidence,
    act('p1', 'position', 1, 5, { value: 'denies' }, ['claim']),
    act('p2', 'position', 1, 6, { value: 'accepts' }, ['evidence']),
  );
  assert.equal(standingOfClaim(denied, 2), 'disputed');
});

test('who accepted a claim accepted its words of then: said anew it is agreed once the acceptance names them', () => {
  const claim = act('claim', 'claim', 0, 1, { facet: 'fact' });
  const anew = (id: string, index: number): Act => act(id, 'correction', 0, index, { entry: 'claim', pointers: ['/statement'] }, ['claim']);
  const accepts = (id: string, index: number, ...words: readonly string[]): Act =>
    act(id, 'position', 1, index, { value: 'accepts' }, ['claim', ...words]);
  const standing = (...acts: readonly Act[]): string => standingOfClaim(matterOf(claim, ...acts), 2);
  assert.equal(standing(accepts('p1', 5)), 'agreed');
  assert.equal(standing(accepts('p1', 5), anew('c1', 7)), 'open', 'other words are put under the acceptance');
  assert.equal(standing(anew('c1', 7), accepts('p1', 5)), 'open', 'in whatever order they come');
  assert.equal(standing(anew('c1', 7), accepts('p1', 5), accepts('p2', 6, 'c1')), 'agreed');
  assert.equal(standing(anew('c1', 7), anew('c2', 9), accepts('p2', 6, 'c1')), 'open');
  assert.equal(standing(anew('c1', 7), anew('c2', 9), accepts('p2', 6, 'c1', 'c2')), 'agreed');
  assert.equal(standing(anew('c1', 7), accepts('p2', 6, 'c1'), accepts('p3', 8)), 'open', 'the latest position counts');
  assert.equal(standing(anew('c1', 7), act('p1', 'position', 1, 5, { value: 'denies' }, ['claim'])), 'disputed');
  const foreign = act('c1', 'correction', 1, 7, { entry: 'claim', pointers: ['/statement'] }, ['claim']);
  assert.equal(standing(accepts('p1', 5), foreign), 'agreed', 'another says none of its words anew');
  assert.deepEqual(
    stancesOf(matterOf(claim, accepts('p1', 5), anew('c1', 7)), 2).map(({ earlierWords }) => earlierWords),
    [undefined, true],
  );
});

test('a claim is agreed when all accept, disputed when one denies, and silence is neither', () => {
  const claim = act('claim', 'claim', 0, 1, { facet: 'fact' });
  const says = (value: string, party = 1): Matter => matterOf(claim, act(`p${party}`, 'position', party, 5, { value }, ['claim']));
  assert.equal(standingOfClaim(matterOf(claim), 2), 'open');
  assert.equal(awaitsSomething(matterOf(claim), context), true);
  assert.equal(standingOfClaim(says('takes-note'), 2), 'open');
  assert.equal(awaitsSomething(says('takes-note'), context), false);
  assert.equal(standingOfClaim(says('denies'), 2), 'disputed');
  assert.equal(standingOfClaim(says('accepts'), 2), 'agreed');
  assert.equal(standingOfClaim(says('denies', 0), 2), 'disputed');
  assert.deepEqual(
    stancesOf(says('contests'), 2).map(({ party, position, earlier }) => [party, position?.frame.value, earlier]),
    [
      [0, undefined, 0],
      [1, 'contests', 0],
    ],
  );
});
