/** The UTC calendar as clocks use it: whole seconds, no time zone, no locale. Every function is total; a date that does not exist is never made. */

const DAY = 86_400;

/** How long something runs, in one unit. Days are of 24 hours; working days are Monday to Friday without the holidays of the pack; months are calendar months. */
export type Span = {
  readonly minutes?: number;
  readonly hours?: number;
  readonly days?: number;
  readonly working_days?: number;
  readonly months?: number;
};

/** The units of a {@link Span}, shortest first. */
export const UNITS = ['minutes', 'hours', 'days', 'working_days', 'months'] as const;

/** The instant so long after `seconds`, or before it where `sign` is -1; `undefined` where the span names no unit. */
export function addSpan(seconds: number, span: Span, holidays: readonly string[] = [], sign: 1 | -1 = 1): number | undefined {
  if (span.minutes !== undefined) return seconds + sign * span.minutes * 60;
  if (span.hours !== undefined) return seconds + sign * span.hours * 3600;
  if (span.days !== undefined) return seconds + sign * span.days * DAY;
  if (span.working_days !== undefined) return addWorkingDays(seconds, sign * span.working_days, holidays);
  return span.months === undefined ? undefined : addMonths(seconds, sign * span.months);
}

/** The same day and time so many months later in the UTC calendar, or that month's last day: 31 January and one month is 28 or 29 February. */
export function addMonths(seconds: number, months: number): number {
  const from = new Date(seconds * 1000);
  const first = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1));
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const day = Math.min(from.getUTCDate(), lastDay);
  return first.getTime() / 1000 + (day - 1) * DAY + (seconds - Math.floor(seconds / DAY) * DAY);
}

/**
 * The same time of day so many working days later (or earlier, where negative). The day it starts on is not counted, whatever day that is; a start on a
 * weekend and one working day is Monday. `holidays` are dates such as `2026-12-25`, each a day in UTC.
 */
export function addWorkingDays(seconds: number, days: number, holidays: readonly string[]): number {
  const free = new Set(holidays);
  const step = days < 0 ? -DAY : DAY;
  let at = seconds;
  for (let left = Math.abs(days); left > 0; ) {
    at += step;
    if (isWorkingDay(at, free)) left--;
  }
  return at;
}

/** The last instant at or before `seconds` at which a calendar period of so many months begins; they are counted from 1 January of each year. */
export function periodBegin(seconds: number, months: number): number {
  const at = new Date(seconds * 1000);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - (at.getUTCMonth() % months), 1) / 1000;
}

/** The first instant of the month after the one that `seconds` is in. */
export function nextMonth(seconds: number): number {
  const at = new Date(seconds * 1000);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1) / 1000;
}

/** How many months of the calendar lie between those of two instants, whatever their days. */
export function monthsBetween(from: number, to: number): number {
  const [a, b] = [new Date(from * 1000), new Date(to * 1000)];
  return 12 * (b.getUTCFullYear() - a.getUTCFullYear()) + b.getUTCMonth() - a.getUTCMonth();
}

/** Whether a text is a date that exists: `2024-02-29`, not `2023-02-29`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && dateOf(at / 1000) === text;
}

function isWorkingDay(seconds: number, free: ReadonlySet<string>): boolean {
  const day = new Date(seconds * 1000).getUTCDay();
  return day !== 0 && day !== 6 && !free.has(dateOf(seconds));
}

function dateOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
