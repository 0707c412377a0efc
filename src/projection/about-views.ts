/** What pages and commands show of acts about documents that stand already. */
import type { Json } from '../base/json.ts';
import type { HolderState } from './about-entries.ts';

/** A later act of the same matter: its entry id and claimed time. */
export type ActMark = { readonly entry: string; readonly time: number };

/** One field said anew; absent `before`: it said nothing, absent `after`: it says nothing now. A side that is erased is named instead. */
export type FieldChange = { readonly field: string; readonly before?: Json; readonly after?: Json; readonly erased?: 'before' | 'after' | 'both' };

export type CorrectionView = ActMark & { readonly signer: string; readonly reason?: string; readonly changes: readonly FieldChange[] };

/** One erased field of a document: who said so, and what is known of who holds it. */
export type ErasureView = {
  readonly field: string;
  /** Hash of the leaf that is gone, base64url, as the acts name it. */
  readonly leaf: string;
  /** The author's erasure; absent while only another party says that it holds the field no more. */
  readonly by?: ActMark & { readonly signer: string };
  readonly holders: readonly {
    readonly party: number;
    readonly state: HolderState;
    /** When its node held the text (`holds`), held the erasure (`told`), or the claimed time of what it signed (`says_gone`). */
    readonly at?: number;
    readonly entry?: string;
  }[];
};
