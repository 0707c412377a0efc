/** Resolves at the first SIGTERM or SIGINT (Ctrl-C), or when `other` does; a second signal ends the process as it would have without us. */
export function untilStopped(other?: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // Signals alone keep no process alive, and a door that was closed for us must not end the program unsaid.
  const alive = setInterval(() => undefined, 1 << 30);
  const stop = () => {
    process.off('SIGTERM', stop).off('SIGINT', stop);
    clearInterval(alive);
    resolve();
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  void other?.then(stop);
  return promise;
}
