import { concat, equal, fromBase64url, toBase64url } from '../base/bytes.ts';
import { CHUNK_SIZE, MAX_ATTACHMENT_SIZE } from '../base/limits.ts';
import type { Sha256 } from '../base/ports.ts';
import type { AttachmentValue } from '../document/kind.ts';
import { leafHash, rootOf } from '../tlog/merkle.ts';

/** Number of chunks of a file: `ceil(size / 1 MiB)`, one (empty) chunk for an empty file. */
export function chunkCount(size: number): number {
  return Math.max(1, Math.ceil(size / CHUNK_SIZE));
}

/** Leaf hash of one chunk: over `salt || chunk`, so that a guessed file cannot be confirmed from its root. */
export function chunkHash(sha256: Sha256, salt: Uint8Array, chunk: Uint8Array): Uint8Array {
  return leafHash(sha256, concat(salt, chunk));
}

/** The value by which a document names a file: `{root, salt, size, media, name}` (spec/body.md). `hashes` are its {@link chunkHash}es in order. */
export function attachmentValue(
  sha256: Sha256,
  file: { readonly salt: Uint8Array; readonly size: number; readonly media: string; readonly name: string; readonly hashes: readonly Uint8Array[] },
): AttachmentValue {
  return { root: toBase64url(rootOf(sha256, file.hashes)), salt: toBase64url(file.salt), size: file.size, media: file.media, name: file.name };
}

/** Cuts a file held in memory into chunks. */
export function chunksOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: chunkCount(bytes.length) }, (_, i) => bytes.subarray(i * CHUNK_SIZE, (i + 1) * CHUNK_SIZE));
}

/** Whether chunks, all of them, are the file a value names. */
export function isWholeAttachment(sha256: Sha256, value: Pick<AttachmentValue, 'root' | 'salt' | 'size'>, chunks: readonly Uint8Array[]): boolean {
  const root = fromBase64url(value.root, 32);
  const salt = fromBase64url(value.salt, 16);
  if (root === undefined || salt === undefined || value.size > MAX_ATTACHMENT_SIZE || chunks.length !== chunkCount(value.size)) return false;
  // Cut at every MiB and nowhere else: nodes fetch chunks by their place, so a file cut otherwise could not be fetched from anybody.
  if (chunks.some((chunk, i) => chunk.length !== Math.min(CHUNK_SIZE, value.size - i * CHUNK_SIZE))) return false;
  return equal(
    rootOf(
      sha256,
      chunks.map((chunk) => chunkHash(sha256, salt, chunk)),
    ),
    root,
  );
}
