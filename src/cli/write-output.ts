import type { FileHandle } from 'node:fs/promises';
import { open, rename, rm } from 'node:fs/promises';
import { ParleyError } from '../base/errors.ts';
import type { Terminal } from './terminal.ts';

/**
 * Writes what a command makes to a file, whole or not at all and never over another, or to standard output where the name is `-`.
 * Resolves with the size in bytes.
 */
export async function writeOutput(
  terminal: Terminal,
  path: string,
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  replace = false,
): Promise<number> {
  let size = 0;
  if (path === '-') {
    for await (const part of parts) {
      await terminal.bytes(part);
      size += part.length;
    }
    return size;
  }
  const partial = `${path}.part`;
  const file = await openNew(path, partial, replace);
  try {
    for await (const part of parts) {
      await file.write(part);
      size += part.length;
    }
    await file.sync();
    await file.close();
    await rename(partial, path);
    return size;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    // The name that was taken at once is given back.
    if (!replace) await rm(path, { force: true });
    throw error;
  }
}

async function openNew(path: string, partial: string, replace: boolean): Promise<FileHandle> {
  if (!replace) {
    try {
      // Taken at once, so that two commands never write one file.
      await (await open(path, 'wx', 0o600)).close();
    } catch (fault) {
      if ((fault as { code?: unknown }).code === 'EEXIST') throw new ParleyError('exists', path);
      throw fault;
    }
  }
  return open(partial, 'w', 0o600);
}
