import { type ClaimStanding, standingOfClaim } from '../claims.ts';
import type { Act } from '../matter.ts';
import { type Stand, standsOn } from './positions.ts';
import { type Finding, type Reading, remark, type Said, said } from './reading.ts';

/** A claim: where its author stands with it, and what all of them make of it. */
export type ClaimJoint = Said & {
  readonly kind: 'claim';
  /** What its author did last: said that it stands by it, or corrected it. */
  readonly state: 'asserted' | 'maintained' | 'amended' | 'withdrawn';
  readonly standing: ClaimStanding;
  readonly stands: readonly Stand[];
  readonly findings: readonly Finding[];
};

/** The claim that this act is. */
export function claimOf(reading: Reading, act: Act): ClaimJoint {
  const stands = standsOn(reading, act.id);
  return {
    ...said(act),
    kind: 'claim',
    state: stateOf(reading, act),
    standing: standingOfClaim(reading.matter, reading.parties),
    stands,
    findings: deniedByAuthor(reading, act),
  };
}

/** Positions by which an author speaks against its own claim: they count as its stance, and are not the way to take a claim back. */
function deniedByAuthor({ answers }: Reading, { id, party }: Act): readonly Finding[] {
  return (answers.get(id) ?? [])
    .filter((act) => act.type === 'position' && act.party === party && act.frame.target === undefined)
    .filter(({ frame }) => frame.value === 'denies' || frame.value === 'contests')
    .map((act) => remark(act, 'joint.finding.denies_own'));
}

function stateOf({ acts, withdrawn }: Reading, { id, party }: Act): ClaimJoint['state'] {
  if (withdrawn.has(id)) return 'withdrawn';
  const last = acts.findLast((act) => act.party === party && (isStandingBy(act, id) || (act.type === 'correction' && act.frame.entry === id)));
  return last === undefined ? 'asserted' : last.type === 'correction' ? 'amended' : 'maintained';
}

function isStandingBy({ type, refs, frame }: Act, id: string): boolean {
  return type === 'position' && refs[0] === id && frame.value === 'accepts' && frame.target === undefined;
}
