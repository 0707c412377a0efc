import { setImmediate } from 'node:timers/promises';

type Event = { readonly at: number; readonly order: number; work: (() => void) | undefined };

/** Turns of the event loop in which nothing comes through a port before the next moment comes. */
const QUIET_TURNS = 3;
/** Calls to ports in one moment: a hundred times what the busiest node makes of one. */
const MAX_ACTIVITY = 100_000;

/**
 * Virtual time, in milliseconds from 0. Nothing is waited for: when all that is under way waits for time to pass, the next moment comes at once.
 *
 * What happens between two moments is the promises and turns of one event loop with no real timer, thread or socket in it, so that it is the same in
 * every run.
 */
export class Timeline {
  #now = 0;
  #count = 0;
  #activity = 0;
  /** Activity up to the moment that is now. */
  #before = 0;
  /** A binary heap by moment, then by order of asking. */
  readonly #heap: Event[] = [];

  get now(): number {
    return this.#now;
  }

  /** Runs `work` after `delayMs`; the function returned takes it back. */
  after(delayMs: number, work: () => void): () => void {
    const event: Event = { at: this.#now + Math.max(0, delayMs), order: this.#count++, work };
    this.#push(event);
    return () => {
      event.work = undefined;
    };
  }

  /** Says that something came through a port: whatever follows from it belongs to this moment. Says `false` where that goes on without end. */
  touch(): boolean {
    return ++this.#activity - this.#before < MAX_ACTIVITY;
  }

  /** Lets moments pass until `end`, or until `isDone` says so; `each` runs after each of them. */
  async run(end: number, isDone: () => boolean = () => false, each: () => Promise<void> = async () => undefined): Promise<void> {
    await this.#settle();
    while (!isDone()) {
      const next = this.#heap[0];
      if (next === undefined || next.at > end) break;
      this.#pop();
      if (next.work === undefined) continue;
      this.#now = next.at;
      this.#before = this.#activity;
      next.work();
      await this.#settle();
      await each();
    }
    if (!isDone()) this.#now = Math.max(this.#now, end);
  }

  async #settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; ) {
      const before = this.#activity;
      await setImmediate();
      quiet = before === this.#activity ? quiet + 1 : 0;
    }
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(event, heap[parent] as Event)) break;
      heap[at] = heap[parent] as Event;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Event, heap[child] as Event)) child++;
      if (!isBefore(heap[child] as Event, last)) break;
      heap[at] = heap[child] as Event;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
