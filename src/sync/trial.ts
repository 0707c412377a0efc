import { equal, toBase64url, utf8 } from '../base/bytes.ts';
import type { Store } from '../store/store.ts';
import { originHash } from '../tlog/origin.ts';
import type { KnownLog } from './generations.ts';
import type { LogReader } from './log-reader.ts';
import type { RefillSource } from './refill.ts';
import { type Replica, rowOf } from './replica.ts';
import { sharedPrefix } from './shared.ts';

/**
 * Another history of a log in the place of the one held here, while it is pulled: whoever shows it may stop before it stands. Names of rows say where things
 * are, and each step is one transaction, so that a crash leaves nothing undecided that {@link endTrial} does not decide:
 *
 * - `<origin>/kept`: the history held before; it exists only while another one is tried.
 * - `<origin>/aside/<n>`: histories that count for nothing: the one that gave way, or as much as came of one that did not prevail. A later try of that one
 *   goes on there, so that whoever stops again and again fills nothing.
 */
export async function beginTrial(replica: Replica, reader: LogReader, of: KnownLog, source: RefillSource): Promise<void> {
  const { origin } = of;
  const aside = await asideFor(replica, of, source);
  await reader.rename([
    [origin, keptName(origin)],
    [aside, origin],
  ]);
}

/**
 * Ends what {@link beginTrial} began, now or before a crash: the history tried stays where it prevails, else the one kept is back in its place and counts
 * again. `true` where the one tried stays; `undefined` where none was being tried.
 */
export async function endTrial(replica: Replica, reader: LogReader, { origin, party }: KnownLog): Promise<boolean | undefined> {
  const { store, generations } = replica;
  const kept = await store.log(keptName(origin));
  if (kept === undefined) return undefined;
  const tried = await rowOf(replica, origin);
  const shared = await sharedPrefix(Math.min(kept.size, tried.size), async (size) => {
    return equal(await store.rootAt(kept.origin, size), await store.rootAt(origin, size));
  });
  await generations.refresh(store);
  // Of our own log what all others receipted prevails; of theirs what we receipted, and no more than that is taken.
  const reached = party === replica.us ? (generations.standing(origin) ?? 0) : tried.size;
  const aside = await freeAside(store, origin);
  const prevails = reached > shared;
  if (prevails) await store.renameLogs([[kept.origin, aside]]);
  else
    await reader.rename([
      [origin, aside],
      [kept.origin, origin],
    ]);
  await reader.catchUp();
  return prevails;
}

/** Where as much as was tried before of the history that `source` has is held, or a new and empty place. */
async function asideFor(replica: Replica, { origin, party, gen }: KnownLog, source: RefillSource): Promise<string> {
  const { store } = replica;
  for (let n = 1; ; n++) {
    const name = asideName(origin, n);
    const row = await store.log(name);
    if (row === undefined) {
      await store.createLog({ origin: name, channel: replica.channel.id, party, gen, own: party === replica.us });
      return name;
    }
    // What a crash left unsigned there is taken again.
    if (row.pendingSize > row.size) await store.unstage(name, row.size);
    if (row.size === 0) return name;
    const answer = await source(`/log/${originHash(origin) ?? ''}/root/${row.size}`);
    if (answer !== undefined && equal(answer, utf8(`${toBase64url(row.root)}\n`))) return name;
  }
}

async function freeAside(store: Store, origin: string): Promise<string> {
  let n = 1;
  while ((await store.log(asideName(origin, n))) !== undefined) n++;
  return asideName(origin, n);
}

function keptName(origin: string): string {
  return `${origin}/kept`;
}

function asideName(origin: string, n: number): string {
  return `${origin}/aside/${n}`;
}
