import type { Readable } from 'node:stream';

/** Lets the event loop turn once: a terminal that the question before paused is not read again before. */
export function afterPause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Whether there is more to read; resolves when it is known. */
export function moreOf(input: Readable): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const more = () => done(true);
  const end = () => done(false);
  const done = (there: boolean) => {
    input.off('readable', more).off('end', end).off('close', end).off('error', end);
    resolve(there);
  };
  input.on('readable', more).on('end', end).on('close', end).on('error', end);
  return promise;
}
