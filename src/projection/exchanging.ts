import { withdrawnIn } from './about-entries.ts';
import type { Act, Matter } from './matter.ts';

/**
 * Whether an exchange is under way in a matter: it is not taken back, and a party has yet to commit, or to reveal. It has no clock, and asks no more than whether
 * each said either: what was revealed may still be something else.
 */
export function isExchanging(matter: Matter, parties: number): boolean {
  if (matter.kind !== 'simultaneous_exchange' || withdrawnIn(matter).has(matter.id)) return false;
  for (let party = 0; party < parties; party++) {
    const said = (type: string): boolean => (matter.components[party] ?? []).some((act) => answers(act, matter.id, type));
    if (!said('commitment') || !said('reveal')) return true;
  }
  return false;
}

function answers({ type, refs }: Act, matter: string, wanted: string): boolean {
  return type === wanted && refs[0] === matter;
}
