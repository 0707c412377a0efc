import { toBase64url } from '../base/bytes.ts';
import type { Sha256 } from '../base/ports.ts';
import type { IdentityKeys } from '../entry/card.ts';
import { eventOf, identityText } from '../entry/key-event.ts';
import type { PartyNode } from './party-node.ts';

/** What the key events of one party say of each other over all channels of this node. */
export type IdentityFinding = {
  /** Two different key events of one number after the same keys: the party's identity has two histories. */
  readonly fork?: { readonly event: number; readonly channels: readonly string[] };
  /** A later key event of the same party stands in another channel and has not come here. */
  readonly behind?: { readonly event: number; readonly channel: string };
};

type Line = { readonly key: string; readonly channel: string; readonly title: string; readonly identities: readonly Keys[] };
/** One set of keys with its number, and the text by which it is told from others: each line is compared with every other. */
type Keys = { readonly keys: IdentityKeys; readonly event: number; readonly text: string };

/**
 * Forked and lagging identities by `<channel>/<party>`, found by comparing the key events of all channels.
 *
 * A party names itself as it likes in each channel, so nothing but keys says that two are one: a set of keys follows another where it opens the digests
 * that the other committed to. Both sets are signed by their own thresholds (the charter note, or a key event that verified), so only whoever holds the
 * pre-rotated keys can make a fork.
 */
export async function identityForks(node: PartyNode): Promise<ReadonlyMap<string, IdentityFinding>> {
  const lines: Line[] = [];
  for (const channel of node.channels) {
    for (const party of channel.replica.channel.parties.keys()) {
      const { earlier = [], identity } = await channel.reader.state(party);
      lines.push({
        key: `${channel.id}/${party}`,
        channel: channel.id,
        title: node.record(channel.id).title,
        identities: [...earlier, identity].map(keysOf),
      });
    }
  }
  const found = new Map<string, IdentityFinding>();
  for (const one of lines) {
    for (const other of lines) {
      if (one === other || one.channel === other.channel) continue;
      const finding = compare(node.parts.crypto.sha256, one, other);
      if (finding !== undefined) found.set(one.key, { ...found.get(one.key), ...finding });
    }
  }
  return found;
}

/** What two lines of identity keys say of each other, seen from the first. */
function compare(sha256: Sha256, one: Line, other: Line): IdentityFinding | undefined {
  for (const ours of one.identities) {
    for (const theirs of other.identities) {
      if (ours.event !== theirs.event || ours.text === theirs.text) continue;
      const before = [...one.identities, ...other.identities].filter(({ event }) => event === ours.event - 1);
      // Whoever committed to both: a set of keys of the number before that both open.
      if (before.some(({ keys }) => opens(sha256, keys, ours.keys) && opens(sha256, keys, theirs.keys)))
        return { fork: { event: ours.event, channels: [one.title, other.title] } };
    }
  }
  const last = one.identities.at(-1);
  const theirs = other.identities.at(-1);
  if (last === undefined || theirs === undefined || theirs.event <= last.event) return undefined;
  const follows = other.identities.some(({ keys, event }) => event === last.event + 1 && opens(sha256, last.keys, keys));
  return follows ? { behind: { event: theirs.event, channel: other.title } } : undefined;
}

function keysOf(keys: IdentityKeys): Keys {
  return { keys, event: eventOf(keys), text: identityText(keys) };
}

function opens(sha256: Sha256, before: IdentityKeys, after: IdentityKeys): boolean {
  const committed = new Set(before.nextDigests.map(toBase64url));
  return after.keys.filter((key) => committed.has(toBase64url(sha256(key)))).length >= before.nextThreshold;
}
