import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fields } from '../../document/kind.ts';
import type { Act } from '../matter.ts';
import { act, foundIn, heldAt, reading } from './fixtures-acts.ts';
import { type InstrumentJoint, instrumentOf, instrumentStatus } from './instrument.ts';
import { instrumentLines } from './lines-texts.ts';
import { type TextJoint, textOf, versionWords } from './text.ts';

const text = act('a1', 'text');
const sign = (at: string, step: string, of = 'a1'): Act => act(at, 'signature', { step }, of);
const amend = (at: string, article: string, of = 'a1'): Act => act(at, 'amendment', { article, operation: 'replace' }, of);
const position = (at: string, value: string, of: string, frame: Fields = {}): Act => act(at, 'position', { value, ...frame }, of);
const joint = (...acts: readonly Act[]): TextJoint => textOf(reading(text, ...acts), text);
const agreedIn = ({ versions }: TextJoint): readonly string[] =>
  versions.flatMap(({ articles }) => articles.flatMap(({ amendments }) => amendments.filter(({ agreed }) => agreed).map(({ entry }) => entry)));

test('amendments of both sides to one article stand beside each other, articles in the order of their numbers', () => {
  const { versions } = joint(amend('a2', '10'), amend('a3', '4'), amend('b2', '4'));
  assert.deepEqual(
    versions[0]?.articles.map(({ article, amendments }) => [article, amendments.map(({ entry }) => entry)]),
    [
      ['4', ['a3', 'b2']],
      ['10', ['a2']],
    ],
  );
});

test('an amendment is agreed where every party accepts that same one, whatever becomes of its neighbour', () => {
  const both = [amend('a2', '4'), amend('b2', '4')];
  assert.deepEqual(agreedIn(joint(...both)), []);
  assert.deepEqual(agreedIn(joint(...both, position('a3', 'accepts', 'b2'))), ['b2']);
  assert.deepEqual(agreedIn(joint(...both, position('a3', 'accepts', 'b2'), position('a4', 'contests', 'b2'))), []);
  assert.deepEqual(agreedIn(joint(...both, position('a3', 'accepts', 'b2', { target: 'sentence 1' }))), [], 'a passage is not the whole');
  const back = act('b9', 'withdrawal', { entry: 'b2' }, 'b2');
  assert.deepEqual(agreedIn(joint(...both, position('a3', 'accepts', 'b2'), back)), []);
});

test('an amendment to an amendment stands under the same version, and says what it amends', () => {
  const [version] = joint(amend('a2', '4'), amend('b2', '4', 'a2'), amend('a3', '4', 'b2')).versions;
  assert.deepEqual(
    version?.articles[0]?.amendments.map(({ entry, to }) => [entry, to]),
    [
      ['a2', undefined],
      ['a3', 'b2'],
      ['b2', 'a2'],
    ],
  );
});

test('a version is agreed ad referendum, initialled, adopted by what every party did with that version', () => {
  const state = (...acts: readonly Act[]): string | undefined => joint(...acts).versions[0]?.state;
  assert.equal(state(), 'tabled');
  assert.equal(state(position('b1', 'accepts', 'a1')), 'agreed_ad_referendum');
  assert.equal(state(sign('a2', 'initialled')), 'tabled');
  assert.equal(state(sign('a2', 'initialled'), sign('b2', 'initialled')), 'initialled');
  assert.equal(state(sign('a2', 'adopted'), sign('b2', 'adopted')), 'adopted');
  const later = act('b5', 'text', {}, 'a1');
  const { versions } = joint(later, sign('a2', 'adopted'), sign('b6', 'adopted', 'b5'));
  assert.deepEqual(
    versions.map((version) => [version.entry, version.state]),
    [
      ['a1', 'tabled'],
      ['b5', 'tabled'],
    ],
  );
});

test('brackets are counted from the words with whose they are, and what holds one is not adopted', () => {
  const adopted = joint(sign('a2', 'adopted'), sign('b2', 'adopted')).versions[0] ?? assert.fail();
  const words = (...articles: readonly string[]) => {
    const read = versionWords(adopted, { articles: articles.map((article, at) => ({ number: String(at + 1), text: article })) });
    return read === 'gone' ? assert.fail('gone') : read;
  };
  assert.deepEqual([words('Clean.').state, words('Clean.').brackets], ['adopted', 0]);
  const open = words('The parties [RU: shall] [US: should] meet [twice].', 'Again [RU: soon].');
  assert.deepEqual([open.brackets, open.state, foundIn(open)], [4, 'tabled', ['a2 adopted_with_brackets', 'b2 adopted_with_brackets']]);
  assert.deepEqual(open.byWhom, [
    { whose: 'RU', count: 2 },
    { whose: '', count: 1 },
    { whose: 'US', count: 1 },
  ]);
  const broken = words('[RU: shall');
  assert.deepEqual([broken.articles[0]?.wrong, broken.state], ['pairs', 'tabled']);
  assert.equal(versionWords(adopted, {}), 'gone');
});

test('a version that every party accepts with brackets left in it is accepted so, and not agreed', () => {
  const accepted = joint(position('b1', 'accepts', 'a1')).versions[0] ?? assert.fail();
  const stateOf = (text: string): unknown => {
    const read = versionWords(accepted, { articles: [{ number: '1', text }] });
    return read === 'gone' ? read : [read.state, read.findings.length];
  };
  assert.deepEqual(stateOf('The parties shall meet.'), ['agreed_ad_referendum', 0]);
  assert.deepEqual(stateOf('The parties [RU: shall] meet.'), ['accepted_with_brackets', 0]);
  assert.deepEqual(stateOf('[RU: shall'), ['accepted_with_brackets', 0]);
});

test('statements of interpretation and reservations are attached to the version they answer', () => {
  const { versions } = joint(act('b2', 'interpretative_statement', {}, 'a1'), act('b3', 'reservation', {}, 'a1'));
  assert.deepEqual(
    versions[0]?.attached.map(({ entry, what }) => [entry, what]),
    [
      ['b2', 'interpretative_statement'],
      ['b3', 'reservation'],
    ],
  );
});

const instrument = (frame: Fields, ...acts: readonly Act[]): InstrumentJoint => {
  const opening = act('a1', 'instrument', frame);
  return instrumentOf(reading(opening, ...acts), opening);
};

test('an instrument enters into force by its own rule, on the last act that the rule waits for', () => {
  const steps = [
    sign('a2', 'signed'),
    sign('b3', 'signed'),
    sign('a4', 'ratified'),
    sign('b5', 'ratified'),
    sign('b6', 'deposited'),
    sign('a7', 'deposited'),
  ];
  const by = (rule: string, count: number, frame: Fields = {}) => instrument({ in_force_rule: rule, ...frame }, ...steps.slice(0, count)).inForce;
  assert.equal(by('on-signature', 1), undefined);
  assert.deepEqual(by('on-signature', 6), { at: 1003, by: { entry: 'b3', party: 1, time: 1003 } });
  assert.equal(by('on-last-ratification', 3), undefined);
  assert.equal(by('on-last-ratification', 6)?.by?.entry, 'b5');
  assert.equal(by('on-last-deposit', 6)?.by?.entry, 'a7');
  assert.deepEqual(by('on-date', 2, { in_force_at: 5000 }), { at: 5000 });
  assert.equal(by('on-date', 1, { in_force_at: 5000 }), undefined);
  assert.deepEqual(by('on-date', 2, { in_force_at: 5 })?.at, 1003, 'nobody is bound before they signed');
  assert.deepEqual(
    [0, 2, 4, 6].map((count) => instrument({}, ...steps.slice(0, count)).state),
    ['drawn_up', 'signed', 'ratified', 'deposited'],
  );
});

test('an instrument signed ad referendum by one side is in force from its confirmation', () => {
  const { inForce } = instrument(
    { in_force_rule: 'on-signature' },
    sign('a2', 'signed'),
    sign('b3', 'signed-ad-referendum'),
    sign('b8', 'confirmed'),
  );
  assert.equal(inForce?.by?.entry, 'b8');
});

test('an instrument of an adopted text is authenticated', () => {
  const opening = act('a5', 'instrument', {}, 'a1');
  assert.equal(instrumentOf(reading(text, opening, sign('a2', 'adopted'), sign('b2', 'adopted')), opening).state, 'authenticated');
  assert.equal(instrumentOf(reading(text, opening, sign('a2', 'adopted')), opening).state, 'drawn_up');
});

test('termination absorbs: the first counts, and what ended before it began is found and never in force', () => {
  const signed = [sign('a2', 'signed'), sign('b3', 'signed')];
  const ends = (at: string, instant: number): Act => act(at, 'termination', { at: instant }, 'a1');
  const ended = instrument({ in_force_rule: 'on-signature' }, ...signed, ends('b9', 3000), ends('a8', 4000));
  assert.equal(ended.terminated?.entry, 'b9');
  assert.deepEqual(
    [1002, 1003, 2999, 3000].map((now) => instrumentStatus(ended, now)),
    ['not_in_force', 'in_force', 'in_force', 'terminated'],
  );
  const early = instrument({ in_force_rule: 'on-date', in_force_at: 5000 }, ...signed, ends('b9', 3000), heldAt(ends('b9', 3000), 2900));
  assert.deepEqual([instrumentStatus(early, 6000), foundIn(early)], ['terminated', ['b9 terminated_early']]);
});

test('who signed an amendment signed its words of then: said anew by its author it is agreed no more', () => {
  const agreedWith = (...acts: readonly Act[]): boolean | undefined =>
    joint(amend('a2', '1'), ...acts).versions[0]?.articles[0]?.amendments[0]?.agreed;
  const anew = act('a5', 'correction', { entry: 'a2', pointers: ['/text'] }, 'a2');
  assert.equal(agreedWith(sign('b3', 'signed', 'a2')), true);
  assert.equal(agreedWith(sign('b3', 'signed', 'a2'), anew), false);
  assert.equal(agreedWith(sign('b3', 'signed', 'a2'), anew, act('b6', 'position', { value: 'accepts' }, 'a2', 'a5')), true);
});

test('a suspension reaches back to no moment before it was held either', () => {
  const signed = [sign('a2', 'signed'), sign('b3', 'signed')];
  const [stops, goesOn] = [
    ['b8', 'suspended'],
    ['b9', 'resumed'],
  ].map(([at = '', effect = '']) => act(at, 'suspension', { effect, at: 1500 }, 'a1')) as [Act, Act];
  const read = instrument({ in_force_rule: 'on-signature' }, ...signed, stops, heldAt(stops, 4000), goesOn, heldAt(goesOn, 4200));
  assert.deepEqual(
    read.suspensions.map(({ from, to }) => [from, to]),
    [[4000, 4200]],
  );
  assert.deepEqual(foundIn(read), ['b8 effect_backdated', 'b9 effect_backdated']);
  const linesOf = (...acts: readonly Act[]): readonly string[] =>
    instrumentLines(instrument({ in_force_rule: 'on-signature' }, ...signed, ...acts), { names: ['A', 'B'], now: 9000 })
      .filter(({ phrase }) => /suspended|resumed|named/.test(phrase.id))
      .map(({ phrase, at }) => `${phrase.id.replace('joint.', '')} ${at}`);
  const named = 'named_before 1500';
  assert.deepEqual(linesOf(stops, heldAt(stops, 4000), goesOn, heldAt(goesOn, 4200)), ['suspended 4000', named, 'resumed 4200', named]);
  assert.deepEqual(
    linesOf(stops, goesOn),
    ['suspended_unheld 1500', 'resumed_unheld 1500'],
    'nor is it shown to, while nothing says when it was held',
  );
});

test('who stamps a termination weeks later, with a receipt of that day, puts its effect off to no later than they held the word of the other side', () => {
  const signed = [sign('a2', 'signed'), sign('b3', 'signed')];
  const end = act('b9', 'termination', { at: 1500 }, 'a1');
  const stamp = (id: string, log: number, index: number, of: Act, by: number, time: number): Act => ({
    ...of,
    ...{ id, type: 'stamp', party: log, index, time, refs: [of.id], frame: {} },
    stamp: { entry: of.id, party: of.party, size: of.index + 1, held: [{ party: by, time }], witnessed: [] },
  });
  const late = stamp('late', 1, 90, end, 0, 90_000);
  const word = stamp('word', 0, 20, end, 0, 2000);
  const heard = stamp('heard', 0, 22, word, 1, 2060);
  const endsAt = (...acts: readonly Act[]): number | undefined =>
    instrument({ in_force_rule: 'on-signature' }, ...signed, end, ...acts).terminated?.at;
  assert.equal(endsAt(late), 90_000);
  assert.equal(endsAt(word), undefined);
  for (const acts of [
    [word, heard],
    [late, word, heard],
    [word, late, heard],
  ])
    assert.equal(endsAt(...acts), 2060);
  assert.equal(endsAt(word, heard, stamp('own', 1, 30, end, 0, 2000)), 2000);
});

test('a termination reaches back to no moment before it was held, whatever moment it names', () => {
  const signed = [sign('a2', 'signed'), sign('b3', 'signed')];
  const end = act('b9', 'termination', { at: 1 }, 'a1');
  const suspends = act('a8', 'suspension', { effect: 'suspended', at: 3000 }, 'a1');
  const backdated = instrument({ in_force_rule: 'on-signature' }, ...signed, suspends, end, heldAt(end, 5000));
  assert.deepEqual([backdated.terminated?.named, backdated.terminated?.at], [1, 5000]);
  assert.deepEqual(foundIn(backdated), ['b9 effect_backdated'], 'it was in force, and suspended, until then');
  assert.deepEqual(
    [1004, 3000, 4999, 5000].map((now) => instrumentStatus(backdated, now)),
    ['in_force', 'suspended', 'suspended', 'terminated'],
  );
  const unheld = instrument({ in_force_rule: 'on-signature' }, ...signed, suspends, end);
  assert.deepEqual(
    [unheld.terminated?.at, unheld.suspensions.length, foundIn(unheld)],
    [undefined, 1, []],
    'nor while nothing says when it was held',
  );
  assert.equal(instrumentStatus(unheld, 6000), 'terminated', 'that it was terminated is seen');
  const other = act('a9', 'termination', { at: 4000 }, 'a1');
  const both = instrument({ in_force_rule: 'on-signature' }, ...signed, end, heldAt(end, 5000), other, heldAt(other, 3900));
  assert.deepEqual([both.terminated?.entry, both.terminated?.at], ['a9', 4000], 'it does not come first by the moment that it names');
  const at = heldAt(end, 280);
  assert.deepEqual(foundIn(instrument({ in_force_rule: 'on-date', in_force_at: 100 }, ...signed, end, at)).includes('b9 effect_backdated'), false);
});
