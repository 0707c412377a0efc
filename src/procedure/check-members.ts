import { fromUtf8 } from '../base/bytes.ts';
import { isObject, type Json, type JsonObject } from '../base/json.ts';
import type { Field } from '../document/kind.ts';
import { kindOf } from '../document/registry.ts';
import { isLine } from '../document/shape.ts';
import { hasBidiControl } from '../document/text.ts';

/** How far the rule was read that something in a pack follows. */
export const BASES = ['text', 'secondary', 'own'] as const;
/** Kinds of one pack. */
export const MAX_PACK_KINDS = 64;

/** Unknown members that one sentence names. */
const MAX_NAMED = 4;

const ID = /^[a-z][a-z0-9_]{0,31}$/;

/** The object at top level of a JSON file, with its text, or what was expected of it; `max` in bytes. It never throws. */
export function objectIn(
  bytes: Uint8Array,
  max: number,
): { readonly value: JsonObject; readonly text: string } | { readonly expected: readonly string[] } {
  if (bytes.length > max) return { expected: [`at most ${max} bytes`] };
  const text = fromUtf8(bytes);
  if (text === undefined) return { expected: ['UTF-8 text'] };
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? { value, text } : { expected: ['an object at top level'] };
  } catch {
    return { expected: ['JSON'] };
  }
}

/** Collects what a JSON object lacks to be in form, as `<path>: <what was expected>`, member by member; it never throws. */
export class Members {
  readonly expected: string[] = [];

  need(condition: boolean, expected: string): void {
    if (!condition) this.expected.push(expected);
  }

  object(at: string, value: Json | undefined, required: readonly string[], optional: readonly string[]): value is JsonObject {
    if (!isObject(value)) {
      this.need(false, `${at}: an object`);
      return false;
    }
    this.members(at, value, required, optional);
    return true;
  }

  members(at: string, value: JsonObject, required: readonly string[], optional: readonly string[]): void {
    for (const name of required) this.need(Object.hasOwn(value, name), `${at}: a member ${name}`);
    const unknown = Object.keys(value).filter((name) => !required.includes(name) && !optional.includes(name));
    // Named where they are words: whoever wrote the file may have been anybody.
    const named = unknown.filter((name) => /^[A-Za-z0-9_-]{1,32}$/.test(name)).slice(0, MAX_NAMED);
    const not = named.length === 0 ? '' : `, not ${named.join(', ')}`;
    this.need(unknown.length === 0, `${at}: no members but ${[...required, ...optional].join(', ')}${not}`);
  }

  line(at: string, value: Json | undefined, max: number): void {
    this.need(isLine(value, max) && !hasBidiControl(value), `${at}: one line of 1 to ${max} characters`);
  }

  basis(at: string, value: Json | undefined): void {
    this.need((BASES as readonly (Json | undefined)[]).includes(value), `${at}: one of ${BASES.join(', ')}`);
  }

  id(at: string, value: Json | undefined): void {
    this.need(typeof value === 'string' && ID.test(value), `${at}: lower-case letters, digits and _`);
  }

  /** Ids of kinds or fields, without those out of form. */
  ids(at: string, value: Json | undefined, max: number): readonly string[] {
    const ids = isList(value) ? value.filter((item): item is string => typeof item === 'string' && ID.test(item)) : [];
    const whole = isList(value) && ids.length === value.length && new Set(ids).size === ids.length;
    this.need(whole && ids.length > 0 && ids.length <= max, `${at}: 1 to ${max} different ids`);
    return ids.slice(0, max);
  }

  /** Values that differ from each other, at least one. */
  list(at: string, value: Json, max: number): readonly Json[] {
    const items = isList(value) ? value : [];
    const texts = items.slice(0, max).map((item) => (typeof item === 'string' ? item : undefined));
    const differ = !texts.includes(undefined) && new Set(texts).size === texts.length;
    this.need(isList(value) && items.length > 0 && items.length <= max && differ, `${at}: 1 to ${max} different texts`);
    return items.slice(0, max);
  }

  whole(at: string, value: Json | undefined, max: number): void {
    const fits = typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= max;
    this.need(fits, `${at}: a whole number from 1 to ${max}`);
  }

  instantField(at: string, kind: string, name: Json | undefined): void {
    const field = this.frameField(at, kind, name);
    if (field !== undefined) this.need(field.shape === 'instant', `${at}: a field of ${kind} that is a date and time`);
  }

  /** Clocks read frame fields alone: erasing content must not move one. */
  frameField(at: string, kind: string, name: Json | undefined): Field | undefined {
    const field = kindOf(kind)?.fields.find((one) => one.name === name && one.frame);
    this.need(field !== undefined, `${at}: a field of ${kind === '' ? 'the kind' : kind} that is never erased`);
    return field;
  }
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
