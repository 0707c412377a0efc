import { isHeldTo, pointedNames } from '../document/about-entries.ts';
import { type Act, actsOf, type Matter } from './matter.ts';

/**
 * What the acts of a matter say about others of its acts. Corrections and withdrawals are valid for own entries alone (spec/entry.md), so the party
 * need not be looked at; erasures and losses by other parties are about what those hold.
 */
export type AboutEntries = {
  /** By entry id, the first withdrawal: a second one adds nothing. */
  readonly withdrawals: ReadonlyMap<string, Act>;
  /** By entry id, corrections in the order of their author's log. */
  readonly corrections: ReadonlyMap<string, readonly Act[]>;
  /** By entry id, erasures and losses by whomever. */
  readonly gone: ReadonlyMap<string, readonly Act[]>;
};

/** The acts about other acts of a matter. */
export function aboutEntries(matter: Matter): AboutEntries {
  const withdrawals = new Map<string, Act>();
  const corrections = new Map<string, Act[]>();
  const gone = new Map<string, Act[]>();
  for (const act of actsOf(matter)) {
    const { entry } = act.frame;
    if (typeof entry !== 'string') continue;
    if (act.type === 'withdrawal' && !withdrawals.has(entry)) withdrawals.set(entry, act);
    else if (act.type === 'correction') put(corrections, entry, act);
    else if (act.type === 'body_erased' || act.type === 'lost') put(gone, entry, act);
  }
  return { withdrawals, corrections, gone };
}

/** Ids of acts that their author withdrew. */
export function withdrawnIn(matter: Matter): ReadonlyMap<string, Act> {
  let withdrawals: Map<string, Act> | undefined;
  for (const act of actsOf(matter)) {
    if (act.type !== 'withdrawal') continue;
    const { entry } = act.frame;
    withdrawals ??= new Map();
    if (typeof entry === 'string' && !withdrawals.has(entry)) withdrawals.set(entry, act);
  }
  return withdrawals ?? NOTHING_WITHDRAWN;
}

const NOTHING_WITHDRAWN: ReadonlyMap<string, Act> = new Map();

/**
 * Withdrawals that take something back: not of what its author is held to, which stands whatever they say of it. That is a commitment, a reveal, and an
 * exchange to which its own author has committed, who could else take what the other side gives and then call the whole off.
 */
export function takenBackIn(matter: Matter): ReadonlyMap<string, Act> {
  const withdrawn = withdrawnIn(matter);
  if (withdrawn.size === 0) return withdrawn;
  const held = new Set<string>();
  for (const act of actsOf(matter)) {
    if (isHeldTo(act.type)) held.add(act.id);
    if (isCommitted(matter, act)) held.add(matter.id);
  }
  return held.size === 0 ? withdrawn : new Map([...withdrawn].filter(([id]) => !held.has(id)));
}

function isCommitted({ id, kind, opener }: Matter, { type, party, refs }: Act): boolean {
  return kind === 'simultaneous_exchange' && type === 'commitment' && party === opener && refs[0] === id;
}

/** What is known of one party's hold on an erased field, weakest last: nobody can look into another's store. */
export type HolderState =
  /** It signed that it holds it no more: the author, and whoever said so. */
  | 'says_gone'
  /** Its node holds the erasure, and erases as this program does; it has signed nothing. */
  | 'told'
  /** Its node held the text, and has not acknowledged the erasure yet. */
  | 'holds'
  /** No receipt shows that its node ever held the text. */
  | 'not_shown';

/** Names of the fields that acts of a party, or of anybody, say are gone from an entry. */
export function goneNames(acts: readonly Act[], party?: number): ReadonlySet<string> {
  const own = acts.filter((act) => act.type === 'body_erased' && (party === undefined || act.party === party));
  return new Set(own.flatMap((act) => pointedNames(act.frame)));
}

function put(map: Map<string, Act[]>, key: string, act: Act): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [act]);
  else known.push(act);
}
