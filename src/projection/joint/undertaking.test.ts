import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fields } from '../../document/kind.ts';
import type { Act } from '../matter.ts';
import { act, foundIn, matterOf, reading } from './fixtures-acts.ts';
import { readMatter } from './reading.ts';
import { performanceStatus, type UndertakingJoint, undertakingOf } from './undertaking.ts';

const joint = (frame: Fields, ...acts: readonly Act[]): UndertakingJoint => {
  const opening = act('a1', 'undertaking', frame);
  return undertakingOf(reading(opening, ...acts), opening, ['Alpha', 'Beta']);
};
const signed = act('b1', 'signature', { step: 'signed' }, 'a1');
const performs = (at: string, performedAt: number, frame: Fields = {}): Act => act(at, 'performance', { performed_at: performedAt, ...frame }, 'a1');
const answers = (at: string, value: string, of: string): Act => act(at, 'acceptance', { value }, of);
const declares = (at: string, value: string): Act => act(at, 'condition', { value }, 'a1');

test('an undertaking of one side goes from operative to performed, accepted or disputed, and discharged', () => {
  const ours = { obligor: 'ours', due: 5000 };
  assert.equal(joint(ours).state, 'operative');
  assert.equal(joint(ours, performs('a2', 4000)).state, 'performed');
  assert.equal(joint(ours, performs('a2', 4000), answers('b2', 'disputed', 'a2')).state, 'disputed');
  const again = [performs('a2', 4000), answers('b2', 'disputed', 'a2'), performs('a3', 4500)];
  assert.equal(joint(ours, ...again).state, 'performed', 'the dispute is over what was performed before');
  assert.equal(joint(ours, ...again, answers('b3', 'accepted', 'a3')).state, 'discharged');
  assert.equal(joint(ours, performs('a2', 4000), answers('b2', 'disputed', 'a2'), answers('b3', 'accepted', 'a2')).state, 'discharged');
});

test('a side is bound to nothing that it has not signed', () => {
  assert.equal(joint({ obligor: 'theirs' }).state, 'proposed');
  assert.equal(joint({ obligor: 'theirs' }, signed).state, 'operative');
  const unsigned = joint({ obligor: 'theirs' }, performs('b2', 4000));
  assert.deepEqual([unsigned.state, ...foundIn(unsigned)], ['proposed', 'b2 performed_early']);
});

test('a reciprocal undertaking is two performances, each with its own due, each accepted by the other', () => {
  const frame = {
    obligor: 'each',
    performances: [
      { by: 'ours', due: 100 },
      { by: 'theirs', due: 200 },
    ],
  };
  const owed = joint(frame, signed);
  assert.equal(owed.reciprocal, true);
  assert.deepEqual(
    owed.performances.map(({ party, dueAt, state }) => [party, dueAt, state]),
    [
      [0, 100, 'owed'],
      [1, 200, 'owed'],
    ],
  );
  const half = joint(frame, signed, performs('a2', 90), answers('b2', 'accepted', 'a2'));
  assert.deepEqual([half.state, ...half.performances.map(({ state }) => state)], ['operative', 'accepted', 'owed']);
  const both = joint(
    frame,
    signed,
    performs('a2', 90),
    answers('b2', 'accepted', 'a2'),
    performs('b3', 150, { number: 2 }),
    answers('a4', 'accepted', 'b3'),
  );
  assert.equal(both.state, 'discharged');
});

test('a condition is met when each side declares it so for itself, and the latest declaration counts', () => {
  const frame = { obligor: 'ours', conditional: true };
  assert.equal(joint(frame).state, 'conditional');
  assert.equal(joint(frame, declares('a2', 'met')).state, 'conditional');
  const met = joint(frame, declares('a2', 'met'), declares('b2', 'met'));
  assert.equal(met.state, 'operative');
  assert.equal(joint(frame, declares('a2', 'met'), declares('b2', 'met'), declares('b3', 'not-met')).state, 'conditional');
  assert.deepEqual(foundIn(joint(frame, performs('a3', 5))), ['a3 performed_early']);
});

test('taking back that the condition is met, in whatever form, undoes no performance of another', () => {
  const frame = { obligor: 'ours', conditional: true };
  const done = [declares('a2', 'met'), declares('b2', 'met'), performs('a3', 5), answers('b3', 'accepted', 'a3')];
  for (const back of [declares('b4', 'not-met'), act('b4', 'withdrawal', { entry: 'b2' }, 'b2')]) {
    const after = joint(frame, ...done, back);
    assert.deepEqual([after.state, ...foundIn(after)], ['discharged']);
  }
});

test('performing what one is not bound to, or accepting one’s own performance, is nothing', () => {
  const other = joint({ obligor: 'ours' }, performs('b2', 5));
  assert.deepEqual([other.state, ...foundIn(other)], ['operative', 'b2 performed_by_other']);
  assert.equal(joint({ obligor: 'ours' }, performs('a2', 5), answers('a3', 'accepted', 'a2')).state, 'performed');
});

test('what was taken back before another signed it is withdrawn, and afterwards stands', () => {
  const back = act('a9', 'withdrawal', { entry: 'a1' }, 'a1');
  assert.equal(joint({ obligor: 'ours' }, back).state, 'withdrawn');
  assert.equal(joint({ obligor: 'ours' }, signed, back).state, 'operative');
});

test('lateness is asked with a time', () => {
  const owed = joint({ obligor: 'ours', due: 100 }).performances[0] ?? assert.fail();
  assert.equal(performanceStatus(owed, 100), 'running');
  assert.equal(performanceStatus(owed, 101), 'late_so_far');
  const done = joint({ obligor: 'ours', due: 100 }, performs('a2', 101)).performances[0] ?? assert.fail();
  assert.equal(performanceStatus(done, 500), 'met_late');
  const conditional = joint({ obligor: 'ours', due: 100, conditional: true }).performances[0] ?? assert.fail();
  assert.equal(performanceStatus(conditional, 101), 'not_started');
});

test('among three, who is bound goes by name: the one named owes, and needs no other’s signature', () => {
  const NAMES = ['Alpha', 'Beta', 'Gamma'];
  const among = (frame: Fields, ...acts: readonly Act[]): UndertakingJoint => {
    const opening = act('a1', 'undertaking', frame);
    return undertakingOf(readMatter(matterOf(opening, ...acts), 3), opening, NAMES);
  };
  assert.deepEqual(among({ obligor: 'theirs' }).obligors, [1, 2], 'none named: all the others');
  const gamma = { obligor: 'theirs', obligors: ['Gamma'] };
  const signs = act('c1', 'signature', { step: 'signed' }, 'a1');
  assert.deepEqual(among(gamma, signs).obligors, [2]);
  assert.equal(among(gamma, signed).state, 'proposed', 'another’s signature does not bind it');
  assert.equal(among(gamma, signs).state, 'operative');
  assert.deepEqual(foundIn(among(gamma, signs, performs('b2', 4000))), ['b2 performed_by_other']);
  const each = among({ obligor: 'each', obligors: ['Gamma'] }, signs);
  assert.deepEqual([each.obligors, each.reciprocal, each.performances.map(({ party }) => party)], [[0, 2], true, [0, 2]]);
  const wrong = among({ obligor: 'theirs', obligors: ['Delta', 'Alpha', 'Beta'] }, signed);
  assert.deepEqual([wrong.obligors, foundIn(wrong)], [[1], ['a1 obligor_unknown', 'a1 obligor_unknown']]);
  const nobody = among({ obligor: 'theirs', obligors: ['Delta'] }, signed, signs);
  assert.deepEqual([nobody.state, nobody.obligors], ['proposed', []], 'a name that is nobody’s binds nobody');
});

test('a name that two of the other parties have is neither’s', () => {
  const opening = act('a1', 'undertaking', { obligor: 'theirs', obligors: ['Beta'] });
  assert.deepEqual(undertakingOf(readMatter(matterOf(opening), 3), opening, ['Alpha', 'Beta', 'Beta']).obligors, []);
});

test('what is said of one performance is gathered once, however often it is declared again', () => {
  let looks = 0;
  const noise = Array.from({ length: 300 }, (_, at) => answers(`a${at + 400}`, 'accepted', 'a2'));
  for (const one of noise) {
    const { frame } = one;
    Object.defineProperty(one, 'party', {
      get: () => {
        looks++;
        return 0;
      },
    });
    assert.equal(frame.value, 'accepted');
  }
  const again = Array.from({ length: 300 }, (_, at) => performs(`a${at + 10}`, 5));
  const read = joint({ obligor: 'ours' }, performs('a2', 5), answers('b2', 'accepted', 'a2'), ...again, ...noise);
  assert.deepEqual([read.state, foundIn(read).filter((one) => one.endsWith('performed_again')).length], ['discharged', 300]);
  assert.ok(looks < 300 * 40, `${looks} looks at 300 answers`);
});
