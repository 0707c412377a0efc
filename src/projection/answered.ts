import { heldAt, metAt, type StampedTime, type Standing, type Timed } from '../procedure/clock.ts';
import { type Clock, discharges } from '../procedure/pack.ts';
import type { Act, Matter } from './matter.ts';

/** A matter as its duties are computed from it. */
export type Read = {
  readonly matter: Matter;
  readonly acts: readonly Act[];
  readonly stamps: ReadonlyMap<string, readonly StampedTime[]>;
  readonly withdrawn: ReadonlyMap<string, Act>;
};

/** Who owes whom. */
export type Pair = { readonly debtor: number; readonly creditor: number };

/** What a debtor said that ends a clock, for every anchor alike: the first of it, when it was met at the earliest, and when all of it was held, oldest first. */
export type Answered = { readonly first?: Act; readonly met?: number; readonly held: readonly number[] };

type Answer = { readonly act: Act; readonly stamps: readonly StampedTime[] };
type Context = { readonly quorum: number; readonly standing: Standing };

/**
 * What ends a clock in these places, by anchor and pair. It is gathered once for all anchors that it answers alike: a matter may hold very many anchors and very
 * many answers, and nobody who sends them may make us compare each with each.
 */
export function answeredIn(places: readonly Read[], clock: Clock, context: Context): (anchor: Act, pair: Pair) => Answered {
  const byDebtor = new Map<number, ReadonlyMap<string, readonly Answer[]>>();
  const known = new Map<string, Answered>();
  return (anchor, { debtor, creditor }) => {
    const matched = matchedIn(clock, anchor.frame);
    if (matched === undefined) return { held: [] };
    const key = `${debtor}/${creditor}/${matched}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const answers = byDebtor.get(debtor) ?? answersByMatch(places, clock, debtor);
    byDebtor.set(debtor, answers);
    const fresh = answeredBy(answers.get(matched) ?? [], clock, creditor, context);
    known.set(key, fresh);
    return fresh;
  };
}

/** When a clock that started then, where that is known, was ended by what was said. */
export function endedAt({ met, held }: Answered, clock: Clock, started: number | undefined): number | undefined {
  if (clock.discharge.in !== 'channel') return met;
  // An old document anywhere in the channel ends nothing that started after it.
  return started === undefined ? undefined : held[countBelow(held, started)];
}

/**
 * What the debtor said in a matter that ends the clock of an anchor, or of whichever anchor it matches. Who takes an answer back owes it again: only their own
 * act says so, and it hurts nobody else.
 */
export function answersIn(read: Read, clock: Clock, debtor: number, anchor?: Act): readonly Answer[] {
  return read.acts
    .filter(
      (act) => act.party === debtor && discharges(clock, (anchor ?? act).frame, { kind: act.type, fields: act.frame }) && !read.withdrawn.has(act.id),
    )
    .map((act) => ({ act, stamps: read.stamps.get(act.id) ?? [] }));
}

/** An act as times are asked for it. */
export function timed(act: Act): Timed {
  return { party: act.party, index: act.index, entry: act.id };
}

function answersByMatch(places: readonly Read[], clock: Clock, debtor: number): ReadonlyMap<string, readonly Answer[]> {
  const answers = places.flatMap((place) => answersIn(place, clock, debtor));
  return Map.groupBy(answers, ({ act }) => matchedIn(clock, act.frame) ?? '');
}

/** The values of the fields in which an answer must equal its anchor, as one text; `undefined` where one is missing, or none that can be equal. */
function matchedIn(clock: Clock, fields: Act['frame']): string | undefined {
  const { matches } = clock.discharge;
  if (matches === undefined) return '';
  const values = matches.map((name) => fields[name]);
  return values.every((value) => value !== undefined && (value === null || typeof value !== 'object')) ? JSON.stringify(values) : undefined;
}

function answeredBy(answers: readonly Answer[], clock: Clock, creditor: number, { quorum, standing }: Context): Answered {
  const [first] = answers;
  const inChannel = clock.discharge.in === 'channel';
  const times = answers.flatMap(
    ({ act, stamps }) => (inChannel ? heldAt(stamps, timed(act), creditor, quorum) : metAt(stamps, timed(act), creditor, quorum, standing)) ?? [],
  );
  times.sort((a, b) => a - b);
  const [met] = times;
  return { ...(first === undefined ? {} : { first: first.act }), ...(met === undefined ? {} : { met }), held: times };
}

/** How many of these instants, oldest first, come before one. */
function countBelow(instants: readonly number[], instant: number): number {
  let [low, high] = [0, instants.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((instants[middle] ?? 0) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
