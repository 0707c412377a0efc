import { STEPS } from '../../document/kinds/signature.ts';
import type { Act } from '../matter.ts';
import { choiceIn, everyParty, type Finding, finding, gatheredOnce, present, type Reading, type Said, said, textsIn } from './reading.ts';

/** One of {@link STEPS}. */
export type Step = (typeof STEPS)[number];

/** Kinds that their own author has signed by sending them. */
const SIGNED_BY_AUTHOR: readonly string[] = ['consultation', 'statement', 'undertaking', 'record'];

/** A step that a party took: its first act of it; a later withdrawal is shown and changes nothing. `own`: the document itself is its author's signature. */
export type SignedStep = Said & { readonly step: Step; readonly own?: true; readonly powers?: string; readonly withdrawn?: Said };

/** Who signed one exact document, and how far. */
export type Signatures = {
  /** Entry id of the document: signing another version signs nothing of this one. */
  readonly document: string;
  /** Each party's steps, in the order of practice. */
  readonly parties: readonly { readonly party: number; readonly steps: readonly SignedStep[] }[];
  /** Steps that every party has taken. Signing ad referendum counts as signing once it is confirmed. */
  readonly joint: readonly Step[];
  readonly findings: readonly Finding[];
};

/** Full powers by the id of the document that gives them. */
export type Powers = ReadonlyMap<string, { readonly act: Act; readonly revoked?: Act }>;

/** The full powers that these matters hold. */
export function powersIn(readings: Iterable<Reading>): Powers {
  const powers = new Map<string, { readonly act: Act; readonly revoked?: Act }>();
  for (const { acts, withdrawn } of readings)
    for (const act of acts) if (act.type === 'full_powers') powers.set(act.id, { act, ...present({ revoked: withdrawn.get(act.id) }) });
  return powers;
}

const NO_POWERS: Powers = new Map();
const known = new WeakMap<Powers, (reading: Reading, document: string) => Signatures>();

/** The signatures of the document of this id in its matter; gathered once, however many statements or instruments name the same one. */
export function signaturesOf(reading: Reading, document: string, powers: Powers = NO_POWERS): Signatures {
  const gather = known.get(powers) ?? gatheredOnce((one: Reading, id: string) => gatherSignatures(one, id, powers));
  known.set(powers, gather);
  return gather(reading, document);
}

function gatherSignatures(reading: Reading, document: string, powers: Powers): Signatures {
  const act = reading.byId.get(document);
  const acts = (reading.answers.get(document) ?? []).filter(({ type }) => type === 'signature');
  const findings: Finding[] = [];
  const parties = everyParty(reading).map((party) => ({ party, steps: stepsOf(reading, act, acts, { party, powers }, findings) }));
  const joint = STEPS.filter((step) => parties.every(({ steps }) => hasStep(steps, step)));
  return { document, parties, joint, findings };
}

/** Whether a party that took these steps has taken this one; what was signed ad referendum is signed once it is confirmed. */
export function hasStep(steps: readonly SignedStep[], step: Step): boolean {
  const has = (one: Step): boolean => steps.some((taken) => taken.step === one);
  return has(step) || (step === 'signed' && has('signed-ad-referendum') && has('confirmed'));
}

/** Whether every party has signed, counting authors for what they sent. */
export function isJointlySigned({ joint }: Pick<Signatures, 'joint'>): boolean {
  return joint.includes('signed');
}

/** A party's steps, read in the order of its own log: what does not fit there is found, and may be taken again where it does. */
function stepsOf(
  { withdrawn }: Reading,
  document: Act | undefined,
  acts: readonly Act[],
  { party, powers }: { readonly party: number; readonly powers: Powers },
  findings: Finding[],
): readonly SignedStep[] {
  const own = document !== undefined && document.party === party && SIGNED_BY_AUTHOR.includes(document.type);
  const first = new Map<Step, SignedStep>();
  if (own) first.set('signed', { ...said(document), step: 'signed', own: true });
  for (const act of acts) {
    const step = act.party === party ? choiceIn(act.frame, 'step', STEPS) : undefined;
    if (step === undefined) continue;
    const named = textsIn(act.frame, 'concerns').find((id) => powers.has(id));
    const wrong = wrongIn(act, step, first) ?? wrongPowers(act, step, named === undefined ? undefined : powers.get(named), document);
    if (wrong !== undefined) {
      findings.push(wrong);
      continue;
    }
    const takenBack = withdrawn.get(act.id);
    first.set(step, { ...said(act), step, ...present({ powers: named, withdrawn: takenBack === undefined ? undefined : said(takenBack) }) });
  }
  return STEPS.flatMap((step) => first.get(step) ?? []);
}

/** Steps that say something of another which the same party took before, and nothing of what comes after. */
const PRESUPPOSES: Readonly<Partial<Record<Step, Step>>> = { confirmed: 'signed-ad-referendum', ratified: 'signed', deposited: 'ratified' };

function wrongIn(act: Act, step: Step, taken: ReadonlyMap<Step, SignedStep>): Finding | undefined {
  if (taken.has(step)) return finding(act, 'joint.finding.step_again');
  const before = PRESUPPOSES[step];
  return before === undefined || hasStep([...taken.values()], before) ? undefined : finding(act, 'joint.finding.step_before', { step, before });
}

/** Whoever signs without the powers that it takes signs nothing (VCLT art. 8); they may sign again once they have them. */
function wrongPowers(
  act: Act,
  step: Step,
  named: { readonly act: Act; readonly revoked?: Act } | undefined,
  document: Act | undefined,
): Finding | undefined {
  if (step === 'initialled' || step === 'deposited') return undefined;
  if (named === undefined) return document?.frame.full_powers_required === true ? finding(act, 'joint.finding.powers_missing') : undefined;
  if (named.act.party !== act.party) return finding(act, 'joint.finding.powers_not_own');
  // An id can be known before its act is said: whoever could give the powers afterwards could choose, later, whether they had signed.
  if (named.act.index > act.index) return finding(act, 'joint.finding.powers_later');
  if (named.revoked !== undefined && named.revoked.index < act.index) return finding(act, 'joint.finding.powers_revoked');
  const needed = step === 'adopted' ? ['adopt', 'sign'] : ['sign'];
  const { capacity } = named.act.frame;
  return typeof capacity === 'string' && !needed.includes(capacity) ? finding(act, 'joint.finding.powers_short') : undefined;
}
