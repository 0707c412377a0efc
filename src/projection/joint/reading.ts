import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import type { Phrase } from '../../base/phrases.ts';
import type { Fields } from '../../document/kind.ts';
import { LAST_INSTANT } from '../../document/shape.ts';
import { type Act, actsOf, type Matter } from '../matter.ts';

/** An act as joint states name it: its id, whose it is, and the time its author wrote. */
export type Said = { readonly entry: string; readonly party: number; readonly time: number };

/** Something in an act that does not fit with the rest: shown beside it, and it changes nothing; with `counts`, it is unusual and counts all the same. */
export type Finding = { readonly entry: string; readonly phrase: Phrase; readonly counts?: true };

/** Words as they stand in an opened field; `gone` where they were erased or are not here. */
export type Words<T> = T | 'gone';

/** A matter as joint states are computed from it: its acts by what they answer, so that nobody who sends many makes us compare each with each. */
export type Reading = {
  readonly matter: Matter;
  readonly parties: number;
  /** Acts of the channel's parties, party by party, in the order of their logs. */
  readonly acts: readonly Act[];
  readonly byId: ReadonlyMap<string, Act>;
  readonly answers: ReadonlyMap<string, readonly Act[]>;
  readonly withdrawn: ReadonlyMap<string, Act>;
  /** Stamps by the entry they name. */
  readonly stamps: ReadonlyMap<string, readonly Act[]>;
};

/** Reads a matter of a channel with so many parties. */
export function readMatter(matter: Matter, parties: number): Reading {
  // An id has one act; whatever claims to be another of that id is none.
  const seen = new Set<string>();
  const acts = actsOf(matter).filter(({ id, party }) => party >= 0 && party < parties && !seen.has(id) && seen.add(id).has(id));
  const byId = new Map(acts.map((act) => [act.id, act]));
  return {
    matter,
    parties,
    acts,
    byId,
    answers: Map.groupBy(acts, (act) => act.refs[0] ?? ''),
    withdrawn: ownWithdrawals(acts, byId),
    stamps: Map.groupBy(
      acts.filter(({ stamp }) => stamp !== undefined),
      ({ stamp }) => stamp?.entry ?? '',
    ),
  };
}

/** The first withdrawal of each act by its own author. Another's is void and does not come here; were it to, it would still take nothing back. */
function ownWithdrawals(acts: readonly Act[], byId: ReadonlyMap<string, Act>): ReadonlyMap<string, Act> {
  const withdrawn = new Map<string, Act>();
  for (const act of acts) {
    const { entry } = act.frame;
    if (act.type !== 'withdrawal' || typeof entry !== 'string' || withdrawn.has(entry)) continue;
    if (byId.get(entry)?.party === act.party) withdrawn.set(entry, act);
  }
  return withdrawn;
}

/** Acts of a type, wherever in the matter, withdrawn or not. */
export function actsOfType({ acts }: Reading, ...types: readonly string[]): readonly Act[] {
  return acts.filter(({ type }) => types.includes(type));
}

/** Acts of a type that answer this one and were not taken back. */
export function standingAnswers({ answers, withdrawn }: Reading, id: string, type: string): readonly Act[] {
  return (answers.get(id) ?? []).filter((act) => act.type === type && !withdrawn.has(act.id));
}

/** Each party's latest of these acts; party by party, `undefined` where it has none. */
export function latestByParty({ parties }: Reading, acts: readonly Act[]): readonly (Act | undefined)[] {
  const latest = new Map(acts.map((act) => [act.party, act]));
  return Array.from({ length: parties }, (_, party) => latest.get(party));
}

/** An act as joint states name it. */
export function said({ id, party, time }: Act): Said {
  return { entry: id, party, time };
}

/** A finding about an act. */
export function finding({ id: entry }: Pick<Act, 'id'>, id: string, values?: Phrase['values']): Finding {
  return { entry, phrase: { id, ...(values === undefined ? {} : { values }) } };
}

/** A finding about an act that counts all the same: its author may mean it so. */
export function remark(act: Pick<Act, 'id'>, id: string, values?: Phrase['values']): Finding {
  return { ...finding(act, id, values), counts: true };
}

/** A whole number from 0 in a field, or `undefined`. */
export function wholeIn(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= LAST_INSTANT ? value : undefined;
}

/** A text in a field; empty where there is none. */
export function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

/** The choice that a field holds, where it is one of these. */
export function choiceIn<T extends string>(fields: Fields, name: string, of: readonly T[]): T | undefined {
  const value = fields[name];
  return of.find((one) => one === value);
}

/** Texts in a list field, such as the ids of entries. */
export function textsIn(fields: Fields, name: string): readonly string[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter((item: Json): item is string => typeof item === 'string') : [];
}

/** Rows in a field; what is no row is none. */
export function rowsIn(fields: Fields, name: string): readonly JsonObject[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter((row: Json): row is JsonObject => isObject(row)) : [];
}

/** What is gathered of a reading by some id, once for each: many acts ask for the same, and whoever sends them must not make us compare each with each. */
export function gatheredOnce<T>(gather: (reading: Reading, id: string) => T): (reading: Reading, id: string) => T {
  const known = new WeakMap<Reading, Map<string, T>>();
  return (reading, id) => {
    const byId = known.get(reading) ?? new Map<string, T>();
    known.set(reading, byId);
    const before = byId.get(id);
    if (before !== undefined) return before;
    const fresh = gather(reading, id);
    byId.set(id, fresh);
    return fresh;
  };
}

/** Each party by number. */
export function everyParty({ parties }: Pick<Reading, 'parties'>): readonly number[] {
  return Array.from({ length: parties }, (_, party) => party);
}

/** Optional members, left out where there is nothing, so that equal states are equal JSON. */
export function present<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
