import { wordlist } from '@scure/bip39/wordlists/english.js';
import { fromUtf8, toBase64url } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import type { Signer } from '../base/ports.ts';
import type { HostCard } from '../entry/card.ts';
import type { Channel, NamedHash } from '../entry/charter.ts';
import { formatDecline, formatInvite, formatJoin, parseFoundingNote, sameSentence, sentenceOf } from '../entry/founding.ts';
import { signAsIdentity } from '../entry/identity-note.ts';
import { logIn } from '../sync/replica.ts';
import { authorOf, joinNotes, mustBeOurs, mustBeTheirs, newCard, verifyCharterNote, verifyFounding } from './founding-notes.ts';
import { bytesOf, channelOf, type FoundingRecord, foundingKeys, inTurn, loadFounding, mustLoadFounding, saveFounding } from './founding-record.ts';
import type { PartyNode } from './party-node.ts';
import { profileNamed } from './profiles.ts';

/** What an officer sees of a founding. */
export type FoundingView = {
  readonly invite: string;
  readonly title: string;
  /** 0 where this side invited, 1 where it answered. */
  readonly us: 0 | 1;
  /** The other party's name; empty while an invitation has no answer. */
  readonly with: string;
  readonly hosts: readonly string[];
  readonly state: 'invited' | 'compare' | 'waiting' | 'founded' | 'ended';
  readonly channel?: string;
  /** The sentence this side reads aloud. */
  readonly read?: string;
  readonly foundBy: number;
  /** Our own signed invitation or answer, to hand over where the network does not. */
  readonly note: string;
};

/** A host as this side knows it: the card it fetched itself, and where it listens. */
export type KnownHost = { readonly card: HostCard; readonly address: string };

/** What an invitation proposes. */
export type InviteOptions = {
  readonly hosts: readonly KnownHost[];
  readonly packs: readonly NamedHash[];
  readonly working: readonly string[];
  readonly authentic: readonly string[];
  readonly foundBy: number;
  /** Where our peers' door listens. */
  readonly address: string;
};

/** What a founding is called here, where its hosts listen, and for whom it is; local. */
export type LocalSettings = { readonly title: string; readonly hostAddresses: readonly string[]; readonly profile?: string };

/** Step 2: the text of an invitation, with a fresh card of ours, for the identity keys to sign; {@link takeInvite} takes it back signed. */
export async function inviteText(node: PartyNode, options: InviteOptions): Promise<string> {
  node.packs.mustKnow(options.packs);
  if (options.address === '') throw new ParleyError('invalid', 'an address where the other side reaches this node');
  return formatInvite({
    card: await newCard(node),
    hostCards: options.hosts.map((host) => host.card),
    terms: {
      hosts: [],
      quorum: options.hosts.length === 0 ? 0 : Math.floor(options.hosts.length / 2) + 1,
      packs: options.packs,
      working: options.working,
      authentic: options.authentic,
      predecessor: null,
      foundBy: options.foundBy,
    },
    address: options.address,
  });
}

/** Keeps our own signed invitation, whose note then goes to the other side by any way; nothing in it is secret. Refuses one that is not ours. */
export function takeInvite(node: PartyNode, note: Uint8Array, options: LocalSettings): Promise<FoundingView> {
  return inTurn(node, async () => {
    const { invite } = await verifyFounding(node, note, 'invite');
    await mustBeOurs(node, invite.card);
    node.packs.mustKnow(invite.terms.packs);
    if ((await loadFounding(node, invite.hash)) === undefined) {
      await saveFounding(node, invite.hash, {
        us: 0,
        title: options.title,
        invite: toBase64url(note),
        address: '',
        hostAddresses: invite.hostCards.map((_, i) => options.hostAddresses[i] ?? ''),
        ...profileOf(options),
        confirmed: false,
      });
    }
    return view(node, invite.hash);
  });
}

/** {@link inviteText} and {@link takeInvite} where the identity keys are at hand. */
export async function makeInvite(
  node: PartyNode,
  options: InviteOptions & { readonly title: string },
  identity: readonly Signer[],
): Promise<{ invite: string; note: Uint8Array }> {
  const note = await signAsIdentity(node.parts.crypto.sha256, await inviteText(node, options), identity);
  const { invite } = await takeInvite(node, note, { title: options.title, hostAddresses: options.hosts.map((host) => host.address) });
  return { invite, note };
}

/** What the answer to an invitation needs: our address, and the hosts' cards that this side fetched itself. */
export type AnswerOptions = { readonly address: string; readonly hosts: readonly KnownHost[] };

/** Step 3: the text of the answer to an invitation. The hosts' cards are compared with those this side fetched itself. Refuses `founding_ended`. */
export async function answerText(node: PartyNode, bytes: Uint8Array, options: AnswerOptions): Promise<{ invite: string; text: string }> {
  const { invite } = await verifyFounding(node, bytes, 'invite');
  if (invite.terms.foundBy < node.parts.now()) throw new ParleyError('founding_ended', 'its date has passed');
  if (options.address === '') throw new ParleyError('invalid', 'an address where the other side reaches this node');
  node.packs.mustKnow(invite.terms.packs);
  for (const card of invite.hostCards) {
    if (!options.hosts.some((host) => host.card.text === card.text))
      throw new ParleyError('invalid', `the card of host "${card.name}" is not the one that host shows here`);
  }
  return { invite: invite.hash, text: formatJoin({ card: await newCard(node), invite: invite.hash, address: options.address }) };
}

/** Keeps our own signed answer; the exchange delivers it. An invitation is answered once: a second answer changes nothing. */
export function takeAnswer(node: PartyNode, bytes: Uint8Array, note: Uint8Array, options: LocalSettings): Promise<FoundingView> {
  return inTurn(node, async () => {
    const { invite } = await verifyFounding(node, bytes, 'invite');
    const { join } = await verifyFounding(node, note, 'join');
    if (join.invite !== invite.hash) throw new ParleyError('invalid', 'expected an answer to this invitation');
    await mustBeOurs(node, join.card);
    const known = await loadFounding(node, invite.hash);
    if (known !== undefined && known.us === 0) throw new ParleyError('invalid', 'expected an invitation of another party');
    if (known === undefined) {
      node.packs.mustKnow(invite.terms.packs);
      await mustBeTheirs(node, invite);
      const answered: FoundingRecord = {
        us: 1,
        title: options.title,
        invite: toBase64url(bytes),
        join: toBase64url(note),
        address: invite.address,
        hostAddresses: invite.hostCards.map((_, i) => options.hostAddresses[i] ?? ''),
        ...profileOf(options),
        confirmed: false,
      };
      // One from which no charter can be built must not stay: it would stand in every list of foundings.
      await channelOf(node, answered);
      await saveFounding(node, invite.hash, answered);
    }
    return view(node, invite.hash);
  });
}

/** {@link answerText} and {@link takeAnswer} where the identity keys are at hand. */
export async function answerInvite(
  node: PartyNode,
  bytes: Uint8Array,
  options: AnswerOptions & { readonly title: string },
  identity: readonly Signer[],
): Promise<{ invite: string; note: Uint8Array }> {
  const { invite, text } = await answerText(node, bytes, options);
  const known = await loadFounding(node, invite);
  if (known?.join !== undefined) return { invite, note: bytesOf(known.join) };
  const note = await signAsIdentity(node.parts.crypto.sha256, text, identity);
  await takeAnswer(node, bytes, note, {
    title: options.title,
    hostAddresses: (await hostsOf(node, bytes)).map((card) => options.hosts.find((host) => host.card.text === card.text)?.address ?? ''),
  });
  return { invite, note };
}

/** The inviter takes the answer; the first one counts, a second different one is refused. */
export function takeJoin(node: PartyNode, bytes: Uint8Array): Promise<FoundingView> {
  return inTurn(node, async () => {
    const { join } = await verifyFounding(node, bytes, 'join');
    const record = await loadFounding(node, join.invite);
    if (record === undefined || record.us !== 0) throw new ParleyError('not_found', 'no such invitation was made here');
    const text = toBase64url(bytes);
    if (record.join === text) return view(node, join.invite);
    if (record.join !== undefined) throw new ParleyError('conflict', 'another answer to this invitation was taken before');
    const { foundBy } = (await verifyFounding(node, bytesOf(record.invite), 'invite')).invite.terms;
    if (record.ended !== undefined || foundBy < node.parts.now()) throw new ParleyError('founding_ended');
    await mustBeTheirs(node, join);
    const answered = { ...record, join: text, address: join.address };
    // An answer from which no charter can be built must not stay: it would stand in the way of the true one.
    await channelOf(node, answered);
    await saveFounding(node, join.invite, answered);
    return view(node, join.invite);
  });
}

/** Step 5: the charter text for the identity keys to sign, once the other side's sentence was typed here. Refuses `sentence_wrong`. */
export async function charterText(node: PartyNode, invite: string, typed: string): Promise<string> {
  const record = await mustLoadFounding(node, invite);
  const channel = await channelOf(node, record);
  if (channel === undefined) throw new ParleyError('not_open', 'the other side has not answered yet');
  if (!sameSentence(typed, sentence(node, channel, record.us === 0 ? 1 : 0)))
    throw new ParleyError('sentence_wrong', 'the ten words that the other side reads aloud, in their order');
  if (record.ended !== undefined) throw new ParleyError('founding_ended', 'it was declined');
  if (channel.charter.foundBy < node.parts.now() && record.ours === undefined) throw new ParleyError('founding_ended', 'its date has passed');
  return `${channel.charter.text}\n`;
}

/** Step 6: our identity's signature over the charter, taken only beside the other side's sentence. */
export function takeConfirmation(node: PartyNode, invite: string, typed: string, note: Uint8Array): Promise<FoundingView> {
  return inTurn(node, async () => {
    const text = await charterText(node, invite, typed);
    const record = await mustLoadFounding(node, invite);
    const own = (await channelOf(node, record))?.parties[record.us];
    assert(own !== undefined, 'a founding with a charter has two parties');
    await verifyCharterNote(node, text, own, note);
    if (record.ours === undefined) await saveFounding(node, invite, { ...record, confirmed: true, ours: toBase64url(note) });
    await advance(node, invite);
    return view(node, invite);
  });
}

/** {@link charterText} and {@link takeConfirmation} where the identity keys are at hand. */
export async function confirmSentence(node: PartyNode, invite: string, typed: string, identity: readonly Signer[]): Promise<FoundingView> {
  const text = await charterText(node, invite, typed);
  return takeConfirmation(node, invite, typed, await signAsIdentity(node.parts.crypto.sha256, text, identity));
}

/** The text that ends a founding, for the identity keys to sign; only before this side signed the charter, since the other may build on that. */
export async function declineText(node: PartyNode, invite: string): Promise<string> {
  const record = await mustLoadFounding(node, invite);
  if (record.ours !== undefined) throw new ParleyError('conflict', 'this side has signed the charter; without the other it ends by its date');
  return formatDecline(invite);
}

/** A signed decline, ours or the other side's; refuses `conflict` once its author has signed the charter. */
export function takeDecline(node: PartyNode, bytes: Uint8Array): Promise<FoundingView> {
  return inTurn(node, async () => {
    const parsed = parseFoundingNote(node.parts.crypto.sha256, bytes);
    if ('expected' in parsed || parsed.note.founding !== 'decline') throw new ParleyError('invalid', 'expected a decline');
    const { invite } = parsed.note;
    const record = await mustLoadFounding(node, invite);
    const channel = await channelOf(node, record);
    const inviter = (await verifyFounding(node, bytesOf(record.invite), 'invite')).invite.card;
    const author = (await authorOf(node, parsed.note.signed, [inviter, channel?.parties[1]])) ?? -1;
    if (author === -1) throw new ParleyError('signature_invalid', 'of a party to this founding');
    if ((author === record.us ? record.ours : record.theirs) !== undefined) throw new ParleyError('conflict', 'its author has signed the charter');
    if (record.ended === undefined)
      await saveFounding(node, invite, { ...record, ended: 'declined', ...(author === record.us ? { decline: toBase64url(bytes) } : {}) });
    return view(node, invite);
  });
}

/** The other side's signature over the charter; refuses `signature_invalid`. */
export function takeCharterNote(node: PartyNode, invite: string, bytes: Uint8Array): Promise<void> {
  return inTurn(node, async () => {
    const record = await mustLoadFounding(node, invite);
    const channel = await channelOf(node, record);
    const other = record.us === 0 ? 1 : 0;
    const card = channel?.parties[other];
    if (channel === undefined || card === undefined) throw new ParleyError('not_found', 'no answer was taken here yet');
    if (record.decline !== undefined) throw new ParleyError('founding_ended', 'it was declined');
    await verifyCharterNote(node, `${channel.charter.text}\n`, card, bytes);
    // Whoever declined and signed later, restored to before it, may have founded on their side already: signing is what cannot be undone.
    const { ended: _, ...reopened } = record;
    if (record.theirs === undefined) await saveFounding(node, invite, { ...reopened, theirs: toBase64url(bytes) });
    await advance(node, invite);
  });
}

/** Step 7: once every threshold is durable here, the channel stands and leaf 0 is signed. Idempotent: a crash anywhere is repaired by calling it again. */
export async function advance(node: PartyNode, invite: string): Promise<void> {
  const record = await mustLoadFounding(node, invite);
  const channel = await channelOf(node, record);
  if (channel === undefined || record.ours === undefined || record.theirs === undefined) return;
  const known = node.channels.find(({ id }) => id === channel.id);
  if (known !== undefined && (await logIn(known.replica, record.us)).size > 0) return;
  const runtime = await node.addChannel({
    charter: channel.charter.text,
    cards: [...channel.parties, ...channel.hosts].map((card) => card.text),
    note: toBase64url(joinNotes(bytesOf(record.ours), bytesOf(record.theirs))),
    us: record.us,
    title: record.title,
    addresses: record.us === 0 ? ['', record.address] : [record.address, ''],
    hostAddresses: record.hostAddresses,
    ...(record.profile === undefined ? {} : { profile: record.profile }),
  });
  await runtime.own.found();
  node.exchange.wake(channel.id);
  node.emit({ type: 'founding', invite });
}

/** All foundings of this node, for lists. */
export async function foundings(node: PartyNode): Promise<readonly FoundingView[]> {
  return Promise.all((await foundingKeys(node)).map((key) => view(node, key)));
}

/** One founding as an officer sees it; refuses `not_found`. */
export async function view(node: PartyNode, invite: string): Promise<FoundingView> {
  const record = await mustLoadFounding(node, invite);
  const verified = await verifyFounding(node, bytesOf(record.invite), 'invite');
  const channel = await channelOf(node, record);
  const { foundBy } = verified.invite.terms;
  const founded = channel !== undefined && record.ours !== undefined && record.theirs !== undefined;
  const ended = record.ended !== undefined || (!founded && foundBy < node.parts.now());
  const other = channel?.parties[record.us === 0 ? 1 : 0]?.name ?? (record.us === 1 ? verified.invite.card.name : '');
  return {
    invite,
    title: record.title,
    us: record.us,
    with: other,
    hosts: verified.invite.hostCards.map((card) => card.name),
    state: founded ? 'founded' : ended ? 'ended' : channel === undefined ? 'invited' : record.confirmed ? 'waiting' : 'compare',
    ...(channel === undefined ? {} : { channel: channel.id, read: sentence(node, channel, record.us) }),
    foundBy,
    note: fromUtf8(bytesOf(record.us === 0 ? record.invite : (record.join ?? record.invite))) ?? '',
  };
}

async function hostsOf(node: PartyNode, invite: Uint8Array): Promise<readonly HostCard[]> {
  return (await verifyFounding(node, invite, 'invite')).invite.hostCards;
}

function sentence(node: PartyNode, channel: Channel, reader: number): string {
  return sentenceOf(node.parts.crypto.sha256, channel.id, reader, wordlist);
}

/** Refuses `invalid` for a profile that there is not. */
function profileOf({ profile }: LocalSettings): { readonly profile?: string } {
  return profile === undefined ? {} : { profile: profileNamed(profile).name };
}
