import { equal, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { MAX_GENERATIONS } from '../base/limits.ts';
import { originOf } from '../entry/card.ts';
import { type Continues, formatGeneration, type GenerationNote, generationFault, parseGeneration } from '../entry/generation.ts';
import { thresholdChecks } from '../entry/identity-note.ts';
import { announcementOf, isOpenedWith, parseAnnouncement } from '../sync/opened-log.ts';
import type { SendToParty } from '../sync/push.ts';
import { rowOf } from '../sync/replica.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { ownCard } from './founding-notes.ts';
import type { PartyNode } from './party-node.ts';

const MAX_ANSWER_SIZE = 4096;

/** What the party's identity keys are asked to sign so that it writes again. */
export type Opening = {
  readonly text: string;
  readonly n: number;
  readonly continues: Continues;
  readonly gen: string;
  /** Entries of the log left behind that do not count there. */
  readonly uncounted: number;
};

/**
 * The text of a note that opens our next generation, with fresh keys of this node: it continues our log where it counts to now. The mark names the log that
 * it would open, and no other is ever opened ({@link takeOpening}); a text that nobody signs opens nothing. Refuses `not_open` before the channel was founded.
 */
export async function openingText(node: PartyNode, channel: ChannelRuntime): Promise<Opening> {
  const { replica } = channel;
  const { generations, us } = replica;
  if (!(await channel.own.isOpen())) throw new ParleyError('not_open');
  await channel.read();
  let parent = generations.current(us);
  const counted = async (): Promise<number> => generations.status(parent.origin)?.counted ?? (await rowOf(replica, parent.origin)).size;
  // A generation of which nothing stands cannot be continued: the one before it is, once more.
  for (let before = generations.status(parent.origin)?.parent; (await counted()) === 0 && before !== undefined; ) {
    parent = generations.find(before) ?? parent;
    before = generations.status(parent.origin)?.parent;
  }
  const size = await counted();
  if (size === 0) throw new ParleyError('not_open');
  const state = await channel.reader.endState(parent.origin);
  const gen = toBase64url(node.parts.random(16));
  const card = await ownCard(node, generations.founding(us).card.nonce, gen, state.identity);
  await replica.mark.offer(replica.crypto.sha256, originOf(replica.crypto.sha256, card));
  const continues = { gen: parent.gen, size, root: toBase64url(await replica.store.rootAt(parent.origin, size)) };
  const n = state.n + 1;
  const held = (await rowOf(replica, parent.origin)).size;
  return { text: formatGeneration({ channel: channel.id, party: us, n, continues, card }), n, continues, gen, uncounted: held - size };
}

/**
 * Takes such a text back signed, and opens the generation. Refuses `signature_invalid`, and `invalid` what this node did not make, or made before its mark
 * was lost: that log may have been opened and written to since.
 */
export async function takeOpening(node: PartyNode, channel: ChannelRuntime, text: string): Promise<{ gen: string; origin: string }> {
  const { replica } = channel;
  const parsed = parseGeneration(replica.crypto.sha256, utf8(text));
  if ('expected' in parsed) throw new ParleyError('invalid', `expected ${parsed.expected}`);
  const { note } = parsed;
  const fault = generationFault(replica.channel, note);
  if (fault !== undefined || note.party !== replica.us) throw new ParleyError('invalid', `expected ${fault ?? 'a note of our party'}`);
  const card = await ownCard(node, note.card.nonce, note.card.gen, note.card.identity);
  if (card.text !== note.card.text) throw new ParleyError('invalid', 'expected a card that this node made');
  if (replica.mark.own(note.origin) === undefined)
    throw new ParleyError('invalid', 'expected a text that this node made while it had its mark: ask it for a new one');
  await channel.own.openGeneration(note);
  node.exchange.wake(channel.id);
  node.emit({ type: 'changed', channel: channel.id });
  return { gen: note.card.gen, origin: note.origin };
}

/**
 * Takes a generation of another party as it was announced. Its identity threshold authenticates the note, since the node key it will sign requests with is
 * not known yet, and a head by the log keys on the card shows that they are whose who opened the log: a party that puts the keys of another on a card of its
 * own takes the place of nobody.
 * Idempotent. Refuses `not_found` whatever is wrong, so that a stranger learns nothing; `quota` beyond what a party may open.
 */
export async function takeGeneration(node: PartyNode, bytes: Uint8Array): Promise<void> {
  const { sha256, verify } = node.parts.crypto;
  const parsed = parseAnnouncement({ sha256 }, bytes);
  if ('expected' in parsed) throw new ParleyError('not_found');
  const { note } = parsed;
  const channel = node.channel(note.channel);
  const { generations, us, store } = channel.replica;
  if (generationFault(channel.replica.channel, note) !== undefined) throw new ParleyError('not_found');
  const state = await channel.reader.state(note.party);
  const threshold = thresholdChecks(sha256, note.signed, state.identity);
  if ('expected' in threshold || !(await verify(threshold.checks)).every(Boolean)) throw new ParleyError('not_found');
  // One of ours that a restored store has forgotten; of another seed's keys nothing could be signed here.
  const isOurs = note.party === us;
  if (isOurs && (await ownCard(node, note.card.nonce, note.card.gen, note.card.identity)).text !== note.card.text) throw new ParleyError('not_found');
  const log = await store.log(originOf(sha256, note.card));
  // Two channels never share a log: what was said in one would be told to the parties of the other.
  if (log !== undefined && log.channel !== channel.id) throw new ParleyError('not_found');
  // Nor do two parties: another's log keys on their card would put their note in the place of that one's, while nothing of its log is held.
  const known = generations.find(note.origin);
  if (known?.party === us && known.note?.hash !== note.hash) throw new ParleyError('not_found');
  // Notes stand in proofs that anybody has: whoever tells of one again costs next to nothing, and the party hears of its others at most once a while.
  if (known?.note !== undefined && equal(known.note.bytes, note.bytes)) return node.exchange.remindSoon(channel.id, note.party, true);
  if (!isOurs && !(await isOpenedWith(node.parts.crypto, parsed))) throw new ParleyError('not_found');
  if (generations.all.filter(({ party }) => party === note.party).length >= MAX_GENERATIONS) throw new ParleyError('quota');
  await generations.learn(store, note, isOurs, isOurs);
  await channel.read();
  // It continues what is not held here: that was lost, and is asked for.
  if (generations.status(note.origin)?.status === 'waiting') node.exchange.greet(channel.id);
  if (isOurs) node.exchange.wake(channel.id);
  else node.exchange.remindSoon(channel.id, note.party);
  node.emit({ type: 'changed', channel: channel.id });
}

/** Tells a party of its own generations that are known here: whoever opens one may have forgotten another, in a store that was restored. Refuses `unreachable`. */
export async function remindOfGenerations(channel: ChannelRuntime, party: number, send: SendToParty): Promise<void> {
  const notes = channel.replica.generations.all.flatMap((log) => (log.party === party && log.note !== undefined ? [log.note] : []));
  // The one that was just brought is known there.
  if (notes.length > 1) for (const note of notes) await announceGeneration(channel, party, send, note);
}

/** Tells a party of a generation, of ours or of theirs; refuses `unreachable` while it does not take it. */
export async function announceGeneration({ replica }: ChannelRuntime, party: number, send: SendToParty, note: GenerationNote): Promise<void> {
  const body = await announcementOf(replica, note);
  const answer = await send(party, { method: 'POST', path: '/generations', body }, MAX_ANSWER_SIZE);
  if (answer.status !== 200) throw new ParleyError('unreachable', `the other node answered ${answer.status} to our next generation`);
}
