import type { Act } from '../matter.ts';
import { actsOfType, type Finding, finding, type Reading, type Said, said } from './reading.ts';

/** A duty card: its party nominates, nominates anew, and removes it; the latest nomination that stands is the one that is listed. */
export type ContactJoint = Said & {
  readonly kind: 'contact_nomination';
  readonly state: 'listed' | 'removed';
  readonly latest: string;
  readonly findings: readonly Finding[];
};

/** The card that this act opened. */
export function contactOf(reading: Reading, act: Act): ContactJoint {
  const all = actsOfType(reading, 'contact_nomination').filter(({ id }) => !reading.withdrawn.has(id));
  const findings: Finding[] = [];
  let latest: Act | undefined;
  for (const one of all) {
    if (one.party !== act.party) findings.push(finding(one, 'joint.finding.card_foreign'));
    else if (one.frame.withdrawn === true && (latest === undefined || latest.frame.withdrawn === true))
      findings.push(finding(one, 'joint.finding.card_removed'));
    else latest = one;
  }
  const isListed = latest !== undefined && latest.frame.withdrawn !== true;
  return { ...said(act), kind: 'contact_nomination', state: isListed ? 'listed' : 'removed', latest: latest?.id ?? act.id, findings };
}
