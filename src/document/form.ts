import { kinds as words } from '../base/catalogue/en/kinds.ts';
import { formatInstant, parseInstant } from '../base/instants.ts';
import type { Json } from '../base/json.ts';
import type { Phrase, Say } from '../base/phrases.ts';
import type { Cell, Fault, Field, Kind } from './kind.ts';
import { joinRows, rowCells, splitRows } from './rows.ts';
import { shapeFault } from './shape.ts';

/** One question of a form; `label`, `help` and the choices' labels are ids of the catalogue. */
export type FormField = {
  readonly field: Field;
  readonly label: string;
  /** With the limit of a text. */
  readonly help: Phrase;
  readonly required: boolean;
  /** For `choice` and `choices`, in the order to show them; a name has itself as its label, and no words of the catalogue. */
  readonly choices: readonly { readonly value: string; readonly label: string }[];
};

/** A kind's form, as web and command line both draw it. */
export type Form = { readonly kind: string; readonly title: string; readonly help: string; readonly fields: readonly FormField[] };

/** The form of a kind: its fields in order, without those the program fills. */
export function formOf(kind: Kind): Form {
  const fields = kind.fields
    .filter((field) => field.hidden !== true)
    .map((field) => ({
      field,
      label: labelOf(kind.id, field.name),
      help: helpOf(kind.id, field),
      required: field.required,
      choices: choicesOf(field).map((value) => ({ value, label: labelOfChoice(field.name, value) })),
    }));
  return { kind: kind.id, title: `kind.${kind.id}`, help: `kind.${kind.id}.help`, fields };
}

/** The catalogue id of a field's label: the kind's own word for it where there is one, `field.request.text`, else `field.text`. */
export function labelOf(kind: string, field: string): string {
  const own = `field.${kind}.${field}`;
  return own in words ? own : `field.${field}`;
}

/** What is said beside a field, with how long it may be where it is words. */
export function helpOf(kind: string, field: Field): Phrase {
  const id = `${labelOf(kind, field.name)}.help`;
  return field.shape === 'text' || field.shape === 'line' ? { id, values: { max: field.max } } : { id };
}

/** The catalogue id of a choice's label: `choice.marking.red`. */
export function choiceLabelOf(field: string, value: string): string {
  return `choice.${field}.${value}`;
}

function labelOfChoice(field: string, value: string): string {
  const own = choiceLabelOf(field, value);
  return own in words ? own : value;
}

/** The catalogue id of the label of a cell of rows: `field.topics.track`. */
export function cellLabelOf(rows: string, cell: string): string {
  return `field.${rows}.${cell}`;
}

/** A fault as one sentence that names its field: `Reply by: give a date and time ...`. */
export function sayFault(say: Say, kind: Kind, fault: Fault): string {
  const known = kind.fields.some((field) => field.name === fault.field);
  return known ? `${say(labelOf(kind.id, fault.field))}: ${say(fault.phrase)}` : say(fault.phrase);
}

/**
 * The value that a person's text gives a field: `absent` when they left it empty, a sentence when it cannot be read.
 *
 * Instants are UTC, `2021-06-16T11:35:00Z`, `2021-06-16 11:35` or `2021-06-16 11:35 UTC`; flags are yes or no; lists have an item a line.
 * Attachments and opaque values are not typed. What comes back has its field's shape; {@link checkDraft} says the rest.
 */
export function readInput(field: Field, text: string): { readonly value: Json } | { readonly absent: true } | { readonly phrase: Phrase } {
  if (text.trim() === '') return { absent: true };
  const wrong = field.shape === 'rows' ? rowsFault(field, text) : undefined;
  if (wrong !== undefined) return { phrase: wrong };
  const value = valueIn(field, text);
  if (field.shape === 'instant' && value === undefined) return { phrase: instantFault(text.trim()) };
  // Nothing has the shape of an unreadable text; null has no shape either, so it gives the same sentence with its limits.
  const phrase = shapeFault(field, value ?? null) ?? (value === undefined ? { id: `fault.${field.shape}` } : undefined);
  return phrase === undefined ? { value: value ?? null } : { phrase };
}

/** The text that {@link readInput} turns back into `value`; the value has the field's shape. */
export function showInput(field: Field | Cell, value: Json): string {
  if (field.shape === 'rows' && Array.isArray(value)) {
    const cellsOf = (row: Json): readonly string[] =>
      field.of.map((cell) => {
        const one = rowCells(row)[cell.name];
        return one === undefined ? '' : showInput(cell, one);
      });
    return joinRows(value.map(cellsOf));
  }
  if (field.shape === 'instant' && typeof value === 'number') return formatInstant(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(String).join('\n');
  return String(value);
}

function valueIn(field: Field | Cell, text: string): Json | undefined {
  switch (field.shape) {
    case 'line':
    case 'choice':
    case 'bytes':
      return text.trim();
    case 'text':
      return text.replaceAll('\r\n', '\n').trim();
    case 'choices':
    case 'lines':
    case 'entries':
      return text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
    case 'instant':
      return instantOf(text.trim());
    case 'whole':
      return /^-?(0|[1-9][0-9]{0,15})$/.test(text.trim()) ? Number(text.trim()) : undefined;
    case 'flag':
      return text.trim() === 'yes' ? true : text.trim() === 'no' ? false : undefined;
    case 'rows':
      return rowsIn(field.of, text);
    case 'attachments':
    case 'opaque':
      return undefined;
  }
}

/** What is wrong with what a person wrote in one cell of a row: a required one is missing once anything stands in its row. */
export function cellFault(cell: Cell, text: string): Phrase | undefined {
  const read = readInput({ ...cell, frame: false }, text);
  if ('phrase' in read) return read.phrase;
  return 'absent' in read && cell.required ? { id: 'fault.missing' } : undefined;
}

/** The first cell that is not as it should be, under its name; rows with too many cells are a fault of the whole. */
function rowsFault(field: Extract<Field, { shape: 'rows' }>, text: string): Phrase | undefined {
  for (const written of splitRows(text)) {
    if (written.length > field.of.length) return undefined;
    for (const [i, cell] of field.of.entries()) {
      const phrase = cellFault(cell, written[i] ?? '');
      if (phrase !== undefined) return { ...phrase, about: cellLabelOf(field.name, cell.name) };
    }
  }
  return undefined;
}

function rowsIn(cells: readonly Cell[], text: string): Json | undefined {
  const rows: Json[] = [];
  for (const written of splitRows(text)) {
    if (written.length > cells.length) return undefined;
    const row: { [name: string]: Json } = {};
    for (const [i, cell] of cells.entries()) {
      const one = written[i] ?? '';
      if (one === '') continue;
      const value = valueIn(cell, one);
      if (value === undefined) return undefined;
      row[cell.name] = value;
    }
    rows.push(row);
  }
  return rows;
}

function instantOf(text: string): number | undefined {
  const full = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(?:Z| UTC)?$/.exec(text);
  if (full === null) return undefined;
  const bare = text.replace(/(?:Z| UTC)$/, '').replace(' ', 'T');
  return parseInstant(`${full[1] === undefined ? `${bare}:00` : bare}Z`);
}

/** What is wrong with a text that is no instant: it has no time, is not in UTC, is on no calendar, or is in another form. */
function instantFault(text: string): Phrase {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && parseInstant(`${text}T00:00:00Z`) !== undefined)
    return { id: 'fault.instant_time', values: { date: text } };
  const [, zone] = /^\d{4,}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(.*)$/.exec(text) ?? [];
  if (zone === undefined) return { id: 'fault.instant_form' };
  return { id: zone === '' || zone === 'Z' || zone === ' UTC' ? 'fault.instant' : 'fault.instant_zone' };
}

function choicesOf(field: Field): readonly string[] {
  return field.shape === 'choice' || field.shape === 'choices' ? field.of : [];
}
