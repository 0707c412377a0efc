import { constants } from 'node:fs';
import { type FileHandle, link, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ParleyError } from '../base/errors.ts';

/**
 * Replaces a file whole: temporary file, fsync, rename, fsync of the directory; mode 0600. A crash at any step leaves the old bytes or the new.
 *
 * One writer at a time: the temporary file is `<path>.tmp`. Refuses with `disk_full`; every other fault of the disk is thrown as it is, and the
 * node stops on it, since an fsync that failed once tells nothing when it is repeated.
 */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = await writeTemporary(path, bytes);
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}

/** Writes a file that must not exist yet, durable and whole or not at all, mode 0600; refuses with `exists` where something stands already. */
export async function createFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = await writeTemporary(path, bytes);
  try {
    // A link, unlike a rename, never replaces; unlike an exclusive open, it cannot leave half a file.
    await link(temporary, path);
  } catch (fault) {
    if (codeOf(fault) === 'EEXIST') throw new ParleyError('exists', path);
    throw fault;
  } finally {
    await unlink(temporary);
  }
  await syncDirectory(dirname(path));
}

/** The bytes of a file of at most `maxSize` bytes, `undefined` when there is none; refuses a larger one with `too_large` before reading it. */
export async function readBounded(path: string, maxSize: number): Promise<Uint8Array | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (fault) {
    if (codeOf(fault) === 'ENOENT') return undefined;
    throw fault;
  }
  try {
    const { size } = await file.stat();
    if (size > maxSize) throw new ParleyError('too_large', `a file of at most ${maxSize} bytes`);
    // One byte more than it had: a file that grows is noticed, and none is ever read without end.
    const out = Buffer.alloc(size + 1);
    let at = 0;
    while (at < out.length) {
      const { bytesRead } = await file.read(out, at, out.length - at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    if (at > size) throw new ParleyError('conflict', 'a file that does not grow while it is read');
    return new Uint8Array(out.subarray(0, at));
  } finally {
    await file.close();
  }
}

async function writeTemporary(path: string, bytes: Uint8Array): Promise<string> {
  const temporary = `${path}.tmp`;
  try {
    // What a crash left is thrown away first: opened anew, the mode is ours and a link laid there is not followed.
    await unlink(temporary).catch((fault) => {
      if (codeOf(fault) !== 'ENOENT') throw fault;
    });
    const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (fault) {
    if (codeOf(fault) === 'ENOSPC' || codeOf(fault) === 'EDQUOT') throw new ParleyError('disk_full');
    throw fault;
  }
  return temporary;
}

async function syncDirectory(path: string): Promise<void> {
  // Windows opens no directories; its journal orders the rename by itself.
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function codeOf(fault: unknown): unknown {
  return (fault as { code?: unknown }).code;
}
