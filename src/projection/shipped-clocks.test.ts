import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatInstant, parseInstant } from '../base/instants.ts';
import { type Pack, parsePack } from '../procedure/pack.ts';
import { type Duty, dutiesOf, periodicDuties, statusOf } from './duties.ts';
import { type Act, emptyMatter, type Matter, withAct } from './matter.ts';

const FOLDER = new URL('../../procedures/', import.meta.url);
const PACKS: readonly Pack[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json') && !name.endsWith('.schema.json'))
  .map((name) => {
    const parsed = parsePack(readFileSync(new URL(name, FOLDER)));
    if ('expected' in parsed) throw new Error(`${name}: ${parsed.expected.join('; ')}`);
    return parsed.pack;
  });

type Frame = Readonly<Record<string, string | boolean>>;
/** A document: who says it (0 asks), its kind, its frame fields (an ISO text is an instant), and when it was held, where the row fixes that. */
type Said = { readonly kind: string; readonly frame?: Frame; readonly party?: number; readonly held?: string };
type Row = {
  readonly pack: string;
  readonly clock: string;
  readonly anchor: Said;
  /** What ends it, by the debtor; left out: the anchor itself, held in time or late. */
  readonly answer?: Said;
  /** Where the answer stands: in the anchor's matter, in one that concerns it, or in another. */
  readonly place?: 'concerning' | 'elsewhere';
  readonly debtor: number;
  readonly due: string;
};

const HELD = '2026-03-02T09:00:00Z';
const incident = (frame: Frame, held = HELD): Said => ({
  kind: 'incident_notification',
  frame: { aware_at: '2026-03-01T08:00:00Z', ...frame },
  held,
});
const stage = (value: string): Said => ({ kind: 'incident_notification', frame: { stage: value, aware_at: '2026-03-01T08:00:00Z' } });

/** Every clock of every pack that ships, with the instant at which it is due. */
const ROWS: readonly Row[] = [
  ...['communication-check', 'contact-directory'].map(
    (pack): Row => ({
      pack,
      clock: 'answer',
      anchor: { kind: 'communication_check', frame: { answer_by: '2026-03-02T12:00:00Z', nonce: 'n' }, held: HELD },
      answer: { kind: 'communication_check_answer', frame: { nonce: 'n' } },
      debtor: 1,
      due: '2026-03-02T12:00:00Z',
    }),
  ),
  {
    pack: 'incident-inquiry',
    clock: 'acknowledgement',
    anchor: { kind: 'request', frame: { request_type: 'information' }, held: HELD },
    answer: { kind: 'reply', frame: { final: false } },
    debtor: 1,
    due: '2026-03-03T09:00:00Z',
  },
  {
    pack: 'incident-inquiry',
    clock: 'reply',
    anchor: { kind: 'request', frame: { request_type: 'information' }, held: HELD },
    answer: { kind: 'reply', frame: { final: true } },
    debtor: 1,
    due: '2026-03-12T09:00:00Z',
  },
  {
    pack: 'request-for-explanation',
    clock: 'reply',
    anchor: { kind: 'request', frame: { request_type: 'explanation' }, held: HELD },
    answer: { kind: 'reply', frame: { final: true } },
    debtor: 1,
    due: '2026-03-04T09:00:00Z',
  },
  ...['incident-notification', 'nis2-reporting', 'cra-reporting'].flatMap((pack): readonly Row[] => [
    { pack, clock: 'early_warning', anchor: incident({ stage: 'early_warning' }), debtor: 0, due: '2026-03-02T08:00:00Z' },
    {
      pack,
      clock: 'notification',
      anchor: incident({ stage: 'early_warning' }),
      answer: stage('notification'),
      debtor: 0,
      due: '2026-03-04T08:00:00Z',
    },
  ]),
  ...['incident-notification', 'nis2-reporting'].map(
    (pack): Row => ({
      pack,
      clock: 'final',
      anchor: incident({ stage: 'notification' }, '2026-01-31T10:00:00Z'),
      answer: stage('final'),
      debtor: 0,
      due: '2026-02-28T10:00:00Z',
    }),
  ),
  {
    pack: 'nis2-reporting',
    clock: 'final_after_handling',
    anchor: incident({ stage: 'progress', handled_at: '2026-05-15T00:00:00Z' }),
    answer: stage('final'),
    debtor: 0,
    due: '2026-06-15T00:00:00Z',
  },
  {
    pack: 'cra-reporting',
    clock: 'final_vulnerability',
    anchor: incident({ stage: 'notification', about: 'vulnerability', measure_available_at: '2026-03-10T12:00:00Z' }),
    answer: stage('final'),
    debtor: 0,
    due: '2026-03-24T12:00:00Z',
  },
  {
    pack: 'cra-reporting',
    clock: 'final_incident',
    anchor: incident({ stage: 'notification', about: 'incident' }),
    answer: stage('final'),
    debtor: 0,
    due: '2026-04-02T09:00:00Z',
  },
  {
    pack: 'dora-reporting',
    clock: 'initial',
    anchor: incident({ stage: 'early_warning', classified_at: '2026-03-01T10:00:00Z' }),
    debtor: 0,
    due: '2026-03-01T14:00:00Z',
  },
  {
    pack: 'dora-reporting',
    clock: 'intermediate',
    anchor: incident({ stage: 'early_warning' }),
    answer: stage('intermediate'),
    debtor: 0,
    due: '2026-03-05T09:00:00Z',
  },
  {
    pack: 'dora-reporting',
    clock: 'final',
    anchor: incident({ stage: 'intermediate' }),
    answer: stage('final'),
    debtor: 0,
    due: '2026-04-02T09:00:00Z',
  },
  {
    pack: 'circia-reporting',
    clock: 'covered_incident',
    anchor: incident({ stage: 'early_warning' }),
    answer: stage('notification'),
    debtor: 0,
    due: '2026-03-04T08:00:00Z',
  },
  {
    pack: 'circia-reporting',
    clock: 'ransom_payment',
    anchor: incident({ stage: 'notification', ransom_paid_at: '2026-03-05T06:00:00Z' }),
    debtor: 0,
    due: '2026-03-06T06:00:00Z',
  },
  ...(
    [
      ['change', 'change', '2026-03-15T00:00:00Z', '2026-03-20T00:00:00Z'],
      ['launch', 'launch', '2026-03-15T06:00:00Z', '2026-03-14T06:00:00Z'],
    ] as const
  ).map(
    ([clock, category, event, due]): Row => ({
      pack: 'treaty-notification',
      clock,
      anchor: { kind: 'treaty_notification', frame: { category, event_at: event } },
      debtor: 0,
      due,
    }),
  ),
  ...[0, 1].map(
    (debtor): Row => ({
      pack: 'treaty-notification',
      clock: 'initial_data',
      anchor: { kind: 'instrument', frame: { in_force_at: '2026-02-05T00:00:00Z' }, held: '2026-01-20T00:00:00Z' },
      answer: { kind: 'treaty_notification', frame: { category: 'entry-into-force' } },
      place: 'elsewhere',
      debtor,
      due: '2026-03-22T00:00:00Z',
    }),
  ),
  {
    pack: 'flight-test-notification',
    clock: 'flight_test',
    anchor: { kind: 'treaty_notification', frame: { category: 'launch', event_at: '2026-03-15T06:00:00Z' } },
    debtor: 0,
    due: '2026-03-12T06:00:00Z',
  },
  ...[0, 1].flatMap((debtor): readonly Row[] => [
    {
      pack: 'simultaneous-exchange',
      clock: 'commitment',
      anchor: { kind: 'simultaneous_exchange', frame: { exchange_at: '2027-01-01T12:00:00Z' }, held: '2026-12-01T00:00:00Z' },
      answer: { kind: 'commitment' },
      debtor,
      due: '2027-01-01T12:00:00Z',
    },
    {
      pack: 'simultaneous-exchange',
      clock: 'reveal',
      anchor: { kind: 'simultaneous_exchange', frame: { exchange_at: '2027-01-01T12:00:00Z' }, held: '2026-12-01T00:00:00Z' },
      answer: { kind: 'reveal' },
      debtor,
      due: '2027-01-01T13:00:00Z',
    },
  ]),
  {
    pack: 'session-and-record',
    clock: 'provisional_record',
    anchor: { kind: 'session', frame: { planned_end: '2026-03-02T17:00:00Z' }, held: HELD },
    answer: { kind: 'record', frame: { status: 'provisional' } },
    place: 'concerning',
    debtor: 0,
    due: '2026-03-09T17:00:00Z',
  },
  {
    pack: 'session-and-record',
    clock: 'corrections',
    anchor: { kind: 'record', frame: { status: 'provisional' }, held: HELD },
    answer: { kind: 'record_correction' },
    debtor: 1,
    due: '2026-03-09T09:00:00Z',
  },
  {
    pack: 'session-and-record',
    clock: 'final_record',
    anchor: { kind: 'record', frame: { status: 'provisional' }, held: HELD },
    answer: { kind: 'record', frame: { status: 'final' } },
    debtor: 0,
    due: '2026-03-16T09:00:00Z',
  },
  {
    pack: 'session-minutes',
    clock: 'minutes',
    // A Tuesday; Friday is a holiday, and so is the Friday after.
    anchor: { kind: 'session', frame: { planned_end: '2026-12-22T17:00:00Z' }, held: HELD },
    answer: { kind: 'record' },
    place: 'concerning',
    debtor: 0,
    due: '2026-12-30T17:00:00Z',
  },
  {
    pack: 'coordinated-disclosure',
    clock: 'publication',
    anchor: { kind: 'vulnerability_report', frame: { first_contact_at: '2026-03-01T00:00:00Z' }, held: HELD },
    answer: { kind: 'advisory', frame: { status: 'final' } },
    debtor: 0,
    due: '2026-04-15T00:00:00Z',
  },
  {
    pack: 'coordinated-disclosure',
    clock: 'acknowledgement',
    anchor: { kind: 'vulnerability_report', held: HELD },
    answer: { kind: 'case_state', frame: { state: 'received' } },
    debtor: 1,
    due: '2026-03-09T09:00:00Z',
  },
];

const at = (text: string): number => parseInstant(text) ?? Number.NaN;

function actOf(id: string, index: number, { kind, frame = {}, party = 0 }: Said, refs: readonly string[] = []): Act {
  const fields = Object.fromEntries(Object.entries(frame).map(([name, value]) => [name, parseInstant(String(value)) ?? value]));
  return { id, type: kind, party, index, time: 0, refs, frame: fields, automatic: false };
}

/** A stamp by the author of `of`: when the other side held it. */
function stampOf(of: Act, time: number): Act {
  const stamp = { entry: of.id, party: of.party, size: of.index + 1, held: [{ party: 1 - of.party, time }], witnessed: [] };
  return { ...of, id: `${of.id}-stamp`, type: 'stamp', index: of.index + 1, refs: [of.id], frame: {}, stamp };
}

function matterOf(acts: readonly Act[], concerns: readonly string[] = []): Matter {
  const matter = acts.reduce(withAct, emptyMatter(acts[0]?.id ?? ''));
  return { ...matter, concerns };
}

/** The duty of a row when its last document is held at `answered`; never, where left out. */
function dutyOf(row: Row, answered?: number, turned = false): Duty {
  const pack = PACKS.find(({ name }) => name === row.pack);
  assert.ok(pack, row.pack);
  const anchor = actOf('anchor', 0, row.anchor);
  const anchorHeld = row.answer === undefined ? answered : at(row.anchor.held ?? '');
  const acts = [anchor, ...(anchorHeld === undefined ? [] : [stampOf(anchor, anchorHeld)])];
  const answer = row.answer === undefined ? undefined : actOf('answer', 10, { ...row.answer, party: row.debtor }, ['anchor']);
  const ending = answer === undefined || answered === undefined ? [] : [answer, stampOf(answer, answered)];
  const here = row.place === undefined ? [...acts, ...ending] : acts;
  const matter = matterOf(turned ? [anchor, ...here.slice(1).reverse()] : here);
  const elsewhere = row.place === undefined || ending.length === 0 ? [] : [matterOf(ending, row.place === 'concerning' ? ['anchor'] : [])];
  const context = { packs: [pack], parties: 2, quorum: 0, standing: new Map(), elsewhere };
  const found = dutiesOf(matter, context).find(({ clock, debtor }) => clock.id === row.clock && debtor === row.debtor);
  assert.ok(found, `${row.pack} ${row.clock} runs`);
  return found;
}

for (const row of ROWS)
  test(`${row.pack}, ${row.clock}: due ${row.due}, met in time until then and late a second after`, () => {
    const due = at(row.due);
    const open = dutyOf(row);
    assert.equal(open.dueAt === undefined ? 'none' : formatInstant(open.dueAt), row.due);
    assert.equal(statusOf(open, due), 'running');
    assert.equal(statusOf(open, due + 1), 'late_so_far');
    assert.equal(statusOf(dutyOf(row, due), due + 9), 'met');
    assert.equal(statusOf(dutyOf(row, due + 1), due + 9), 'met_late');
    assert.deepEqual(dutyOf(row, due, true), dutyOf(row, due), 'in whatever order the acts came');
  });

test('every clock of every pack that ships is in the table above, or is a cadence', () => {
  const known = new Set(ROWS.map(({ pack, clock }) => `${pack} ${clock}`));
  const all = PACKS.flatMap((pack) => pack.clocks.filter(({ due }) => due.every === undefined).map((clock) => `${pack.name} ${clock.id}`));
  assert.deepEqual([...known].sort(), all.sort());
});

const directory = PACKS.filter(({ name }) => name === 'contact-directory');
const CARD = actOf('card', 0, { kind: 'contact_nomination' });
const check = (id: string, party: number, index: number): Act => actOf(id, index, { kind: 'communication_check', party });

/** What is owed of the cadence of checks at `now`, given the checks that were held when. */
function checksOwed(now: string, checks: readonly (readonly [id: string, party: number, held: string])[]): readonly string[] {
  const matters = [
    matterOf([CARD, stampOf(CARD, at('2026-01-10T00:00:00Z'))]),
    ...checks.map(([id, party, held], i) => {
      const act = check(id, party, 10 + 2 * i);
      return matterOf([act, stampOf(act, at(held))]);
    }),
  ];
  const context = { packs: directory, parties: 2, quorum: 0, standing: new Map() };
  return periodicDuties(matters, context, at(now)).map(
    (duty) => `${duty.debtor} by ${formatInstant(duty.dueAt ?? 0).slice(0, 10)} ${statusOf(duty, at(now))}`,
  );
}

test('contact-directory, six_monthly: each half-year from the first card owes a check by each side, and one settles what was missed', () => {
  assert.deepEqual(checksOwed('2026-07-10T00:00:00Z', [['a', 0, '2026-03-01T00:00:00Z']]).toSorted(), [
    '0 by 2026-07-10 met',
    '0 by 2027-01-10 running',
    '1 by 2026-07-10 running',
    '1 by 2027-01-10 running',
  ]);
  assert.deepEqual(checksOwed('2027-02-01T00:00:00Z', [['b', 1, '2027-01-20T00:00:00Z']]).toSorted(), [
    '0 by 2026-07-10 late_so_far',
    '0 by 2027-01-10 late_so_far',
    '0 by 2027-07-10 running',
    '1 by 2026-07-10 met_late',
    '1 by 2027-01-10 met_late',
    '1 by 2027-07-10 met',
  ]);
  assert.deepEqual(checksOwed('2026-01-01T00:00:00Z', []), []);
});

test('treaty-notification, half_year_data, and simultaneous-exchange, yearly: owed about each period after its end, never before the start', () => {
  const owedOf = (name: string, id: string, anchor: Said, now: string): readonly string[] => {
    const act = actOf('anchor', 0, anchor);
    const context = { packs: PACKS.filter((pack) => pack.name === name), parties: 2, quorum: 0, standing: new Map() };
    const duties = periodicDuties([matterOf([act, stampOf(act, at(anchor.held ?? ''))])], context, at(now));
    return duties
      .filter(({ clock, debtor }) => clock.id === id && debtor === 1)
      .map((duty) => `${formatInstant(duty.dueAt ?? 0)} ${statusOf(duty, at(now))}`);
  };
  const treaty: Said = { kind: 'instrument', frame: { in_force_at: '2026-02-05T00:00:00Z' }, held: '2026-02-20T00:00:00Z' };
  assert.deepEqual(owedOf('treaty-notification', 'half_year_data', treaty, '2027-03-02T00:00:00Z'), [
    '2026-10-01T00:00:00Z late_so_far',
    '2027-03-31T00:00:00Z running',
  ]);
  const lists: Said = { kind: 'simultaneous_exchange', frame: { exchange_at: '2026-01-01T12:00:00Z' }, held: '2025-12-01T00:00:00Z' };
  assert.deepEqual(owedOf('simultaneous-exchange', 'yearly', lists, '2027-01-01T00:00:00Z'), ['2027-01-02T00:00:00Z running']);
});

test('an old check stamped again with a fresh receipt is no fresh check', () => {
  const old = check('old', 0, 10);
  const stamps = [stampOf(old, at('2026-03-01T00:00:00Z')), { ...stampOf(old, at('2026-12-01T00:00:00Z')), id: 'again', index: 50 }];
  const matters = [matterOf([CARD, stampOf(CARD, at('2026-01-10T00:00:00Z'))]), matterOf([old, ...stamps])];
  const context = { packs: directory, parties: 2, quorum: 0, standing: new Map() };
  const owed = periodicDuties(matters, context, at('2027-01-01T00:00:00Z')).filter(({ debtor }) => debtor === 0);
  assert.deepEqual(
    owed.map((duty) => statusOf(duty, at('2027-01-01T00:00:00Z'))),
    ['met', 'running'],
  );
});

test('what a cadence owes does not depend on the order of matters', () => {
  const acts = [check('a', 0, 10), check('b', 1, 12), check('c', 0, 14)];
  const matters = [
    matterOf([CARD, stampOf(CARD, at('2026-01-10T00:00:00Z'))]),
    ...acts.map((act, i) => matterOf([act, stampOf(act, at('2026-05-01T00:00:00Z') + i * 86_400 * 100)])),
  ];
  const context = { packs: directory, parties: 2, quorum: 0, standing: new Map() };
  const owed = periodicDuties(matters, context, at('2027-03-01T00:00:00Z'));
  const key = (duties: readonly Duty[]) => duties.map((duty) => JSON.stringify(duty)).toSorted();
  fc.assert(
    fc.property(fc.shuffledSubarray(matters, { minLength: matters.length }), (turned) => {
      assert.deepEqual(key(periodicDuties(turned, context, at('2027-03-01T00:00:00Z'))), key(owed));
    }),
    { numRuns: 12 },
  );
});
