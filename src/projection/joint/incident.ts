import { STAGES } from '../../document/kinds/incident-notification.ts';
import type { Act } from '../matter.ts';
import { actsOfType, choiceIn, everyParty, type Finding, finding, type Reading, type Said, said } from './reading.ts';

/** One of {@link STAGES}. */
export type Stage = (typeof STAGES)[number];

/** An incident as it is told, party by party: each tells for itself. */
export type IncidentJoint = {
  readonly kind: 'incident_notification';
  readonly entry: string;
  /** The stage that each party that tells of it has reached. */
  readonly told: readonly (Said & { readonly stage: Stage })[];
  readonly findings: readonly Finding[];
};

/** Intermediate and progress reports may alternate; what comes after a final report, or falls behind what was told, tells nothing further. */
const RANK: Readonly<Record<Stage, number>> = { early_warning: 0, notification: 1, intermediate: 2, progress: 2, final: 3 };

/** The incident whose telling this act opened. */
export function incidentOf(reading: Reading, act: Act): IncidentJoint {
  const findings: Finding[] = [];
  const all = actsOfType(reading, 'incident_notification').filter(({ id }) => !reading.withdrawn.has(id));
  const told = everyParty(reading).flatMap((party): IncidentJoint['told'] => {
    let last: (Said & { readonly stage: Stage }) | undefined;
    for (const one of all.filter((stage) => stage.party === party)) {
      const stage = choiceIn(one.frame, 'stage', STAGES);
      if (stage === undefined) continue;
      if (last?.stage === 'final') findings.push(finding(one, 'joint.finding.stage_after_final'));
      else if (last !== undefined && RANK[stage] < RANK[last.stage]) findings.push(finding(one, 'joint.finding.stage_back', { stage: last.stage }));
      else last = { ...said(one), stage };
    }
    return last === undefined ? [] : [last];
  });
  return { kind: 'incident_notification', entry: act.id, told, findings };
}
