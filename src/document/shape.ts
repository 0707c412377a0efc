import { fromBase64url } from '../base/bytes.ts';
import { isObject, type Json, type JsonObject } from '../base/json.ts';
import { MAX_ATTACHMENT_SIZE } from '../base/limits.ts';
import type { Phrase } from '../base/phrases.ts';
import type { AttachmentValue, Cell, Field, LineForm } from './kind.ts';
import { hasControl } from './text.ts';

/** The last second of the year 9999: later instants have no four-digit year, hence no text. */
export const LAST_INSTANT = 253_402_300_799;
/** Characters of an attachment's file name: what every file system in use can hold. */
export const MAX_FILE_NAME = 120;

const MEDIA = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/;
const FORMS: Readonly<Record<LineForm, RegExp>> = {
  language: /^[a-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$/,
  email: /^[^\s@<>"(),;:\\]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,62}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,62}[A-Za-z0-9])?){0,8}$/,
  telephone: /^\+?[0-9][0-9 ()./-]{2,38}(( ?(x|ext\.?) ?)[0-9]{1,8})?$/,
  pointer: /^\/[a-z][a-z0-9_]{0,31}$/,
  time_zone: /^[A-Za-z][A-Za-z0-9_+-]{0,31}(\/[A-Za-z0-9_+-]{1,32}){0,2}$/,
};

/**
 * What is wrong with a value given for a field, or `undefined`; total for any JSON.
 *
 * The answer depends on nothing but the value and the field, so every holder of the bytes reaches the same verdict.
 * Phrases: `fault.<shape>` with the limits, `fault.<form>` for a line's written form, or `fault.cell_spaces` for rows with white space around a cell.
 */
export function shapeFault(field: Field | Cell, value: Json): Phrase | undefined {
  if (fits(field, value)) return formFault(field, value);
  const values: Record<string, number> = {};
  for (const name of ['max', 'maxEach', 'min', 'size'] as const) {
    const limit: unknown = (field as { readonly [name: string]: unknown })[name];
    if (typeof limit === 'number') values[name] = limit;
  }
  return { id: `fault.${field.shape}`, values };
}

/** Whether a value is there but says nothing: an empty list. */
export function isEmptyList(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}

function fits(field: Field | Cell, value: Json): boolean {
  switch (field.shape) {
    case 'line':
      return isLine(value, field.max);
    case 'text':
      return isText(value, field.max);
    case 'choice':
      return typeof value === 'string' && field.of.includes(value);
    case 'choices':
      return isList(value, field.max, (item) => typeof item === 'string' && field.of.includes(item));
    case 'lines':
      return isList(value, field.max, (item) => isLine(item, field.maxEach));
    case 'instant':
      return isWhole(value, 0, LAST_INSTANT);
    case 'whole':
      return isWhole(value, field.min, field.max);
    case 'flag':
      return typeof value === 'boolean';
    case 'bytes':
      return isBytes(value, field.size);
    case 'entries':
      return isList(value, field.max, (item) => isBytes(item, 32));
    case 'attachments':
      return isList(value, field.max, isAttachment, rootOf);
    case 'rows':
      return Array.isArray(value) && value.length <= field.max && value.every((row: Json) => isRow(field.of, row));
    case 'opaque':
      return JSON.stringify(value).length <= field.max;
  }
}

/** Whether a value is a row of these cells: those required, no others, each what it may be. */
function isRow(cells: readonly Cell[], row: Json): row is JsonObject {
  if (!isObject(row) || Object.keys(row).some((name) => !cells.some((cell) => cell.name === name))) return false;
  return cells.every((cell) => {
    const value = row[cell.name];
    return value === undefined ? !cell.required : fits(cell, value) && formFault(cell, value) === undefined;
  });
}

function formFault(field: Field | Cell, value: Json): Phrase | undefined {
  if (field.shape === 'rows') return (value as readonly Json[]).some(hasUntrimmedCell) ? { id: 'fault.cell_spaces' } : undefined;
  if ((field.shape !== 'line' && field.shape !== 'lines') || field.as === undefined) return undefined;
  const form = FORMS[field.as];
  const lines = Array.isArray(value) ? value : [value];
  return lines.every((line) => typeof line === 'string' && form.test(line)) ? undefined : { id: `fault.${field.as}` };
}

/** Rows are edited as text, in which white space around a cell says nothing: a value that has some would not come back from there. */
function hasUntrimmedCell(row: Json): boolean {
  return isObject(row) && Object.values(row).some((value) => typeof value === 'string' && value.trim() !== value);
}

/** One line with something in it and no control characters. */
export function isLine(value: Json | undefined, max: number): value is string {
  return typeof value === 'string' && isWithin(value, max) && !hasControl(value);
}

function isText(value: Json, max: number): boolean {
  return typeof value === 'string' && isWithin(value, max) && !hasControl(value, '\n\t');
}

/** Characters are code points, so that the limit is the same for every script. */
function isWithin(text: string, max: number): boolean {
  if (text.length > 2 * max || text.trim() === '' || !text.isWellFormed()) return false;
  // A character is one unit or two: a text of few units has no more characters.
  if (text.length <= max) return true;
  let count = 0;
  for (const _ of text) count++;
  return count <= max;
}

function isWhole(value: Json, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0) && value >= min && value <= max;
}

/** Whether a value is unpadded base64url of exactly `size` bytes. */
export function isBytes(value: Json | undefined, size: number): value is string {
  // The length is checked first: a peer's 60,000 characters are not worth decoding.
  return typeof value === 'string' && value.length === Math.ceil((size * 4) / 3) && fromBase64url(value, size) !== undefined;
}

/** A list of at most `max` items that differ from one another. */
function isList(value: Json, max: number, item: (item: Json) => boolean, identity: (item: Json) => unknown = (same) => same): boolean {
  if (!Array.isArray(value) || value.length > max) return false;
  const items: readonly Json[] = value;
  return items.every(item) && new Set(items.map(identity)).size === items.length;
}

function rootOf(value: Json): unknown {
  return isObject(value) ? value.root : undefined;
}

/** Whether a value names a file as documents do: `{root, salt, size, media, name}`, each in its form. */
export function isAttachment(value: Json): value is AttachmentValue & JsonObject {
  if (!isObject(value) || Object.keys(value).length !== 5) return false;
  const { root, salt, size, media, name } = value;
  if (size === undefined || !isWhole(size, 0, MAX_ATTACHMENT_SIZE)) return false;
  // A name is offered when the file is saved: no folders, and nothing that a shell or a file system reads as its own.
  const safeName = isLine(name, MAX_FILE_NAME) && !/[/\\:*?"<>|]/.test(name) && !name.startsWith('.') && name.trim() === name;
  return isBytes(root, 32) && isBytes(salt, 16) && typeof media === 'string' && MEDIA.test(media) && safeName;
}
