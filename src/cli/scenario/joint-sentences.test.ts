import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOf } from '../../document/registry.ts';
import { nodeSha256 } from '../../node/crypto.ts';
import { readAround } from '../../projection/joint/around.ts';
import { act, matterOf } from '../../projection/joint/fixtures-acts.ts';
import { jointsOf } from '../../projection/joint/joint.ts';
import { type JointView, withWords } from '../../projection/joint/words.ts';
import type { Act } from '../../projection/matter.ts';
import type { DocumentView } from '../../projection/views.ts';
import { type JointAsked, jointSentence } from './joint-sentences.ts';
import { parseScenario, sayFaults } from './parse-scenario.ts';
import { type Eyes, notSeen } from './see.ts';

/** The joint states of a matter of these acts, with the words of some. */
function jointIn(acts: readonly Act[], words: Readonly<Record<string, Record<string, string>>> = {}): readonly JointView[] {
  const matter = matterOf(...acts);
  const around = readAround([matter], 2);
  const reading = around.readings.get(matter.id) ?? assert.fail();
  const opened = new Map(
    Object.entries(words).map(([id, fields]) => {
      const kind = kindOf(acts.find((one) => one.id === id)?.type ?? '') ?? assert.fail();
      return [id, { kind, fields, erased: [] }] as const;
    }),
  );
  const context = { quorum: 1, standing: new Map([[1, 100]]), counted: new Map(), names: ['Alpha', 'Beta'] };
  return jointsOf(reading, around, context).map((joint) => withWords(joint, opened, { channel: '', sha256: nodeSha256 }));
}

/** Which of these sentences hold of an act. */
function holding(joints: readonly JointView[], entry: string, sentences: readonly string[], more: Partial<JointAsked> = {}): readonly string[] {
  return sentences.filter((words) => {
    const sentence = jointSentence(words) ?? assert.fail(words);
    return joints.some((joint) => sentence.holds(joint, { entry, now: 5000, ...more }));
  });
}

const UNDERTAKING = [
  '{document} is operative',
  '{document} waits for its condition',
  '{document} is performed',
  '{document} is discharged',
  'the performance of {document} is disputed',
];
const CONDITION = ['the condition of {document} is met', 'the condition of {document} is not met', 'the condition of {document} is disputed'];

test('an undertaking is one thing at a time, and its condition is what both sides declared', () => {
  const bare = act('a1', 'undertaking', { obligor: 'ours' });
  const done = act('a2', 'performance', {}, 'a1');
  const answered = (value: string): Act => act('b3', 'acceptance', { value }, 'a2');
  assert.deepEqual(holding(jointIn([bare]), 'a1', UNDERTAKING), ['{document} is operative']);
  assert.deepEqual(holding(jointIn([bare, done]), 'a1', UNDERTAKING), ['{document} is performed']);
  assert.deepEqual(holding(jointIn([bare, done, answered('accepted')]), 'a1', UNDERTAKING), ['{document} is discharged']);
  assert.deepEqual(holding(jointIn([bare, done, answered('disputed')]), 'a1', UNDERTAKING), ['the performance of {document} is disputed']);

  const conditional = act('a1', 'undertaking', { obligor: 'ours', conditional: true });
  const says = (at: string, value: string): Act => act(at, 'condition', { value }, 'a1');
  assert.deepEqual(holding(jointIn([conditional]), 'a1', UNDERTAKING), ['{document} waits for its condition']);
  assert.deepEqual(holding(jointIn([conditional, says('a2', 'met')]), 'a1', CONDITION), [], 'one side alone decides nothing');
  assert.deepEqual(holding(jointIn([conditional, says('a2', 'met'), says('b3', 'met')]), 'a1', CONDITION), [CONDITION[0]]);
  assert.deepEqual(holding(jointIn([conditional, says('a2', 'not-met'), says('b3', 'not-met')]), 'a1', CONDITION), [CONDITION[1]]);
  assert.deepEqual(holding(jointIn([conditional, says('a2', 'met'), says('b3', 'not-met')]), 'a1', CONDITION), [CONDITION[2]]);
});

test('of a session nothing holds before somebody gave an account of it', () => {
  const session = act('a1', 'session', { planned_start: 0, planned_end: 6000 });
  const sentences = ['{document} ended before the planned time', '{document} ended after the planned time', '{document} sat {number} minutes'];
  assert.deepEqual(holding(jointIn([session]), 'a1', sentences, { number: 0 }), []);
  const sat = [act('a2', 'sitting', { event: 'opened', at: 0 }, 'a1'), act('a3', 'sitting', { event: 'closed', at: 3600 }, 'a1')];
  assert.deepEqual(holding(jointIn([session, ...sat]), 'a1', sentences, { number: 60 }), [sentences[0], sentences[2]]);
  assert.deepEqual(holding(jointIn([session, ...sat]), 'a1', sentences, { number: 61 }), [sentences[0]]);
});

test('a version of a text is initialled and agreed by itself, and an instrument ratified', () => {
  const sentences = ['{document} is initialled by all', '{document} is ratified by all', '{document} is agreed'];
  const signed = (at: string, step: string, of: string): Act => act(at, 'signature', { step }, of);
  const text = [act('a1', 'text'), act('a2', 'text', {}, 'a1'), signed('a3', 'initialled', 'a2'), signed('b4', 'initialled', 'a2')];
  assert.deepEqual(holding(jointIn(text), 'a2', sentences), [sentences[0], sentences[2]]);
  assert.deepEqual(holding(jointIn(text), 'a1', sentences), []);
  const instrument = [act('a1', 'instrument', { in_force_rule: 'on-last-ratification' }), signed('a2', 'signed', 'a1'), signed('b3', 'signed', 'a1')];
  const ratified = [...instrument, signed('a4', 'ratified', 'a1'), signed('b5', 'ratified', 'a1')];
  assert.deepEqual(holding(jointIn(instrument), 'a1', [...sentences, '{document} is in force']), []);
  assert.deepEqual(holding(jointIn(ratified), 'a1', [...sentences, '{document} is in force']), [sentences[1], '{document} is in force']);
});

test('a translation whose figures all have a counterpart has none without', () => {
  const sentences = ['the text of {document} has a figure without counterpart', 'every figure in the text of {document} has its counterpart'];
  const acts = [act('a1', 'message'), act('b2', 'translation', { language: 'en' }, 'a1')];
  const of = (text: string) => holding(jointIn(acts, { a1: { subject: 'note', text: '93 minutes' }, b2: { text } }), 'b2', sentences);
  assert.deepEqual(of('minutes: 93'), [sentences[1]]);
  assert.deepEqual(of('minutes: 39'), [sentences[0]]);
  assert.deepEqual(holding(jointIn(acts), 'b2', sentences), [], 'words that are not here bear out nothing');
});

test('what holds of one document of a matter is not said of another', () => {
  const acts = [act('a1', 'undertaking', { obligor: 'ours' }), act('b2', 'undertaking', { obligor: 'each' }, 'a1')];
  assert.deepEqual(holding(jointIn(acts), 'a1', ['{document} is operative']), ['{document} is operative']);
  assert.deepEqual(holding(jointIn(acts), 'b2', ['{document} is operative']), []);
});

test('both sides are asked, and whoever sees something else is named with what it reads there', async () => {
  const proposed = [act('a1', 'undertaking', { obligor: 'each' })];
  const signed = [...proposed, act('b2', 'signature', { step: 'signed' }, 'a1')];
  const eyes = (acts: readonly Act[]): Eyes => ({
    channel: () => assert.fail('nothing else is asked for'),
    document: async () => ({ row: { id: 'a1' }, joint: jointIn(acts) }) as unknown as DocumentView,
  });
  const parsed = parseScenario('Scenario: S\nChannel: C\nHost: H\nParty: North\nParty: South\n');
  const scenario = 'scenario' in parsed ? parsed.scenario : assert.fail(sayFaults(parsed.faults));
  const expected = { see: 'joint', document: 'N-1', words: '{document} is signed by all' } as const;
  const look = { scenario, names: new Map([['N-1', 'a1']]), now: 5000 };
  assert.equal(await notSeen(expected, [eyes(signed), eyes(signed)], look), undefined);
  assert.match((await notSeen(expected, [eyes(signed), eyes(proposed)], look)) ?? '', /^South: of N-1 it reads: \S/);
  assert.equal(await notSeen(expected, [eyes([act('a1', 'message')]), eyes(signed)], look), 'North: nothing is joint about N-1');
});
