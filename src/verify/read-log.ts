import { concat, equal, fromBase64url, toBase64url, u64, utf8 } from '../base/bytes.ts';
import { EARLIEST_PLAUSIBLE_TIME, LATEST_PLAUSIBLE_TIME } from '../base/limits.ts';
import type { Phrase } from '../base/phrases.ts';
import type { Crypto, Sha256, SignatureCheck } from '../base/ports.ts';
import { isAboutEntry } from '../document/about-entries.ts';
import { labelOf } from '../document/form.ts';
import type { Document, Fault, Kind } from '../document/kind.ts';
import { misdated, parseFields } from '../document/parse.ts';
import { kindOf } from '../document/registry.ts';
import { actorOf } from '../entry/actor.ts';
import { type OpenedBody, openBody } from '../entry/body.ts';
import type { Channel } from '../entry/charter.ts';
import { entryCheck, type ParsedEntry, parseEntry, passkeyFault } from '../entry/entry.ts';
import type { GenerationNote } from '../entry/generation.ts';
import type { CitedHead } from '../entry/header.ts';
import { aboutEntryVoids, type OwnEntry, ownEntry } from './about-entry.ts';
import { type Effect, identityEffect, recallEffect, stampEffect, type Voids } from './effects.ts';
import type { ReadLineage } from './read-lineage.ts';
import { keyOf, type ReaderState } from './reader-state.ts';
import { acceptScope, judgeSigner } from './signer.ts';
import { brand, positionOf, type VerifiedEntry } from './verified-entry.ts';

/** What is known of a cited head: it is a prefix of that party's log (with the level of its last entry), lies beyond what is held, or is false. */
export type CitedStatus = { readonly status: 'true'; readonly level: number } | { readonly status: 'beyond' } | { readonly status: 'false' };

/** The log to read and what its reader may ask. */
export type ReadContext = {
  readonly crypto: Crypto;
  readonly channel: Channel;
  readonly origin: string;
  readonly party: number;
  readonly gen: string;
  /** Which of these ids stand in this log below the batch. */
  readonly seen: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** What stands under an id below the batch in this log, or in those of the party that come before it, where it first does. */
  readonly own: (id: string) => Promise<OwnEntry | undefined>;
  readonly cited: (head: CitedHead) => Promise<CitedStatus>;
  /** Root of a log at a size, if held. */
  readonly rootAt: (origin: string, size: number) => Promise<Uint8Array | undefined>;
  /** The later log that is read: its note, which is leaf 0, and its place in the party's sequence. Absent for a founding log. */
  readonly generation?: { readonly note: GenerationNote; readonly ordinal: number };
  /** Logs and cosigners through all generations; absent: the founding ones. */
  readonly lineage?: ReadLineage;
};

/** One leaf to read; parsed forms are handed on where the caller already has them. */
export type ReadItem = {
  readonly bytes: Uint8Array;
  readonly body: Uint8Array | undefined;
  readonly parsed?: ParsedEntry;
  readonly opened?: OpenedBody;
};

/** An entry judged but for its signatures. */
type Judged = {
  readonly index: number;
  readonly id: string;
  readonly entry?: ParsedEntry;
  readonly document?: Document;
  readonly voids: readonly Phrase[];
  readonly findings: readonly Phrase[];
  readonly checks: readonly SignatureCheck[];
  readonly automatic: boolean;
  readonly level: number;
  readonly effect?: Effect;
  /** See {@link ReaderState.strangers}. */
  readonly strangers?: boolean;
};

const MISDATED = { past: 'finding.due_before_sent', ahead: 'finding.happened_after_sent' } as const;

/** Kinds whose valid entries change who may sign: everything before them is judged first. */
const CHANGES_PEOPLE = new Set(['identity', 'recall', 'return_to_post']);

/**
 * Judges consecutive entries of one log, starting at `state.size`: the one place where untrusted bytes become {@link VerifiedEntry}s (spec/entry.md, "Validity").
 *
 * Pure but for what it asks of the context: the same logs give the same verdicts on every node. Total: nothing in the bytes makes it throw.
 * Signatures are checked in large sets, so that many cores can share them.
 */
export async function readBatch(
  context: ReadContext,
  state: ReaderState,
  items: readonly ReadItem[],
): Promise<{ entries: readonly VerifiedEntry[]; state: ReaderState }> {
  const out: VerifiedEntry[] = [];
  let current = state;
  let level = state.level;
  let waiting: Judged[] = [];
  const parsed = items.map((item) => item.parsed ?? parseItem(context.crypto.sha256, item.bytes));
  const known = new Set(await context.seen(parsed.flatMap((entry) => (entry === undefined ? [] : [entry.id]))));
  const settled = new Map<string, OwnEntry>();
  const own = async (id: string): Promise<OwnEntry | undefined> => {
    if (waiting.some((judged) => judged.id === id)) await flush();
    return (await context.own(id)) ?? settled.get(id);
  };

  const flush = async (): Promise<void> => {
    const verdicts = await context.crypto.verify(waiting.flatMap(({ checks }) => checks));
    let at = 0;
    for (const judged of waiting) {
      const results = verdicts.slice(at, at + judged.checks.length);
      at += judged.checks.length;
      const { entry, state: after } = settle(context, judged, results, current);
      current = after;
      out.push(entry);
      if (!settled.has(entry.id)) settled.set(entry.id, ownEntry(entry.type, entry.valid, entry.findings));
    }
    waiting = [];
  };

  for (const [i, item] of items.entries()) {
    const entry = parsed[i];
    const judged = await judge({ ...context, own }, current, state.size + i, item, entry, known, level);
    level = judged.level;
    waiting.push(judged);
    if (entry !== undefined) known.add(entry.id);
    if (entry !== undefined && CHANGES_PEOPLE.has(entry.header.type)) await flush();
  }
  await flush();
  return { entries: out, state: { ...current, size: state.size + items.length, level } };
}

function parseItem(sha256: Sha256, bytes: Uint8Array): ParsedEntry | undefined {
  const parsed = parseEntry(sha256, bytes);
  return 'entry' in parsed ? parsed.entry : undefined;
}

async function judge(
  context: ReadContext,
  state: ReaderState,
  index: number,
  item: ReadItem,
  entry: ParsedEntry | undefined,
  known: ReadonlySet<string>,
  before: number,
): Promise<Judged> {
  const { crypto, channel } = context;
  if (index === 0) return context.generation === undefined ? judgeCharter(context, item.bytes) : judgeOpening(context, item.bytes, before);
  if (entry === undefined) {
    const id = toBase64url(crypto.sha256(item.bytes));
    return { index, id, voids: [{ id: 'void.not_an_entry' }], findings: [], checks: [], automatic: false, level: before + 1 };
  }
  const { header, id } = entry;
  const voids: Phrase[] = [];
  const findings: Phrase[] = [];
  if (header.channel !== channel.id) voids.push({ id: 'void.wrong_channel' });
  if (header.party !== context.party) voids.push({ id: 'void.wrong_party' });
  else if (header.gen !== context.gen) voids.push({ id: 'void.wrong_generation' });
  if (known.has(id)) voids.push({ id: 'void.repeated' });
  if (header.time < EARLIEST_PLAUSIBLE_TIME || header.time > LATEST_PLAUSIBLE_TIME) findings.push({ id: 'finding.time_absurd' });
  const cited = await judgeCited(context, index, header.after, header.channel === channel.id);
  voids.push(...cited.voids);
  findings.push(...cited.findings);
  const level = 1 + Math.max(before, cited.level);
  const said = readDocument(crypto.sha256, entry, item, voids, findings);
  const base = { index, id, entry, findings, level, ...(said === undefined ? {} : { document: said }) };
  if (voids.length > 0) return { ...base, voids, checks: [], automatic: false };

  const kind = kindOf(header.type);
  if (kind?.signedBy === 'node') {
    const key = (context.generation?.note.card ?? channel.parties[context.party])?.node;
    const check = key === undefined || actorOf(crypto.sha256, key) !== header.actor ? undefined : entryCheck(crypto.sha256, entry, key, 'node');
    if (check === undefined) return { ...base, voids: [{ id: 'void.not_the_node' }], checks: [], automatic: true };
    const effect = await nodeEffect(context, state, base);
    if (effect !== undefined && 'voids' in effect)
      return { ...base, voids: effect.voids, checks: [], automatic: true, strangers: effect.strangers === true };
    return { ...base, voids: [], checks: [check, ...(effect?.checks ?? [])], automatic: true, ...(effect === undefined ? {} : { effect }) };
  }
  const signer = judgeSigner(state, header.actor);
  if ('void' in signer) return { ...base, voids: [signer.void], checks: [], automatic: false };
  const { person } = signer;
  const scope = acceptScope(person, header.type, said);
  const check = entryCheck(crypto.sha256, entry, keyOf(person), 'rep');
  if (scope !== undefined || check === undefined) {
    const fault = passkeyFault(crypto.sha256, entry, keyOf(person)) ?? 'void.signature';
    return { ...base, voids: [scope ?? { id: fault }], checks: [], automatic: person.automatic };
  }
  const about = said !== undefined && isAboutEntry(said.kind) ? aboutEntryVoids(header, said, await context.own(header.refs[0] ?? '')) : [];
  if (about.length > 0) return { ...base, voids: about, checks: [], automatic: person.automatic };
  const effect = CHANGES_PEOPLE.has(header.type) && said !== undefined ? recallEffect(state, person, header, said, id) : undefined;
  if (effect !== undefined && 'voids' in effect) return { ...base, voids: effect.voids, checks: [], automatic: person.automatic };
  return { ...base, voids: [], checks: [check], automatic: person.automatic, ...(effect === undefined ? {} : { effect }) };
}

function judgeCharter(context: ReadContext, bytes: Uint8Array): Judged {
  const id = toBase64url(context.crypto.sha256(bytes));
  const voids = id === context.channel.id ? [] : [{ id: 'void.not_the_charter' }];
  return { index: 0, id, voids, findings: [], checks: [], automatic: false, level: 1 };
}

/** Leaf 0 of a later log: the note that was judged before anything of the log was read. */
function judgeOpening(context: ReadContext, bytes: Uint8Array, before: number): Judged {
  const note = context.generation?.note;
  const voids = note !== undefined && equal(note.bytes, bytes) ? [] : [{ id: 'void.not_the_generation' }];
  return { index: 0, id: note?.hash ?? '', voids, findings: [], checks: [], automatic: false, level: before + 1 };
}

async function nodeEffect(
  context: ReadContext,
  state: ReaderState,
  base: { readonly index: number; readonly entry: ParsedEntry; readonly document?: Document; readonly id: string },
): Promise<Effect | Voids | undefined> {
  const document = base.document;
  if (document === undefined) return undefined;
  if (document.kind === 'identity')
    return identityEffect(context.crypto.sha256, context.channel, context.party, state, base.entry.header, document, base.id);
  if (document.kind === 'stamp') return stampEffect(context, base.index, document);
  return undefined;
}

/** One cited head a party, all of them, own log at most to this index: anything else is void; a false one is a finding and counts for nothing. */
async function judgeCited(
  context: ReadContext,
  index: number,
  after: readonly CitedHead[],
  ours: boolean,
): Promise<{ voids: readonly Phrase[]; findings: readonly Phrase[]; level: number }> {
  if (!ours) return { voids: [], findings: [], level: 0 };
  if (after.length !== context.channel.parties.length || after.some((head, i) => head.party !== i)) {
    return { voids: [{ id: 'void.cited_heads' }], findings: [], level: 0 };
  }
  const findings: Phrase[] = [];
  let level = 0;
  for (const head of after) {
    if (head.party === context.party && head.gen === context.gen && head.size > index) {
      findings.push({ id: 'finding.cited_false', values: { party: head.party } });
      continue;
    }
    const cited = await context.cited(head);
    if (cited.status === 'false') findings.push({ id: 'finding.cited_false', values: { party: head.party } });
    if (cited.status === 'true') level = Math.max(level, cited.level);
  }
  return { voids: [], findings, level };
}

function readDocument(sha256: Sha256, entry: ParsedEntry, item: ReadItem, voids: Phrase[], findings: Phrase[]): Document | undefined {
  let opened = item.opened;
  if (opened === undefined) {
    const result = item.body === undefined ? { expected: 'a body' } : openBody(sha256, entry.header.body, item.body);
    if ('expected' in result) {
      voids.push({ id: 'void.body_not_opened' });
      return undefined;
    }
    opened = result.body;
  }
  for (const reason of opened.voids) voids.push({ id: 'void.body', values: { reason } });
  const kind = kindOf(entry.header.type);
  if (kind === undefined) {
    findings.push({ id: 'finding.kind_unknown', values: { kind: entry.header.type } });
    return undefined;
  }
  const { document, frameFaults, contentFaults } = parseFields(kind, opened.fields, []);
  voids.push(...frameFaults.map((fault) => phraseOf(kind, fault)));
  // By the time that its author claims: what is here of the frame, and what everybody reads alike.
  for (const { field, is } of misdated(kind, document.fields, entry.header.time))
    if (kind.fields.some(({ name, frame }) => frame && name === field)) findings.push(phraseOf(kind, { field, phrase: { id: MISDATED[is] } }));
  if (opened.erasedLeaves === 0) findings.push(...contentFaults.map((fault) => phraseOf(kind, fault)));
  return document;
}

/** A fault as a finding, said about its field where the kind has it. */
function phraseOf(kind: Kind, fault: Fault): Phrase {
  const known = kind.fields.some((field) => field.name === fault.field);
  return known ? { ...fault.phrase, about: labelOf(kind.id, fault.field) } : fault.phrase;
}

function settle(context: ReadContext, judged: Judged, results: readonly boolean[], state: ReaderState): { entry: VerifiedEntry; state: ReaderState } {
  let voids = judged.voids;
  let next = judged.strangers === true ? { ...state, strangers: true } : state;
  let stamp: VerifiedEntry['stamp'];
  if (voids.length === 0) {
    const effect = judged.effect;
    const required = effect?.requiredChecks === undefined ? judged.checks.length : 1 + effect.requiredChecks;
    if (!results.slice(0, required).every(Boolean)) voids = [{ id: 'void.signature' }];
    else if (effect !== undefined) {
      const applied = effect.apply(results.slice(1), state);
      if ('voids' in applied) {
        voids = applied.voids;
        if (applied.strangers === true) next = { ...next, strangers: true };
      } else {
        next = applied.state;
        stamp = applied.stamp;
      }
    }
  }
  const entry = brand({
    channel: context.channel.id,
    origin: context.origin,
    party: context.party,
    index: judged.index,
    ...(context.generation === undefined ? {} : { position: positionOf(context.generation.ordinal, judged.index) }),
    id: judged.id,
    type: judged.entry?.header.type ?? '',
    time: judged.entry?.header.time ?? 0,
    valid: voids.length === 0,
    findings: [...voids, ...judged.findings],
    automatic: judged.automatic,
    level: judged.level,
    ...(judged.entry === undefined ? {} : { entry: judged.entry }),
    ...(judged.document === undefined ? {} : { document: judged.document }),
    ...(stamp === undefined ? {} : { stamp }),
  });
  return { entry, state: next };
}

/** Bytes that order entries of one causal level in a channel. */
export type TieBreak = (level: number, party: number) => Uint8Array;

/** The alternating tie-break between entries of one causal level: SHA-256(channel || level || party). */
export function tieBreakIn(sha256: Sha256, channel: string): TieBreak {
  const prefix = fromBase64url(channel, 32) ?? utf8(channel);
  // Written over with each: there is one for every entry.
  const bytes = concat(prefix, u64(0), Uint8Array.of(0));
  const view = new DataView(bytes.buffer);
  return (level, party) => {
    view.setUint32(prefix.length, Math.floor(level / 2 ** 32));
    view.setUint32(prefix.length + 4, level >>> 0);
    view.setUint8(prefix.length + 8, party);
    return sha256(bytes);
  };
}
