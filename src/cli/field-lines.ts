import { isObject, type Json } from '../base/json.ts';
import { type Say, sayIn } from '../base/phrases.ts';
import { labelOf, sayFault } from '../document/form.ts';
import type { Cell, Field, Kind } from '../document/kind.ts';
import { parseFields } from '../document/parse.ts';
import { sayRows } from '../document/say-rows.ts';
import { shapeFault } from '../document/shape.ts';
import { hasControl } from '../document/text.ts';
import { visible } from '../document/visible.ts';
import { valueInWords } from '../verify/shown-document.ts';
import { when, whenExactly } from './rows.ts';

const english = sayIn('en');

/** A field on a terminal, under its label, from the second column on; whatever its text holds, no line of it begins where a field does. */
export function fieldLines(kind: string, field: Field, value: Json, say: Say = english): readonly string[] {
  const text = valueText(field, value, say);
  const label = `  ${say(labelOf(kind, field.name))}:`;
  return field.shape === 'rows' && text.startsWith('1. ') ? [label, `    ${indented(text, 4)}`] : [`${label} ${indented(text, 4)}`];
}

/** A field that the program does not know, or a value without a form of its own: as the JSON that it is, on one line. */
export function unknownLine(name: string, value: Json): string {
  return `  ${/^[a-z][a-z0-9_]*$/.test(name) ? name : jsonText(name)}: ${jsonText(value)}`;
}

/**
 * One value in words, with the characters that would make it read otherwise as their numbers. What has not the shape of its field stands as its JSON, so
 * that two values never read alike.
 */
export function valueText(field: Field | Cell, value: Json, say: Say = english): string {
  if (shapeFault(field, value) !== undefined) return jsonText(value);
  if (field.shape === 'rows' && Array.isArray(value)) return sayRows(say, field, value, (cell, one) => valueText(cell, one, say));
  if (field.shape === 'opaque' || (Array.isArray(value) && value.some((one: Json) => isObject(one)))) return jsonText(value);
  // As every other time on a terminal; seconds where there are some.
  if (field.shape === 'instant' && typeof value === 'number') return `${value % 60 === 0 ? when(value) : whenExactly(value)} UTC`;
  return visible(valueInWords(say, field, field.name, value));
}

/** A value that a correction gives a field of a document that need not be at hand. */
export function anyText(value: Json): string {
  return typeof value === 'string' && value.trim() === value && value !== '' && !hasControl(value, '\n\t') ? visible(value) : jsonText(value);
}

/** A text whose further lines stand further in than any line beside it. */
export function indented(text: string, columns: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(columns)}`);
}

/** What is not as it should be in the fields of a document whose whole text is here, a sentence each. */
export function noticedTexts(kind: Kind, fields: ReadonlyMap<string, Json>, erased: readonly string[] = [], say: Say = english): readonly string[] {
  const { frameFaults, contentFaults } = parseFields(kind, fields, erased);
  return [...frameFaults, ...contentFaults].map((fault) => visible(sayFault(say, kind, fault)).replaceAll('\n', ' '));
}

function jsonText(value: Json): string {
  return visible(JSON.stringify(value));
}
