import type { Act } from '../matter.ts';
import type { Around } from './around.ts';
import { type Reading, type Said, said } from './reading.ts';

/** Full powers: issued by a side, used by the signatures that name them, and revoked by a withdrawal, which undoes no use of them. */
export type FullPowersJoint = Said & {
  readonly kind: 'full_powers';
  readonly state: 'issued' | 'used' | 'revoked';
  readonly uses: readonly Said[];
};

/** The full powers that this act gives; who used them is looked for around it. */
export function fullPowersOf({ withdrawn }: Reading, act: Act, { uses }: Pick<Around, 'uses'>): FullPowersJoint {
  const revoked = withdrawn.get(act.id);
  const used = (uses.get(act.id) ?? []).filter(
    ({ party, index }) => party === act.party && act.index < index && (revoked === undefined || index < revoked.index),
  );
  const state = revoked === undefined ? (used.length > 0 ? 'used' : 'issued') : 'revoked';
  return { ...said(act), kind: 'full_powers', state, uses: used.map(said) };
}
