/** Deadlines as a calendar program reads them, at an address that needs no login; and who may ask for notices at the people's door. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { leavesByName } from '../src/entry/body.ts';
import { formatCalendar } from '../src/interop/calendar.ts';
import { systemNow } from '../src/node/crypto.ts';
import { Feeds } from '../src/node/notices/feeds.ts';
import { type PeopleApp, peopleApp } from '../src/node/people-door.ts';
import { listUsers } from '../src/node/users.ts';
import { documentView } from '../src/node/views/document.ts';
import { inboxOf } from '../src/node/views/inbox.ts';
import type { NoticesView, SubscriptionView } from '../src/projection/notice-views.ts';
import { type Event, instantOf, readCalendar, textOf } from './calendar-reader.ts';
import { configure, type MailReceiver, mailReceiver } from './receivers.ts';
import { REPLIES_ALONE } from './reply-pack.ts';
import { enrol, ORIGIN, type Person } from './signed-in.ts';
import { type Representative, TwoParties } from './two-parties.ts';

const DAY = 86_400;
const SECRET = 'S3CR3T';

let offset = 0;
let dir: string;
let two: TwoParties;
let mail: MailReceiver;
let door: PeopleApp;
let anna: Representative;
let nikolai: Representative;
let dana: Person;
let vera: Person;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-calendar-'));
  mail = await mailReceiver();
  two = await TwoParties.found({ now: () => systemNow() + offset, ...REPLIES_ALONE });
  anna = await two.accredit(two.a, 'Anna');
  nikolai = await two.accredit(two.b, `Nikolai ${SECRET}`);
  await two.acknowledge();
  await configure(dir, { smtp: { host: '127.0.0.1', port: mail.port, tls: 'none', from: 'parley@alpha.example' } });
  door = await peopleApp(two.a.node, { dir });
  dana = await enrol(door, (await door.enrolment.inviteFirst()) ?? '', 'Dana');
  vera = await enrol(door, (await door.enrolment.invite(false)).token, 'Vera');
});

after(async () => {
  await door.app.close();
  await mail.close();
  await two.close();
  await rm(dir, { recursive: true, force: true });
});

async function send(method: 'GET' | 'POST', url: string, who?: Person | 'operator', payload?: object) {
  const as = who === 'operator' ? { authorization: `Bearer ${door.operatorToken}` } : who === undefined ? {} : { cookie: who.cookie, origin: ORIGIN };
  return door.app.inject({ method, url, headers: { host: 'localhost:8080', ...as }, ...(payload === undefined ? {} : { payload }) });
}

async function calendar(): Promise<readonly Event[]> {
  const answer = await send('GET', '/api/calendar.ics', 'operator');
  assert.equal(answer.headers['content-type'], 'text/calendar; charset=utf-8');
  assert.ok(!answer.body.includes(SECRET), answer.body);
  return readCalendar(answer.body);
}

const facts = (event: Event | undefined): readonly unknown[] => [event?.get('SEQUENCE')?.value, event?.get('STATUS')?.value];

async function ask(by: Representative, due: number): Promise<string> {
  const fields = { request_type: 'information', subject: SECRET, text: SECRET, reply_by: due, urgency: 'urgent', ref: by === anna ? 'A/7' : SECRET };
  const id = await two.say(by, { kind: 'request', fields });
  await two.settled();
  return id;
}

test('a deadline has a UID that stays; its SEQUENCE rises when it changes, and it is cancelled when it is answered or withdrawn', async () => {
  const due = systemNow() + 5 * DAY;
  const theirs = await ask(nikolai, due);
  const ours = await ask(anna, due + DAY);
  const first = await calendar();
  assert.equal(first.length, 2);
  assert.deepEqual(
    first.map((event) => instantOf(event, 'DTSTART')),
    [due, due + DAY],
  );
  assert.match(textOf(first[0] ?? new Map(), 'SUMMARY'), /^Reply owed to Beta on Request, due /);
  assert.match(
    textOf(first[1] ?? new Map(), 'DESCRIPTION'),
    /^Reply owed by Beta on Request, due .*\nChannel: Test-1\nOur reference: A\/7\nUrgency: Urgent$/,
  );
  assert.ok(first[0]?.get('URL')?.value.endsWith(`/documents/${theirs}`));
  assert.deepEqual(first.map(facts), [
    ['0', 'CONFIRMED'],
    ['0', 'CONFIRMED'],
  ]);
  assert.deepEqual(await calendar(), first, 'asked again, the same');
  const kept = JSON.stringify(await two.a.node.store.listLocal('calendar-event'));
  assert.ok(kept.includes(theirs) && !kept.includes('A/7'), 'what an author may erase is looked up, never kept');

  await two.say(anna, { kind: 'reply', refs: [theirs], fields: { final: true, disposition: 'met', text: SECRET } });
  const { body } = await documentView(two.of(two.a), ours);
  const leaf = leavesByName(two.crypto.sha256, Uint8Array.from(Buffer.from(body, 'base64'))).get('ref') ?? assert.fail('it has a reference');
  await two.say(anna, { kind: 'body_erased', refs: [ours], fields: { entry: ours, pointers: ['/ref'], leaves: [leaf] } });
  await two.say(anna, { kind: 'withdrawal', refs: [ours], fields: { entry: ours, reason: SECRET } });
  await two.settled();
  const then = await calendar();
  assert.deepEqual(
    then.map((event) => event.get('UID')?.value),
    first.map((event) => event.get('UID')?.value),
  );
  assert.deepEqual(then.map(facts), [
    ['1', 'CANCELLED'],
    ['1', 'CANCELLED'],
  ]);
  assert.match(textOf(then[0] ?? new Map(), 'SUMMARY'), /\(answered or withdrawn\)$/);
  assert.doesNotMatch(textOf(then[1] ?? new Map(), 'DESCRIPTION'), /A\/7/, 'an erased reference is told no more');
});

test('titles of any script and any length are folded and escaped so that a strict reader has them back', () => {
  const title = `a, b; c\\ d: "e" ${'é'.repeat(40)}${'文'.repeat(40)}${'🙂'.repeat(30)}`;
  const item = { event: 'owed', channel: 'c', channelTitle: title, with: 'B', path: '/c/c' } as const;
  const event = { uid: 'u@parley', sequence: 3, changedAt: 1, dueAt: 1_800_000_000, cancelled: false, item };
  const [read] = readCalendar(formatCalendar([event], { party: 'P, Q', base: 'https://p.example' }));
  assert.equal(textOf(read ?? new Map(), 'DESCRIPTION').split('\n')[1], `Channel: ${title}`);
  const broken = { ...event, item: { ...item, channelTitle: 'x\r\nBEGIN:VALARM\u2028y' } };
  assert.equal(
    textOf(readCalendar(formatCalendar([broken], { party: 'P', base: '' }))[0] ?? new Map(), 'DESCRIPTION').split('\n')[1],
    'Channel: x  BEGIN:VALARM y',
  );
});

test('the address of a calendar needs no login, is known to its owner alone, and ends when it is renewed, revoked, or its owner goes', async () => {
  const make = async (who: Person): Promise<string> => {
    const made = await send('POST', '/api/notices/calendar', who, {});
    assert.equal(made.statusCode, 200, made.body);
    return new URL(made.json<{ url: string }>().url).pathname;
  };
  const open = async (path: string): Promise<number> => (await send('GET', path)).statusCode;
  const first = await make(vera);
  assert.match(first, /^\/calendar\/[A-Za-z0-9_-]{43}\.ics$/);
  assert.equal(await open(first), 200);
  assert.ok(!JSON.stringify(await two.a.node.store.listLocal('calendar-feed')).includes(first.slice(10, 53)), 'the store holds no address');
  assert.ok(!(await send('GET', '/api/notices', vera)).body.includes(first.slice(10, 53)));
  const second = await make(vera);
  const other = await make(dana);
  assert.deepEqual(await Promise.all([first, second, other].map(open)), [404, 200, 200]);
  assert.equal((await send('POST', '/api/notices/calendar/off', dana, {})).statusCode, 200);
  assert.deepEqual(await Promise.all([second, other, `/calendar/${'A'.repeat(43)}.ics`, '/calendar/x.ics'].map(open)), [200, 404, 404, 404]);
  assert.equal((await send('GET', '/api/calendar.ics')).statusCode, 401);

  assert.equal((await send('POST', '/api/notices', vera, { mail: 'vera@alpha.example', channels: [], events: ['document'] })).statusCode, 200);
  const user = (await listUsers(two.a.node.store)).find(({ name }) => name === 'Vera')?.user ?? '';
  await two.a.node.store.deleteLocal('user', user);
  assert.equal(await open(second), 404);
  await two.say(nikolai, { kind: 'message', fields: { subject: SECRET, text: SECRET } });
  await two.settled();
  await door.notices.run();
  assert.deepEqual(mail.taken, [], 'whoever lost their way in is told nothing');
});

test('people subscribe for themselves and see their own alone; a webhook is for administrators; a test goes out at once', async () => {
  vera = await enrol(door, (await door.enrolment.invite(false)).token, 'Vera');
  const wanted = { channels: [two.channel], events: ['owed', 'late'], mail: 'vera@alpha.example' };
  const made = (await send('POST', '/api/notices', vera, wanted)).json<SubscriptionView>();
  assert.deepEqual([made.person, made.target, made.waiting], ['Vera', { mail: 'vera@alpha.example' }, 0]);
  assert.equal((await send('GET', '/api/notices', dana)).json<NoticesView>().subscriptions.length, 0);
  assert.equal((await send('GET', '/api/notices', 'operator')).json<NoticesView>().subscriptions.length, 1);
  const refusals = [
    await send('POST', '/api/notices', undefined, wanted),
    await send('POST', '/api/notices', vera, { ...wanted, mail: 'a@b.example, c@d.example' }),
    await send('POST', '/api/notices', vera, { ...wanted, events: [] }),
    await send('POST', '/api/notices', vera, { channels: [], events: ['late'], webhook: 'pager' }),
    await send('POST', '/api/notices', dana, { channels: [], events: ['late'], webhook: 'pager' }),
    await send('POST', `/api/notices/${made.id}/test`, dana, {}),
    await send('POST', `/api/notices/${made.id}/off`, dana, {}),
  ];
  assert.deepEqual(
    refusals.map(({ statusCode }) => statusCode),
    [401, 400, 400, 403, 404, 404, 404],
  );
  assert.equal((await send('POST', `/api/notices/${made.id}/test`, vera, {})).statusCode, 200);
  assert.match(mail.taken.at(-1)?.raw ?? '', /This is a test\. Notices of Alpha reach you here\./);
  assert.deepEqual((await send('POST', `/api/notices/${made.id}/off`, vera, {})).json<NoticesView>().subscriptions, []);
});

test('the inbox is read in as many calls of the store for five matters as for one', async () => {
  const calls = async (): Promise<number> => {
    let count = 0;
    const { node } = two.a;
    const original = node.store;
    const counting = new Proxy(original, {
      get(target, name, receiver) {
        const value: unknown = Reflect.get(target, name, receiver);
        if (typeof value !== 'function') return value;
        count++;
        return value.bind(target);
      },
    });
    const { replica } = two.of(two.a);
    Object.defineProperty(replica, 'store', { value: counting, configurable: true, writable: true });
    try {
      await inboxOf(node);
    } finally {
      Object.defineProperty(replica, 'store', { value: original, configurable: true, writable: true });
    }
    return count;
  };
  await ask(nikolai, systemNow() + offset + DAY);
  await calls();
  const one = await calls();
  for (let i = 0; i < 4; i++) await two.say(nikolai, { kind: 'request', fields: { request_type: 'information', subject: SECRET, text: SECRET } });
  await two.settled();
  assert.equal((await inboxOf(two.a.node)).counts.awaitingUs, 5);
  await calls();
  assert.equal(await calls(), one);
});

test('what was cancelled is told for ninety days, and what is open as long as it is', async () => {
  const states = async (): Promise<Readonly<Record<string, number>>> => {
    const by = Map.groupBy(await calendar(), (event) => String(facts(event)[1]));
    return Object.fromEntries([...by].map(([state, events]) => [state, events.length]));
  };
  offset += 89 * DAY;
  assert.deepEqual(await states(), { CANCELLED: 2, CONFIRMED: 5 });
  offset += 2 * DAY;
  assert.deepEqual(await states(), { CONFIRMED: 5 });
});

test('a silence of the other side stands in the calendar until its end, is cancelled by an objection, and not by running out', async () => {
  const text = await two.say(nikolai, { kind: 'text', fields: { title: SECRET, articles: [{ number: '1', text: SECRET }] } });
  const under = (expires_at: number): Promise<string> =>
    two.say(nikolai, { kind: 'silence_procedure', refs: [text], fields: { subject: SECRET, expires_at } });
  const end = two.now() + 3 * DAY;
  const [broken, kept] = [await under(end), await under(end + 60)];
  await two.settled();
  const ofSilences = async () => {
    const events = await calendar();
    return [broken, kept].map((id) => events.find((event) => event.get('URL')?.value.endsWith(`/documents/${id}`)));
  };
  const [first] = await ofSilences();
  assert.equal(instantOf(first ?? new Map(), 'DTSTART'), end);
  assert.match(textOf(first ?? new Map(), 'SUMMARY'), /^Silence procedure of Beta: taken as agreed unless somebody objects before .* UTC$/);
  await two.say(anna, { kind: 'objection', refs: [broken], fields: { text: SECRET } });
  await two.settled();
  const cancelled = ['1', 'CANCELLED'];
  assert.deepEqual((await ofSilences()).map(facts), [cancelled, ['0', 'CONFIRMED']]);
  offset += 4 * DAY;
  try {
    assert.deepEqual((await ofSilences()).map(facts), [cancelled, ['0', 'CONFIRMED']]);
  } finally {
    offset -= 4 * DAY;
  }
});

test('a calendar holds the nearest deadlines of each side; what is only less near than what came since is not told as cancelled', async () => {
  const sender = { party: 'Alpha', base: 'http://localhost' };
  const feeds = new Feeds(two.a.node);
  const read = async (most: number): Promise<readonly Event[]> => readCalendar(await feeds.calendar(sender, most));
  const last = await ask(nikolai, systemNow() + offset + 9 * DAY);
  const entry = (event: Event): string => event.get('URL')?.value.split('/').at(-1) ?? '';
  const confirmed = (events: readonly Event[]) => events.filter((event) => event.get('STATUS')?.value === 'CONFIRMED').map(entry);
  assert.ok(confirmed(await read(500)).includes(last));
  const nearer = await Promise.all(
    Array.from({ length: 3 }, (_, i) =>
      two.say(nikolai, {
        kind: 'request',
        fields: { request_type: 'information', subject: SECRET, text: SECRET, reply_by: systemNow() + offset + i + DAY },
      }),
    ),
  );
  await two.settled();
  const few = confirmed(await read(1));
  assert.ok(few.includes(last), 'it is as due as it was');
  assert.ok(nearer.filter((id) => few.includes(id)).length <= 1);
  const all = confirmed(await read(500));
  assert.ok(nearer.every((id) => all.includes(id)));
});
