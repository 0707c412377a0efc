import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sayIn } from '../../base/phrases.ts';
import { kindOf } from '../../document/registry.ts';
import { nodeSha256 } from '../../node/crypto.ts';
import type { Act, Matter } from '../matter.ts';
import { readAround } from './around.ts';
import { act, matterOf } from './fixtures-acts.ts';
import { jointsOf } from './joint.ts';
import { jointLines } from './lines.ts';
import { translationOf } from './translation.ts';
import { type Opened, withWords } from './words.ts';

const say = sayIn('en');
const sign = (at: string, of: string, step = 'signed'): Act => act(at, 'signature', { step }, of);

/** The sentences about the first joint state of a matter, with the words opened by entry id. */
function sentences(matter: Matter, words: Readonly<Record<string, object>> = {}, now = 0, beside: readonly Matter[] = []): readonly string[] {
  const around = readAround([matter, ...beside], 2);
  const reading = around.readings.get(matter.id) ?? assert.fail();
  const opened = new Map(
    Object.entries(words).map(([id, fields]) => [
      id,
      { kind: kindOf(reading.byId.get(id)?.type ?? '') ?? assert.fail(), fields, erased: [] } as Opened,
    ]),
  );
  const [joint = assert.fail()] = jointsOf(reading, around, { quorum: 1, standing: new Map(), counted: new Map(), names: ['Alpha', 'Beta'] });
  const view = withWords(joint, opened, { channel: 'A'.repeat(43), sha256: nodeSha256 });
  return jointLines(view, { names: ['A', 'B'], now }).map(({ phrase, at }) => `${say(phrase)}${at === undefined ? '' : ` ${at}`}`);
}

test('a session is said with its minutes, against the plan, and whether the accounts are the same', () => {
  const sitting = (at: string, event: string, minute: number): Act => act(at, 'sitting', { event, at: minute * 60 }, 'a1');
  const acts = [sitting('a2', 'opened', 5), sitting('a3', 'suspended', 98), sitting('a4', 'resumed', 143), sitting('a5', 'closed', 208)];
  assert.deepEqual(sentences(matterOf(act('a1', 'session', { planned_end: 270 * 60 }), ...acts)), [
    'A: closed, 158 min sitting, 45 min suspended, 203 min in all',
    'Ended 62 minutes before the planned time',
    'Not every side has given its account',
  ]);
});

test('an undertaking is said with its condition, each performance and who cannot be bound here', () => {
  const opening = act('a1', 'undertaking', { obligor: 'each', conditional: true, due: 50 });
  const said = sentences(
    matterOf(opening, sign('b1', 'a1'), act('a2', 'condition', { value: 'met' }, 'a1'), act('a3', 'performance', { performed_at: 40 }, 'a1')),
    { a1: { subject: 'Minsk', non_parties: ['Ukraine'], text: 'x' } },
  );
  assert.deepEqual(said, [
    'Conditional: the condition is not met for every side',
    'A declares the condition met: 1002',
    'B has declared nothing of the condition',
    'Ukraine is no party of this channel and cannot be bound here',
    'A says it has performed: 40',
    'A is due by 50',
    'B is not bound yet',
    'B is due by 50',
    'B signed it: 1001',
    'Performed before anybody was bound to it',
  ]);
});

test('a text is said by its brackets and alternatives, a translation by what has no counterpart', () => {
  const text = matterOf(act('a1', 'text'), act('a2', 'amendment', { article: '4' }, 'a1'), act('b2', 'amendment', { article: '4' }, 'a1'));
  assert.deepEqual(sentences(text, { a1: { articles: [{ number: '4', text: 'They [RU: shall] [US: should] meet.' }] } }), [
    'Version 1 by A, tabled: 1001',
    '2 brackets left',
    'RU: 1 bracket',
    'US: 1 bracket',
    'Article 4: 2 amendments, side by side, none agreed',
  ]);
  const translation = matterOf(act('a1', 'message'), act('a2', 'translation', { language: 'en' }, 'a1'));
  assert.deepEqual(sentences(translation, { a1: { text: 'Environ 2h30.' }, a2: { text: 'About 2hXNUMX.' } }), [
    'Not authentic: the original governs',
    'One figure, date or name has no counterpart',
    'Figure not in the translation: 30',
    'A figure was destroyed here: 2hXNUMX',
  ]);
  assert.deepEqual(sentences(translation, { a1: {}, a2: { text: 'About.' } }).at(-1), 'The words of it were erased.');
  const signature = matterOf(act('a1', 'text'), act('a2', 'signature', { step: 'signed' }, 'a1'), act('a3', 'translation', { language: 'en' }, 'a2'));
  const reading = readAround([signature], 2).readings.get('a1') ?? assert.fail();
  const of = reading.byId.get('a3') ?? assert.fail();
  const opened = new Map(
    ['a2', 'a3'].map((id) => [
      id,
      { kind: kindOf(reading.byId.get(id)?.type ?? '') ?? assert.fail(), fields: id === 'a2' ? {} : { text: 'Signed.' }, erased: [] },
    ]),
  );
  const view = withWords(translationOf(reading, of), opened, { channel: 'A'.repeat(43), sha256: nodeSha256 });
  assert.deepEqual(
    jointLines(view, { names: ['A', 'B'], now: 0 }).map(({ phrase }) => say(phrase)),
    ['Not authentic: the original governs', 'What it answers has no words to translate'],
  );
});

test('what decides a silence is said to the second: when it expires, and since when hosts had seen what was said against it', () => {
  const acts = [act('a1', 'text'), act('a2', 'silence_procedure', { expires_at: 4007 }, 'a1'), act('b3', 'objection', {}, 'a2')];
  const seen = (at: string, size: number, time: number): Act => ({
    ...act(at, 'stamp', {}, 'a2'),
    stamp: { entry: 'a2', party: 1, size, held: [{ party: 0, time }], witnessed: [{ host: 0, time }] },
  });
  const said = (...stamps: readonly Act[]) => {
    const around = readAround([matterOf(...acts, ...stamps)], 2);
    const reading = around.readings.get('a1') ?? assert.fail();
    const joints = jointsOf(reading, around, { quorum: 1, standing: new Map([[1, 9]]), counted: new Map([[1, 9]]), names: ['Alpha', 'Beta'] });
    const silence = joints.find(({ kind }) => kind === 'silence_procedure') ?? assert.fail();
    const view = withWords(silence, new Map(), { channel: 'A'.repeat(43), sha256: nodeSha256 });
    return jointLines(view, { names: ['A', 'B'], now: 4000 }).flatMap(({ phrase, at, exact }) => (exact === true ? [`${say(phrase)} ${at}`] : []));
  };
  assert.deepEqual(said(), ['Expires 4007', 'Objection, not yet safe: too few hosts have seen it; written: 1003']);
  assert.deepEqual(said(seen('b6', 4, 4006)), ['Expires 4007', 'Objection, seen by the hosts: 4006']);
  assert.deepEqual(said(seen('a5', 3, 4008), seen('a6', 4, 4009)), ['Expires 4007', 'Objection that came too late, seen by the hosts: 4009']);
});

test('a statement says what is reported as agreed and unconfirmed', () => {
  const items = [{ item_type: 'reported_agreement', speaker: 'P', text: 'Consultations on cybersecurity begin.' }];
  assert.deepEqual(sentences(matterOf(act('a1', 'statement', { statement_type: 'unilateral' })), { a1: { items } }), [
    'The word of one side',
    'Reported as agreed, unconfirmed: Consultations on cybersecurity begin.',
  ]);
});

test('words that one side reports beside something that was signed are nobody else’s, unless all sign the statement', () => {
  const consultations = matterOf(act('b1', 'consultation'), sign('a1', 'b1'));
  const items = [{ item_type: 'reported_agreement', speaker: 'P', text: 'Alpha pays.' }];
  const statement = act('b5', 'statement', { statement_type: 'joint', concerns: ['b1'] });
  const said = (...acts: readonly Act[]) =>
    sentences(matterOf(statement, ...acts), { b5: { items } }, 0, [consultations]).filter((one) => /Alpha pays/.test(one));
  assert.deepEqual(said(), ['Reported as agreed in its author’s words; what the statement names is signed by every side: Alpha pays.']);
  assert.deepEqual(said(sign('a6', 'b5')), ['Reported as agreed, and signed by every side: Alpha pays.']);
  const wider = act('b7', 'statement', { statement_type: 'unilateral', concerns: ['b1', 'b9'] });
  const treaty = matterOf(act('b9', 'instrument', { in_force_rule: 'on-signature' }));
  assert.deepEqual(
    sentences(matterOf(wider), { b7: { items } }, 0, [consultations, treaty]).filter((one) => /Alpha pays/.test(one)),
    ['Reported as agreed in its author’s words; of what the statement names the consultations alone are signed by every side: Alpha pays.'],
  );
});

test('a claim is said with the position that each side has taken, and who has taken none', () => {
  const claim = act('a1', 'claim', { facet: 'fact' });
  const position = (at: string, value: string, frame: object = {}): Act => act(at, 'position', { value, ...frame }, 'a1');
  assert.deepEqual(sentences(matterOf(claim)), ['A claims it', 'B has not answered', 'Open: neither agreed nor disputed']);
  assert.deepEqual(sentences(matterOf(claim, position('b1', 'denies'))), ['A claims it', 'B denies it: 1001', 'Disputed']);
  assert.deepEqual(
    sentences(matterOf(claim, position('b1', 'accepts-in-part'), position('b2', 'reserves-position', { target: 'the second sentence' }))),
    ['A claims it', 'B accepts it in part: 1001', 'Open: neither agreed nor disputed'],
  );
  assert.deepEqual(sentences(matterOf(claim, act('a2', 'correction', { entry: 'a1' }, 'a1'), position('b1', 'accepts'))).slice(1), [
    'B accepts it: 1001',
    'Corrected since; the position of B is on the earlier wording',
    'Open: neither agreed nor disputed',
  ]);
  assert.deepEqual(sentences(matterOf(claim, act('a2', 'withdrawal', { entry: 'a1' }, 'a1'))), ['A withdrew it', 'Nothing is claimed any more']);
});
