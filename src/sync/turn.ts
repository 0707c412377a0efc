import { ParleyError } from '../base/errors.ts';
import { FETCH_TURN, MIN_PULL_RATE } from '../base/limits.ts';
import { Mutex } from '../base/mutex.ts';
import type { RefillSource } from './refill.ts';

/** How a log is written where somebody else may write it too: in its turn, and whoever is waited for there is waited for so. */
export type Turn = {
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
  readonly waitFor: <T>(answer: () => Promise<T>) => Promise<T>;
};

/** For a log that nobody else writes. */
export const NO_TURN: Turn = { run: (work) => work(), waitFor: (answer) => answer() };

/**
 * The turn of an own log: who writes it, one at a time. What waits in it for the answers of others gives it up as soon as the log is to be left for a new
 * generation, so that nobody who answers slowly, or never, keeps a party from speaking.
 */
export class LogTurn implements Turn {
  readonly #queue = new Mutex();
  #leaving = 0;
  #left = new AbortController();

  /** Runs what writes the log. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.run(work);
  }

  /** Runs what leaves the log; whoever waits for others meanwhile, in the turn or for it, is refused. */
  leave<T>(work: () => Promise<T>): Promise<T> {
    this.#leaving++;
    this.#left.abort();
    return this.#queue.run(() => {
      this.#leaving--;
      if (this.#leaving === 0) this.#left = new AbortController();
      return work();
    });
  }

  /** Refuses `conflict` while the log is to be left: what nobody was waited for long enough to say is not to be taken for silence. */
  mustStay(): void {
    if (this.#left.signal.aborted) throw left();
  }

  /** What others answer; refuses `conflict` as soon as the log is to be left. What they answer then is dropped. */
  async waitFor<T>(answer: () => Promise<T>): Promise<T> {
    this.mustStay();
    const { signal } = this.#left;
    const { promise, reject } = Promise.withResolvers<never>();
    const leave = (): void => reject(left());
    signal.addEventListener('abort', leave);
    try {
      return await Promise.race([answer(), promise]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}

/** The turn of a log for as long as it is the one that is written; once another is, nobody writes it and there is nothing to wait for. */
export function whileCurrent(turn: Turn, isCurrent: () => boolean): Turn {
  return {
    run: async (work) => {
      const inside = isCurrent() ? await turn.run(async () => (isCurrent() ? { done: await work() } : undefined)) : undefined;
      return inside === undefined ? work() : inside.done;
    },
    waitFor: (answer) => (isCurrent() ? turn.waitFor(answer) : answer()),
  };
}

/**
 * A source whose holder loses its turn, refused as `unreachable`, where after a minute it has given less than a slow line would have: with an entry a
 * request it could otherwise keep everything else waiting for as long as it likes. What it gave is kept, and the next turn goes on there.
 */
export function inOneTurn(source: RefillSource, now: () => number): RefillSource {
  const began = now();
  let given = 0;
  return async (path) => {
    const seconds = now() - began;
    if (seconds > FETCH_TURN && given < seconds * MIN_PULL_RATE) throw new ParleyError('unreachable', 'it gives too little at a time');
    const bytes = await source(path);
    given += bytes?.length ?? 0;
    return bytes;
  };
}

function left(): ParleyError {
  return new ParleyError('conflict', 'this log is being left for a new generation');
}
