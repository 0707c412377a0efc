import { type Standing, stands } from '../../procedure/clock.ts';
import type { Act } from '../matter.ts';
import { everyParty, type Finding, finding, present, type Reading, type Said, said, wholeIn } from './reading.ts';

/**
 * What hosts and the other parties must have seen: quorum of hosts (0 without hosts), how far each log stands, and how far each counts: to the head held
 * here, and of one with two histories as far as it stands.
 */
export type SilenceContext = { readonly quorum: number; readonly standing: Standing; readonly counted: Standing };

/** An objection, or an amendment that breaks the silence as one. `safe`: a quorum of hosts has it, so that nobody can show them a head without it. */
export type SilenceObjection = Said & { readonly what: 'objection' | 'amendment'; readonly safe: boolean };

/**
 * How a party that was asked stands: `consents` when a quorum of hosts showed its log at or after the expiry, opened and without objection; `unopened` when the
 * proposer's node had not opened all of it then, which counts as an objection for good; `awaiting` while no such head is stamped, or it neither stands nor
 * is vouched for by the proposer.
 */
export type SilenceSide = {
  readonly party: number;
  readonly state: 'awaiting' | 'consents' | 'objects' | 'unopened';
  readonly objections: readonly SilenceObjection[];
};

/** A silence procedure (record.md of the log says when it is complete; spec/time.md). `refused`: the channel has no hosts. */
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
  const broken = objectionsOf(reading, act, of, context);
  const findings: Finding[] = [
    ...(context.quorum === 0 ? [finding(act, 'joint.finding.silence_without_hosts')] : []),
    ...(reading.answers.get(act.id) ?? [])
      .filter(({ type, party }) => type === 'objection' && party === act.party)
      .map((own) => finding(own, 'joint.finding.objection_own')),
  ];
  const sides = everyParty(reading)
    .filter((party) => party !== act.party)
    .map((party) => sideOf(reading, { act, party, expiresAt, context }, broken.get(party) ?? [], findings));
  const own = broken.get(act.party) ?? [];
  return {
    kind: 'silence_procedure',
    entry: act.id,
    of,
    ...present({ expiresAt }),
    state: stateOf(reading, act, context, sides, own.length > 0),
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

/**
 * By party, what breaks the silence: its objections, and its amendments to what is under silence. Those that the proposer had made before are what it asks
 * about, and those that their author took back propose nothing; an objection that was made stands.
 */
function objectionsOf(reading: Reading, act: Act, of: string, context: SilenceContext): ReadonlyMap<number, readonly SilenceObjection[]> {
  const objections = (reading.answers.get(act.id) ?? []).filter(({ type, party }) => type === 'objection' && party !== act.party);
  const amendments = (reading.answers.get(of) ?? []).filter(
    ({ id, type, party, index }) => type === 'amendment' && !reading.withdrawn.has(id) && (party !== act.party || index > act.index),
  );
  const found = [...objections, ...amendments].map((one) => {
    const what: SilenceObjection['what'] = one.type === 'objection' ? 'objection' : 'amendment';
    return { ...said(one), what, safe: isSafe(reading, act.id, one, context) };
  });
  return Map.groupBy(found, ({ party }) => party);
}

/** Whether a quorum of hosts saw a head that has this act, by the stamps that name it or the silence. */
function isSafe({ stamps }: Reading, silence: string, { id, party, index }: Act, { quorum }: SilenceContext): boolean {
  const over = [...(stamps.get(id) ?? []), ...(stamps.get(silence) ?? [])].flatMap(({ stamp }) =>
    stamp?.party === party && stamp.size > index ? stamp.witnessed : [],
  );
  return quorum > 0 && new Set(over.map(({ host }) => host)).size >= quorum;
}

type Asked = { readonly act: Act; readonly party: number; readonly expiresAt: number | undefined; readonly context: SilenceContext };

function sideOf(reading: Reading, asked: Asked, objections: readonly SilenceObjection[], findings: Finding[]): SilenceSide {
  const { party, context } = asked;
  const shown = decidingStamp(reading, asked);
  const undecided: SilenceSide = { party, state: objections.length > 0 ? 'objects' : 'awaiting', objections };
  if (shown?.stamp === undefined) return undecided;
  const { size, held } = shown.stamp;
  // The proposer's receipt says that every body below was open to it then; without it some may have held an objection.
  const isOpened = held.some((receipt) => receipt.party === asked.act.party);
  // A third party that is away receipts nothing: it must not hold up what the proposer holds whole and gives to whoever asks, as long as all of it counts.
  const isVouchedFor = isOpened && stands(context.counted, party, size - 1);
  if (!isVouchedFor && !stands(context.standing, party, size - 1)) return undecided;
  const placeOf = ({ entry }: SilenceObjection): number => reading.byId.get(entry)?.index ?? 0;
  const inTime = objections.filter((one) => placeOf(one) < size);
  for (const late of objections.filter((one) => placeOf(one) >= size)) findings.push(finding({ id: late.entry }, 'joint.finding.objection_late'));
  if (inTime.length > 0) return { party, state: 'objects', objections: inTime };
  return { party, state: isOpened ? 'consents' : 'unopened', objections: [] };
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
