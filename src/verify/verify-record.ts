import { equal, toBase64url } from '../base/bytes.ts';
import type { Phrase } from '../base/phrases.ts';
import type { Crypto } from '../base/ports.ts';
import { kindOf } from '../document/registry.ts';
import { openBody } from '../entry/body.ts';
import { type ParsedEntry, parseEntry } from '../entry/entry.ts';
import { type Checkpoint, parseCheckpoint, parseSignedHead } from '../tlog/checkpoint.ts';
import { Frontier } from '../tlog/frontier.ts';
import { leafHash } from '../tlog/merkle.ts';
import { verifyForkProof } from './fork-proof.ts';
import { alteredTexts, goneSentences } from './gone-sentences.ts';
import { cosignersOf, headChecks, type VerifiedPair, verifyPairs } from './head.ts';
import type { Lineage } from './lineage.ts';
import { type RecordReceipt, readRecord } from './read-record.ts';
import { fileSentences } from './record-chunks.ts';
import { cardOfLog, type RecordFile, type RecordLog } from './record-file.ts';
import { prefixNamed, verifySharedReceipt } from './shared-receipt.ts';
import type { VerifiedEntry } from './verified-entry.ts';

/** One sentence of a verdict: `true` proved, `false` wrong, `null` said for honesty (not proved, or only noticed). */
export type Sentence = {
  readonly ok: boolean | null;
  readonly phrase: Phrase;
  /** Which document of a proof of several it is about, counted from 1 in the order of the file. */
  readonly document?: number;
};

/** Called now and then during long work. */
export type Progress = (done: number, total: number, step: 'tree' | 'entries') => void;

const BATCH = 1000;
/** Altered texts that are named one by one: a file altered throughout must not give a sentence for each of a million. */
const MAX_NAMED = 20;

/** Entries of a log in their forms; `undefined` where bytes are no entry. */
type Parsed = readonly (ParsedEntry | undefined)[];

/** A log whose entries hash to its signed head, with the roots at the sizes asked for and at its end. */
export type VerifiedTree = { readonly size: number; readonly roots: ReadonlyMap<number, Uint8Array> };

/** A verified log with its entries. */
export type LogTree = VerifiedTree & { readonly log: RecordLog; readonly parsed: Parsed };

/**
 * Verifies a whole record: every tree against its signed head, every receipt and witness pair, every entry as a reader of the logs judges it.
 * Returns the sentences and all verdicts; nothing in the file makes it throw.
 */
export async function verifyRecord(
  crypto: Crypto,
  record: RecordFile,
  onProgress: Progress = () => undefined,
): Promise<{ sentences: readonly Sentence[]; entries: readonly VerifiedEntry[]; forked: boolean }> {
  const { channel } = record;
  const sentences: Sentence[] = [
    { ok: true, phrase: { id: 'verify.charter', values: { parties: channel.parties.map((card) => card.name).join(', ') } } },
  ];
  const parsed = record.logs.map((log) => parseEntries(crypto, log));
  const cited = citedSizes(crypto, record, parsed);
  const trees: LogTree[] = [];
  const perLog: (Cosigned | { readonly log: RecordLog; readonly expected: string })[] = [];
  for (const [i, log] of record.logs.entries()) {
    const tree = await verifyTree(crypto, record, log, cited.get(log.origin) ?? new Set(), onProgress);
    if ('expected' in tree) perLog.push({ log, ...tree });
    else {
      trees.push({ ...tree, log, parsed: parsed[i] ?? [] });
      perLog.push(await cosignatures(crypto, record, log, tree));
    }
  }
  const missing = channel.parties.filter((_, party) => !record.logs.some((log) => log.party === party));
  const ids = new Set(trees.flatMap((tree) => tree.parsed.map((entry) => entry?.id)));
  const stray = [...record.bodies.keys()].filter((id) => !ids.has(id)).length;
  const receipts = perLog.flatMap((one) => ('receipts' in one ? one.receipts : []));
  const alarms = await verifyAlarms(crypto, record);
  const read =
    trees.length === record.logs.length
      ? await readRecord(crypto, record, trees, receipts, alarms.forked, onProgress)
      : { entries: [], lineage: { logs: new Map(), sequences: [], due: [] } };
  const { entries, lineage } = read;
  // A receipt is given for texts that open: one that does not is this file's fault and not its author's.
  const altered = alteredTexts(record, entries);
  for (const one of perLog) {
    const party = channel.parties[one.log.party]?.name ?? '';
    const which = whichLog(record, one.log, lineage);
    if ('expected' in one) sentences.push({ ok: false, phrase: { id: 'verify.log_wrong', values: { party, ...which, expected: one.expected } } });
    else {
      const texts = altered.filter(({ origin }) => origin === one.log.origin).length;
      const values = { party, ...which, size: one.tree.size };
      sentences.push({ ok: true, phrase: texts === 0 ? { id: 'verify.log', values } : { id: 'verify.log_texts', values: { ...values, texts } } });
      sentences.push(...cosignatureSentences(crypto, record, one, lineage), ...lineageSentences(record, one.log, lineage));
    }
  }
  sentences.push(...alarms.sentences);
  for (const card of missing) sentences.push({ ok: null, phrase: { id: 'verify.log_missing', values: { party: card.name } } });
  if (stray > 0) sentences.push({ ok: false, phrase: { id: 'verify.stray', values: { count: stray } } });
  sentences.push(...entrySentences(record, trees, entries, lineage));
  sentences.push(...alteredSentences(record, altered, lineage));
  sentences.push(...goneSentences(crypto.sha256, record, entries), ...fileSentences(crypto.sha256, record, entries));
  sentences.push({ ok: null, phrase: { id: 'verify.not_proved_true' } });
  return { sentences, entries, forked: alarms.forked.size > 0 };
}

/** Tree and head of one log: the leaves hash to the root both log keys signed. No entry is looked into; `cited` are sizes whose roots are wanted. */
export async function verifyTree(
  crypto: Crypto,
  record: Pick<RecordFile, 'channel'>,
  log: RecordLog,
  cited: ReadonlySet<number>,
  onProgress: Progress = () => undefined,
): Promise<VerifiedTree | { expected: string }> {
  const head = headChecks(crypto.sha256, cardOfLog(record.channel, log), log.note);
  if ('expected' in head) return head;
  const { checkpoint } = head.head;
  if (!(await crypto.verify(head.checks)).every(Boolean)) return { expected: 'both signatures of the log over its head' };
  const frontier = new Frontier(crypto.sha256);
  const roots = new Map<number, Uint8Array>();
  for (const bytes of log.entries) {
    frontier.append(leafHash(crypto.sha256, bytes));
    const { size } = frontier;
    if (cited.has(size)) roots.set(size, frontier.root());
    if (size % BATCH === 1) onProgress(size - 1, log.entries.length, 'tree');
  }
  const root = frontier.root();
  if (!equal(root, checkpoint.root)) return { expected: 'entries that give the signed root; something was altered' };
  roots.set(checkpoint.size, root);
  return { size: checkpoint.size, roots };
}

function parseEntries(crypto: Crypto, log: RecordLog): Parsed {
  return log.entries.map((bytes) => {
    const parsed = parseEntry(crypto.sha256, bytes);
    return 'entry' in parsed ? parsed.entry : undefined;
  });
}

/** By origin, sizes of a log that headers, stamps, notes or receipts name: their roots are remembered on the way through the trees. */
function citedSizes(crypto: Crypto, record: RecordFile, parsed: readonly Parsed[]): ReadonlyMap<string, ReadonlySet<number>> {
  const sizes = new Map(record.logs.map((log) => [log.origin, new Set<number>()]));
  const byGen = Map.groupBy(record.logs, ({ party, gen }) => `${party} ${gen}`);
  const named = (party: number, gen: string, size: number): void => {
    for (const { origin } of byGen.get(`${party} ${gen}`) ?? []) sizes.get(origin)?.add(size);
  };
  for (const log of record.logs) {
    if (log.generation !== undefined) named(log.party, log.generation.continues.gen, log.generation.continues.size);
    for (const bytes of log.heads ?? []) {
      const head = parseSignedHead(bytes);
      if ('checkpoint' in head) sizes.get(log.origin)?.add(head.checkpoint.size);
    }
    for (const bytes of log.shared ?? []) sizes.get(log.origin)?.add(prefixNamed(bytes) ?? 0);
  }
  for (const entries of parsed) {
    for (const entry of entries) {
      for (const head of entry?.header.after ?? []) named(head.party, head.gen, head.size);
      const stamped = entry?.header.type === 'stamp' ? stampedHead(crypto, record, entry) : undefined;
      if (stamped !== undefined) sizes.get(stamped.origin)?.add(stamped.size);
    }
  }
  return sizes;
}

function stampedHead(crypto: Crypto, record: RecordFile, entry: ParsedEntry): Checkpoint | undefined {
  const body = record.bodies.get(entry.id);
  const opened = body === undefined ? { expected: 'it' } : openBody(crypto.sha256, entry.header.body, body);
  const text = 'body' in opened ? opened.body.fields.get('checkpoint') : undefined;
  const checkpoint = typeof text === 'string' ? parseCheckpoint(text) : { expected: 'it' };
  return 'expected' in checkpoint ? undefined : checkpoint.checkpoint;
}

/** What is signed over the heads of one log beside its own lines; whose pairs count is known only once the generations are. */
type Cosigned = {
  readonly log: RecordLog;
  readonly tree: VerifiedTree;
  readonly pairs: readonly VerifiedPair[];
  readonly receipts: readonly RecordReceipt[];
};

async function cosignatures(crypto: Crypto, record: RecordFile, log: RecordLog, tree: VerifiedTree): Promise<Cosigned> {
  const { channel } = record;
  const cards = channel.parties.map((card, party) => [
    card,
    ...record.logs.flatMap((one) => (one.party === party && one.generation !== undefined ? [one.generation.card] : [])),
  ]);
  const cosigners = cosignersOf(crypto.sha256, channel, log.party, cards);
  const receipts: RecordReceipt[] = [];
  let over: readonly VerifiedPair[] = [];
  for (const [i, note] of [log.note, ...(log.heads ?? [])].entries()) {
    const head = headChecks(crypto.sha256, cardOfLog(channel, log), note);
    if ('expected' in head || (i > 0 && !(await crypto.verify(head.checks)).every(Boolean))) continue;
    const { checkpoint, otherLines } = head.head;
    const pairs = await verifyPairs(crypto, cosigners, checkpoint, otherLines);
    if (i === 0) over = pairs;
    for (const { role, who, cosigner } of pairs) {
      if (role !== 'held') continue;
      receipts.push({ origin: log.origin, cosigner, party: who, size: checkpoint.size, root: toBase64url(checkpoint.root) });
    }
  }
  const rootAt = async (size: number): Promise<Uint8Array | undefined> => tree.roots.get(size);
  for (const bytes of log.shared ?? []) {
    const shared = await verifySharedReceipt(crypto, cardOfLog(channel, log), cosigners, rootAt, bytes);
    if ('expected' in shared) continue;
    const root = toBase64url((await rootAt(shared.prefix)) ?? new Uint8Array());
    for (const { role, who, cosigner } of shared.pairs)
      if (role === 'held') receipts.push({ origin: log.origin, cosigner, party: who, size: shared.prefix, root });
  }
  return { log, tree, pairs: over, receipts };
}

function cosignatureSentences(crypto: Crypto, record: RecordFile, { log, tree, pairs }: Cosigned, lineage: Lineage): readonly Sentence[] {
  const { channel } = record;
  const cards = channel.parties.map((card, party) => [
    card,
    ...record.logs.flatMap((one) =>
      one.party === party && one.generation !== undefined && counts(lineage, one.origin) ? [one.generation.card] : [],
    ),
  ]);
  const cosigners = cosignersOf(crypto.sha256, channel, log.party, cards);
  const party = channel.parties[log.party]?.name ?? '';
  const said = new Map<string, Sentence>();
  for (const { role, who, keys } of cosigners) {
    const name = (role === 'held' ? channel.parties[who]?.name : channel.hosts[who]?.name) ?? '';
    const pair = pairs.find((one) => one.cosigner === keys.name);
    const values = { party, ...whichLog(record, log, lineage), name, size: tree.size, time: pair?.time ?? 0 };
    const key = `${role} ${who}`;
    if (pair !== undefined) said.set(key, { ok: true, phrase: { id: `verify.${role}`, values } });
    else if (!said.has(key)) said.set(key, { ok: null, phrase: { id: `verify.not_${role}`, values } });
  }
  return [...said.values()];
}

function counts(lineage: Lineage, origin: string): boolean {
  return (lineage.logs.get(origin)?.ordinal ?? -1) >= 0;
}

/** Which of its party's logs a sentence is about; nothing where the file has one. */
function whichLog(record: RecordFile, log: RecordLog, lineage: Lineage): Readonly<Record<string, string | number>> {
  if (record.logs.filter(({ party }) => party === log.party).length < 2) return {};
  if (log.generation === undefined) return { which: 'first' };
  const ordinal = lineage.logs.get(log.origin)?.ordinal ?? -1;
  return ordinal < 0 ? { which: 'unplaced' } : { which: 'later', nth: ordinal + 1 };
}

/** What becomes of a log among the generations of its party; of a founding log that is written on there is nothing to say. */
function lineageSentences(record: RecordFile, log: RecordLog, lineage: Lineage): readonly Sentence[] {
  const status = lineage.logs.get(log.origin);
  const party = record.channel.parties[log.party]?.name ?? '';
  const size = log.entries.length;
  const out: Sentence[] = [];
  if (status === undefined) return out;
  const { generation } = log;
  if (generation !== undefined) {
    const values = { party, size: generation.continues.size };
    const id = status.ordinal >= 0 ? 'verify.generation' : status.status === 'void' ? 'verify.generation_void' : 'verify.generation_waiting';
    out.push({ ok: status.ordinal >= 0 ? true : null, phrase: { id, values } });
  }
  if (status.ordinal >= 0 && status.counted < size)
    out.push({
      ok: null,
      phrase: { id: 'verify.entries_uncounted', values: { party, ...whichLog(record, log, lineage), count: size - status.counted } },
    });
  return out;
}

/** The forks that a record proves beside what it holds: of these logs only what stands counts. */
async function verifyAlarms(crypto: Crypto, record: RecordFile): Promise<{ sentences: readonly Sentence[]; forked: ReadonlySet<string> }> {
  const sentences: Sentence[] = [];
  const forked = new Set<string>();
  for (const [origin, bytes] of record.alarms) {
    const verified = await verifyForkProof(crypto, bytes);
    const log = record.logs.find((one) => one.origin === origin);
    if ('expected' in verified || verified.fork.origin !== origin || log === undefined) {
      sentences.push({ ok: false, phrase: { id: 'verify.alarm_wrong' } });
      continue;
    }
    forked.add(origin);
    sentences.push({ ok: true, phrase: { id: 'verify.fork', values: { name: cardOfLog(record.channel, log).name } } });
  }
  return { sentences, forked };
}

function entrySentences(record: RecordFile, trees: readonly LogTree[], entries: readonly VerifiedEntry[], lineage: Lineage): readonly Sentence[] {
  const out: Sentence[] = [];
  for (const { log } of trees) {
    const party = { party: record.channel.parties[log.party]?.name ?? '', ...whichLog(record, log, lineage) };
    const own = entries.filter((entry) => entry.origin === log.origin);
    const valid = own.filter((entry) => entry.valid).length;
    if (own.length > 0) out.push({ ok: true, phrase: { id: 'verify.entries', values: { ...party, count: valid } } });
    const automatic = own.filter(isByService).length;
    if (automatic > 0) out.push({ ok: null, phrase: { id: 'verify.entries_automatic', values: { ...party, count: automatic } } });
    const unread = (lineage.logs.get(log.origin)?.counted ?? log.entries.length) - own.length;
    if (unread > 0) out.push({ ok: null, phrase: { id: 'verify.entries_unread', values: { ...party, count: unread } } });
    const voids = own.filter((entry) => !entry.valid).length;
    if (voids > 0) out.push({ ok: null, phrase: { id: 'verify.entries_void', values: { ...party, count: voids } } });
  }
  return out;
}

/** How many texts are not what was signed, and which: the first ones by name. */
function alteredSentences(record: RecordFile, altered: readonly VerifiedEntry[], lineage: Lineage): readonly Sentence[] {
  if (altered.length === 0) return [];
  const named = altered.slice(0, MAX_NAMED).map(({ id, origin, party, index, type }): Sentence => {
    const log = record.logs.find((one) => one.origin === origin);
    const which = log === undefined ? {} : whichLog(record, log, lineage);
    const values = { party: record.channel.parties[party]?.name ?? '', ...which, index, type, entry: id };
    return { ok: false, phrase: { id: 'verify.text_altered', values } };
  });
  return [{ ok: false, phrase: { id: 'verify.texts_altered', values: { count: altered.length } } }, ...named];
}

/** Whether a service signed, with a key that a party accredited as automatic; what nodes sign for themselves is no document. */
function isByService({ valid, automatic, type }: VerifiedEntry): boolean {
  return valid && automatic && kindOf(type)?.signedBy !== 'node';
}
