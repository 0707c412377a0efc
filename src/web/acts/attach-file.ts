import { sha256 } from '@noble/hashes/sha2.js';
import { CHUNK_SIZE, MAX_ATTACHMENT_SIZE } from '../../base/limits.ts';
import type { AttachmentValue } from '../../document/kind.ts';
import { attachmentValue, chunkCount, chunkHash } from '../../entry/attachment.ts';
import { api } from '../api.ts';
import { randomBytes } from '../browser-crypto.ts';

/** Where an attachment stands: read and hashed here, then handed to our node chunk by chunk. */
export type AttachProgress = { readonly step: 'reading' | 'storing'; readonly done: number; readonly of: number };

/** A file larger than any attachment. */
export class FileTooLarge extends Error {
  override readonly name = 'FileTooLarge';
}

/**
 * Makes a file an attachment: salted, hashed chunk by chunk, stored on our own node. Nothing reaches another party before a document that names it is
 * signed. A repeated chunk is harmless, so an interrupted upload may simply be begun again.
 */
export async function attachFile(
  channel: string,
  file: File,
  onProgress: (progress: AttachProgress) => void,
  signal: AbortSignal,
): Promise<AttachmentValue> {
  if (file.size > MAX_ATTACHMENT_SIZE) throw new FileTooLarge(file.name);
  const salt = randomBytes(16);
  const count = chunkCount(file.size);
  const hashes: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    signal.throwIfAborted();
    hashes.push(chunkHash(sha256, salt, await chunkOf(file, index)));
    onProgress({ step: 'reading', done: index + 1, of: count });
  }
  const value = attachmentValue(sha256, {
    salt,
    size: file.size,
    media: file.type === '' ? 'application/octet-stream' : file.type,
    name: file.name,
    hashes,
  });
  for (let index = 0; index < count; index++) {
    await api.sendChunk(channel, { root: value.root, index, size: value.size, salt: value.salt }, await chunkOf(file, index), signal);
    onProgress({ step: 'storing', done: index + 1, of: count });
  }
  return value;
}

async function chunkOf(file: File, index: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await file.slice(index * CHUNK_SIZE, (index + 1) * CHUNK_SIZE).arrayBuffer());
}
