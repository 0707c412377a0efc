import { fromUtf8, parseDecimal, toBase64url } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import type { Crypto } from '../base/ports.ts';
import { type BundleItem, parseBundle } from '../entry/bundle.ts';
import { cardHash, type HostCard, originOf, type PartyCard, parseCard } from '../entry/card.ts';
import { assembleChannel, type Channel, parseCharter } from '../entry/charter.ts';
import { type GenerationNote, generationFault, parseGeneration } from '../entry/generation.ts';
import { thresholdChecks } from '../entry/identity-note.ts';
import { parseSignedHead } from '../tlog/checkpoint.ts';
import { parseNote } from '../tlog/note.ts';
import { originHash, originOfHash } from '../tlog/origin.ts';
import { parseEntryBundle, TILE_WIDTH, tileWidth } from '../tlog/tile.ts';
import { headChecks } from './head.ts';

/** One log as a record export holds it; nothing of it is verified but its form. */
export type RecordLog = {
  readonly party: number;
  readonly origin: string;
  readonly gen: string;
  /** The checkpoint note with all lines. */
  readonly note: Uint8Array;
  readonly entries: readonly Uint8Array[];
  /** The note that opened it; a founding log has none. */
  readonly generation?: GenerationNote;
  /** Smaller heads of it, with the lines held over them: what stands of a log that is closed or forked. */
  readonly heads?: readonly Uint8Array[];
  /** Receipts over another history of it, as far as they cover this one. */
  readonly shared?: readonly Uint8Array[];
};

/** The card whose keys a log is signed with. */
export function cardOfLog(channel: Channel, { party, generation }: Pick<RecordLog, 'party' | 'generation'>): PartyCard {
  const card = generation?.card ?? channel.parties[party];
  assert(card !== undefined, 'a log of a record is of a party of its channel');
  return card;
}

/** A record export taken apart: the channel (its charter and cards fit), the logs in it, and bodies by entry id. */
export type RecordFile = {
  readonly channel: Channel;
  readonly logs: readonly RecordLog[];
  readonly bodies: ReadonlyMap<string, Uint8Array>;
  /** Chunks by the root of their file, then by index. */
  readonly chunks: ReadonlyMap<string, ReadonlyMap<number, Uint8Array>>;
  /** Proofs of two histories, by origin; not verified. */
  readonly alarms: ReadonlyMap<string, Uint8Array>;
};

/** Whether bytes look like a bundle; their verdict needs {@link parseRecord}. */
export function isRecord(bytes: Uint8Array): boolean {
  return fromUtf8(bytes.subarray(0, 16)) === 'parley-bundle/1\n';
}

/**
 * The record export in bytes (spec/bundle.md), with its charter's signatures verified, or what was expected.
 *
 * Items: `charter` (the note all identity thresholds signed), `cards/<hash>`, `packs/<hash>`, per log `<origin hash>/checkpoint`,
 * `<origin hash>/heads/<size>`, `<origin hash>/receipts/<n>` and `<origin hash>/entries/<n>` (tile n, as in tlog-tiles), `bodies/<entry id>`, `chunks/<root>/<index>`, `alarms/<origin hash>`.
 * A log that is none of a founding card is a later generation's: its first entry is the note that opened it.
 */
export async function parseRecord(crypto: Crypto, bytes: Uint8Array): Promise<{ record: RecordFile } | { expected: string }> {
  const bundle = parseBundle(bytes);
  if ('expected' in bundle) return bundle;
  const items = new Map(bundle.items.map((item) => [item.name, item.bytes]));
  const channel = await channelOf(crypto, items.get('charter'), bundle.items);
  if ('expected' in channel) return channel;
  const logs: RecordLog[] = [];
  for (const [party, card] of channel.channel.parties.entries()) {
    const log = readLog(crypto, party, card, items);
    if (log === undefined) continue;
    if ('expected' in log) return log;
    logs.push(log.log);
  }
  for (const name of items.keys()) {
    const hash = /^([0-9a-f]{40})\/checkpoint$/.exec(name)?.[1];
    if (hash === undefined || logs.some(({ origin }) => originHash(origin) === hash)) continue;
    const log = readLater(crypto, channel.channel, hash, items);
    if (log === undefined) continue;
    if ('expected' in log) return log;
    logs.push(log.log);
  }
  const bodies = new Map<string, Uint8Array>();
  const known = new Set(logs.flatMap(({ origin, entries }) => logItems(originHash(origin) ?? '', entries.length)));
  for (const { origin } of logs) for (const name of items.keys()) if (isStandingItem(name, originHash(origin) ?? '')) known.add(name);
  const alarms = new Map<string, Uint8Array>();
  const chunks = new Map<string, Map<number, Uint8Array>>();
  const packs = new Set(channel.channel.charter.packs.map(({ hash }) => hash));
  for (const { name, bytes: body } of bundle.items) {
    if (name.startsWith('bodies/')) bodies.set(name.slice(7), body);
    else if (name.startsWith('alarms/')) {
      const origin = originOfHash(name.slice(7));
      if (origin === undefined) return { expected: 'alarms as alarms/<origin hash>' };
      alarms.set(origin, body);
    } else if (name.startsWith('chunks/')) {
      const [, root = '', index = '', ...rest] = name.split('/');
      const at = rest.length > 0 ? undefined : parseDecimal(index);
      if (at === undefined) return { expected: 'chunks as chunks/<root>/<index>' };
      chunks.set(root, (chunks.get(root) ?? new Map<number, Uint8Array>()).set(at, body));
    } else if (name.startsWith('packs/')) {
      const hash = toBase64url(crypto.sha256(body));
      if (name !== `packs/${hash}` || !packs.has(hash)) return { expected: 'packs that the charter names, every one under its own hash' };
    } else if (name !== 'charter' && !name.startsWith('cards/') && !known.has(name))
      return { expected: `nothing but the record in it (found "${name}")` };
  }
  return { record: { channel: channel.channel, logs, bodies, chunks, alarms } };
}

function isStandingItem(name: string, hash: string, folder?: 'heads' | 'receipts'): boolean {
  const found = /^([0-9a-f]{40})\/(heads|receipts)\/([0-9]+)$/.exec(name);
  return found?.[1] === hash && (folder ?? found[2]) === found[2];
}

function logItems(hash: string, size: number): readonly string[] {
  const tiles = Array.from({ length: Math.ceil(size / TILE_WIDTH) }, (_, tile) => `${hash}/entries/${tile}`);
  return [`${hash}/checkpoint`, ...tiles];
}

/** The channel of a charter note and the `cards/` items beside it, every identity threshold verified; or what was expected. */
export async function channelOf(
  crypto: Crypto,
  note: Uint8Array | undefined,
  items: readonly BundleItem[],
): Promise<{ channel: Channel } | { expected: string }> {
  if (note === undefined) return { expected: 'a charter' };
  const parsed = parseNote(note);
  if ('expected' in parsed) return parsed;
  const charter = parseCharter(parsed.note.text.slice(0, -1));
  if ('expected' in charter) return charter;
  const cards: (PartyCard | HostCard)[] = [];
  for (const item of items) {
    if (!item.name.startsWith('cards/')) continue;
    const card = parseCard(fromUtf8(item.bytes) ?? '');
    if ('expected' in card) return { expected: `a card: ${card.expected}` };
    if (item.name !== `cards/${cardHash(crypto.sha256, card.card)}`) return { expected: 'every card under its own hash' };
    cards.push(card.card);
  }
  const channel = assembleChannel(crypto.sha256, charter.charter, cards);
  if ('expected' in channel) return channel;
  if (cards.length !== channel.channel.parties.length + channel.channel.hosts.length)
    return { expected: 'the cards that the charter names and no others' };
  let lines = 0;
  for (const card of channel.channel.parties) {
    const found = thresholdChecks(crypto.sha256, parsed.note, card.identity, false);
    if ('expected' in found) return { expected: `the charter signed by ${card.name}: ${found.expected}` };
    if (!(await crypto.verify(found.checks)).every(Boolean)) return { expected: `the charter signed by ${card.name}` };
    lines += found.checks.length;
  }
  if (lines !== parsed.note.lines.length) return { expected: 'no signature on the charter but those of its parties' };
  return channel;
}

function readLog(
  crypto: Crypto,
  party: number,
  card: PartyCard,
  items: ReadonlyMap<string, Uint8Array>,
  generation?: GenerationNote,
): { log: RecordLog } | { expected: string } | undefined {
  const origin = originOf(crypto.sha256, card);
  const hash = originHash(origin) ?? '';
  const note = items.get(`${hash}/checkpoint`);
  if (note === undefined) return undefined;
  const head = headChecks(crypto.sha256, card, note);
  if ('expected' in head) return { expected: `the head of ${card.name}'s log: ${head.expected}` };
  const { size } = head.head.checkpoint;
  const entries: Uint8Array[] = [];
  for (let tile = 0; entries.length < size; tile++) {
    const width = tileWidth('entries', tile, size);
    const bytes = items.get(`${hash}/entries/${tile}`);
    const bundle = bytes === undefined ? { expected: 'it' } : parseEntryBundle(bytes, width);
    if ('expected' in bundle) return { expected: `entries ${tile * 256} to ${tile * 256 + width - 1} of ${card.name}'s log; the file is not whole` };
    for (const entry of bundle.entries) entries.push(entry);
  }
  const heads = [...items].flatMap(([name, bytes]) => (isStandingItem(name, hash, 'heads') ? [bytes] : []));
  const shared = [...items].flatMap(([name, bytes]) => (isStandingItem(name, hash, 'receipts') ? [bytes] : []));
  return {
    log: {
      party,
      origin,
      gen: card.gen,
      note,
      entries,
      ...(generation === undefined ? {} : { generation }),
      ...(heads.length === 0 ? {} : { heads }),
      ...(shared.length === 0 ? {} : { shared }),
    },
  };
}

/** A log that a generation note of this channel opened; `undefined` for any other. */
function readLater(
  crypto: Crypto,
  channel: Channel,
  hash: string,
  items: ReadonlyMap<string, Uint8Array>,
): { log: RecordLog } | { expected: string } | undefined {
  const head = parseSignedHead(items.get(`${hash}/checkpoint`) ?? new Uint8Array());
  const size = 'checkpoint' in head ? head.checkpoint.size : 0;
  const first = size === 0 ? { expected: 'it' } : parseEntryBundle(items.get(`${hash}/entries/0`) ?? new Uint8Array(), tileWidth('entries', 0, size));
  const bytes = 'entries' in first ? first.entries[0] : undefined;
  const parsed = bytes === undefined ? { expected: 'it' } : parseGeneration(crypto.sha256, bytes);
  if ('expected' in parsed || originHash(parsed.note.origin) !== hash || generationFault(channel, parsed.note) !== undefined) return undefined;
  const { note } = parsed;
  return readLog(crypto, note.party, note.card, items, note);
}
