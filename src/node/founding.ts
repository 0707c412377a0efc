import { wordlist } from '@scure/bip39/wordlists/english.js';
import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import type { Signer } from '../base/ports.ts';
import { formatPartyCard, type HostCard, type PartyCard, parseCard } from '../entry/card.ts';
import type { Channel, NamedHash } from '../entry/charter.ts';
import { formatInvite, formatJoin, foundChannel, type Invite, type Join, parseFoundingNote, sameSentence, sentenceOf } from '../entry/founding.ts';
import { identityLine, signAsIdentity, thresholdChecks } from '../entry/identity-note.ts';
import { formatNote, type NoteLine, parseNote, type SignedNote } from '../tlog/note.ts';
import type { PartyNode } from './party-node.ts';
import { transportCertificate } from './peers-tls.ts';
import { roleKeys } from './role-keys.ts';

/** A founding under way, as it stands in the store; bytes are base64url. */
export type FoundingRecord = {
  readonly us: 0 | 1;
  readonly title: string;
  readonly invite: string;
  readonly join?: string;
  /** Where the other side's peers' door listens, as they said. */
  readonly address: string;
  readonly hostAddresses: readonly string[];
  /** Whether an officer here typed the other side's sentence. */
  readonly confirmed: boolean;
  /** Identity lines over the charter, ours and theirs: a signed note each. */
  readonly ours?: string;
  readonly theirs?: string;
  readonly ended?: 'declined' | 'expired';
};

/** What an officer sees of a founding. */
export type FoundingView = {
  readonly invite: string;
  readonly title: string;
  readonly with: string;
  readonly state: 'invited' | 'compare' | 'waiting' | 'founded' | 'ended';
  readonly channel?: string;
  /** The sentence this side reads aloud. */
  readonly read?: string;
  readonly foundBy: number;
};

/** Step 2: an invitation, with a fresh card of ours. The note goes to the other side by any way; nothing in it is secret. */
export async function makeInvite(
  node: PartyNode,
  options: {
    title: string;
    hosts: readonly { card: HostCard; address: string }[];
    packs: readonly NamedHash[];
    working: readonly string[];
    authentic: readonly string[];
    foundBy: number;
    address: string;
  },
  identity: readonly Signer[],
): Promise<{ invite: string; note: Uint8Array }> {
  const { crypto } = node.parts;
  const card = await newCard(node);
  const terms = {
    hosts: [],
    quorum: options.hosts.length === 0 ? 0 : Math.floor(options.hosts.length / 2) + 1,
    packs: options.packs,
    working: options.working,
    authentic: options.authentic,
    predecessor: null,
    foundBy: options.foundBy,
  };
  const text = formatInvite({ card, hostCards: options.hosts.map((host) => host.card), terms, address: options.address });
  const note = await signAsIdentity(crypto.sha256, text, identity);
  const invite = toBase64url(crypto.sha256(utf8(text)));
  await save(node, invite, {
    us: 0,
    title: options.title,
    invite: toBase64url(note),
    address: '',
    hostAddresses: options.hosts.map((host) => host.address),
    confirmed: false,
  });
  return { invite, note };
}

/** Step 3: the answer to an invitation. The hosts' cards are compared with those this side fetched itself. */
export async function answerInvite(
  node: PartyNode,
  bytes: Uint8Array,
  options: { title: string; address: string; hosts: readonly { card: HostCard; address: string }[] },
  identity: readonly Signer[],
): Promise<{ invite: string; note: Uint8Array }> {
  const { crypto, now } = node.parts;
  const { invite } = await verifyFounding(node, bytes, 'invite');
  if (invite.terms.foundBy < now()) throw new ParleyError('founding_ended', 'its date has passed');
  const known = await load(node, invite.hash);
  if (known?.join !== undefined) return { invite: invite.hash, note: bytesOf(known.join) };
  for (const card of invite.hostCards) {
    if (!options.hosts.some((host) => host.card.text === card.text))
      throw new ParleyError('invalid', `the card of host "${card.name}" is not the one that host shows here`);
  }
  const card = await newCard(node);
  const text = formatJoin({ card, invite: invite.hash, address: options.address });
  const note = await signAsIdentity(crypto.sha256, text, identity);
  await save(node, invite.hash, {
    us: 1,
    title: options.title,
    invite: toBase64url(bytes),
    join: toBase64url(note),
    address: invite.address,
    hostAddresses: invite.hostCards.map((host) => options.hosts.find((mine) => mine.card.text === host.text)?.address ?? ''),
    confirmed: false,
  });
  return { invite: invite.hash, note };
}

/** The inviter takes the answer; the first one counts, a second different one is refused. */
export async function takeJoin(node: PartyNode, bytes: Uint8Array): Promise<FoundingView> {
  const { join } = await verifyFounding(node, bytes, 'join');
  const record = await load(node, join.invite);
  if (record === undefined || record.us !== 0) throw new ParleyError('not_found', 'no such invitation was made here');
  const text = toBase64url(bytes);
  if (record.join !== undefined && record.join !== text) throw new ParleyError('conflict', 'another answer to this invitation was taken before');
  await save(node, join.invite, { ...record, join: text, address: join.address });
  return view(node, join.invite);
}

/** Step 5 and 6: the other side's sentence, typed here; only then the identity signs the charter. Refuses `sentence_wrong`. */
export async function confirmSentence(node: PartyNode, invite: string, typed: string, identity: readonly Signer[]): Promise<FoundingView> {
  const record = await mustLoad(node, invite);
  const channel = await channelOf(node, record);
  if (channel === undefined) throw new ParleyError('not_open', 'the other side has not answered yet');
  if (!sameSentence(typed, sentence(node, channel, record.us === 0 ? 1 : 0))) throw new ParleyError('sentence_wrong');
  if (channel.charter.foundBy < node.parts.now() && record.ours === undefined) throw new ParleyError('founding_ended', 'its date has passed');
  const text = `${channel.charter.text}\n`;
  const lines = await Promise.all(identity.map((signer) => identityLine(node.parts.crypto.sha256, text, signer)));
  await save(node, invite, { ...record, confirmed: true, ours: toBase64url(formatNote({ text, lines })) });
  await advance(node, invite);
  return view(node, invite);
}

/** The other side's signature over the charter; refuses `signature_invalid`. */
export async function takeCharterNote(node: PartyNode, invite: string, bytes: Uint8Array): Promise<void> {
  const record = await mustLoad(node, invite);
  const channel = await channelOf(node, record);
  const other = record.us === 0 ? 1 : 0;
  const card = channel?.parties[other];
  const parsed = parseNote(bytes);
  if (channel === undefined || card === undefined || 'expected' in parsed || parsed.note.text !== `${channel.charter.text}\n`)
    throw new ParleyError('invalid', 'expected the charter');
  const found = thresholdChecks(node.parts.crypto.sha256, parsed.note, card.identity);
  if ('expected' in found || !(await node.parts.crypto.verify(found.checks)).every(Boolean))
    throw new ParleyError('signature_invalid', 'over the charter');
  if (record.theirs === undefined) await save(node, invite, { ...record, theirs: toBase64url(bytes) });
  await advance(node, invite);
}

/** Step 7: once every threshold is durable here, the channel stands and leaf 0 is signed. Idempotent: a crash anywhere is repaired by calling it again. */
export async function advance(node: PartyNode, invite: string): Promise<void> {
  const record = await mustLoad(node, invite);
  const channel = await channelOf(node, record);
  if (channel === undefined || record.ours === undefined || record.theirs === undefined) return;
  const runtime = await node.addChannel({
    charter: channel.charter.text,
    cards: [...channel.parties, ...channel.hosts].map((card) => card.text),
    note: toBase64url(joinNotes(bytesOf(record.ours), bytesOf(record.theirs))),
    us: record.us,
    title: record.title,
    addresses: record.us === 0 ? ['', record.address] : [record.address, ''],
    hostAddresses: record.hostAddresses,
  });
  await runtime.own.found();
  node.exchange.wake(channel.id);
  node.emit({ type: 'founding', invite });
}

/** All foundings of this node, for lists. */
export async function foundings(node: PartyNode): Promise<readonly FoundingView[]> {
  return Promise.all((await node.store.listLocal('founding')).map(({ key }) => view(node, key)));
}

/** One founding as an officer sees it; refuses `not_found`. */
export async function view(node: PartyNode, invite: string): Promise<FoundingView> {
  const record = await mustLoad(node, invite);
  const verified = await verifyFounding(node, bytesOf(record.invite), 'invite');
  const channel = await channelOf(node, record);
  const founded = channel !== undefined && record.ours !== undefined && record.theirs !== undefined;
  const other = channel?.parties[record.us === 0 ? 1 : 0]?.name ?? (record.us === 1 ? verified.invite.card.name : '');
  return {
    invite,
    title: record.title,
    with: other,
    state: founded ? 'founded' : channel === undefined ? 'invited' : record.confirmed ? 'waiting' : 'compare',
    ...(channel === undefined ? {} : { channel: channel.id, read: sentence(node, channel, record.us) }),
    foundBy: verified.invite.terms.foundBy,
  };
}

/** The notes a founding still has to deliver to the other side: path, bytes, where. */
export async function undelivered(
  node: PartyNode,
  invite: string,
): Promise<
  | { readonly address: string; readonly pin: Uint8Array; readonly card: PartyCard; readonly items: readonly { path: string; bytes: Uint8Array }[] }
  | undefined
> {
  const record = await mustLoad(node, invite);
  const channel = await channelOf(node, record);
  if (channel === undefined || record.address === '') return undefined;
  const items: { path: string; bytes: Uint8Array }[] = [];
  if (record.us === 1 && record.join !== undefined && record.theirs === undefined)
    items.push({ path: '/founding/join', bytes: bytesOf(record.join) });
  if (record.ours !== undefined && !(await hasReceipt(node, channel)))
    items.push({ path: `/founding/${invite}/charter`, bytes: bytesOf(record.ours) });
  const card = channel.parties[record.us === 0 ? 1 : 0];
  const own = channel.parties[record.us];
  return card === undefined || own === undefined || items.length === 0
    ? undefined
    : { address: record.address, pin: card.transport, card: own, items };
}

async function hasReceipt(node: PartyNode, channel: Channel): Promise<boolean> {
  return (await node.store.largestCosignatures(channel.id)).length > 0;
}

async function newCard(node: PartyNode): Promise<PartyCard> {
  const { random, seed, file } = node.parts;
  const nonce = random(16);
  const gen = toBase64url(random(16));
  const keys = roleKeys(seed, nonce, gen);
  const text = formatPartyCard({
    name: file.name,
    nonce,
    gen,
    identity: file.identity,
    log: { ed25519: keys.logEd.publicKey, mlDsa44: keys.logPq.publicKey },
    held: { ed25519: keys.heldEd.publicKey, mlDsa44: keys.heldPq.publicKey },
    node: keys.node.publicKey,
    transport: (await transportCertificate(seed)).spkiHash,
  });
  const parsed = parseCard(text);
  assert('card' in parsed && parsed.card.role === 'party', 'a new card has its form');
  return parsed.card;
}

async function channelOf(node: PartyNode, record: FoundingRecord): Promise<Channel | undefined> {
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

async function verifyFounding(node: PartyNode, bytes: Uint8Array, what: 'invite'): Promise<{ invite: Invite }>;
async function verifyFounding(node: PartyNode, bytes: Uint8Array, what: 'join'): Promise<{ join: Join }>;
async function verifyFounding(node: PartyNode, bytes: Uint8Array, what: 'invite' | 'join'): Promise<{ invite?: Invite; join?: Join }> {
  const parsed = parseFoundingNote(node.parts.crypto.sha256, bytes);
  if ('expected' in parsed) throw new ParleyError('invalid', `expected ${parsed.expected}`);
  if (parsed.note.founding !== what)
    throw new ParleyError('invalid', what === 'invite' ? 'expected an invitation' : 'expected an answer to an invitation');
  if (!('checks' in parsed.note) || !(await node.parts.crypto.verify(parsed.note.checks)).every(Boolean))
    throw new ParleyError('signature_invalid', 'of the identity');
  return parsed.note;
}

function sentence(node: PartyNode, channel: Channel, reader: number): string {
  return sentenceOf(node.parts.crypto.sha256, channel.id, reader, wordlist);
}

function joinNotes(a: Uint8Array, b: Uint8Array): Uint8Array {
  const first = parseNote(a);
  const second = parseNote(b);
  assert('note' in first && 'note' in second && first.note.text === second.note.text, 'both sides signed one charter');
  const lines: NoteLine[] = [...first.note.lines, ...second.note.lines];
  const note: SignedNote = { text: first.note.text, lines };
  return formatNote(note);
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64url(text);
  assert(bytes !== undefined, 'a founding record keeps bytes as base64url');
  return bytes;
}

async function load(node: PartyNode, invite: string): Promise<FoundingRecord | undefined> {
  const json = await node.store.getLocal('founding', invite);
  return json === undefined ? undefined : (JSON.parse(json) as FoundingRecord);
}

async function mustLoad(node: PartyNode, invite: string): Promise<FoundingRecord> {
  const record = await load(node, invite);
  if (record === undefined) throw new ParleyError('not_found', 'no such founding here');
  return record;
}

async function save(node: PartyNode, invite: string, record: FoundingRecord): Promise<void> {
  await node.store.putLocal('founding', invite, JSON.stringify(record));
  node.emit({ type: 'founding', invite });
}
