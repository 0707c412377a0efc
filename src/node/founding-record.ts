import { fromBase64url } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import { Mutex } from '../base/mutex.ts';
import type { Channel } from '../entry/charter.ts';
import { foundChannel, parseFoundingNote } from '../entry/founding.ts';
import type { PartyNode } from './party-node.ts';

const turns = new WeakMap<PartyNode, Mutex>();

/** A founding under way, as it stands in the store; bytes are base64url. */
export type FoundingRecord = {
  readonly us: 0 | 1;
  readonly title: string;
  readonly invite: string;
  readonly join?: string;
  /** Where the other side's peers' door listens, as they said. */
  readonly address: string;
  readonly hostAddresses: readonly string[];
  /** Name of the profile that this side chose. */
  readonly profile?: string;
  /** Whether an officer here typed the other side's sentence. */
  readonly confirmed: boolean;
  /** Identity lines over the charter, ours and theirs: a signed note each. */
  readonly ours?: string;
  readonly theirs?: string;
  readonly ended?: 'declined';
  /** Our own signed decline, for delivery. */
  readonly decline?: string;
};

/** The record of one founding, by the hash of its invitation. */
export async function loadFounding(node: PartyNode, invite: string): Promise<FoundingRecord | undefined> {
  const json = await node.store.getLocal('founding', invite);
  return json === undefined ? undefined : (JSON.parse(json) as FoundingRecord);
}

/** As {@link loadFounding}; refuses `not_found`. */
export async function mustLoadFounding(node: PartyNode, invite: string): Promise<FoundingRecord> {
  const record = await loadFounding(node, invite);
  if (record === undefined) throw new ParleyError('not_found', 'no such founding here');
  return record;
}

/** Runs a change of a node's foundings when no other is under way: each reads a record, judges, and writes it back whole. */
export function inTurn<T>(node: PartyNode, change: () => Promise<T>): Promise<T> {
  const turn = turns.get(node) ?? new Mutex();
  turns.set(node, turn);
  return turn.run(change);
}

/** Keeps a founding, durably, and says that it moved. */
export async function saveFounding(node: PartyNode, invite: string, record: FoundingRecord): Promise<void> {
  await node.store.putLocal('founding', invite, JSON.stringify(record));
  node.emit({ type: 'founding', invite });
}

/** Hashes of all invitations made or answered here. */
export async function foundingKeys(node: PartyNode): Promise<readonly string[]> {
  return (await node.store.listLocal('founding')).map(({ key }) => key);
}

/** The channel both sides build, once there is an answer. */
export async function channelOf(node: PartyNode, record: FoundingRecord): Promise<Channel | undefined> {
  if (record.join === undefined) return undefined;
  const { sha256 } = node.parts.crypto;
  const invite = parseFoundingNote(sha256, bytesOf(record.invite));
  const join = parseFoundingNote(sha256, bytesOf(record.join));
  assert(
    'note' in invite && invite.note.founding === 'invite' && 'note' in join && join.note.founding === 'join',
    'stored founding notes have their form',
  );
  const built = foundChannel(sha256, invite.note.invite, join.note.join);
  if ('expected' in built) throw new ParleyError('invalid', `the charter cannot be built: expected ${built.expected}`);
  return built.channel;
}

/** Bytes of a founding record. */
export function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64url(text);
  assert(bytes !== undefined, 'a founding record keeps bytes as base64url');
  return bytes;
}
