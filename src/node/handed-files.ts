import { fromBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { MAX_UNNAMED_AGE, MAX_UNNAMED_CHUNKS, MAX_UNNAMED_FILES } from '../base/limits.ts';
import { chunkPlace } from '../sync/chunk-place.ts';
import { announceBlob, blobOf, chunkSize, isComplete, keepChunk } from './attachments.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import type { Facts } from './coming-chunks.ts';
import { oneAtATime } from './one-at-a-time.ts';

const COLLECTION = 'handed';

/** A file that somebody handed over and that no document of ours names yet: who began it, when, and how many chunks of it came. */
type Handed = { readonly by: string; readonly at: number; readonly chunks: number };

/**
 * Keeps one chunk of a file that a document of ours is going to name; resolves with whether the file is whole now. Refuses `invalid`, and `quota` where the
 * files that `by` handed over and that no document names are too many: whoever is enrolled, and may sign nothing, must not fill the disk.
 */
export async function takeChunk(channel: ChannelRuntime, file: Facts, index: number, bytes: Uint8Array, by: string, now: number): Promise<boolean> {
  if (chunkSize(file.size, index) !== bytes.length) throw new ParleyError('invalid', `expected ${chunkSize(file.size, index) ?? 0} bytes`);
  await oneAtATime(channel, COLLECTION, () => count(channel, file, index, by, now));
  await announceBlob(channel, file);
  // A file that is here whole stays as it is: a chunk given for its place changes nothing.
  if (await isComplete(channel, file.root)) return true;
  await keepChunk(channel, file.root, index, bytes);
  return isComplete(channel, file.root);
}

/** A document of ours that stands in the log names the file: nobody's share of what waits holds it any longer. */
export function noteNamed(channel: ChannelRuntime, root: string): Promise<void> {
  return oneAtATime(channel, COLLECTION, () => channel.store.deleteLocal(COLLECTION, keyOf(channel, root)));
}

/** Counted before it is kept: a crash in between leaves a chunk too many in the count, which ends with the file. */
async function count(channel: ChannelRuntime, { root }: Facts, index: number, by: string, now: number): Promise<void> {
  const all = await handedIn(channel);
  const known = all.get(root);
  const isNamed = known === undefined && (await blobOf(channel, root)) !== undefined;
  if (isNamed) return;
  const held = await channel.store.heldChunks(placeOf(channel, root));
  if (known !== undefined && held.includes(index)) return;
  const owner = known?.by ?? by;
  const mine = [...all].filter(([, one]) => one.by === owner);
  if (isFull(mine, known === undefined)) {
    const left = new Set(mine);
    for (const one of mine) if (one[0] !== root && one[1].at < now - MAX_UNNAMED_AGE && (await drop(channel, one[0]))) left.delete(one);
    if (isFull([...left], known === undefined)) throw new ParleyError('quota', 'documents that name the files handed over before');
  }
  await put(channel, root, { by: owner, at: known?.at ?? now, chunks: (known?.chunks ?? 0) + 1 });
}

function isFull(mine: readonly (readonly [string, Handed])[], isNew: boolean): boolean {
  return (isNew && mine.length >= MAX_UNNAMED_FILES) || mine.reduce((sum, [, { chunks }]) => sum + chunks, 0) >= MAX_UNNAMED_CHUNKS;
}

/** Lets go of a file, unless a document named it since; resolves with whether it is gone. */
function drop(channel: ChannelRuntime, root: string): Promise<boolean> {
  return oneAtATime(channel, root, async () => {
    if ((await blobOf(channel, root))?.name !== undefined) return false;
    const locals = ['blob', COLLECTION].map((collection) => ({ collection, key: keyOf(channel, root) }));
    await channel.store.erase({ bodies: [], blobs: [placeOf(channel, root)], locals });
    return true;
  });
}

async function handedIn(channel: ChannelRuntime): Promise<ReadonlyMap<string, Handed>> {
  const prefix = keyOf(channel, '');
  const all = (await channel.store.listLocal(COLLECTION)).filter(({ key }) => key.startsWith(prefix));
  return new Map(all.map(({ key, json }) => [key.slice(prefix.length), JSON.parse(json) as Handed]));
}

function put(channel: ChannelRuntime, root: string, handed: Handed): Promise<void> {
  return channel.store.putLocal(COLLECTION, keyOf(channel, root), JSON.stringify(handed));
}

function keyOf({ id }: ChannelRuntime, root: string): string {
  return `${id}/${root}`;
}

function placeOf({ id, replica }: ChannelRuntime, root: string): Uint8Array {
  return chunkPlace(replica.crypto.sha256, id, fromBase64url(root, 32) ?? new Uint8Array());
}
