import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { readJson } from '../json.ts';
import { plain, Report, textOf } from '../report.ts';
import { isIdentifier, isTypeName, typeOfIdentifier } from './lexical.ts';
import { TLP1, TLP2, TLP2_EXTENSION } from './meta.ts';
import { checkObject, isObservableType } from './object.ts';
import { section } from './rules.ts';
import { checkObject20 } from './stix20.ts';

/** What STIX 2 content holds: its version and how many objects of each type. */
export type StixContent = { readonly version: '2.0' | '2.1'; readonly counts: Readonly<Record<string, number>> };

/** Types counted apart; the rest is counted together, so that a sender's invented types cannot fill a screen. */
const MAX_TYPES = 200;

/** Whether a JSON value is STIX 2: a bundle, a TAXII envelope of objects, one object, or a bare list of objects. */
export function isStix(value: Json): boolean {
  return contents(value) !== undefined;
}

/** The objects of STIX 2 content and, for a bundle, the bundle; `undefined` when the value is not STIX. */
function contents(value: Json): { objects: readonly Json[]; bundle?: JsonObject; name: string } | undefined {
  if (Array.isArray(value)) return value.some(looksLikeObject) ? { objects: value, name: '' } : undefined;
  if (!isObject(value)) return undefined;
  if (value.type === 'bundle' && (Array.isArray(value.objects) || textOf(value.id).startsWith('bundle--'))) {
    return { objects: Array.isArray(value.objects) ? value.objects : [], bundle: value, name: 'objects' };
  }
  if (looksLikeObject(value)) return { objects: [value], name: '' };
  if (Array.isArray(value.objects) && value.objects.some(looksLikeObject)) return { objects: value.objects, name: 'objects' };
  return undefined;
}

function looksLikeObject(value: Json): boolean {
  return isObject(value) && typeof value.type === 'string' && typeof value.id === 'string' && isIdentifier(value.id);
}

/** Reports what is wrong with STIX 2 content, and tells what it is; the caller knows {@link isStix}. */
export function checkStix(value: Json, at: Report): StixContent {
  const found = contents(value);
  if (found === undefined) throw new Error('bug: checkStix on what is not STIX');
  const { objects, bundle, name } = found;
  const version = versionOf(objects, bundle);
  if (bundle !== undefined) checkBundle(bundle, version, at);
  else if (Array.isArray(value)) at.note(`a bare list of objects; STIX puts them into a bundle (${section('8')})`);
  if (version === '2.0') at.note('STIX 2.0: identifiers, times and required properties were checked, not the form of every property');
  const counts = new Map<string, number>();
  const versions = new Set<string>();
  for (const [i, object] of objects.entries()) {
    at.subject = label(object, Array.isArray(value) || name !== '' ? `${name}[${i}]` : '');
    at.kind = '';
    at.section = section('8');
    count(counts, object);
    if (!isObject(object)) at.expected('an object', object);
    else {
      if (version === '2.0') checkObject20(object, at);
      else checkObject(object, at);
      const identity = `${textOf(object.id)} ${textOf(object.modified)}`;
      if (versions.has(identity)) at.warn('stands twice in this file', section('3.6'));
      versions.add(identity);
    }
  }
  at.subject = '';
  at.section = '';
  checkTlp(objects, at);
  return { version, counts: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** STIX 2.0 says its version once, in the bundle; STIX 2.1 in each object (section 3.2). */
function versionOf(objects: readonly Json[], bundle: JsonObject | undefined): '2.0' | '2.1' {
  if (bundle !== undefined && Object.hasOwn(bundle, 'spec_version')) return bundle.spec_version === '2.0' ? '2.0' : '2.1';
  const old = objects.some((object) => isObject(object) && !Object.hasOwn(object, 'spec_version') && !isObservableType(textOf(object.type)));
  return old && !objects.some((object) => isObject(object) && Object.hasOwn(object, 'spec_version')) ? '2.0' : '2.1';
}

function checkBundle(bundle: JsonObject, version: '2.0' | '2.1', at: Report): void {
  at.subject = 'bundle';
  at.section = version === '2.0' ? 'STIX 2.0 part 1 section 5' : section('8');
  const { id, objects, spec_version: stated } = bundle;
  if (typeof id !== 'string' || !isIdentifier(id) || typeOfIdentifier(id) !== 'bundle') at.expected('id to be bundle-- and a UUID', id);
  if (objects !== undefined && (!Array.isArray(objects) || objects.length === 0)) at.expected('objects to be a list of at least one object', objects);
  if (stated !== undefined && version === '2.1') at.warn('spec_version is of objects, not of the bundle, since STIX 2.1');
  at.subject = '';
  if (objects === undefined) at.note('the bundle holds no objects');
}

/** `objects[3] (indicator--…)`; the type where there is no identifier. */
function label(object: Json, position: string): string {
  if (!isObject(object)) return position;
  const name = typeof object.id === 'string' && isIdentifier(object.id) ? object.id : typeof object.type === 'string' ? plain(object.type) : '';
  if (position === '') return name;
  return name === '' ? position : `${position} (${name.length > 300 ? plain(name) : name})`;
}

function count(counts: Map<string, number>, object: Json): void {
  const type = isObject(object) && typeof object.type === 'string' && isTypeName(object.type) ? object.type : '(no type)';
  const key = counts.has(type) || counts.size < MAX_TYPES ? type : '(other types)';
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Warns of TLP 1 alone: its WHITE and AMBER do not mean what TLP 2.0's CLEAR, AMBER and AMBER+STRICT mean, and nobody here may choose. */
function checkTlp(objects: readonly Json[], at: Report): void {
  const old = new Set<string>();
  let current = false;
  for (const object of objects) {
    if (!isObject(object)) continue;
    const granular = Array.isArray(object.granular_markings)
      ? object.granular_markings.map((marking) => isObject(marking) && marking.marking_ref)
      : [];
    const refs: unknown[] = [object.id, ...(Array.isArray(object.object_marking_refs) ? object.object_marking_refs : []), ...granular];
    for (const ref of refs) {
      const color = TLP1.get(textOf(ref));
      if (color !== undefined) old.add(`TLP:${color.toUpperCase()}`);
      current ||= TLP2.has(textOf(ref));
    }
    current ||= isObject(object.extensions) && Object.hasOwn(object.extensions, TLP2_EXTENSION);
  }
  if (old.size === 0 || current) return;
  at.note(
    `marked with TLP 1 (${[...old].sort().join(', ')}) and with no TLP 2.0 marking: TLP 1 has no AMBER+STRICT, and its marking is kept as it is, never converted`,
  );
}

/** Names shown of a bundle, and the length of each. */
const MAX_NAMES = 50;
const MAX_NAME = 80;

/** What an incident notification shows of the STIX attached to it. */
export type StixSummary = {
  readonly valid: boolean;
  /** `2.0`, `2.1`, or `undefined` when the bytes are not STIX 2. */
  readonly version: '2.0' | '2.1' | undefined;
  /** Objects by type. */
  readonly counts: Readonly<Record<string, number>>;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** The first 50 objects that have a name or a value, relationships and markings aside; names are cut at 80 characters. */
  readonly names: readonly { readonly type: string; readonly name: string }[];
};

/** Checks attached bytes and names what is in them; never throws, and every text in the answer is bounded and safe to print. */
export function summariseStix(bytes: Uint8Array): StixSummary {
  const nothing = { valid: false, version: undefined, counts: {}, warnings: [], names: [] } as const;
  const read = readJson(bytes);
  if ('fault' in read) return { ...nothing, errors: [read.fault] };
  const found = contents(read.value);
  if (found === undefined) return { ...nothing, errors: ['expected a STIX 2 bundle or object'] };
  const at = new Report();
  for (const problem of read.problems) at.error(problem);
  const { version, counts } = checkStix(read.value, at);
  return { valid: at.clean, version, counts, ...at.found(), names: namesOf(found.objects) };
}

function namesOf(objects: readonly Json[]): { type: string; name: string }[] {
  const names: { type: string; name: string }[] = [];
  for (const object of objects) {
    if (names.length === MAX_NAMES) break;
    if (!isObject(object) || ['relationship', 'marking-definition', 'extension-definition'].includes(textOf(object.type))) continue;
    const name = [object.name, object.value, object.key, object.path, object.abstract].find((text) => typeof text === 'string' && text !== '');
    if (typeof object.type === 'string' && typeof name === 'string') names.push({ type: plain(object.type), name: plain(name, MAX_NAME) });
  }
  return names;
}
