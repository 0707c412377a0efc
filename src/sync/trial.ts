import { equal } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { MAX_BATCH_ENTRIES } from '../base/limits.ts';
import type { Store } from '../store/store.ts';
import type { KnownLog } from './generations.ts';
import type { LogReader } from './log-reader.ts';
import type { Part, Place } from './refill.ts';
import { type Replica, rowOf } from './replica.ts';
import { sharedPrefix } from './shared.ts';
import type { Turn } from './turn.ts';

/** Another history of a log: the prefix that its holder says is shared, and the first part beyond it, which continues what is held here there. */
export type Shown = { readonly shared: number; readonly part: Part };

/**
 * Pulls another history of a log beside the one held here, which stays in its place and counts until the other is to take it: whoever shows it may stop, or
 * not answer at all. Names of rows say where things are:
 *
 * - `<origin>/tried`: as much as came of the one that is pulled, one for each log. It begins with a copy of what both share. A later try goes on there, where
 *   it is of the history then shown; where it is not, or holds nothing that is not held here, it is dropped.
 * - `<origin>/aside/<n>`: histories that gave way, and count for nothing.
 *
 * The places change in one transaction. `pull` brings what it can into a place, and says whether that is all there is to have; nobody is waited for in the
 * turn of the log. Refuses `unreachable` where more came than had come before, and not enough; `invalid` where nothing did.
 */
export async function tryOther(
  replica: Replica,
  reader: LogReader,
  of: KnownLog,
  shown: Shown,
  pull: (place: Place) => Promise<boolean>,
  turn: Pick<Turn, 'run'>,
): Promise<void> {
  const name = triedName(of.origin);
  const place = await placeFor(replica, of, shown);
  let isAll = false;
  let failed: ParleyError | undefined;
  try {
    isAll = await pull(place);
  } catch (error) {
    if (!(error instanceof ParleyError) || error.code !== 'unreachable') throw error;
    failed = error;
  }
  if (isAll && (await turn.run(() => swap(replica, reader, of)))) return;
  const { size } = await rowOf(replica, name);
  // What it goes on with may be of a third history: then nothing more ever comes, and the next try begins anew.
  if (size <= place.from || size <= (await meetingOf(replica, of.origin))) await replica.store.deleteLog(name);
  throw new ParleyError(
    size > place.from ? 'unreachable' : 'invalid',
    failed?.detail ?? 'another history of a log, which was shown and did not come',
  );
}

/** Puts what was tried in the place of what is held, where it stands further than what both share, and what is held does not; says whether it did. */
async function swap(replica: Replica, reader: LogReader, of: KnownLog): Promise<boolean> {
  const { store, generations } = replica;
  const { origin, party } = of;
  const name = triedName(origin);
  const shared = await meetingOf(replica, origin);
  await generations.refresh(store);
  // Of our own log what all others receipted prevails; of theirs what we receipted, and no more than that was taken.
  const reached = party === replica.us ? await generations.standingIn(store, name, of) : (await rowOf(replica, name)).size;
  if (reached <= shared || (generations.standing(origin) ?? 0) > shared) return false;
  await reader.rename([
    [origin, await freeAside(store, origin)],
    [name, origin],
  ]);
  await reader.catchUp();
  return true;
}

/** Where what was tried before is of the history now shown, it goes on there; else it begins with what both share. */
async function placeFor(replica: Replica, of: KnownLog, { shared, part }: Shown): Promise<Place> {
  const { store } = replica;
  const { origin, party, gen } = of;
  const name = triedName(origin);
  const row = await store.log(name);
  if (row !== undefined) {
    const last = [...part.heads, part.head].findLast(({ checkpoint }) => checkpoint.size <= row.size)?.checkpoint;
    const isOfIt = last !== undefined && last.size > shared && equal(await store.rootAt(name, last.size), last.root);
    if (isOfIt && row.size > (await meetingOf(replica, origin))) return { name, from: row.size };
    await store.deleteLog(name);
  }
  await store.createLog({ origin: name, channel: replica.channel.id, party, gen, own: party === replica.us });
  // Texts that are missing here may be had there.
  const from = Math.min(shared, (await rowOf(replica, origin)).openedSize);
  for (let at = 0; at < from; ) {
    const rows = await store.entries(origin, at, Math.min(from, at + MAX_BATCH_ENTRIES));
    await store.stage(name, at, rows, false);
    at += rows.length;
  }
  for (let head = await store.headAtOrAbove(origin, 1); head !== undefined && head.size <= from; ) {
    await store.commitHead(name, await rowOf(replica, name), head);
    head = await store.headAtOrAbove(origin, head.size + 1);
  }
  return { name, from };
}

/** The size up to which what was tried and what is held are the same, whatever anybody says. */
async function meetingOf(replica: Replica, origin: string): Promise<number> {
  const { store } = replica;
  const name = triedName(origin);
  const smaller = Math.min((await rowOf(replica, origin)).size, (await rowOf(replica, name)).size);
  return sharedPrefix(smaller, async (size) => equal(await store.rootAt(origin, size), await store.rootAt(name, size)));
}

async function freeAside(store: Store, origin: string): Promise<string> {
  let n = 1;
  while ((await store.log(`${origin}/aside/${n}`)) !== undefined) n++;
  return `${origin}/aside/${n}`;
}

function triedName(origin: string): string {
  return `${origin}/tried`;
}
