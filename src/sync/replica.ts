import { assert } from '../base/errors.ts';
import type { Crypto, Now, Random, Signer } from '../base/ports.ts';
import { heldName, originOf, type PartyCard, witnessName } from '../entry/card.ts';
import type { Channel } from '../entry/charter.ts';
import type { CosignatureRow, LogRow, Store } from '../store/store.ts';
import type { SignerPair } from '../tlog/cosignature.ts';
import type { Mark } from './mark.ts';

/** The private keys of a party in one channel, at work. */
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
  readonly keys: Keyring;
  /** Checkpoints of a log of this channel, with their lines, as whoever holds it and can be reached shows them; nobody, where it is left out. */
  readonly askHolders?: (origin: string) => Promise<readonly Uint8Array[]>;
};

/** The card of a party of the channel. */
export function cardOf(replica: Pick<Replica, 'channel'>, party: number): PartyCard {
  const card = replica.channel.parties[party];
  assert(card !== undefined, 'a party index of this channel');
  return card;
}

/** Origin of a party's log. */
export function originIn(replica: Pick<Replica, 'channel' | 'crypto'>, party: number): string {
  return originOf(replica.crypto.sha256, cardOf(replica, party));
}

/** The party whose log an origin names, or `undefined` when it is none of this channel. */
export function partyOf(replica: Pick<Replica, 'channel' | 'crypto'>, origin: string): number | undefined {
  const party = replica.channel.parties.findIndex((card) => originOf(replica.crypto.sha256, card) === origin);
  return party === -1 ? undefined : party;
}

/** The log row of a party; it exists from the founding on. */
export async function logIn(replica: Replica, party: number): Promise<LogRow> {
  const log = await replica.store.log(originIn(replica, party));
  assert(log !== undefined, 'every party has a log here from the founding on');
  return log;
}

/** How far a log is held and witnessed: the largest size all other parties receipted, and the largest a host quorum saw. */
export type Standing = { readonly heldSize: number; readonly heldAt?: number; readonly witnessedSize: number; readonly witnessedAt?: number };

/** The standing of a party's log from the largest pairs known. */
export function standingOf(replica: Pick<Replica, 'channel' | 'crypto'>, party: number, largest: readonly CosignatureRow[]): Standing {
  const { sha256 } = replica.crypto;
  const origin = originIn(replica, party);
  const rows = largest.filter((row) => row.origin === origin);
  const held = replica.channel.parties.flatMap((card, who) => (who === party ? [] : [rows.find((row) => row.cosigner === heldName(sha256, card))]));
  const seen = replica.channel.hosts.map((card) => rows.find((row) => row.cosigner === witnessName(sha256, card)));
  const quorum = replica.channel.charter.quorum;
  const heldSize = Math.min(...held.map((row) => row?.size ?? 0));
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

/** Whether the founding is complete: every size-1 head is receipted by all others and seen by a host quorum. */
export async function isOpen(replica: Replica): Promise<boolean> {
  const largest = await replica.store.largestCosignatures(replica.channel.id);
  return replica.channel.parties.every((_, party) => {
    const standing = standingOf(replica, party, largest);
    return standing.heldSize >= 1 && (replica.channel.charter.quorum === 0 || standing.witnessedSize >= 1);
  });
}
