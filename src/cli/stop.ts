/** A signal that comes this soon after the first is the same one: it reached the whole process group, and was passed on by whoever started us too. */
const SAME_MS = 1000;

/** Resolves at the first SIGTERM or SIGINT (Ctrl-C), or when `other` does; a later second signal ends the process as it would have without us. */
export function untilStopped(other?: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // Signals alone keep no process alive, and a door that was closed for us must not end the program unsaid.
  const alive = setInterval(() => undefined, 1 << 30);
  const off = () => process.off('SIGTERM', stop).off('SIGINT', stop);
  const stop = () => {
    clearInterval(alive);
    setTimeout(off, SAME_MS).unref();
    resolve();
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  void other?.then(stop);
  return promise;
}
