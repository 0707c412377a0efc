import { IN_FORCE_RULES } from '../../document/kinds/instrument.ts';
import type { Act } from '../matter.ts';
import { choiceIn, type Finding, finding, present, type Reading, type Said, said, standingAnswers, wholeIn } from './reading.ts';
import { hasStep, isJointlySigned, type Powers, type Signatures, type SignedStep, type Step, signaturesOf } from './signatures.ts';
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
  /** The first termination: whatever comes after it changes nothing. */
  readonly terminated?: Said & { readonly at: number };
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

/** The instrument that this act is; `powers` are the full powers known in the channel. */
export function instrumentOf(reading: Reading, act: Act, powers: Powers = new Map()): InstrumentJoint {
  const signatures = signaturesOf(reading, act.id, powers);
  const rule = choiceIn(act.frame, 'in_force_rule', IN_FORCE_RULES);
  const inForce = rule === undefined ? undefined : inForceOf(act, rule, signatures);
  const terminations = standingAnswers(reading, act.id, 'termination');
  const ended = terminations
    .map((end) => ({ ...said(end), at: wholeIn(end.frame, 'at') ?? end.time }))
    .sort((a, b) => a.at - b.at || a.party - b.party || (a.entry < b.entry ? -1 : 1));
  const early = ended.filter(({ at }) => inForce === undefined || at < inForce.at);
  return {
    kind: 'instrument',
    entry: act.id,
    state: stateOf(reading, act, signatures),
    signatures,
    ...present({ rule, inForce, terminated: ended[0] }),
    attached: attachedTo(reading, act.id),
    findings: [...signatures.findings, ...early.map(({ entry }) => finding({ id: entry }, 'joint.finding.terminated_early'))],
  };
}

/** Where an instrument stands at `now`. Termination absorbs: what was terminated before it entered into force never does. */
export function instrumentStatus(
  { inForce, terminated }: Pick<InstrumentJoint, 'inForce' | 'terminated'>,
  now: number,
): 'not_in_force' | 'in_force' | 'terminated' {
  if (terminated !== undefined && terminated.at <= now) return 'terminated';
  return inForce !== undefined && inForce.at <= now ? 'in_force' : 'not_in_force';
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
