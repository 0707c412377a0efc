/** What strangers, counterparties and hosts try beyond the record itself: to stop the process, to read another channel, to fill memory or disk. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import { after, before, test } from 'node:test';
import { toBase64url, utf8 } from '../src/base/bytes.ts';
import type { ParleyError, RefusalCode } from '../src/base/errors.ts';
import type { Json } from '../src/base/json.ts';
import { CHUNK_SIZE, MAX_PUSH_SIZE } from '../src/base/limits.ts';
import { attachmentValue, chunkHash, chunksOf } from '../src/entry/attachment.ts';
import { formatPartyCard, originOf, type PartyCard, parseCard } from '../src/entry/card.ts';
import { formatInvite, formatJoin, type Terms } from '../src/entry/founding.ts';
import { signAsIdentity } from '../src/entry/identity-note.ts';
import { announceBlob, attachmentChunk, isComplete, keepChunk, readAttachment } from '../src/node/attachments.ts';
import type { ChannelRuntime } from '../src/node/channel-runtime.ts';
import { nodeRandom } from '../src/node/crypto.ts';
import { answerInvite, confirmSentence, foundings, makeInvite, takeJoin, view } from '../src/node/founding.ts';
import { newCard } from '../src/node/founding-notes.ts';
import { channelOf, mustLoadFounding } from '../src/node/founding-record.ts';
import { packsOf, shippedPackNames } from '../src/node/packs.ts';
import { dutiesOf } from '../src/projection/duties.ts';
import type { Act, Matter } from '../src/projection/matter.ts';
import { originIn } from '../src/sync/replica.ts';
import { addCheckpoint, registerOrigin } from '../src/sync/witness.ts';
import { originHash } from '../src/tlog/origin.ts';
import { type Representative, TwoParties, until } from './two-parties.ts';

let two: TwoParties;
let mallory: Representative;

before(async () => {
  two = await TwoParties.found({ hosts: 1 });
  mallory = await two.accredit(two.b, 'Mallory');
  await two.settled();
});
after(() => two.close());

const refusal = (code: RefusalCode) => (error: unknown) => (error as ParleyError).code === code;
const terms = (): Omit<Terms, 'hosts'> => ({
  quorum: 0,
  packs: [],
  working: ['en'],
  authentic: ['en'],
  predecessor: null,
  foundBy: two.now() + 86_400,
});

/** A card of the hostile side with some of its parts put in from elsewhere. */
async function cardWith(change: Partial<PartyCard>): Promise<PartyCard> {
  const parsed = parseCard(formatPartyCard({ ...(await newCard(two.b.node)), ...change }));
  assert.ok('card' in parsed && parsed.card.role === 'party');
  return parsed.card;
}

function invited(): Promise<{ invite: string; note: Uint8Array }> {
  const { working, authentic, foundBy } = terms();
  return makeInvite(two.a.node, { title: 'Bait', hosts: [], packs: [], working, authentic, foundBy, address: two.a.url }, [two.a.identity]);
}

async function joinNote(invite: string, card: PartyCard, address: string): Promise<Uint8Array> {
  return signAsIdentity(two.crypto.sha256, formatJoin({ card, invite, address }), [two.b.identity]);
}

/** One more channel of the same two nodes. */
async function another(): Promise<readonly [ChannelRuntime, ChannelRuntime]> {
  const { invite, note } = await invited();
  await answerInvite(two.b.node, note, { title: 'Second', address: two.b.url, hosts: [] }, [two.b.identity]);
  await until([two.a.node], async () => (await view(two.a.node, invite)).state === 'compare');
  for (const [reader, typist] of [
    [two.a, two.b],
    [two.b, two.a],
  ] as const)
    await confirmSentence(typist.node, invite, (await view(reader.node, invite)).read ?? '', [typist.identity]);
  const { channel = '' } = await view(two.a.node, invite);
  await until([two.a.node, two.b.node], async () => [two.a, two.b].every(({ node }) => node.channels.some(({ id }) => id === channel)));
  return [two.a.node.channel(channel), two.b.node.channel(channel)];
}

function fileOf(bytes: Uint8Array) {
  const salt = nodeRandom(16);
  const chunks = chunksOf(bytes);
  const hashes = chunks.map((chunk) => chunkHash(two.crypto.sha256, salt, chunk));
  return { chunks, value: attachmentValue(two.crypto.sha256, { salt, size: bytes.length, media: 'text/plain', name: 'file.txt', hashes }) };
}

test('a document that names files in no form at all stops nothing: the next file comes', async () => {
  const root = toBase64url(nodeRandom(32));
  const bad: Json[] = [
    [{ root, size: 5 }],
    [{ root, size: 5, salt: 7, media: 'text/plain', name: 'a' }],
    [{ root, size: -5, salt: toBase64url(nodeRandom(16)), media: 3, name: null }],
    [{ root: 'x', size: 1e15, salt: toBase64url(nodeRandom(16)), media: 'text/plain', name: 'a' }],
  ];
  for (const attachments of bad) await two.say(mallory, { kind: 'message', fields: { subject: 'Files', text: 'None.', attachments } });
  const { value, chunks } = fileOf(utf8('a good file'));
  await announceBlob(two.of(two.b), value);
  for (const [i, chunk] of chunks.entries()) await keepChunk(two.of(two.b), value.root, i, chunk);
  await two.say(mallory, { kind: 'message', fields: { subject: 'File', text: 'One.', attachments: [value] } });
  await until([two.a.node], () => isComplete(two.of(two.a), value.root), 'the good file');
  await two.settled();
});

test('a file of one channel is neither served nor overwritten through another', async () => {
  const bytes = nodeRandom(CHUNK_SIZE + 5);
  const { value, chunks } = fileOf(bytes);
  const first = two.of(two.a);
  await announceBlob(first, value);
  for (const [i, chunk] of chunks.entries()) await keepChunk(first, value.root, i, chunk);
  const [second] = await another();
  // As a document of the second channel would name it; whoever saw a proof of the first one's knows root, salt and size.
  await announceBlob(second, value);
  assert.equal(await isComplete(second, value.root), false);
  assert.equal(await attachmentChunk(second, value.root, 0), undefined);
  await keepChunk(second, value.root, 1, new Uint8Array(5));
  assert.deepEqual(await readAttachment(first, value.root), bytes);
});

test('an answer whose card names a log of another channel is refused: its origin would open that log', async () => {
  const ours = two.of(two.a).replica.channel.parties[0];
  assert.ok(ours !== undefined);
  const { invite } = await invited();
  const bytes = await joinNote(invite, await cardWith({ log: ours.log }), two.b.url);
  await assert.rejects(takeJoin(two.a.node, bytes), refusal('invalid'));
  // An invitation can name it as well.
  const text = formatInvite({ card: await cardWith({ log: ours.log }), hostCards: [], terms: { ...terms(), hosts: [] }, address: two.b.url });
  const note = await signAsIdentity(two.crypto.sha256, text, [two.b.identity]);
  await assert.rejects(answerInvite(two.a.node, note, { title: 'T', address: two.a.url, hosts: [] }, [two.a.identity]), refusal('invalid'));
});

test('two foundings with one log: the first that stands has it', async () => {
  const card = await cardWith({});
  const record = async () => {
    const { invite } = await invited();
    await takeJoin(two.a.node, await joinNote(invite, card, two.b.url));
    return { invite, channel: (await view(two.a.node, invite)).channel };
  };
  const [one, other] = [await record(), await record()];
  assert.notEqual(one.channel, other.channel);
  const { store } = two.a.node;
  const origin = originOf(two.crypto.sha256, card);
  await store.createLog({ origin, channel: one.channel ?? '', party: 1, gen: card.gen, own: false });
  const channel = await channelOf(two.a.node, await mustLoadFounding(two.a.node, other.invite));
  assert.ok(channel !== undefined);
  const cards = channel.parties.map(({ text }) => text);
  const added = two.a.node.addChannel({ ...two.a.node.record(two.channel), charter: channel.charter.text, cards });
  await assert.rejects(added, refusal('conflict'));
  assert.ok((await foundings(two.a.node)).length > 0);
});

test('an invitation from which no charter can be built is refused, and the list of foundings still opens', async () => {
  const text = formatInvite({ card: await cardWith({}), hostCards: [], terms: { ...terms(), quorum: 5, hosts: [] }, address: two.b.url });
  const note = await signAsIdentity(two.crypto.sha256, text, [two.b.identity]);
  await assert.rejects(answerInvite(two.a.node, note, { title: 'T', address: two.a.url, hosts: [] }, [two.a.identity]), refusal('invalid'));
  assert.ok(Array.isArray(await foundings(two.a.node)));
});

test('an address that leads our node to plain services of this machine is refused', async () => {
  for (const address of ['http://127.0.0.1:6379', 'http://localhost:80', 'http://[::1]', 'file:///etc/passwd', 'https://user@x/', 'x']) {
    const { invite } = await invited();
    await assert.rejects(takeJoin(two.a.node, await joinNote(invite, await cardWith({}), address)), refusal('invalid'), address);
    const text = formatInvite({ card: await cardWith({}), hostCards: [], terms: { ...terms(), hosts: [] }, address });
    const note = await signAsIdentity(two.crypto.sha256, text, [two.b.identity]);
    const answered = answerInvite(two.a.node, note, { title: 'T', address: two.a.url, hosts: [] }, [two.a.identity]);
    await assert.rejects(answered, refusal('invalid'), address);
  }
});

test('a push that nobody of the channel signed is refused before its body is read', async () => {
  const { port } = new URL(two.a.url);
  const path = `/log/${originHash(originIn(two.of(two.a).replica, 1))}/push`;
  const request = httpsRequest({
    host: '127.0.0.1',
    port,
    path,
    method: 'POST',
    rejectUnauthorized: false,
    headers: { 'content-length': MAX_PUSH_SIZE, 'content-type': 'application/octet-stream' },
  });
  request.on('error', () => undefined);
  request.write(new Uint8Array(1000));
  const [response] = (await once(request, 'response', { signal: AbortSignal.timeout(5000) })) as [{ statusCode: number }];
  assert.equal(response.statusCode, 404);
  request.destroy();
});

test('a host keeps the two keys of an origin and nothing beside them', async () => {
  const [host] = two.hosts;
  assert.ok(host !== undefined);
  const { witness } = host.host;
  const card = await newCard(two.b.node);
  const keys = `"ed25519":"${toBase64url(card.log.ed25519)}","ml_dsa_44":"${toBase64url(card.log.mlDsa44)}"`;
  const answer = await registerOrigin(witness, utf8(`{${keys},"junk":"${'x'.repeat(200_000)}"}`));
  assert.equal(answer.status, 201);
  const stored = await witness.store.getLocal('origin', new TextDecoder().decode(answer.body).trim());
  assert.ok((stored ?? '').length < 2000);
  assert.equal((await addCheckpoint(witness, utf8('nonsense'))).status, 400);
});

test('a matter with very many stamps is computed in time that grows with them', async () => {
  const many = 20_000;
  const started = Date.now();
  const party = (_: unknown, i: number): Act => ({
    id: `reply ${i}`,
    type: 'reply',
    party: 1,
    index: i,
    time: 0,
    refs: ['ask'],
    frame: {},
    automatic: false,
  });
  const stampOf = (entry: string, i: number): Act => ({
    ...party(undefined, many + i),
    id: `stamp ${i}`,
    type: 'stamp',
    stamp: { entry, party: 1, size: many, held: [{ party: 0, time: i }], witnessed: [] },
  });
  const replies = Array.from({ length: many }, party);
  const stamps = [...replies.map((reply, i) => stampOf(reply.id, i)), ...Array.from({ length: 9 * many }, (_, i) => stampOf('reply 0', many + i))];
  const ask: Act = { ...party(undefined, 0), id: 'ask', type: 'request', party: 0, refs: [] };
  const matter: Matter = { id: 'ask', kind: 'request', opener: 0, concerns: [], components: { 0: [ask], 1: [...replies, ...stamps] } };
  const packs = packsOf(shippedPackNames());
  assert.ok(dutiesOf(matter, { packs, parties: 2, quorum: 1, standing: new Map() }).length > 0);
  assert.ok(Date.now() - started < 8000, 'not each with each');
});
