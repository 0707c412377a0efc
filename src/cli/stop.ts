/** A signal that comes this soon after the first is the same one: it reached the whole process group, and was passed on by whoever started us too. */
const SAME_MS = 1000;

/** What waits for somebody to stop a program. */
export type StopSignal = { readonly stopped: Promise<undefined>; dispose(): void };

/**
 * Listens for SIGTERM and SIGINT (Ctrl-C) from now on: `stopped` resolves at the first one; a later second one ends the process as it would have without
 * us. Asked for before anything is printed: whoever reads the first line may stop us at once.
 */
export function stopSignal(): StopSignal {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  // Signals alone keep no process alive, and a door that was closed for us must not end the program unsaid.
  const alive = setInterval(() => undefined, 1 << 30);
  let heard = false;
  const off = () => process.off('SIGTERM', stop).off('SIGINT', stop);
  const stop = () => {
    clearInterval(alive);
    if (!heard) setTimeout(off, SAME_MS).unref();
    heard = true;
    resolve(undefined);
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  const dispose = () => {
    clearInterval(alive);
    // The same signal may still come a second time.
    if (!heard) off();
  };
  return { stopped: promise, dispose };
}
