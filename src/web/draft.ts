import type { Json } from '../base/json.ts';
import { isAboutEntry } from '../document/about-entries.ts';
import { type Form, readInput } from '../document/form.ts';
import type { AttachmentValue, Fault, Kind } from '../document/kind.ts';
import { checkDraft } from '../document/parse.ts';
import { joins } from '../document/registry.ts';
import { sittingFault } from '../projection/joint/session.ts';
import type { DocumentView } from '../projection/views.ts';

/** A draft as a person left it: the text of each field, the files already stored. Kept on this device alone. */
export type Draft = { readonly texts: Readonly<Record<string, string>>; readonly attachments: readonly AttachmentValue[] };

export const EMPTY_DRAFT: Draft = { texts: {}, attachments: [] };

/** What a draft says and what must be mended before signing; `fields` in the kind's order, as they are to stand. */
export type ReadDraft = { readonly fields: ReadonlyMap<string, Json>; readonly faults: readonly Fault[] };

/** Reads a draft by its form; `filled` are the fields the program fills. */
export function readDraft(kind: Kind, form: Form, draft: Draft, filled: ReadonlyMap<string, Json>, now: number): ReadDraft {
  const asked = new Map(form.fields.map((one) => [one.field.name, one.field]));
  const fields = new Map<string, Json>();
  const unreadable: Fault[] = [];
  for (const { name } of kind.fields) {
    const field = asked.get(name);
    const own = filled.get(name);
    if (own !== undefined) fields.set(name, own);
    else if (field?.shape === 'attachments') {
      if (draft.attachments.length > 0) fields.set(name, draft.attachments);
    } else if (field !== undefined) {
      const read = readInput(field, draft.texts[name] ?? '');
      if ('value' in read) fields.set(name, read.value);
      else if ('phrase' in read) unreadable.push({ field: name, phrase: read.phrase });
    }
  }
  // A field that cannot be read is said to be so, not to be missing.
  const named = new Set(unreadable.map((fault) => fault.field));
  const others = checkDraft(kind, fields, now).filter((fault) => !named.has(fault.field));
  const order = new Map(kind.fields.map((field, index) => [field.name, index]));
  return { fields, faults: [...unreadable, ...others].toSorted((a, b) => (order.get(a.field) ?? 99) - (order.get(b.field) ?? 99)) };
}

/** With what is wrong with what happened in a session, by the account that one's own side `us` has given of it so far. */
export function withSitting(read: ReadDraft, kind: Kind, parent: Pick<DocumentView, 'row' | 'joint'> | undefined, us: number): ReadDraft {
  const session = kind.id === 'sitting' ? parent?.joint.find((one) => one.kind === 'session' && one.entry === parent.row.id) : undefined;
  const phrase = session?.kind === 'session' ? sittingFault(session, us, Object.fromEntries(read.fields)) : undefined;
  return phrase === undefined ? read : { ...read, faults: [...read.faults, { field: 'at', phrase }] };
}

/** The key under which a draft is kept: one per channel, kind and document answered. */
export function draftKey(channel: string, kind: string, to: string | undefined): string {
  return `${channel} ${kind} ${to ?? ''}`;
}

/** The fields the program fills: what the kind cannot ask, from the document it joins or by chance. */
export function filledFields(
  kind: Kind,
  parent:
    | {
        readonly kind: string;
        readonly id: string;
        readonly fields: { readonly [name: string]: Json };
        readonly actor: string | undefined;
        readonly representative?: string | undefined;
      }
    | undefined,
  nonce: () => string,
): Map<string, Json> {
  const filled = new Map<string, Json>();
  const has = (name: string) => kind.fields.some((field) => field.name === name && field.hidden === true);
  if (parent !== undefined && !isAboutEntry(kind.id) && !joins(kind, parent.kind) && has('concerns')) filled.set('concerns', [parent.id]);
  if (has('nonce')) {
    const theirs = parent?.fields.nonce;
    filled.set('nonce', kind.joins.length > 0 && typeof theirs === 'string' ? theirs : nonce());
  }
  if (has('counters') && parent?.kind === kind.id) filled.set('counters', [parent.id]);
  if (has('actor') && parent?.actor !== undefined) filled.set('actor', parent.actor);
  if (has('representative') && parent?.representative !== undefined) filled.set('representative', parent.representative);
  if (has('for_consultations')) filled.set('for_consultations', true);
  return filled;
}
