import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { toBase64 } from '../src/base/bytes.ts';
import { CHUNK_SIZE } from '../src/base/limits.ts';
import { attachmentValue, chunkHash, chunksOf } from '../src/entry/attachment.ts';
import { ed25519Signer, nodeRandom } from '../src/node/crypto.ts';
import { type PeopleApp, peopleApp } from '../src/node/people-door.ts';
import type { DossierView } from '../src/projection/dossier-views.ts';
import type { ChannelView, DocumentView, SigningView, TableView, TodayView } from '../src/projection/views.ts';
import { verifyFile } from '../src/verify/verify-file.ts';
import { type Representative, TwoParties, until } from './two-parties.ts';

const ORIGIN = 'http://localhost:8080';

let two: TwoParties;
let anna: Representative;
let boris: Representative;
let a: Door;
let b: Door;

/** Calls one side's door as somebody. */
class Door {
  readonly people: PeopleApp;
  cookie = '';

  constructor(people: PeopleApp) {
    this.people = people;
  }

  async call(method: 'GET' | 'POST', url: string, options: { body?: unknown; as?: string; headers?: Record<string, string> } = {}) {
    const { body, as = 'operator', headers = {} } = options;
    const auth: Record<string, string> =
      as === 'operator' ? { authorization: `Bearer ${this.people.operatorToken}` } : { origin: ORIGIN, ...(as === 'nobody' ? {} : { cookie: as }) };
    const isBytes = body instanceof Uint8Array;
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' };
    const payload = body === undefined ? {} : { payload: isBytes ? Buffer.from(body) : JSON.stringify(body) };
    return this.people.app.inject({ method, url, headers: { host: 'localhost:8080', ...auth, ...type, ...headers }, ...payload });
  }

  async get<T>(url: string): Promise<T> {
    const answer = await this.call('GET', url);
    assert.equal(answer.statusCode, 200, answer.body);
    return answer.json<T>();
  }

  async post<T>(url: string, body: unknown): Promise<T> {
    const answer = await this.call('POST', url, { body });
    assert.equal(answer.statusCode, 200, answer.body);
    return answer.json<T>();
  }
}

before(async () => {
  two = await TwoParties.found();
  a = new Door(await peopleApp(two.a.node));
  b = new Door(await peopleApp(two.b.node));
  anna = await two.accredit(two.a, 'Anna', { may_recall: true });
  boris = await two.accredit(two.b, 'Boris');
  await two.acknowledge();
});
after(async () => {
  await a.people.app.close();
  await b.people.app.close();
  await two.close();
});

const at = (path = '') => `/api/channels/${two.channel}${path}`;

test('what was said stands in the Table of both, held, with its signer', async () => {
  const id = await two.say(anna, { kind: 'message', fields: { subject: 'Pipeline', text: 'We saw a thing.', ref: 'A-1' } });
  await two.settled();
  for (const door of [a, b]) {
    const { rows } = await door.get<TableView>(at('/table'));
    const row = rows.find((one) => one.id === id);
    assert.equal(row?.delivery, 'held');
    assert.equal(row?.witnessed, true);
    assert.equal(row?.signer, 'Anna');
    assert.equal(row?.ref, 'A-1');
    assert.equal(row?.marking, 'green');
    assert.equal(row?.matterTitle, 'Pipeline');
    assert.ok((row?.heldAt ?? 0) > 0);
    assert.ok(rows.some((one) => one.kind === 'identity' && one.summary.id === 'act.accredit.done'));
    assert.ok(rows.every((one) => one.kind !== 'stamp' && one.index > 0));
  }
});

test('the Table is read page by page, and every row once', async () => {
  const seen: string[] = [];
  let before: string | undefined;
  do {
    const page = await a.get<TableView>(at(`/table?limit=2${before === undefined ? '' : `&before=${before}`}`));
    seen.push(...page.rows.map((row) => row.id));
    before = page.before;
  } while (before !== undefined);
  assert.deepEqual(
    seen,
    (await a.get<TableView>(at('/table'))).rows.map((row) => row.id),
  );
  assert.equal((await a.call('GET', at('/table?before=nonsense'))).json().code, 'invalid');
});

test('a request awaits them and us until its answer is held, on both sides alike', async () => {
  const ask = await two.say(anna, { kind: 'request', fields: { request_type: 'information', subject: 'Logs', text: 'Please send the logs.' } });
  await two.settled();
  const ours = await a.get<TodayView>('/api/today');
  const theirs = await b.get<TodayView>('/api/today');
  assert.deepEqual([ours.awaitingThem.map((item) => item.due.entry), ours.awaitingUs], [[ask], []]);
  assert.deepEqual([theirs.awaitingUs.map((item) => item.due.entry), theirs.awaitingThem], [[ask], []]);
  const [item] = theirs.awaitingUs;
  assert.equal(item?.act, 'reply');
  assert.equal(item?.with, 'Alpha');
  assert.equal(item?.due.status, 'running');
  assert.equal(item?.due.startedAt, ours.awaitingThem[0]?.due.startedAt);
  const row = (await a.get<TableView>(at('/table'))).rows.find((one) => one.id === ask);
  assert.equal(row?.due?.status, 'running');
  await two.say(boris, { kind: 'reply', refs: [ask], fields: { disposition: 'met', final: true, text: 'Here they are.' } });
  await two.settled();
  for (const door of [a, b]) {
    const today = await door.get<TodayView>('/api/today');
    assert.deepEqual([...today.awaitingUs, ...today.awaitingThem, ...today.watch], []);
    assert.equal(today.unheld, 0);
  }
});

test('a dossier shows a claim with each side’s stance, and the document its matter and its holders', async () => {
  const claim = await two.say(anna, { kind: 'claim', fields: { facet: 'fact', statement: 'The valve was opened at noon.' } });
  await two.settled();
  assert.equal((await b.get<TodayView>('/api/today')).watch[0]?.act, 'position');
  const denial = await two.say(boris, { kind: 'position', refs: [claim], fields: { value: 'denies', explanation: 'It was not.' } });
  await two.say(boris, { kind: 'message', refs: [], fields: { subject: 'On your claim', text: 'See above.', concerns: [claim] } });
  await two.settled();
  const dossier = await a.get<DossierView>(at(`/dossiers/${claim}`));
  assert.deepEqual([dossier.agreed, dossier.disputed, dossier.open, dossier.matters.length], [0, 1, 0, 2]);
  const stance = dossier.matters.find((matter) => matter.kind === 'claim')?.positions.find((position) => position.party === 1);
  assert.deepEqual([stance?.value, stance?.explanation, stance?.entry], ['denies', 'It was not.', denial]);
  const list = await b.get<{ id: string; matters: number; documents: number }[]>(at('/dossiers'));
  assert.deepEqual(
    list.filter((one) => one.id === claim).map(({ matters, documents }) => [matters, documents]),
    [[2, 3]],
  );
  const view = await a.get<DocumentView>(at(`/documents/${claim}`));
  assert.equal(view.signer?.name, 'Anna');
  assert.ok((view.receipts[0]?.at ?? 0) > 0);
  assert.ok((view.witnesses[0]?.at ?? 0) > 0);
  assert.deepEqual(
    view.thread.map((row) => row.id),
    [claim, denial],
  );
  const proof = await a.call('GET', at(`/documents/${claim}/proof?withhold=statement`));
  assert.equal(proof.statusCode, 200, proof.body);
  assert.equal((await a.call('GET', at(`/documents/${'A'.repeat(43)}`))).json().code, 'not_found');
});

test('a signing device sends a file and the document that names it, and the other side saves it', async () => {
  const bytes = nodeRandom(CHUNK_SIZE + 5);
  const salt = nodeRandom(16);
  const chunks = chunksOf(bytes);
  const hashes = chunks.map((chunk) => chunkHash(two.crypto.sha256, salt, chunk));
  const value = attachmentValue(two.crypto.sha256, { salt, size: bytes.length, media: 'text/html', name: 'r"é\n/x.html', hashes });
  const named = { ...value, name: 'rapport é.html' };
  const signed = await two.sign(anna, { kind: 'message', fields: { subject: 'File', text: 'See it.', attachments: [named], marking: 'green' } });
  const entry = { entry: toBase64(signed.bytes), body: toBase64(signed.body) };
  assert.equal((await a.call('POST', at('/entries'), { body: entry })).json().code, 'invalid', 'its file is not here yet');
  for (const [i, chunk] of chunks.entries())
    await a.post(at(`/attachments/${value.root}/${i}?size=${value.size}&salt=${value.salt}`), new Uint8Array(chunk));
  const placed = await a.post<{ id: string; index: number }>(at('/entries'), entry);
  assert.equal(placed.id, signed.id);
  assert.deepEqual(await a.post(at('/entries'), entry), placed, 'a retry has the first index');
  await until(
    [two.b.node],
    async () => (await b.get<DocumentView>(at(`/documents/${signed.id}`))).attachments[0]?.heldBy.includes(1) === true,
    'the file',
  );
  const file = await b.call('GET', at(`/attachments/${value.root}`));
  assert.deepEqual(new Uint8Array(file.rawPayload), bytes);
  assert.equal(file.headers['content-type'], 'application/octet-stream', 'what could run is bytes');
  assert.equal(file.headers['content-disposition'], `attachment; filename="rapport _.html"; filename*=UTF-8''rapport%20%C3%A9.html`);
  assert.match(String(file.headers['content-security-policy']), /^sandbox/);
  assert.equal(file.headers['x-content-type-options'], 'nosniff');
});

test('an entry that readers would not accept is refused at our own door', async () => {
  const stranger = { ...anna, key: ed25519Signer(nodeRandom(32)) };
  const signed = await two.sign(stranger, { kind: 'message', fields: { subject: 'x', text: 'y', marking: 'green' } });
  const answer = await a.call('POST', at('/entries'), { body: { entry: toBase64(signed.bytes), body: toBase64(signed.body) } });
  assert.deepEqual([answer.statusCode, answer.json().code], [403, 'not_accredited']);
  for (const field of ['sentence', 'safe', 'next']) assert.equal(typeof answer.json()[field], 'string');
});

test('heads are proved from what a device remembers', async () => {
  const view = await a.get<SigningView>(at('/signing?from=0:2,1:1'));
  assert.deepEqual(
    view.heads.map((head) => head.party),
    [0, 1],
  );
  assert.ok(view.heads.every((head) => head.proof.length > 0));
  for (const from of ['9:1', '0:0', '0', '0:99999', '0:1,0:1', 'x:y'])
    assert.equal((await a.call('GET', at(`/signing?from=${from}`))).json().code, 'invalid', from);
});

test('people are accredited, recalled and returned by notes that the identity signed', async () => {
  const clara = await two.accredit(two.a, 'Clara');
  const recall = { act: 'recall', actor: clara.actor, for_consultations: true, reason: null, effective_at: null };
  const note = new TextDecoder().decode(await two.identityNote(two.a, recall));
  await a.post(at('/identity'), { note });
  assert.equal((await a.call('POST', at('/identity'), { body: { note } })).json().code, 'invalid', 'its number was used');
  const { people, next } = await a.get<{ people: { name: string; state: string }[]; next: number }>(at('/people'));
  assert.equal(people.find((person) => person.name === 'Clara')?.state, 'recalled_for_consultations');
  assert.equal(next, 4);
});

test('the duty card of each side is the newest nomination, and the digest is the same on both', async () => {
  const card = { person: 'Boris', office: 'Watch', telephone: '+7 495 000', languages: ['ru'], time_zone: 'Europe/Moscow' };
  const first = await two.say(boris, { kind: 'contact_nomination', fields: card });
  const next = await two.say(boris, { kind: 'contact_nomination', refs: [first], fields: { ...card, person: 'Vera' } });
  await two.settled();
  const [ours, theirs] = await Promise.all([a.get<ChannelView>(at()), b.get<ChannelView>(at())]);
  assert.deepEqual([ours.digest, ours.open, ours.alarm], [theirs.digest, true, undefined]);
  assert.deepEqual(
    ours.dutyCards.map(({ party, person, entry, zone }) => [party, person, entry, zone]),
    [[1, 'Vera', next, 'Europe/Moscow']],
  );
  assert.deepEqual(
    ours.logs.map((log) => log.heldSize === log.size && log.witnessedSize === log.size && log.missing === 0),
    [true, true],
  );
});

test('an export is verified by anyone', async () => {
  const file = await b.call('GET', at('/export?files=1'));
  assert.equal(file.statusCode, 200);
  const checked = await verifyFile(two.crypto, new Uint8Array(file.rawPayload));
  assert.equal(checked.verdict, 'verified', JSON.stringify(checked));
});
