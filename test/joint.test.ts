/** What is joint between two parties is the same on both sides, in their dossiers and beside each document, and says what was erased. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { toBase64url, utf8 } from '../src/base/bytes.ts';
import type { Json } from '../src/base/json.ts';
import { exchangeBytes } from '../src/document/exchange.ts';
import { systemNow } from '../src/node/crypto.ts';
import { documentView } from '../src/node/views/document.ts';
import { dossierList, dossierView } from '../src/node/views/dossiers.ts';
import { todayView } from '../src/node/views/today.ts';
import type { JointView } from '../src/projection/joint/words.ts';
import { Erasing } from './erasing.ts';
import { type Representative, type Side, until } from './two-parties.ts';

const clock = { ahead: 0 };
const erasing = await Erasing.found(() => systemNow() + clock.ahead);
const { two, anna, boris } = erasing;
after(() => erasing.close());

const say = (person: Representative, kind: string, fields: Record<string, Json>, ...refs: readonly string[]): Promise<string> =>
  two.say(person, { kind, fields, refs });

/** The joint states of the dossier of a document, which both sides compute alike, once both hold everything. */
async function jointOf(id: string): Promise<readonly JointView[]> {
  await two.settled();
  const [ours, theirs] = await Promise.all([two.a, two.b].map((side) => dossierView(two.of(side), id)));
  const joint = (ours?.matters ?? []).flatMap((matter) => matter.joint);
  assert.deepEqual(
    (theirs?.matters ?? []).flatMap((matter) => matter.joint),
    joint,
    'both sides compute the same',
  );
  return joint;
}

function only<K extends JointView['kind']>(joint: readonly JointView[], kind: K): Extract<JointView, { kind: K }> {
  const found = joint.filter((one) => one.kind === kind);
  assert.equal(found.length, 1, kind);
  return found[0] as Extract<JointView, { kind: K }>;
}

test('consultations, the session held under them and an undertaking of it stand in one dossier, the same on both sides', async () => {
  const consultation = await say(anna, 'consultation', { title: 'Cybersecurity', topics: [{ topic: 'Cyber', track: 'cyber' }] });
  const session = await say(anna, 'session', { title: 'First', planned_start: 1000, planned_end: 20_000, concerns: [consultation] });
  for (const [event, at] of [
    ['opened', 1000],
    ['suspended', 6580],
    ['resumed', 9280],
    ['closed', 13_180],
  ] as const)
    for (const person of [anna, boris]) await say(person, 'sitting', { event, at }, session);
  const undertaking = await say(boris, 'undertaking', {
    subject: 'Ambassadors return',
    text: 'To their posts.',
    obligor: 'each',
    non_parties: ['Ukraine'],
    concerns: [consultation],
  });
  const proposed = await jointOf(consultation);
  assert.equal(only(proposed, 'consultation').state, 'proposed');
  assert.deepEqual(only(proposed, 'consultation').topics, [{ topic: 'Cyber', track: 'cyber' }]);
  assert.equal(only(proposed, 'undertaking').state, 'proposed', 'the other side is not bound by it');
  const held = only(proposed, 'session');
  assert.deepEqual(
    [held.agreement, ...held.accounts.map(({ sittingSeconds, suspendedSeconds }) => [sittingSeconds / 60, suspendedSeconds / 60])],
    ['equal', [158, 45], [158, 45]],
  );
  await say(boris, 'signature', { step: 'signed' }, consultation);
  await say(anna, 'signature', { step: 'signed' }, undertaking);
  const joint = await jointOf(consultation);
  assert.equal(only(joint, 'consultation').state, 'joint');
  assert.equal(only(joint, 'consultation').held.length, 2);
  assert.equal(only(joint, 'undertaking').state, 'operative');
  assert.deepEqual(only(joint, 'undertaking').words?.nonParties, ['Ukraine']);
  const beside = await documentView(two.of(two.a), undertaking);
  assert.deepEqual(
    beside.joint.map(({ kind, entry }) => [kind, entry]),
    [['undertaking', undertaking]],
  );
});

test('a text is shown with its brackets until its words are erased, and then they are said to be gone', async () => {
  const text = await say(anna, 'text', { title: 'Draft', articles: [{ number: '4', text: 'They [A: shall] [B: should] meet.' }] });
  const amendment = await say(boris, 'amendment', { article: '4', operation: 'replace', text: 'They meet.' }, text);
  const before = only(await jointOf(text), 'text');
  const words = before.words[text];
  assert.equal(words === undefined || words === 'gone' ? words : words.brackets, 2);
  assert.deepEqual(before.proposals[amendment], { text: 'They meet.', reason: '' });
  await say(anna, 'body_erased', { ...(await erasing.gone(two.a, text, ['articles'])), basis: 'Sent by mistake.' }, text);
  assert.equal(only(await jointOf(text), 'text').words[text], 'gone');
});

test('a translation is set against its original, and an exchange against what was committed to', async () => {
  const original = await say(anna, 'message', { subject: 'Note', text: 'Environ 2h30, le 16 juin 2021.' });
  await say(boris, 'translation', { language: 'en', text: 'About 2hXNUMX, on 16 June 2021. Note.' }, original);
  const { check } = only(await jointOf(original), 'translation');
  assert.deepEqual(check === undefined || check === 'gone' ? check : check.missing.map(({ text }) => text), ['30']);

  const exchange = await say(anna, 'simultaneous_exchange', { title: 'Lists', exchange_at: 1 });
  const secret = toBase64url(two.crypto.sha256(utf8('secret')).subarray(0, 16));
  for (const [party, person] of [anna, boris].entries()) {
    const bytes = exchangeBytes({ channel: two.channel, party, matter: exchange }, { text: `list ${party}`, secret, attachments: [] });
    await say(person, 'commitment', { digest: toBase64url(two.crypto.sha256(bytes ?? assert.fail())) }, exchange);
  }
  await say(anna, 'reveal', { text: 'list 0', secret }, exchange);
  await say(boris, 'reveal', { text: 'another list', secret }, exchange);
  const { revealed, findings } = only(await jointOf(exchange), 'simultaneous_exchange');
  assert.deepEqual(
    revealed.map(({ result }) => result),
    ['as_committed', 'differs'],
  );
  assert.deepEqual(
    findings.map(({ phrase }) => phrase.id),
    ['joint.finding.reveal_differs'],
  );
});

test('a silence procedure stands open until hosts have shown the other side’s log at its expiry, and an objection breaks it', async () => {
  const text = await say(anna, 'text', { title: 'Draft', articles: [{ number: '1', text: 'They meet.' }] });
  const silence = await say(anna, 'silence_procedure', { subject: 'Draft', expires_at: 4_000_000_000 }, text);
  assert.equal(only(await jointOf(text), 'silence_procedure').state, 'open');
  await say(boris, 'objection', { text: 'Not so.' }, silence);
  const { state, sides } = only(await jointOf(text), 'silence_procedure');
  assert.deepEqual([state, sides[0]?.objections.map(({ what, safe }) => [what, safe])], ['broken', [['objection', true]]]);
});

test('while a silence runs it awaits those who would agree by saying nothing, before all else, until one of them objects', async () => {
  const placedOf = async (side: Side, entry: string) => {
    const today = await todayView(side.node);
    const lists = { us: today.awaitingUs, them: today.awaitingThem, watch: today.watch };
    return Object.entries(lists).flatMap(([list, items]) =>
      items.flatMap(({ due, act }, at) => (due.entry === entry ? [{ list, at, act, dueAt: due.dueAt, silence: due.silence }] : [])),
    );
  };
  const text = await say(anna, 'text', { title: 'Draft', articles: [{ number: '1', text: 'They meet.' }] });
  const [expires, sooner] = [two.now() + 7200, two.now() + 3600];
  await say(anna, 'request', { request_type: 'information', subject: 'When', text: 'When?', reply_by: sooner });
  const silence = await say(anna, 'silence_procedure', { subject: 'Draft', expires_at: expires }, text);
  await two.settled();
  const item = { act: 'objection', dueAt: expires, silence: true };
  assert.deepEqual(await placedOf(two.b, silence), [{ list: 'us', at: 0, ...item }]);
  assert.deepEqual(
    (await placedOf(two.a, silence)).map(({ list, dueAt }) => [list, dueAt]),
    [['them', expires]],
  );
  await say(boris, 'objection', { text: 'Not so.' }, silence);
  await two.settled();
  for (const side of [two.a, two.b]) assert.deepEqual(await placedOf(side, silence), []);
});

test('a silence that is over stays in sight until hosts have shown what was said, and who put it to somebody that did not hold it in time may ask anew', async () => {
  const placed = async (side: Side, entry: string) => {
    const { awaitingUs, awaitingThem, watch } = await todayView(side.node);
    const lists = Object.entries({ awaitingUs, awaitingThem, watch });
    return lists.flatMap(([list, items]) => items.flatMap(({ due, act }) => (due.entry === entry ? [[list, due.over, due.silence, act]] : [])));
  };
  const text = await say(anna, 'text', { title: 'Draft', articles: [{ number: '1', text: 'They meet.' }] });
  const under = () => say(anna, 'silence_procedure', { subject: 'Draft', expires_at: two.now() + 600 }, text);
  const passed = await under();
  await two.settled();
  clock.ahead += 601;
  for (const side of [two.a, two.b]) assert.deepEqual(await placed(side, passed), [['watch', 'hosts', undefined, 'withdrawal']]);
  two.a.node.exchange.resubmit();
  await until([two.a.node, two.b.node], async () => (await placed(two.a, passed)).length + (await placed(two.b, passed)).length === 0);
  assert.equal(only((await jointOf(text)).slice(0, 2), 'silence_procedure').state, 'complete');
  await two.b.hang();
  const unheard = await under();
  clock.ahead += 601;
  two.a.node.exchange.resubmit();
  await until([two.a.node], async () => (await placed(two.a, unheard))[0]?.[1] === 'unasked');
  assert.deepEqual(await placed(two.a, unheard), [['awaitingUs', 'unasked', undefined, 'withdrawal']]);
  await two.b.answer();
  await two.settled();
  assert.deepEqual(await placed(two.b, unheard), [['watch', 'unasked', undefined, 'withdrawal']]);
  await say(anna, 'withdrawal', { entry: unheard }, unheard);
  await two.settled();
  for (const side of [two.a, two.b]) assert.deepEqual(await placed(side, unheard), []);
});

test('a silence that was taken back, or had expired before it could be held, is answered by nobody any more', async () => {
  const text = await say(anna, 'text', { title: 'Draft', articles: [{ number: '1', text: 'They meet.' }] });
  const silences: string[] = [];
  for (const expires_at of [two.now() + 7200, two.now() - 1])
    silences.push(await say(anna, 'silence_procedure', { subject: 'Draft', expires_at }, text));
  await say(anna, 'withdrawal', { entry: silences[0] ?? '', reason: 'Too early.' }, silences[0] ?? '');
  await two.settled();
  for (const side of [two.a, two.b]) {
    const { awaitingUs, awaitingThem, watch } = await todayView(side.node);
    const all = [...awaitingUs, ...awaitingThem, ...watch];
    assert.ok(all.every(({ due }) => due.entry !== silences[0]));
    assert.ok(all.every(({ due, act }) => due.entry !== silences[1] || (due.over !== undefined && due.silence === undefined && act !== 'objection')));
  }
});

test('an amendment breaks a silence as safely as an objection does: its author’s node stamps what hosts saw of it', async () => {
  const text = await say(anna, 'text', { title: 'Draft', articles: [{ number: '1', text: 'They meet.' }] });
  await say(anna, 'silence_procedure', { subject: 'Draft', expires_at: 4_000_000_000 }, text);
  await say(boris, 'amendment', { article: '1', operation: 'replace', text: 'They meet twice.' }, text);
  const { state, sides } = only(await jointOf(text), 'silence_procedure');
  assert.deepEqual([state, sides[0]?.objections.map(({ what, safe }) => [what, safe])], ['broken', [['amendment', true]]]);
});

test('a silence that nobody broke is complete on both sides once hosts have shown the other side’s log after its expiry', async () => {
  const text = await say(anna, 'text', { title: 'Draft', articles: [{ number: '1', text: 'They meet.' }] });
  await say(boris, 'message', { subject: 'Seen', text: 'Seen.' }, text);
  await two.settled();
  await say(anna, 'silence_procedure', { subject: 'Draft', expires_at: two.now() + 3600 }, text);
  await two.settled();
  clock.ahead += 3700;
  for (const { node } of [two.a, two.b]) node.exchange.resubmit();
  await until([two.a.node], async () => only(await jointOf(text), 'silence_procedure').state === 'complete', 'the silence is complete');
  const [side] = only(await jointOf(text), 'silence_procedure').sides;
  assert.deepEqual([side?.party, side?.state], [1, 'consents']);
  for (const each of [two.a, two.b]) {
    const { states } = (await dossierList(two.of(each))).find(({ id }) => id === text) ?? assert.fail();
    const said = states.map(({ phrase }) => `${phrase.id} ${phrase.values?.state}`);
    assert.deepEqual(said, ['joint.version tabled', 'joint.silence_listed complete'], 'the list of dossiers says so');
  }
});

test('a silence that was over before the other side could hold it is never complete: nobody was asked', async () => {
  const text = await say(anna, 'text', { title: 'Draft', articles: [{ number: '1', text: 'They meet.' }] });
  await say(anna, 'silence_procedure', { subject: 'Draft', expires_at: two.now() - 3600 }, text);
  const stateNow = async () => only(await jointOf(text), 'silence_procedure');
  await until([two.a.node], async () => (await stateNow()).sides[0]?.state === 'unasked', 'hosts have shown the log after the expiry');
  assert.equal((await stateNow()).state, 'open');
});

test('a silence by somebody whom nobody here has acknowledged stays in sight, and so does one that only such a person took back', async () => {
  const text = await say(anna, 'text', { title: 'Draft', articles: [{ number: '1', text: 'They meet.' }] });
  const carl = await two.accredit(two.a, 'Carl');
  const ids = [anna, carl].map((by) => say(by, 'silence_procedure', { subject: 'Draft', expires_at: two.now() + 7200 }, text));
  const silences = await Promise.all(ids);
  await two.settled();
  const ofBoris = async () => {
    const { awaitingUs } = await todayView(two.b.node);
    return silences.map((id) => awaitingUs.filter(({ due }) => due.entry === id).map(({ unacknowledged }) => unacknowledged === true));
  };
  assert.deepEqual(await ofBoris(), [[false], [true]]);
  for (const id of silences) await say(carl, 'withdrawal', { entry: id }, id);
  await two.settled();
  assert.deepEqual(await ofBoris(), [[true], []], 'what was never usable is over on the other side too');
});
