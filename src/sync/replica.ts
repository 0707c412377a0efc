import { assert, ParleyError } from '../base/errors.ts';
import type { Crypto, Now, Random, Signer } from '../base/ports.ts';
import { type PartyCard, witnessName } from '../entry/card.ts';
import type { Channel } from '../entry/charter.ts';
import type { CosignatureRow, LogRow, Store } from '../store/store.ts';
import type { SignerPair } from '../tlog/cosignature.ts';
import { positionOf } from '../verify/verified-entry.ts';
import type { Generations, KnownLog } from './generations.ts';
import type { Mark } from './mark.ts';

/** The private keys of a party in one generation of one channel, at work. */
export type Keyring = { readonly log: SignerPair; readonly held: SignerPair; readonly node: Signer };

/** One party's copy of one channel: everything the exchange needs, all effects passed in. */
export type Replica = {
  readonly channel: Channel;
  /** Index of this party. */
  readonly us: number;
  readonly store: Store;
  readonly crypto: Crypto;
  readonly now: Now;
  readonly random: Random;
  readonly mark: Mark;
  /** All logs of the channel, through their generations. */
  readonly generations: Generations;
  /** The keys of our generation that is written now. */
  readonly keys: Keyring;
  /** Checkpoints of a log of this channel, with their lines, as whoever holds it and can be reached shows them; nobody, where it is left out. */
  readonly askHolders?: (origin: string) => Promise<readonly Uint8Array[]>;
};

/** The card of the generation that a party writes now. */
export function cardOf(replica: Pick<Replica, 'generations'>, party: number): PartyCard {
  return replica.generations.current(party).card;
}

/** Origin of the log that a party writes now. */
export function originIn(replica: Pick<Replica, 'generations'>, party: number): string {
  return replica.generations.current(party).origin;
}

/** The party one of whose logs an origin names, or `undefined` when it is none of this channel. */
export function partyOf(replica: Pick<Replica, 'generations'>, origin: string): number | undefined {
  return replica.generations.find(origin)?.party;
}

/** The row of the log that a party writes now. */
export function logIn(replica: Pick<Replica, 'generations' | 'store'>, party: number): Promise<LogRow> {
  return rowOf(replica, originIn(replica, party));
}

/** The row of a log; it exists from the founding, or from its generation note on. */
export async function rowOf(replica: Pick<Replica, 'store'>, origin: string): Promise<LogRow> {
  const log = await replica.store.log(origin);
  assert(log !== undefined, 'every known log has its row');
  return log;
}

/** The log of a party whose head is cited: the one it writes now; while nothing of that is held, the one before it. */
export async function citedLog(replica: Pick<Replica, 'generations' | 'store'>, party: number): Promise<LogRow> {
  let log = await logIn(replica, party);
  for (;;) {
    const parent = replica.generations.status(log.origin)?.parent;
    if (log.size > 0 || parent === undefined) return log;
    log = await rowOf(replica, parent);
  }
}

/** A log of the channel; refuses `not_found`. */
export function knownLog(replica: Pick<Replica, 'generations'>, origin: string): KnownLog {
  const log = replica.generations.find(origin);
  if (log === undefined) throw new ParleyError('not_found', 'no such log here');
  return log;
}

/** The earliest pair over an entry under any of the names of one cosigner. */
export async function firstReceipt(store: Store, origin: string, index: number, names: readonly string[]): Promise<CosignatureRow | undefined> {
  const rows = await Promise.all(names.map((name) => store.firstCosignatureOver(origin, index, name)));
  return rows.filter((row) => row !== undefined).sort((a, b) => a.time - b.time)[0];
}

/** How far a log is held and witnessed: the largest size all other parties receipted, and the largest a host quorum saw. */
export type Standing = { readonly heldSize: number; readonly heldAt?: number; readonly witnessedSize: number; readonly witnessedAt?: number };

/** The standing of the log that a party writes now, from the largest pairs known. */
export function standingOf(
  replica: Pick<Replica, 'channel' | 'crypto' | 'generations'>,
  party: number,
  largest: readonly CosignatureRow[],
): Standing {
  return standingIn(replica, replica.generations.current(party), largest);
}

/** The standing of one log from the largest pairs known. */
export function standingIn(
  replica: Pick<Replica, 'channel' | 'crypto' | 'generations'>,
  { origin, party }: Pick<KnownLog, 'origin' | 'party'>,
  largest: readonly CosignatureRow[],
): Standing {
  const { sha256 } = replica.crypto;
  const { generations } = replica;
  const rows = largest.filter((row) => row.origin === origin);
  const held = replica.channel.parties.flatMap((_, who) => {
    if (who === party) return [];
    const names = generations.heldNames(who);
    const own = rows.filter((row) => names.includes(row.cosigner)).sort((a, b) => b.size - a.size);
    return [own[0]];
  });
  const seen = replica.channel.hosts.map((card) => rows.find((row) => row.cosigner === witnessName(sha256, card)));
  const quorum = replica.channel.charter.quorum;
  // Of a log with two histories the largest pair may be over the other one.
  const known = generations.standing(origin);
  const heldSize = Math.min(...held.map((row) => row?.size ?? 0), ...(known !== undefined && generations.isForked(origin) ? [known] : []));
  const bySize = seen.filter((row) => row !== undefined).sort((a, b) => b.size - a.size);
  const quorumRow = quorum === 0 ? undefined : bySize[quorum - 1];
  const times = held.map((row) => row?.time ?? 0);
  return {
    heldSize,
    ...(heldSize > 0 ? { heldAt: Math.max(...times) } : {}),
    witnessedSize: quorumRow?.size ?? 0,
    ...(quorumRow === undefined ? {} : { witnessedAt: quorumRow.time }),
  };
}

/** What of a party's words every other party holds, through its generations, as the duties of a matter are computed from it. */
export function stretchesOf(
  replica: Pick<Replica, 'channel' | 'crypto' | 'generations'>,
  party: number,
  largest: readonly CosignatureRow[],
): number | readonly (readonly [number, number])[] {
  const { generations } = replica;
  if (generations.isPlain) return standingOf(replica, party, largest).heldSize;
  return generations.sequence(party).map((log, ordinal) => {
    const size = generations.standing(log.origin) ?? 0;
    return [positionOf(ordinal, 0), positionOf(ordinal, size)] as const;
  });
}

/** What of a party's words counts, through its generations: all that is held here, and of a log with two histories as far as it stands. */
export async function countedOf(
  replica: Pick<Replica, 'generations' | 'store'>,
  party: number,
): Promise<number | readonly (readonly [number, number])[]> {
  const { generations } = replica;
  if (generations.isPlain) return (await rowOf(replica, generations.founding(party).origin)).size;
  return generations
    .sequence(party)
    .map(({ origin }, ordinal) => [positionOf(ordinal, 0), positionOf(ordinal, generations.status(origin)?.counted ?? 0)] as const);
}

/**
 * Whether the founding is complete: every size-1 head of the founding logs is receipted by all others and seen by a host quorum. A later generation
 * is never asked: what was open stays open.
 */
export async function isOpen(replica: Replica): Promise<boolean> {
  const largest = await replica.store.largestCosignatures(replica.channel.id);
  return replica.channel.parties.every((_, party) => {
    const standing = standingIn(replica, replica.generations.founding(party), largest);
    return standing.heldSize >= 1 && (replica.channel.charter.quorum === 0 || standing.witnessedSize >= 1);
  });
}
