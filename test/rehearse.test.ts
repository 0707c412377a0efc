/** Cheating as a lesson, each by its command, on a demonstration that is up. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { channelPath, openClient } from '../src/cli/client.ts';
import { run } from '../src/cli/fixtures-streams.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const [US, RUSSIA] = ['united-states', 'russian-federation'];

let dir = '';
let demo: ChildProcess;

type Line = Readonly<Record<string, unknown>>;

function parley(...words: readonly string[]): {
  process: ChildProcess;
  ended: Promise<{ code: number | null; lines: readonly Line[]; err: string }>;
} {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...words, '--json', '--no-input'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = once(child, 'close').then(([code]) => {
    const lines = out.split('\n').filter((line) => line !== '');
    return { code: code as number | null, lines: lines.map((line) => JSON.parse(line) as Line), err };
  });
  return { process: child, ended };
}

/** A command that needs no process of its own. */
const quick = (...words: readonly string[]) => run([...words, '--json', '--no-input']);

/** Resolves once a process has said this, on standard output or error. */
function says(child: ChildProcess, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (text: string): void => {
      said += text;
      if (said.includes(what)) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('close', () => reject(new Error(`ended without "${what}": ${said}`)));
  });
}

const rehearse = (what: string, as: string) => parley('rehearse', what, '--as', as, '--dir', dir);
const at = (party: string) => ['--dir', join(dir, party)] as const;

/** Where a party's node looks for the parties of its channel. */
async function peopleAt(party: string): Promise<{ readonly addresses: readonly string[] }> {
  const opened = await openClient(join(dir, party));
  const [channel] = await opened.get<readonly { id: string }[]>('/api/channels');
  return opened.get(channelPath(channel?.id ?? '', '/people'));
}

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-rehearse-'));
  demo = parley('demo', '--dir', dir).process;
  await says(demo, '"channel"');
});
after(async () => {
  const gone = once(demo, 'close');
  demo.kill('SIGTERM');
  await gone;
  await rm(dir, { recursive: true, force: true });
});

test('an old copy put back under a node: it takes back what it lost before it signs, and nobody sees two histories', async () => {
  const { code, lines, err } = await quick('rehearse', 'restore', '--as', US, '--dir', dir);
  assert.equal(code, 0, err);
  const [said] = lines;
  assert.ok(Number(said?.copied) < Number(said?.lost) && Number(said?.after) >= Number(said?.lost), JSON.stringify(said));
  const { lines: channels } = await quick('status', ...at(RUSSIA));
  assert.ok(channels.every(({ alarm }) => alarm === undefined || alarm === null));
});

test('a side that takes everything and signs for nothing: what is said to it is sent and not held, until it signs again', async () => {
  const withheld = rehearse('withhold', US);
  await says(withheld.process, 'it is not held');
  const key = join(dir, 'keys', RUSSIA, 'anna-petrova.key');
  const message = ['send', 'message', '--field', 'subject=Anybody there?', '--field', 'text=Say so.', '--field', 'marking=green', '--key', key];
  const sent = quick(...message, ...at(RUSSIA), '--passphrase-file', join(dir, 'passphrase'), '--yes', '--wait', '--timeout', '1');
  assert.equal((await sent).code, 6, 'not held in time');
  const peer = (await quick('status', ...at(RUSSIA))).lines.find(({ what }) => what === 'peer');
  assert.deepEqual([peer?.reachable, peer?.signs], [true, false], 'it answers, and does not sign');
  assert.match((await run(['status', ...at(RUSSIA)])).out, /: answers, and does not sign for what it is given; [^\n]* not acknowledged yet/);
  withheld.process.kill('SIGINT');
  const { code, lines, err } = await withheld.ended;
  assert.equal(code, 0, err);
  assert.ok(Number(lines[0]?.pushes) > 0);
  const again = await quick(...message, ...at(RUSSIA), '--passphrase-file', join(dir, 'passphrase'), '--yes', '--wait', '--timeout', '30');
  assert.equal(again.code, 0, again.err);
  const signing = (await quick('status', ...at(RUSSIA))).lines.find(({ what }) => what === 'peer');
  assert.deepEqual([signing?.reachable, signing?.signs], [true, undefined], 'it signs again');
});

test('a stand-in that was killed leaves no dead address behind: the next rehearsal finds the real one, and says it is reached once it is', async () => {
  const addresses = async () => (await peopleAt(RUSSIA)).addresses;
  const before = await addresses();
  const killed = rehearse('withhold', US);
  await says(killed.process, 'it is not held');
  assert.notDeepEqual(await addresses(), before);
  const beside = await rehearse('withhold', RUSSIA).ended;
  assert.deepEqual([beside.code, beside.lines[0]?.error], [1, 'conflict'], 'one that is at work is left alone');
  killed.process.kill('SIGKILL');
  await killed.ended;
  const again = rehearse('withhold', US);
  await says(again.process, 'it is not held');
  again.process.kill('SIGINT');
  // The signal of a process group reaches it twice where it was also passed on.
  again.process.kill('SIGINT');
  const { code, lines, err } = await again.ended;
  assert.deepEqual([code, lines.at(-1)?.held], [0, true], err);
  assert.match(err, /killed before it undid/);
  assert.deepEqual(await addresses(), before);
});

test('a second history is noticed at once, and what proves it says so to anyone', async () => {
  const proof = join(dir, 'two.fork-proof');
  assert.equal((await quick('fork-proof', ...at(RUSSIA), '--out', proof)).code, 1, 'nothing to prove yet');
  const { code, lines, err } = await quick('rehearse', 'rewrite', '--as', US, '--dir', dir);
  assert.equal(code, 0, err);
  assert.equal(lines[0]?.alarm, 'alarm.fork');
  const status = await run(['status', ...at(RUSSIA)]);
  assert.equal(status.code, 4, status.err);
  assert.match(status.out, /ALARM: .*two histories/i);
  assert.equal((await quick('fork-proof', ...at(RUSSIA), '--out', proof)).code, 0, 'what failed left no file behind');
  const verified = await quick('verify', proof);
  assert.deepEqual([verified.code, verified.lines[0]?.verdict], [4, 'fork']);
  const record = join(dir, 'geneva.parley');
  assert.equal((await quick('export', ...at(RUSSIA), '--out', record)).code, 0);
  assert.equal((await quick('verify', record)).code, 4);
});

test('it is refused anywhere but on a demonstration', async () => {
  for (const [words, code] of [
    [['rewrite', '--as', US, '--dir', join(dir, US)], 1],
    [['rewrite', '--as', 'nobody', '--dir', dir], 1],
    [['forge', '--as', US, '--dir', dir], 2],
  ] as const)
    assert.equal((await quick('rehearse', ...words)).code, code, words.join(' '));
});
