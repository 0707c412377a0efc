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

/** What is said of a matter beside its acts. */
export type MatterHead = Omit<Matter, 'components'>;

/** What comes to one matter: acts, and whether they are all it has, since those it had before have gone to another or stand among them. */
export type MatterChange = { readonly id: string; readonly acts: readonly Act[]; readonly anew: boolean };

/** The matter with one more act, in its party's component, at its place in the log; the same act twice changes nothing. */
export function withAct(matter: Matter, act: Act): Matter {
  return withActs(matter, [act]);
}

/** As {@link withAct}, with many. */
export function withActs(matter: Matter, acts: readonly Act[]): Matter {
  const components: Record<string, readonly Act[]> = { ...matter.components };
  for (const [party, more] of byParty(acts)) components[party] = merged(components[party] ?? [], more);
  return { ...headWith(matter, acts), components };
}

/** The matter after what came to it. */
export function changedMatter(matter: Matter | undefined, { id, acts, anew }: MatterChange): Matter {
  return withActs(anew || matter === undefined ? emptyMatter(id) : matter, acts);
}

/** What is said of a matter once these acts came to it. */
export function headWith({ id, kind, opener, concerns }: MatterHead, acts: readonly Act[]): MatterHead {
  // Of an act that comes twice the first counts.
  const opening = kind === '' ? acts.find((act) => act.id === id) : undefined;
  return opening === undefined
    ? { id, kind, opener, concerns }
    : { id, kind: opening.type, opener: opening.party, concerns: concernsOf(opening.frame) };
}

function byParty(acts: readonly Act[]): Iterable<readonly [number, readonly Act[]]> {
  const [first] = acts;
  return acts.length === 1 && first !== undefined ? [[first.party, acts]] : Map.groupBy(acts, (act) => act.party);
}

/** A component with more acts of its party: nearly always later than all it has, so that those are not looked through. */
function merged(component: readonly Act[], more: readonly Act[]): readonly Act[] {
  const acts = [...component];
  let isSorted = true;
  let known: Set<string> | undefined;
  for (const act of more) {
    const last = acts.at(-1);
    if (last !== undefined && last.index >= act.index) known ??= new Set(acts.map(({ id }) => id));
    if (known?.has(act.id) === true) continue;
    known?.add(act.id);
    isSorted &&= last === undefined || last.index < act.index;
    acts.push(act);
  }
  return isSorted ? acts : acts.sort((a, b) => a.index - b.index);
}

/** All acts of a matter, party by party. */
export function actsOf(matter: Matter): readonly Act[] {
  // Names that are whole numbers come in their order.
  const [first = [], ...others] = Object.values(matter.components);
  return others.length === 0 ? first : first.concat(...others);
}

/** A party's acts of one type, oldest first. */
export function actsBy(matter: Matter, party: number, type: string): readonly Act[] {
  return (matter.components[party] ?? []).filter((act) => act.type === type);
}

/** The act that opened a matter, once it is here. */
export function openingAct(matter: Matter): Act | undefined {
  return (matter.components[matter.opener] ?? []).find((act) => act.id === matter.id);
}

/** Text of a matter for digests, as the store puts it together from {@link formatHead} and the text of each act; equal matters have equal text, whatever order their acts came in. */
export function formatMatter(matter: Matter): string {
  const { id, kind, opener, concerns, components } = matter;
  return JSON.stringify({ id, kind, opener, concerns, components });
}

/** Text of what is said of a matter beside its acts. */
export function formatHead({ id, kind, opener, concerns }: MatterHead): string {
  return JSON.stringify({ id, kind, opener, concerns });
}

/** What such a text says, or that of a whole matter. */
export function parseHead(text: string): MatterHead & { readonly components?: Matter['components'] } {
  const value = JSON.parse(text) as Json;
  assert(isObject(value) && typeof value.id === 'string', 'what is kept of a matter has its form');
  return value as unknown as MatterHead & { readonly components?: Matter['components'] };
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
