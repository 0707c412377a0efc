import type { Act } from '../matter.ts';
import { type Finding, finding, type Reading, type Said, said, standingAnswers } from './reading.ts';

/** Evidence: laid before the others, and looked at by those that took a position on it. Taken back it stays on the record, marked so. */
export type EvidenceJoint = Said & {
  readonly kind: 'evidence';
  readonly state: 'submitted' | 'examined' | 'withdrawn';
  readonly examined: readonly Said[];
  readonly findings: readonly Finding[];
};

/** The evidence that this act lays before the others. */
export function evidenceOf(reading: Reading, act: Act): EvidenceJoint {
  const positions = standingAnswers(reading, act.id, 'position');
  const examined = positions.filter(({ party }) => party !== act.party).map(said);
  const own = positions.filter(({ party }) => party === act.party);
  return {
    ...said(act),
    kind: 'evidence',
    state: reading.withdrawn.has(act.id) ? 'withdrawn' : examined.length > 0 ? 'examined' : 'submitted',
    examined,
    findings: own.map((one) => finding(one, 'joint.finding.examined_own')),
  };
}
