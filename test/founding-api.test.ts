import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { signAsIdentity } from '../src/entry/identity-note.ts';
import { ed25519Signer, nodeRandom } from '../src/node/crypto.ts';
import type { FoundingView } from '../src/node/founding.ts';
import { shippedPackNames } from '../src/node/packs.ts';
import { type PeopleApp, peopleApp } from '../src/node/people-door.ts';
import { channelView } from '../src/node/views/channel.ts';
import { type Side, TwoParties, until } from './two-parties.ts';

let clock = 0;
let two: TwoParties;
let doors: Map<Side, PeopleApp>;

beforeEach(async () => {
  clock = Math.floor(Date.now() / 1000);
  two = await TwoParties.open({ now: () => clock });
  doors = new Map();
  for (const side of [two.a, two.b]) doors.set(side, await peopleApp(side.node, { peersUrl: side.url }));
});
afterEach(async () => {
  for (const door of doors.values()) await door.app.close();
  await two.close();
});

async function call<T>(side: Side, method: 'GET' | 'POST', path: string, body?: unknown): Promise<T & { code?: string }> {
  const door = doors.get(side);
  assert.ok(door !== undefined);
  const headers = {
    host: 'localhost',
    authorization: `Bearer ${door.operatorToken}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const answer = await door.app.inject({
    method,
    url: `/api/foundings${path}`,
    headers,
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return answer.json();
}

/** Asks for a text, signs it outside of the node as the command line does, and hands it back. */
async function signed(side: Side, act: string, ask: object, take: (note: string) => object): Promise<FoundingView & { code?: string }> {
  const prepared = await call<{ text: string }>(side, 'POST', `/${act}/text`, ask);
  if (prepared.code !== undefined) return prepared as unknown as FoundingView & { code: string };
  const note = new TextDecoder().decode(await signAsIdentity(two.crypto.sha256, prepared.text, [side.identity]));
  return call(side, 'POST', `/${act}`, take(note));
}

const hosts = () => two.hosts.map(({ url }) => ({ address: url }));
const hostAddresses = () => two.hosts.map(({ url }) => url);

function invite(): Promise<FoundingView> {
  const terms = { hosts: hosts(), working: ['en'], authentic: ['en', 'ru'], foundBy: clock + 86_400 };
  return signed(two.a, 'invite', terms, (note) => ({
    note,
    title: 'Geneva-1',
    hostAddresses: hostAddresses(),
    profile: 'state-state',
  }));
}

function answer(invitation: string) {
  return signed(two.b, 'answer', { invitation, hosts: hosts() }, (note) => ({ invitation, note, title: 'Geneva-1', hostAddresses: hostAddresses() }));
}

function confirm(side: Side, founding: string, sentence: string | undefined) {
  const ask = { invite: founding, sentence: sentence ?? '' };
  return signed(side, 'confirm', ask, (note) => ({ ...ask, note }));
}

const state = async (side: Side, founding: string) => call<FoundingView>(side, 'GET', `/${founding}`);

test('a channel is founded through the people’s door, and the nodes see no identity key', async () => {
  const made = await invite();
  assert.deepEqual([made.state, made.us, made.hosts], ['invited', 0, ['Host 1']]);
  const answered = await answer(made.note);
  assert.deepEqual([answered.state, answered.with], ['compare', 'Alpha']);
  await until([two.a.node], async () => (await state(two.a, made.invite)).state === 'compare', 'the answer');
  const [ours, theirs] = [(await state(two.a, made.invite)).read, (await state(two.b, made.invite)).read];
  assert.notEqual(ours, theirs);
  assert.equal((await confirm(two.a, made.invite, ours)).code, 'sentence_wrong', 'what is typed is what the other side reads');
  assert.equal((await confirm(two.a, made.invite, theirs?.toUpperCase())).state, 'waiting');
  assert.equal((await call(two.a, 'POST', '/decline/text', { invite: made.invite })).code, 'conflict', 'what was signed is not declined');
  assert.ok(['waiting', 'founded'].includes((await confirm(two.b, made.invite, ours)).state));
  await until([two.a.node, two.b.node], async () => (await state(two.a, made.invite)).state === 'founded');
  const [channel] = two.a.node.channels;
  assert.deepEqual(channel?.replica.channel.charter.packs, shippedPackNames());
  const profileOn = async (side: Side) => (await channelView(side.node, side.node.channel(channel?.id ?? ''), false)).profile;
  assert.deepEqual([(await profileOn(two.a))?.name, await profileOn(two.b)], ['state-state', undefined], 'each side chooses for itself');
  await two.b.node.updateRecord(channel?.id ?? '', { profile: 'cert-cert' });
  assert.equal((await profileOn(two.b))?.words['kind.agrement'], 'Answer about a contact');
  await until([two.a.node, two.b.node], async () => (await channel?.own.isOpen()) === true, 'the channel to open');
  assert.equal((await call<FoundingView[]>(two.b, 'GET', '')).length, 1);
});

test('what the network does not carry is carried by hand', async () => {
  await two.a.hang();
  await two.b.hang();
  const made = await invite();
  const answered = await answer(made.note);
  assert.equal((await call<FoundingView>(two.a, 'POST', '/take', { note: answered.note })).state, 'compare');
  const sentences = [(await state(two.b, made.invite)).read, (await state(two.a, made.invite)).read];
  const text = (await call<{ text: string }>(two.a, 'POST', '/confirm/text', { invite: made.invite, sentence: sentences[0] })).text;
  const note = new TextDecoder().decode(await signAsIdentity(two.crypto.sha256, text, [two.a.identity]));
  await call(two.a, 'POST', '/confirm', { invite: made.invite, sentence: sentences[0], note });
  assert.equal((await confirm(two.b, made.invite, sentences[1])).state, 'waiting');
  assert.equal((await call<FoundingView>(two.b, 'POST', '/take', { note, invite: made.invite })).state, 'founded');
});

test('a decline ends a founding on both sides, and only its parties can decline', async () => {
  const made = await invite();
  await answer(made.note);
  await until([two.a.node], async () => (await state(two.a, made.invite)).state === 'compare', 'the answer');
  const { text } = await call<{ text: string }>(two.b, 'POST', '/decline/text', { invite: made.invite });
  const forged = new TextDecoder().decode(await signAsIdentity(two.crypto.sha256, text, [ed25519Signer(nodeRandom(32))]));
  assert.equal((await call(two.a, 'POST', '/take', { note: forged })).code, 'signature_invalid');
  const declined = await signed(two.b, 'decline', { invite: made.invite }, (note) => ({ note }));
  assert.equal(declined.state, 'ended');
  await until([two.a.node], async () => (await state(two.a, made.invite)).state === 'ended', 'the decline');
  const { read } = await state(two.b, made.invite);
  assert.equal((await confirm(two.a, made.invite, read)).code, 'founding_ended');
});

test('whoever declined, was restored to before it and then signed has founded for both: no founding stays half-open', async () => {
  const made = await invite();
  await answer(made.note);
  await until([two.a.node], async () => (await state(two.a, made.invite)).state === 'compare', 'the answer');
  const [ours, theirs] = [(await state(two.a, made.invite)).read, (await state(two.b, made.invite)).read];
  assert.equal((await confirm(two.b, made.invite, ours)).state, 'waiting');
  await until(
    [two.a.node, two.b.node],
    async () => JSON.parse((await two.a.node.store.getLocal('founding', made.invite)) ?? '').theirs !== undefined,
  );
  const before = (await two.a.node.store.getLocal('founding', made.invite)) ?? '';
  assert.equal((await signed(two.a, 'decline', { invite: made.invite }, (note) => ({ note }))).state, 'ended');
  const decline = JSON.parse((await two.a.node.store.getLocal('founding', made.invite)) ?? '').decline as string;
  await until([two.b.node], async () => (await state(two.b, made.invite)).state === 'ended', 'the decline');
  await two.a.node.store.putLocal('founding', made.invite, before);
  assert.equal((await confirm(two.a, made.invite, theirs)).state, 'founded');
  await until([two.a.node, two.b.node], async () => (await state(two.b, made.invite)).state === 'founded', 'the charter after the decline');
  const [channel] = two.b.node.channels;
  await until([two.a.node, two.b.node], async () => (await channel?.own.isOpen()) === true, 'the channel to open');
  const again = Buffer.from(decline, 'base64url').toString();
  assert.equal((await call(two.b, 'POST', '/take', { note: again })).code, 'conflict', 'the decline shown once more ends nothing');
});

test('an invitation has its day, its one answer, and its one card', async () => {
  const made = await invite();
  const tampered = made.note.replace(/"found_by":\d+/, '"found_by":9999999999');
  assert.equal((await call(two.b, 'POST', '/answer/text', { invitation: tampered, hosts: hosts() })).code, 'signature_invalid');
  assert.equal((await call(two.b, 'POST', '/answer/text', { invitation: made.note, hosts: [] })).code, 'invalid', 'its host was not looked at here');
  const theirs = await call<{ text: string }>(two.b, 'POST', '/answer/text', { invitation: made.note, hosts: hosts() });
  const note = new TextDecoder().decode(await signAsIdentity(two.crypto.sha256, theirs.text, [two.b.identity]));
  const taken = { invitation: made.note, note, title: 'x', hostAddresses: [] };
  assert.equal((await call(two.a, 'POST', '/answer', taken)).code, 'invalid', 'not a card of this node');
  assert.equal((await call<FoundingView>(two.a, 'POST', '/take', { note })).state, 'compare');
  const second = await call<{ text: string }>(two.b, 'POST', '/answer/text', { invitation: made.note, hosts: hosts() });
  const other = new TextDecoder().decode(await signAsIdentity(two.crypto.sha256, second.text, [two.b.identity]));
  assert.equal((await call(two.a, 'POST', '/take', { note: other })).code, 'conflict');
  clock += 86_401;
  assert.equal((await call(two.b, 'POST', '/answer/text', { invitation: made.note, hosts: hosts() })).code, 'founding_ended');
  assert.equal((await state(two.a, made.invite)).state, 'ended');
});
