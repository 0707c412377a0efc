import { equal, toBase64url } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import type { Phrase } from '../base/phrases.ts';
import type { Crypto } from '../base/ports.ts';
import { openBody } from '../entry/body.ts';
import { originOf } from '../entry/card.ts';
import { type ParsedEntry, parseEntry } from '../entry/entry.ts';
import type { CitedHead } from '../entry/header.ts';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { Frontier } from '../tlog/frontier.ts';
import { leafHash } from '../tlog/merkle.ts';
import { type Cosigner, cosignersOf, headChecks, verifyPairs } from './head.ts';
import { type CitedStatus, type ReadContext, readBatch } from './read-log.ts';
import { initialState, type ReaderState } from './reader-state.ts';
import { fileSentences } from './record-chunks.ts';
import type { RecordFile, RecordLog } from './record-file.ts';
import type { VerifiedEntry } from './verified-entry.ts';

/** One sentence of a verdict: `true` proved, `false` wrong, `null` said for honesty (not proved, or only noticed). */
export type Sentence = { readonly ok: boolean | null; readonly phrase: Phrase };

/** Called now and then during long work. */
export type Progress = (done: number, total: number, step: 'tree' | 'entries') => void;

const BATCH = 1000;

type Parsed = readonly (ParsedEntry | undefined)[];

/** A log whose entries hash to its signed head, with the roots at the sizes asked for and at its end. */
export type VerifiedTree = { readonly size: number; readonly roots: ReadonlyMap<number, Uint8Array> };

type LogTree = VerifiedTree & { readonly log: RecordLog; readonly parsed: Parsed };

/**
 * Verifies a whole record: every tree against its signed head, every receipt and witness pair, every entry as a reader of the logs judges it.
 * Returns the sentences and all verdicts; nothing in the file makes it throw.
 */
export async function verifyRecord(
  crypto: Crypto,
  record: RecordFile,
  onProgress: Progress = () => undefined,
): Promise<{ sentences: readonly Sentence[]; entries: readonly VerifiedEntry[] }> {
  const { channel } = record;
  const sentences: Sentence[] = [
    { ok: true, phrase: { id: 'verify.charter', values: { parties: channel.parties.map((card) => card.name).join(', ') } } },
  ];
  const parsed = record.logs.map((log) => parseEntries(crypto, log));
  const cited = citedSizes(crypto, record, parsed);
  const trees: LogTree[] = [];
  for (const [i, log] of record.logs.entries()) {
    const name = channel.parties[log.party]?.name ?? '';
    const tree = await verifyTree(crypto, record, log, cited.get(log.party) ?? new Set(), onProgress);
    if ('expected' in tree) {
      sentences.push({ ok: false, phrase: { id: 'verify.log_wrong', values: { party: name, expected: tree.expected } } });
      continue;
    }
    trees.push({ ...tree, log, parsed: parsed[i] ?? [] });
    sentences.push({ ok: true, phrase: { id: 'verify.log', values: { party: name, size: tree.size } } });
    sentences.push(...(await cosignatureSentences(crypto, record, log)));
  }
  const missing = channel.parties.filter((_, party) => !record.logs.some((log) => log.party === party));
  for (const card of missing) sentences.push({ ok: null, phrase: { id: 'verify.log_missing', values: { party: card.name } } });
  const ids = new Set(trees.flatMap((tree) => tree.parsed.map((entry) => entry?.id)));
  const stray = [...record.bodies.keys()].filter((id) => !ids.has(id)).length;
  if (stray > 0) sentences.push({ ok: false, phrase: { id: 'verify.stray', values: { count: stray } } });
  const entries = trees.length === record.logs.length ? await readTrees(crypto, record, trees, onProgress) : [];
  sentences.push(...entrySentences(record, trees, entries));
  // A receipt is given for texts that open: one that does not is this file's fault and not its author's.
  const altered = entries.filter(({ findings }) => findings.some(({ id }) => id === 'void.body_not_opened')).length;
  if (altered > 0) sentences.push({ ok: false, phrase: { id: 'verify.texts_altered', values: { count: altered } } });
  sentences.push(...fileSentences(crypto.sha256, record, entries));
  sentences.push({ ok: null, phrase: { id: 'verify.not_proved_true' } });
  return { sentences, entries };
}

/** Tree and head of one log: the leaves hash to the root both log keys signed. No entry is looked into; `cited` are sizes whose roots are wanted. */
export async function verifyTree(
  crypto: Crypto,
  record: Pick<RecordFile, 'channel'>,
  log: RecordLog,
  cited: ReadonlySet<number>,
  onProgress: Progress = () => undefined,
): Promise<VerifiedTree | { expected: string }> {
  const card = record.channel.parties[log.party];
  assert(card !== undefined, 'a log of a record is of a party of its channel');
  const head = headChecks(crypto.sha256, card, log.note);
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

/** By party, sizes of its log that headers or stamps name: their roots are remembered on the way through the trees. */
function citedSizes(crypto: Crypto, record: RecordFile, parsed: readonly Parsed[]): ReadonlyMap<number, ReadonlySet<number>> {
  const sizes = new Map(record.logs.map((log) => [log.party, new Set<number>()]));
  for (const entries of parsed) {
    for (const entry of entries) {
      for (const head of entry?.header.after ?? []) sizes.get(head.party)?.add(head.size);
      const stamped = entry?.header.type === 'stamp' ? stampedHead(crypto, record, entry) : undefined;
      if (stamped !== undefined) sizes.get(stamped.party)?.add(stamped.size);
    }
  }
  return sizes;
}

function stampedHead(crypto: Crypto, record: RecordFile, entry: ParsedEntry): { readonly party: number; readonly size: number } | undefined {
  const body = record.bodies.get(entry.id);
  const opened = body === undefined ? { expected: 'it' } : openBody(crypto.sha256, entry.header.body, body);
  const text = 'body' in opened ? opened.body.fields.get('checkpoint') : undefined;
  const checkpoint = typeof text === 'string' ? parseCheckpoint(text) : { expected: 'it' };
  if ('expected' in checkpoint) return undefined;
  const { origin, size } = checkpoint.checkpoint;
  return { party: record.channel.parties.findIndex((card) => originOf(crypto.sha256, card) === origin), size };
}

async function cosignatureSentences(crypto: Crypto, record: RecordFile, log: RecordLog): Promise<readonly Sentence[]> {
  const { channel } = record;
  const card = channel.parties[log.party];
  const head = card === undefined ? { expected: '' } : headChecks(crypto.sha256, card, log.note);
  if ('expected' in head) return [];
  const cosigners: readonly Cosigner[] = cosignersOf(crypto.sha256, channel, log.party);
  const pairs = await verifyPairs(crypto, cosigners, head.head.checkpoint, head.head.otherLines);
  return cosigners.map(({ role, who }) => {
    const name = (role === 'held' ? channel.parties[who]?.name : channel.hosts[who]?.name) ?? '';
    const pair = pairs.find((one) => one.role === role && one.who === who);
    const values = { party: card?.name ?? '', name, size: head.head.checkpoint.size, time: pair?.time ?? 0 };
    if (pair === undefined) return { ok: null, phrase: { id: `verify.not_${role}`, values } };
    return { ok: true, phrase: { id: `verify.${role}`, values } };
  });
}

function entrySentences(record: RecordFile, trees: readonly LogTree[], entries: readonly VerifiedEntry[]): readonly Sentence[] {
  const out: Sentence[] = [];
  for (const { log } of trees) {
    const name = record.channel.parties[log.party]?.name ?? '';
    const own = entries.filter((entry) => entry.party === log.party);
    const valid = own.filter((entry) => entry.valid).length;
    if (own.length > 0) out.push({ ok: true, phrase: { id: 'verify.entries', values: { party: name, count: valid } } });
    const unread = log.entries.length - own.length;
    if (unread > 0) out.push({ ok: null, phrase: { id: 'verify.entries_unread', values: { party: name, count: unread } } });
    const voids = own.filter((entry) => !entry.valid).length;
    if (voids > 0) out.push({ ok: null, phrase: { id: 'verify.entries_void', values: { party: name, count: voids } } });
  }
  return out;
}

/** Reads all logs in step: an entry that cites a head not read yet waits for it. Stops a log at an entry whose body is not in the file. */
async function readTrees(crypto: Crypto, record: RecordFile, trees: readonly LogTree[], onProgress: Progress): Promise<readonly VerifiedEntry[]> {
  const out: VerifiedEntry[] = [];
  const states = new Map<number, ReaderState>();
  const levels = new Map<number, number[]>();
  const seen = new Map<number, Set<string>>();
  const total = trees.reduce((sum, tree) => sum + tree.size, 0);
  for (const { log } of trees) {
    const card = record.channel.parties[log.party];
    assert(card !== undefined, 'a log of a record is of a party of its channel');
    states.set(log.party, initialState(card));
    levels.set(log.party, []);
    seen.set(log.party, new Set());
  }
  const cited = async (head: CitedHead, reading: number): Promise<CitedStatus> => {
    const tree = trees.find((one) => one.log.party === head.party);
    if (tree === undefined) return { status: 'beyond' };
    if (tree.log.gen !== head.gen) return { status: 'false' };
    if (head.size > tree.size) return { status: 'beyond' };
    const root = tree.roots.get(head.size);
    if (root === undefined || toBase64url(root) !== head.root) return { status: 'false' };
    return { status: 'true', level: head.party === reading ? 0 : (levels.get(head.party)?.[head.size - 1] ?? 0) };
  };
  for (let progress = true; progress; ) {
    progress = false;
    for (const tree of trees) {
      const { party, origin, gen } = tree.log;
      const state = states.get(party);
      assert(state !== undefined, 'every tree has its reader');
      const end = readableEnd(record, tree, state.size, states, trees);
      if (end === state.size) continue;
      const context: ReadContext = {
        crypto,
        channel: record.channel,
        origin,
        party,
        gen,
        seen: async (ids) => new Set(ids.filter((id) => seen.get(party)?.has(id))),
        cited: (head) => cited(head, party),
        rootAt: async (who, size) => trees.find((one) => one.log.party === who)?.roots.get(size),
      };
      const items = tree.log.entries.slice(state.size, end).map((bytes, i) => {
        const parsed = tree.parsed[state.size + i];
        return { bytes, body: parsed === undefined ? undefined : record.bodies.get(parsed.id), ...(parsed === undefined ? {} : { parsed }) };
      });
      const read = await readBatch(context, state, items);
      states.set(party, read.state);
      for (const entry of read.entries) {
        out.push(entry);
        levels.get(party)?.push(entry.level);
        seen.get(party)?.add(entry.id);
      }
      onProgress(out.length, total, 'entries');
      progress = true;
    }
  }
  return out;
}

function readableEnd(record: RecordFile, tree: LogTree, from: number, states: ReadonlyMap<number, ReaderState>, trees: readonly LogTree[]): number {
  const limit = Math.min(tree.size, from + BATCH);
  for (let i = from; i < limit; i++) {
    const parsed = tree.parsed[i];
    if (parsed === undefined) continue;
    if (!record.bodies.has(parsed.id)) return i;
    const waits = parsed.header.after.some((head) => {
      if (head.party === tree.log.party) return false;
      const other = trees.find((one) => one.log.party === head.party);
      const read = states.get(head.party)?.size ?? 0;
      if (other === undefined || head.size <= read || other.log.gen !== head.gen || !readsFurther(record, other, read)) return false;
      // Only a true citation is worth waiting for: it commits to what it names, so it cannot be circular. A false one can.
      const root = other.roots.get(head.size);
      return root !== undefined && toBase64url(root) === head.root;
    });
    if (waits) return i;
  }
  return limit;
}

/** Whether a log can still be read on from here: not past an entry whose body the file lacks. */
function readsFurther(record: RecordFile, tree: LogTree, from: number): boolean {
  const next = tree.parsed[from];
  return from < tree.size && (next === undefined || record.bodies.has(next.id));
}
