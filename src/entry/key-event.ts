import { toBase64url } from '../base/bytes.ts';
import type { Json, JsonObject } from '../base/json.ts';
import { isObject } from '../base/json.ts';
import type { Sha256, SignatureCheck } from '../base/ports.ts';
import type { SignedNote } from '../tlog/note.ts';
import { type IdentityKeys, identityJson, parseIdentityKeys } from './card.ts';
import { thresholdChecks } from './identity-note.ts';

/**
 * The act by which a party replaces its identity keys: `{"act":"rotate","identity":{"threshold":1,"keys":["<32 B>"],"next":{"threshold":1,
 * "digests":["<32 B>"]},"event":1}}` (spec/entry.md, "Key events"). Its number is that of the keys it replaces plus one, the same in every channel.
 */
export type KeyEvent = { readonly act: 'rotate'; readonly identity: IdentityKeys };

/** Why a key event does not follow the keys in force; each is a reason of a void entry. */
export type KeyEventFault = 'void.key_event_number' | 'void.key_event_keys' | 'void.key_event_next';

/** The number of the key event that put these keys in force; 0 for the inception. */
export function eventOf(identity: IdentityKeys): number {
  return identity.event ?? 0;
}

/** The act that puts `identity` in force, for an identity note. */
export function keyEventAct(identity: IdentityKeys): JsonObject {
  return { act: 'rotate', identity: identityJson(identity) };
}

/** The key event in the act of an identity note, or a fragment saying what was expected. */
export function parseKeyEvent(act: Json): { event: KeyEvent } | { expected: string } {
  if (!isObject(act) || act.act !== 'rotate') return { expected: 'act rotate' };
  if (Object.keys(act).length !== 2 || !Object.hasOwn(act, 'identity')) return { expected: 'exactly the members act, identity' };
  const identity = parseIdentityKeys(act.identity);
  if (identity === undefined) return { expected: 'identity keys with their threshold and next digests' };
  return eventOf(identity) > 0 ? { event: { act: 'rotate', identity } } : { expected: 'the number of a key event, from 1' };
}

/** Whether two sets of identity keys are the same, number and next digests included. */
export function sameIdentity(a: IdentityKeys, b: IdentityKeys): boolean {
  return identityText(a) === identityText(b);
}

/** A text that two sets of identity keys have alike exactly where they are the same. */
export function identityText(identity: IdentityKeys): string {
  return JSON.stringify(identityJson(identity));
}

/**
 * Whether a signed key event may follow the last of `known`, the identity keys in force one after another, and the checks that must all hold; else why not.
 *
 * The keys that sign are new ones alone: at least the new threshold of them, among which at least the threshold committed before opens digests
 * committed before. So neither whoever stole the keys in force nor whoever stole a node's seed replaces anything: the pre-rotated keys have never
 * been used. What is committed next must not be a key that this event or one before it shows: it would be pre-rotated no more.
 */
export function followChecks(
  sha256: Sha256,
  known: readonly [...IdentityKeys[], IdentityKeys],
  next: IdentityKeys,
  signed: SignedNote,
): { checks: readonly SignatureCheck[] } | { fault: KeyEventFault } {
  const current = known.at(-1) as IdentityKeys;
  if (eventOf(next) !== eventOf(current) + 1) return { fault: 'void.key_event_number' };
  if (showsNext(sha256, [...known, next])) return { fault: 'void.key_event_next' };
  const threshold = thresholdChecks(sha256, signed, next);
  if ('expected' in threshold) return { fault: 'void.key_event_keys' };
  const committed = new Set(current.nextDigests.map(toBase64url));
  const opening = threshold.checks.filter(({ key }) => committed.has(toBase64url(sha256(key))));
  return opening.length < current.nextThreshold ? { fault: 'void.key_event_keys' } : threshold;
}

function showsNext(sha256: Sha256, known: readonly IdentityKeys[]): boolean {
  const shown = new Set(known.flatMap(({ keys }) => keys).map((key) => toBase64url(sha256(key))));
  return known.at(-1)?.nextDigests.some((digest) => shown.has(toBase64url(digest))) ?? false;
}
