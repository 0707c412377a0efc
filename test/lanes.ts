/**
 * Runs test files in a few processes that stay, each of which takes the next file when it is done with one, and says what came of all of them.
 *
 * What the files have in common is loaded and compiled once for each process instead of once for each file, which would be a third of all the work.
 * Arguments: flags go to Node as the lanes are started, anything else is a test file.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import type { Played } from './lane.ts';

/** Tests wait for processes and browsers of their own now and then: one lane more than there are cores keeps all of them busy. */
const LANES = Math.max(3, availableParallelism() + 1);
/** Longer than any file takes on a slow machine; the lane is then killed, and the others go on. */
const LIMIT_MS = 5 * 60_000;
/** What takes longest comes first, so that the last to end is a short one. */
const LONGEST = [
  'test/browser/journey.test.ts',
  'test/demo.test.ts',
  'test/browser/erasure.test.ts',
  'test/browser/people.test.ts',
  'test/rehearse.test.ts',
  'test/model/model.test.ts',
  'src/sim/sim.test.ts',
  'test/browser/exchange.test.ts',
  'test/browser/verifier.test.ts',
  'test/browser/histories.test.ts',
  'test/scenarios.test.ts',
  'test/tidy.test.ts',
  'test/browser/verify-cases.test.ts',
  'test/cli-journey.test.ts',
];

/** A process that runs files, and all that is known of its end. */
class Lane {
  readonly #process: ChildProcess;
  readonly #gone: Promise<string>;
  #before = 'nothing';

  constructor(flags: readonly string[]) {
    const loaded = ['./light-runner.ts', './one-seed.ts'].flatMap((name) => ['--import', new URL(name, import.meta.url).href]);
    this.#process = fork(new URL('lane.ts', import.meta.url), { execArgv: [...process.execArgv, ...loaded, ...flags] });
    this.#gone = once(this.#process, 'exit').then(([code, signal]) => String(signal ?? `code ${code}`));
  }

  get isAlive(): boolean {
    return this.#process.connected;
  }

  /** Runs a file; where the process ends over it, that is the file's failure. */
  async play(file: string): Promise<Played> {
    const late = setTimeout(() => this.#process.kill('SIGKILL'), LIMIT_MS);
    const answer = once(this.#process, 'message').then(([played]) => played as Played);
    // Where nobody takes it any more, that is told by the end of the process.
    this.#process.send(file, () => undefined);
    const played = await Promise.race([answer, this.#gone]);
    clearTimeout(late);
    const before = this.#before;
    this.#before = file;
    return typeof played === 'string' ? failure(file, `its process ended before it did (${played}); before it came ${before}`) : played;
  }

  /** Lets the process end by itself. */
  async close(): Promise<Played | undefined> {
    if (this.isAlive) this.#process.disconnect();
    const end = await this.#gone;
    return end === 'code 0' ? undefined : failure(this.#before, `its process did not end well after it (${end})`);
  }

  kill(): void {
    this.#process.kill();
  }
}

const flags = process.argv.slice(2).filter((arg) => arg.startsWith('-'));
const waiting = inOrder(process.argv.slice(2).filter((arg) => !arg.startsWith('-')));
const lanes = new Set<Lane>();
const failures: string[] = [];
const counts: Record<string, number> = { tests: 0, suites: 0, passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0 };
const started = performance.now();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    for (const lane of lanes) lane.kill();
    process.exit(1);
  });
await Promise.all(Array.from({ length: Math.min(LANES, waiting.length) }, keepBusy));
if (failures.length > 0) process.stdout.write(`\n✖ failing tests:\n${failures.join('')}\n`);
const { passed, failed, ...others } = counts;
for (const [name, count] of Object.entries({ ...others, pass: passed, fail: failed })) process.stdout.write(`ℹ ${name} ${count}\n`);
process.stdout.write(`ℹ duration_ms ${Math.round(performance.now() - started)}\n`);

/** Takes files as long as there are some; in another process where one has ended over a file. */
async function keepBusy(): Promise<void> {
  while (waiting.length > 0) {
    const lane = new Lane(flags);
    lanes.add(lane);
    for (let file = waiting.shift(); file !== undefined; file = lane.isAlive ? waiting.shift() : undefined) tell(file, await lane.play(file));
    lanes.delete(lane);
    const end = lane.isAlive ? await lane.close() : undefined;
    if (end !== undefined) tell('', end);
  }
}

function tell(file: string, played: Played): void {
  process.stdout.write(played.text);
  for (const [name, count] of Object.entries(played.counts)) if (name in counts) counts[name] = (counts[name] ?? 0) + count;
  if (played.ok) return;
  process.exitCode = 1;
  failures.push(played.failures === '' ? `\n${file}: something failed outside of its tests; it stands above\n` : played.failures);
}

function failure(file: string, what: string): Played {
  return { ok: false, text: `✖ ${file}: ${what}\n`, failures: `\n${file}: ${what}\n`, counts: { tests: 1, failed: 1 } };
}

function inOrder(files: readonly string[]): string[] {
  const place = (file: string): number =>
    LONGEST.includes(file) ? LONGEST.indexOf(file) : file.startsWith('test/') ? LONGEST.length : LONGEST.length + 1;
  return files.toSorted((a, b) => place(a) - place(b));
}
