import type { Phrase } from './phrases.ts';

/** Whole seconds since 1970-01-01 UTC, and their text. No time zone but UTC, no Intl: folds must give the same answer everywhere. */

const FORM = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})Z$/;

/** The text of an instant: `2021-06-16T11:35:00Z`. */
export function formatInstant(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** The instant of such a text, or `undefined` when the form is wrong or the date does not exist (`2021-02-30`). */
export function parseInstant(text: string): number | undefined {
  if (!FORM.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) || formatInstant(ms / 1000) !== text ? undefined : ms / 1000;
}

/** A span in its two largest units, rounded down and never negative: `2 d 3 h`, `23 h 58 min`, `14 min`, and below a minute `29 s`. */
export function writeSpan(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${Math.max(0, Math.floor(seconds))} s`;
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return rest > 0 ? `${hours} h ${rest} min` : `${hours} h`;
  return `${rest} min`;
}

/** What is left until an instant, or by how much it is over, as a phrase; seconds are not counted down. */
export function leftPhrase(left: number): Phrase {
  const id = left >= 0 ? 'due.left' : 'due.late';
  return Math.abs(left) < 60 ? { id: `${id}_moment` } : { id, values: { span: writeSpan(Math.abs(left)) } };
}
