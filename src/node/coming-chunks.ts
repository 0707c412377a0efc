import { equal, fromBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { AttachmentValue } from '../document/kind.ts';
import { chunkCount } from '../entry/attachment.ts';
import { chunkPlace, comingPlace } from '../sync/chunk-place.ts';
import type { Replica } from '../sync/replica.ts';
import { addedUp, type Blob, blobOf, chunkSize, putBlob } from './attachments.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** A file under the salt and size that a document gives it: another document may give others, and one of them is wrong. */
export type Facts = Pick<AttachmentValue, 'root' | 'salt' | 'size'>;

/** Which chunks of a file a party gave so far. */
export async function givenBy(channel: ChannelRuntime, facts: Facts, party: number): Promise<readonly number[]> {
  return within(facts, await channel.store.heldChunks(placeFor(channel, await blobOf(channel, facts.root), facts, party)));
}

/** Which chunks of a file are here, whoever gave them: of some it may turn out that they are not the file's. */
export async function givenByAny(channel: ChannelRuntime, facts: Facts): Promise<ReadonlySet<number>> {
  const own = within(facts, await channel.store.heldChunks(ownPlace(channel, facts.root)));
  if (own.length === chunkCount(facts.size)) return new Set(own);
  const all = await Promise.all(placesOf(channel, facts).map((place) => channel.store.heldChunks(place)));
  return new Set(all.flatMap((held) => within(facts, held)));
}

/** Keeps a chunk that a party gave; refuses `invalid` where its size is not that of its place, and `not_found` where the file was erased meanwhile. */
export function keepGiven(channel: ChannelRuntime, facts: Facts, party: number, index: number, bytes: Uint8Array): Promise<void> {
  return oneAtATime(channel, facts.root, async () => {
    const blob = await blobOf(channel, facts.root);
    if (blob === undefined) throw erased();
    if (blob.complete) return;
    const expected = chunkSize(facts.size, index);
    if (bytes.length !== expected) throw new ParleyError('invalid', `expected ${expected ?? 0} bytes`);
    // Whoever gives first gives into the file's own place: only where others come in between is anything copied.
    const claims = blob.from === undefined && (await channel.store.heldChunks(ownPlace(channel, facts.root))).length === 0;
    const claimed = claims ? { ...blob, from: keyOf(facts, party) } : blob;
    if (claims) await putBlob(channel, facts.root, claimed);
    await channel.store.putChunk(placeFor(channel, claimed, facts, party), index, bytes);
  });
}

/**
 * Makes the file whole where what a party gave is the file, with what is here from anybody else for what it did not give where `withOthers`. Resolves with
 * whether it is whole now; refuses `not_found` where it was erased meanwhile.
 */
export function completeFrom(channel: ChannelRuntime, facts: Facts, party: number, withOthers: boolean): Promise<boolean> {
  return oneAtATime(channel, facts.root, async () => {
    const blob = await blobOf(channel, facts.root);
    if (blob === undefined) throw erased();
    if (blob.complete) return true;
    const theirs = placeFor(channel, blob, facts, party);
    const from = await addedUp(channel, facts, withOthers ? [theirs, ...placesOf(channel, facts)] : [theirs]);
    // Whoever gave it is not to blame that it is gone.
    if ((await blobOf(channel, facts.root)) === undefined) throw erased();
    if (from === undefined) return false;
    const own = ownPlace(channel, facts.root);
    const claimed = [...channel.replica.channel.parties.keys()].find((other) => blob.from === keyOf(facts, other));
    if (claimed !== undefined) {
      // What is about to be written over goes on counting against whoever gave it: one such chunk says it.
      const wrong = await contradiction(channel, facts, own, from);
      if (wrong !== undefined) await channel.store.putChunk(apartPlace(channel, facts, claimed), wrong.index, wrong.chunk);
    }
    const { from: _, coming: __, ...rest } = blob;
    // From here on the place is nobody's: a crash leaves it as a beginning, and what was given apart is still there.
    if (blob.from !== undefined && from.some((place) => !equal(place, own))) await putBlob(channel, facts.root, { ...rest, coming: true });
    for (const [index, place] of from.entries()) {
      const chunk = equal(place, own) ? undefined : await channel.store.chunk(place, index);
      if (chunk !== undefined) await channel.store.putChunk(own, index, chunk);
    }
    if ((await blobOf(channel, facts.root)) === undefined) {
      // It was erased while it was read: what was written since goes too.
      await channel.store.erase({ bodies: [], blobs: [own], locals: [] });
      throw erased();
    }
    await putBlob(channel, facts.root, { ...rest, salt: facts.salt, size: facts.size, complete: true });
    return true;
  });
}

/** Those who gave something for a file that is whole here which is not of it. */
export async function wrongGivers(channel: ChannelRuntime, facts: Facts): Promise<readonly number[]> {
  const own = ownPlace(channel, facts.root);
  const from = Array.from({ length: chunkCount(facts.size) }, () => own);
  const wrong: number[] = [];
  for (const party of channel.replica.channel.parties.keys())
    if ((await contradiction(channel, facts, apartPlace(channel, facts, party), from)) !== undefined) wrong.push(party);
  return wrong;
}

/** Lets go of what parties gave of a file; a file that is whole here stays. */
export function dropGiven(channel: ChannelRuntime, facts: Facts, parties: Iterable<number>): Promise<void> {
  return oneAtATime(channel, facts.root, async () => {
    const blob = await blobOf(channel, facts.root);
    const places = [...parties].map((party) => placeFor(channel, blob, facts, party));
    const held: Uint8Array[] = [];
    for (const place of places) if ((await channel.store.heldChunks(place)).length > 0) held.push(place);
    // Erased, not only deleted: whoever erases the file later must find no copy left in freed space.
    if (held.length > 0) await channel.store.erase({ bodies: [], blobs: held, locals: [] });
    if (blob?.from === undefined || !places.some((place) => equal(place, ownPlace(channel, facts.root)))) return;
    const { from: _, ...rest } = blob;
    await putBlob(channel, facts.root, rest);
  });
}

/** Bytes that are here of a file. */
export async function heldSize(channel: ChannelRuntime, facts: Facts): Promise<number> {
  return [...(await givenByAny(channel, facts))].reduce((sum, index) => sum + (chunkSize(facts.size, index) ?? 0), 0);
}

/** Where the chunks of a file are kept while they come, beside its own place. */
export function comingPlaces(replica: Replica, facts: Facts): readonly Uint8Array[] {
  return [...replica.channel.parties.keys()].map((party) => apartPlace({ replica }, facts, party));
}

/** Names what a party gives under these facts. */
function keyOf({ salt, size }: Facts, party: number): string {
  return `${party}/${salt}/${size}`;
}

function erased(): ParleyError {
  return new ParleyError('not_found', 'no such attachment');
}

function ownPlace({ id, replica }: ChannelRuntime, root: string): Uint8Array {
  return chunkPlace(replica.crypto.sha256, id, fromBase64url(root, 32) ?? new Uint8Array());
}

function apartPlace({ replica }: Pick<ChannelRuntime, 'replica'>, facts: Facts, party: number): Uint8Array {
  return comingPlace(replica.crypto.sha256, replica.channel.id, fromBase64url(facts.root, 32) ?? new Uint8Array(), keyOf(facts, party));
}

/** Where what a party gives is kept. */
function placeFor(channel: ChannelRuntime, blob: Blob | undefined, facts: Facts, party: number): Uint8Array {
  const isOwn = blob !== undefined && !blob.complete && blob.from === keyOf(facts, party);
  return isOwn ? ownPlace(channel, facts.root) : apartPlace(channel, facts, party);
}

function placesOf(channel: ChannelRuntime, facts: Facts): readonly Uint8Array[] {
  return [ownPlace(channel, facts.root), ...comingPlaces(channel.replica, facts)];
}

/** The first chunk at a place that is another than that of the file, whose chunks are at `from`. */
async function contradiction(
  { store }: ChannelRuntime,
  facts: Facts,
  place: Uint8Array,
  from: readonly Uint8Array[],
): Promise<{ readonly index: number; readonly chunk: Uint8Array } | undefined> {
  for (const index of within(facts, await store.heldChunks(place))) {
    const right = from[index];
    if (right === undefined || equal(right, place)) continue;
    const [chunk, other] = [await store.chunk(place, index), await store.chunk(right, index)];
    if (chunk !== undefined && other !== undefined && !equal(chunk, other)) return { index, chunk };
  }
  return undefined;
}

function within({ size }: Facts, held: readonly number[]): readonly number[] {
  return held.filter((index) => index < chunkCount(size));
}
