import { withdrawnIn } from './about-entries.ts';
import { type Act, actsBy, type Matter } from './matter.ts';

/**
 * One party's stance on a claim: its latest position, and how many it took before. Absent `position`: not answered, which means nothing. `earlierWords`: the
 * claim was said anew since, or the position does not name the words that it was said in last, and so is of others.
 */
export type Stance = { readonly party: number; readonly position?: Act; readonly earlier: number; readonly earlierWords?: true };

/** Joint standing of a claim: agreed when every party accepts the same bytes, disputed when one contests or denies them, withdrawn by its author, else open. */
export type ClaimStanding = 'agreed' | 'disputed' | 'open' | 'withdrawn';

/**
 * Each party's stance, in party order; stances are never merged. One that was taken back, or is on a passage of the claim alone, is none, nor is one on
 * what else stands in its matter: whoever accepts evidence, or an undertaking, has accepted that, and nothing of the claim.
 */
export function stancesOf(matter: Matter, parties: number): readonly Stance[] {
  const withdrawn = withdrawnIn(matter);
  const words = lastWords(actsBy(matter, matter.opener, 'correction'), matter.id);
  return Array.from({ length: parties }, (_, party) => {
    const positions = positionsBy(matter, party).filter((act) => !withdrawn.has(act.id) && act.frame.target === undefined);
    const position = positions.at(-1);
    const isEarlier = position !== undefined && party !== matter.opener && isOfEarlierWords(position, words);
    return {
      party,
      ...(position === undefined ? {} : { position }),
      earlier: Math.max(0, positions.length - 1),
      ...(isEarlier ? { earlierWords: true as const } : {}),
    };
  });
}

/** Of its author's corrections, in the order of their log, the last one of a document: the words that it is said in now. */
export function lastWords(corrections: readonly Act[], document: string): Act | undefined {
  return corrections.findLast(({ type, frame }) => type === 'correction' && frame.entry === document);
}

/** Whether a position is of other words than these, by its own account: it names none, or others. */
export function isOfEarlierWords(position: Act, words: Act | undefined): boolean {
  return words !== undefined && !position.refs.includes(words.id);
}

/** What a party said of the claim itself, whole or in part, oldest first. */
export function positionsBy(matter: Matter, party: number): readonly Act[] {
  return actsBy(matter, party, 'position').filter(({ refs }) => refs[0] === matter.id);
}

/** A commutative function of the stances: whoever claims accepts, until they say otherwise; and whoever accepted other words has not accepted these. */
export function standingOfClaim(matter: Matter, parties: number, stances = stancesOf(matter, parties)): ClaimStanding {
  if (withdrawnIn(matter).has(matter.id)) return 'withdrawn';
  const said = stances.map((stance) => ({
    ...stance,
    value: stance.position?.frame.value ?? (stance.party === matter.opener ? 'accepts' : undefined),
  }));
  if (said.some(({ value }) => value === 'contests' || value === 'denies')) return 'disputed';
  return said.every(({ value, earlierWords }) => value === 'accepts' && earlierWords !== true) ? 'agreed' : 'open';
}
