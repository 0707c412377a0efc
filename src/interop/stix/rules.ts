import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import type { Report } from '../report.ts';
import {
  isBinary,
  isDayOfCalendar,
  isDictionaryKey,
  isFineTimestamp,
  isHex,
  isIdentifier,
  isPropertyName,
  isTimestamp,
  isUri,
  typeOfIdentifier,
} from './lexical.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Looks at one value and reports what is wrong with it; section numbers are those of the OASIS standard STIX Version 2.1. */
export type Rule = (value: Json, at: Report) => void;
/** Looks at properties of one object together. */
export type Check = (object: JsonObject, at: Report) => void;

/** How a section of the standard is cited: `STIX 2.1 section 2.16`. */
export function section(number: string): string {
  return `STIX 2.1 section ${number}`;
}

/** A structure of named properties. `others` says which further names may stand: any, none, or those the standard lets a sender add. */
export type Shape = {
  readonly properties: Readonly<Record<string, Rule>>;
  readonly required?: readonly string[];
  readonly checks?: readonly Check[];
  readonly others: 'any' | 'none' | 'custom';
};

/** Any text. */
export const string: Rule = text('text', () => true, '2.15');
/** True or false. */
export const boolean: Rule = (value, at) => {
  if (typeof value !== 'boolean') at.expected('true or false', value, section('2.2'));
};
/** An instant. */
export const timestamp: Rule = instant('a timestamp like 2021-06-16T11:35:00Z', isTimestamp, '2.16');
/** An instant with milliseconds, as `created` and `modified` must have. */
export const fineTimestamp: Rule = instant('a timestamp with milliseconds, like 2021-06-16T11:35:00.000Z', isFineTimestamp, '3.2');
export const binary: Rule = text('base64', isBinary, '2.1');
export const hex: Rule = text('whole octets in hexadecimal', isHex, '2.8');
export const uri: Rule = text('a URL (RFC 3986)', isUri, '2.5');
/** A reference that in STIX 2.0 could be any key: a text, and a warning when it is no identifier. */
export const looseReference: Rule = (value, at) => {
  if (typeof value !== 'string') at.expected('an identifier', value, section('2.9'));
  else if (!isIdentifier(value)) at.warn('is no identifier like file--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f', section('2.9'));
};
export const looseReferences: Rule = list(looseReference);
export const strings: Rule = list(string);

/** Text of one form; `what` completes "expected …". */
export function text(what: string, fits: (text: string) => boolean, cited?: string): Rule {
  return (value, at) => {
    if (typeof value !== 'string' || !fits(value)) at.expected(what, value, cited === undefined ? at.section : section(cited));
  };
}

function instant(what: string, fits: (text: string) => boolean, cited: string): Rule {
  const form = text(what, fits, cited);
  return (value, at) => {
    form(value, at);
    if (typeof value === 'string' && fits(value) && !isDayOfCalendar(value)) at.warn('no calendar has this day', section('2.16'));
  };
}

/** A whole number within `min` and `max`, and always within what every JSON reader keeps exact. */
export function integer(min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER): Rule {
  const bounds =
    min === Number.MIN_SAFE_INTEGER ? 'within ±(2^53 - 1)' : max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return (value, at) => {
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max || !Number.isSafeInteger(value)) {
      at.expected(`a whole number ${bounds}`, value, section('2.10'));
    }
  };
}

/** A number within `min` and `max`. */
export function number(min = -Infinity, max = Infinity): Rule {
  return (value, at) => {
    if (typeof value !== 'number' || value < min || value > max) {
      at.expected(min === -Infinity ? 'a number' : `a number from ${min} to ${max}`, value, section('2.6'));
    }
  };
}

/** An identifier; of one of `types` when any are named. */
export function identifier(...types: readonly string[]): Rule {
  const what = types.length === 0 ? 'an identifier like indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f' : `the identifier of: ${types.join(', ')}`;
  return text(what, (value) => isIdentifier(value) && (types.length === 0 || types.includes(typeOfIdentifier(value))), '2.9');
}

/** An identifier of any type but these. */
export function identifierExcept(...types: readonly string[]): Rule {
  return text(`an identifier of no: ${types.join(', ')}`, (value) => isIdentifier(value) && !types.includes(typeOfIdentifier(value)), '2.9');
}

/** An identifier; a warning when it is not one of `type`, which the text of the standard asks for and its schemas do not. */
export function identifierMeant(type: string): Rule {
  const any = identifier();
  return (value, at) => {
    any(value, at);
    if (typeof value === 'string' && isIdentifier(value) && typeOfIdentifier(value) !== type) at.warn(`should identify: ${type}`, section('3.2'));
  };
}

/** A value of a closed list (an enumeration of section 10). */
export function closed(vocabulary: Vocabulary): Rule {
  const words = [...vocabulary.words].join(', ');
  return (value, at) => {
    if (typeof value !== 'string' || !vocabulary.words.has(value)) at.expected(`one of ${words}`, value, section(vocabulary.section));
  };
}

/** A value of a suggested list: others may stand and are noted. */
export function open(vocabulary: Vocabulary): Rule {
  return (value, at) => {
    if (typeof value !== 'string') at.expected('text', value, section('2.14'));
    else if (!vocabulary.words.has(value)) at.odd(value, vocabulary.name, section(vocabulary.section));
  };
}

/** A list of one item or more. */
export function list(item: Rule): Rule {
  return (value, at) => {
    if (!Array.isArray(value) || value.length === 0) return at.expected('a list of at least one item', value, section('2.12'));
    for (let i = 0; i < value.length; i++) at.inside(i, item, value[i] as Json);
  };
}

/** A dictionary: keys of letters, digits, `-` and `_` (or those `keys` lets through), values by `item`. */
export function dictionary(item: Rule = present, keys: (key: string) => boolean = isDictionaryKey, what = 'keys of letters, digits, - and _'): Rule {
  return (value, at) => {
    if (!isObject(value)) return at.expected('an object', value, section('2.3'));
    const entries = Object.entries(value);
    if (entries.length === 0) at.error('expected at least one key', section('2.3'));
    for (const [key, found] of entries) {
      if (!keys(key)) at.expected(what, key, section('2.3'));
      at.inside(key, item, found);
    }
  };
}

/** Any value but nothing: null and the empty list stand for an omitted property in other formats, and are prohibited here. */
export const present: Rule = (value, at) => {
  if (value === null || (Array.isArray(value) && value.length === 0)) at.expected('a value, or no such property', value, section('2.12'));
};

/** An object of this shape. */
export function structure(shape: Shape): Rule {
  return (value, at) => {
    if (!isObject(value)) at.expected('an object', value);
    else checkShape(value, shape, at);
  };
}

/** Reports what is wrong with an object of this shape. */
export function checkShape(object: JsonObject, shape: Shape, at: Report): void {
  // Own properties only, on both sides: a sender may name a property `__proto__` or `constructor`.
  for (const name of shape.required ?? []) if (!Object.hasOwn(object, name)) at.error(`${name} is required`);
  for (const [name, value] of Object.entries(object)) {
    const rule = Object.hasOwn(shape.properties, name) ? shape.properties[name] : undefined;
    if (rule !== undefined) at.inside(name, rule, value);
    else if (shape.others === 'none') at.inside(name, notHere, value);
    else if (shape.others === 'custom') at.inside(name, customProperty(name), value);
  }
  for (const check of shape.checks ?? []) check(object, at);
}

const notHere: Rule = (_, at) => at.error('no such property is defined here');
const badName: Rule = (_, at) =>
  at.error('expected a property name of 3 to 250 lower-case letters, digits and _, beginning with a letter', section('3.1'));

function customProperty(name: string): Rule {
  if (!isPropertyName(name)) return badName;
  if (name.endsWith('_bin')) return binary;
  return name.endsWith('_hex') ? hex : present;
}

const has = (object: JsonObject, name: string) => Object.hasOwn(object, name);

/** One of these properties or more. */
export function anyOf(...names: readonly string[]): Check {
  return (object, at) => {
    if (!names.some((name) => has(object, name))) at.error(`at least one is required of: ${names.join(', ')}`);
  };
}

/** Exactly one of these properties. */
export function oneOf(...names: readonly string[]): Check {
  return (object, at) => {
    if (names.filter((name) => has(object, name)).length !== 1) at.error(`exactly one is required of: ${names.join(', ')}`);
  };
}

/** All of these properties or none. */
export function together(...names: readonly string[]): Check {
  return (object, at) => {
    const count = names.filter((name) => has(object, name)).length;
    if (count !== 0 && count !== names.length) at.error(`expected all or none of: ${names.join(', ')}`);
  };
}

/** `name` only beside all of `others`. */
export function needs(name: string, ...others: readonly string[]): Check {
  return (object, at) => {
    if (has(object, name) && !others.every((other) => has(object, other))) at.error(`${name} needs: ${others.join(', ')}`);
  };
}

/** A warning when `later` is before `earlier`: the text of the standard forbids it, its schemas cannot say so. */
export function inOrder(earlier: string, later: string, cited?: string): Check {
  return (object, at) => {
    const a = object[earlier];
    const b = object[later];
    if (typeof a !== 'string' || typeof b !== 'string' || !isTimestamp(a) || !isTimestamp(b)) return;
    if (comparable(b) < comparable(a)) at.warn(`${later} is before ${earlier}`, cited === undefined ? at.section : section(cited));
  };
}

/** Text that compares as the instants do: the seconds, then the decimals without trailing zeros (a space comes before every digit). */
function comparable(timestamp: string): string {
  const [seconds, decimals = ''] = timestamp.slice(0, -1).split('.');
  return `${seconds} ${decimals.replace(/0+$/, '')}`;
}
