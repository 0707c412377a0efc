/** The start gate: a node signs only when its off-backup mark is its head and nobody shows a later one. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type BenchChannel, foundBenchChannel } from '../bench/parley/channel.ts';
import { ParleyError } from '../src/base/errors.ts';
import { openParty, serveHost, servePeers } from '../src/node/serve.ts';
import { appendAsNode } from '../src/node/stamps.ts';
import { receiptedSize } from '../src/sync/push.ts';
import { logIn } from '../src/sync/replica.ts';
import { until } from './two-parties.ts';

let folder: string;
let channel: BenchChannel;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-gate-'));
  channel = await foundBenchChannel(folder);
});
after(() => rm(folder, { recursive: true, force: true }));

const unsafe = (error: unknown): boolean => error instanceof ParleyError && error.code === 'unsafe_state' && error.exit === 7;

/** Appends something only the node signs, so that the test needs no representative. */
async function append(dir: string): Promise<number> {
  const { node, close } = await openParty(dir);
  try {
    const runtime = node.channel(channel.channel);
    const { size } = await logIn(runtime.replica, 0);
    await appendAsNode(runtime, 'blob_held', [], [['root', 'A'.repeat(43)]]);
    return size + 1;
  } finally {
    await close();
  }
}

test('an ordinary restart goes on at once, even alone', async () => {
  const [ours] = channel.dirs;
  const first = await append(ours);
  assert.equal(await append(ours), first + 1);
});

test('a restored backup signs nothing: the mark is ahead of it', async () => {
  const [ours] = channel.dirs;
  const backup = join(folder, 'backup');
  await cp(ours, backup, { recursive: true });
  await append(ours);
  await rm(ours, { recursive: true });
  await cp(backup, ours, { recursive: true });
  await assert.rejects(append(ours), unsafe);
  await rm(`${ours}`, { recursive: true });
  await cp(backup, ours, { recursive: true });
});

test('a lost mark signs nothing', async () => {
  const [, theirs] = channel.dirs;
  await rm(`${theirs}.mark`);
  const { node, close } = await openParty(theirs);
  assert.ok(unsafe(node.channel(channel.channel).own.stopped));
  await close();
});

test('a machine restored with its mark is stopped by whoever holds its later head', async () => {
  const other = await mkdtemp(join(tmpdir(), 'parley-snapshot-'));
  const pair = await foundBenchChannel(other);
  const [ours, theirs] = pair.dirs;
  const host = await serveHost(pair.host, { tls: false });
  const snapshot = join(other, 'snapshot');
  await cp(ours, snapshot, { recursive: true });
  await cp(`${ours}.mark`, `${snapshot}.mark`);
  const b = await openParty(theirs);
  const door = await servePeers(theirs, b.node);
  const addresses = ['', door.url];
  const open = async (dir: string) => {
    const a = await openParty(dir);
    await a.node.updateRecord(pair.channel, { addresses, hostAddresses: [host.url] });
    return a;
  };
  const a = await open(ours);
  const runtime = a.node.channel(pair.channel);
  a.node.exchange.start();
  const { index } = await appendAsNode(runtime, 'blob_held', [], [['root', 'A'.repeat(43)]]);
  await until([a.node], async () => (await receiptedSize(runtime.replica, 1)) > index);
  await a.close();
  const restored = await open(snapshot);
  await assert.rejects(appendAsNode(restored.node.channel(pair.channel), 'blob_held', [], [['root', 'B'.repeat(43)]]), unsafe);
  await restored.close();
  await door.close();
  await b.close();
  await host.close();
  await rm(other, { recursive: true, force: true });
});
