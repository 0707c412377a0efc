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

/** The text of a duration in words of days, hours and minutes, rounded down: `2 d 3 h`, `14 min`, `0 min`. */
export function formatDuration(seconds: number): string {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const rest = minutes % 60;
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return rest > 0 ? `${hours} h ${rest} min` : `${hours} h`;
  return `${rest} min`;
}
