import { isCorrectable, isHeldTo, pointedNames } from '../document/about-entries.ts';
import type { Kind } from '../document/kind.ts';
import { kindOf } from '../document/registry.ts';
import { type Act, actsOf, type Matter } from './matter.ts';

/** Corrections of one document, in the order of its author's log, and the kind of what they correct. */
export type Corrections = { readonly of: string; readonly kind: Kind; readonly acts: readonly Act[] };

/** What a document's words are made of: the last correction of each field, in the order of its author's log, and the correction (`entry`) with which they are so. */
export type SaidAnew = { readonly of: string; readonly acts: readonly Act[]; readonly entry: string };

/** By document, the corrections of these in their own matters; none of what its author is held to, which stands in the words that it was sent in. */
export function correctionsIn(matters: readonly Matter[], ids: ReadonlySet<string>): ReadonlyMap<string, Corrections> {
  const found = new Map<string, Corrections & { readonly acts: Act[] }>();
  for (const matter of matters) {
    const acts = actsOf(matter).filter(({ type, frame }) => type === 'correction' && typeof frame.entry === 'string' && ids.has(frame.entry));
    if (acts.length === 0) continue;
    const types = new Map(actsOf(matter).map(({ id, type }) => [id, type]));
    for (const act of acts) {
      const id = String(act.frame.entry);
      const kind = kindOf(types.get(id) ?? '');
      if (kind === undefined || isHeldTo(kind.id)) continue;
      const known = found.get(id) ?? { of: id, kind, acts: [] };
      found.set(id, known);
      known.acts.push(act);
    }
  }
  return found;
}

/** As the last of these corrections leaves the document. */
export function saidLast(corrections: Corrections): SaidAnew | undefined {
  const place = corrections.acts.length - 1;
  return saidAt(corrections, new Set([place])).get(place);
}

/**
 * As the last that each of these names of the corrections leaves the document, by `by`; of those that name none, nothing. All corrections are gone through once
 * for all who name one: one party can send very many of both.
 */
export function saidWithEach(
  corrections: Corrections,
  naming: readonly { readonly by: string; readonly named: readonly string[] }[],
): ReadonlyMap<string, SaidAnew> {
  const places = new Map(corrections.acts.map(({ id }, place) => [id, place]));
  const last = new Map(naming.map(({ by, named }) => [by, Math.max(-1, ...named.map((id) => places.get(id) ?? -1))]));
  const said = saidAt(corrections, new Set(last.values()));
  return new Map(
    [...last].flatMap(([by, place]) => {
      const one = said.get(place);
      return one === undefined ? [] : [[by, one] as const];
    }),
  );
}

/** The document as the corrections at these places leave it. */
function saidAt({ of, kind, acts }: Corrections, places: ReadonlySet<number>): ReadonlyMap<number, SaidAnew> {
  const correctable = new Set(kind.fields.flatMap(({ name }) => (isCorrectable(kind, name) ? [name] : [])));
  const last = new Map<string, number>();
  const found = new Map<number, SaidAnew>();
  for (const [place, act] of acts.entries()) {
    for (const name of pointedNames(act.frame)) if (correctable.has(name)) last.set(name, place);
    if (!places.has(place)) continue;
    const standing = [...new Set(last.values())].sort((a, b) => a - b);
    found.set(place, { of, acts: standing.flatMap((one) => acts[one] ?? []), entry: act.id });
  }
  return found;
}
