import type { Phrase } from '../base/phrases.ts';
import type { Sha256 } from '../base/ports.ts';
import type { IdentityNote } from '../entry/identity-note.ts';
import { eventOf, followChecks, parseKeyEvent, sameIdentity } from '../entry/key-event.ts';
import type { SignedNote } from '../tlog/note.ts';
import type { Effect } from './effects.ts';
import type { ReaderState } from './reader-state.ts';

/**
 * A key event: the party's identity keys are replaced from here on, where the pre-rotated ones signed it (spec/entry.md, "Key events").
 *
 * One that would have followed earlier keys, and differs from the one that did, is a second event of that number: the party's identity forked. Its own
 * pre-rotated keys signed both, so nobody else can make it look so. It is void and says so.
 */
export function rotateEffect(
  sha256: Sha256,
  state: ReaderState,
  note: IdentityNote,
  signed: SignedNote,
): Effect | { readonly voids: readonly Phrase[] } {
  const parsed = parseKeyEvent(note.act);
  if ('expected' in parsed) return { voids: [{ id: 'void.identity_act' }] };
  const { identity } = parsed.event;
  const known = [...(state.earlier ?? []), state.identity] as const;
  const follows = followChecks(sha256, known, identity, signed);
  if ('checks' in follows) return { checks: follows.checks, apply: (_, now) => ({ state: { ...now, n: note.n, identity, earlier: known } }) };
  const event = eventOf(identity);
  const at = known.findIndex((keys) => eventOf(keys) === event);
  const [replaced, ...before] = known.slice(0, Math.max(0, at)).toReversed();
  const other = known[at];
  if (other !== undefined && replaced !== undefined && !sameIdentity(other, identity)) {
    const second = followChecks(sha256, [...before.toReversed(), replaced], identity, signed);
    if ('checks' in second) return { checks: second.checks, apply: () => ({ voids: [{ id: 'void.identity_fork', values: { event } }] }) };
  }
  return { voids: [{ id: follows.fault, values: { event, expected: eventOf(state.identity) + 1 } }] };
}
