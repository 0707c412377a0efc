/** What makes no sense where a matter stands is not sent by our own node, and from the other side it is shown and changes nothing, on both sides alike. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { toBase64url } from '../../src/base/bytes.ts';
import type { Json } from '../../src/base/json.ts';
import { sayIn } from '../../src/base/phrases.ts';
import { type PeopleApp, peopleApp } from '../../src/node/people-door.ts';
import { documentView } from '../../src/node/views/document.ts';
import { jointLines } from '../../src/projection/joint/lines.ts';
import { drafted, handIn } from '../drafting.ts';
import { type Representative, TwoParties } from '../two-parties.ts';

const say = sayIn('en');
const text = { title: 'Draft', articles: [{ number: '1', text: 'They [A: shall] [B: should] meet.' }] };
const digest = toBase64url(new Uint8Array(32));
const secret = toBase64url(new Uint8Array(16));

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
  door = await peopleApp(two.a.node, { peersUrl: two.a.url });
});
after(async () => {
  await door.app.close();
  await two.close();
});

/** Drafted by Anna and handed to her node: its id where it was sent, else the refusal. */
function drafts(kind: string, fields: Readonly<Record<string, Json>>, ...refs: readonly string[]): Promise<string> {
  return drafted(two, door, anna, { kind, fields, refs });
}

/** Said by Boris, whose node asks nothing, and what both sides then read about that matter. */
async function hostile(about: string, kind: string, fields: Readonly<Record<string, Json>>, ...refs: readonly string[]): Promise<readonly string[]> {
  await two.say(boris, { kind, fields, refs });
  await two.settled();
  const [ours, theirs] = await Promise.all([two.a, two.b].map((side) => documentView(two.of(side), about)));
  assert.deepEqual(ours?.joint, theirs?.joint, 'both sides see the same');
  return (ours?.joint ?? []).flatMap((joint) => jointLines(joint, { names: ['Alpha', 'Beta'], now: 2_000_000_000 }).map(({ phrase }) => say(phrase)));
}

test('a sitting that is closed before it was opened', async () => {
  const session = await drafts('session', { title: 'First', planned_start: 1000 });
  const sentence = 'Does not fit: the session is closed while it is not open';
  assert.equal(await drafts('sitting', { event: 'closed', at: 2000 }, session), `does_not_fit: ${sentence}`);
  const opened = await drafts('sitting', { event: 'opened', at: 1000 }, session);
  assert.match(opened, /^[\w-]{43}$/);
  assert.match(await drafts('sitting', { event: 'closed', at: 2000 }, session), /^[\w-]{43}$/);
  assert.ok((await hostile(session, 'sitting', { event: 'closed', at: 2000 }, session)).includes(sentence));
});

test('an amendment of an article that there is not, unless it inserts one', async () => {
  const articles = [
    { number: '1', text: 'A vessel gives notice.' },
    { number: '2', text: 'It may be observed.' },
  ];
  const text = await drafts('text', { title: 'Rules', articles });
  const sentence = 'It replaces article 9, and this version has no such article: 1, 2';
  const amendment = { article: '9', operation: 'replace', text: 'No vessel enters.' };
  assert.equal(await drafts('amendment', amendment, text), `does_not_fit: ${sentence}`);
  assert.match(await drafts('amendment', { ...amendment, article: '2' }, text), /^[\w-]{43}$/);
  assert.ok((await hostile(text, 'amendment', amendment, text)).includes(sentence));
  assert.match(await drafts('amendment', { ...amendment, article: '3', operation: 'insert' }, text), /^[\w-]{43}$/);
  assert.match(await drafts('amendment', { ...amendment, article: '3' }, text), /^[\w-]{43}$/);
});

test('a claim that its own author denies: it is withdrawn; the other side may deny it', async () => {
  const claim = await drafts('claim', { facet: 'fact', statement: 'A vessel entered.' });
  const sentence = 'A side cannot deny or contest its own claim: it takes it back by withdrawing it, or puts it right by a correction';
  for (const value of ['denies', 'contests']) assert.equal(await drafts('position', { value }, claim), `does_not_fit: ${sentence}`);
  assert.match(await drafts('position', { value: 'accepts' }, claim), /^[\w-]{43}$/);
  assert.ok(!(await hostile(claim, 'position', { value: 'denies' }, claim)).includes(sentence));
});

test('a performance of what nobody is bound to, and an answer to one that is no performance', async () => {
  const undertaking = await drafts('undertaking', { subject: 'Return', text: 'They return.', obligor: 'theirs' });
  const other = 'Performed by a side that is not bound to it';
  assert.equal(await drafts('performance', { performed_at: 1 }, undertaking), `does_not_fit: ${other}`);
  assert.match(await drafts('acceptance', { value: 'accepted' }, undertaking), /^does_not_fit: no acceptance can answer what this one names/);
  assert.match(await drafts('acceptance', { value: 'accepted' }), /^does_not_fit: acceptance is a kind that answers something/);
  assert.ok((await hostile(undertaking, 'performance', { performed_at: 1 }, undertaking)).includes('Performed before anybody was bound to it'));
});

test('an adoption of a text with brackets, told from its words', async () => {
  const version = await drafts('text', text);
  const sentence = 'Signed as adopted with 2 brackets in it: it is not adopted';
  assert.equal(await drafts('signature', { step: 'adopted' }, version), `does_not_fit: ${sentence}`);
  assert.ok((await hostile(version, 'signature', { step: 'adopted' }, version)).includes(sentence));
});

test('a reveal of something else than was committed to', async () => {
  const exchange = await drafts('simultaneous_exchange', { title: 'Lists', exchange_at: 4_000_000_000 });
  assert.match(await drafts('commitment', { digest }, exchange), /^[\w-]{43}$/);
  await two.say(boris, { kind: 'commitment', fields: { digest }, refs: [exchange] });
  await two.settled();
  assert.match(await drafts('reveal', { text: 'A list', secret }, exchange), /^does_not_fit: What was revealed is not what was committed to/);
  const lines = await hostile(exchange, 'reveal', { text: 'A list', secret }, exchange);
  assert.ok(lines.includes('Beta: revealed something else than it had committed to'), lines.join('\n'));
});

test('a withdrawal of a commitment, and a correction of what was revealed', async () => {
  const exchange = await drafts('simultaneous_exchange', { title: 'Lists', exchange_at: two.now() + 1000 });
  const commitment = await drafts('commitment', { digest }, exchange);
  const reveal = await drafts('reveal', { text: 'A list', secret }, exchange);
  const sentence = 'It stands all the same: a commitment binds, and what was revealed is held against it: neither is taken back or put right.';
  const message = `${sentence} A message can say what is to be said`;
  assert.equal(await drafts('withdrawal', { entry: commitment }, commitment), `does_not_fit: ${message}`);
  const correction = { entry: reveal, pointers: ['/text'], values: ['Another'] };
  assert.equal(await drafts('correction', correction, reveal), `does_not_fit: ${message}`);
  const theirs = await two.say(boris, { kind: 'commitment', fields: { digest }, refs: [exchange] });
  await two.settled();
  const lines = await hostile(exchange, 'withdrawal', { entry: theirs }, theirs);
  assert.ok(lines.includes(message) && lines.includes('Beta committed'), lines.join('\n'));
});

test('an embargo that nobody proposed', async () => {
  const report = await drafts('vulnerability_report', { title: 'Overflow', product: 'Gate', description: 'In it.', exploited: 'no' });
  const sentence = 'It names no embargo that was proposed, and is for none';
  assert.equal(await drafts('embargo', { act: 'accept' }, report), `does_not_fit: ${sentence}`);
  assert.ok((await hostile(report, 'embargo', { act: 'accept' }, report)).includes(sentence));
});

test('signing under full powers that were revoked, though they belong to no affair of what is signed', async () => {
  const powers = await drafts('full_powers', { person: 'Anna', office: 'Envoy', issued_by: 'The Minister', capacity: 'sign', scope: 'All.' });
  const instrument = { title: 'Arrangement', versions: [{ language: 'en', authentic: true, text: 'They meet.' }], in_force_rule: 'on-signature' };
  const first = await drafts('instrument', { ...instrument, full_powers_required: true });
  assert.match(await drafts('signature', { step: 'signed' }, first), /^does_not_fit: Full powers are required here/);
  assert.match(await drafts('signature', { step: 'signed', concerns: [powers] }, first), /^[\w-]{43}$/);
  await drafts('withdrawal', { entry: powers }, powers);
  const second = await drafts('instrument', { ...instrument, full_powers_required: true });
  assert.match(await drafts('signature', { step: 'signed', concerns: [powers] }, second), /^does_not_fit: .* had been revoked/);
});

test('what stands already is sent again as it is, though by now it would not fit', async () => {
  const session = await drafts('session', { title: 'Second', planned_start: 1000 });
  const signed = await two.sign(anna, { kind: 'sitting', fields: { marking: 'green', event: 'opened', at: 1000 }, refs: [session] });
  const [one, again] = [await handIn(door, two.channel, signed), await handIn(door, two.channel, signed)];
  assert.equal(one.status, 200);
  assert.deepEqual(again, one);
});

test('a silence that an amendment would break at once; and who amended is not said to have objected', async () => {
  const version = await drafts('text', { title: 'Draft', articles: [{ number: '1', text: 'They meet.' }] });
  const silence = { subject: 'Draft', expires_at: 4_000_000_000 };
  assert.match(await drafts('silence_procedure', silence, version), /^[\w-]{43}$/);
  const lines = await hostile(version, 'amendment', { article: '1', operation: 'replace', text: 'They may meet.' }, version);
  assert.ok(lines.includes('Beta: proposed an amendment to it'), lines.join('\n'));
  assert.match(await drafts('silence_procedure', silence, version), /^does_not_fit: An amendment to this version stands/);
});
