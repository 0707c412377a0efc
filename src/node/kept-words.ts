import { fromBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { Json, JsonObject } from '../base/json.ts';
import { MAX_KEPT_WORDS } from '../base/limits.ts';
import { digestOf, type ExchangeSide, type ExchangeWords, type KeptWords } from '../document/exchange.ts';
import type { Fields } from '../document/kind.ts';
import { reveal } from '../document/kinds/reveal.ts';
import { checkDraft } from '../document/parse.ts';
import { announceBlob, attachmentsIn, isComplete } from './attachments.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { oneAtATime } from './one-at-a-time.ts';

const COLLECTION = 'kept_words';

/**
 * Keeps what our side is about to commit to, durably, before anything of it is said: whoever has signed a commitment and lost its secret can never reveal.
 * Each is kept under its own digest and never put in another's place, so that a crash at any moment leaves either nothing said or what can be revealed.
 * Local alone: it is in the store and its backups, and no door of ours gives it to another party.
 *
 * Refuses `not_found` where there is no such exchange, `invalid` where the words could not be revealed as they are or a file is not here whole, and `quota`.
 */
export function keepWords(channel: ChannelRuntime, matter: string, words: ExchangeWords, now: number): Promise<KeptWords> {
  return oneAtATime(channel, COLLECTION, async () => {
    await mustBeExchange(channel, matter);
    mustBeRevealable(words);
    for (const file of words.attachments) {
      // Named, it waits for its reveal as long as that takes.
      await announceBlob(channel, file);
      if (!(await isComplete(channel, file.root))) throw new ParleyError('invalid', 'words whose files are all here; hand them over first');
    }
    const digest = digestOf(channel.replica.crypto.sha256, sideOf(channel, matter), words);
    if (digest === undefined) throw new ParleyError('invalid', 'words and a secret of 16 bytes');
    const kept = await listKept(channel, matter);
    const known = kept.find((one) => one.digest === digest);
    if (known !== undefined) return known;
    if (kept.length >= MAX_KEPT_WORDS) throw new ParleyError('quota', `at most ${MAX_KEPT_WORDS} tries to commit to one exchange`);
    const { text, secret, attachments } = words;
    const fresh: KeptWords = { digest, text, secret, attachments, keptAt: now };
    await channel.store.putLocal(COLLECTION, `${prefixOf(channel, matter)}${digest}`, JSON.stringify(fresh));
    return fresh;
  });
}

/** What is kept of our side for an exchange, oldest first; each opens the digest it stands under. */
export async function keptWords(channel: ChannelRuntime, matter: string): Promise<readonly KeptWords[]> {
  const { sha256 } = channel.replica.crypto;
  const kept = await listKept(channel, matter);
  return kept.filter((one) => digestOf(sha256, sideOf(channel, matter), one) === one.digest).sort((a, b) => a.keptAt - b.keptAt);
}

/** A reveal of ours that stands in the log holds the words now: what was kept goes, so that erasing them there leaves no copy here. */
export async function forgetRevealed(channel: ChannelRuntime, matter: string | undefined, { text, secret, attachments }: Fields): Promise<void> {
  if (matter === undefined || typeof text !== 'string' || typeof secret !== 'string') return;
  const words = { text, secret, attachments: attachmentsIn({ attachments: attachments ?? null }) };
  const digest = digestOf(channel.replica.crypto.sha256, sideOf(channel, matter), words);
  if (digest !== undefined) await channel.store.deleteLocal(COLLECTION, `${prefixOf(channel, matter)}${digest}`);
}

async function mustBeExchange(channel: ChannelRuntime, matter: string): Promise<void> {
  const raw = fromBase64url(matter, 32);
  const places = raw === undefined ? [] : await channel.store.verdicts(channel.id, [raw]);
  if (!places.some(({ valid, type }) => valid && type === 'simultaneous_exchange')) throw new ParleyError('not_found', 'no exchange of this id here');
}

/** What has not the form of a reveal would be held and not accepted, when it is too late to say it otherwise. */
function mustBeRevealable({ text, secret, attachments }: ExchangeWords): void {
  const files = attachments.map((file): JsonObject => ({ ...file }));
  const fields: readonly (readonly [string, Json])[] = [
    ['text', text],
    ['secret', secret],
    ...(files.length === 0 ? [] : [['attachments', files] as const]),
  ];
  const faults = checkDraft(reveal, new Map([...fields, ['marking', 'amber+strict']]));
  if (faults.length > 0) throw new ParleyError('invalid', 'words and files in the form of a reveal');
}

async function listKept(channel: ChannelRuntime, matter: string): Promise<readonly KeptWords[]> {
  const prefix = prefixOf(channel, matter);
  const all = (await channel.store.listLocal(COLLECTION)).filter(({ key }) => key.startsWith(prefix));
  return all.map(({ json }) => JSON.parse(json) as KeptWords);
}

function sideOf({ id, replica }: ChannelRuntime, matter: string): ExchangeSide {
  return { channel: id, party: replica.us, matter };
}

function prefixOf({ id }: ChannelRuntime, matter: string): string {
  return `${id}/${matter}/`;
}
