import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ParleyError } from '../../base/errors.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const WITH_PARENT = new URL('./with-parent.ts', import.meta.url).href;
/** Longest that a node may take until it says where it listens. */
const START_MS = 20_000;
/** Longest that a node may take to stop before it is ended. */
const STOP_MS = 10_000;
/** Starts in a row that ended before the node was up; a directory that another process is still leaving is tried again. */
const MAX_TRIES = 40;
const BETWEEN_TRIES_MS = 250;

/** What a node says in its first line: where it listens, and what else it tells. */
export type Ready = { readonly url: string } & { readonly [name: string]: unknown };

/**
 * One node of a demonstration as a process of its own: the same command line that people use.
 *
 * A process that is killed or crashes is started again on the same directory and port; one that stops in order (somebody sent it SIGTERM)
 * stays stopped. It stops by itself when this process is gone.
 */
export class Child {
  readonly name: string;
  readonly #args: readonly string[];
  readonly #log: string;
  readonly #say: (text: string) => void;
  #process: ChildProcess | undefined;
  #ready: Ready | undefined;
  #stopping = false;
  #running: Promise<void> | undefined;
  #up: PromiseWithResolvers<Ready> = Promise.withResolvers();

  /** `log` is where the node's messages go. */
  constructor(options: { readonly name: string; readonly args: readonly string[]; readonly log: string; readonly say: (text: string) => void }) {
    this.name = options.name;
    this.#args = options.args;
    this.#log = options.log;
    this.#say = options.say;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts the node and keeps it up; resolves with its first line once it listens. Refuses `unsafe_state` when it does not come up. */
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
    this.#up.promise.catch(() => undefined);
    for (let tries = 1; !this.#stopping; tries++) {
      const { code, cameUp } = await this.#run();
      if (this.#stopping) return;
      if (code === 0 && cameUp) {
        this.#say(`${this.name} was stopped.`);
        this.#ready = undefined;
        return;
      }
      if (cameUp) tries = 1;
      else if (tries >= MAX_TRIES || code === 2) {
        this.#up.reject(new ParleyError('unsafe_state', `the node of ${this.name} does not start; see ${this.#log}`));
        return;
      }
      if (cameUp) this.#say(`${this.name} ended without being asked to; it is started again.`);
      if (this.#ready !== undefined) this.#up = Promise.withResolvers();
      this.#up.promise.catch(() => undefined);
      this.#ready = undefined;
      await new Promise((resolve) => setTimeout(resolve, cameUp ? 0 : BETWEEN_TRIES_MS));
    }
  }

  async #run(): Promise<{ readonly code: number | null; readonly cameUp: boolean }> {
    const child = spawn(process.execPath, ['--import', WITH_PARENT, MAIN, ...this.#args, '--json', '--no-input'], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#process = child;
    let cameUp = false;
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const end = said.indexOf('\n');
      const ready = cameUp || end === -1 ? undefined : readyIn(said.slice(0, end));
      if (ready === undefined) return;
      cameUp = true;
      this.#ready = ready;
      this.#up.resolve(ready);
    });
    child.stderr?.on('data', (text: Buffer) => void appendFile(this.#log, text));
    const timer = setTimeout(() => (cameUp ? undefined : child.kill('SIGKILL')), START_MS);
    const [code] = (await once(child, 'exit')) as [number | null];
    clearTimeout(timer);
    return { code, cameUp };
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
