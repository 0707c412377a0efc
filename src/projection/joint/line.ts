import type { Phrase } from '../../base/phrases.ts';
import type { Effect } from './effect.ts';
import type { Said } from './reading.ts';
import type { Signatures } from './signatures.ts';

/** One sentence about a joint state, and the instant that stands after it; `exact`: its seconds decide, and are said. */
export type JointLine = { readonly phrase: Phrase; readonly at?: number; readonly exact?: true };

/** Names of the parties by number, and the present in seconds: lateness is said where the sentence is, never kept. */
export type LineContext = { readonly names: readonly string[]; readonly now: number };

/** A line of an id of the catalogue, with values and, after it, an instant. */
export function line(id: string, values?: Phrase['values'], at?: number): JointLine {
  return { phrase: { id, ...(values === undefined ? {} : { values }) }, ...(at === undefined ? {} : { at }) };
}

/** A line whose instant is said to the second. */
export function exactLine(id: string, values: Phrase['values'], at: number): JointLine {
  return { ...line(id, values, at), exact: true };
}

/** A choice as messages select it: they take no hyphens. */
export function keyOf(choice: string): string {
  return choice.replaceAll('-', '_');
}

/** Names of some parties, one after another. */
export function namesOf({ names }: LineContext, parties: readonly number[]): string {
  return parties.map((party) => names[party] ?? '').join(', ');
}

/** Who took which step, in the order of practice; who has sent a document that counts as their signature is not said again. */
export function signatureLines({ parties }: Signatures, { names }: LineContext): readonly JointLine[] {
  return parties.flatMap(({ party, steps }) =>
    steps.flatMap(({ step, time, own, withdrawn }) => {
      const values = { name: names[party] ?? '', step: keyOf(step) };
      const taken = own === true ? [] : [line('joint.signed', values, time)];
      return withdrawn === undefined ? taken : [...taken, line('joint.signed_back', values, withdrawn.time)];
    }),
  );
}

/**
 * Who ended something, and since when: since it was held where an earlier moment is named, which is said beside it; while nothing says that it was held, the
 * moment alone.
 */
export function effectLines(id: string, { party, named, at }: Said & Effect, { names }: LineContext): readonly JointLine[] {
  const name = names[party] ?? '';
  if (at === undefined) return [line(`${id}_unheld`, { name }, named)];
  return [line(id, { name }, at), ...(named < at ? [line('joint.named_before', {}, named)] : [])];
}

/** Seconds in whole minutes, as people say them. */
export function minutesOf(seconds: number): number {
  return Math.round(seconds / 60);
}
