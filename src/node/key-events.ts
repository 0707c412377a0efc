import { toBase64url, utf8 } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { type IdentityKeys, identityJson, parseIdentityKeys } from '../entry/card.ts';
import { parseIdentityNote } from '../entry/identity-note.ts';
import { eventOf, followChecks, parseKeyEvent, sameIdentity } from '../entry/key-event.ts';
import type { Store } from '../store/store.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import type { PartyNode } from './party-node.ts';
import { appendAsNode } from './stamps.ts';

/** Our party's identity keys, one set after another: the inception, then what each key event put in force. */
export type Identities = readonly [...IdentityKeys[], IdentityKeys];

/** How far a channel has come with our key events. */
export type ChannelIdentity = {
  readonly channel: string;
  readonly title: string;
  /** Index of our party there. */
  readonly party: number;
  readonly open: boolean;
  /** Number of the key event in force there. */
  readonly event: number;
  /** Number that the party's next identity note takes there. */
  readonly next: number;
};

/** What whoever holds the identity keys needs to know to replace them: all sets so far, and where each channel stands. */
export type IdentityView = { readonly identities: readonly Json[]; readonly channels: readonly ChannelIdentity[] };

const COLLECTION = 'identity';
const KEY = 'events';

/** The sets of identity keys as the store has them, `inception` alone before the first key event. */
export async function readIdentities(store: Store, inception: IdentityKeys): Promise<Identities> {
  const json = await store.getLocal(COLLECTION, KEY);
  const later = json === undefined ? [] : (JSON.parse(json) as readonly Json[]);
  const parsed = later.flatMap((keys) => parseIdentityKeys(keys) ?? []);
  assert(parsed.length === later.length, 'stored identity keys have their form');
  return [inception, ...parsed] as unknown as Identities;
}

/** Our identity keys and where each channel stands with them. */
export async function identityView(node: PartyNode): Promise<IdentityView> {
  return {
    identities: node.identities.map(identityJson),
    channels: await Promise.all(
      node.channels.map(async (channel) => {
        const { identity, n } = await channel.reader.state(channel.replica.us);
        const { title } = node.record(channel.id);
        return { channel: channel.id, title, party: channel.replica.us, open: await channel.own.isOpen(), event: eventOf(identity), next: n + 1 };
      }),
    ),
  };
}

/**
 * Puts one key event into the channels whose notes are given: the next event of our party, or one already known, for channels that lag behind.
 *
 * The keys are kept before the first note is placed: a crash in between leaves channels that lag, and the same event is signed for them again - never
 * another of its number, which would fork the identity. Refuses `invalid`, `signature_invalid`, and `conflict` for a second event of a known number.
 */
export async function putKeyEvent(node: PartyNode, notes: readonly string[]): Promise<IdentityView> {
  const parsed = await Promise.all(notes.map((note) => checkNote(node, note)));
  const [first] = parsed;
  if (first === undefined) throw new ParleyError('invalid', 'a note for each channel');
  const { identity } = first;
  if (!parsed.every((one) => sameIdentity(one.identity, identity))) throw new ParleyError('invalid', 'one key event, the same in every channel');
  const known = node.identities.find((keys) => eventOf(keys) === eventOf(identity));
  if (known !== undefined && !sameIdentity(known, identity))
    throw new ParleyError('conflict', `key event ${eventOf(identity)} is known with other keys; a second one would fork this party's identity`);
  if (known === undefined) await node.addIdentity(identity);
  for (const { channel, note } of parsed) await appendAsNode(channel, 'identity', [], [['note', note]]);
  return identityView(node);
}

/** The first keys of a party that founds no channel yet are replaced here alone: nobody has seen them. Refuses `invalid` unless they were committed to. */
export async function replaceUnseen(node: PartyNode, json: Json): Promise<IdentityView> {
  const next = parseIdentityKeys(json);
  if (next === undefined) throw new ParleyError('invalid', 'identity keys with their threshold and next digests');
  if (node.channels.length > 0) throw new ParleyError('invalid', 'a note for each channel');
  const committed = new Set(node.identity.nextDigests.map(toBase64url));
  const opening = next.keys.filter((key) => committed.has(toBase64url(node.parts.crypto.sha256(key))));
  if (eventOf(next) !== eventOf(node.identity) + 1 || opening.length < node.identity.nextThreshold)
    throw new ParleyError('invalid', 'the next key event, with the keys that were committed to');
  await node.addIdentity(next);
  return identityView(node);
}

async function checkNote(node: PartyNode, note: string): Promise<{ channel: ChannelRuntime; identity: IdentityKeys; note: string }> {
  const parsed = parseIdentityNote(utf8(note));
  if ('expected' in parsed) throw new ParleyError('invalid', `expected ${parsed.expected}`);
  const channel = node.channel(parsed.note.channel);
  const event = parseKeyEvent(parsed.note.act);
  if ('expected' in event) throw new ParleyError('invalid', `expected ${event.expected}`);
  const { crypto, us } = channel.replica;
  const state = await channel.reader.state(us);
  if (parsed.note.party !== us || parsed.note.n !== state.n + 1)
    throw new ParleyError('conflict', `a note of number ${state.n + 1} for the channel "${node.record(channel.id).title}"`);
  const { identity } = event.event;
  const follows = followChecks(crypto.sha256, [...(state.earlier ?? []), state.identity], identity, parsed.signed);
  if ('fault' in follows) throw new ParleyError('invalid', `a key event that follows the one in force (${follows.fault.replace('void.', '')})`);
  if (!(await crypto.verify(follows.checks)).every(Boolean)) throw new ParleyError('signature_invalid', 'the note of a key event');
  return { channel, identity, note };
}

/** Keeps the sets of identity keys after the inception. */
export async function writeIdentities(store: Store, identities: Identities): Promise<void> {
  await store.putLocal(COLLECTION, KEY, JSON.stringify(identities.slice(1).map(identityJson)));
}
