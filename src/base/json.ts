import { fromUtf8 } from './bytes.ts';
import { MAX_JSON_DEPTH } from './limits.ts';

/** A strict JSON value: what {@link parseStrictObject} can return. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** A strict JSON object. */
export type JsonObject = { readonly [key: string]: Json };

const KEY = /^[a-z][a-z0-9_]{0,31}$/;

/**
 * The object in strict JSON bytes, or a sentence fragment saying what was expected.
 *
 * Strict is a predicate, not a canonicalization (record.md section 1): fatal UTF-8, no BOM, depth <= 16, lower-case keys,
 * safe integers only, no -0, well-formed strings, and `JSON.stringify(JSON.parse(s)) === s`. The last line is what refuses duplicate keys,
 * white space, escapes that are not the shortest, `1.0` and `1e2`. Example: `{"v":1,"to":["b"]}`.
 */
export function parseStrictObject(bytes: Uint8Array | string): { value: JsonObject } | { expected: string } {
  const parsed = parseStrict(bytes);
  if ('expected' in parsed) return parsed;
  return isObject(parsed.value) ? { value: parsed.value } : { expected: 'an object at top level' };
}

/** As {@link parseStrictObject}, for a body leaf: an array at top level. */
export function parseStrictArray(bytes: Uint8Array | string): { value: readonly Json[] } | { expected: string } {
  const parsed = parseStrict(bytes);
  if ('expected' in parsed) return parsed;
  return Array.isArray(parsed.value) ? { value: parsed.value } : { expected: 'an array at top level' };
}

/** Whether a value is a JSON object (not null, not an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The strict JSON text of a value this program made; asserts that it is strict, since writing anything else is a bug. */
export function strictJson(value: Json): string {
  const fault = faultIn(value, 0);
  if (fault !== undefined) throw new Error(`bug: wrote JSON that is not strict: expected ${fault}`);
  return JSON.stringify(value);
}

function parseStrict(input: Uint8Array | string): { value: Json } | { expected: string } {
  const text = typeof input === 'string' ? input : fromUtf8(input);
  if (text === undefined) return { expected: 'UTF-8 text' };
  // Depth is counted before parsing: JSON.parse takes a million nested arrays, JSON.stringify then overflows the stack.
  if (tooDeep(text)) return { expected: `at most ${MAX_JSON_DEPTH} levels` };
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return { expected: 'JSON' };
  }
  const fault = faultIn(value, 0);
  if (fault !== undefined) return { expected: fault };
  if (JSON.stringify(value) !== text) return { expected: 'JSON in its one strict form (no white space, no repeated key, shortest escapes)' };
  return { value };
}

function tooDeep(text: string): boolean {
  if (!hasManyOpenings(text)) return false;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) inString = true;
    else if (c === 0x5b || c === 0x7b) {
      if (++depth > MAX_JSON_DEPTH) return true;
    } else if (c === 0x5d || c === 0x7d) depth--;
  }
  return false;
}

/** Whether there are enough brackets to be too deep at all; nearly every text has not, and needs no scan. */
function hasManyOpenings(text: string): boolean {
  let count = 0;
  for (const opening of ['[', '{']) {
    for (let at = text.indexOf(opening); at !== -1; at = text.indexOf(opening, at + 1)) if (++count > MAX_JSON_DEPTH) return true;
  }
  return false;
}

function faultIn(value: Json, depth: number): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'well-formed strings (no lone surrogates)';
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? undefined : 'whole numbers within +-(2^53 - 1)';
  if (value === null || typeof value === 'boolean') return undefined;
  if (depth >= MAX_JSON_DEPTH) return `at most ${MAX_JSON_DEPTH} levels`;
  if (Array.isArray(value)) {
    for (const item of value) {
      const fault = faultIn(item, depth + 1);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  for (const [key, item] of Object.entries(value)) {
    if (!KEY.test(key)) return 'keys of lower-case letters, digits and _ (at most 32)';
    const fault = faultIn(item, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
