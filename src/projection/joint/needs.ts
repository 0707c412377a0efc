import { actsOf, type Matter } from '../matter.ts';
import { ESCALATING } from './escalation.ts';
import type { Joint } from './joint.ts';
import { textsIn } from './reading.ts';

/**
 * Matters of the same affair that a joint state looks at: those opened by `opener` (by any party where it is left out), of these kinds (of any where they
 * are left out), or that may hold an act of the kind `holds`. With `heads` their acts are not asked for.
 */
export type Need = { readonly opener?: number; readonly kinds?: readonly string[]; readonly holds?: string; readonly heads?: true };

/** What the state of each kind looks at beside its own matter; what is not here looks at nothing there, but for full powers that a signature names. */
const NEEDS: Readonly<Partial<Record<Joint['kind'], (party: number) => Need>>> = {
  request: (party) => ({ opener: party, kinds: ESCALATING }),
  communication_check: (party) => ({ opener: party, kinds: ESCALATING }),
  vulnerability_report: () => ({ kinds: ['advisory'] }),
  consultation: () => ({ heads: true }),
  full_powers: () => ({ holds: 'signature' }),
};

/** What of its affair the joint states in a matter look at: so that whoever fills an affair does not make us read all of it for one matter. */
export function needsOf(matter: Matter): readonly Need[] {
  const needs = actsOf(matter).flatMap(({ type, party }) => needOf(type, party) ?? []);
  return [...new Map(needs.map((need) => [keyOfNeed(need), need])).values()];
}

/** What the state of an act of this kind looks at, by whose it is. */
export function needOf(kind: string, party: number): Need | undefined {
  return Object.hasOwn(NEEDS, kind) ? NEEDS[kind as Joint['kind']]?.(party) : undefined;
}

/** Equal needs have equal keys. */
export function keyOfNeed({ opener, kinds, holds, heads }: Need): string {
  return JSON.stringify([opener, kinds, holds, heads]);
}

/** Acts that the statements in a matter name, wherever they stand in the affair. */
export function namedIn(matter: Matter): readonly string[] {
  return [...new Set(actsOf(matter).flatMap(({ type, frame }) => (type === 'statement' ? textsIn(frame, 'concerns') : [])))];
}

/** Ids that the signatures in a matter name: full powers may be among them. */
export function signedUnder(matter: Matter): readonly string[] {
  return [...new Set(actsOf(matter).flatMap(({ type, frame }) => (type === 'signature' ? textsIn(frame, 'concerns') : [])))];
}
