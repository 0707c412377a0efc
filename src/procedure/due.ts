import type { Fields } from '../document/kind.ts';
import type { Clock } from './pack.ts';

/**
 * Where a duty stands. `late_so_far` may still become met: stamps that come later can only show an earlier answer. `withdrawn`: what asked was taken
 * back before it was met.
 */
export type DueStatus = 'not_started' | 'running' | 'late_so_far' | 'met' | 'met_late' | 'withdrawn';

/** What is known of one duty; instants in seconds. */
export type ClockState = {
  readonly startedAt?: number | undefined;
  readonly dueAt?: number | undefined;
  readonly metAt?: number | undefined;
  readonly withdrawn?: boolean;
};

/** Where a duty stands at `now`; the one place where lateness is said, since folds have no clock. On the last second it is still in time. */
export function dueStatus({ startedAt, dueAt, metAt, withdrawn }: ClockState, now: number): DueStatus {
  if (metAt !== undefined) return dueAt === undefined || metAt <= dueAt ? 'met' : 'met_late';
  if (withdrawn === true) return 'withdrawn';
  if (startedAt === undefined) return 'not_started';
  return dueAt === undefined || now <= dueAt ? 'running' : 'late_so_far';
}

/**
 * When a duty that started at `startedAt` is due: the instant in the anchor's field, else so many hours or calendar months later.
 * Never before it starts: nobody owes an answer to what they have not yet held. `undefined` when nothing says so.
 */
export function dueAtOf(clock: Clock, anchor: Fields, startedAt: number): number | undefined {
  const { field, hours, months } = clock.due;
  const given = field === undefined ? undefined : anchor[field];
  if (typeof given === 'number') return Math.max(given, startedAt);
  if (hours !== undefined) return startedAt + hours * 3600;
  return months === undefined ? undefined : addMonths(startedAt, months);
}

/** The same day and time so many months later in the UTC calendar, or that month's last day: 31 January and one month is 28 or 29 February. */
export function addMonths(seconds: number, months: number): number {
  const from = new Date(seconds * 1000);
  const first = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1));
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const day = Math.min(from.getUTCDate(), lastDay);
  return first.getTime() / 1000 + (day - 1) * 86_400 + (seconds - Math.floor(seconds / 86_400) * 86_400);
}
