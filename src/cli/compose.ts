import { toBase64 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { Crypto, Now, Random, Signer } from '../base/ports.ts';
import { prepareEntry, type SignedEntry, signEntry, type UnsignedEntry } from '../entry/entry.ts';
import { shownChannel } from '../entry/shown-channel.ts';
import type { SigningView } from '../projection/views.ts';
import { acceptHeads, adviseHeads } from '../verify/heads.ts';
import { type Client, channelPath } from './client.ts';
import type { HeadsMemory } from './heads-file.ts';

/** Who signs: a representative's key, and what it remembers of the logs it signed over. */
export type Author = { readonly signer: Signer; readonly heads: HeadsMemory };

/** What is to be signed; `fields` in the order they are to stand. */
export type ToSign = {
  readonly channel: string;
  readonly kind: string;
  readonly refs: readonly string[];
  readonly fields: readonly (readonly [name: string, value: Json])[];
};

/** The ports that signing takes. */
export type SigningPorts = { readonly crypto: Crypto; readonly random: Random; readonly now: Now };

/**
 * Signs a document with a representative's key. The heads it cites are verified here and proved to continue those this key remembers, and are
 * remembered, durably, before it signs: its own node cannot roll it back unnoticed (spec/entry.md, `after`). Nothing is sent yet.
 * Refuses as `acceptHeads` does.
 */
export async function signDocument(client: Client, author: Author, ports: SigningPorts, toSign: ToSign): Promise<SignedEntry> {
  const unsigned = await prepareDocument(client, { publicKey: author.signer.publicKey, heads: author.heads }, ports, toSign);
  return signEntry(ports.crypto.sha256, unsigned, author.signer, 'rep');
}

/** As {@link signDocument}, without signing: the text that this key is going to sign once somebody cleared it. No passphrase is needed. */
export async function prepareDocument(
  client: Client,
  author: { readonly publicKey: Uint8Array; readonly heads: HeadsMemory },
  ports: SigningPorts,
  toSign: ToSign,
): Promise<UnsignedEntry> {
  const { crypto, random, now } = ports;
  const remembered = await author.heads.read(toSign.channel);
  const view = await headsFrom(client, toSign.channel, adviseHeads(remembered));
  const channel = shownChannel(crypto.sha256, view, toSign.channel);
  const after = await acceptHeads(crypto, channel, remembered, view.heads, view.generations);
  await author.heads.remember(channel.id, after);
  const { kind: type, refs, fields } = toSign;
  const draft = { channel: channel.id, party: view.us, gen: view.gen, type, time: now(), after, refs, fields };
  return prepareEntry(crypto.sha256, random, draft, author.publicKey);
}

/** Refuses where the node would take no document of ours, before a person is asked to sign one: `unsafe_state`, `not_open`. */
export async function mustTakeDocuments(client: Client, channel: string): Promise<void> {
  await client.get<SigningView>(channelPath(channel, '/signing'));
}

async function headsFrom(client: Client, channel: string, from: string): Promise<SigningView> {
  const path = channelPath(channel, '/signing');
  try {
    return await client.get<SigningView>(from === '' ? path : `${path}?from=${encodeURIComponent(from)}`);
  } catch (error) {
    // A node that knows less than this key cannot prove anything from there. What it does show is then refused for what it is, by its size.
    if (from === '' || !(error instanceof ParleyError) || error.code !== 'invalid') throw error;
    return client.get<SigningView>(path);
  }
}

/** Hands a signed document to the node, which makes it durable and signs its head; the same bytes again give the same place in the log. */
export function postEntry(
  client: Client,
  channel: string,
  signed: Pick<SignedEntry, 'bytes' | 'body'>,
): Promise<{ readonly id: string; readonly index: number }> {
  return client.post(channelPath(channel, '/entries'), { entry: toBase64(signed.bytes), body: toBase64(signed.body) });
}
