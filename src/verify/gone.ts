import { namedLeaves } from '../document/about-entries.ts';
import type { VerifiedEntry } from './verified-entry.ts';

/** What a valid act says is gone of an entry. */
export type GoneAct = {
  /** Entry id it is about. */
  readonly entry: string;
  /** Party that says so, and where in its log. */
  readonly party: number;
  readonly origin: string;
  readonly index: number;
  readonly kind: 'body_erased' | 'lost';
  /** Leaf hashes (base64url) by field name; empty where the whole text is lost. */
  readonly leaves: ReadonlyMap<string, string>;
};

/** The erasure or loss that an entry says, if it is a valid one. */
export function goneActOf(entry: VerifiedEntry): GoneAct | undefined {
  const { document, valid, party, origin, index } = entry;
  if (!valid || document === undefined || (document.kind !== 'body_erased' && document.kind !== 'lost')) return undefined;
  const { entry: about } = document.fields;
  return typeof about === 'string' ? { entry: about, party, origin, index, kind: document.kind, leaves: namedLeaves(document.fields) } : undefined;
}

/** Whether acts of an author account for a text: every leaf of which only the hash came is named by one, or, where nothing came, one says that it is all lost. */
export function accountsFor(acts: readonly GoneAct[], erasedLeaves: readonly string[] | undefined): boolean {
  if (erasedLeaves === undefined) return acts.some((act) => act.kind === 'lost' && act.leaves.size === 0);
  const named = new Set(acts.flatMap((act) => [...act.leaves.values()]));
  return erasedLeaves.every((leaf) => named.has(leaf));
}
