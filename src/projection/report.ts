import { formatInstant } from '../base/instants.ts';
import type { DueStatus } from '../procedure/due.ts';
import { type Duty, type DutyContext, dutiesOf, periodicDuties, statusOf } from './duties.ts';
import { actsOf, type Matter } from './matter.ts';

/**
 * One duty as both sides list it, a line of JSON with members in this order: who owes what to whom, since when, until when, by which document, and since
 * when a receipt is owed instead. Instants are whole seconds; what is not known is null.
 */
export type DutyLine = {
  readonly pack: string;
  readonly clock: string;
  readonly title: string;
  readonly debtor: number;
  readonly creditor: number;
  readonly status: DueStatus;
  /** The document that asks, its kind, and its matter. */
  readonly document: string;
  readonly kind: string;
  readonly matter: string;
  /** The calendar or running period that owes it, in dates, for a cadence. */
  readonly period: string | null;
  readonly since: number | null;
  readonly until: number | null;
  readonly receipt_owed_since: number | null;
  /** Kinds of document that answer it, and the one that did. */
  readonly by: readonly string[];
  readonly answer: string | null;
  readonly met_at: number | null;
};

/** Seconds. */
const DAY = 86_400;

/** How timely one party was in one clock of one procedure: counts of duties, and how long its answers took, in seconds from the start of each clock. */
export type Timeliness = {
  readonly pack: string;
  readonly clock: string;
  readonly title: string;
  readonly party: number;
  readonly asked: number;
  readonly answered: number;
  readonly in_time: number;
  readonly late: number;
  readonly open: number;
  /** Of the open ones, those past their instant so far. */
  readonly open_late: number;
  readonly withdrawn: number;
  readonly median_seconds: number | null;
  readonly longest_seconds: number | null;
  /** When the clock of the longest started: of what is dated long before it was sent, long ago. */
  readonly longest_since: number | null;
};

/**
 * Who owes what, and how timely each party was: computed from the logs alone, with members in this order, so that both sides with the same heads have
 * the same bytes. Nothing local goes in: neither titles, nor acknowledgements, nor this node's clock.
 */
export type ReportView = {
  readonly v: 1;
  readonly channel: string;
  readonly parties: readonly string[];
  /** As of when lateness is said; null while nothing in the logs has a time. */
  readonly as_of: number | null;
  /** What it was computed from: of each log that counts, how much of it, and the root. */
  readonly heads: readonly { readonly origin: string; readonly size: number; readonly root: string }[];
  /** What is not met. */
  readonly duties: readonly DutyLine[];
  readonly timeliness: readonly Timeliness[];
};

/** All duties of matters under these packs, with the periods up to `at` or to the newest time in the logs. */
export function allDuties(
  matters: readonly Matter[],
  rules: Omit<DutyContext, 'standing' | 'elsewhere'>,
  at?: number,
): { readonly asOf: number | undefined; readonly duties: readonly Duty[] } {
  // What stands depends on receipts, which are not in the logs: stamps in the debtor's own log alone are asked.
  const context = { ...rules, standing: new Map(), elsewhere: matters };
  const asOf = at ?? newestTimeIn(matters);
  return { asOf, duties: [...matters.flatMap((matter) => dutiesOf(matter, context)), ...periodicDuties(matters, context, asOf ?? 0)] };
}

/** What a report says of matters under these packs, as of the newest time in the logs or of `at`: a function of the matters, in whatever order they are given. */
export function reportOf(
  matters: readonly Matter[],
  rules: Omit<DutyContext, 'standing' | 'elsewhere'>,
  at?: number,
): Pick<ReportView, 'as_of' | 'duties' | 'timeliness'> {
  const { asOf, duties } = allDuties(matters, rules, at);
  const now = asOf ?? 0;
  const open = duties.filter(({ metAt, withdrawn }) => metAt === undefined && withdrawn === undefined);
  return { as_of: asOf ?? null, duties: dutyLines(open, now), timeliness: timelinessOf(duties, now) };
}

/** How timely one side of one channel was in one clock, beside the newest of its duties there - of a round of checks, this one - and all that are open. */
export type TimelinessIn = Timeliness & {
  readonly channel: string;
  readonly channelTitle: string;
  /** Whose channel it is with, and whether this side is the one that answers. */
  readonly with: string;
  readonly ours: boolean;
  readonly latest: DutyLine;
  readonly open_duties: readonly DutyLine[];
};

/** The timeliness of all channels of a node at `now`, by procedure and clock; computed from the logs, with this side's titles and this node's clock. */
export type OverallView = { readonly v: 1; readonly now: number; readonly rows: readonly TimelinessIn[] };

/** Of duties of the same party in the same clock, the one asked for last: with the latest start, those that have not started last of all. */
export function latestOf(lines: readonly DutyLine[]): DutyLine | undefined {
  const since = (line: DutyLine): number => line.since ?? Number.MAX_SAFE_INTEGER;
  return lines.reduce<DutyLine | undefined>((a, b) => (a === undefined || since(b) >= since(a) ? b : a), undefined);
}

/** Of answers of which one took more than a day, since when that one was awaited: what is dated in the past was late before it was sent. */
export function longSince({
  longest_seconds: longest,
  longest_since: since,
}: Pick<Timeliness, 'longest_seconds' | 'longest_since'>): number | undefined {
  return longest !== null && longest > DAY && since !== null ? since : undefined;
}

/** The lines of duties as they stand at `now`, in an order that depends on nothing but them: by instant, then by name. */
export function dutyLines(duties: readonly Duty[], now: number): readonly DutyLine[] {
  const lines = duties.map((duty): DutyLine => {
    const { clock, anchor, period } = duty;
    return {
      pack: duty.pack,
      clock: clock.id,
      title: clock.title,
      debtor: duty.debtor,
      creditor: duty.creditor,
      status: statusOf(duty, now),
      document: anchor.id,
      kind: anchor.type,
      matter: duty.matter,
      period: period === undefined ? null : `${dateOf(period.from)}/${dateOf(period.to)}`,
      since: duty.startedAt ?? null,
      until: duty.dueAt ?? null,
      receipt_owed_since: duty.receiptOwedSince ?? null,
      by: clock.discharge.kinds,
      answer: duty.answer?.id ?? null,
      met_at: duty.metAt ?? null,
    };
  });
  return lines.sort(byInstant);
}

/** The timeliness of every party in every clock that asked something of it, by procedure, clock and party. Pure: equal logs give equal rows. */
export function timelinessOf(duties: readonly Duty[], now: number): readonly Timeliness[] {
  const groups = Map.groupBy(duties, ({ pack, clock, debtor }) => `${pack}\n${clock.id}\n${debtor}`);
  const rows = [...groups.values()].flatMap((group): readonly Timeliness[] => {
    const [first] = group;
    if (first === undefined) return [];
    const count = (...wanted: readonly DueStatus[]): number => group.filter((duty) => wanted.includes(statusOf(duty, now))).length;
    const timed = group.flatMap((duty) => timeTaken(duty) ?? []).sort((a, b) => a.seconds - b.seconds || a.since - b.since);
    const took = timed.map(({ seconds }) => seconds);
    return [
      {
        pack: first.pack,
        clock: first.clock.id,
        title: first.clock.title,
        party: first.debtor,
        asked: group.length,
        answered: count('met', 'met_late'),
        in_time: count('met'),
        late: count('met_late'),
        open: count('not_started', 'running', 'late_so_far'),
        open_late: count('late_so_far'),
        withdrawn: count('withdrawn'),
        median_seconds: medianOf(took),
        longest_seconds: took.at(-1) ?? null,
        longest_since: timed.at(-1)?.since ?? null,
      },
    ];
  });
  return rows.sort((a, b) => compare(a.pack, b.pack) || compare(a.clock, b.clock) || a.party - b.party);
}

/**
 * The newest time in the logs that both sides know: of receipts that an author stamped into its own log, since no node takes a receipt that is dated
 * ahead of it. So a report says of itself as of when, and is the same whoever computes it, and whenever.
 */
export function newestTimeIn(matters: readonly Matter[]): number | undefined {
  let newest: number | undefined;
  for (const { stamp, party } of matters.flatMap(actsOf)) {
    if (stamp === undefined || stamp.party !== party) continue;
    for (const { time } of stamp.held) newest = Math.max(time, newest ?? 0);
  }
  return newest;
}

/** How long an answer took, and since when; a duty that ends before an instant, or recurs, is not timed: its start says nothing. */
function timeTaken({ clock, startedAt, metAt }: Duty): { readonly seconds: number; readonly since: number } | undefined {
  if (clock.due.before === true || clock.due.every !== undefined || startedAt === undefined || metAt === undefined) return undefined;
  return { seconds: Math.max(0, metAt - startedAt), since: startedAt };
}

function medianOf(sorted: readonly number[]): number | null {
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : Math.floor((lower + upper) / 2);
}

function byInstant(a: DutyLine, b: DutyLine): number {
  const until = (a.until ?? Number.MAX_SAFE_INTEGER) - (b.until ?? Number.MAX_SAFE_INTEGER);
  return (
    until || compare(a.pack, b.pack) || compare(a.clock, b.clock) || compare(a.document, b.document) || a.debtor - b.debtor || a.creditor - b.creditor
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function dateOf(seconds: number): string {
  return formatInstant(seconds).slice(0, 10);
}
