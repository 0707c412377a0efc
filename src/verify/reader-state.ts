import { fromBase64url } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import { isObject, type Json } from '../base/json.ts';
import type { Marking } from '../document/envelope.ts';
import { type IdentityKeys, identityJson, type PartyCard, parseIdentityKeys } from '../entry/card.ts';

/** A representative as one log knows them. */
export type Person = {
  readonly actor: string;
  /** The signing key, base64url: a raw Ed25519 key, or the bytes that name a passkey (`entry/signing-key.ts`). */
  readonly key: string;
  readonly name: string;
  readonly post: string;
  readonly kinds: readonly string[];
  readonly marking: Marking;
  readonly mayRecall: boolean;
  readonly automatic: boolean;
  readonly state: 'accredited' | 'recalled' | 'ended';
  /** Who recalled: only that level or a higher one may return. */
  readonly recalledBy: 'identity' | 'representative' | null;
  /** Entry id of the accreditation: the matter. */
  readonly matter: string;
  /** Claimed time of the entry that led to `state`. */
  readonly since: number;
};

/** What a reader of one log carries from entry to entry; a pure function of the entries below `size`. */
export type ReaderState = {
  readonly size: number;
  /** Number of the last valid identity note. */
  readonly n: number;
  readonly identity: IdentityKeys;
  /** The identity keys that were in force before, oldest first: two events of one number are noticed by them. */
  readonly earlier?: readonly IdentityKeys[];
  readonly people: ReadonlyMap<string, Person>;
  /** Causal level of the last entry. */
  readonly level: number;
  /** Whether a stamp here names a log or a cosigner of a party that is not known: it is read again once one more is. */
  readonly strangers?: boolean;
};

/** The state before the first entry of a party's founding log. */
export function initialState(card: PartyCard): ReaderState {
  return { size: 0, n: 0, identity: card.identity, people: new Map(), level: 0 };
}

/** The state before the first entry of a later log: where its parent's counted words end, with the number its note took. */
export function continuedState(parent: ReaderState, n: number): ReaderState {
  const { strangers: _, ...rest } = parent;
  return { ...rest, size: 0, n: Math.max(parent.n, n) };
}

/** Strict JSON-able text of a state, for the store. */
export function formatState(state: ReaderState): string {
  return JSON.stringify({
    size: state.size,
    n: state.n,
    level: state.level,
    identity: identityJson(state.identity),
    ...(state.earlier === undefined ? {} : { earlier: state.earlier.map(identityJson) }),
    people: [...state.people.values()],
    ...(state.strangers === true ? { strangers: true } : {}),
  });
}

/** The state of such a text; asserts its form, since only this program writes it. */
export function parseState(text: string): ReaderState {
  const value = JSON.parse(text) as Json;
  assert(isObject(value) && Array.isArray(value.people), 'a stored reader state has its form');
  const identity = parseIdentityKeys(value.identity);
  assert(identity !== undefined, 'a stored reader state names identity keys');
  const people = value.people as unknown as readonly Person[];
  const earlier = Array.isArray(value.earlier) ? value.earlier.flatMap((keys) => parseIdentityKeys(keys) ?? []) : undefined;
  assert(earlier === undefined || earlier.length === (value.earlier as readonly Json[]).length, 'a stored reader state names earlier identity keys');
  return {
    size: value.size as number,
    n: value.n as number,
    level: value.level as number,
    identity,
    ...(earlier === undefined ? {} : { earlier }),
    people: new Map(people.map((p) => [p.actor, p])),
    ...(value.strangers === true ? { strangers: true } : {}),
  };
}

/** The signing key of a person. */
export function keyOf(person: Person): Uint8Array {
  const known = keys.get(person);
  if (known !== undefined) return known;
  const key = fromBase64url(person.key);
  assert(key !== undefined, 'a person in a reader state has a signing key');
  keys.set(person, key);
  return key;
}

// One array a person, so that what is computed from a key once is found again.
const keys = new WeakMap<Person, Uint8Array>();
