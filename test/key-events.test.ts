/** A party's identity keys are replaced by those it had committed to: in every channel, once, by nobody else. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { toBase64url } from '../src/base/bytes.ts';
import type { Json } from '../src/base/json.ts';
import type { Signer } from '../src/base/ports.ts';
import { Client } from '../src/cli/client.ts';
import { run } from '../src/cli/fixtures-streams.ts';
import { completeEvents, eventNotes, nextIdentity, putEvent, readOwnIdentity } from '../src/cli/key-events.ts';
import { readKeyFacts } from '../src/cli/key-file.ts';
import { signedNotes, signSheet } from '../src/cli/sheet.ts';
import { type IdentityKeys, identityJson } from '../src/entry/card.ts';
import { formatIdentityNote, signAsIdentity } from '../src/entry/identity-note.ts';
import { keyEventAct } from '../src/entry/key-event.ts';
import { ed25519Signer, nodeRandom, nodeSha256 } from '../src/node/crypto.ts';
import { newCard } from '../src/node/founding-notes.ts';
import { sealKey, writeKeyFile } from '../src/node/key-files.ts';
import { PartyNode } from '../src/node/party-node.ts';
import { type PeopleApp, peopleApp } from '../src/node/people-door.ts';
import { roleKeys } from '../src/node/role-keys.ts';
import { appendAsNode } from '../src/node/stamps.ts';
import { peoplePage } from '../src/node/views/people.ts';
import { openMemoryStore } from '../src/store/memory.ts';
import { memoryMark, type Side, TwoParties, until } from './two-parties.ts';

let two: TwoParties;
let people: PeopleApp;
let client: Client;
let dir = '';
const fresh = (): Signer => ed25519Signer(nodeRandom(32));
const holderOf = (key: Signer, next: Signer) => ({ key: key.publicKey, next: nodeSha256(next.publicKey) });

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-keys-'));
  two = await TwoParties.found({ hosts: 0 });
  people = await peopleApp(two.a.node);
  client = doorOf(people);
});
after(async () => {
  await people.app.close();
  await two.close();
  await rm(dir, { recursive: true, force: true });
});

function doorOf(app: PeopleApp): Client {
  return new Client(dir, true, {
    async ask(request) {
      const response = await app.app.inject({
        method: request.method,
        url: request.path,
        headers: {
          host: 'localhost',
          authorization: `Bearer ${app.operatorToken}`,
          ...(request.type === undefined ? {} : { 'content-type': request.type }),
        },
        ...(request.body === undefined ? {} : { payload: Buffer.from(request.body) }),
      });
      return { status: response.statusCode, body: new Uint8Array(response.rawPayload) };
    },
    stream: () => Promise.reject(new Error('not asked for here')),
    close: async () => undefined,
  });
}

/** Founds one more channel between both sides; resolves with its id once it is open. */
async function foundAnother(): Promise<string> {
  const before = new Set(two.a.node.channels.map(({ id }) => id));
  await two.found();
  const fresh = (side: Side): string | undefined => side.node.channels.find(({ id }) => !before.has(id))?.id;
  const nodes = [two.a.node, two.b.node];
  await until(nodes, async () => fresh(two.a) !== undefined && fresh(two.b) !== undefined);
  const id = fresh(two.a) ?? '';
  await until(nodes, async () => (await two.a.node.channel(id).own.isOpen()) && (await two.b.node.channel(id).own.isOpen()));
  return id;
}

const identityIn = async (side: Side, channel: string, party: number): Promise<IdentityKeys> =>
  (await side.node.channel(channel).reader.state(party)).identity;

/** Puts an identity note of our party into a channel's log without asking what the people's door would. */
async function place(channel: string, act: Json, signers: readonly Signer[]): Promise<unknown> {
  const runtime = two.a.node.channel(channel);
  const { n } = await runtime.reader.state(0);
  const text = formatIdentityNote({ channel, party: 0, n: n + 1, act: act as never });
  const note = new TextDecoder().decode(await signAsIdentity(nodeSha256, text, signers));
  return appendAsNode(runtime, 'identity', [], [['note', note]]);
}

test('neither a stolen identity key nor a stolen seed of the node replaces the identity', async () => {
  const thief = fresh();
  const mine = (keys: readonly Signer[]): IdentityKeys => ({
    threshold: keys.length,
    keys: keys.map(({ publicKey }) => publicKey),
    nextThreshold: 1,
    nextDigests: [nodeSha256(thief.publicKey)],
    event: 1,
  });
  const { nonce, gen } = two.of(two.a).replica.channel.parties[0] ?? assert.fail();
  const seedThief = roleKeys(two.a.node.parts.seed, nonce, gen);
  for (const signers of [[two.a.identity], [seedThief.node], [seedThief.logEd, seedThief.heldEd], [thief], [two.a.identity, seedThief.node]])
    await assert.rejects(place(two.channel, keyEventAct(mine(signers)), signers), { code: 'invalid' });
  assert.deepEqual(await identityIn(two.a, two.channel, 0), two.a.node.identity);
  // Through the door it is no other.
  const note = await signAsIdentity(nodeSha256, formatIdentityNote({ channel: two.channel, party: 0, n: 1, act: keyEventAct(mine([thief])) }), [
    thief,
  ]);
  await assert.rejects(client.post('/api/identity/events', { notes: [new TextDecoder().decode(note)] }), { code: 'invalid' });
});

test('a key event holds in every channel, the other side sees it, and the old key says nothing more', async () => {
  const second = await foundAnother();
  const next = fresh();
  const own = await readOwnIdentity(client);
  const identity = nextIdentity(own.current, [holderOf(two.a.next, next)], 1);
  assert.equal(await putEvent(client, own.channels, identity, [two.a.next]), 2);
  const old = two.a.identity;
  await assert.rejects(two.accredit(two.a, 'Too late'), { code: 'invalid' });
  Object.assign(two.a, { identity: two.a.next, next });
  for (const channel of [two.channel, second]) {
    await until([two.b.node], async () => (await identityIn(two.b, channel, 0)).event === 1);
    assert.deepEqual(identityJson(await identityIn(two.b, channel, 0)), identityJson(identity));
  }
  await two.accredit(two.a, 'In time');
  await assert.rejects(place(second, keyEventAct({ ...identity, event: 2 }), [old]), { code: 'invalid' });
  const after = await readOwnIdentity(client);
  assert.deepEqual(
    after.channels.map(({ event }) => event),
    [1, 1],
  );
  const card = await newCard(two.a.node);
  assert.deepEqual(card.identity, identity, 'a channel founded from now on begins with the new keys and their number');
});

test('a node whose store was lost learns its key events again from its own log', async () => {
  const { parts } = two.a.node;
  const store = openMemoryStore({ sha256: nodeSha256 });
  const node = await PartyNode.open({ ...parts, store, mark: memoryMark() });
  assert.equal(node.identity.event, undefined);
  const runtime = await node.addChannel(two.a.node.record(two.channel));
  const from = two.of(two.a);
  const log = (await from.store.log((await from.heads())[0]?.origin ?? '')) ?? assert.fail();
  const entries = await from.store.entries(log.origin, 0, log.size);
  await store.stage(log.origin, 0, entries, true);
  await store.commitHead(log.origin, { size: 0, root: nodeSha256(new Uint8Array()) }, { size: log.size, root: log.root, note: log.note });
  await runtime.read();
  const again = await PartyNode.open({ ...parts, store, mark: memoryMark() });
  assert.equal(again.identity.event, 1);
});

test('a channel that lags behind is brought to the same event, and a second one of its number is refused', async () => {
  // A channel that a founding under way leaves at the keys it began with: as if the node had stopped between two notes.
  const own = await readOwnIdentity(client);
  const next = fresh();
  const identity = nextIdentity(own.current, [holderOf(two.a.next, next)], 1);
  await putEvent(client, own.channels.slice(0, 1), identity, [two.a.next]);
  const lagging = own.channels[1]?.channel ?? '';
  assert.equal((await identityIn(two.a, lagging, 0)).event, 1);
  const [first] = own.channels;
  const other = nextIdentity(own.current, [holderOf(two.a.next, fresh())], 1);
  await assert.rejects(putEvent(client, own.channels.slice(1), other, [two.a.next]), { code: 'conflict' });
  assert.equal((await peoplePage(two.b.node, two.b.node.channel(lagging))).identities[0]?.behind?.event ?? 2, 2);
  await until([two.b.node], async () => (await identityIn(two.b, first?.channel ?? '', 0)).event === 2);
  const behind = (await peoplePage(two.b.node, two.b.node.channel(lagging))).identities[0]?.behind;
  assert.equal(behind?.event, 2, 'the other side sees that a key event has not come here');

  const file = join(dir, 'second.key');
  const open = async (): Promise<Signer> => two.a.next;
  await assert.rejects(completeEvents(client, [], open), { code: 'not_found' });
  await writeKeyFile(file, await sealedAs(two.a.next));
  const done = await completeEvents(client, [file], open);
  assert.equal(done.length, 1);
  assert.deepEqual(identityJson(await identityIn(two.a, lagging, 0)), identityJson(identity));
  Object.assign(two.a, { identity: two.a.next, next });
});

test('two key events of one number in two channels are an identity fork, and both sides see it', async () => {
  const own = await readOwnIdentity(client);
  const [one, other] = own.channels.map(({ channel }) => channel) as [string, string];
  // Only whoever holds the pre-rotated key can do this, past the refusals of our own node.
  const [first, second] = [0, 1].map(() => nextIdentity(own.current, [holderOf(two.a.next, fresh())], 1)) as [IdentityKeys, IdentityKeys];
  await place(one, keyEventAct(first), [two.a.next]);
  await place(other, keyEventAct(second), [two.a.next]);
  await until([two.b.node], async () => (await identityIn(two.b, one, 0)).event === 3 && (await identityIn(two.b, other, 0)).event === 3);
  for (const node of [two.a.node, two.b.node]) {
    const [theirs, ours] = (await peoplePage(node, node.channel(one))).identities;
    assert.equal(theirs?.fork?.event, 3);
    assert.equal(theirs?.fork?.channels.length, 2);
    assert.equal(ours?.fork, undefined, 'nobody else is accused');
  }
  // The same event in a third channel is no fork, and an unrelated party with the number of another's event is none either.
  assert.equal((await peoplePage(two.b.node, two.b.node.channel(one))).identities[1]?.event, 0);
});

test('several holders sign one note step by step through a file, and too few are not enough', async () => {
  const own = await readOwnIdentity(doorOf(await peopleApp(two.b.node)));
  const deputies = [fresh(), fresh()] as const;
  const next = [fresh(), fresh(), fresh()] as const;
  const holders = [holderOf(two.b.next, next[0]), holderOf(deputies[0], next[1]), holderOf(deputies[1], next[2])];
  assert.throws(() => nextIdentity(own.current, holders.slice(1), 2), { code: 'invalid' }, 'without the committed key nothing follows');
  const identity = nextIdentity(own.current, holders, 2);
  const app = await peopleApp(two.b.node);
  const door = doorOf(app);
  let sheet = eventNotes(own.channels, identity).map((note) => ({ ...note, lines: [] as never[] })) as Parameters<typeof signSheet>[0];
  assert.throws(() => signedNotes(sheet), { code: 'invalid' });
  sheet = await signSheet(sheet, deputies[1]);
  await assert.rejects(door.post('/api/identity/events', { notes: signedNotes(sheet) }), { code: 'invalid' });
  sheet = await signSheet(await signSheet(sheet, two.b.next), two.b.next);
  assert.deepEqual(
    sheet.map(({ lines }) => lines.length),
    [2, 2],
  );
  await door.post('/api/identity/events', { notes: signedNotes(sheet) });
  const theirs = await identityIn(two.b, two.channel, 1);
  assert.deepEqual([theirs.threshold, theirs.keys.length, theirs.event], [2, 3, 1]);
  await app.app.close();
});

test('by command: the printed words replace the key, and the next words are printed before anything is signed', async () => {
  const party = join(dir, 'party');
  const pass = join(dir, 'pass');
  const words = join(dir, 'words');
  await writeFile(pass, 'correct horse\n');
  const ran = async (...argv: string[]) => run([...argv, '--dir', party, '--json', '--no-input']);
  const made = await ran('init', '--name', 'Alderney', '--passphrase-file', pass);
  const first = String(made.lines[0]?.recovery);
  const id = async (): Promise<string> => (await readKeyFacts(join(party, 'identity.key'), 'identity')).key;
  const inception = await id();
  const common = ['--passphrase-file', pass, '--recovery-file', words];

  await writeFile(words, first.split(' ').toReversed().join(' '));
  assert.equal((await ran('key', 'rotate', ...common, '--yes')).code, 1, 'words in another order');
  await writeFile(words, first);
  const unasked = await ran('key', 'rotate', ...common);
  assert.equal(unasked.code, 2, 'nobody said that the new words are written down');
  assert.deepEqual([unasked.lines.length, unasked.lines[0]?.error], [1, 'usage'], 'and so none were shown');
  await writeFile(join(dir, 'short'), 'short\n');
  const weak = await ran('key', 'recover', '--recovery-file', words, '--passphrase-file', join(dir, 'short'), '--yes');
  assert.deepEqual([weak.lines.length, weak.lines[0]?.error], [1, 'invalid'], 'a passphrase that is refused is refused before words are shown');
  const no = await run(['key', 'rotate', ...common, '--dir', party], { typed: ['n'] });
  assert.equal(no.code, 2, no.err);
  assert.match(no.err, /The answer was no\. .*the words just shown are void, and the recovery printed before stays valid/);
  assert.equal(await id(), inception, 'and so nothing was replaced');
  const rotated = await ran('key', 'rotate', ...common, '--yes');
  assert.equal(rotated.code, 0, rotated.err);
  assert.match(rotated.err, /Back up again at once/);
  assert.deepEqual([rotated.lines[1]?.event, rotated.lines[1]?.channels], [1, 0]);
  assert.equal(await id(), rotated.lines[1]?.key);
  assert.equal((await readKeyFacts(join(party, 'identity-0.key'), 'identity')).key, inception, 'the old key is kept for channels that lag behind');

  const again = await ran('key', 'rotate', ...common, '--yes');
  assert.equal(again.code, 1, 'the old words are spent');
  assert.match(again.err, /recovery printed last/);
  await rm(join(party, 'identity.key'));
  await writeFile(
    words,
    `Recovery of Alderney.\n\n${String(rotated.lines[0]?.recovery)
      .split(' ')
      .map((word, i) => ` ${i + 1}. ${word}`)
      .join('\n')}\n`,
  );
  assert.notEqual((await ran('key', 'rotate', ...common, '--yes')).code, 0, 'a planned rotation has the present key in hand');
  const recovered = await ran('key', 'recover', ...common, '--yes');
  assert.equal(recovered.code, 0, recovered.err);
  assert.equal(recovered.lines[1]?.event, 2);
  assert.equal(await id(), recovered.lines[1]?.key);
  const printed = JSON.stringify([made.lines, rotated.lines, recovered.lines]);
  assert.ok(!printed.includes(await readFile(pass, 'utf8').then((text) => text.trim())));

  await writeFile(words, String(recovered.lines[0]?.recovery));
  const mine = await ran('key', 'next', '--out', join(dir, 'mine.key'), ...common);
  const deputy = await ran('key', 'next', '--new', '--out', join(dir, 'deputy.key'), '--passphrase-file', pass);
  const holders = [mine, deputy].flatMap(({ lines }) => ['--holder', String(lines[0]?.holder)]);
  const joint = await ran('key', 'rotate', ...holders, '--threshold', '2', '--out', join(dir, 'event.json'));
  assert.equal(joint.code, 0, joint.err);
  assert.deepEqual([joint.lines[0]?.event, joint.lines[0]?.keys, joint.lines[0]?.threshold], [3, 2, 2]);
  const alone = await ran('key', 'recover', ...common, '--yes');
  assert.equal(alone.code, 2, 'from then on nobody replaces them alone');
});

async function sealedAs(signer: Signer): Promise<Uint8Array> {
  // Which file holds which key is said openly in it; a test opens none.
  const sealed = JSON.parse(new TextDecoder().decode(await sealKey(nodeRandom(32), 'correct horse', 'identity', 10))) as Record<string, string>;
  return new TextEncoder().encode(JSON.stringify({ ...sealed, public: toBase64url(signer.publicKey) }));
}
