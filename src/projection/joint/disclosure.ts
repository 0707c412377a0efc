import type { Act } from '../matter.ts';
import type { Around } from './around.ts';
import { backdatedIn, byEffect, type Effect, effectOf } from './effect.ts';
import {
  choiceIn,
  everyParty,
  type Finding,
  finding,
  present,
  type Reading,
  remark,
  type Said,
  said,
  standingAnswers,
  textIn,
  wholeIn,
} from './reading.ts';

/** Where one participant stands with a report (Vultron report management); each has its own, and nobody changes another's. */
export type CaseState = 'start' | 'received' | 'invalid' | 'valid' | 'accepted' | 'deferred' | 'closed';

/** One moment until which silence was proposed, with each party's stance on it. */
export type EmbargoTerms = { readonly until: number; readonly accepted: readonly number[]; readonly rejected: readonly number[]; readonly by: Said };

/** The embargo of a case: one for all of them. `revise`: one is in force and another was proposed since, which lapses nothing. */
export type EmbargoJoint = {
  readonly state: 'none' | 'proposed' | 'active' | 'revise' | 'exited';
  readonly active?: EmbargoTerms;
  readonly pending: readonly EmbargoTerms[];
  /** Who ended it first; nothing brings it back. It was over when that was held, whatever time its author wrote. */
  readonly exited?: Said & Effect;
};

/** A vulnerability report as each participant stands with it. */
export type DisclosureJoint = {
  readonly kind: 'vulnerability_report';
  readonly entry: string;
  /** The case as a whole: `pending` while nobody it was reported to has said anything, `closed` once all of them are done with it, `published` by an advisory. */
  readonly state: 'pending' | 'open' | 'closed' | 'published';
  readonly participants: readonly { readonly party: number; readonly state: CaseState; readonly said?: Said }[];
  readonly embargo: EmbargoJoint;
  /** What each party said of products, in the order of its log; of which product is in its words. */
  readonly vendors: readonly (Said & { readonly status: string })[];
  readonly advisories: readonly (Said & { readonly status: string })[];
  readonly firstContactAt?: number;
  readonly disclosureAt?: number;
  readonly exploited: string;
  readonly findings: readonly Finding[];
};

const CASE_STATES = ['received', 'invalid', 'valid', 'accepted', 'deferred', 'closed'] as const;
/** The steps of practice. Another is what its author says all the same, and is remarked beside it; a case that is closed stays so. */
const FOLLOWS: Readonly<Record<CaseState, readonly CaseState[]>> = {
  start: ['received'],
  received: ['invalid', 'valid'],
  invalid: ['valid', 'closed'],
  valid: ['accepted', 'deferred'],
  accepted: ['deferred', 'closed'],
  deferred: ['accepted', 'closed'],
  closed: [],
};

/** The vulnerability report that this act is. */
export function disclosureOf(reading: Reading, act: Act, around?: Pick<Around, 'naming' | 'readings'>, quorum = 0): DisclosureJoint {
  const findings: Finding[] = [];
  const states = standingAnswers(reading, act.id, 'case_state');
  const statuses = (type: string): DisclosureJoint['vendors'] =>
    standingAnswers(reading, act.id, type).map((one) => ({ ...said(one), status: textIn(one.frame, 'status') }));
  const participants = everyParty(reading).map((party) =>
    participantOf(
      states.filter((one) => one.party === party),
      party,
      // Whoever reports has received it.
      party === act.party ? 'received' : 'start',
      findings,
    ),
  );
  const embargo = embargoOf(reading, act, quorum, findings);
  const advisories = [...statuses('advisory'), ...advisoriesAbout(act, around)];
  return {
    kind: 'vulnerability_report',
    entry: act.id,
    state: stateOfCase(participants, act.party, advisories),
    participants,
    embargo,
    vendors: statuses('vendor_status'),
    advisories,
    ...present({ firstContactAt: wholeIn(act.frame, 'first_contact_at'), disclosureAt: wholeIn(act.frame, 'disclosure_at') }),
    exploited: textIn(act.frame, 'exploited'),
    findings,
  };
}

/** Advisories of matters of their own that are about this report. */
function advisoriesAbout({ id }: Act, around: Pick<Around, 'naming' | 'readings'> | undefined): DisclosureJoint['advisories'] {
  const matters = (around?.naming.get(id) ?? []).filter(({ kind }) => kind === 'advisory');
  return matters
    .flatMap((matter) => around?.readings.get(matter.id) ?? [])
    .flatMap(({ acts, withdrawn }) => acts.filter((one) => one.type === 'advisory' && !withdrawn.has(one.id)))
    .map((one) => ({ ...said(one), status: textIn(one.frame, 'status') }))
    .sort((a, b) => a.party - b.party || a.time - b.time || (a.entry < b.entry ? -1 : 1));
}

function stateOfCase(
  participants: DisclosureJoint['participants'],
  reporter: number,
  advisories: DisclosureJoint['advisories'],
): DisclosureJoint['state'] {
  if (advisories.some(({ status }) => status === 'interim' || status === 'final')) return 'published';
  const asked = participants.filter(({ party }) => party !== reporter);
  if (asked.every(({ state }) => state === 'start')) return 'pending';
  return asked.every(({ state }) => state === 'closed') ? 'closed' : 'open';
}

/** Whether an embargo holds at `now`: it was accepted by all, nobody ended it, and its moment has not come. */
export function holdsAt({ state, active }: EmbargoJoint, now: number): boolean {
  return state !== 'exited' && active !== undefined && now < active.until;
}

function participantOf(acts: readonly Act[], party: number, first: CaseState, findings: Finding[]): DisclosureJoint['participants'][number] {
  let state = first;
  let last: Act | undefined;
  for (const act of acts) {
    const next = choiceIn(act.frame, 'state', CASE_STATES);
    if (next === undefined || (next === state && last === undefined)) continue;
    if (state === 'closed') {
      findings.push(finding(act, 'joint.finding.case_closed'));
      continue;
    }
    if (!FOLLOWS[state].includes(next)) findings.push(remark(act, 'joint.finding.case_step', { from: state, to: next }));
    state = next;
    last = act;
  }
  return { party, state, ...present({ said: last === undefined ? undefined : said(last) }) };
}

/** A party's acts about one moment: who proposes or revises accepts it; who accepted it once ends it by terminating, not by rejecting. `accepted`: where in its log, each time. */
type Terms = { until: number; by: Act; acts: Set<string>; accepted: Map<number, Accepted>; rejected: Set<number> };
type Accepted = { readonly first: number; readonly last: number; readonly places: number[] };

function embargoOf(reading: Reading, report: Act, quorum: number, findings: Finding[]): EmbargoJoint {
  const acts = embargoActs(reading, report);
  const terms = termsOf(acts, findings);
  const agreed = terms.filter(({ accepted }) => accepted.size === reading.parties);
  const latest = agreed.filter((one) => !agreed.some((other) => isLater(other, one)));
  const active = (latest.length > 0 ? latest : [...agreed]).sort((a, b) => b.until - a.until)[0];
  const isBehind = (one: Terms): boolean => active !== undefined && isLater(active, one);
  const pending = terms
    .filter((one) => one !== active && one.rejected.size === 0 && (!agreed.includes(one) || isBehind(one)))
    .flatMap((one) => {
      const since = active === undefined ? [...one.accepted.keys()] : acceptedSince(one, active);
      return since.length === 0 ? [] : [viewOf(one, isBehind(one) ? since : [...one.accepted.keys()])];
    });
  // Leaving is for good, as a signature is: a withdrawal of it is shown and changes nothing.
  const ends = (reading.answers.get(report.id) ?? []).filter(({ type, frame }) => type === 'embargo' && frame.act === 'terminate');
  const exits = ends.filter(({ party, index }) => agreed.some(({ accepted }) => firstOf(accepted, party) < index));
  const [exited] = exits.map((end) => ({ ...said(end), ...effectOf(reading, end, end.time, quorum) })).sort(byEffect);
  const counted = new Set(exits);
  for (const end of ends) if (!counted.has(end)) findings.push(finding(end, 'joint.finding.embargo_none'));
  for (const end of exits) if (end.id === exited?.entry) findings.push(...backdatedIn(end, exited));
  if (exited !== undefined) findings.push(...afterExit(reading, exited, [...acts, ...exits]));
  const running = active === undefined ? (pending.length > 0 ? 'proposed' : 'none') : pending.length > 0 ? 'revise' : 'active';
  return {
    state: exited === undefined ? running : 'exited',
    ...present({ active: active === undefined ? undefined : viewOf(active, active.accepted.keys()), exited }),
    pending: pending.sort((a, b) => a.until - b.until),
  };
}

/**
 * What counts of an embargo: what was not taken back, and what every party accepted together, whoever takes their part of it back; an embargo in force is
 * ended by saying so.
 */
function embargoActs({ answers, withdrawn, parties }: Reading, report: Act): readonly Act[] {
  const made = (answers.get(report.id) ?? []).filter(({ type }) => type === 'embargo');
  const agreed = termsOf(made, []).filter(({ accepted }) => accepted.size === parties);
  const together = new Set(agreed.flatMap((terms) => [...terms.acts]));
  return made.filter(({ id }) => !withdrawn.has(id) || together.has(id));
}

/**
 * What was said of an embargo after it had ended. By the same side the order of its log tells; of another's words only the times that their authors wrote
 * can, and since nothing brings an embargo back it changes nothing whether they are true.
 */
function afterExit({ byId }: Reading, exited: Said & Effect, acts: readonly Act[]): readonly Finding[] {
  const end = byId.get(exited.entry);
  const isAfter = ({ party, index, time }: Act): boolean => (party === end?.party ? index > end.index : time > (exited.at ?? exited.time));
  return [...new Set(acts)].filter((act) => act.id !== exited.entry && isAfter(act)).map((act) => finding(act, 'joint.finding.embargo_over'));
}

function termsOf(acts: readonly Act[], findings: Finding[]): readonly Terms[] {
  const terms = new Map<number, Terms>();
  const byEntry = new Map<string, Terms>();
  const what = (act: Act): string => textIn(act.frame, 'act');
  for (const act of acts.filter((one) => what(one) === 'propose' || what(one) === 'revise')) {
    const until = wholeIn(act.frame, 'until');
    if (until === undefined) continue;
    const known = terms.get(until) ?? { until, by: act, acts: new Set(), accepted: new Map(), rejected: new Set() };
    accept(known, act);
    terms.set(until, known);
    byEntry.set(act.id, known);
  }
  for (const act of acts.filter((one) => what(one) === 'accept' || what(one) === 'reject')) {
    const named = terms.get(wholeIn(act.frame, 'until') ?? -1) ?? namedIn(act, byEntry);
    // What names no proposal could be meant for one that comes later: it is for none.
    if (named === undefined) findings.push(finding(act, 'joint.finding.embargo_unnamed'));
    else if (what(act) === 'accept') accept(named, act);
    else if (!named.accepted.has(act.party)) named.rejected.add(act.party);
    else if (firstOf(named.accepted, act.party) < act.index) findings.push(finding(act, 'joint.finding.embargo_accepted'));
  }
  for (const { accepted, rejected } of terms.values()) for (const party of accepted.keys()) rejected.delete(party);
  return [...terms.values()];
}

/** Accepting again does not move when it was accepted first: nobody is as if they had not ended it. */
function accept({ acts, accepted }: Terms, { id, party, index }: Act): void {
  acts.add(id);
  const { first, last, places } = accepted.get(party) ?? { first: index, last: index, places: [] };
  places.push(index);
  accepted.set(party, { first: Math.min(index, first), last: Math.max(index, last), places });
}

function firstOf(accepted: Terms['accepted'], party: number): number {
  return accepted.get(party)?.first ?? Number.POSITIVE_INFINITY;
}

function lastOf(accepted: Terms['accepted'], party: number): number {
  return accepted.get(party)?.last ?? Number.NEGATIVE_INFINITY;
}

function namedIn({ refs, frame }: Act, byEntry: ReadonlyMap<string, Terms>): Terms | undefined {
  const ids = [...refs, ...(Array.isArray(frame.concerns) ? frame.concerns : [])];
  return ids.flatMap((id) => (typeof id === 'string' ? (byEntry.get(id) ?? []) : []))[0];
}

/**
 * Whether every party went from the other to this one, each in the order of its own log, and they did not all go back since. Both may have been accepted
 * several times: what counts is the longest way to and fro that all of them went, so that whoever takes one step more alone has only proposed it. Where two
 * such ways end differently, neither is later.
 */
function isLater(one: Terms, other: Terms): boolean {
  if (one === other) return false;
  const ways = [...one.accepted.keys()].map((party) => wayOf(one, other, party));
  const from = (start: Terms): number =>
    ways.reduce((least, way) => Math.min(least, way.steps - Number(way.start !== start)), Number.POSITIVE_INFINITY);
  const [fromOne, fromOther] = [from(one), from(other)];
  return fromOne > fromOther ? fromOne % 2 === 1 : fromOther > fromOne && fromOther % 2 === 0;
}

/** With which of two a party began, and how often it went from one to the other after that, counted from 1. */
function wayOf(one: Terms, other: Terms, party: number): { readonly start: Terms | undefined; readonly steps: number } {
  const places = [one, other]
    .flatMap((terms) => (terms.accepted.get(party)?.places ?? []).map((index) => ({ terms, index })))
    .sort((a, b) => a.index - b.index);
  const steps = places.filter(({ terms }, i) => terms !== places[i - 1]?.terms).length;
  return { start: places[0]?.terms, steps };
}

/** Who proposed or accepted it after what is in force: a proposal that was passed over is not pending any more, nor what all have left behind. */
function acceptedSince({ accepted }: Terms, active: Terms): readonly number[] {
  return [...accepted.keys()].filter((party) => lastOf(accepted, party) > lastOf(active.accepted, party));
}

function viewOf({ until, by, rejected }: Terms, accepted: Iterable<number>): EmbargoTerms {
  const order = (parties: Iterable<number>): readonly number[] => [...parties].sort((a, b) => a - b);
  return { until, by: said(by), accepted: order(accepted), rejected: order(rejected) };
}
