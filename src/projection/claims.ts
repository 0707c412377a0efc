import { withdrawnIn } from './about-entries.ts';
import { type Act, actsBy, type Matter } from './matter.ts';

/** One party's stance on a claim: its latest position, and how many it took before. Absent `position`: not answered, which means nothing. */
export type Stance = { readonly party: number; readonly position?: Act; readonly earlier: number };

/** Joint standing of a claim: agreed when every party accepts the same bytes, disputed when one contests or denies them, withdrawn by its author, else open. */
export type ClaimStanding = 'agreed' | 'disputed' | 'open' | 'withdrawn';

/**
 * Each party's stance, in party order; stances are never merged. One that was taken back, or is on a passage of the claim alone, is none, nor is one on
 * what else stands in its matter: whoever accepts evidence, or an undertaking, has accepted that, and nothing of the claim.
 */
export function stancesOf(matter: Matter, parties: number): readonly Stance[] {
  const withdrawn = withdrawnIn(matter);
  return Array.from({ length: parties }, (_, party) => {
    const positions = positionsBy(matter, party).filter((act) => !withdrawn.has(act.id) && act.frame.target === undefined);
    const position = positions.at(-1);
    return { party, ...(position === undefined ? {} : { position }), earlier: Math.max(0, positions.length - 1) };
  });
}

/** What a party said of the claim itself, whole or in part, oldest first. */
export function positionsBy(matter: Matter, party: number): readonly Act[] {
  return actsBy(matter, party, 'position').filter(({ refs }) => refs[0] === matter.id);
}

/** A commutative function of the stances: whoever claims accepts, until they say otherwise. */
export function standingOfClaim(matter: Matter, parties: number, stances = stancesOf(matter, parties)): ClaimStanding {
  if (withdrawnIn(matter).has(matter.id)) return 'withdrawn';
  const values = stances.map(({ party, position }) => position?.frame.value ?? (party === matter.opener ? 'accepts' : undefined));
  if (values.some((value) => value === 'contests' || value === 'denies')) return 'disputed';
  return values.every((value) => value === 'accepts') ? 'agreed' : 'open';
}
