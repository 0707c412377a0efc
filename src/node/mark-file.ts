import { resolve } from 'node:path';
import type { MarkFile } from '../base/ports.ts';
import { readBounded, replaceFile } from './durable-file.ts';

/** A mark holds some 150 bytes a log; a larger file was never one. */
const MAX_MARK_SIZE = 64 * 1024 * 1024;

/**
 * The {@link MarkFile} of a data directory: `<directory>.mark`, beside it and never inside, so that a copy of the directory does not hold it.
 *
 * A crash while writing leaves the bytes before or the bytes after. Refuses with `disk_full`.
 */
export function markFile(directory: string): MarkFile {
  const path = markPath(directory);
  let last: Promise<unknown> = Promise.resolve();
  return {
    read: () => readBounded(path, MAX_MARK_SIZE),
    write(bytes) {
      // One after another, in the order asked: they share a temporary file, and the last asked for must be the one that stays.
      const written = last.then(() => replaceFile(path, bytes));
      last = written.catch(() => undefined);
      return written;
    },
  };
}

/** Where the mark of a data directory lies, absolute. */
export function markPath(directory: string): string {
  return `${resolve(directory)}.mark`;
}
