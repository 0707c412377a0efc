import { assert } from '../base/errors.ts';
import { isObject, type Json } from '../base/json.ts';
import type { Fields } from '../document/kind.ts';
import type { StampFacts } from '../verify/verified-entry.ts';

/** One counted act in a matter: what the fold keeps of a valid entry. `frame` holds frame fields alone, so an erasure moves nothing. */
export type Act = {
  readonly id: string;
  readonly type: string;
  readonly party: number;
  /** Place among all that its party said, through its generations. */
  readonly index: number;
  readonly time: number;
  readonly refs: readonly string[];
  readonly frame: Fields;
  readonly automatic: boolean;
  readonly stamp?: StampFacts;
};

/**
 * The unit of state: one component per party, each the acts of that party's own log in log order, so that what arrived first never matters.
 * What is joint - a position beside another, a request met - is computed from the components, never stored.
 */
export type Matter = {
  /** Entry id of the act that opened it. */
  readonly id: string;
  /** Kind of that act; empty while it has not arrived. */
  readonly kind: string;
  readonly opener: number;
  /** Acts of other matters this one concerns: what ties a dossier. */
  readonly concerns: readonly string[];
  readonly components: { readonly [party: string]: readonly Act[] };
};

/** A matter nobody has opened yet. */
export function emptyMatter(id: string): Matter {
  return { id, kind: '', opener: -1, concerns: [], components: {} };
}

/** The matter with one more act, in its party's component, at its place in the log; the same act twice changes nothing. */
export function withAct(matter: Matter, act: Act): Matter {
  const component = matter.components[act.party] ?? [];
  if (component.some((other) => other.id === act.id)) return matter;
  const last = component.at(-1);
  const next = last === undefined || last.index < act.index ? [...component, act] : [...component, act].sort((a, b) => a.index - b.index);
  const opened = act.id === matter.id;
  return {
    ...matter,
    ...(opened ? { kind: act.type, opener: act.party, concerns: concernsOf(act.frame) } : {}),
    components: { ...matter.components, [act.party]: next },
  };
}

/** All acts of a matter, party by party. */
export function actsOf(matter: Matter): readonly Act[] {
  return Object.keys(matter.components)
    .sort((a, b) => Number(a) - Number(b))
    .flatMap((party) => matter.components[party] ?? []);
}

/** A party's acts of one type, oldest first. */
export function actsBy(matter: Matter, party: number, type: string): readonly Act[] {
  return (matter.components[party] ?? []).filter((act) => act.type === type);
}

/** The act that opened a matter, once it is here. */
export function openingAct(matter: Matter): Act | undefined {
  return (matter.components[matter.opener] ?? []).find((act) => act.id === matter.id);
}

/** Text of a matter for the store and for digests; equal matters have equal text, whatever order their acts came in. */
export function formatMatter(matter: Matter): string {
  const components = Object.fromEntries(
    Object.keys(matter.components)
      .sort((a, b) => Number(a) - Number(b))
      .map((party) => [party, matter.components[party] ?? []]),
  );
  return JSON.stringify({ id: matter.id, kind: matter.kind, opener: matter.opener, concerns: matter.concerns, components });
}

/** The matter of such a text; asserts its form, since only this program writes it. */
export function parseMatter(text: string): Matter {
  const value = JSON.parse(text) as Json;
  assert(isObject(value) && isObject(value.components), 'a stored matter has its form');
  return value as unknown as Matter;
}

function concernsOf(frame: Fields): readonly string[] {
  const concerns = frame.concerns;
  return Array.isArray(concerns) ? concerns.filter((id: Json): id is string => typeof id === 'string') : [];
}
