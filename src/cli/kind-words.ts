import { type Say, sayIn } from '../base/phrases.ts';
import type { Field, FieldShape, Kind } from '../document/kind.ts';

const english = sayIn('en');

/** What a field takes, with its limits: `one line, at most 200 characters`; choices are the words that are typed. */
export function takes(shape: FieldShape): string {
  switch (shape.shape) {
    case 'line':
      return shape.as === undefined
        ? `one line, at most ${count(shape.max, 'character')}`
        : `${LINE_FORMS[shape.as]}, at most ${count(shape.max, 'character')}`;
    case 'text':
      return `text, at most ${count(shape.max, 'character')}`;
    case 'choice':
      return `one of ${shape.of.join(', ')}`;
    case 'choices':
      return `at most ${shape.max} of ${shape.of.join(', ')}`;
    case 'lines':
      return `at most ${count(shape.max, 'line')} of at most ${count(shape.maxEach, 'character')}`;
    case 'instant':
      return 'a date and time in UTC';
    case 'whole':
      return `a whole number from ${grouped(shape.min)} to ${grouped(shape.max)}`;
    case 'flag':
      return 'yes or no';
    case 'bytes':
      return `${count(shape.size, 'byte')} in base64url`;
    case 'entries':
      return `at most ${count(shape.max, 'document')}, each by its id`;
    case 'attachments':
      return `at most ${count(shape.max, 'file')}`;
    case 'rows':
      return `at most ${count(shape.max, 'row')} of ${shape.of.map((cell) => `${cell.name}: ${takes(cell)}${cell.required ? '' : ' (may be empty)'}`).join(' | ')}`;
    case 'opaque':
      return `JSON of at most ${count(shape.max, 'character')}`;
  }
}

const LINE_FORMS = {
  language: 'a language tag',
  email: 'an e-mail address',
  telephone: 'a telephone number',
  time_zone: 'a time zone by its name',
  pointer: 'the name of a field',
} as const;

/** How a kind stands among others: `Opens a matter, or joins one of: claim, request.` */
export function standsIn({ opens, joins }: Pick<Kind, 'opens' | 'joins'>, say: Say = english): string {
  const what = joins.includes('*') ? 'any matter' : joins.map((id) => say(`kind.${id}`).toLowerCase()).join(', ');
  if (joins.length === 0) return 'Opens a matter.';
  return opens ? `Opens a matter, or joins that of: ${what}.` : `Joins the matter of: ${what}.`;
}

/** Who fills a field, and whether it can go: frame fields stay, since states and clocks are computed from them. */
export function standing(field: Field): string {
  return [
    field.frame ? 'frame' : 'content',
    ...(field.hidden === true ? ['filled by the program'] : []),
    ...(field.future === true ? ['still to come'] : []),
    ...(field.past === true ? ['not ahead'] : []),
  ].join(', ');
}

/** Help of a kind in the catalogue. */
export function kindHelp({ id }: Pick<Kind, 'id'>, say: Say = english): string {
  return say(`kind.${id}.help`);
}

function count(value: number, what: string): string {
  return `${grouped(value)} ${what}${value === 1 ? '' : 's'}`;
}

function grouped(value: number): string {
  return value.toLocaleString('en');
}
