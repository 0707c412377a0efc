import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nodeRandom } from '../../node/crypto.ts';
import { createHost } from '../../node/party-files.ts';
import { run } from '../fixtures-streams.ts';
import { findRunning } from '../transport.ts';
import { Child } from './children.ts';
import { mustBeFree } from './running.ts';
import type { Scenario } from './scenario.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const dir = await mkdtemp(join(tmpdir(), 'parley-children-'));
after(() => rm(dir, { recursive: true, force: true }));

test('a node that was stopped and started from elsewhere is known by its new process; one that a rehearsal ended is said so', async () => {
  const [party, hold] = [join(dir, 'party'), join(dir, 'hold')];
  await writeFile(join(dir, 'passphrase'), 'a passphrase of several words');
  const made = await run(['init', '--dir', party, '--name', 'Alpha', '--passphrase-file', join(dir, 'passphrase'), '--no-input']);
  assert.equal(made.code, 0, made.err);
  const said: string[] = [];
  let wake: () => void = () => undefined;
  const child = new Child({
    name: 'Alpha',
    args: ['serve', '--dir', party],
    log: join(dir, 'log'),
    hold,
    say: (text) => {
      said.push(text);
      wake();
    },
    changed: () => wake(),
    runs: async () => (await findRunning(party))?.pid,
  });
  /** Resolves once it holds, looked at whenever the child says or changes something. */
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise<void>((resolve) => (wake = resolve));
  };
  try {
    const { url } = await child.start();
    const named = { parties: [{ name: 'Alpha' }], host: 'Host' } as unknown as Scenario;
    const setting = { parties: [party], host: join(dir, 'host') };
    await createHost(setting.host, { name: 'Host', random: nodeRandom });
    const at = `Alpha at ${url} \\(process ${child.pid}\\)`;
    await assert.rejects(mustBeFree(dir, named, setting, 0), { code: 'locked', message: new RegExp(`there runs already: ${at}`) });
    await writeFile(join(dir, 'demo.json'), JSON.stringify({ pid: process.ppid }));
    await assert.rejects(mustBeFree(dir, named, setting), {
      code: 'locked',
      message: new RegExp(`is running already, as process ${process.ppid}: ${at}`),
    });
    const first = child.pid ?? 0;
    await writeFile(hold, 'a rehearsal');
    process.kill(first, 'SIGKILL');
    await until(() => said.length === 1);
    assert.deepEqual(said, ['Alpha was ended by a rehearsal, which lets it start again.']);
    await rm(hold);
    // It answers once it also listens for being stopped.
    await fetch((await child.ready()).url);
    const second = child.pid ?? 0;
    assert.notEqual(second, first);
    process.kill(second, 'SIGTERM');
    await until(() => said.length === 2);
    assert.match(said[1] ?? '', /^Alpha was stopped\. "[^"]*parley serve --dir [^"]*" starts it again\.$/);
    assert.equal(child.pid, undefined);
    const other = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, 'serve', '--dir', party, '--no-input'], {
      stdio: 'ignore',
    });
    await until(() => child.pid === other.pid);
    other.kill('SIGTERM');
    await Promise.all([once(other, 'exit'), until(() => child.pid === undefined)]);
  } finally {
    await child.stop();
  }
});

test('a node that refuses to start is refused in its own words at once, and not said to have another history', async () => {
  const child = new Child({
    name: 'Nobody',
    args: ['serve', '--dir', join(dir, 'nowhere')],
    log: join(dir, 'nowhere.log'),
    hold: join(dir, 'no-hold'),
    say: () => undefined,
    changed: () => undefined,
    runs: async () => undefined,
  });
  await assert.rejects(child.start(), { code: 'not_found', message: /the node of Nobody: no party\.json .*; see .*nowhere\.log/ });
  await child.stop();
});
