import { type Standing, stands } from '../../procedure/clock.ts';
import type { Act } from '../matter.ts';
import { everyParty, type Finding, finding, gatheredOnce, present, type Reading, type Said, said, wholeIn } from './reading.ts';

/**
 * What hosts and the other parties must have seen: quorum of hosts (0 without hosts), how far each log stands, and how far each counts: to the head held
 * here, and of one with two histories as far as it stands.
 */
export type SilenceContext = { readonly quorum: number; readonly standing: Standing; readonly counted: Standing };

/** An objection, or an amendment that breaks the silence as one. `safe`: a quorum of hosts has it, so that nobody can show them a head without it. */
export type SilenceObjection = Said & { readonly what: 'objection' | 'amendment'; readonly safe: boolean };

/**
 * How a party that was asked stands: `consents` when a quorum of hosts showed its log at or after the expiry, opened and without objection; `unopened` when the
 * proposer's node had not opened all of it then, which counts as an objection for good; `unasked` when no stamp says that it held the silence before that
 * ended; `awaiting` while no such head is stamped, or it neither stands nor is vouched for by the proposer.
 */
export type SilenceSide = {
  readonly party: number;
  readonly state: 'awaiting' | 'consents' | 'objects' | 'unopened' | 'unasked';
  /** At most {@link MAX_LISTED}, the oldest of each sort. */
  readonly objections: readonly SilenceObjection[];
};

/** How the state of a side is said: that it objected is not said of who proposed an amendment alone, and that nothing is known not while it may still speak. */
export function sideWord(
  { state, objections }: SilenceSide,
  { expiresAt }: Pick<SilenceJoint, 'expiresAt'>,
  now: number,
): SilenceSide['state'] | 'amends' | 'silent' {
  if (state === 'awaiting' && expiresAt !== undefined && expiresAt > now) return 'silent';
  return state === 'objects' && objections.every(({ what }) => what === 'amendment') ? 'amends' : state;
}

/** Where a silence stands at `now`: one that is open is `over` once its time has passed, until it is known what the hosts saw. */
export function silenceStage({ state, expiresAt }: Pick<SilenceJoint, 'state' | 'expiresAt'>, now: number): SilenceJoint['state'] | 'over' {
  return state === 'open' && expiresAt !== undefined && expiresAt <= now ? 'over' : state;
}

/** Of what breaks a silence, how much is listed for a side: very many silences over very many amendments must not make a list of each with each. */
export const MAX_LISTED = 20;

/** A silence procedure (spec/time.md says when it is complete). `refused`: the channel has no hosts. */
export type SilenceJoint = {
  readonly kind: 'silence_procedure';
  readonly entry: string;
  /** The version or instrument that is put under silence. */
  readonly of: string;
  readonly expiresAt?: number;
  readonly state: 'refused' | 'open' | 'broken' | 'complete' | 'withdrawn';
  readonly sides: readonly SilenceSide[];
  readonly findings: readonly Finding[];
};

/** The silence that this act puts its parent under. */
export function silenceOf(reading: Reading, act: Act, context: SilenceContext): SilenceJoint {
  const of = act.refs[0] ?? '';
  const expiresAt = wholeIn(act.frame, 'expires_at');
  const answers = (reading.answers.get(act.id) ?? []).filter(({ type }) => type === 'objection');
  const amendments = amendmentsTo(reading, of);
  const findings: Finding[] = [
    ...(context.quorum === 0 ? [finding(act, 'joint.finding.silence_without_hosts')] : []),
    ...answers.filter(({ party }) => party === act.party).map((own) => finding(own, 'joint.finding.objection_own')),
  ];
  const objections = Map.groupBy(answers, ({ party }) => party);
  for (const [party, said] of objections)
    if (party !== act.party) for (const again of said.slice(1)) findings.push(finding(again, 'joint.finding.objection_again'));
  const sides = everyParty(reading)
    .filter((party) => party !== act.party)
    .map((party) => {
      const broken = { objections: objections.get(party) ?? [], amendments: amendments.get(party) ?? [] };
      return sideOf(reading, { act, party, expiresAt, context }, broken, findings);
    });
  // What the proposer had amended before is what it asks about.
  const isAmended = (amendments.get(act.party)?.at(-1)?.index ?? -1) > act.index;
  return {
    kind: 'silence_procedure',
    entry: act.id,
    of,
    ...present({ expiresAt }),
    state: stateOf(reading, act, context, sides, isAmended),
    sides,
    findings,
  };
}

function stateOf(
  { withdrawn }: Reading,
  act: Act,
  { quorum }: SilenceContext,
  sides: readonly SilenceSide[],
  ownAmendment: boolean,
): SilenceJoint['state'] {
  if (quorum === 0) return 'refused';
  if (sides.length > 0 && sides.every(({ state }) => state === 'consents') && !ownAmendment) return 'complete';
  if (withdrawn.has(act.id)) return 'withdrawn';
  return ownAmendment || sides.some(({ state }) => state === 'objects' || state === 'unopened') ? 'broken' : 'open';
}

/** Amendments to what is under silence, by party in the order of its log. Those that their author took back propose nothing; an objection that was made stands. */
const amendmentsTo = gatheredOnce((reading: Reading, of: string) => {
  const standing = (reading.answers.get(of) ?? []).filter(({ id, type }) => type === 'amendment' && !reading.withdrawn.has(id));
  return Map.groupBy(standing, ({ party }) => party);
});

/** Of each party's log, how much of it each host saw, by the stamps that name this entry. */
const seenBy = gatheredOnce(({ stamps }: Reading, entry: string) => {
  const seen = new Map<number, Map<number, number>>();
  for (const { stamp } of stamps.get(entry) ?? []) {
    if (stamp === undefined) continue;
    const sizes = seen.get(stamp.party) ?? new Map<number, number>();
    seen.set(stamp.party, sizes);
    for (const { host } of stamp.witnessed) sizes.set(host, Math.max(stamp.size, sizes.get(host) ?? 0));
  }
  return seen;
});

/** Whether a quorum of hosts saw a head that has this act, by the stamps that name it or the silence. */
function isSafe(reading: Reading, silence: string, { id, party, index }: Act, { quorum }: SilenceContext): boolean {
  const hosts = new Set<number>();
  for (const entry of [id, silence]) for (const [host, size] of seenBy(reading, entry).get(party) ?? []) if (size > index) hosts.add(host);
  return quorum > 0 && hosts.size >= quorum;
}

type Asked = { readonly act: Act; readonly party: number; readonly expiresAt: number | undefined; readonly context: SilenceContext };

type Broken = { readonly objections: readonly Act[]; readonly amendments: readonly Act[] };

function sideOf(reading: Reading, asked: Asked, broken: Broken, findings: Finding[]): SilenceSide {
  const { party, act, context } = asked;
  const shown = decidingStamp(reading, asked);
  const list = ({ objections, amendments }: Broken): readonly SilenceObjection[] =>
    [...objections, ...amendments.slice(0, MAX_LISTED)].slice(0, MAX_LISTED).map((one) => {
      const what: SilenceObjection['what'] = one.type === 'objection' ? 'objection' : 'amendment';
      return { ...said(one), what, safe: isSafe(reading, act.id, one, context) };
    });
  const isBroken = ({ objections, amendments }: Broken): boolean => objections.length + amendments.length > 0;
  const undecided: SilenceSide = { party, state: isBroken(broken) ? 'objects' : 'awaiting', objections: list(broken) };
  if (shown?.stamp === undefined) return undecided;
  const { size, held } = shown.stamp;
  // The proposer's receipt says that every body below was open to it then; without it some may have held an objection.
  const isOpened = held.some((receipt) => receipt.party === act.party);
  // A third party that has gone away receipts nothing: it must not hold up what the proposer holds whole and gives to whoever asks, as long as all of it counts.
  const isVouchedFor = isOpened && stands(context.counted, party, size - 1);
  if (!isVouchedFor && !stands(context.standing, party, size - 1)) return undecided;
  const before = broken.objections.filter(({ index }) => index < size);
  const amended = firstFrom(broken.amendments, size);
  const inTime: Broken = { objections: before, amendments: broken.amendments.slice(0, Math.min(amended, MAX_LISTED)) };
  const late = [...broken.objections.filter(({ index }) => index >= size), ...broken.amendments.slice(amended, amended + MAX_LISTED)];
  for (const one of late) findings.push(finding(one, 'joint.finding.objection_late'));
  if (isBroken(inTime)) return { party, state: 'objects', objections: list(inTime) };
  if (!wasAsked(reading, asked)) return { party, state: 'unasked', objections: [] };
  return { party, state: isOpened ? 'consents' : 'unopened', objections: [] };
}

/** Whether a stamp says that the party held the silence before it ended: who never had a chance to speak has not let it pass, whatever its author wrote. */
function wasAsked({ stamps }: Reading, { act, party, expiresAt }: Asked): boolean {
  return (stamps.get(act.id) ?? []).some(
    ({ stamp }) =>
      stamp?.party === act.party &&
      stamp.size > act.index &&
      (stamp.from ?? 0) <= act.index &&
      stamp.held.some((receipt) => receipt.party === party && receipt.time < (expiresAt ?? 0)),
  );
}

/** How many of these acts, in the order of their log, stand below a size. */
function firstFrom(acts: readonly Act[], size: number): number {
  let [low, high] = [0, acts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((acts[middle]?.index ?? 0) < size) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The stamp that decides for a party: the first in the proposer's log, or else in that party's own, over a head of the party's log that names this
 * silence and has a quorum of hosts at or after its expiry. A later one never moves what it showed.
 */
function decidingStamp(reading: Reading, { act, party, expiresAt, context }: Asked): Act | undefined {
  if (expiresAt === undefined || context.quorum === 0) return undefined;
  const counted = (reading.stamps.get(act.id) ?? []).filter(({ stamp }) => {
    const hosts = new Set(stamp?.witnessed.filter(({ time }) => time >= expiresAt).map(({ host }) => host));
    return stamp?.party === party && hosts.size >= context.quorum;
  });
  const firstIn = (log: number): Act | undefined => counted.find((one) => one.party === log);
  return firstIn(act.party) ?? firstIn(party);
}
