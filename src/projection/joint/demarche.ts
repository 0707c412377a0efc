import type { Act } from '../matter.ts';
import { choiceIn, type Finding, finding, present, type Reading, type Said, said, wholeIn } from './reading.ts';

/** A demarche: whoever makes it says when it was delivered, and what the other side answered to it. */
export type DemarcheJoint = Said & {
  readonly kind: 'demarche';
  readonly state: 'instructed' | 'delivered' | 'response_reported' | 'withdrawn';
  readonly deliveredAt?: number;
  readonly findings: readonly Finding[];
};

const STEPS = ['delivered', 'response-reported'] as const;

/** The demarche that this act is, with what its author reported of it, in the order of its log. */
export function demarcheOf(reading: Reading, act: Act): DemarcheJoint {
  const findings: Finding[] = [];
  let deliveredAt = wholeIn(act.frame, 'delivered_at');
  let isReported = false;
  for (const report of (reading.answers.get(act.id) ?? []).filter(({ type }) => type === 'demarche_report')) {
    const step = choiceIn(report.frame, 'step', STEPS);
    if (step === undefined || reading.withdrawn.has(report.id)) continue;
    if (report.party !== act.party) findings.push(finding(report, 'joint.finding.report_foreign'));
    else if (step === 'delivered' && deliveredAt !== undefined) findings.push(finding(report, 'joint.finding.delivered_again'));
    else if (step === 'response-reported' && deliveredAt === undefined) findings.push(finding(report, 'joint.finding.response_early'));
    else if (step === 'delivered') deliveredAt = wholeIn(report.frame, 'at') ?? report.time;
    else isReported = true;
  }
  const going = isReported ? 'response_reported' : deliveredAt === undefined ? 'instructed' : 'delivered';
  return { ...said(act), kind: 'demarche', state: reading.withdrawn.has(act.id) ? 'withdrawn' : going, ...present({ deliveredAt }), findings };
}
