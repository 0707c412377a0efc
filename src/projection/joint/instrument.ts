import { IN_FORCE_RULES } from '../../document/kinds/instrument.ts';
import type { Act } from '../matter.ts';
import { backdatedIn, byEffect, type Effect, effectOf } from './effect.ts';
import { choiceIn, type Finding, finding, present, type Reading, remark, type Said, said, wholeIn } from './reading.ts';
import { hasStep, isJointlySigned, type Powers, type Signatures, type SignedStep, type Step, signaturesOf } from './signatures.ts';
import { isSuspendedAt, type Suspension, suspensionsOf } from './suspension.ts';
import { type Attached, attachedTo } from './text.ts';

/** How far every party has gone with an instrument; it enters into force at a moment that {@link instrumentStatus} is asked about. */
export type InstrumentState = 'drawn_up' | 'authenticated' | 'signed' | 'ratified' | 'deposited' | 'withdrawn';

/** An instrument: who signed, ratified and deposited, and from when it is in force, by its own rule. */
export type InstrumentJoint = {
  readonly kind: 'instrument';
  readonly entry: string;
  readonly state: InstrumentState;
  readonly signatures: Signatures;
  readonly rule?: (typeof IN_FORCE_RULES)[number];
  /** The moment of entry into force, and the act that brought it: the last that its rule waited for, by the times their authors wrote. */
  readonly inForce?: { readonly at: number; readonly by?: Said };
  /** The termination that takes effect first: whatever comes after it changes nothing, a withdrawal of it neither. */
  readonly terminated?: Said & Effect;
  readonly suspensions: readonly Suspension[];
  readonly attached: readonly Attached[];
  readonly findings: readonly Finding[];
};

/** The step that each rule waits for from every party. */
const AWAITS: Readonly<Record<(typeof IN_FORCE_RULES)[number], Step>> = {
  'on-signature': 'signed',
  'on-last-ratification': 'ratified',
  'on-last-deposit': 'deposited',
  'on-date': 'signed',
};

/** The instrument that this act is; `powers` are the full powers known in the channel, `quorum` the hosts that must have seen a head. */
export function instrumentOf(reading: Reading, act: Act, powers: Powers = new Map(), quorum = 0): InstrumentJoint {
  const signatures = signaturesOf(reading, act.id, powers);
  const rule = choiceIn(act.frame, 'in_force_rule', IN_FORCE_RULES);
  const inForce = rule === undefined ? undefined : inForceOf(act, rule, signatures);
  const findings: Finding[] = [...signatures.findings];
  const terminated = terminationOf(reading, act, quorum, inForce?.at, findings);
  const suspensions = suspensionsOf(reading, act.id, { inForceAt: inForce?.at, terminatedAt: terminated?.at, quorum }, findings);
  return {
    kind: 'instrument',
    entry: act.id,
    state: stateOf(reading, act, signatures),
    signatures,
    ...present({ rule, inForce, terminated }),
    suspensions,
    attached: attachedTo(reading, act.id),
    findings,
  };
}

/** Of each side the first termination in its log, and of these the one that takes effect first; none does before it was held. */
function terminationOf(
  reading: Reading,
  act: Act,
  quorum: number,
  inForceAt: number | undefined,
  findings: Finding[],
): InstrumentJoint['terminated'] {
  const all = (reading.answers.get(act.id) ?? []).filter(({ type }) => type === 'termination');
  const firsts = [...Map.groupBy(all, ({ party }) => party).values()].flatMap(([first]) => first ?? []);
  const [ended] = firsts.map((end) => ({ ...said(end), ...effectOf(reading, end, wholeIn(end.frame, 'at') ?? end.time, quorum) })).sort(byEffect);
  for (const end of all) {
    if (end.id !== ended?.entry) findings.push(finding(end, 'joint.finding.terminated_again'));
    else {
      findings.push(...backdatedIn(end, ended));
      if (ended.at !== undefined && (inForceAt === undefined || ended.at < inForceAt)) findings.push(remark(end, 'joint.finding.terminated_early'));
    }
  }
  return ended;
}

/**
 * Where an instrument stands at `now`. Termination absorbs: what was terminated before it entered into force never does. Whoever looks holds it, so that it is
 * terminated, also while nothing says since when.
 */
export function instrumentStatus(
  { inForce, terminated, suspensions }: Pick<InstrumentJoint, 'inForce' | 'terminated' | 'suspensions'>,
  now: number,
): 'not_in_force' | 'in_force' | 'suspended' | 'terminated' {
  if (terminated !== undefined && (terminated.at ?? terminated.named) <= now) return 'terminated';
  if (inForce === undefined || now < inForce.at) return 'not_in_force';
  return isSuspendedAt(suspensions, now) ? 'suspended' : 'in_force';
}

function stateOf(reading: Reading, act: Act, signatures: Signatures): InstrumentState {
  const has = (step: Step): boolean => signatures.parties.every(({ steps }) => hasStep(steps, step));
  const isTouched = signatures.parties.some(({ party, steps }) => party !== act.party && steps.length > 0);
  if (reading.withdrawn.has(act.id) && !isTouched) return 'withdrawn';
  if (has('deposited')) return 'deposited';
  if (has('ratified')) return 'ratified';
  if (isJointlySigned(signatures)) return 'signed';
  const parent = act.refs[0];
  const text = parent === undefined ? undefined : reading.byId.get(parent);
  const isAdopted = text?.type === 'text' && signaturesOf(reading, text.id).joint.includes('adopted');
  return isAdopted || has('initialled') || has('adopted') ? 'authenticated' : 'drawn_up';
}

function inForceOf(act: Act, rule: (typeof IN_FORCE_RULES)[number], signatures: Signatures): InstrumentJoint['inForce'] {
  const last = lastStep(signatures, AWAITS[rule]);
  if (last === undefined) return undefined;
  const by: Said = { entry: last.entry, party: last.party, time: last.time };
  if (rule !== 'on-date') return { at: last.time, by };
  const date = wholeIn(act.frame, 'in_force_at');
  // Nobody is bound before they have signed.
  if (date === undefined) return undefined;
  return date >= last.time ? { at: date } : { at: last.time, by };
}

/** The last of every party's acts of one step, or `undefined` while one party has not taken it. */
function lastStep(signatures: Signatures, step: Step): SignedStep | undefined {
  let last: SignedStep | undefined;
  for (const { steps } of signatures.parties) {
    if (!hasStep(steps, step)) return undefined;
    const direct = steps.find((one) => one.step === step);
    const confirmed = step === 'signed' ? steps.find((one) => one.step === 'confirmed') : undefined;
    const taken = [direct, confirmed].flatMap((one) => one ?? []).reduce((a, b) => (a.time <= b.time ? a : b));
    if (last === undefined || taken.time > last.time) last = taken;
  }
  return last;
}
