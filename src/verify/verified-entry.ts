import type { Phrase } from '../base/phrases.ts';
import type { Document } from '../document/kind.ts';
import type { ParsedEntry } from '../entry/entry.ts';

declare const verified: unique symbol;

/** What a stamp proves once its signatures verified: who held or saw the head of `size` > the entry's index, and when. */
export type StampFacts = {
  /** Entry id that was stamped. */
  readonly entry: string;
  readonly party: number;
  /** Places of that party's entries that the head covers: from `from` (0 where left out) to below `size`; see {@link VerifiedEntry.position}. */
  readonly from?: number;
  readonly size: number;
  readonly held: readonly { readonly party: number; readonly time: number }[];
  readonly witnessed: readonly { readonly host: number; readonly time: number }[];
};

/**
 * One leaf of a log, judged from the logs alone: valid, or held and not accepted. Only {@link readBatch} of this room makes one.
 *
 * A void entry stays in the log, is receipted and shown, and changes no state.
 */
export type VerifiedEntry = {
  readonly [verified]: true;
  readonly channel: string;
  readonly origin: string;
  readonly party: number;
  readonly index: number;
  /** Place among all that its party said in the channel, through its generations: {@link positionOf} of its log and index; absent where it is `index`. */
  readonly position?: number;
  /** Entry id, or SHA-256 of the bytes where they are no entry; base64url. */
  readonly id: string;
  /** Entry type; empty where the bytes are no entry. */
  readonly type: string;
  readonly time: number;
  /** `false`: held, not accepted; the reasons are the first findings. */
  readonly valid: boolean;
  readonly findings: readonly Phrase[];
  /** Present where the bytes are an entry of this log. */
  readonly entry?: ParsedEntry;
  /** Present where the body opened and its type is known. */
  readonly document?: Document;
  readonly stamp?: StampFacts;
  /** Whether the signer's key is an automatic one. */
  readonly automatic: boolean;
  /** Causal level in the reading order. */
  readonly level: number;
};

/** Places of one log: the log's ordinal in its party's sequence, then the index. A founding log's places are its indexes. */
const POSITION_STRIDE = 2 ** 32;

/** The place of an index (or a size) of the log with this ordinal in its party's sequence. */
export function positionOf(ordinal: number, index: number): number {
  return ordinal * POSITION_STRIDE + index;
}

/** Brands a verdict; for this room alone (a test holds that nobody else imports it). */
export function brand(entry: Omit<VerifiedEntry, typeof verified>): VerifiedEntry {
  return entry as VerifiedEntry;
}
