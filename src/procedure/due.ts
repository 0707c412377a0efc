import type { Fields } from '../document/kind.ts';
import { LAST_INSTANT } from '../document/shape.ts';
import { addMonths, addSpan, monthsBetween, nextMonth, periodBegin, UNITS } from './calendar.ts';
import { type Clock, instantIn } from './pack.ts';

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
 * Of the runs of a clock with `latest` between one debtor and one creditor, in the order of their anchors in one log, which count. One takes the place of
 * the one before it where it started at or before that one was due, and is due no earlier; else it starts nothing: what has run out stays so, whatever is
 * sent after it. What was taken back replaces nothing, and counts as what it is.
 */
export function latestRuns(runs: readonly ClockState[]): readonly boolean[] {
  const counts = runs.map(() => true);
  let last: number | undefined;
  for (const [i, run] of runs.entries()) {
    if (run.withdrawn === true) continue;
    const before = last === undefined ? undefined : runs[last];
    const takesOver = before === undefined || replaces(run, before);
    if (last !== undefined) counts[takesOver ? last : i] = false;
    if (takesOver) last = i;
  }
  return counts;
}

function replaces({ startedAt, dueAt }: ClockState, before: ClockState): boolean {
  if (startedAt === undefined) return false;
  return before.dueAt === undefined || (startedAt <= before.dueAt && (dueAt ?? before.dueAt) >= before.dueAt);
}

/**
 * When a clock starts whose anchor is an instant that its author wrote: that instant, or the earlier of two where the due is bounded by another one.
 * A clock that ends before its instant has no start of its own: it is there from the moment it is due. `undefined` where the document says no instant.
 */
export function startOf({ anchor, due }: Clock, fields: Fields, holidays: readonly string[] = []): number | undefined {
  if (anchor.by !== 'field') return undefined;
  const instant = instantIn(fields, anchor.field);
  if (due.before === true) return instant === undefined ? undefined : addSpan(instant, due, holidays, -1);
  return earliest([instant, instantIn(fields, due.at_most?.field)]);
}

/**
 * When a duty that started at `startedAt` is due: the instant in the anchor's field, else a span later; the earlier of the two where it is bounded.
 * Never before it starts: nobody owes an answer to what they have not yet held; and never after the year 9999. `undefined` when nothing says so.
 */
export function dueAtOf(clock: Clock, anchor: Fields, startedAt: number, holidays: readonly string[] = []): number | undefined {
  const { field, before, at_most: most } = clock.due;
  if (before === true) return startOf(clock, anchor, holidays) ?? startedAt;
  const given = instantIn(anchor, field);
  if (given !== undefined) return Math.max(given, startedAt);
  // Bounded by another instant, a clock may have started at that one: its own span runs from its own instant, where that is known.
  const from = most === undefined || clock.anchor.by === 'receipt' ? startedAt : instantIn(anchor, clock.anchor.field);
  const other = instantIn(anchor, most?.field);
  const limit = most === undefined || other === undefined ? undefined : addSpan(other, most, holidays);
  const over = most?.unless_over === true && limit !== undefined && from !== undefined && limit < from;
  const due = earliest([from === undefined ? undefined : addSpan(from, clock.due, holidays), over ? undefined : limit]);
  // A later one has no text, and a calendar that held it would be no calendar: whoever writes a last instant must not spoil what stands beside it.
  return due === undefined ? undefined : Math.min(Math.max(due, startedAt), LAST_INSTANT);
}

/** One period of a cadence: what is owed for it may be sent from `opensAt` on, and is due at `dueAt`. */
export type Period = { readonly from: number; readonly to: number; readonly opensAt: number; readonly dueAt: number };

/** More periods than that of one cadence are not counted one by one: a start in a distant past must not cost anybody hours. */
export const MAX_PERIODS = 1200;

/** The periods of a cadence that started at `startedAt`, up to the one for which something may be sent at `now`; the newest where they are very many. */
export function periodsOf(clock: Clock, startedAt: number, now: number, holidays: readonly string[] = []): readonly Period[] {
  const { every } = clock.due;
  if (every === undefined) return [];
  const first = every.calendar === true ? periodBegin(startedAt, every.months) : every.next_month === true ? nextMonth(startedAt) : startedAt;
  const hasSpan = UNITS.some((unit) => clock.due[unit] !== undefined);
  // From the first one each time: 31 January, 28 February, 31 March.
  const bound = (i: number): number => addMonths(first, i * every.months);
  const passed = Math.max(0, Math.ceil(monthsBetween(first, now) / every.months));
  const periods: Period[] = [];
  for (let i = Math.max(0, passed - MAX_PERIODS); i <= passed; i++) {
    const [from, to] = [bound(i), bound(i + 1)];
    const opensAt = hasSpan ? to : Math.max(from, startedAt);
    // A calendar period begun before the start is owed where what is owed is about it, and not where it would have had to come within it.
    if (opensAt > now || (!hasSpan && from < startedAt)) continue;
    periods.push({ from, to, opensAt, dueAt: addSpan(to, clock.due, holidays) ?? to });
  }
  return periods;
}

function earliest(instants: readonly (number | undefined)[]): number | undefined {
  return instants.filter((one) => one !== undefined).reduce<number | undefined>((a, b) => (a === undefined ? b : Math.min(a, b)), undefined);
}
