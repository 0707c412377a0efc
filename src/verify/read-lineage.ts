import type { Sha256 } from '../base/ports.ts';
import { originOf } from '../entry/card.ts';
import type { Channel } from '../entry/charter.ts';
import { type Cosigner, cosignersOf } from './head.ts';

/** What the reader of one log knows of the channel's generations. */
export type ReadLineage = {
  /** Where a log that counts stands: its party, and its place in that party's sequence. */
  readonly find: (origin: string) => { readonly party: number; readonly ordinal: number } | undefined;
  /** Whose pairs count over the logs of a party. */
  readonly cosigners: (party: number) => readonly Cosigner[];
};

/** The founding logs alone, and their cosigners. */
export function foundingLineage(sha256: Sha256, channel: Channel): ReadLineage {
  return {
    find: (origin) => {
      const party = channel.parties.findIndex((card) => originOf(sha256, card) === origin);
      return party === -1 ? undefined : { party, ordinal: 0 };
    },
    cosigners: (party) => cosignersOf(sha256, channel, party),
  };
}
