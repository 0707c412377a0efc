import { sha256 } from '@noble/hashes/sha2.js';
import { fromBase64url, toBase64url, utf8 } from '../../base/bytes.ts';
import { assert } from '../../base/errors.ts';
import type { Json } from '../../base/json.ts';
import { parseCard, type PartyCard } from '../../entry/card.ts';
import { assembleChannel, type Channel, parseCharter } from '../../entry/charter.ts';
import { composeEntry, type SignedEntry } from '../../entry/entry.ts';
import type { CitedHead } from '../../entry/header.ts';
import type { SigningView } from '../../projection/views.ts';
import { leafHash, verifyConsistency } from '../../tlog/merkle.ts';
import { verifyHead } from '../../verify/head.ts';
import { api } from '../api.ts';
import { browserCrypto, randomBytes } from '../browser-crypto.ts';
import { readDevice, writeDevice } from '../device-store.ts';
import type { DeviceKey } from '../keys.ts';

/** A head this device verified and signed over; every later head must grow from it. */
type Remembered = { readonly gen: string; readonly size: number; readonly root: string };

/** Why this device does not sign: its own node showed heads that it cannot prove. Shown as a problem, with what was expected. */
export class HeadsNotProved extends Error {
  override readonly name = 'HeadsNotProved';
}

/** What is to be signed; `fields` in the order they are to stand. */
export type ToSign = { readonly channel: string; readonly kind: string; readonly refs: readonly string[]; readonly fields: readonly (readonly [string, Json])[] };

/**
 * Signs a document with this device's key. The heads it cites are verified here first, and proved to grow from those this device remembers, so that
 * its own node cannot roll it back unnoticed (spec/entry.md, "after"). They are remembered once the signature is made.
 */
export async function signDocument(prefix: string, key: DeviceKey, toSign: ToSign, now: number): Promise<SignedEntry> {
  const remembered = await rememberedHeads(prefix, toSign.channel);
  const from = new Map([...remembered].map(([party, head]) => [party, head.size]));
  const view = await api.signing(toSign.channel, from);
  const channel = channelOf(view, toSign.channel);
  const after = await citedHeads(view, channel, remembered);
  const draft = { channel: channel.id, party: view.us, gen: view.gen, type: toSign.kind, time: now, after, refs: toSign.refs, fields: toSign.fields };
  const signed = await composeEntry(sha256, randomBytes, draft, key, 'rep');
  await writeDevice(prefix, 'heads', toSign.channel, after.map(({ party, gen, size, root }) => [String(party), { gen, size, root }]));
  return signed;
}

async function rememberedHeads(prefix: string, channel: string): Promise<Map<string, Remembered>> {
  const kept = await readDevice<readonly (readonly [string, Remembered])[]>(prefix, 'heads', channel);
  return new Map(kept ?? []);
}

/** The channel that charter and cards make; its id is the one asked for, so nobody can show another. */
function channelOf(view: SigningView, id: string): Channel {
  const charter = parseCharter(view.charter);
  if ('expected' in charter) throw new HeadsNotProved(charter.expected);
  const cards = view.cards.map((text) => {
    const parsed = parseCard(text);
    if ('expected' in parsed) throw new HeadsNotProved(parsed.expected);
    return parsed.card;
  });
  const assembled = assembleChannel(sha256, charter.charter, cards);
  if ('expected' in assembled) throw new HeadsNotProved(assembled.expected);
  if (assembled.channel.id !== id) throw new HeadsNotProved('the charter of this channel');
  return assembled.channel;
}

async function citedHeads(view: SigningView, channel: Channel, remembered: ReadonlyMap<string, Remembered>): Promise<readonly CitedHead[]> {
  const heads = view.heads.toSorted((a, b) => a.party - b.party);
  const cited = await Promise.all(
    heads.map(async (shown) => {
      const card = channel.parties[shown.party];
      if (card === undefined) throw new HeadsNotProved('heads of the parties alone');
      return citedHead(shown, card, channel, remembered.get(String(shown.party)));
    }),
  );
  if (new Set(cited.map((head) => head.party)).size !== channel.parties.length) throw new HeadsNotProved('one head of every party');
  return cited;
}

async function citedHead(shown: SigningView['heads'][number], card: PartyCard, channel: Channel, last: Remembered | undefined): Promise<CitedHead> {
  const verified = await verifyHead(browserCrypto, card, utf8(shown.note));
  if ('expected' in verified) throw new HeadsNotProved(verified.expected);
  const { size, root } = verified.head.checkpoint;
  // The first time, the log must grow from its founding entry, which is the charter itself.
  const from = last ?? { gen: shown.gen, size: 1, root: toBase64url(leafHash(sha256, utf8(channel.charter.text))) };
  if (from.gen === shown.gen) {
    const oldRoot = fromBase64url(from.root, 32);
    const path = shown.proof.map((line) => fromBase64url(line, 32));
    assert(oldRoot !== undefined, 'a remembered root is 32 bytes');
    const whole = path.filter((hash) => hash !== undefined);
    if (whole.length !== path.length || !verifyConsistency(sha256, from.size, size, oldRoot, root, whole)) {
      throw new HeadsNotProved(`a history of ${card.name} that continues the one this device knows`);
    }
  }
  return { party: shown.party, gen: shown.gen, size, root: toBase64url(root) };
}
