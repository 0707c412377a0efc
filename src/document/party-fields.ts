import type { Field, Kind } from './kind.ts';

/** The field of an undertaking in which sides are named. */
const NAMING = 'obligors';

/**
 * A kind as it is asked in a channel, by the names of the other parties: where there are several, sides are chosen by name; where there is one, nothing is to
 * be named. A name that two of them have names nobody.
 */
export function kindIn(kind: Kind, others: readonly string[]): Kind {
  if (!kind.fields.some(({ name }) => name === NAMING)) return kind;
  const of = others.filter((name) => others.indexOf(name) === others.lastIndexOf(name));
  const fields = kind.fields.flatMap((field): readonly Field[] => {
    if (field.name !== NAMING) return [field];
    const { name, frame, required } = field;
    return others.length > 1 ? [{ name, frame, required, shape: 'choices', of, max: of.length }] : [];
  });
  return { ...kind, fields };
}
