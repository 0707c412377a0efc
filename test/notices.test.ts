/** Notices between two real nodes, a real mail server and a clock of the test's own. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { systemNow } from '../src/node/crypto.ts';
import { Notices } from '../src/node/notices/notices.ts';
import { makeSubscription, OPERATOR, type Wanted } from '../src/node/notices/subscriptions.ts';
import { alarmOf } from '../src/node/views/forks.ts';
import { NOTICE_EVENTS } from '../src/projection/notice-views.ts';
import { configure, headerOf, hookReceiver, type MailOptions, type MailReceiver, mailReceiver, secretFile, textOf } from './receivers.ts';
import { REPLIES_ALONE } from './reply-pack.ts';
import { Parties } from './several-parties.ts';
import { type Representative, type Side, TwoParties, until } from './two-parties.ts';

const HOUR = 3600;
const ALL: Wanted = { target: { mail: 'duty@alpha.example' }, channels: [], events: [...NOTICE_EVENTS] };
/** What may stand in no notice: each free text of a document, marked. */
const SECRET = 'S3CR3T';

let offset = 0;
const now = () => systemNow() + offset;
let dir: string;
let two: TwoParties;
let mail: MailReceiver;
let notices: Notices;
let smtp: object;
/** What the server answers to a mail that it has taken whole. */
let answer: NonNullable<MailOptions['data']> = () => 250;
let anna: Representative;
let nikolai: Representative;
const made: string[] = [];

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-notices-'));
  two = await TwoParties.found({ now, ...REPLIES_ALONE });
  mail = await mailReceiver({ login: { user: 'parley', password: 'hunter2 secret' }, data: (one) => answer(one) });
  anna = await two.accredit(two.a, 'Anna S3CR3T-ours');
  nikolai = await two.accredit(two.b, 'Nikolai S3CR3T-person');
  await two.acknowledge();
  const password_file = await secretFile(dir, 'smtp.secret', 'hunter2 secret');
  smtp = { host: '127.0.0.1', port: mail.port, tls: 'none', from: 'parley@alpha.example', user: 'parley', password_file };
  await configure(dir, { smtp });
  notices = new Notices(two.a.node, { dir });
});

/** Subscribes for the rest of the test. */
async function subscribe(wanted: Wanted): Promise<void> {
  const { id } = await notices.subscribe(OPERATOR, wanted);
  made.push(id);
}

afterEach(async () => {
  for (const id of made.splice(0)) await notices.off(OPERATOR, id);
  mail.taken.splice(0);
});

after(async () => {
  await notices.close();
  await mail.close();
  await two.close();
  await rm(dir, { recursive: true, force: true });
});

/** The subjects of what was handed out since last asked, in order. */
function subjects(): readonly string[] {
  return mail.taken.splice(0).map((one) => {
    assert.ok(!one.raw.includes(SECRET), one.raw);
    assert.ok(!one.raw.includes('hunter2'));
    return headerOf(one, 'Subject') ?? '';
  });
}

async function ask(by: Representative, within: number, more: object = {}): Promise<string> {
  const fields = {
    request_type: 'information',
    subject: `${SECRET}-subject`,
    text: `${SECRET}-text`,
    reply_by: now() + within,
    ref: `${SECRET}-ref-of-theirs`,
    urgency: 'flash',
    marking: 'red',
    ...more,
  };
  const id = await two.say(by, { kind: 'request', fields });
  await two.settled();
  return id;
}

test('what is so already is no news; a new document and the reply it calls for are told once, with their metadata alone', async () => {
  await ask(nikolai, 900 * HOUR);
  await subscribe(ALL);
  await notices.run();
  assert.deepEqual(subjects(), []);

  const asked = await ask(nikolai, 60 * HOUR);
  await notices.run();
  const [document, owed] = [...mail.taken].sort((a, b) => (headerOf(a, 'Subject') ?? '').localeCompare(headerOf(b, 'Subject') ?? ''));
  assert.deepEqual(subjects().toSorted(), ['Parley: New document, Test-1', 'Parley: Reply owed, Test-1']);
  assert.ok(document !== undefined && owed !== undefined);
  assert.match(textOf(document), /^New document: Request from Beta\nChannel: Test-1\nUrgency: Flash\nhttps:\/\/parley\.example\/c\//);
  assert.match(textOf(owed), /^Reply owed to Beta on Request, due 20\d\d-\d\d-\d\d \d\d:\d\d UTC\nChannel: Test-1\nUrgency: Flash\n/);
  assert.ok(textOf(owed).includes(`https://parley.example/c/${two.channel}/documents/${asked}`));
  assert.equal(headerOf(owed, 'To'), 'duty@alpha.example');
  assert.equal(headerOf(owed, 'Auto-Submitted'), 'auto-generated');
  assert.equal(owed.user, 'parley');

  await notices.run();
  await new Notices(two.a.node, { dir }).run();
  assert.deepEqual(subjects(), []);
});

test('of very many documents at once a message lists the urgent ones first and counts the rest, and no more than it lists is written down one by one', async () => {
  await subscribe({ ...ALL, events: ['document'] });
  const said = Array.from({ length: 70 }, () => two.say(nikolai, { kind: 'message', fields: { subject: SECRET, text: SECRET } }));
  await Promise.all([...said, two.say(nikolai, { kind: 'message', fields: { subject: SECRET, text: SECRET, urgency: 'flash' } })]);
  await two.settled();
  const { store } = two.a.node;
  const put = store.putLocal.bind(store);
  let told = 0;
  store.putLocal = (collection, ...rest) => {
    if (collection === 'notice-told') told++;
    return put(collection, ...rest);
  };
  try {
    await notices.run();
  } finally {
    store.putLocal = put;
  }
  assert.equal(told, 50);
  const [only] = mail.taken;
  assert.deepEqual(subjects(), ['Parley: New document (71)']);
  assert.match(
    only === undefined ? '' : textOf(only),
    /^New document: Message from Beta\nChannel: Test-1\nUrgency: Flash\n(?:.*\n)*21 more are not listed here\./,
  );
});

test('deadlines are told at 24 h, 4 h and 1 h, of what we owe and what we are owed, and once as late; an answer ends them', async () => {
  await subscribe({ ...ALL, events: ['due_24h', 'due_4h', 'due_1h', 'late'] });
  await ask(nikolai, 26 * HOUR);
  const ours = await ask(anna, 27 * HOUR, { ref: 'A/7' });
  await notices.run();
  assert.deepEqual(subjects(), []);
  const texts: string[] = [];
  const step = async (hours: number): Promise<readonly string[]> => {
    offset += hours * HOUR;
    await notices.run();
    texts.push(...mail.taken.map(textOf));
    return subjects();
  };
  assert.deepEqual(await step(2.5), ['Parley: Due within 24 hours, Test-1']);
  assert.deepEqual(await step(1), ['Parley: Due within 24 hours, Test-1']);
  assert.match(texts[1] ?? '', /^Reply owed by Beta on Request, due .* UTC\nChannel: Test-1\nOur reference: A\/7\n/);
  assert.deepEqual(await step(0.5), []);
  assert.deepEqual(await step(18.1), ['Parley: Due within 4 hours, Test-1']);

  // Beta answers: nobody here waits for it any more.
  await two.say(nikolai, { kind: 'reply', refs: [ours], fields: { final: true, disposition: 'partial', text: SECRET } });
  await two.settled();
  assert.deepEqual(await step(3), ['Parley: Due within 1 hour, Test-1']);
  assert.deepEqual(await step(1), ['Parley: Late, Test-1']);
  assert.match(texts.at(-1) ?? '', /^Reply owed to Beta on Request, was due /);
  assert.deepEqual(await step(50), ['Parley: Late, Test-1'], 'the request of the first test; none of this one again');
});

test('a deadline that passed while the node was down is told once, as what it is', async () => {
  await subscribe(ALL);
  await ask(nikolai, 30 * HOUR);
  await notices.run();
  subjects();
  await notices.close();
  offset += 40 * HOUR;
  notices = new Notices(two.a.node, { dir });
  await notices.run();
  assert.deepEqual(subjects(), ['Parley: Late, Test-1']);
  await notices.run();
  assert.deepEqual(subjects(), []);
});

test('a change of the other side about its people is told, without the name; a channel not asked for is not', async () => {
  const of = { ...ALL, events: ['keys' as const], channels: [two.channel] };
  await subscribe(of);
  await two.accredit(two.b, `Olga ${SECRET}`);
  await two.settled();
  await notices.run();
  assert.match(textOf(mail.taken[0] ?? assert.fail('a mail')), /^Beta changed its people or keys; nobody here has acknowledged it\n/);
  assert.deepEqual(subjects(), ['Parley: Change of people or keys to acknowledge, Test-1']);
  await two.acknowledge();
  await assert.rejects(notices.subscribe(OPERATOR, { ...of, channels: ['A'.repeat(43)] }), { code: 'not_found' });
});

test('a digest comes once a day at its hour, gathers what came, and leaves out what has passed meanwhile', async () => {
  const hour = new Date(now() * 1000).getUTCHours();
  await subscribe({ ...ALL, digestHour: (hour + 3) % 24 });
  const asked = await ask(nikolai, 200 * HOUR);
  await two.say(nikolai, { kind: 'message', fields: { subject: SECRET, text: SECRET } });
  await two.settled();
  await notices.run();
  assert.deepEqual(subjects(), []);
  await two.say(anna, { kind: 'reply', refs: [asked], fields: { final: true, disposition: 'partial', text: SECRET } });
  await two.settled();
  offset += 4 * HOUR;
  await notices.run();
  const text = textOf(mail.taken[0] ?? assert.fail('a digest'));
  assert.match(text, /New document: Request from Beta/);
  assert.match(text, /New document: Message from Beta/);
  assert.match(text, /Awaits us: \d+ \(late: \d+\)\. Awaits the others: \d+/);
  assert.doesNotMatch(text, new RegExp(`Reply owed to Beta on Request, due .*\\n.*\\n.*\\n.*${asked}`));
  assert.deepEqual(subjects(), ['Parley: Digest (2)']);
  await two.say(nikolai, { kind: 'message', fields: { subject: SECRET, text: SECRET } });
  await two.settled();
  await notices.run();
  assert.deepEqual(subjects(), [], 'what comes later that day waits for the next');
  offset += 24 * HOUR;
  await notices.run();
  assert.equal(subjects().length, 1);
});

test('a subscription is named so that the command line never takes its name for an option', async () => {
  const { node } = two.a;
  const random = (size: number) => new Uint8Array(size).fill(0xfb);
  const { id } = await makeSubscription(Object.create(node, { parts: { value: { ...node.parts, random } } }), OPERATOR, ALL);
  assert.match(id, /^[0-9a-z]{12}$/);
});

test('whoever subscribes at a node that has just started takes from nobody what they were still to be told', async () => {
  await subscribe({ ...ALL, events: ['document'] });
  await notices.close();
  await two.say(nikolai, { kind: 'message', fields: { subject: SECRET, text: SECRET } });
  await two.settled();
  notices = new Notices(two.a.node, { dir });
  await subscribe({ ...ALL, events: ['document'], target: { mail: 'second@alpha.example' } });
  await notices.run();
  assert.deepEqual(
    mail.taken.map(({ to }) => to),
    [['duty@alpha.example']],
  );
});

test('what a server does not take now is tried again later and later, under the same id; what it never takes is given up and said', async () => {
  await subscribe({ ...ALL, events: ['document'] });
  await two.say(nikolai, { kind: 'message', fields: { subject: SECRET, text: SECRET } });
  await two.settled();
  const seen: string[] = [];
  answer = (one) => {
    seen.push(headerOf(one, 'Message-ID') ?? '');
    return 451;
  };
  await notices.run();
  const [shown] = (await notices.view(OPERATOR)).subscriptions;
  assert.deepEqual([shown?.waiting, shown?.failed, shown?.trouble], [1, 0, 'a mail server that takes it (it answered 451)']);
  await notices.run();
  assert.equal(seen.length, 1, 'not before its time');
  for (const wait of [60, 300, 900]) {
    offset += wait;
    await notices.run();
  }
  assert.equal(seen.length, 4);
  assert.equal(new Set(seen).size, 1);
  answer = () => 550;
  offset += HOUR;
  await notices.run();
  const [then] = (await notices.view(OPERATOR)).subscriptions;
  assert.deepEqual([then?.waiting, then?.failed, then?.trouble], [0, 1, 'a mail server that takes it (it answered 550)']);
  answer = () => 250;
  offset += 24 * HOUR;
  await notices.run();
  assert.deepEqual(mail.taken, []);
});

test('a mail server that takes nothing from anybody is asked once, not once for each that waits; and again after a minute', async () => {
  await subscribe({ ...ALL, events: ['document'] });
  await subscribe({ ...ALL, events: ['document'], target: { mail: 'second@alpha.example' } });
  await two.say(nikolai, { kind: 'message', fields: { subject: SECRET, text: SECRET } });
  await two.settled();
  await secretFile(dir, 'smtp.secret', 'wrong');
  const before = mail.refused.length;
  // Whoever looks while a node starts must not make it forget what it told.
  await Promise.all([notices.run(), notices.view(OPERATOR), notices.run()]);
  assert.equal(mail.refused.length - before, 1);
  await secretFile(dir, 'smtp.secret', 'hunter2 secret');
  await notices.run();
  assert.deepEqual(mail.taken, []);
  offset += 60;
  await notices.run();
  assert.deepEqual(mail.taken.map(({ to }) => to[0]).toSorted(), ['duty@alpha.example', 'second@alpha.example']);
});

test('a webhook tells the same metadata, again under the same id where it was not taken, and holds up no mail', async () => {
  const pager = await hookReceiver(undefined, (response, nth) => response.writeHead(nth === 1 ? 503 : 204).end());
  const secret = await secretFile(dir, 'pager.secret', `whsec_${Buffer.alloc(32, 7).toString('base64')}`);
  await configure(dir, { smtp, webhooks: { pager: { url: `${pager.url}/parley`, secret_file: secret } } });
  await subscribe({ ...ALL, events: ['document', 'owed'], target: { webhook: 'pager' } });
  await subscribe({ ...ALL, events: ['document'] });
  await assert.rejects(notices.subscribe(OPERATOR, { ...ALL, target: { webhook: 'elsewhere' } }), { code: 'not_found' });
  const asked = await ask(nikolai, 60 * HOUR);
  await notices.run();
  assert.deepEqual(subjects(), ['Parley: New document, Test-1']);
  offset += 60;
  await notices.run();
  await pager.close();
  const bodies = pager.posted.map(({ body, headers }) => {
    assert.ok(!body.includes(SECRET));
    return { id: headers['webhook-id'], ...(JSON.parse(body) as { type: string; items: { link: string }[] }) };
  });
  assert.deepEqual(bodies.map(({ type }) => type).toSorted(), ['document', 'owed', bodies[0]?.type].toSorted());
  assert.equal(bodies[2]?.id, bodies[0]?.id);
  assert.ok(bodies.every(({ items }) => items[0]?.link === `https://parley.example/c/${two.channel}/documents/${asked}`));
});

test('once started it tells by itself what comes, and when the node stops it breaks off an attempt that stalls', async () => {
  await subscribe({ ...ALL, events: ['document'] });
  notices.start('http://localhost:8080');
  const stalled = Promise.withResolvers<void>();
  answer = () => {
    stalled.resolve();
    return new Promise(() => undefined);
  };
  await two.say(nikolai, { kind: 'message', fields: { subject: SECRET, text: SECRET } });
  await stalled.promise;
  await notices.close();
  assert.deepEqual(mail.taken, []);
  answer = () => 250;
  notices = new Notices(two.a.node, { dir });
  offset += 60;
  await notices.run();
  assert.deepEqual(subjects(), ['Parley: New document, Test-1']);
});

test('two histories of a log are told once, with whose they are and where the proof stands', async () => {
  const parties = await Parties.found(2);
  try {
    const [a, b] = parties.sides as [Side, Side];
    const petrova = await parties.accredit(b, `Petrova ${SECRET}`);
    await parties.settled();
    const told = new Notices(a.node, { dir });
    await told.subscribe(OPERATOR, { ...ALL, events: ['fork'] });
    const other = await parties.copyOf(b);
    await parties.introduce(b, []);
    await parties.message(b, petrova, 'heard by nobody');
    await parties.introduce(other, [a]);
    await parties.message(other, petrova, 'heard by Alpha');
    await until([other.node, a.node], async () => (await parties.heard(a, 1)).includes('heard by Alpha'));
    await other.close();
    await parties.introduce(b, [a]);
    await until([a.node, b.node], async () => (await alarmOf(parties.of(a)))?.id === 'alarm.fork');
    await told.run();
    await told.run();
    await told.close();
    const [only, ...more] = mail.taken;
    assert.ok(only !== undefined && more.length === 0);
    assert.match(
      textOf(only),
      new RegExp(`^Two histories exist of a log of Beta\nChannel: .*\nhttps://parley\\.example/c/${parties.channel}/alarm\n`),
    );
  } finally {
    await parties.close();
  }
});
