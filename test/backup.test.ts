/** `parley backup` and `parley restore`: one file, made while the node runs, checked before it is put in place, and signed on through the gate alone. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type BenchChannel, foundBenchChannel } from '../bench/parley/channel.ts';
import { fromHex } from '../src/base/bytes.ts';
import { CHUNK_SIZE } from '../src/base/limits.ts';
import { run } from '../src/cli/fixtures-streams.ts';
import { attachmentValue, chunkHash, chunksOf } from '../src/entry/attachment.ts';
import { composeEntry } from '../src/entry/entry.ts';
import { announceBlob, isComplete, keepChunk } from '../src/node/attachments.ts';
import type { ChannelRuntime } from '../src/node/channel-runtime.ts';
import { ed25519Signer, nodeRandom, nodeSha256 } from '../src/node/crypto.ts';
import { openParty, servePeers } from '../src/node/serve.ts';
import { appendAsNode, citedHeads } from '../src/node/stamps.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import { receiptedSize } from '../src/sync/push.ts';
import { logIn } from '../src/sync/replica.ts';
import { until } from './two-parties.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
let folder: string;
let channel: BenchChannel;
let ours: string;
let file: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-backup-'));
  channel = await foundBenchChannel(folder);
  [ours] = channel.dirs;
  file = join(folder, 'ours.backup');
});
after(() => rm(folder, { recursive: true, force: true }));

test('a backup is made while the node runs, and holds everything but the mark and what lets somebody in once', async () => {
  const child = spawn(process.execPath, [MAIN, 'serve', '--dir', ours, '--json', '--no-input'], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  try {
    const made = await run(['backup', '--dir', ours, '--out', file, '--json']);
    assert.equal(made.code, 0, made.err);
    assert.equal(made.lines[0]?.running, true);
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(
    (await readdir(ours)).filter((name) => name.includes('backup')),
    [],
    'nothing is left beside the record',
  );
  const bytes = await readFile(file);
  assert.ok(!bytes.includes('parley-mark'));
  const store = await openSqliteStore({ dir: folder, file, sha256: nodeSha256 });
  const names = (await store.listLocal('backup')).map(({ key }) => key);
  assert.deepEqual(names, ['identity.key', 'manifest', 'node.seed', 'party.json']);
  // The running node had printed a link for its first administrator.
  assert.deepEqual(await store.listLocal('enrolment'), []);
  await store.close();
  const again = await run(['backup', '--dir', ours, '--out', file]);
  assert.equal(again.code, 1, 'nothing is written over');
  const stopped = await run(['backup', '--dir', ours, '--out', join(folder, 'stopped.backup'), '--json']);
  assert.equal(stopped.lines[0]?.running, false);
});

/** Says something with a file of two parts; resolves with its root. */
async function sendFile(runtime: ChannelRuntime): Promise<string> {
  const { replica } = runtime;
  const salt = nodeRandom(16);
  const chunks = chunksOf(new Uint8Array(CHUNK_SIZE + 5).fill(7));
  const hashes = chunks.map((chunk) => chunkHash(nodeSha256, salt, chunk));
  const file = attachmentValue(nodeSha256, { salt, size: CHUNK_SIZE + 5, media: 'text/plain', name: 'a.txt', hashes });
  await announceBlob(runtime, file);
  for (const [i, chunk] of chunks.entries()) await keepChunk(runtime, file.root, i, chunk);
  const fields = Object.entries({ subject: 'A', text: 'B', marking: 'green', attachments: [file] });
  const gen = replica.channel.parties[0]?.gen ?? '';
  const draft = { channel: runtime.id, party: 0, gen, type: 'message', time: replica.now(), after: await citedHeads(runtime), refs: [], fields };
  const signer = ed25519Signer(fromHex(channel.representatives[0]) ?? assert.fail());
  const entry = await composeEntry(nodeSha256, nodeRandom, draft, signer, 'rep');
  await runtime.append({ bytes: entry.bytes, body: entry.body });
  return file.root;
}

test('a host is not backed up, and a backup goes to no pipe', async () => {
  assert.match((await run(['backup', '--dir', channel.host, '--out', join(folder, 'h')])).err, /a host is replaced, never restored/);
  assert.equal((await run(['backup', '--dir', ours, '--out', '-'])).code, 2);
});

test('after a lost disk the backup is put in place, what came later is pulled back, and the log goes on whole', async (t) => {
  const [, theirs] = channel.dirs;
  const b = await openParty(theirs);
  const door = await servePeers(theirs, b.node);
  t.after(async () => {
    await door.close();
    await b.close();
  });
  const connect = async (node: typeof b.node) => node.updateRecord(channel.channel, { addresses: ['', door.url], hostAddresses: [''] });
  const a = await openParty(ours);
  await connect(a.node);
  const mine = await servePeers(ours, a.node);
  const runtime = a.node.channel(channel.channel);
  for (let i = 0; i < 4; i++) await appendAsNode(runtime, 'blob_held', [], [['root', 'A'.repeat(43)]]);
  const root = await sendFile(runtime);
  const old = 2;
  // The sixth is what the others answered at the gate of this start.
  await until([a.node], async () => (await logIn(runtime.replica, 0)).size === old + 6);
  const { size } = await logIn(runtime.replica, 0);
  const other = b.node.channel(channel.channel);
  await b.node.updateRecord(channel.channel, { addresses: [mine.url, ''] });
  await until([a.node, b.node], async () => (await receiptedSize(runtime.replica, 1)) >= size && (await isComplete(other, root)));
  await mine.close();
  await a.close();
  await rm(ours, { recursive: true });

  const restored = await run(['restore', file, '--dir', ours, '--json']);
  assert.equal(restored.code, 0, restored.err);
  assert.deepEqual(restored.lines[0]?.files, ['identity.key', 'node.seed', 'party.json']);
  assert.match(restored.err, new RegExp(`${old} entries of ours; ${size} were signed\\. At the next start the others are asked`));
  assert.equal((await stat(join(ours, 'node.seed'))).mode & 0o777, 0o600);
  assert.equal((await run(['restore', file, '--dir', ours])).code, 1, 'nothing is restored over what lives');
  assert.equal((await run(['fsck', '--dir', ours])).code, 0);

  const again = await openParty(ours);
  await connect(again.node);
  const back = again.node.channel(channel.channel);
  assert.equal(back.own.gate, 'recovering');
  await assert.rejects(appendAsNode(back, 'blob_held', [], [['root', 'A'.repeat(43)]]), { code: 'unsafe_state' });
  again.node.exchange.start();
  await until([again.node], async () => back.own.gate === 'open');
  assert.equal((await logIn(back.replica, 0)).size >= size, true);
  // What the others answered stands in the log, signed by the node.
  const { origin } = await logIn(back.replica, 0);
  await until([again.node], async () => (await back.store.verdictsOf(origin, size, size + 1)).length > 0);
  const [row] = await back.store.verdictsOf(origin, size, size + 1);
  assert.deepEqual([row?.type, row?.valid], ['gate', true]);
  await until([again.node], () => isComplete(back, root), 'the file of ours');
  await appendAsNode(back, 'blob_held', [], [['root', 'A'.repeat(43)]]);
  await until([again.node], async () => (await receiptedSize(back.replica, 1)) > size + 1);
  assert.equal(await b.node.store.getLocal('alarm', origin), undefined);
  await again.close();
});

test('a backup without the mark is read again, and says that its log goes on in a new generation alone', async () => {
  const elsewhere = join(folder, 'elsewhere');
  const restored = await run(['restore', file, '--dir', elsewhere]);
  assert.equal(restored.code, 0, restored.err);
  assert.match(restored.err, /the mark does not name this log.*"parley generation open"/s);
  assert.match(restored.err, /There is no mark at .*elsewhere\.mark/);
  assert.equal((await run(['log', '--dir', elsewhere])).code, 0);
});

test('a damaged or foreign file restores nothing', async () => {
  const dir = join(folder, 'nowhere');
  const bytes = await readFile(file);
  const damaged = join(folder, 'damaged');
  const at = bytes.indexOf('"authentic"');
  assert.ok(at > 0);
  await writeFile(damaged, bytes.with?.(at, 0x20) ?? bytes);
  const refused = await run(['restore', damaged, '--dir', dir]);
  assert.equal(refused.code, 7, refused.err);
  const cut = join(folder, 'cut');
  await writeFile(cut, bytes.subarray(0, Math.floor(bytes.length / 2)));
  const half = await run(['restore', cut, '--dir', dir]);
  assert.equal(half.code, 7, half.err);
  assert.equal((await run(['restore', MAIN, '--dir', dir])).code, 1, 'what is no backup at all is not damaged');
  const [checked] = (await run(['check', file, '--json'])).lines;
  assert.deepEqual([checked?.format, checked?.valid], ['backup', true]);
  assert.match(String(checked?.warnings), /a parley backup: "parley restore" reads it/);
  for (const other of [join(folder, 'absent'), MAIN, join(ours, 'parley.db')]) assert.notEqual((await run(['restore', other, '--dir', dir])).code, 0);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith('nowhere')),
    [],
  );
});
