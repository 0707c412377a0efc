import type { Phrase } from '../../base/phrases.ts';
import type { Fields } from '../../document/kind.ts';
import { SITTING_EVENTS } from '../../document/kinds/sitting.ts';
import type { Act } from '../matter.ts';
import { choiceIn, everyParty, type Finding, finding, present, type Reading, standingAnswers, wholeIn } from './reading.ts';

/** One of {@link SITTING_EVENTS}. */
export type SittingEvent = (typeof SITTING_EVENTS)[number];
/** Where a session stands by one side's account. */
export type SessionState = 'convened' | 'sitting' | 'suspended' | 'adjourned' | 'closed';

/** A stretch of a session; without `to` it goes on. Instants are seconds, as their author wrote them. */
export type Segment = { readonly what: 'sitting' | 'suspended'; readonly from: number; readonly to?: number; readonly entry: string };

/** One side's own account of a session. Seconds count what has ended: nothing here has a clock. */
export type Account = {
  readonly party: number;
  readonly state: SessionState;
  readonly segments: readonly Segment[];
  readonly events: readonly { readonly event: SittingEvent; readonly at: number; readonly entry: string }[];
  readonly sittingSeconds: number;
  readonly suspendedSeconds: number;
  /** From the first opening to the end of the last stretch that has one. */
  readonly wholeSeconds: number;
  readonly openedAt?: number;
  readonly endedAt?: number;
  /** Seconds after the planned start and end; negative is before. */
  readonly startsAfterPlan?: number;
  readonly endsAfterPlan?: number;
};

/** A session: what was planned, and each side's account beside the other's. `partial`: not every side has given one. */
export type SessionJoint = {
  readonly kind: 'session';
  readonly entry: string;
  readonly plannedStart?: number;
  readonly plannedEnd?: number;
  readonly accounts: readonly Account[];
  readonly agreement: 'none' | 'partial' | 'equal' | 'differ';
  readonly findings: readonly Finding[];
};

/** In which states an event can happen. What happens in another is shown as a finding and counts for nothing. */
const MAY: Readonly<Record<SittingEvent, readonly SessionState[]>> = {
  opened: ['convened', 'adjourned'],
  suspended: ['sitting'],
  resumed: ['suspended', 'adjourned'],
  adjourned: ['sitting', 'suspended'],
  closed: ['sitting', 'suspended', 'adjourned'],
};
const THEN: Readonly<Record<SittingEvent, SessionState>> = {
  opened: 'sitting',
  suspended: 'suspended',
  resumed: 'sitting',
  adjourned: 'adjourned',
  closed: 'closed',
};

/** The session that this act convened. */
export function sessionOf(reading: Reading, session: Act): SessionJoint {
  const plannedStart = wholeIn(session.frame, 'planned_start');
  const plannedEnd = wholeIn(session.frame, 'planned_end');
  const acts = standingAnswers(reading, session.id, 'sitting');
  const findings: Finding[] = [];
  const accounts = everyParty(reading).flatMap((party) => {
    const own = acts.filter((act) => act.party === party);
    return own.length === 0 ? [] : [accountOf(party, own, { plannedStart, plannedEnd }, findings)];
  });
  return {
    kind: 'session',
    entry: session.id,
    ...present({ plannedStart, plannedEnd }),
    accounts,
    agreement: agreementOf(accounts, reading.parties),
    findings,
  };
}

/**
 * What is wrong with one more event, said by this party of a session: by its own account the session does not stand so that it can happen, or something said
 * before no longer could. `undefined` where it fits.
 */
export function sittingFault({ accounts }: SessionJoint, party: number, fields: Fields): Phrase | undefined {
  const event = choiceIn(fields, 'event', SITTING_EVENTS);
  const at = wholeIn(fields, 'at');
  if (event === undefined || at === undefined) return undefined;
  const before = accounts.find((account) => account.party === party)?.events ?? [];
  let state: SessionState = 'convened';
  for (const one of [...before, { event, at }].sort((a, b) => a.at - b.at)) {
    if (!MAY[one.event].includes(state)) return { id: 'fault.sitting', values: { event: one.event, state } };
    state = THEN[one.event];
  }
  return undefined;
}

function accountOf(
  party: number,
  acts: readonly Act[],
  { plannedStart, plannedEnd }: { plannedStart: number | undefined; plannedEnd: number | undefined },
  findings: Finding[],
): Account {
  let state: SessionState = 'convened';
  const segments: { what: Segment['what']; from: number; to?: number; entry: string }[] = [];
  const events: Account['events'][number][] = [];
  for (const { act, event, at } of inTime(acts, findings)) {
    if (!MAY[event].includes(state)) {
      findings.push(finding(act, 'joint.finding.sitting', { event, state }));
      continue;
    }
    const running = segments.at(-1);
    if (running !== undefined && running.to === undefined) running.to = at;
    state = THEN[event];
    if (state === 'sitting' || state === 'suspended') segments.push({ what: state, from: at, entry: act.id });
    events.push({ event, at, entry: act.id });
  }
  const openedAt = segments[0]?.from;
  const lastEnd = segments.findLast(({ to }) => to !== undefined)?.to;
  const endedAt = state === 'adjourned' || state === 'closed' ? lastEnd : undefined;
  return {
    party,
    state,
    segments,
    events,
    sittingSeconds: secondsOf(segments, 'sitting'),
    suspendedSeconds: secondsOf(segments, 'suspended'),
    wholeSeconds: openedAt === undefined || lastEnd === undefined ? 0 : lastEnd - openedAt,
    ...present({ openedAt, endedAt, startsAfterPlan: minus(openedAt, plannedStart), endsAfterPlan: minus(endedAt, plannedEnd) }),
  };
}

/** Events in the order of the instants that their author wrote, whenever they were written down; at one instant, in the order of the log. */
function inTime(acts: readonly Act[], findings: Finding[]): readonly { act: Act; event: SittingEvent; at: number }[] {
  const events = acts.flatMap((act) => {
    const event = choiceIn(act.frame, 'event', SITTING_EVENTS);
    const at = wholeIn(act.frame, 'at');
    if (event !== undefined && at !== undefined) return [{ act, event, at }];
    findings.push(finding(act, 'joint.finding.sitting_form'));
    return [];
  });
  return events.sort((a, b) => a.at - b.at || a.act.index - b.act.index);
}

function secondsOf(segments: readonly Segment[], what: Segment['what']): number {
  return segments.reduce((sum, one) => (one.what === what && one.to !== undefined ? sum + one.to - one.from : sum), 0);
}

function minus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}

/** Accounts are equal when they name the same events at the same instants. */
function agreementOf(accounts: readonly Account[], parties: number): SessionJoint['agreement'] {
  if (accounts.length === 0) return 'none';
  const texts = new Set(accounts.map(({ events }) => events.map(({ event, at }) => `${event} ${at}`).join('\n')));
  if (texts.size > 1) return 'differ';
  return accounts.length < parties ? 'partial' : 'equal';
}
