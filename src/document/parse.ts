import { utf8 } from '../base/bytes.ts';
import type { Json } from '../base/json.ts';
import { BODY_LEAF_STEP, MAX_BODY_SIZE } from '../base/limits.ts';
import type { Document, Fault, Field, Fields, Kind } from './kind.ts';
import { isEmptyList, shapeFault } from './shape.ts';
import { hiddenCharacters } from './text.ts';

/** A document as read, and what is not as it should be. */
export type ParsedDocument = {
  /** Values that are what their field allows; the others are left out and named by a fault. */
  readonly document: Document;
  /** Make the entry void. They depend on frame fields alone, so erasing content never changes a verdict. */
  readonly frameFaults: readonly Fault[];
  /** Findings, shown beside the document. */
  readonly contentFaults: readonly Fault[];
};

/**
 * What the opened fields of a body say, as a document of `kind`. Total: no value whatever makes it throw.
 *
 * `fields` are the values by name (`/subject` without its slash), `erased` the names whose leaf is no longer held.
 * A frame field is never erased: where a frame leaf is held it is read whatever `erased` says, where it is not that is a frame fault.
 */
export function parseFields(kind: Kind, fields: ReadonlyMap<string, Json>, erased: readonly string[]): ParsedDocument {
  const frameFaults: Fault[] = [];
  const contentFaults: Fault[] = [];
  const valid: [string, Json][] = [];
  for (const field of kind.fields) {
    const value = fields.get(field.name);
    const phrase = fieldFault(field, value, erased);
    if (phrase !== undefined) (field.frame ? frameFaults : contentFaults).push({ field: field.name, phrase });
    else if (value !== undefined) {
      valid.push([field.name, value]);
      contentFaults.push(...hiddenFaults(field, value));
    }
  }
  const { names, frame } = fieldNames(kind);
  for (const name of fields.keys())
    if (!names.has(name))
      contentFaults.push({ field: name, phrase: { id: 'fault.unknown', values: { name: Array.from(name).slice(0, 40).join('') } } });
  const gone = [...new Set(erased)].filter((name) => !fields.has(name));
  const frameFields: Fields = Object.fromEntries(valid.filter(([name]) => frame.has(name)));
  const all: Fields = Object.fromEntries(valid);
  frameFaults.push(...(kind.checkFrame?.(frameFields) ?? []));
  contentFaults.push(...(kind.checkContent?.(all, gone) ?? []));
  return { document: { kind: kind.id, fields: all, erased: gone, frame: frameFields }, frameFaults, contentFaults };
}

type Names = { readonly names: ReadonlySet<string>; readonly frame: ReadonlySet<string> };

/** Kinds are what the program has: the names of their fields are gathered once. */
const namesByKind = new WeakMap<Kind, Names>();

function fieldNames(kind: Kind): Names {
  const known = namesByKind.get(kind);
  if (known !== undefined) return known;
  const names = new Set(kind.fields.map((field) => field.name));
  const frame = new Set(kind.fields.filter((field) => field.frame).map((field) => field.name));
  namesByKind.set(kind, { names, frame });
  return { names, frame };
}

/**
 * Everything an author must mend before signing: what {@link parseFields} would find, content included, a body larger than 64 KiB,
 * and, with `now` (seconds), dates to be kept that are already past and things said to have happened that lie ahead.
 */
export function checkDraft(kind: Kind, fields: ReadonlyMap<string, Json>, now?: number): readonly Fault[] {
  const { frameFaults, contentFaults } = parseFields(kind, fields, []);
  const faults = [...frameFaults, ...contentFaults];
  for (const { field, is } of now === undefined ? [] : misdated(kind, Object.fromEntries(fields), now))
    faults.push({ field, phrase: { id: `fault.${is}` } });
  if (bodySize(fields) > MAX_BODY_SIZE) faults.push({ field: '', phrase: { id: 'fault.body_size', values: { max: MAX_BODY_SIZE / 1024 } } });
  return faults;
}

/** A field whose instant does not go with the moment at which it is said. */
export type Misdated = { readonly field: string; readonly is: 'past' | 'ahead' };

/** Instants that do not go with a document said at `at` (seconds): dates to be kept that are `past` then, and what is said to have happened and lies `ahead`. */
export function misdated(kind: Kind, fields: Fields, at: number): readonly Misdated[] {
  return kind.fields.flatMap(({ name, future, past }): readonly Misdated[] => {
    const value = fields[name];
    if (typeof value !== 'number') return [];
    if (future === true && value <= at) return [{ field: name, is: 'past' }];
    return past === true && value > at ? [{ field: name, is: 'ahead' }] : [];
  });
}

function fieldFault(field: Field, value: Json | undefined, erased: readonly string[]) {
  if (value === undefined && erased.includes(field.name)) return field.frame ? { id: 'fault.erased_frame' } : undefined;
  if (value === undefined || (field.required && isEmptyList(value))) return field.required ? { id: 'fault.missing' } : undefined;
  return shapeFault(field, value);
}

/** Text that reads other than it is written (CVE-2021-42574) is never void, only shown: what counts as hidden may grow with Unicode. */
function hiddenFaults(field: Field, value: Json): readonly Fault[] {
  if (field.shape === 'opaque') return [];
  const found = hiddenCharacters(textsOf(value).join('\n'));
  return found.length === 0 ? [] : [{ field: field.name, phrase: { id: 'fault.hidden', values: { characters: found.join(', ') } } }];
}

function textsOf(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(textsOf);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Bytes of the leaves `["<22 characters>","/name",value]`, padding leaves included. */
function bodySize(fields: ReadonlyMap<string, Json>): number {
  let size = 0;
  for (const [name, value] of fields) size += utf8(JSON.stringify(['', `/${name}`, value])).length + 22;
  const padding = (BODY_LEAF_STEP - (fields.size % BODY_LEAF_STEP)) % BODY_LEAF_STEP;
  return size + padding * 26;
}
