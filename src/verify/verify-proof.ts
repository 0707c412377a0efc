import { equal } from '../base/bytes.ts';
import type { Json } from '../base/json.ts';
import type { Crypto, Sha256, SignatureCheck } from '../base/ports.ts';
import { kindOf } from '../document/registry.ts';
import { actorOf } from '../entry/actor.ts';
import { openBody } from '../entry/body.ts';
import type { Channel } from '../entry/charter.ts';
import { entryCheck, type ParsedEntry, parseEntry } from '../entry/entry.ts';
import { isAcceptableSigningKey } from '../entry/signing-key.ts';
import { parseSignedHead } from '../tlog/checkpoint.ts';

import { leafHash } from '../tlog/merkle.ts';
import { originHash } from '../tlog/origin.ts';
import { type LogProof, provesInclusion } from '../tlog/proof.ts';
import { cosignersOf, headChecks, type VerifiedHead, type VerifiedPair, verifyPairs } from './head.ts';
import { type CardLog, cardLogs } from './later-cards.ts';
import { type DocumentParts, joinProof, type ProofFile, parseProof } from './proof-file.ts';
import { readRange, type VerifiedRange } from './proof-range.ts';
import { channelOf } from './record-file.ts';
import type { Sentence } from './verify-record.ts';

/** What a proof shows of one entry once it verified. */
export type ProvedEntry = {
  readonly entry: ParsedEntry;
  readonly party: number;
  readonly index: number;
  readonly fields: ReadonlyMap<string, Json>;
  readonly withheld: number;
};

/** What a proof that verified shows its reader, beside the sentences. */
export type ProofView = {
  readonly channel: Channel;
  readonly documents: readonly ProvedEntry[];
  readonly ranges: readonly VerifiedRange[];
};

type Expected = { readonly expected: string };

/** The head of a log of which documents are shown. */
type ProofLog = CardLog & { readonly head: VerifiedHead; readonly checkpoint: Uint8Array };

type Placed = { readonly log: ProofLog; readonly proof: LogProof; readonly parts: DocumentParts; readonly entry: ParsedEntry };

/**
 * Verifies a proof file with nothing but the file (spec/proof.md): of each document signature, place in the log and disclosed fields; of each log
 * receipts and witnesses; of each header range whether signers were accredited and what came after. Returns the sentences; nothing in the file makes
 * it throw.
 */
export async function verifyProof(crypto: Crypto, bytes: Uint8Array): Promise<{ sentences: readonly Sentence[]; view?: ProofView }> {
  const checked = await checkProof(crypto, bytes);
  if ('expected' in checked) return { sentences: [{ ok: false, phrase: { id: 'verify.file_wrong', values: { expected: checked.expected } } }] };
  const { view, logs, cards, said } = checked;
  const { channel, documents } = view;
  const sentences: Sentence[] = [
    { ok: true, phrase: { id: 'verify.charter', values: { parties: channel.parties.map((one) => one.name).join(', ') } } },
  ];
  const held = new Map<ProofLog, boolean>();
  for (const [i, { entry, party, index, withheld }] of documents.entries()) {
    const log = logs[i];
    if (log === undefined) continue;
    const add = (...about: readonly Sentence[]): void =>
      void sentences.push(...(documents.length === 1 ? about : about.map((one) => ({ ...one, document: i + 1 }))));
    const { card, head } = log;
    const values = { party: card.name, actor: entry.header.actor.slice(0, 8), index, size: head.checkpoint.size };
    add({ ok: true, phrase: { id: 'verify.signed', values } }, { ok: true, phrase: { id: 'verify.in_log', values } });
    if (!held.has(log)) {
      const pairs = await pairSentences(crypto, channel, cards, log);
      held.set(
        log,
        pairs.every(({ ok, phrase }) => ok === true || !phrase.id.endsWith('held')),
      );
      sentences.push(...pairs);
    }
    if (log.note !== undefined) add({ ok: null, phrase: { id: 'verify.in_later_log', values } });
    const continued = cards.find((one) => one.party === party && one.note?.continues.gen === card.gen && one.note.continues.size <= index);
    // What every other party receipted counts for good, whatever continues the log.
    if (continued !== undefined && held.get(log) !== true) add({ ok: null, phrase: { id: 'verify.not_proved_counted', values } });
    add(...(said[i] ?? []));
    // A correction may stand in any log of its author from this one on.
    const hasLater = cards.some((one) => one.party === party && one.note?.continues.gen === card.gen);
    if (hasLater && said[i]?.some(({ phrase }) => phrase.id === 'verify.not_corrected') === true)
      add({ ok: null, phrase: { id: 'verify.not_proved_later_logs', values: { party: card.name } } });
    if (withheld > 0) add({ ok: null, phrase: { id: 'verify.withheld', values: { count: withheld, party: card.name } } });
  }
  for (const { party, to, gone = [] } of view.ranges) {
    const name = channel.parties[party]?.name ?? '';
    for (const index of gone) sentences.push({ ok: null, phrase: { id: 'verify.not_proved_gone_text', values: { party: name, index } } });
    sentences.push({ ok: null, phrase: { id: 'verify.not_proved_after', values: { party: name, to: to - 1 } } });
  }
  if (said.includes(undefined)) sentences.push({ ok: null, phrase: { id: 'verify.not_proved_accredited' } });
  sentences.push({ ok: null, phrase: { id: 'verify.not_proved_true' } });
  return { sentences, view };
}

type Checked = {
  readonly view: ProofView;
  /** Of each document, in order. */
  readonly logs: readonly ProofLog[];
  /** All logs whose cards are in the file. */
  readonly cards: readonly CardLog[];
  /** Of each document what its header range says; `undefined` where there is none. */
  readonly said: readonly (readonly Sentence[] | undefined)[];
};

async function checkProof(crypto: Crypto, bytes: Uint8Array): Promise<Checked | Expected> {
  const parsed = parseProof(crypto.sha256, bytes);
  if ('expected' in parsed) return parsed;
  const { file } = parsed;
  const assembled = await channelOf(crypto, file.charterNote, file.items);
  if ('expected' in assembled) return assembled;
  const { channel } = assembled;
  const { logs: cards, refused } = await cardLogs(crypto, channel, file.generations);
  if (refused > 0) return { expected: 'generations that the identity keys of their party opened, each continuing one before it' };
  const logs = await checkHeads(crypto, cards, file);
  if ('expected' in logs) return logs;
  const placed = placeAll(crypto.sha256, file, logs);
  if ('expected' in placed) return placed;
  if (logs.some((log) => !placed.some((one) => one.log === log))) return { expected: 'heads of the logs of its documents, and no others' };
  const checks: SignatureCheck[] = [];
  const documents: ProvedEntry[] = [];
  for (const [i, one] of placed.entries()) {
    const shown = showDocument(crypto.sha256, channel, one);
    if ('expected' in shown) return { expected: inDocument(i, placed.length, shown.expected) };
    checks.push(shown.check);
    documents.push(shown.document);
  }
  const bad = (await crypto.verify(checks)).indexOf(false);
  if (bad >= 0) return { expected: inDocument(bad, placed.length, 'the signature of the key named') };
  const ranges: VerifiedRange[] = [];
  const said: (readonly Sentence[] | undefined)[] = documents.map(() => undefined);
  for (const [hash, range] of file.ranges) {
    const log = logs.find(({ head }) => originHash(head.checkpoint.origin) === hash);
    if (log === undefined) return { expected: 'a header range for a log of its documents, and no other' };
    const own = documents.flatMap((document, i) => (placed[i]?.log === log ? [{ ...document, body: placed[i].parts.body, i }] : []));
    const read = await readRange(crypto, channel, { ...log, range }, own);
    if ('expected' in read) return read;
    ranges.push(read.range);
    for (const [at, { i }] of own.entries()) said[i] = read.sentences[at];
  }
  return { view: { channel, documents, ranges }, logs: placed.map(({ log }) => log), cards, said };
}

/** The heads of all logs in the file, both signatures of each verified; the first is that of the first document. */
async function checkHeads(crypto: Crypto, cards: readonly CardLog[], file: ProofFile): Promise<readonly ProofLog[] | Expected> {
  const logs: ProofLog[] = [];
  for (const [hash, note] of [[undefined, file.first.checkpoint] as const, ...file.heads]) {
    const claimed = parseSignedHead(note);
    const origin = 'expected' in claimed ? '' : claimed.checkpoint.origin;
    const known = cards.find((one) => one.origin === origin);
    if (known === undefined) return { expected: 'an entry of a party of this channel, and its key' };
    const { card } = known;
    const signed = headChecks(crypto.sha256, card, note);
    if ('expected' in signed || !(await crypto.verify(signed.checks)).every(Boolean))
      return { expected: `both signatures of ${card.name}'s log over its head` };
    const { head } = signed;
    if (hash !== undefined && hash !== originHash(origin)) return { expected: 'every head under the name of its log' };
    if (logs.some((log) => log.head.checkpoint.origin === origin)) return { expected: 'one head of each log' };
    logs.push({ ...known, head, checkpoint: note });
  }
  return logs;
}

/** Every document in its log: the first under the proof that the file is, the others under the heads that their headers name. */
function placeAll(sha256: Sha256, file: ProofFile, logs: readonly ProofLog[]): readonly Placed[] | Expected {
  const placed: Placed[] = [];
  const count = 1 + file.more.length;
  for (const [i, { proof, parts }] of [{ proof: undefined, parts: file.parts }, ...file.more].entries()) {
    if (!isAcceptableSigningKey(parts.key)) return { expected: inDocument(i, count, 'an entry of a party of this channel, and its key') };
    const entry = parseEntry(sha256, parts.entry);
    if ('expected' in entry) return { expected: inDocument(i, count, entry.expected) };
    const { header } = entry.entry;
    const log = proof === undefined ? logs[0] : logs.find((one) => one.party === header.party && one.card.gen === header.gen);
    if (log === undefined) return { expected: inDocument(i, count, 'the head of its log') };
    const own = proof === undefined ? file.first : joinProof(proof, log.checkpoint);
    if ('expected' in own) return { expected: inDocument(i, count, own.expected) };
    if (!provesInclusion(sha256, own, leafHash(sha256, parts.entry), log.head.checkpoint))
      return { expected: inDocument(i, count, 'a path from the entry to the signed head') };
    placed.push({ log, proof: own, parts, entry: entry.entry });
  }
  const places = new Set(placed.map(({ log, proof }) => `${log.party} ${log.card.gen} ${proof.index}`));
  return places.size === placed.length ? placed : { expected: 'every document once' };
}

/** What is shown of a document, and the check of its signature. */
function showDocument(
  sha256: Sha256,
  channel: Channel,
  { log, proof, parts, entry }: Placed,
): { document: ProvedEntry; check: SignatureCheck } | Expected {
  const role = kindOf(entry.header.type)?.signedBy === 'node' ? 'node' : 'rep';
  if (role === 'node' && !equal(parts.key, log.card.node)) return { expected: `the key of ${log.card.name}'s node` };
  const check = actorOf(sha256, parts.key) === entry.header.actor ? entryCheck(sha256, entry, parts.key, role) : undefined;
  if (check === undefined) return { expected: 'the signature of the key named' };
  if (entry.header.channel !== channel.id || entry.header.party !== log.party || entry.header.gen !== log.card.gen)
    return { expected: 'an entry of this channel' };
  const opened = openBody(sha256, entry.header.body, parts.body);
  if ('expected' in opened) return opened;
  // Such an entry is void, and its fields may be two things at once.
  const [irregular] = opened.body.voids;
  if (irregular !== undefined) return { expected: `a text in its form (${irregular})` };
  const { fields, erasedLeaves: withheld } = opened.body;
  return { document: { entry, party: log.party, index: proof.index, fields, withheld }, check };
}

/** What was expected, with the number of the document where the file shows several. */
function inDocument(i: number, count: number, expected: string): string {
  return count === 1 ? expected : `of document ${i + 1}: ${expected}`;
}

/** Of every other party and every host whether it signed over exactly this head, under any of its cards. */
async function pairSentences(crypto: Crypto, channel: Channel, cards: readonly CardLog[], { party, head }: ProofLog): Promise<readonly Sentence[]> {
  const known = channel.parties.map((_, who) => cards.filter((one) => one.party === who).map(({ card }) => card));
  const cosigners = cosignersOf(crypto.sha256, channel, party, known);
  const pairs: readonly VerifiedPair[] = await verifyPairs(crypto, cosigners, head.checkpoint, head.otherLines);
  const places = Map.groupBy(cosigners, ({ role, who }) => `${role} ${who}`);
  return [...places.values()].flatMap(([one]): Sentence[] => {
    if (one === undefined) return [];
    const { role, who } = one;
    const name = (role === 'held' ? channel.parties[who]?.name : channel.hosts[who]?.name) ?? '';
    const pair = pairs.find((found) => found.role === role && found.who === who);
    const values = { party: channel.parties[party]?.name ?? '', name, size: head.checkpoint.size, time: pair?.time ?? 0 };
    const id = pair === undefined ? `verify.not_${role}` : `verify.${role}`;
    return [{ ok: pair === undefined ? null : true, phrase: { id, values } }];
  });
}
