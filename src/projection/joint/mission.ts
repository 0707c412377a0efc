import type { Act } from '../matter.ts';
import { type Finding, finding, latestByParty, present, type Reading, type Said, said, standingAnswers, textIn, wholeIn } from './reading.ts';

/** Somebody whom a side proposes: whether the other agrees. No reasons are owed (VCDR art. 4). */
export type AgrementJoint = Said & {
  readonly kind: 'agrement_request';
  readonly state: 'sought' | 'granted' | 'refused' | 'withdrawn';
  readonly findings: readonly Finding[];
};

/** What is said beside a mission: none of it changes for whom a signature counts. Recalls and returns are acts of the party, and stand with the person. */
export type MissionJoint = Said & {
  readonly kind: 'identity';
  readonly agrement?: 'granted' | 'refused';
  readonly credentials?: 'copy_given' | 'presented';
  readonly nonGrata?: Said & { readonly leaveBy?: number };
  /** The other side no longer recognises them, their time to leave being over (VCDR art. 9). */
  readonly unrecognised?: Said;
  readonly charges: readonly (Said & { readonly from: number; readonly until?: number })[];
  readonly findings: readonly Finding[];
};

/** The request for agrément that this act is. */
export function agrementOf(reading: Reading, act: Act): AgrementJoint {
  const { value, findings } = agrementIn(reading, act);
  return { ...said(act), kind: 'agrement_request', state: reading.withdrawn.has(act.id) ? 'withdrawn' : (value ?? 'sought'), findings };
}

/** What is said beside the mission that this act opened; `undefined` where nothing is. */
export function missionOf(reading: Reading, act: Act): MissionJoint | undefined {
  const agrement = agrementIn(reading, act);
  const credentials = standingAnswers(reading, act.id, 'credentials');
  const isPresented = credentials.some(({ frame }) => frame.step === 'presented');
  const charges = standingAnswers(reading, act.id, 'charge_ad_interim');
  const own = charges.filter(({ party }) => party === act.party);
  const unwanted = unwantedIn(reading, act);
  const findings = [
    ...agrement.findings,
    ...unwanted.findings,
    ...charges.filter(({ party }) => party !== act.party).map((one) => finding(one, 'joint.finding.charge_foreign')),
  ];
  if ([agrement.value, ...credentials, ...charges, unwanted.nonGrata].every((one) => one === undefined) && findings.length === 0) return undefined;
  return {
    ...said(act),
    kind: 'identity',
    ...present({
      agrement: agrement.value,
      credentials: isPresented ? ('presented' as const) : credentials.length > 0 ? ('copy_given' as const) : undefined,
      nonGrata: unwanted.nonGrata,
      unrecognised: unwanted.unrecognised,
    }),
    charges: own.map((one) => ({ ...said(one), from: wholeIn(one.frame, 'from') ?? one.time, ...present({ until: wholeIn(one.frame, 'until') }) })),
    findings,
  };
}

/** Agreed where every other side agrees, by its latest answer; refused as soon as one refuses, whoever else agrees. An answer of the same side is none. */
function agrementIn(reading: Reading, act: Act): { readonly value: 'granted' | 'refused' | undefined; readonly findings: readonly Finding[] } {
  const answers = standingAnswers(reading, act.id, 'agrement');
  const latest = latestByParty(reading, answers).filter((_, party) => party !== act.party);
  const own = answers.filter(({ party }) => party === act.party);
  const isGranted = (answer: Act | undefined): boolean => answer !== undefined && textIn(answer.frame, 'agrement') === 'granted';
  const isRefused = latest.some((answer) => answer !== undefined && !isGranted(answer));
  const value = isRefused ? 'refused' : latest.length > 0 && latest.every(isGranted) ? 'granted' : undefined;
  return { value, findings: own.map((one) => finding(one, 'joint.finding.agrement_own')) };
}

/** Non grata, and what follows from it, in the order of each other side's log. */
export function unwantedIn(reading: Reading, act: Act): Pick<MissionJoint, 'nonGrata' | 'unrecognised' | 'findings'> {
  const findings: Finding[] = [];
  const declared = new Map<number, NonNullable<MissionJoint['nonGrata']>>();
  const refused = new Map<number, Said>();
  for (const one of standingAnswers(reading, act.id, 'non_grata')) {
    const before = declared.get(one.party);
    const isRefusal = one.frame.recognition_refused === true;
    if (one.party === act.party) findings.push(finding(one, 'joint.finding.non_grata_own'));
    else if (!isRefusal) declared.set(one.party, { ...said(one), ...present({ leaveBy: wholeIn(one.frame, 'leave_by') }) });
    else if (before === undefined) findings.push(finding(one, 'joint.finding.recognition_first'));
    else if (one.time < (before.leaveBy ?? 0)) findings.push(finding(one, 'joint.finding.recognition_early'));
    else refused.set(one.party, said(one));
  }
  const [nonGrata] = [...declared.values()];
  const [unrecognised] = [...refused.values()];
  return { ...present({ nonGrata, unrecognised }), findings };
}
