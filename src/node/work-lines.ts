import type { After } from '../base/ports.ts';

const FIRST_RETRY_MS = 250;
/** A node that comes back is noticed within this, also by one whose peer has nothing to say of its own accord: a host. */
const LAST_RETRY_MS = 15_000;

type Line = {
  readonly key: string;
  readonly work: () => Promise<boolean>;
  busy: boolean;
  /** Whether it was tried before its time. */
  early: boolean;
  again: boolean;
  failures: number;
  cancel?: () => void;
};

/** Who hears of failures, and knows of work that goes on without progress. */
export type Watch = { readonly failed: (key: string, error: unknown) => void; readonly isAstray: (key: string) => boolean };

/**
 * Lines of work by name, each at its own pace. A line sleeps until it is run, repeats while its work resolves with `true` (there is progress), and is tried
 * again later and later where it fails, from {@link FIRST_RETRY_MS} to {@link LAST_RETRY_MS}.
 */
export class WorkLines {
  readonly #lines = new Map<string, Line>();
  readonly #after: After;
  readonly #watch: Watch;
  #running = false;

  constructor(after: After, watch: Watch) {
    this.#after = after;
    this.#watch = watch;
  }

  start(): void {
    this.#running = true;
  }

  /** Cancels what waits and resolves once nothing is under way. */
  async stop(): Promise<void> {
    this.#running = false;
    for (const line of this.#lines.values()) line.cancel?.();
    while ([...this.#lines.values()].some((line) => line.busy)) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Whether nothing is under way and nothing waits for its next try. */
  get isQuiet(): boolean {
    return [...this.#lines.values()].every((line) => !line.busy && line.failures === 0);
  }

  /** Runs a line now, or once more when it is under way. The work first given stays. */
  run(key: string, work: () => Promise<boolean>): void {
    const line: Line = this.#lines.get(key) ?? { key, work, busy: false, early: false, again: false, failures: 0 };
    this.#lines.set(key, line);
    if (line.busy) {
      line.again = true;
      return;
    }
    line.cancel?.();
    void this.#loop(line, false);
  }

  /** Runs a line that waits for its next try; once until its time comes, since two that refuse one another must not keep each other busy. */
  retryOnce(key: string): void {
    const line = this.#lines.get(key);
    if (!this.#running || line === undefined || line.busy || line.failures === 0 || line.early) return;
    line.early = true;
    this.run(line.key, line.work);
  }

  /** `isRetry`: nobody asked, its time came. Being asked often must not lengthen the time until the next try. */
  async #loop(line: Line, isRetry: boolean): Promise<void> {
    line.busy = true;
    try {
      do {
        line.again = false;
        while (this.#running && (await line.work())) if (!this.#watch.isAstray(line.key)) line.failures = 0;
        line.failures = 0;
      } while (line.again && this.#running);
    } catch (error) {
      this.#watch.failed(line.key, error);
      if (isRetry || line.failures === 0) {
        line.failures++;
        line.early = false;
      }
      const delayMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (line.failures - 1));
      if (this.#running) line.cancel = this.#after(delayMs, () => void this.#loop(line, true));
    } finally {
      line.busy = false;
    }
  }
}
