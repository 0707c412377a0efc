import { equal, fromBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { CHUNK_SIZE, MAX_ATTACHMENT_SIZE, MAX_ATTACHMENTS } from '../base/limits.ts';
import type { AttachmentValue } from '../document/kind.ts';
import { isAttachment } from '../document/shape.ts';
import { chunkCount, chunkHash } from '../entry/attachment.ts';
import { chunkPlace } from '../sync/chunk-place.ts';
import { rootOf } from '../tlog/merkle.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** The attachments a document's fields name: none where one of them has not its form, since the whole field then says nothing. */
export function attachmentsIn(fields: { readonly [name: string]: Json }): readonly AttachmentValue[] {
  const list = fields.attachments;
  if (!Array.isArray(list) || list.length > MAX_ATTACHMENTS) return [];
  const files = list.filter((item: Json) => isAttachment(item));
  return files.length === list.length ? files : [];
}

/**
 * One held chunk of a blob that a document of this channel names, or `undefined`: blobs of other channels are not told of. Nor is what others are still
 * giving us: until it is whole nobody knows whether it is the file, and whoever passed it on would be blamed for it.
 */
export async function attachmentChunk(channel: ChannelRuntime, root: string, index: number): Promise<Uint8Array | undefined> {
  const raw = fromBase64url(root, 32);
  const known = raw === undefined ? undefined : await blobOf(channel, root);
  if (raw === undefined || known === undefined || (known.coming === true && !known.complete)) return undefined;
  return channel.store.chunk(placeOf(channel, raw), index);
}

/** Makes a blob known to a channel, so that its chunks may be kept and served there; `coming`: it is fetched from others. */
export async function announceBlob(
  channel: ChannelRuntime,
  value: Pick<AttachmentValue, 'root' | 'salt' | 'size'> & Partial<Pick<AttachmentValue, 'name' | 'media'>>,
  coming = false,
): Promise<void> {
  const root = fromBase64url(value.root, 32);
  const salt = fromBase64url(value.salt, 16);
  if (root === undefined || salt === undefined || value.size < 0 || value.size > MAX_ATTACHMENT_SIZE)
    throw new ParleyError('invalid', 'expected an attachment');
  await oneAtATime(channel, value.root, async () => {
    let known = await blobOf(channel, value.root);
    const isComing = known === undefined ? coming : known.coming === true;
    const from = known?.from;
    if (known !== undefined && (known.salt !== value.salt || known.size !== value.size)) {
      if (known.complete) throw new ParleyError('invalid', 'the salt and size under which this file is known here');
      // Anybody can name anybody's file with a salt and size of their own: until it is here nobody's word for it stands.
      known = undefined;
    }
    const named = value.name === undefined || value.media === undefined ? {} : { name: value.name, media: value.media };
    // What a blob is was said first by whoever announced it; a document that names it later adds what people call it.
    if (known !== undefined && (known.name !== undefined || named.name === undefined)) return;
    const facts = { salt: value.salt, size: value.size, complete: false, ...known, ...named };
    await putBlob(channel, value.root, { ...facts, ...(isComing ? { coming: true } : {}), ...(from === undefined ? {} : { from }) });
  });
}

/** Size, name and media type of a blob that the channel knows; the last two once a document named it. */
export async function blobFacts(channel: ChannelRuntime, root: string): Promise<{ size: number; name?: string; media?: string } | undefined> {
  return blobOf(channel, root);
}

export function putBlob(channel: ChannelRuntime, root: string, blob: Blob): Promise<void> {
  return channel.store.putLocal('blob', `${channel.id}/${root}`, JSON.stringify(blob));
}

/** Bytes of one chunk of a file of `size` bytes; `undefined` beyond its end. */
export function chunkSize(size: number, index: number): number | undefined {
  const count = chunkCount(size);
  return index >= count ? undefined : index === count - 1 ? size - (count - 1) * CHUNK_SIZE : CHUNK_SIZE;
}

/** Roots and sizes of all files of a channel that are here in full. */
export async function completeBlobs(channel: ChannelRuntime): Promise<readonly { root: string; size: number }[]> {
  const prefix = `${channel.id}/`;
  const all = (await channel.store.listLocal('blob')).filter(({ key }) => key.startsWith(prefix));
  return all.flatMap(({ key, json }) => {
    const blob = JSON.parse(json) as Blob;
    return blob.complete ? [{ root: key.slice(prefix.length), size: blob.size }] : [];
  });
}

/** Keeps one chunk of an announced blob that is handed over here; its place and size must fit what is known of it. */
export async function keepChunk(channel: ChannelRuntime, root: string, index: number, bytes: Uint8Array): Promise<void> {
  const raw = fromBase64url(root, 32);
  await oneAtATime(channel, root, async () => {
    const blob = await blobOf(channel, root);
    if (raw === undefined || blob === undefined) throw new ParleyError('not_found', 'no such attachment');
    const expected = chunkSize(blob.size, index);
    if (bytes.length !== expected) throw new ParleyError('invalid', `expected ${expected ?? 0} bytes`);
    // A file that is here whole stays as it is.
    if (blob.complete) return;
    if (blob.from !== undefined) {
      // From here on it is not only its giver's.
      const { from: _, ...rest } = blob;
      await putBlob(channel, root, rest);
    }
    await channel.store.putChunk(placeOf(channel, raw), index, bytes);
  });
}

/**
 * Whether every chunk is held and the whole is the file its root names, under the salt and size known of it, or those that `as` gives; remembered once
 * true. Chunks that do not add up are a finding for the caller.
 */
export async function isComplete(channel: ChannelRuntime, root: string, as?: Pick<AttachmentValue, 'salt' | 'size'>): Promise<boolean> {
  const raw = fromBase64url(root, 32);
  const known = await blobOf(channel, root);
  if (raw === undefined || known === undefined) return false;
  if (known.complete) return true;
  return oneAtATime(channel, root, async () => {
    const blob = await blobOf(channel, root);
    if (blob === undefined || blob.complete) return blob !== undefined;
    const facts = { root, salt: as?.salt ?? blob.salt, size: as?.size ?? blob.size };
    if ((await addedUp(channel, facts, [placeOf(channel, raw)])) === undefined) return false;
    const { coming: _, from: __, ...rest } = blob;
    await putBlob(channel, root, { ...rest, salt: facts.salt, size: facts.size, complete: true });
    return true;
  });
}

/** By chunk the first of the places that holds it, where together they are the file. */
export async function addedUp(
  channel: ChannelRuntime,
  { root, salt, size }: Pick<AttachmentValue, 'root' | 'salt' | 'size'>,
  places: readonly Uint8Array[],
): Promise<readonly Uint8Array[] | undefined> {
  const { sha256 } = channel.replica.crypto;
  const held: (readonly [place: Uint8Array, indexes: ReadonlySet<number>])[] = [];
  for (const place of places) held.push([place, new Set(await channel.store.heldChunks(place))]);
  const count = chunkCount(size);
  const from: Uint8Array[] = [];
  for (let index = 0; index < count; index++) from.push(...held.flatMap(([place, indexes]) => (indexes.has(index) ? [place] : [])).slice(0, 1));
  // All of them first: most files that are asked about are not here in full, and nothing of them is read.
  if (from.length !== count) return undefined;
  const rawSalt = fromBase64url(salt, 16) ?? new Uint8Array();
  const hashes: Uint8Array[] = [];
  for (const [index, place] of from.entries()) {
    const chunk = await channel.store.chunk(place, index);
    if (chunk === undefined) return undefined;
    hashes.push(chunkHash(sha256, rawSalt, chunk));
  }
  return equal(rootOf(sha256, hashes), fromBase64url(root, 32) ?? new Uint8Array()) ? from : undefined;
}

/** A whole attachment in memory; refuses `not_found` while it is incomplete. */
export async function readAttachment(channel: ChannelRuntime, root: string): Promise<Uint8Array> {
  const raw = fromBase64url(root, 32);
  const blob = await blobOf(channel, root);
  if (raw === undefined || blob === undefined || !(await isComplete(channel, root)))
    throw new ParleyError('not_found', 'the file is not here in full yet');
  const out = new Uint8Array(blob.size);
  for (let index = 0; index < chunkCount(blob.size); index++)
    out.set((await channel.store.chunk(placeOf(channel, raw), index)) ?? new Uint8Array(), index * CHUNK_SIZE);
  return out;
}

/** What is known of a blob of a channel. */
export type Blob = {
  readonly salt: string;
  readonly size: number;
  readonly complete: boolean;
  /** It is fetched from others. */
  readonly coming?: true;
  /** Who gave what is in its place, and under which salt and size, while it is not known whether that is the file. */
  readonly from?: string;
  readonly name?: string;
  readonly media?: string;
};

function placeOf(channel: ChannelRuntime, root: Uint8Array): Uint8Array {
  return chunkPlace(channel.replica.crypto.sha256, channel.id, root);
}

export async function blobOf(channel: ChannelRuntime, root: string): Promise<Blob | undefined> {
  const json = await channel.store.getLocal('blob', `${channel.id}/${root}`);
  return json === undefined ? undefined : (JSON.parse(json) as Blob);
}
