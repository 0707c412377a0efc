/** A directory has one writer: whoever comes second is told so in a sentence, and changes nothing. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type BenchChannel, foundBenchChannel } from '../bench/parley/channel.ts';
import { run } from '../src/cli/fixtures-streams.ts';
import { openParty, serveHost } from '../src/node/serve.ts';
import { appendAsNode } from '../src/node/stamps.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
let folder: string;
let channel: BenchChannel;
const running: ChildProcess[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-writer-'));
  channel = await foundBenchChannel(folder);
});
after(async () => {
  for (const child of running) if (child.exitCode === null && child.signalCode === null) await end(child, 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** Starts a command that stays up; resolves once it has said its first line. */
async function start(...argv: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [MAIN, ...argv, '--json', '--no-input'], { stdio: ['ignore', 'pipe', 'ignore'] });
  running.push(child);
  await once(child.stdout ?? assert.fail(), 'data');
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

test('a second node on the directory of a party is refused and told who has it; its settings stay as they were', async () => {
  const [ours] = channel.dirs;
  const child = await start('serve', '--dir', ours);
  const settings = await readFile(join(ours, 'party.json'), 'utf8');
  for (const argv of [['serve', '--peers-port', '1'], ['fsck']]) {
    const second = await run([...argv, '--dir', ours, '--json']);
    assert.equal(second.code, 7, argv.join(' '));
    assert.match(second.err, /Another process is using this directory/);
    if (argv[0] === 'serve') assert.ok(second.err.includes(`process ${child.pid} runs its node`), second.err);
  }
  assert.equal(await readFile(join(ours, 'party.json'), 'utf8'), settings);
  assert.equal((await run(['channels', '--dir', ours])).code, 0, 'commands speak to the node that runs');
  // Killed, it leaves its run file and nothing that locks.
  await end(child, 'SIGKILL');
  const { node, close } = await openParty(ours);
  assert.equal(node.channels.length, 1);
  await assert.rejects(openParty(ours), { code: 'locked' });
  await close();
});

test('a second host on a directory is refused, and a killed one locks nothing', async () => {
  const child = await start('host', '--dir', channel.host);
  const settings = await readFile(join(channel.host, 'host.json'), 'utf8');
  const second = await run(['host', '--dir', channel.host, '--port', '1']);
  assert.equal(second.code, 7);
  assert.match(second.err, /Another process is using this directory/);
  assert.equal(await readFile(join(channel.host, 'host.json'), 'utf8'), settings);
  await end(child, 'SIGKILL');
  const host = await serveHost(channel.host, { tls: false });
  await host.close();
});

test('a copy of a directory, made while its node runs, is read and signs nothing', async () => {
  const [ours] = channel.dirs;
  const child = await start('serve', '--dir', ours);
  const copy = join(folder, 'copy');
  await cp(ours, copy, { recursive: true });
  const { node, close } = await openParty(copy);
  const runtime = node.channel(channel.channel);
  assert.equal((await runtime.heads()).length, 2);
  await assert.rejects(appendAsNode(runtime, 'blob_held', [], [['root', 'A'.repeat(43)]]), { code: 'unsafe_state' });
  await close();
  await end(child, 'SIGTERM');
  assert.equal(child.exitCode, 0);
});

test('a copy of the directory of a host is no host: it is made anew', async () => {
  const copy = join(folder, 'host-copy');
  await cp(channel.host, copy, { recursive: true });
  const started = await run(['host', '--dir', copy]);
  assert.equal(started.code, 7);
  assert.match(started.err, /a host is replaced, never restored/);
});
