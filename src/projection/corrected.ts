import type { Json } from '../base/json.ts';
import { isContent, isCorrectable } from '../document/about-entries.ts';
import type { Field, Kind } from '../document/kind.ts';
import type { FieldChange } from './about-views.ts';
import type { DocumentView } from './views.ts';

/** The fields of a document as its author's corrections leave them. */
export function correctedFields({ fields, corrections }: Pick<DocumentView, 'fields' | 'corrections'>): { readonly [name: string]: Json } {
  const now: { [name: string]: Json } = { ...fields };
  for (const { field, after, erased } of corrections.flatMap(({ changes }) => changes)) {
    if (after !== undefined) now[field] = after;
    else if (erased === undefined || erased === 'before') delete now[field];
  }
  return now;
}

/**
 * What a document of a kind refers to that answers another: that one, and, where it is a position, the words that its author said of it last, so that it is a
 * position on these and on no others.
 */
export function answering(
  kind: string,
  { row, corrections }: Pick<DocumentView, 'corrections'> & { readonly row: { readonly id: string } },
): readonly string[] {
  const words = kind === 'position' ? corrections.at(-1) : undefined;
  return words === undefined ? [row.id] : [row.id, words.entry];
}

/**
 * What the author of a document said of it anew: each such field as it was sent and as it is now. A position is on these words, and whoever signs one reads
 * them first, since they may be other words than those that somebody read a moment before; a signature is on none of them.
 */
export function wordsOfNow({ fields, corrections }: Pick<DocumentView, 'fields' | 'corrections'>): readonly FieldChange[] {
  const last = new Map(corrections.flatMap(({ changes }) => changes.map((change) => [change.field, change] as const)));
  return [...last.values()].map(({ field, after, erased }) => ({
    field,
    ...(fields[field] === undefined ? {} : { before: fields[field] }),
    ...(after === undefined ? {} : { after }),
    ...(erased === 'after' || erased === 'both' ? { erased: 'after' as const } : {}),
  }));
}

/** What is said above {@link wordsOfNow} to whoever drafts a document of this kind; nothing where it is on no words. */
export function wordsSaid(kind: string): string | undefined {
  return kind === 'position' ? 'claim.words_now' : kind === 'signature' ? 'claim.words_unsigned' : undefined;
}

/** Fields of a document that a correction can say anew: not those that are erased, whose former text nobody could compare. */
export function correctableFields(kind: Kind, document: Pick<DocumentView, 'erased'>): readonly Field[] {
  return kind.fields.filter((field) => isCorrectable(kind, field.name) && !document.erased.includes(field.name));
}

/**
 * Fields of which `party` can say that it holds them no more, with the leaf hash of each: content that is here, by the hashes of `leaves`, and what its
 * author erased, where this party has not said so yet.
 */
export function erasableFields(
  kind: Kind,
  document: Pick<DocumentView, 'fields' | 'erasures'>,
  party: number,
  leaves: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of Object.keys(document.fields)) {
    const leaf = leaves.get(name);
    if (leaf !== undefined && isContent(kind, name)) found.set(name, leaf);
  }
  for (const { field, leaf, holders } of document.erasures)
    if (leaf !== '' && !holders.some((holder) => holder.party === party && holder.state === 'says_gone')) found.set(field, leaf);
  return found;
}
