import { takenBackIn } from './about-entries.ts';
import type { Matter } from './matter.ts';

/**
 * Whether an exchange is under way in a matter: it is not taken back, and a party has yet to commit, or to reveal. It has no clock, and asks no more than whether
 * each said the one and then the other: what was revealed may still be something else.
 */
export function isExchanging(matter: Matter, parties: number): boolean {
  if (matter.kind !== 'simultaneous_exchange' || takenBackIn(matter).has(matter.id)) return false;
  for (let party = 0; party < parties; party++) {
    const said = (matter.components[party] ?? []).filter(({ refs }) => refs[0] === matter.id);
    const committed = said.findIndex(({ type }) => type === 'commitment');
    // What was revealed before was committed to nothing, and is no reveal (spec/exchange.md).
    if (committed < 0 || !said.slice(committed).some(({ type }) => type === 'reveal')) return true;
  }
  return false;
}
