import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { ParleyError } from '../base/errors.ts';
import { readBounded } from '../node/durable-file.ts';

/** The bytes of a file, or of standard input where the name is `-`; refuses `not_found`, and `too_large` beyond `maxSize` bytes. */
export async function readInputFile(path: string, stdin: Readable, maxSize: number): Promise<Uint8Array> {
  if (path === '-') return readAll(stdin, maxSize);
  const bytes = await readBounded(path, maxSize);
  if (bytes === undefined) throw new ParleyError('not_found', path);
  return bytes;
}

/** Whether something stands at a path. */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (fault) {
    if ((fault as { code?: unknown }).code === 'ENOENT') return false;
    throw fault;
  }
}

async function readAll(stream: Readable, maxSize: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : (part as Uint8Array);
    size += bytes.length;
    if (size > maxSize) throw new ParleyError('too_large', `at most ${maxSize} bytes on standard input`);
    parts.push(bytes);
  }
  return new Uint8Array(Buffer.concat(parts));
}
