/** What the other side changes about its people and keys is not used here before somebody here has looked at it; verdicts and digests do not wait. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { toBase64 } from '../src/base/bytes.ts';
import { formatIdentityNote, signAsIdentity } from '../src/entry/identity-note.ts';
import { keyEventAct } from '../src/entry/key-event.ts';
import { ed25519Signer, nodeRandom } from '../src/node/crypto.ts';
import { type PeopleApp, peopleApp } from '../src/node/people-door.ts';
import type { DossierView } from '../src/projection/dossier-views.ts';
import type { PeoplePage } from '../src/projection/people-views.ts';
import type { ChannelView, DocumentView, TableView, TodayView } from '../src/projection/views.ts';
import { Authenticator } from './authenticator.ts';
import { heldKey } from './signed-in.ts';
import { type Representative, TwoParties } from './two-parties.ts';

const ORIGIN = 'http://localhost:8080';

let two: TwoParties;
let anna: Representative;
let boris: Representative;
let a: PeopleApp;
let b: PeopleApp;

before(async () => {
  two = await TwoParties.found();
  a = await peopleApp(two.a.node);
  b = await peopleApp(two.b.node);
  anna = await two.accredit(two.a, 'Anna', { may_recall: true });
  boris = await two.accredit(two.b, 'Boris', { may_recall: true });
  await two.settled();
});
after(async () => {
  await a.app.close();
  await b.app.close();
  await two.close();
});

const at = (path = '') => `/api/channels/${two.channel}${path}`;

async function call(app: PeopleApp, method: 'GET' | 'POST', url: string, body?: unknown, cookie?: string) {
  const auth = cookie === undefined ? { authorization: `Bearer ${app.operatorToken}` } : { origin: ORIGIN, cookie };
  return app.app.inject({
    method,
    url,
    headers: { host: 'localhost:8080', ...auth, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
}

async function get<T>(app: PeopleApp, url: string): Promise<T> {
  const answer = await call(app, 'GET', url);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<T>();
}

const page = (app: PeopleApp): Promise<PeoplePage> => get<PeoplePage>(app, at('/representatives'));
const acknowledge = (app: PeopleApp, entries: readonly string[], cookie?: string) => call(app, 'POST', at('/acknowledgements'), { entries }, cookie);
const rowOf = async (app: PeopleApp, id: string) => (await get<TableView>(app, at('/table'))).rows.find((row) => row.id === id);

/** A document signed by one of ours and handed over as a browser does, through the people's door. */
async function send(app: PeopleApp, person: Representative, saying: Parameters<TwoParties['sign']>[1]) {
  const signed = await two.sign(person, { ...saying, fields: { marking: 'green', ...saying.fields } });
  return call(app, 'POST', at('/entries'), { entry: toBase64(signed.bytes), body: toBase64(signed.body) });
}

/** Digests of both sides, equal once they hold the same. */
async function digests(): Promise<readonly string[]> {
  await two.settled();
  return Promise.all([a, b].map(async (app) => (await get<ChannelView>(app, at())).digest));
}

test('nothing is used of what somebody says whom nobody here has acknowledged: no duty met, no stance, no telephone, no answer', async () => {
  const ask = await two.say(anna, { kind: 'request', fields: { request_type: 'information', subject: 'Logs', text: 'Please send them.' } });
  const claim = await two.say(anna, { kind: 'claim', fields: { facet: 'fact', statement: 'The valve was open.' } });
  await two.settled();
  const reply = await two.say(boris, { kind: 'reply', refs: [ask], fields: { disposition: 'met', final: true, text: 'Here they are.' } });
  const denial = await two.say(boris, { kind: 'position', refs: [claim], fields: { value: 'denies' } });
  const asked = await two.say(boris, { kind: 'request', fields: { request_type: 'explanation', subject: 'Why?', text: 'Why?' } });
  await two.say(boris, { kind: 'contact_nomination', fields: { person: 'Boris', office: 'Watch', telephone: '+7 495 000' } });
  const [ours, theirs] = await digests();
  assert.equal(ours, theirs, 'the state is a function of the logs alone');

  const before = await get<TodayView>(a, '/api/today');
  assert.deepEqual(
    before.toAcknowledge.map(({ act, name, partyName, entry }) => [act, name, partyName, entry]),
    [['accredit', 'Boris', 'Beta', boris.matter]],
  );
  assert.deepEqual(
    before.awaitingThem.map(({ due, unacknowledged }) => [due.entry, due.answer, unacknowledged]),
    [[ask, undefined, true]],
    'their answer meets nothing here',
  );
  assert.deepEqual(
    before.awaitingUs.map(({ due, unacknowledged }) => [due.entry, unacknowledged]),
    [[asked, true]],
    'the clock of their request stays in sight',
  );
  assert.equal((await rowOf(a, reply))?.unacknowledged, true);
  assert.equal((await rowOf(a, reply))?.valid, true, 'it is valid all the same');
  assert.equal((await rowOf(a, ask))?.due?.status, 'running');
  assert.equal((await get<DossierView>(a, at(`/dossiers/${claim}`))).disputed, 0);
  assert.deepEqual((await get<ChannelView>(a, at())).dutyCards, []);
  for (const refs of [[reply], [asked]]) {
    const answer = await send(a, anna, { kind: 'message', refs, fields: { subject: 'Thank you', text: 'Received.' } });
    assert.deepEqual([answer.statusCode, answer.json().code], [409, 'unacknowledged']);
  }
  const about = await send(a, anna, { kind: 'message', fields: { subject: 'On your position', text: 'Hm.', concerns: [denial] } });
  assert.equal(about.json().code, 'unacknowledged');

  assert.equal((await acknowledge(a, [boris.matter])).statusCode, 200);
  const then = await get<TodayView>(a, '/api/today');
  assert.deepEqual([then.toAcknowledge, then.awaitingThem.map(({ due }) => due.entry)], [[], []]);
  assert.deepEqual(
    then.awaitingUs.map(({ due, unacknowledged }) => [due.entry, unacknowledged]),
    [[asked, undefined]],
  );
  assert.equal((await rowOf(a, reply))?.unacknowledged, undefined);
  assert.equal((await rowOf(a, ask))?.due?.status, 'met');
  assert.equal((await get<DossierView>(a, at(`/dossiers/${claim}`))).disputed, 1);
  assert.equal((await get<ChannelView>(a, at())).dutyCards[0]?.person, 'Boris');
  assert.equal(
    (await send(a, anna, { kind: 'reply', refs: [asked], fields: { final: true, disposition: 'declined', text: 'No.' } })).statusCode,
    200,
  );
  const [after, same] = await digests();
  assert.equal(after, same, 'what was acknowledged here is kept here and moves no digest');
});

test('an accreditation can be refused before it is acknowledged, and the refusal changes nobody’s validity', async () => {
  const vera = await two.accredit(two.b, 'Vera');
  await two.settled();
  const fields = { agrement: 'refused', actor: vera.actor, representative: 'Vera' };
  const answer = await send(a, anna, { kind: 'agrement', refs: [vera.matter], fields });
  assert.equal(answer.statusCode, 200, answer.body);
  const said = await two.say(vera, { kind: 'message', fields: { subject: 'Good day', text: 'I am here.' } });
  await two.settled();
  for (const app of [a, b]) {
    assert.equal((await rowOf(app, said))?.valid, true);
    const person = (await page(app)).people.find(({ name }) => name === 'Vera');
    assert.deepEqual(
      person?.beside.map(({ kind, party, agrement, signer }) => [kind, party, agrement, signer]),
      [['agrement', 0, 'refused', 'Anna']],
    );
    const shown = (await get<DocumentView>(app, at(`/documents/${vera.matter}`))).about;
    assert.deepEqual([shown?.name, shown?.beside.length, shown?.pending === undefined], ['Vera', 1, app === b]);
  }
  await acknowledge(a, [vera.matter]);
});

test('their recall takes effect at once, and their return waits for us', async () => {
  const recall = await two.say(boris, {
    kind: 'recall',
    refs: [(await vera()).matter],
    fields: { actor: (await vera()).actor, for_consultations: true },
  });
  await two.settled();
  assert.equal((await vera()).state, 'recalled_for_consultations');
  assert.deepEqual((await page(a)).toAcknowledge, []);
  const back = await two.say(boris, { kind: 'return_to_post', refs: [(await vera()).matter], fields: { actor: (await vera()).actor } });
  await two.settled();
  const { acts, pending } = await vera();
  assert.deepEqual(
    acts.map(({ act, by, entry }) => [act, by, entry]),
    [
      ['accredit', 'identity', (await vera()).matter],
      ['recall', 'representative', recall],
      ['return', 'representative', back],
    ],
  );
  assert.equal(pending, back);
  await acknowledge(a, [back]);
  assert.equal((await vera()).pending, undefined);
});

test('a key said to be compromised stands beside what it signed since, and changes no state', async () => {
  const early = await two.say(boris, { kind: 'message', fields: { subject: 'Before', text: 'Before.' }, time: 1_700_000_000 });
  const late = await two.say(boris, { kind: 'message', fields: { subject: 'Since', text: 'Since.' } });
  const fields = { compromised_since: 1_750_000_000, actor: boris.actor, representative: 'Boris' };
  await two.say(boris, { kind: 'compromise', refs: [boris.matter], fields });
  await two.settled();
  for (const app of [a, b]) {
    const signers = await Promise.all([early, late].map(async (id) => (await get<DocumentView>(app, at(`/documents/${id}`))).signer));
    assert.deepEqual(
      signers.map((signer) => signer?.compromisedSince),
      [undefined, 1_750_000_000],
    );
    assert.equal((await rowOf(app, late))?.valid, true);
    assert.equal((await page(app)).people.find(({ name }) => name === 'Boris')?.state, 'accredited');
  }
});

test('a key event of theirs waits too, and comes before the people whom the new keys accredit', async () => {
  const next = ed25519Signer(nodeRandom(32));
  const identity = { threshold: 1, keys: [two.b.next.publicKey], nextThreshold: 1, nextDigests: [two.crypto.sha256(next.publicKey)], event: 1 };
  const { n } = await two.of(two.b).reader.state(1);
  const text = formatIdentityNote({ channel: two.channel, party: 1, n: n + 1, act: keyEventAct(identity) });
  const note = new TextDecoder().decode(await signAsIdentity(two.crypto.sha256, text, [two.b.next]));
  assert.equal((await call(b, 'POST', at('/identity'), { note })).json().code, 'invalid', 'a key event goes into all channels at once');
  const placed = await call(b, 'POST', '/api/identity/events', { notes: [note] });
  assert.equal(placed.statusCode, 200, placed.body);
  Object.assign(two.b, { identity: two.b.next });
  const wanda = await two.accredit(two.b, 'Wanda');
  await two.settled();
  const waiting = (await page(a)).toAcknowledge;
  assert.deepEqual(
    waiting.map(({ act, name, event }) => [act, name, event]),
    [
      ['rotate', '', 1],
      ['accredit', 'Wanda', undefined],
    ],
  );
  const [, theirs] = (await page(a)).identities;
  assert.deepEqual([theirs?.event, theirs?.keys, theirs?.rotated?.pending, theirs?.sentence.split(' ').length], [1, 1, true, 10]);
  assert.equal((await acknowledge(a, [wanda.matter])).json().code, 'conflict');
  assert.equal(
    (
      await acknowledge(
        a,
        waiting.map(({ entry }) => entry),
      )
    ).statusCode,
    200,
  );
  assert.deepEqual((await page(a)).toAcknowledge, []);
});

test('an administrator or a representative acknowledges, and who did and when is kept', async () => {
  const zoe = await two.accredit(two.b, 'Zoe');
  await two.settled();
  const clerk = await enrolled('Clerk', false);
  const refused = await acknowledge(a, [zoe.matter], clerk);
  assert.deepEqual([refused.statusCode, refused.json().code], [403, 'not_allowed']);
  assert.equal((await acknowledge(a, [zoe.matter], await enrolled('Ada', true))).statusCode, 200);
  const [act] = (await page(a)).people.find(({ name }) => name === 'Zoe')?.acts ?? [];
  assert.deepEqual([act?.acknowledged?.by, (act?.acknowledged?.at ?? 0) > 0], ['Ada', true]);
  assert.equal((await acknowledge(a, [zoe.matter])).statusCode, 200, 'again is no harm');
  assert.equal((await page(a)).people.find(({ name }) => name === 'Zoe')?.acts[0]?.acknowledged?.by, 'Ada', 'and takes no name away');
  for (const entry of [anna.matter, 'A'.repeat(43)]) assert.equal((await acknowledge(a, [entry])).json().code, 'not_found', 'only what they changed');
});

test('their next generation waits with all that is said in it, receipts of its new keys included', async () => {
  await two.openGeneration(two.b);
  const word = await two.say(boris, { kind: 'message', fields: { subject: 'From the new log', text: 'New keys.' } });
  await two.settled();
  const [change, ...more] = (await page(a)).toAcknowledge;
  assert.deepEqual([change?.act, change?.name, more], ['generation', '', []]);
  assert.equal((await rowOf(a, word))?.unacknowledged, true);
  const thanks = { kind: 'message', refs: [word], fields: { subject: 'Thanks', text: 'Thanks.' } };
  assert.equal((await send(a, anna, thanks)).json().code, 'unacknowledged');
  await acknowledge(a, [change?.entry ?? '']);
  assert.equal((await rowOf(a, word))?.unacknowledged, undefined);
  assert.equal((await send(a, anna, thanks)).statusCode, 200);
  const [ours, theirs] = await digests();
  assert.equal(ours, theirs);
});

async function vera(): Promise<PeoplePage['people'][number]> {
  return (await page(a)).people.find(({ name }) => name === 'Vera') ?? assert.fail('Vera is there');
}

/** The session cookie of somebody who may sign in. */
async function enrolled(name: string, admin: boolean): Promise<string> {
  const key = new Authenticator(ORIGIN);
  const { token } = await a.enrolment.invite(admin);
  const options = (
    await a.app.inject({ method: 'POST', url: '/api/enrol/options', headers: fromPage(), payload: JSON.stringify({ token, name }) })
  ).json();
  const response = key.create(options);
  const body = { token, name, post: 'Officer', response, ...(await heldKey(ed25519Signer(nodeRandom(32)), options, response)) };
  const answer = await a.app.inject({ method: 'POST', url: '/api/enrol', headers: fromPage(), payload: JSON.stringify(body) });
  assert.equal(answer.statusCode, 200, answer.body);
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

function fromPage(): Record<string, string> {
  return { host: 'localhost:8080', origin: ORIGIN, 'content-type': 'application/json' };
}
