import { utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { MAX_PROOF_DOCUMENTS, MAX_RANGE_ENTRIES } from '../base/limits.ts';
import { actorOf } from '../entry/actor.ts';
import { eraseFields, fieldNames, openWholeBody } from '../entry/body.ts';
import { type ParsedEntry, parseEntry } from '../entry/entry.ts';
import type { EntryRow, LogRow } from '../store/store.ts';
import { rootOfRange } from '../tlog/merkle.ts';
import { assembleProof, tileRangeOf } from '../tlog/merkle-plan.ts';
import { planRange } from '../tlog/range.ts';
import { type CardLog, cardLogs } from '../verify/later-cards.ts';
import { formatProof, type HeaderRange, type ProofDocument } from '../verify/proof-file.ts';
import { OPENED_IN_RANGES } from '../verify/proof-range.ts';
import { keyOf, type ReaderState } from '../verify/reader-state.ts';
import type { Replica } from './replica.ts';
import { serveCheckpoint } from './serve-log.ts';

/** Which fields of a document are shown: those named, or all but those named. The others go as hashes of their salted leaves; padding is shown. */
export type Shown = { readonly only: readonly string[] } | { readonly without: readonly string[] };

/** How far back the entries reach that are put in to show that signers are accredited: from the first document on, or from the charter on. */
export type RangeStart = 'since' | 'whole';

/** What a proof is made of beside the logs. */
export type ProofOptions = {
  readonly documents: readonly { readonly origin: string; readonly index: number; readonly shown: Shown }[];
  /** Full entries of each log to its newest head, or none. */
  readonly range?: RangeStart | undefined;
  /** The charter note with all identity lines. */
  readonly charterNote: Uint8Array;
  /** The reader's state of a log: the signers' keys are named there. */
  readonly readerOf: (party: number) => Promise<ReaderState>;
};

/**
 * A proof file of documents of any logs, each log under its newest head with every line held over it (spec/proof.md): whoever reads it learns
 * headers, charter, cards and the fields disclosed, and needs nothing else to check it.
 * Refuses `not_found` where an entry is no entry, or its text, or a field asked for by name, is not here; `too_large` beyond {@link MAX_PROOF_DOCUMENTS} or {@link MAX_RANGE_ENTRIES}.
 */
export async function makeProof(replica: Replica, options: ProofOptions): Promise<Uint8Array> {
  const { crypto, channel } = replica;
  if (options.documents.length > MAX_PROOF_DOCUMENTS) throw new ParleyError('too_large', `at most ${MAX_PROOF_DOCUMENTS} documents in one proof`);
  const notes = channel.parties.flatMap((_, party) => replica.generations.sequence(party).flatMap(({ note }) => note?.bytes ?? []));
  const { logs: logsShown } = await cardLogs(crypto, channel, notes);
  const heads = new Map<string, Uint8Array>();
  const logs = new Map<string, LogRow>();
  const documents: ProofDocument[] = [];
  for (const one of options.documents) {
    const log = logs.get(one.origin) ?? (await replica.store.log(one.origin));
    const known = logsShown.find(({ origin }) => origin === one.origin);
    if (log === undefined || known === undefined) throw new ParleyError('not_found', 'there is nothing here to prove');
    if (!logs.has(log.origin)) {
      const checkpoint = await serveCheckpoint(replica, one.origin);
      if (checkpoint === undefined) throw new ParleyError('not_found', 'there is nothing here to prove');
      logs.set(log.origin, log);
      heads.set(log.origin, checkpoint);
    }
    documents.push(await proveDocument(replica, options, log, { ...one, known }));
  }
  const ranges: HeaderRange[] = [];
  for (const log of options.range === undefined ? [] : logs.values()) {
    const first = Math.min(...documents.flatMap(({ origin, index }) => (origin === log.origin ? [index] : [])));
    ranges.push(await rangeOf(replica, log, options.range === 'whole' ? 0 : first));
  }
  const cards = [...channel.parties, ...channel.hosts].map((card) => utf8(card.text));
  const generations = logsShown.flatMap(({ note }) => note?.bytes ?? []);
  return formatProof(crypto.sha256, { charterNote: options.charterNote, cards, generations, heads, documents, ranges });
}

async function proveDocument(
  replica: Replica,
  options: ProofOptions,
  log: LogRow,
  { known, index, shown }: ProofOptions['documents'][number] & { readonly known: CardLog },
): Promise<ProofDocument> {
  const { store, crypto } = replica;
  const [row] = index < log.size ? await store.entries(log.origin, index, index + 1) : [];
  const parsed = row === undefined ? undefined : parsedOf(replica, row);
  if (row?.body === undefined || parsed === undefined) throw new ParleyError('not_found', 'there is nothing here to prove');
  const key = await signerKey(replica, options, known, parsed.header.actor);
  if (key === undefined) throw new ParleyError('not_found', 'the key of its signer is not known');
  const there = fieldNames(row.body);
  const erased = 'only' in shown ? shown.only.find((name) => !there.includes(name)) : undefined;
  // Whoever asks for a field by name would take a proof without it for one with it.
  if (erased !== undefined && 'expected' in openWholeBody(crypto.sha256, parsed.header.body, row.body))
    throw new ParleyError('not_found', `the field "${erased}" of this document: it was erased, or is held here no more, and cannot be shown`);
  const names = 'without' in shown ? shown.without : there.filter((name) => !shown.only.includes(name));
  // An exercise shown without that word would be taken for the real thing.
  const hidden = names.filter((name) => name !== 'exercise');
  const path = await store.inclusionProof(log.origin, index, log.size);
  return {
    origin: log.origin,
    index,
    path,
    entry: row.bytes,
    body: hidden.length === 0 ? row.body : eraseFields(crypto.sha256, row.body, hidden),
    key,
  };
}

/** All entries of a log from one on, with the texts of those that change who may sign. */
async function rangeOf(replica: Replica, log: LogRow, from: number): Promise<HeaderRange> {
  const { store, crypto } = replica;
  if (log.size - from > MAX_RANGE_ENTRIES) throw new ParleyError('too_large', `a proof takes at most ${MAX_RANGE_ENTRIES} entries of a log`);
  const entries: Uint8Array[] = [];
  const bodies = new Map<string, Uint8Array>();
  const missing = new Map<string, number>();
  const saidGone = new Set<string>();
  for (let at = from; at < log.size; at += READ_AT_ONCE) {
    for (const row of await store.entries(log.origin, at, Math.min(log.size, at + READ_AT_ONCE))) {
      entries.push(row.bytes);
      const parsed = parsedOf(replica, row);
      if (parsed === undefined) continue;
      const { type, refs } = parsed.header;
      if ((type === 'lost' || type === 'body_erased') && refs[0] !== undefined) saidGone.add(refs[0]);
      if (!OPENED_IN_RANGES.has(type)) continue;
      const body = await wholeBody(replica, parsed, row);
      if (body === undefined) missing.set(parsed.id, row.index);
      else bodies.set(parsed.id, body);
    }
  }
  // What its author says is gone cannot be shown by anybody, and is said to be so; anything else is missing here.
  for (const [id, index] of missing)
    if (!saidGone.has(id)) throw new ParleyError('not_found', `the whole text of entry ${index}, which changes who may sign, is no longer here`);
  const plan = planRange(from, log.size, log.size);
  const nodes: Uint8Array[] = [];
  for (const node of plan.nodes) {
    const place = tileRangeOf(node);
    const hashes = await store.tileHashes(log.origin, place.level, place.from, place.to);
    nodes.push(rootOfRange(crypto.sha256, hashes, 0, hashes.length));
  }
  return { origin: log.origin, from, entries, path: assembleProof(crypto.sha256, plan, nodes), bodies };
}

const READ_AT_ONCE = 1000;

/** The text of an entry, whole, from this place or from any other where the same entry is held. */
async function wholeBody({ store, crypto, channel }: Replica, { header }: ParsedEntry, row: EntryRow): Promise<Uint8Array | undefined> {
  const isWhole = ({ body }: EntryRow): boolean => body !== undefined && 'body' in openWholeBody(crypto.sha256, header.body, body);
  if (isWhole(row)) return row.body;
  return (await store.entriesAt(await store.findEntries(channel.id, [row.id]))).find(isWhole)?.body;
}

function parsedOf(replica: Replica, row: EntryRow): ParsedEntry | undefined {
  const parsed = parseEntry(replica.crypto.sha256, row.bytes);
  return 'entry' in parsed ? parsed.entry : undefined;
}

async function signerKey(replica: Replica, options: ProofOptions, { party, card }: CardLog, actor: string): Promise<Uint8Array | undefined> {
  if (actorOf(replica.crypto.sha256, card.node) === actor) return card.node;
  const person = (await options.readerOf(party)).people.get(actor);
  return person === undefined ? undefined : keyOf(person);
}
