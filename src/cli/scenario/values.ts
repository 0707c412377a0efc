import type { Json } from '../../base/json.ts';
import type { Phrase } from '../../base/phrases.ts';
import { readInput } from '../../document/form.ts';
import type { Cell, Field } from '../../document/kind.ts';
import { joinRows, splitRows } from '../../document/rows.ts';

const UNITS: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800 };

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** What a text gives a field, or what was expected of it. */
export type ReadValue = { readonly value: Json } | { readonly expected: Phrase | string };

/**
 * The value of a field as a scenario writes it; `now` is the moment of playing, in seconds.
 *
 * Instants are dates in UTC (`2021-05-07 09:30`) or count from the playing (`in 3 days`, `2 hours ago`, `now`, `next 1 January`); choices may be written
 * with spaces (`very likely`); lists have commas. Everything else is read as a form reads it.
 */
export function readValue(field: Field, text: string, now: number): ReadValue {
  if (field.shape === 'instant') {
    const relative = relativeInstant(text, now);
    if (relative !== undefined) return { value: relative };
  }
  const read = readInput(field, formText(field, text));
  if ('value' in read) return read;
  return 'absent' in read ? { expected: 'something after the colon' } : { expected: read.phrase };
}

/** An instant as a scenario writes it, or `undefined`. */
export function readInstant(text: string, now: number): number | undefined {
  const read = readValue({ name: 'instant', shape: 'instant', frame: true, required: false }, text, now);
  return 'value' in read && typeof read.value === 'number' ? read.value : undefined;
}

/** `in 3 days`, `45 minutes ago`, `now` or `next 1 January 05:00`, as an instant. */
export function relativeInstant(text: string, now: number): number | undefined {
  if (text === 'now') return now;
  if (text.startsWith('next ')) return nextDay(text, now);
  const match = /^(?:in (\d{1,4}) (second|minute|hour|day|week)s?|(\d{1,4}) (second|minute|hour|day|week)s? ago)$/.exec(text);
  if (match === null) return undefined;
  const [, ahead, unit, back, backUnit] = match;
  const seconds = UNITS[unit ?? backUnit ?? ''] ?? 0;
  return ahead === undefined ? now - Number(back) * seconds : now + Number(ahead) * seconds;
}

/** The day of this name that comes next, in UTC; midnight where no time is said. 29 February is of every fourth year or so, and none of these. */
function nextDay(text: string, now: number): number | undefined {
  const [, day, name, hour = '00', minute = '00'] = /^next (\d{1,2}) ([A-Z][a-z]+)(?: ([01]\d|2[0-3]):([0-5]\d))?$/.exec(text) ?? [];
  const month = MONTHS.indexOf(name ?? '');
  if (month === -1 || Number(day) < 1 || Number(day) > (DAYS[month] ?? 0)) return undefined;
  const year = new Date(now * 1000).getUTCFullYear();
  const at = (one: number): number => Date.UTC(one, month, Number(day), Number(hour), Number(minute)) / 1000;
  return at(year) > now ? at(year) : at(year + 1);
}

/** The files a field names, as paths: `geneva-2021/pipeline-incident.json`. */
export function filesIn(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function formText(field: Field, text: string): string {
  switch (field.shape) {
    case 'choice':
      return choiceOf(field.of, text);
    case 'choices':
      return filesIn(text)
        .map((item) => choiceOf(field.of, item))
        .join('\n');
    case 'lines':
      return filesIn(text).join('\n');
    case 'rows':
      return joinRows(splitRows(text).map((cells) => cells.map((cell, i) => cellText(field.of[i], cell))));
    default:
      return text;
  }
}

function cellText(cell: Cell | undefined, text: string): string {
  return cell?.shape === 'choice' ? choiceOf(cell.of, text) : text;
}

/** `very likely` is `very-likely`, `early warning` is `early_warning`: people write words, not identifiers. */
function choiceOf(choices: readonly string[], text: string): string {
  const plain = (word: string): string => word.toLowerCase().replaceAll(/[\s_-]+/g, ' ');
  return choices.find((choice) => plain(choice) === plain(text)) ?? text;
}
