/**
 * What people mistype and what a hostile counterparty sends on purpose: dates that do not exist, due before sent, closed before opened, answers to what is
 * not there, circles, ten thousand brackets. Where it is written it is refused in a sentence, and what was written stays; where it arrives it is a finding
 * that is shown, and what comes after it counts.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { toBase64url } from '../src/base/bytes.ts';
import { ParleyError } from '../src/base/errors.ts';
import type { Json } from '../src/base/json.ts';
import { sayIn } from '../src/base/phrases.ts';
import { completeDraft, readTexts, refsOf } from '../src/cli/draft.ts';
import { formOf } from '../src/document/form.ts';
import { KINDS, kindToDraft } from '../src/document/registry.ts';
import { type PeopleApp, peopleApp } from '../src/node/people-door.ts';
import { documentView } from '../src/node/views/document.ts';
import { dutiesOf } from '../src/projection/duties.ts';
import { PACKS } from '../src/projection/fixtures-interleavings.ts';
import { readAround } from '../src/projection/joint/around.ts';
import { act, matterOf } from '../src/projection/joint/fixtures-acts.ts';
import { jointsOf } from '../src/projection/joint/joint.ts';
import { jointLines } from '../src/projection/joint/lines.ts';
import type { JointView } from '../src/projection/joint/words.ts';
import type { DocumentView } from '../src/projection/views.ts';
import { readDraft, withSitting } from '../src/web/draft.ts';
import { handIn } from './drafting.ts';
import { smuggle } from './smuggling.ts';
import { type Representative, TwoParties } from './two-parties.ts';

const say = sayIn('en');
/** The clock of both nodes stands where the test has it. */
let clock = 1_800_000_000;
const NOBODY = toBase64url(new Uint8Array(32).fill(7));
let two: TwoParties;
let honest: Representative;
let mallory: Representative;
/** What stands already that the rest is about. */
let ours = { session: '', claim: '', text: '' };
let door: PeopleApp;

before(async () => {
  two = await TwoParties.found({ now: () => clock });
  honest = await two.accredit(two.a, 'Anna Honest');
  mallory = await two.accredit(two.b, 'Mallory');
  await two.acknowledge();
  door = await peopleApp(two.a.node);
  ours = {
    session: await two.say(honest, { kind: 'session', fields: { title: 'First', planned_start: clock } }),
    claim: await two.say(honest, { kind: 'claim', fields: { facet: 'fact', statement: 'It stood still.' } }),
    text: await two.say(honest, { kind: 'text', fields: { title: 'Draft', articles: [{ number: '1', text: 'They consult.' }] } }),
  };
  await two.settled();
});
after(async () => {
  await door.app.close();
  await two.close();
});

type Said = { readonly kind: string; readonly fields: Readonly<Record<string, Json>>; readonly to?: () => string };
type Row = {
  readonly what: string;
  readonly said: Said;
  /** As a person writes it, where it differs: the text of a field that cannot even be read. */
  readonly written?: Readonly<Record<string, string>>;
  /** What the form and the command line say of it; left out where only the node knows what it answers. */
  readonly refused?: RegExp;
  /** What our own door says of it once it is signed. */
  readonly atTheDoor: RegExp;
  /** Of that refusal; `invalid` unless told. */
  readonly code?: 'does_not_fit';
  /** What is shown of it where it arrives, and whether it counts. */
  readonly shown: RegExp;
  readonly valid: boolean;
};

const request = (more: Record<string, Json>): Said => ({
  kind: 'request',
  fields: { request_type: 'information', subject: 'a', text: 'b', ...more },
});
const HOUR = 3600;
const BRACKETS = '[]'.repeat(10_000);

const ROWS: readonly Row[] = [
  {
    what: 'a date that does not exist',
    said: request({ reply_by: '2027-02-30T12:00:00Z' }),
    written: { reply_by: '2027-02-30 12:00' },
    refused: /reply.by: Give a date and time that exist, in UTC/i,
    atTheDoor: /Give a date and time that exist/,
    shown: /Give a date and time that exist/,
    valid: false,
  },
  {
    what: 'a date after the year 9999',
    said: request({ reply_by: 253_402_300_800 }),
    written: { reply_by: '10000-01-01 00:00' },
    refused: /reply.by: Give a date and time that exist/i,
    atTheDoor: /Give a date and time that exist/,
    shown: /Give a date and time that exist/,
    valid: false,
  },
  {
    what: 'a reply due before it was asked for',
    said: request({ reply_by: clock - HOUR }),
    refused: /reply.by: Give a date and time still to come\./i,
    atTheDoor: /Give a date and time still to come/,
    shown: /this moment had passed when it was sent; nobody is late before they hold it/,
    valid: true,
  },
  {
    what: 'a session that is planned to end before it begins',
    said: { kind: 'session', fields: { title: 'a', planned_start: clock + HOUR, planned_end: clock } },
    refused: /planned_end: It cannot end before it begins\./,
    atTheDoor: /It cannot end before it begins/,
    shown: /It cannot end before it begins/,
    valid: false,
  },
  {
    what: 'a sitting that is closed before it was opened',
    said: { kind: 'sitting', fields: { event: 'closed', at: clock - HOUR }, to: () => ours.session },
    refused: /at: By your side’s account the session is not open when it is to be closed\. Say first what happened before, or give another time\./,
    code: 'does_not_fit',
    atTheDoor: /the session is closed while it is not open/,
    shown: /the session is closed while it is not open/,
    valid: true,
  },
  {
    what: 'something that is still to come, as having happened',
    said: { kind: 'sitting', fields: { event: 'opened', at: clock + HOUR }, to: () => ours.session },
    refused: /at: Give a date and time that have been\./,
    atTheDoor: /Give a date and time that have been/,
    shown: /it says that this had happened, at a moment that was still to come/,
    valid: true,
  },
  {
    what: 'a position on a claim that nobody made',
    said: { kind: 'position', fields: { value: 'denies' }, to: () => NOBODY },
    atTheDoor: /What it answers is not here\. Choose a document that is, or wait until it has come\./,
    shown: /what it answers is not here; it waits for that, and changes nothing until then/,
    valid: true,
  },
  {
    what: 'a position on what none can be taken on',
    said: { kind: 'position', fields: { value: 'denies' }, to: () => ours.session },
    refused: /what is answered is a session: a position answers a claim/,
    code: 'does_not_fit',
    atTheDoor: /no position can answer what this one names/,
    shown: /no position can answer what this one names; it changes nothing/,
    valid: true,
  },
  {
    what: 'a position on nothing',
    said: { kind: 'position', fields: { value: 'denies' } },
    refused: /--in-reply-to is needed: a position answers a claim/,
    code: 'does_not_fit',
    atTheDoor: /answers something, and this one names nothing/,
    shown: /answers something, and this one names nothing; it changes nothing/,
    valid: true,
  },
  {
    what: 'an amendment to a text that was never tabled',
    said: { kind: 'amendment', fields: { article: '1', operation: 'replace', text: 'They talk.' }, to: () => NOBODY },
    atTheDoor: /What it answers is not here/,
    shown: /what it answers is not here; it waits for that/,
    valid: true,
  },
  {
    what: 'ten thousand brackets in an article',
    said: { kind: 'text', fields: { title: 'a', articles: [{ number: '1', text: BRACKETS }] } },
    refused: /Article 1: at most 1000 brackets can be negotiated over\./,
    atTheDoor: /at most 1000 brackets/,
    shown: /Article 1: at most 1000 brackets can be negotiated over/,
    valid: true,
  },
  {
    what: 'ten thousand brackets inside one another, in an amendment',
    said: { kind: 'amendment', fields: { article: '1', operation: 'replace', text: '['.repeat(10_000) }, to: () => ours.text },
    refused: /Article 1: at most 8 brackets may stand inside one another\./,
    atTheDoor: /at most 8 brackets/,
    shown: /at most 8 brackets may stand inside one another/,
    valid: true,
  },
];

const isRefusal = (said: RegExp) => (error: unknown) =>
  error instanceof ParleyError && ['invalid', 'usage'].includes(error.code) && said.test(error.message);

/** The texts of a form in which somebody wrote this. */
function textsOf({ said, written }: Row): Record<string, string> {
  const kind = kindToDraft(said.kind);
  const texts = Object.entries({ ...said.fields, marking: 'green' }).map(([name, value]): [string, string] => {
    const field = kind.fields.find((one) => one.name === name);
    if (field?.shape === 'instant' && typeof value === 'number') return [name, new Date(value * 1000).toISOString().slice(0, 19).replace('T', ' ')];
    if (field?.shape === 'rows') return [name, `1 | | ${BRACKETS}`];
    return [name, String(value)];
  });
  return { ...Object.fromEntries(texts), ...written };
}

async function parentOf({ said }: Row): Promise<DocumentView | undefined> {
  return said.to === undefined || said.to() === NOBODY ? undefined : documentView(two.of(two.a), said.to());
}

for (const row of ROWS) {
  const { refused } = row;
  if (refused !== undefined)
    test(`${row.what}: the command line and the form say what to mend, and what was written stays`, async () => {
      const kind = kindToDraft(row.said.kind);
      const texts = textsOf(row);
      const parent = await parentOf(row);
      const before = JSON.stringify(texts);
      const write = (): void => {
        refsOf(kind, parent);
        const answers = parent === undefined ? undefined : { parent, us: 0 };
        completeDraft(kind, {
          texts: readTexts(kind, new Map(Object.entries(texts)), clock),
          filled: new Map(),
          attachments: [],
          now: clock,
          answers,
        });
      };
      assert.throws(write, isRefusal(refused));
      if (row.said.kind !== 'position') {
        const read = withSitting(readDraft(kind, formOf(kind), { texts, attachments: [] }, new Map(), clock), kind, parent, 0);
        const sentences = read.faults.map(({ field, phrase }) => `${field}: ${say(phrase)}`).join(' ');
        assert.match(sentences, new RegExp(refused.source.replace(/^[^:]*: /, ''), 'i'));
      }
      assert.equal(JSON.stringify(texts), before);
    });

  test(`${row.what}: our own door refuses it where it comes signed, and keeps nothing of it`, async () => {
    const signed = await two.sign(honest, { ...row.said, fields: { marking: 'green', ...row.said.fields }, refs: refsIn(row) });
    const before = await two.of(two.a).heads();
    const { status, code, detail } = await handIn(door, two.channel, signed);
    assert.deepEqual([code, status >= 400 && status < 500], [row.code ?? 'invalid', true]);
    assert.match(detail ?? '', row.atTheDoor);
    assert.deepEqual(await two.of(two.a).heads(), before);
  });

  test(`${row.what}: arriving from the other side it is a finding that is shown, and the next document counts`, async () => {
    const sign = (said: Said, refs: readonly string[]) => two.sign(mallory, { ...said, fields: { marking: 'green', ...said.fields }, refs });
    const bad = await sign(row.said, refsIn(row));
    const good = await sign({ kind: 'message', fields: { subject: `after ${row.what}`, text: 'c' } }, []);
    await smuggle(two, [bad, good]);
    const channel = two.of(two.a);
    const view = await documentView(channel, bad.id);
    assert.equal(view.row.valid, row.valid);
    const names = ['Alpha', 'Beta'];
    const joint = view.joint.flatMap((one: JointView) => jointLines(one, { names, now: clock })).map(({ phrase }) => phrase);
    assert.match([...view.row.findings, ...joint].map((phrase) => say(phrase)).join('; '), row.shown);
    const next = await documentView(channel, good.id);
    assert.deepEqual([next.row.valid, next.row.findings], [true, []]);
  });
}

function refsIn({ said }: Row): readonly string[] {
  return said.to === undefined ? [] : [said.to()];
}

test('a reply asked for in the past is owed from when it was held, and is not late before', async () => {
  const asked = await two.sign(mallory, { ...request({ marking: 'green', reply_by: clock - HOUR }) });
  await smuggle(two, [asked]);
  clock += 10;
  await two.settled();
  const due = async () => (await documentView(two.of(two.a), asked.id)).row.due;
  const began = (await due())?.startedAt ?? 0;
  assert.ok(began >= clock - 10 && began <= clock, 'it starts when we held it, and not when they wrote');
  assert.equal((await due())?.dueAt, began);
  clock = began;
  assert.equal((await due())?.status, 'running');
  clock = began + 1;
  assert.equal((await due())?.status, 'late_so_far');
});

test('documents that name each other in a circle, were there such, are shown once, whatever is joint in them', () => {
  for (const opener of KINDS.filter(({ opens }) => opens)) {
    const joining = KINDS.filter(({ id, joins }) => joins.includes(opener.id) || joins.includes('*') || joins.includes(id));
    const acts = [act('a0', opener.id, { concerns: ['a0', 'b1'] }, 'a0')];
    for (const [i, { id }] of [...joining, ...joining].entries()) {
      const fields = { entry: 'a0', concerns: [`a${i + 2}`], performances: [], value: 'accepts', step: 'signed', article: '1', operation: 'replace' };
      acts.push(act(`a${i + 1}`, id, fields, 'a0'), act(`b${i + 1}`, id, fields, `a${i + 1}`), act(`a${i + 1000}`, id, fields, `a${i + 1000}`));
      acts.push(act(`a${i + 2000}`, id, fields, `b${i + 2000}`), act(`b${i + 2000}`, id, fields, `a${i + 2000}`));
    }
    const matter = matterOf(...acts);
    const around = readAround([matter, { ...matter, id: 'b1', concerns: ['a0'] }], 2);
    for (const [, reading] of around.readings)
      jointsOf(reading, around, { quorum: 1, standing: new Map(), counted: new Map(), names: ['Alpha', 'Beta'] });
    dutiesOf(matter, { packs: PACKS, parties: 2, quorum: 1, standing: new Map(), elsewhere: [matter] });
  }
});
