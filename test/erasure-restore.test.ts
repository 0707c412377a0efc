/** What was erased stays erased: after a backup from before it, while a log is pulled back, and when damage is repaired. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type BenchChannel, foundBenchChannel } from '../bench/parley/channel.ts';
import { fromHex } from '../src/base/bytes.ts';
import type { Json } from '../src/base/json.ts';
import { run } from '../src/cli/fixtures-streams.ts';
import { leavesByName } from '../src/entry/body.ts';
import { composeEntry } from '../src/entry/entry.ts';
import { signAsIdentity } from '../src/entry/identity-note.ts';
import { acknowledge, heldOutOf } from '../src/node/acknowledgements.ts';
import type { ChannelRuntime } from '../src/node/channel-runtime.ts';
import { ed25519Signer, nodeRandom, nodeSha256 } from '../src/node/crypto.ts';
import { openKey, readKeyFile } from '../src/node/key-files.ts';
import { openingText, takeOpening } from '../src/node/opening.ts';
import { FILES } from '../src/node/party-files.ts';
import { openParty, servePeers } from '../src/node/serve.ts';
import { citedHeads } from '../src/node/stamps.ts';
import { documentView } from '../src/node/views/document.ts';
import { Database } from '../src/store/database.ts';
import { SCHEMA } from '../src/store/schema.ts';
import { receiptedSize } from '../src/sync/push.ts';
import { logIn } from '../src/sync/replica.ts';
import { until } from './two-parties.ts';

type Party = Awaited<ReturnType<typeof openParty>>;
type Door = Awaited<ReturnType<typeof servePeers>>;

let folder: string;
let channel: BenchChannel;
let ours: string;
let theirs: Party;
let door: Door;
let a: { party: Party; door: Door } | undefined;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-erased-'));
  channel = await foundBenchChannel(folder);
  [ours] = channel.dirs;
  theirs = await openParty(channel.dirs[1]);
  door = await servePeers(channel.dirs[1], theirs.node);
  await start();
});
after(async () => {
  await stop();
  await door.close();
  await theirs.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const party = await openParty(ours);
  await party.node.updateRecord(channel.channel, { addresses: ['', door.url], hostAddresses: [''] });
  a = { party, door: await servePeers(ours, party.node) };
  await theirs.node.updateRecord(channel.channel, { addresses: [a.door.url, ''], hostAddresses: [''] });
}

async function stop(): Promise<void> {
  await a?.door.close();
  await a?.party.close();
  a = undefined;
}

const us = (): ChannelRuntime => (a ?? assert.fail()).party.node.channel(channel.channel);
const them = (): ChannelRuntime => theirs.node.channel(channel.channel);
const nodes = () => [(a ?? assert.fail()).party.node, theirs.node];

async function say(kind: string, fields: Readonly<Record<string, Json>>, refs: readonly string[] = []): Promise<string> {
  const { replica } = us();
  const all = Object.entries({ marking: 'green', ...fields });
  const { gen } = replica.generations.current(0);
  const draft = { channel: us().id, party: 0, gen, type: kind, time: replica.now(), after: await citedHeads(us()), refs, fields: all };
  const signer = ed25519Signer(fromHex(channel.representatives[0]) ?? assert.fail());
  const entry = await composeEntry(nodeSha256, nodeRandom, draft, signer, 'rep');
  await us().append({ bytes: entry.bytes, body: entry.body });
  return entry.id;
}

async function erase(id: string, name = 'text'): Promise<string> {
  const { body } = await documentView(us(), id);
  const leaf = leavesByName(nodeSha256, Uint8Array.from(Buffer.from(body, 'base64'))).get(name) ?? assert.fail();
  return say('body_erased', { entry: id, pointers: [`/${name}`], leaves: [leaf], basis: 'Sent by mistake.' }, [id]);
}

/** Both hold what the other said, and read it. */
async function held(): Promise<void> {
  await until(nodes(), async () => {
    const behind = await Promise.all(
      [us(), them()].map(
        async (one, i) =>
          (await receiptedSize(one.replica, 1 - i)) < (await logIn(one.replica, i)).size || (await us().digest()) !== (await them().digest()),
      ),
    );
    return !behind.includes(true);
  });
}

/** Whether words stand anywhere in a directory. */
async function stands(dir: string, words: string): Promise<boolean> {
  const names = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
  const files = await Promise.all(names.map((one) => readFile(join(one.parentPath, one.name))));
  return files.some((bytes) => bytes.includes(words));
}

/** Loses the disk, puts the backup in its place, and goes on until the log signs again. */
async function restoreFrom(file: string): Promise<void> {
  await stop();
  await rm(ours, { recursive: true });
  const restored = await run(['restore', file, '--dir', ours, '--json']);
  assert.equal(restored.code, 0, restored.err);
  await start();
  await until(nodes(), async () => us().own.gate === 'open' || us().own.gate === 'ended');
  assert.equal(us().own.gate, 'open', us().own.stopped?.detail ?? '');
}

async function backup(name: string): Promise<string> {
  const file = join(folder, name);
  await stop();
  const made = await run(['backup', '--dir', ours, '--out', file]);
  assert.equal(made.code, 0, made.err);
  await start();
  return file;
}

test('a backup from before an erasure erases again once the log is pulled back, though the other side still has the text', async () => {
  // Nobody there has acknowledged our officer: their node carries out nothing of what they say, and serves the text whole.
  const id = await say('message', { subject: 'Names', text: 'stood-in-the-backup-3f1c' });
  await held();
  const file = await backup('before.backup');
  const later = await say('message', { subject: 'More names', text: 'came-after-the-backup-8a44' });
  await held();
  for (const one of [id, later]) await erase(one);
  await held();
  for (const words of ['stood-in-the-backup-3f1c', 'came-after-the-backup-8a44']) {
    assert.ok(!(await stands(ours, words)), words);
    assert.ok(await stands(channel.dirs[1], words), words);
  }
  await restoreFrom(file);
  await held();
  for (const words of ['stood-in-the-backup-3f1c', 'came-after-the-backup-8a44']) assert.ok(!(await stands(ours, words)), words);
  for (const one of [id, later]) assert.deepEqual((await documentView(us(), one)).erased, ['text']);
  // What was not used there is used once somebody has acknowledged whoever said it.
  const { pending } = await heldOutOf(them());
  await acknowledge(
    theirs.node,
    them(),
    pending.map(({ entry }) => entry),
    'Officer',
  );
  for (const words of ['stood-in-the-backup-3f1c', 'came-after-the-backup-8a44']) assert.ok(!(await stands(channel.dirs[1], words)), words);
});

test('a log is pulled back whole though the other side has no more than the hash of what its author erased', async () => {
  const file = await backup('hashes.backup');
  const id = await say('message', { subject: 'Gone on both sides', text: 'only-its-hash-is-left-51be' });
  await held();
  const act = await erase(id);
  await say('message', { subject: 'After it', text: 'Stays.' });
  await held();
  const { size } = await logIn(us().replica, 0);
  assert.ok(!(await stands(ours, 'only-its-hash-is-left-51be')) && !(await stands(channel.dirs[1], 'only-its-hash-is-left-51be')));
  await restoreFrom(file);
  await held();
  assert.ok((await logIn(us().replica, 0)).size >= size);
  const view = await documentView(us(), id);
  assert.deepEqual([view.fields.subject, view.erased, view.row.erased?.entry], ['Gone on both sides', ['text'], act]);
  assert.equal((await run(['fsck', '--dir', ours])).code, 7, 'it is open');
});

test('what is erased is whole to fsck, and a repair from somebody who still has the text does not bring it back', async () => {
  const id = await say('message', { subject: 'Repaired', text: 'never-comes-back-77d0' });
  await held();
  // They have the text and are not told.
  const index = (await us().store.verdicts(us().id, [Buffer.from(id, 'base64url')]))[0]?.index ?? assert.fail();
  await theirs.node.updateRecord(channel.channel, { addresses: ['', ''], hostAddresses: [''] });
  await stop();
  await door.close();
  const party = await openParty(ours);
  a = { party, door: { url: '', close: async () => undefined } };
  await erase(id);
  await stop();
  assert.ok(!(await stands(ours, 'never-comes-back-77d0')));
  const whole = await run(['fsck', '--dir', ours]);
  assert.equal(whole.code, 0, whole.out);
  const db = Database.open(join(ours, 'parley.db'), SCHEMA);
  db.write(() =>
    assert.ok(
      db
        .sql(
          `UPDATE entry SET body = CAST('x' || substr(body, 2) AS BLOB) WHERE place = (SELECT no FROM log WHERE party = 0) * 4294967296 + ${index}`,
        )
        .run() > 0,
    ),
  );
  db.close();
  assert.equal((await run(['fsck', '--dir', ours])).code, 7);
  door = await servePeers(channel.dirs[1], theirs.node);
  const again = await openParty(ours);
  await again.node.updateRecord(channel.channel, { addresses: ['', door.url], hostAddresses: [''] });
  await again.close();
  const repaired = await run(['fsck', '--repair', '--dir', ours]);
  assert.equal(repaired.code, 0, `${repaired.out}${repaired.err}`);
  assert.ok(await stands(channel.dirs[1], 'never-comes-back-77d0'), 'they have it still');
  const left = (await readdir(ours)).filter((name) => name.includes('damaged'));
  assert.equal(left.length, 1);
  assert.ok(!(await stands(ours, 'never-comes-back-77d0')));
  assert.equal((await run(['fsck', '--dir', ours])).code, 0);
  await start();
  await held();
  assert.deepEqual((await documentView(us(), id)).erased, ['text']);
});

test('an earlier log of ours that a new generation left behind comes back whole too, with what its author erased as hashes', async () => {
  const file = await backup('generation.backup');
  const id = await say('message', { subject: 'In the log before', text: 'gone-before-the-disk-was-0c2d' });
  await held();
  await erase(id);
  await held();
  assert.ok(!(await stands(channel.dirs[1], 'gone-before-the-disk-was-0c2d')));
  await stop();
  await rm(ours, { recursive: true });
  // Without the mark nothing says that the backup is all there was: the log is left for a new one.
  await rm(`${ours}.mark`);
  assert.equal((await run(['restore', file, '--dir', ours])).code, 0);
  await door.close();
  await start();
  const { node } = (a ?? assert.fail()).party;
  await until([node], async () => us().own.gate === 'ended', 'the end of the log');
  const { kind, seed } = await openKey(await readKeyFile(join(ours, FILES.identity)), 'only on this machine');
  assert.equal(kind, 'identity');
  const { text } = await openingText(node, us());
  await takeOpening(node, us(), new TextDecoder().decode(await signAsIdentity(nodeSha256, text, [ed25519Signer(seed)])));
  door = await servePeers(channel.dirs[1], theirs.node);
  await node.updateRecord(channel.channel, { addresses: ['', door.url] });
  await until(
    nodes(),
    async () => (await us().store.findEntries(us().id, [Buffer.from(id, 'base64url')])).length > 0,
    'the document of the log before',
  );
  await held();
  const view = await documentView(us(), id);
  assert.deepEqual([view.fields.subject, view.erased], ['In the log before', ['text']]);
  assert.ok(!(await stands(ours, 'gone-before-the-disk-was-0c2d')));
});

test('an earlier log comes back whole though what was erased of it was erased only in the log that continues it', async () => {
  const { node } = (a ?? assert.fail()).party;
  const reopen = async (): Promise<void> => {
    const { seed } = await openKey(await readKeyFile(join(ours, FILES.identity)), 'only on this machine');
    const opening = await openingText((a ?? assert.fail()).party.node, us());
    const note = await signAsIdentity(nodeSha256, opening.text, [ed25519Signer(seed)]);
    await takeOpening((a ?? assert.fail()).party.node, us(), new TextDecoder().decode(note));
  };
  const agreed = async (): Promise<void> => {
    await held();
    const { pending } = await heldOutOf(them());
    const matters = pending.map(({ entry }) => entry);
    if (matters.length > 0) await acknowledge(theirs.node, them(), matters, 'Officer');
  };
  assert.ok(node.channels.length > 0);
  const file = await backup('two-logs.backup');
  const id = await say('message', { subject: 'Erased from the next log', text: 'gone-from-the-next-log-9e17' });
  await held();
  await reopen();
  await agreed();
  const act = await erase(id);
  await held();
  assert.ok(!(await stands(channel.dirs[1], 'gone-from-the-next-log-9e17')));
  const { generations } = us().replica;
  const [before, now] = [generations.sequence(0).at(-2)?.origin ?? '', generations.current(0).origin];
  const sizes = await Promise.all([before, now].map(async (origin) => (await us().store.log(origin))?.size));
  await stop();
  await rm(ours, { recursive: true });
  await rm(`${ours}.mark`);
  assert.equal((await run(['restore', file, '--dir', ours])).code, 0);
  await start();
  const restored = (a ?? assert.fail()).party.node;
  await until(nodes(), async () => us().own.gate === 'ended', 'the end of the log');
  await reopen();
  restored.exchange.resubmit();
  await until(
    nodes(),
    async () => (await Promise.all([before, now].map(async (origin) => (await us().store.log(origin))?.size))).join() === sizes.join(),
    'both logs',
  );
  await agreed();
  await held();
  const view = await documentView(us(), id);
  assert.deepEqual([view.fields.subject, view.erased, view.row.erased?.entry], ['Erased from the next log', ['text'], act]);
  assert.ok(!(await stands(ours, 'gone-from-the-next-log-9e17')));
});
