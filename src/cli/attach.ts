import { open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { equal, fromBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { CHUNK_SIZE, MAX_ATTACHMENT_SIZE } from '../base/limits.ts';
import type { Random, Sha256 } from '../base/ports.ts';
import type { AttachmentValue } from '../document/kind.ts';
import { attachmentValue, chunkCount, chunkHash } from '../entry/attachment.ts';
import { type Client, channelPath } from './client.ts';
import type { Terminal } from './terminal.ts';

/** A file read and hashed here; nothing has left yet. */
export type LocalFile = { readonly path: string; readonly value: AttachmentValue; readonly hashes: readonly Uint8Array[] };

/** Where the reading or handing over of a file stands, in chunks of 1 MiB. */
export type OnChunk = (done: number, of: number) => void;

const MEDIA: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.eml': 'message/rfc822',
  '.gz': 'application/gzip',
  '.html': 'text/html',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.md': 'text/markdown',
  '.pcap': 'application/vnd.tcpdump.pcap',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.stix': 'application/stix+json',
  '.txt': 'text/plain',
  '.xml': 'application/xml',
  '.yaml': 'application/yaml',
  '.zip': 'application/zip',
};

/** Reads and hashes a file of any size, a chunk at a time; `salt` (16 bytes) is drawn unless an earlier one is given. */
export async function hashFile(
  path: string,
  ports: { sha256: Sha256; random: Random },
  onChunk: OnChunk = () => undefined,
  salt?: Uint8Array,
): Promise<LocalFile> {
  const drawn = salt ?? ports.random(16);
  const hashes: Uint8Array[] = [];
  const size = await eachChunk(path, (chunk, index, count) => {
    hashes.push(chunkHash(ports.sha256, drawn, chunk));
    onChunk(index + 1, count);
  });
  const name = basename(path).normalize('NFC');
  const media = MEDIA[extname(path).toLowerCase()] ?? 'application/octet-stream';
  return { path, hashes, value: attachmentValue(ports.sha256, { salt: drawn, size, media, name, hashes }) };
}

/** Reads and hashes files one after another, saying how far each is. */
export async function hashFiles(
  terminal: Terminal,
  paths: readonly string[],
  ports: { sha256: Sha256; random: Random },
): Promise<readonly LocalFile[]> {
  const files: LocalFile[] = [];
  for (const path of paths) {
    const progress = terminal.progress(`Reading ${path}`);
    files.push(await hashFile(path, ports, progress.update));
    progress.end();
  }
  return files;
}

/**
 * Hands a hashed file to the own node, chunk by chunk; nothing of it reaches another party before a document that names it is signed.
 * A repeated chunk is harmless. Refuses `conflict` where the file changed since it was hashed.
 */
export async function storeFile(client: Client, channel: string, file: LocalFile, sha256: Sha256, onChunk: OnChunk = () => undefined): Promise<void> {
  const { root, salt, size } = file.value;
  const raw = fromBase64url(salt, 16) ?? new Uint8Array();
  await eachChunk(file.path, async (chunk, index, count) => {
    const hash = file.hashes[index];
    if (hash === undefined || !equal(chunkHash(sha256, raw, chunk), hash)) throw new ParleyError('conflict', `${file.value.name} while it was read`);
    await client.postBytes(channelPath(channel, `/attachments/${root}/${index}?size=${size}&salt=${salt}`), chunk);
    onChunk(index + 1, count);
  });
}

/** Calls `take` with every chunk in order and resolves with the size; an empty file has one empty chunk. */
async function eachChunk(path: string, take: (chunk: Uint8Array, index: number, count: number) => void | Promise<void>): Promise<number> {
  const file = await open(path, 'r');
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new ParleyError('invalid', `${path} is a file`);
    if (stat.size > MAX_ATTACHMENT_SIZE) throw new ParleyError('too_large', `${path}: at most ${MAX_ATTACHMENT_SIZE / 1024 ** 3} GiB`);
    const count = chunkCount(stat.size);
    for (let index = 0; index < count; index++) {
      const chunk = new Uint8Array(Math.min(CHUNK_SIZE, stat.size - index * CHUNK_SIZE));
      for (let at = 0; at < chunk.length; ) {
        const { bytesRead } = await file.read(chunk, at, chunk.length - at, index * CHUNK_SIZE + at);
        if (bytesRead === 0) throw new ParleyError('conflict', `${path} became shorter while it was read`);
        at += bytesRead;
      }
      await take(chunk, index, count);
    }
    return stat.size;
  } finally {
    await file.close();
  }
}
