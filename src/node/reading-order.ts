import { compare } from '../base/bytes.ts';
import type { VerdictRow } from '../store/store.ts';
import { partyOf, type Replica } from '../sync/replica.ts';
import { type TieBreak, tieBreakIn } from '../verify/read-log.ts';

/** Where a row stands among all of its channel. */
type Place = Pick<VerdictRow, 'origin' | 'index' | 'level'>;

/** Rows of one channel as they are read, oldest first (spec/entry.md, "Matters, and reading order"). */
export function inReadingOrder(replica: Pick<Replica, 'crypto' | 'channel' | 'generations'>, rows: readonly VerdictRow[]): VerdictRow[] {
  return ordered(rows, tieBreakIn(replica.crypto.sha256, replica.channel.id), (origin) => partyOf(replica, origin) ?? 0);
}

/** By causal level, then by the tie-break of their parties, then by index, as where a party has several histories. Few share a level: it is not computed of the others. */
export function ordered<T extends Place>(rows: readonly T[], tie: TieBreak, party: (origin: string) => number): T[] {
  const ties = new Map<T, Uint8Array>();
  const tieOf = (row: T): Uint8Array => {
    const known = ties.get(row) ?? tie(row.level, party(row.origin));
    ties.set(row, known);
    return known;
  };
  return rows.toSorted((a, b) => a.level - b.level || compare(tieOf(a), tieOf(b)) || a.index - b.index);
}
