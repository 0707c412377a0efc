/** Runs tasks one after another, in the order they came; a task that throws does not stop the next. */
export class Mutex {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(task);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything queued so far is done. */
  idle(): Promise<void> {
    return this.#tail.then(() => undefined);
  }
}
