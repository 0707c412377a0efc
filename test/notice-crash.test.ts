/** A node that is killed while it hands out a mail: before the server has it nothing is told, after it the same mail comes again and can be recognised. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from '../src/cli/fixtures-streams.ts';
import { nodeRandom, nodeSha256 } from '../src/node/crypto.ts';
import { noticeId } from '../src/node/notices/compose.ts';
import { Jobs } from '../src/node/notices/jobs.ts';
import { Notices } from '../src/node/notices/notices.ts';
import { keepSubscription, OPERATOR } from '../src/node/notices/subscriptions.ts';
import { createParty } from '../src/node/party-files.ts';
import { openParty } from '../src/node/serve.ts';
import { configure, headerOf, type MailReceiver, mailReceiver } from './receivers.ts';
import { until } from './two-parties.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
let folder: string;
let dir: string;
let mail: MailReceiver;
let child: ChildProcess | undefined;
/** What happens to the node once a mail was taken whole, before it is answered. */
let onMail: () => Promise<void> = async () => undefined;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-notice-crash-'));
  dir = join(folder, 'ours');
  await createParty(dir, { name: 'Alpha', passphrase: 'only on this machine', random: nodeRandom, sha256: nodeSha256, workFactor: 1 });
  mail = await mailReceiver({
    data: async () => {
      await onMail();
      return 250;
    },
  });
});
after(async () => {
  await end('SIGKILL');
  await mail.close();
  await rm(folder, { recursive: true, force: true });
});

function start(): void {
  child = spawn(process.execPath, [MAIN, 'serve', '--dir', dir, '--json', '--no-input'], { stdio: 'ignore' });
}

async function end(signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** Resolves once the server has taken another mail and `act` was done with the node that handed it out. */
function nextMail(act: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    onMail = () => act().then(resolve, reject);
  });
}

test('killed between the acceptance of a mail and its own note of it, a node hands out the same mail again, under the same Message-ID, and then never more', async () => {
  await configure(dir, { smtp: { host: '127.0.0.1', port: mail.port, tls: 'none', from: 'parley@alpha.example' } });
  // What a process before noticed, and put into no message yet.
  const { node, close } = await openParty(dir);
  const sub = { id: 'AAAAAAAAAAAA', owner: OPERATOR, channels: [], createdAt: 0, known: [], events: ['document' as const] };
  await keepSubscription(node.store, { ...sub, target: { mail: 'duty@alpha.example' } });
  const jobs = await Jobs.load(node.store, new Set([sub.id]));
  const item = { event: 'document', channel: 'c', channelTitle: 'Consultations', with: 'Beta', kind: 'request', path: '/c/c' } as const;
  await jobs.notice(noticeId(nodeSha256, sub.id, 'document/c/d'), { sub: sub.id, key: 'document/c/d', at: 0, item });
  await close();

  const killed = nextMail(() => end('SIGKILL'));
  start();
  await killed;
  const taken = nextMail(async () => undefined);
  start();
  await taken;
  const waiting = async (): Promise<unknown> => (await run(['notices', '--dir', dir, '--json'])).lines[0]?.waiting;
  await until([], async () => (await waiting()) === 0, 'the note that it was handed out');
  await end('SIGTERM');

  const [first, second, ...more] = mail.taken;
  assert.ok(first !== undefined && second !== undefined);
  assert.equal(more.length, 0);
  assert.match(headerOf(first, 'Message-ID') ?? '', /^<[\w-]{22}\.parley@alpha\.example>$/);
  assert.equal(second.raw, first.raw, 'the same mail, byte for byte');

  const again = await openParty(dir);
  const notices = new Notices(again.node, { dir });
  assert.equal((await notices.view(OPERATOR)).subscriptions[0]?.waiting, 0);
  await notices.run();
  await notices.close();
  await again.close();
  assert.equal(mail.taken.length, 2);
});
