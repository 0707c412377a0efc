import { type Standing, stands } from '../../procedure/clock.ts';
import type { Act } from '../matter.ts';
import { everyParty, type Finding, finding, gatheredOnce, present, type Reading, type Said, said, wholeIn } from './reading.ts';

/**
 * What hosts and the other parties must have seen: quorum of hosts (0 without hosts), how far each log stands, and how far each counts: to the head held
 * here, and of one with two histories as far as it stands.
 */
export type SilenceContext = { readonly quorum: number; readonly standing: Standing; readonly counted: Standing };

/**
 * An objection, or an amendment that breaks the silence as one. `safe`: a quorum of hosts has it, so that nobody can show them a head without it; `seenAt`:
 * since when, as stamps say.
 */
export type SilenceObjection = Said & { readonly what: 'objection' | 'amendment'; readonly safe: boolean; readonly seenAt?: number };

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
  /** What would have broken it and came when hosts had seen it expire; as many as are listed of the others. */
  readonly late?: readonly SilenceObjection[];
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

/** Objections that came too late to break a silence, by entry id, and the silence that each is to. */
export function lateIn(
  joint: readonly { readonly kind: string; readonly entry: string; readonly findings?: readonly Finding[] }[],
): ReadonlyMap<string, string> {
  const silences = joint.filter(({ kind }) => kind === 'silence_procedure');
  return new Map(
    silences.flatMap(({ entry, findings = [] }) =>
      findings.filter(({ phrase }) => phrase.id === OBJECTION_LATE).map((one) => [one.entry, entry] as const),
    ),
  );
}

/** Whether an objection came when hosts had seen the silence expire. */
export function hasLateObjection({ sides }: Pick<SilenceJoint, 'sides'>): boolean {
  return sides.some(({ late = [] }) => late.some(({ what }) => what === 'objection'));
}

const OBJECTION_LATE = 'joint.finding.objection_late';

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

/** That a host saw a head of this size or a larger one, and the earliest time that is stamped for it. */
type Sight = { readonly size: number; time: number };

/** Of each party's log, what each host saw of it, by the stamps that name this entry; in order of size. */
const seenBy = gatheredOnce(({ stamps }: Reading, entry: string) => {
  const seen = new Map<number, Map<number, Sight[]>>();
  for (const { stamp } of stamps.get(entry) ?? []) {
    if (stamp === undefined) continue;
    const hosts = seen.get(stamp.party) ?? new Map<number, Sight[]>();
    seen.set(stamp.party, hosts);
    for (const { host, time } of stamp.witnessed) {
      const sights = hosts.get(host) ?? [];
      hosts.set(host, sights);
      sights.push({ size: stamp.size, time });
    }
  }
  for (const hosts of seen.values()) {
    for (const sights of hosts.values()) {
      sights.sort((a, b) => a.size - b.size);
      let earliest = Number.POSITIVE_INFINITY;
      for (const sight of sights.toReversed()) sight.time = earliest = Math.min(earliest, sight.time);
    }
  }
  return seen;
});

/** Since when a quorum of hosts had seen a head that has this act, by the stamps that name it or the silence; `undefined` while none has. */
function seenAt(reading: Reading, silence: string, { id, party, index }: Act, { quorum }: SilenceContext): number | undefined {
  const times = new Map<number, number>();
  for (const entry of [id, silence]) {
    for (const [host, sights] of seenBy(reading, entry).get(party) ?? []) {
      const sight = sights[firstWhere(sights, ({ size }) => size > index)];
      if (sight !== undefined) times.set(host, Math.min(sight.time, times.get(host) ?? sight.time));
    }
  }
  return [...times.values()].sort((a, b) => a - b)[quorum - 1];
}

type Asked = { readonly act: Act; readonly party: number; readonly expiresAt: number | undefined; readonly context: SilenceContext };

type Broken = { readonly objections: readonly Act[]; readonly amendments: readonly Act[] };

function sideOf(reading: Reading, asked: Asked, broken: Broken, findings: Finding[]): SilenceSide {
  const { party, act, context } = asked;
  const shown = decidingStamp(reading, asked);
  const list = ({ objections, amendments }: Broken): readonly SilenceObjection[] =>
    [...objections, ...amendments.slice(0, MAX_LISTED)].slice(0, MAX_LISTED).map((one) => {
      const what: SilenceObjection['what'] = one.type === 'objection' ? 'objection' : 'amendment';
      const at = seenAt(reading, act.id, one, context);
      return { ...said(one), what, safe: at !== undefined, ...present({ seenAt: at }) };
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
  const amended = firstWhere(broken.amendments, ({ index }) => index >= size);
  const inTime: Broken = { objections: before, amendments: broken.amendments.slice(0, Math.min(amended, MAX_LISTED)) };
  const after: Broken = {
    objections: broken.objections.filter(({ index }) => index >= size),
    amendments: broken.amendments.slice(amended, amended + MAX_LISTED),
  };
  const late = isBroken(after) ? { late: list(after) } : {};
  for (const one of [...after.objections, ...after.amendments]) findings.push(finding(one, OBJECTION_LATE));
  if (isBroken(inTime)) return { party, state: 'objects', objections: list(inTime), ...late };
  if (!wasAsked(reading, asked)) return { party, state: 'unasked', objections: [], ...late };
  return { party, state: isOpened ? 'consents' : 'unopened', objections: [], ...late };
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

/** Where a list begins to be so, of which all that comes after one that is so is so as well. */
function firstWhere<T>(list: readonly T[], isSo: (one: T) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = list[middle];
    if (one === undefined || isSo(one)) high = middle;
    else low = middle + 1;
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
