import type { Act, Matter } from '../matter.ts';
import { type Reading, readMatter, textsIn } from './reading.ts';
import { type Powers, powersIn } from './signatures.ts';

/** The matters of one affair, read once: what one of them names in another is found without comparing each with each. */
export type Around = {
  /** By matter id. */
  readonly readings: ReadonlyMap<string, Reading>;
  /** Where an act stands, by its id. */
  readonly placeOf: ReadonlyMap<string, { readonly act: Act; readonly reading: Reading }>;
  /** Matters that name an act in what they concern, by the id of that act. */
  readonly naming: ReadonlyMap<string, readonly Matter[]>;
  readonly powers: Powers;
  /** Signatures that name full powers, by the id of these. */
  readonly uses: ReadonlyMap<string, readonly Act[]>;
};

/** Reads the matters of one affair in a channel with so many parties; those that nobody has opened yet are left out. */
export function readAround(matters: readonly Matter[], parties: number): Around {
  const readings = new Map(matters.filter(({ kind }) => kind !== '').map((matter) => [matter.id, readMatter(matter, parties)]));
  const placeOf = new Map<string, { act: Act; reading: Reading }>();
  const naming = new Map<string, Matter[]>();
  for (const reading of readings.values()) {
    for (const act of reading.acts) placeOf.set(act.id, { act, reading });
    for (const id of new Set(reading.matter.concerns)) {
      const known = naming.get(id);
      if (known === undefined) naming.set(id, [reading.matter]);
      else known.push(reading.matter);
    }
  }
  const powers = powersIn(readings.values());
  return { readings, placeOf, naming, powers, uses: usesOf(powers, placeOf.values()) };
}

function usesOf(powers: Powers, places: Iterable<{ readonly act: Act }>): ReadonlyMap<string, readonly Act[]> {
  const uses = new Map<string, Act[]>();
  if (powers.size === 0) return uses;
  for (const { act } of places)
    for (const id of act.type === 'signature' ? textsIn(act.frame, 'concerns') : []) {
      const known = uses.get(id);
      if (known !== undefined) known.push(act);
      else if (powers.has(id)) uses.set(id, [act]);
    }
  return uses;
}
