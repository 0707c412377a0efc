import type { StampedTime, selfStartedAt } from '../procedure/clock.ts';
import type { Clock } from '../procedure/pack.ts';
import { takenBackIn } from './about-entries.ts';
import type { Read } from './answered.ts';
import { type Act, actsOf, type Matter } from './matter.ts';

/** What is gathered from all acts is gathered when it is asked for: most that ask need the half of it. */
export class MatterRead implements Read {
  readonly matter: Matter;
  readonly acts: readonly Act[];
  #stamps: Read['stamps'] | undefined;
  #withdrawn: Read['withdrawn'] | undefined;

  constructor(matter: Matter) {
    this.matter = matter;
    this.acts = actsOf(matter);
  }

  get stamps(): Read['stamps'] {
    this.#stamps ??= stampsIn(this.acts);
    return this.#stamps;
  }

  get withdrawn(): Read['withdrawn'] {
    this.#withdrawn ??= takenBackIn(this.matter);
    return this.#withdrawn;
  }
}

/** Matters do not change: what one comes to is gathered once, however many others ask. */
const gathered = new WeakMap<Matter, Read>();

/** The matters in which a clock of this one may end: all that are known here, or those that concern something of this one. */
export function readsAround(clock: Clock, { matter, acts }: Read, elsewhere: readonly Matter[] = []): readonly Read[] {
  return (clock.discharge.in === 'concerning' ? concerning(elsewhere, acts) : elsewhere)
    .filter((other) => other.id !== matter.id)
    .map((other) => {
      const read = gathered.get(other) ?? new MatterRead(other);
      gathered.set(other, read);
      return read;
    });
}

/** Where in a list of matters those are that concern an act, by its id: with very many matters none is compared with each other one. */
const concerns = new WeakMap<readonly Matter[], ReadonlyMap<string, readonly number[]>>();

/** Those of these matters that concern one of these acts, in their order. */
function concerning(matters: readonly Matter[], acts: readonly Act[]): readonly Matter[] {
  const known = concerns.get(matters) ?? placesByConcern(matters);
  concerns.set(matters, known);
  const places = new Set(acts.flatMap(({ id }) => known.get(id) ?? []));
  return [...places].sort((a, b) => a - b).flatMap((place) => matters[place] ?? []);
}

function placesByConcern(matters: readonly Matter[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [place, matter] of matters.entries())
    for (const id of new Set(matter.concerns)) {
      const known = places.get(id);
      if (known === undefined) places.set(id, [place]);
      else known.push(place);
    }
  return places;
}

/**
 * Stamped times by the entry they cover, with those of the words that others gave of it ({@link selfStartedAt}). A matter may hold very many of both, and
 * nobody who sends them may make us compare each with each.
 */
export function stampsIn(acts: readonly Act[]): ReadonlyMap<string, readonly StampedTime[]> {
  const stamps = new Map<string, StampedTime[]>();
  const words = new Map<string, string[]>();
  for (const { id, stamp, party: log, index } of acts) {
    if (stamp === undefined) continue;
    const { entry, party: of, from, size } = stamp;
    const times = stamps.get(entry) ?? [];
    stamps.set(entry, times);
    for (const { party, time } of stamp.held) times.push({ log, index, id, entry, of, from, size, time, by: { party } });
    for (const { host, time } of stamp.witnessed) times.push({ log, index, id, entry, of, from, size, time, by: { host: String(host) } });
    if (stamp.party === log || !stamp.held.some(({ party }) => party === log)) continue;
    const known = words.get(stamp.entry);
    if (known === undefined) words.set(stamp.entry, [id]);
    else known.push(id);
  }
  if (words.size === 0) return stamps;
  // One step alone, from what was gathered: words of words of words must not add up.
  const heard = [...words].map(([entry, ids]) => [entry, [entry, ...ids].flatMap((id) => stamps.get(id) ?? [])] as const);
  return new Map<string, readonly StampedTime[]>([...stamps, ...heard]);
}
