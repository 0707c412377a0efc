import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../../base/json.ts';
import { CATALOGUES, sayIn } from '../../base/phrases.ts';
import type { Fields, Kind } from '../../document/kind.ts';
import { KINDS, kindOf } from '../../document/registry.ts';
import { nodeSha256 } from '../../node/crypto.ts';
import { frameOf } from '../fold.ts';
import { type Act, emptyMatter, formatMatter, type Matter, parseMatter, withAct } from '../matter.ts';
import { readAround } from './around.ts';
import { type Joint, type JointContext, jointsOf } from './joint.ts';
import { jointLines } from './lines.ts';
import { type Opened, withWords, wordedIn } from './words.ts';

const context: JointContext = {
  names: ['Alpha', 'Beta'],
  quorum: 1,
  counted: new Map(),
  standing: new Map([
    [0, 50],
    [1, 50],
  ]),
};
/** Values of sentences that are a party's own words. */
const WORDS = new Set(['name', 'text', 'topic', 'party', 'whose', 'article']);
/** Kinds that joint states are about, and those that act on them. */
const acting = KINDS.filter(({ signedBy }) => signedBy === 'representative');
const openers = acting.filter(({ opens }) => opens);

/** A value for a field, of its shape or anything at all. */
function givenFor(field: Kind['fields'][number]): fc.Arbitrary<Json> {
  const anything = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
  const ids = fc.array(fc.constantFrom('a0', 'a1', 'b1', 'b2', 'a3'), { maxLength: 3 });
  const fitting: fc.Arbitrary<Json> =
    field.shape === 'choice'
      ? fc.constantFrom(...field.of)
      : field.shape === 'instant' || field.shape === 'whole'
        ? fc.integer({ min: 0, max: 20 })
        : field.shape === 'flag'
          ? fc.boolean()
          : field.shape === 'entries'
            ? ids
            : field.shape === 'rows'
              ? fc.array(fc.record({ by: fc.constantFrom('ours', 'theirs'), due: fc.integer({ min: 0, max: 9 }) }), { maxLength: 3 })
              : fc.constantFrom('1', '2', 'a1', 'x');
  return fc.oneof({ arbitrary: fitting, weight: 6 }, { arbitrary: anything, weight: 1 });
}

const frameFor = (kind: Kind): fc.Arbitrary<Fields> =>
  fc.record(Object.fromEntries(kind.fields.filter(({ frame }) => frame).map((field) => [field.name, givenFor(field)])), {
    requiredKeys: [],
  }) as fc.Arbitrary<Fields>;

const actsFor = (opener: Kind): fc.Arbitrary<readonly Act[]> => {
  const related = acting.filter(({ joins }) => joins.includes(opener.id) || joins.includes('*'));
  const kinds = [...related, ...acting.filter(({ joins }) => related.some(({ id }) => joins.includes(id)))];
  const one = fc
    .constantFrom(...(kinds.length === 0 ? acting : kinds))
    .chain((kind) => fc.tuple(fc.constant(kind.id), frameFor(kind), fc.nat(), fc.boolean()));
  return fc.tuple(frameFor(opener), fc.array(one, { maxLength: 12 })).map(([frame, rest]) => {
    const acts: Act[] = [{ id: 'a0', type: opener.id, party: 0, index: 0, time: 0, refs: [], frame, automatic: false }];
    for (const [type, said, pick, theirs] of rest) {
      const party = theirs ? 1 : 0;
      const index = acts.length;
      const parent = acts[pick % acts.length]?.id ?? 'a0';
      const stamp =
        pick % 5 === 0
          ? { stamp: { entry: parent, party: 1, size: pick % 20, held: [{ party: 0, time: 9 }], witnessed: [{ host: 0, time: pick % 20 }] } }
          : {};
      const frames = type === 'withdrawal' ? { ...said, entry: parent } : said;
      acts.push({
        id: `${'ab'[party]}${index}`,
        type: 'stamp' in stamp ? 'stamp' : type,
        party,
        index,
        time: pick % 30,
        refs: [parent],
        frame: frames,
        automatic: false,
        ...stamp,
      });
    }
    return acts;
  });
};

const stateOf = (acts: readonly Act[], beside: readonly Act[]): readonly Joint[] => {
  const matters = [acts, beside].map((list, at): Matter => parseMatter(formatMatter(list.reduce(withAct, emptyMatter(at === 0 ? 'a0' : 'z0')))));
  const around = readAround(matters, 2);
  const reading = around.readings.get('a0');
  return reading === undefined ? [] : jointsOf(reading, around, context);
};

test('whatever parties say and in whatever order it arrives, a joint state is one and the same, and nothing throws', () => {
  const beside = [{ id: 'z0', type: 'statement', party: 0, index: 40, time: 0, refs: [], frame: { concerns: ['a0', 'a1', 'b1'] }, automatic: false }];
  const affair = fc
    .constantFrom(...openers)
    .chain(actsFor)
    .chain((acts) => fc.tuple(fc.constant(acts), fc.shuffledSubarray([...acts], { minLength: acts.length })));
  fc.assert(
    fc.property(affair, ([acts, shuffled]) => {
      const state = stateOf(acts, beside);
      assert.deepEqual(stateOf(shuffled, beside), state);
      assert.deepEqual(JSON.parse(JSON.stringify(state)), state, 'it is plain JSON, as the people’s door sends it');
    }),
    { numRuns: 200 },
  );
});

test('every joint state can be said in sentences, with whatever words were opened, erased or nonsense', () => {
  const say = sayIn('en');
  const words = fc.dictionary(
    fc.constantFrom('text', 'articles', 'items', 'topics', 'secret', 'non_parties', 'subject'),
    fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
  );
  fc.assert(
    fc.property(fc.constantFrom(...openers).chain(actsFor), words, fc.nat(30), (acts, fields, now) => {
      for (const joint of stateOf(acts, [])) {
        const document: Opened = { kind: kindOf('text') ?? assert.fail(), fields: fields as Fields, erased: now % 2 === 0 ? ['non_parties'] : [] };
        const view = withWords(joint, new Map(wordedIn(joint).map((id) => [id, document])), { channel: 'A'.repeat(43), sha256: nodeSha256 });
        for (const { phrase } of jointLines(view, { names: ['Us', 'Them'], now })) {
          assert.ok(CATALOGUES.en !== undefined && phrase.id in CATALOGUES.en, phrase.id);
          // What a party wrote may hold anything; a plain word in its place shows what the sentence itself holds.
          const plain = Object.fromEntries(Object.entries(phrase.values ?? {}).map(([name, value]) => [name, WORDS.has(name) ? 'word' : value]));
          assert.doesNotMatch(say({ ...phrase, values: plain }), /[{}]|undefined/, phrase.id);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('what one side adds to a session never changes the other side’s account of it', () => {
  fc.assert(
    fc.property(fc.constantFrom(...openers.filter(({ id }) => id === 'session')).chain(actsFor), (acts) => {
      const [session] = stateOf(acts, []);
      const [alone] = stateOf(
        acts.filter(({ party }) => party === 0),
        [],
      );
      assert.ok(session?.kind === 'session' && alone?.kind === 'session');
      assert.deepEqual(
        session.accounts.filter(({ party }) => party === 0),
        alone.accounts,
      );
    }),
    { numRuns: 50 },
  );
});

test('every field that joint states read is of the frame, so that no erasure moves them', () => {
  const read = {
    session: ['planned_start', 'planned_end'],
    sitting: ['event', 'at'],
    signature: ['step', 'concerns'],
    undertaking: ['obligor', 'due', 'performances', 'conditional'],
    performance: ['performed_at', 'number'],
    acceptance: ['value'],
    condition: ['value'],
    position: ['value', 'target'],
    consultation: ['rounds', 'next_at'],
    statement: ['statement_type', 'release_at', 'embargo_until', 'concerns'],
    record: ['record_type', 'status', 'corrections_by'],
    corrigendum: ['concerns'],
    amendment: ['article', 'operation'],
    instrument: ['in_force_rule', 'in_force_at', 'full_powers_required'],
    termination: ['at'],
    full_powers: ['capacity'],
    simultaneous_exchange: ['exchange_at'],
    commitment: ['digest'],
    silence_procedure: ['expires_at'],
    vulnerability_report: ['exploited', 'first_contact_at', 'disclosure_at'],
    case_state: ['state'],
    embargo: ['act', 'until', 'concerns'],
    vendor_status: ['status'],
    advisory: ['status'],
    translation: ['language', 'authentic'],
    credentials: ['step', 'at'],
    charge_ad_interim: ['from', 'until'],
    non_grata: ['leave_by', 'recognition_refused'],
    agrement: ['agrement'],
    suspension: ['effect', 'at'],
    reply: ['disposition', 'final'],
    clarification: ['clarifies'],
    communication_check: ['nonce'],
    communication_check_answer: ['nonce'],
    correction: ['entry'],
    demarche: ['delivered_at'],
    demarche_report: ['step', 'at'],
    incident_notification: ['stage'],
    treaty_notification: ['change'],
    contact_nomination: ['withdrawn'],
    note_verbale: ['subtype'],
  };
  for (const [kind, names] of Object.entries(read)) {
    const fields = Object.fromEntries(names.map((name) => [name, 1]));
    assert.deepEqual(Object.keys(frameOf({ kind, fields, erased: [] })).sort(), [...names].sort(), kind);
  }
});
