/** What one side says in very many documents, or copies, takes nothing away from what the other says: neither its words nor its right to say them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { toBase64url } from '../../src/base/bytes.ts';
import type { Json } from '../../src/base/json.ts';
import { digestOf } from '../../src/document/exchange.ts';
import { nodeRandom } from '../../src/node/crypto.ts';
import { type PeopleApp, peopleApp } from '../../src/node/people-door.ts';
import { documentView } from '../../src/node/views/document.ts';
import type { JointView } from '../../src/projection/joint/words.ts';
import { drafted } from '../drafting.ts';
import { smuggle } from '../smuggling.ts';
import { type Representative, type Saying, TwoParties } from '../two-parties.ts';

const MANY = 220;
const marking = { marking: 'green' } as const;

let two: TwoParties;
let door: PeopleApp;
let anna: Representative;
let boris: Representative;

before(async () => {
  two = await TwoParties.open();
  await two.found();
  [anna, boris] = [await two.accredit(two.a, 'Anna'), await two.accredit(two.b, 'Boris')];
  await two.settled();
  await two.acknowledge();
  door = await peopleApp(two.b.node, { peersUrl: two.b.url });
});
after(async () => {
  await door.app.close();
  await two.close();
});

/** Drafted by Boris and handed to his node: its id where it was sent, else the refusal. */
function drafts(kind: string, fields: Readonly<Record<string, Json>>, ...refs: readonly string[]): Promise<string> {
  return drafted(two, door, boris, { kind, fields, refs });
}

/** Said by Anna, past her own door. */
async function crowds(sayings: readonly Saying[]): Promise<void> {
  const leaves = await Promise.all(sayings.map((saying) => two.sign(anna, { ...saying, fields: { ...marking, ...saying.fields } })));
  await smuggle(two, leaves, two.a);
}

async function jointOf<K extends JointView['kind']>(id: string, kind: K): Promise<Extract<JointView, { kind: K }>> {
  await two.settled();
  const { joint } = await documentView(two.of(two.b), id);
  return (joint.find((one) => one.kind === kind) ?? assert.fail(`no joint ${kind}`)) as Extract<JointView, { kind: K }>;
}

test('a copy of what is answered, in the other side’s log, keeps nobody from answering it', async () => {
  const session = await two.sign(boris, { kind: 'session', fields: { ...marking, title: 'First', planned_start: 1000 } });
  await two.of(two.b).append({ bytes: session.bytes, body: session.body });
  await smuggle(two, [session], two.a);
  assert.match(await drafts('sitting', { event: 'opened', at: 1000 }, session.id), /^[\w-]{43}$/);
});

test('full powers are found beside however many acts that another signature names', async () => {
  const powers = await drafts('full_powers', { person: 'Boris', office: 'Envoy', issued_by: 'The Minister', capacity: 'sign', scope: 'All.' });
  const versions = [{ language: 'en', authentic: true, text: 'They meet.' }];
  const instrument = await drafts('instrument', { title: 'Pact', versions, in_force_rule: 'on-signature', full_powers_required: true });
  const nothing = (): string[] => Array.from({ length: 32 }, () => toBase64url(nodeRandom(32)));
  const signs = (): Saying => ({ kind: 'signature', fields: { step: 'initialled', concerns: nothing() }, refs: [instrument] });
  await crowds(Array.from({ length: Math.ceil(MANY / 32) }, signs));
  assert.match(await drafts('signature', { step: 'signed', concerns: [powers] }, instrument), /^[\w-]{43}$/);
  const { signatures } = await jointOf(instrument, 'instrument');
  assert.deepEqual(
    signatures.parties[1]?.steps.map(({ step, powers: under }) => [step, under]),
    [['signed', powers]],
  );
});

test('what one side revealed is held against its commitment, however much the other reveals', async () => {
  const exchange = await drafts('simultaneous_exchange', { title: 'Lists', exchange_at: 4_000_000_000 });
  const words = { text: 'A list.', secret: toBase64url(nodeRandom(16)), attachments: [] };
  const digest = (party: number): string => digestOf(two.crypto.sha256, { channel: two.channel, party, matter: exchange }, words) ?? '';
  await drafts('commitment', { digest: digest(1) }, exchange);
  const { text, secret } = words;
  const reveals = Array.from({ length: MANY }, (_, at) => ({ kind: 'reveal', fields: { text: `${at}`, secret }, refs: [exchange] }));
  await crowds([{ kind: 'commitment', fields: { digest: digest(0) }, refs: [exchange] }, ...reveals]);
  assert.match(await drafts('reveal', { text, secret }, exchange), /^[\w-]{43}$/);
  const { revealed } = await jointOf(exchange, 'simultaneous_exchange');
  assert.deepEqual(
    revealed.map(({ result }) => result),
    ['differs', 'as_committed'],
  );
});

test('a translation that is read has its figures compared, however many others stand beside it', async () => {
  const letter = await drafts('message', { subject: 'Sums', text: 'They pay 4,000 on 3 May.' });
  const translates = (text: string): Saying => ({ kind: 'translation', fields: { language: 'fr', text, authentic: true }, refs: [letter] });
  await crowds(Array.from({ length: MANY }, () => translates('4 000, 3 mai')));
  const last = await two.say(anna, translates('Ils paient 9 000 le 3 mai.'));
  await two.settled();
  const { joint } = await documentView(two.of(two.b), last);
  const shown = joint.find((one) => one.kind === 'translation' && one.entry === last);
  assert.ok(shown?.kind === 'translation' && shown.check !== undefined && shown.check !== 'gone');
  assert.deepEqual(
    shown.check.missing.map(({ text }) => text),
    ['4,000'],
  );
  const compared = joint.filter((one) => one.kind === 'translation' && one.check !== undefined);
  assert.ok(compared.length < 20, 'comparing them all would keep everybody else waiting');
});

test('of very long versions of a text as many are opened as a page holds, and those of the other side among them', async () => {
  const articles = (text: string): Json => [{ number: '1', text }];
  const text = await two.say(anna, { kind: 'text', fields: { title: 'Draft', articles: articles('They meet.') } });
  await two.settled();
  const own = await drafts('text', { title: 'Draft', articles: articles('They meet twice.') }, text);
  await crowds(
    Array.from({ length: 45 }, () => ({ kind: 'text', fields: { title: 'Draft', articles: articles('x'.repeat(60_000)) }, refs: [text] })),
  );
  const bracketed = { title: 'Draft', articles: articles('They [A: shall] meet.') };
  const last = await two.say(anna, { kind: 'text', fields: bracketed, refs: [text] });
  await two.say(anna, { kind: 'signature', fields: { step: 'adopted' }, refs: [last] });
  await two.settled();
  assert.match(await drafts('signature', { step: 'adopted' }, last), /^does_not_fit: Signed as adopted with 1 bracket in it/);
  const { versions, words } = await jointOf(text, 'text');
  assert.equal(versions.length, 48);
  assert.ok(Object.keys(words).length < 40, 'what is read for one page is bounded');
  assert.notEqual(words[own], undefined);
});

test('an objection breaks a silence, also by somebody whom nobody here has acknowledged yet', async () => {
  const text = await drafts('text', { title: 'Draft', articles: [{ number: '1', text: 'They meet.' }] });
  const silence = await drafts('silence_procedure', { subject: 'Draft', expires_at: 4_000_000_000 }, text);
  const other = await two.accredit(two.a, 'Nora');
  await two.settled();
  await two.say(other, { kind: 'objection', fields: { text: 'No.' }, refs: [silence] });
  assert.equal((await jointOf(text, 'silence_procedure')).state, 'broken');
});

test('where the other side alone has left nothing to answer, it is disputed all the same', async () => {
  const sent = /^[\w-]{43}$/;
  const undertaking = await drafts('undertaking', { subject: 'Return', text: 'They return.', obligor: 'ours' });
  const performed = await two.say(anna, { kind: 'performance', fields: { performed_at: 1 }, refs: [undertaking] });
  const record = { record_type: 'summary', status: 'final', title: 'First', decisions: [{ text: 'They agreed to everything.' }] };
  const minutes = await two.say(anna, { kind: 'record', fields: record });
  const versions = [{ language: 'en', authentic: true, text: 'They meet.' }];
  const instrument = await drafts('instrument', { title: 'Pact', versions, in_force_rule: 'on-signature' });
  await two.say(anna, { kind: 'signature', fields: { step: 'signed' }, refs: [instrument] });
  await two.say(anna, { kind: 'termination', fields: { at: 1 }, refs: [instrument] });
  await drafts('signature', { step: 'signed' }, instrument);
  await two.settled();
  assert.match(await drafts('acceptance', { value: 'disputed' }, performed), sent);
  assert.match(await drafts('record_correction', { text: 'We did not.' }, minutes), sent);
  assert.match(await drafts('termination', { at: 4_000_000_000 }, instrument), sent);
  assert.match(await drafts('suspension', { effect: 'suspended', at: 4_000_000_000 }, instrument), sent);
});
