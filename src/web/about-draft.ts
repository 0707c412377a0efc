import { sha256 } from '@noble/hashes/sha2.js';
import { fromBase64 } from '../base/bytes.ts';
import type { Json } from '../base/json.ts';
import { isAboutEntry } from '../document/about-entries.ts';
import { type FormField, formOf, readInput, showInput } from '../document/form.ts';
import type { Fault, Kind } from '../document/kind.ts';
import { kindOf } from '../document/registry.ts';
import { leavesByName } from '../entry/body.ts';
import { correctableFields, correctedFields, erasableFields } from '../projection/corrected.ts';
import type { DocumentView } from '../projection/views.ts';

/** The text of a draft in which the names of the fields to erase stand, one a line. */
export const CHOSEN = 'pointers';

/** What a draft about another document says in the fields that no form asks for, and what must be mended. */
export type AboutDraft = { readonly fields: ReadonlyMap<string, Json>; readonly faults: readonly Fault[] };

/** The name of a draft's text for the new value of a field; also that of the input that asks for it. */
export function newName(field: string): string {
  return `new-${field}`;
}

/** Reads what a person chose or wrote about another document; `undefined` for every other kind. */
export function readAbout(kind: Kind, parent: DocumentView | undefined, texts: Readonly<Record<string, string>>, us: number): AboutDraft | undefined {
  if (!isAboutEntry(kind.id) || parent === undefined) return undefined;
  const entry = new Map<string, Json>([['entry', parent.row.id]]);
  if (kind.id === 'correction') return readCorrection(entry, parent, texts);
  if (kind.id !== 'body_erased') return { fields: entry, faults: [] };
  const offered = erasable(parent, us);
  const chosen = (texts[CHOSEN] ?? '').split('\n').filter((name) => offered.has(name));
  if (chosen.length === 0) return { fields: entry, faults: [{ field: CHOSEN, phrase: { id: 'about.choose_field' } }] };
  entry.set(
    'pointers',
    chosen.map((name) => `/${name}`),
  );
  entry.set(
    'leaves',
    chosen.map((name) => offered.get(name) ?? ''),
  );
  return { fields: entry, faults: [] };
}

/** Fields that this side can erase, with their leaf hashes. */
export function erasable(parent: DocumentView, us: number): ReadonlyMap<string, string> {
  const kind = kindOf(parent.row.kind);
  if (kind === undefined) return new Map();
  return erasableFields(kind, parent, us, leavesByName(sha256, fromBase64(parent.body) ?? new Uint8Array()));
}

/** Questions for the fields of a document that can be said anew. */
export function correctable(parent: DocumentView): readonly FormField[] {
  const kind = kindOf(parent.row.kind);
  if (kind === undefined) return [];
  const names = new Set(correctableFields(kind, parent).map(({ name }) => name));
  return formOf(kind).fields.filter(({ field }) => names.has(field.name));
}

/** What a field says now, corrections included, as its input shows it. */
export function presentText(parent: DocumentView, one: FormField): string {
  const value = correctedFields(parent)[one.field.name];
  return value === undefined ? '' : showInput(one.field, value);
}

function readCorrection(entry: Map<string, Json>, parent: DocumentView, texts: Readonly<Record<string, string>>): AboutDraft {
  const faults: Fault[] = [];
  const changes: (readonly [string, Json])[] = [];
  for (const one of correctable(parent)) {
    const { name } = one.field;
    const before = presentText(parent, one);
    const text = texts[newName(name)] ?? before;
    if (text.trim() === before.trim()) continue;
    const read = readInput(one.field, text);
    if ('phrase' in read) faults.push({ field: newName(name), phrase: read.phrase });
    else if ('value' in read) changes.push([name, read.value]);
    else if (one.required) faults.push({ field: newName(name), phrase: { id: 'fault.missing' } });
    else changes.push([name, null]);
  }
  const [first] = correctable(parent);
  if (changes.length === 0 && faults.length === 0)
    faults.push({ field: first === undefined ? '' : newName(first.field.name), phrase: { id: 'about.nothing_changed' } });
  entry.set(
    'pointers',
    changes.map(([name]) => `/${name}`),
  );
  entry.set(
    'values',
    changes.map(([, value]) => value),
  );
  return { fields: entry, faults };
}
