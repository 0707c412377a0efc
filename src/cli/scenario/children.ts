import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ParleyError, REFUSALS, type RefusalCode } from '../../base/errors.ts';
import { program, shellWord } from '../program.ts';
import { exists } from '../read-input.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const WITH_PARENT = new URL('./with-parent.ts', import.meta.url).href;
/** Longest that a node may take until it says where it listens; on two cores that much else keeps busy, 20 seconds have been too few. */
const START_MS = 60_000;
/** Longest that a node may take to stop before it is ended. */
const STOP_MS = 10_000;
/** A directory that another process is still leaving is tried again for so long. */
const PATIENCE_MS = 12_000;
const BETWEEN_TRIES_MS = 200;

/** What a node says in its first line: where it listens, and what else it tells. */
export type Ready = { readonly url: string } & { readonly [name: string]: unknown };

/** Why a node did not start, in its own words. */
type Refused = { readonly code: RefusalCode; readonly detail: string };

/**
 * One node of a demonstration as a process of its own: the same command line that people use.
 *
 * A process that is killed or crashes is started again on the same directory and port; one that stops in order (somebody sent it SIGTERM)
 * stays stopped, and its number is known again once somebody starts it from elsewhere. It stops by itself when this process is gone.
 */
export class Child {
  readonly name: string;
  readonly #args: readonly string[];
  readonly #log: string;
  readonly #hold: string;
  readonly #say: (text: string) => void;
  readonly #changed: () => void;
  readonly #runs: () => Promise<number | undefined>;
  #process: ChildProcess | undefined;
  /** The process that runs the node since it was stopped and somebody else started it. */
  #elsewhere: number | undefined;
  #stopping = false;
  #running: Promise<void> | undefined;
  #up: PromiseWithResolvers<Ready> = Promise.withResolvers();

  /**
   * `log` is where the node's messages go; `changed` is called when its process is another. While a file `hold` exists the node is not started:
   * a rehearsal is at work in its directory. `runs` says which process runs the node, whoever started it, where its directory tells.
   */
  constructor(options: {
    readonly name: string;
    readonly args: readonly string[];
    readonly log: string;
    readonly hold: string;
    readonly say: (text: string) => void;
    readonly changed: () => void;
    readonly runs: () => Promise<number | undefined>;
  }) {
    this.name = options.name;
    this.#args = options.args;
    this.#log = options.log;
    this.#hold = options.hold;
    this.#say = options.say;
    this.#changed = options.changed;
    this.#runs = options.runs;
  }

  get pid(): number | undefined {
    return this.#process === undefined ? this.#elsewhere : this.#process.pid;
  }

  /** Starts the node and keeps it up; resolves with its first line once it listens. Refuses as the node did, else `start_failed` where it does not come up. */
  start(): Promise<Ready> {
    this.#running ??= this.#keepUp();
    return this.#up.promise;
  }

  /** The node's first line, waiting while it is being started again. */
  ready(): Promise<Ready> {
    return this.#up.promise;
  }

  /** Stops the node in order, by its pid, and ends it when it does not. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const running = this.#process;
    if (running !== undefined && running.exitCode === null && running.signalCode === null) {
      running.kill('SIGTERM');
      const timer = setTimeout(() => running.kill('SIGKILL'), STOP_MS);
      await once(running, 'exit');
      clearTimeout(timer);
    }
    await this.#running?.catch(() => undefined);
  }

  async #keepUp(): Promise<void> {
    for (let since = Date.now(); !this.#stopping; ) {
      this.#up.promise.catch(() => undefined);
      if (await exists(this.#hold)) {
        since = Date.now();
        await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
        continue;
      }
      const { code, cameUp, refused } = await this.#run();
      if (this.#stopping) return;
      if (cameUp && code === 0) {
        this.#up = Promise.withResolvers();
        this.#process = undefined;
        this.#changed();
        this.#say(`${this.name} was stopped. "${[program(), ...this.#args.map(shellWord)].join(' ')}" starts it again.`);
        return this.#lookElsewhere();
      }
      if (cameUp) {
        this.#up = Promise.withResolvers();
        const asked = await exists(this.#hold);
        this.#say(
          asked
            ? `${this.name} was ended by a rehearsal, which lets it start again.`
            : `${this.name} ended without being asked to; it is started again.`,
        );
        since = Date.now();
      } else if (Date.now() - since > PATIENCE_MS || (refused !== undefined && refused.code !== 'locked')) {
        this.#up.reject(this.#whyNot(refused));
        return;
      } else await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
    }
  }

  #whyNot(refused: Refused | undefined): ParleyError {
    if (refused === undefined) return new ParleyError('start_failed', `the node of ${this.name}; see ${this.#log}`);
    return new ParleyError(refused.code, `the node of ${this.name}${refused.detail === '' ? '' : `: ${refused.detail}`}; see ${this.#log}`);
  }

  /** Follows which process runs the node while it is not ours: this one must not start a second. */
  async #lookElsewhere(): Promise<void> {
    while (!this.#stopping) {
      const pid = await this.#runs();
      if (pid !== this.#elsewhere) {
        this.#elsewhere = pid;
        this.#changed();
      }
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
    }
  }

  async #run(): Promise<{ readonly code: number | null; readonly cameUp: boolean; readonly refused: Refused | undefined }> {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--import', WITH_PARENT, MAIN, ...this.#args, '--json', '--no-input'],
      {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    this.#process = child;
    let cameUp = false;
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const end = said.indexOf('\n');
      const ready = cameUp || end === -1 ? undefined : readyIn(said.slice(0, end));
      if (ready === undefined) return;
      cameUp = true;
      this.#changed();
      this.#up.resolve(ready);
    });
    const log = createWriteStream(this.#log, { flags: 'a', mode: 0o600 });
    child.stderr?.pipe(log);
    const timer = setTimeout(() => (cameUp ? undefined : child.kill('SIGKILL')), START_MS);
    // Not `exit`: what it said last is still on its way then.
    const [code] = (await once(child, 'close')) as [number | null];
    clearTimeout(timer);
    return { code, cameUp, refused: cameUp ? undefined : refusedIn(said) };
  }
}

/** The refusal in the last line that a node said, as every command says its own with `--json`. */
function refusedIn(said: string): Refused | undefined {
  try {
    const { error, detail } = JSON.parse(said.trimEnd().split('\n').at(-1) ?? '') as { error?: unknown; detail?: unknown };
    if (typeof error !== 'string' || !Object.hasOwn(REFUSALS, error)) return undefined;
    return { code: error as RefusalCode, detail: typeof detail === 'string' ? detail : '' };
  } catch {
    return undefined;
  }
}

function readyIn(line: string): Ready | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const url = (value as { url?: unknown } | null)?.url;
    return typeof url === 'string' ? (value as Ready) : undefined;
  } catch {
    return undefined;
  }
}
