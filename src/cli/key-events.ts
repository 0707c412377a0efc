import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fromUtf8, toBase64url } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { Signer } from '../base/ports.ts';
import { type IdentityKeys, identityJson, parseIdentityKeys } from '../entry/card.ts';
import { formatIdentityNote, type IdentityNote, signAsIdentity } from '../entry/identity-note.ts';
import { eventOf, keyEventAct } from '../entry/key-event.ts';
import { nodeSha256 } from '../node/crypto.ts';
import type { ChannelIdentity, IdentityView } from '../node/key-events.ts';
import { FILES } from '../node/party-files.ts';
import type { Client } from './client.ts';
import { readKeyFacts } from './key-file.ts';

/** Our identity keys, one set after another, and where each channel stands. */
export type OwnIdentity = {
  readonly identities: readonly IdentityKeys[];
  readonly current: IdentityKeys;
  readonly channels: readonly ChannelIdentity[];
};

/** What a holder gives for the next key event: their new key, and the digest of the one after it. */
export type Holder = { readonly key: Uint8Array; readonly next: Uint8Array };

/** The party's identity as its node has it. */
export async function readOwnIdentity(client: Client): Promise<OwnIdentity> {
  const view = await client.get<IdentityView>('/api/identity');
  const identities = view.identities.flatMap((keys) => parseIdentityKeys(keys as Json) ?? []);
  const current = identities.at(-1);
  assert(current !== undefined, 'a party has identity keys');
  return { identities, current, channels: view.channels };
}

/** Open channels that have not come as far as the party has. */
export function laggingChannels({ channels, current }: OwnIdentity): readonly ChannelIdentity[] {
  return channels.filter(({ open, event }) => open && event < eventOf(current));
}

/**
 * The keys of the next event; refuses `invalid` unless enough of the holders' keys are those that the keys in force committed to: nothing else would count.
 */
export function nextIdentity(current: IdentityKeys, holders: readonly Holder[], threshold: number): IdentityKeys {
  const committed = new Set(current.nextDigests.map(toBase64url));
  const opening = holders.filter(({ key }) => committed.has(toBase64url(nodeSha256(key)))).length;
  if (opening < current.nextThreshold)
    throw new ParleyError(
      'invalid',
      `the recovery printed last (for key event ${eventOf(current) + 1})${current.nextThreshold === 1 ? '' : `; ${current.nextThreshold} of them are needed, ${opening} fit`}`,
    );
  const identity = parseIdentityKeys({
    threshold,
    keys: holders.map(({ key }) => toBase64url(key)),
    next: { threshold, digests: holders.map(({ next }) => toBase64url(next)) },
    event: eventOf(current) + 1,
  });
  if (identity === undefined) throw new ParleyError('usage', `1 to 16 different holders, and a threshold of 1 to ${holders.length}`);
  return identity;
}

/** The notes of a key event for the open channels that stand one event before it. */
export function eventNotes(
  channels: readonly ChannelIdentity[],
  identity: IdentityKeys,
): readonly { readonly title: string; readonly note: IdentityNote }[] {
  return channels
    .filter(({ open, event }) => open && event === eventOf(identity) - 1)
    .map(({ channel, party, next, title }) => ({ title, note: { channel, party, n: next, act: keyEventAct(identity) } }));
}

/** Signs a key event for every open channel and hands it to the node; a party without a channel gives the keys alone. */
export async function putEvent(
  client: Client,
  channels: readonly ChannelIdentity[],
  identity: IdentityKeys,
  signers: readonly Signer[],
): Promise<number> {
  const notes = await Promise.all(
    eventNotes(channels, identity).map(async ({ note }) => fromUtf8(await signAsIdentity(nodeSha256, formatIdentityNote(note), signers)) ?? ''),
  );
  await client.post('/api/identity/events', notes.length === 0 ? { notes, identity: identityJson(identity) } : { notes });
  return notes.length;
}

/**
 * Brings channels that lag behind to the party's present keys, event by event, the same bytes of keys everywhere: another event of one number would fork
 * the identity. `open` opens a key file. Refuses `not_found` where the keys of an event are not at hand.
 */
export async function completeEvents(client: Client, files: readonly string[], open: (file: string) => Promise<Signer>): Promise<readonly string[]> {
  const opened = new Map<string, Signer>();
  const done = new Set<string>();
  for (;;) {
    const own = await readOwnIdentity(client);
    const [first] = [...laggingChannels(own)].sort((a, b) => a.event - b.event);
    if (first === undefined) return [...done];
    const identity = own.identities.find((keys) => eventOf(keys) === first.event + 1);
    assert(identity !== undefined, 'a party knows all its key events');
    const signers: Signer[] = [];
    for (const file of await filesOf(files, identity)) {
      const signer = opened.get(file) ?? (await open(file));
      opened.set(file, signer);
      signers.push(signer);
    }
    if (signers.length < identity.threshold)
      throw new ParleyError(
        'not_found',
        `${identity.threshold} of the identity keys of key event ${eventOf(identity)}; name their files with --identity`,
      );
    await putEvent(client, own.channels, identity, signers);
    done.add(first.title);
  }
}

/** The files of identity keys in a data directory: the one in force, and those of earlier key events. */
export async function identityFiles(dir: string): Promise<readonly string[]> {
  const names = await readdir(dir);
  return names
    .filter((name) => name === FILES.identity || /^identity-\d+\.key$/.test(name))
    .sort()
    .map((name) => join(dir, name));
}

/** Files among these whose key belongs to a set; no passphrase is needed to know, and one key in two files is one. */
async function filesOf(files: readonly string[], identity: IdentityKeys): Promise<readonly string[]> {
  const wanted = new Set(identity.keys.map(toBase64url));
  const found = new Map<string, string>();
  for (const file of files) {
    const { key } = await readKeyFacts(file, 'identity');
    if (wanted.has(key)) found.set(key, file);
  }
  return [...found.values()];
}
