import { equal, utf8 } from '../base/bytes.ts';
import type { Json } from '../base/json.ts';
import type { Phrase } from '../base/phrases.ts';
import type { Crypto, Sha256 } from '../base/ports.ts';
import { mayBeTakenBack } from '../document/about-entries.ts';
import type { Document } from '../document/kind.ts';
import { parseFields } from '../document/parse.ts';
import { kindOf } from '../document/registry.ts';
import { openWholeBody } from '../entry/body.ts';
import type { PartyCard } from '../entry/card.ts';
import type { Channel } from '../entry/charter.ts';
import { entryCheck, type ParsedEntry, parseEntry } from '../entry/entry.ts';
import { parseIdentityNote } from '../entry/identity-note.ts';
import { leafHash } from '../tlog/merkle.ts';
import { rootFromRange } from '../tlog/range.ts';
import { aboutEntryVoids, type OwnEntry, ownEntry } from './about-entry.ts';
import type { VerifiedHead } from './head.ts';
import type { HeaderRange } from './proof-file.ts';
import { type ReadContext, readBatch } from './read-log.ts';
import { initialState, keyOf, type Person, type ReaderState } from './reader-state.ts';
import { acceptScope, judgeSigner } from './signer.ts';
import type { VerifiedEntry } from './verified-entry.ts';
import type { Sentence } from './verify-record.ts';

/**
 * A header range that verified: entries [from, to) of a party's log, the last of them the end of what is said about afterwards. `gone`: those among them that
 * change who may sign and whose text, as their author says, is gone.
 */
export type VerifiedRange = { readonly party: number; readonly from: number; readonly to: number; readonly gone?: readonly number[] };

/** A document of the log the range is of; `body` as it stands in the file, `withheld` of its leaves as hashes. */
type Disclosed = {
  readonly entry: ParsedEntry;
  readonly index: number;
  readonly body: Uint8Array;
  readonly fields: ReadonlyMap<string, Json>;
  readonly withheld: number;
};

/** The log a range is of, its head verified. */
type RangeOf = {
  readonly party: number;
  readonly card: PartyCard;
  readonly head: VerifiedHead;
  readonly range: Omit<HeaderRange, 'origin'>;
  /** What opened it, where it is not the party's founding log: what came before then stands in another log. */
  readonly note?: unknown;
};

type Expected = { readonly expected: string };

/** Kinds that change who may sign: in a header range every one of them is opened, whole. */
export const OPENED_IN_RANGES: ReadonlySet<string> = new Set(['identity', 'recall', 'return_to_post']);

/**
 * Kinds by which an author says that a document no longer stands as it was, which is the first of their refs; what is said of each where it counts, and where
 * a header alone is known of it: its text can make it void.
 */
const CHANGES_DOCUMENTS: ReadonlyMap<string, Change> = new Map([
  ['correction', { proved: 'verify.corrected_after', perhaps: 'verify.perhaps_corrected_after' }],
  ['withdrawal', { proved: 'verify.withdrawn_after', perhaps: 'verify.perhaps_withdrawn_after' }],
  ['body_erased', { proved: 'verify.erased_after', perhaps: 'verify.perhaps_erased_after' }],
]);
type Change = { readonly proved: string; readonly perhaps: string };
/** What is known of an entry that changes a document. */
type Standing = keyof Change | 'void';

/** Kinds by which an author says that a text, or some of it, is gone. */
const GOES: ReadonlySet<string> = new Set(['lost', 'body_erased']);

/** A range taken apart; `opened` are the fields of the bodies opened in it, by entry id. */
type Range = Pick<HeaderRange, 'from' | 'entries' | 'bodies'> & {
  readonly to: number;
  /** Indexes of entries that change who may sign and whose author says that the text is gone: what they said cannot be shown. */
  readonly gone: readonly number[];
  readonly parsed: readonly (ParsedEntry | undefined)[];
  readonly opened: ReadonlyMap<string, ReadonlyMap<string, Json>>;
};

/**
 * What a header range says of the documents in it, in their order, or what was expected (spec/proof.md, "Header range").
 *
 * From the beginning of the log it is read as any reader reads the log: who was accredited where each document stands, and is at the end. From further
 * on, only what comes after can be said: a recall above could be hidden, and an accreditation in it could be an old one, repeated.
 */
export async function readRange(
  crypto: Crypto,
  channel: Channel,
  of: RangeOf,
  documents: readonly Disclosed[],
): Promise<{ range: VerifiedRange; sentences: readonly (readonly Sentence[])[] } | Expected> {
  const { from, entries, path, bodies } = of.range;
  const { size, root } = of.head.checkpoint;
  const to = from + entries.length;
  const hashes = entries.map((bytes) => leafHash(crypto.sha256, bytes));
  const given = rootFromRange(crypto.sha256, hashes, from, size, path);
  if (given === undefined || !equal(given, root)) return { expected: `entries ${from + 1} to ${to} of ${of.card.name}'s log under its signed head` };
  const parsed = entries.map((bytes) => {
    const one = parseEntry(crypto.sha256, bytes);
    return 'entry' in one ? one.entry : undefined;
  });
  for (const { entry, index } of documents)
    if (parsed[index - from]?.id !== entry.id) return { expected: 'a header range that holds the documents of its log' };
  const opened = openAll(crypto.sha256, parsed, from, bodies);
  if ('expected' in opened) return opened;
  const range: Range = { from, to, entries, parsed, bodies, ...opened };
  // Behind a text that is gone nothing is known any more of who could sign: as where the range begins further on.
  const known = from === 0 && of.note === undefined ? documents.filter(({ index }) => !range.gone.some((at) => at < index)) : [];
  const read = await readFromStart(crypto, channel, of, range, known);
  const sentences = documents.map((one) => read.get(one) ?? readAfter(of, range, one, documents));
  return { range: { party: of.party, from, to, ...(range.gone.length === 0 ? {} : { gone: range.gone }) }, sentences };
}

/**
 * Exactly the entries that change who may sign are opened, and each whole: a leaf of which only the hash is shown could be a second note beside the
 * first, which makes the entry void, or the name of somebody else. But for those of which an entry of the same log says that the text is gone.
 */
function openAll(
  sha256: Sha256,
  parsed: readonly (ParsedEntry | undefined)[],
  from: number,
  bodies: ReadonlyMap<string, Uint8Array>,
): Pick<Range, 'opened' | 'gone'> | Expected {
  const saidGone = new Set(parsed.flatMap((entry) => (entry !== undefined && GOES.has(entry.header.type) ? (entry.header.refs[0] ?? []) : [])));
  const gone: number[] = [];
  const all = new Map<string, ReadonlyMap<string, Json>>();
  for (const [i, entry] of parsed.entries()) {
    if (entry === undefined || !OPENED_IN_RANGES.has(entry.header.type)) continue;
    const body = bodies.get(entry.id);
    if (body === undefined && saidGone.has(entry.id)) {
      gone.push(from + i);
      continue;
    }
    const opened = openWholeBody(sha256, entry.header.body, body ?? new Uint8Array());
    if ('expected' in opened) return { expected: `the whole text of entry ${from + i + 1}, which changes who may sign` };
    all.set(entry.id, opened.body.fields);
  }
  if ([...bodies.keys()].some((id) => !all.has(id))) return { expected: 'no text in a header range but those that change who may sign' };
  return { opened: all, gone };
}

async function readFromStart(
  crypto: Crypto,
  channel: Channel,
  of: RangeOf,
  range: Range,
  documents: readonly Disclosed[],
): Promise<ReadonlyMap<Disclosed, readonly Sentence[]>> {
  if (documents.length === 0) return new Map();
  const changes = range.parsed.flatMap((entry, index) =>
    entry !== undefined && documents.some((one) => changeOf(entry, one.entry) !== undefined) ? [index] : [],
  );
  const shown = new Map(documents.flatMap(({ entry, body, withheld }) => (withheld === 0 ? [[entry.id, body] as const] : [])));
  const states = await statesAt(crypto, channel, of, range, shown, [...documents.map(({ index }) => index), ...changes]);
  const counting = new Map<number, Standing>();
  for (const index of changes) {
    const entry = range.parsed[index];
    const before = states.before.get(index);
    const signer = entry === undefined || before === undefined ? undefined : judgeSigner(before.state, entry.header.actor);
    const person = signer === undefined || 'void' in signer ? undefined : signer.person;
    const isInScope = person !== undefined && entry !== undefined && acceptScope(person, entry.header.type, undefined) === undefined;
    const check = isInScope ? entryCheck(crypto.sha256, entry, keyOf(person), 'rep') : undefined;
    const counts = check !== undefined && (await crypto.verify([check]))[0] === true;
    const isShown = entry !== undefined && shown.has(entry.id);
    counting.set(index, !counts || (isShown && before?.verdict?.valid !== true) ? 'void' : isShown ? 'proved' : 'perhaps');
  }
  const said = (document: Disclosed): readonly Sentence[] => {
    const before = states.before.get(document.index);
    const standing = before === undefined ? [] : standingOf(channel, of, before, document);
    const signer = states.end.people.get(document.entry.header.actor);
    const sentences = [...standing];
    const counts = standing.every(({ ok }) => ok !== false);
    if (counts && signer !== undefined && !isNodes(document.entry) && range.gone.length === 0) sentences.push(stillSentence(signer, range.to));
    const standingAt = (index: number): Standing => (range.gone.some((at) => at < index) ? 'perhaps' : (counting.get(index) ?? 'void'));
    return [...sentences, ...changedSentences(of, range, document, documents, standingAt)];
  };
  return new Map(documents.map((document) => [document, said(document)]));
}

/** What is known where an entry stands: the people, whether its id stood before, and, of its text, the verdict of a reader who has all of it. */
type Before = { readonly state: ReaderState; readonly repeated: boolean; readonly verdict: VerifiedEntry | undefined };

/** Reads a log from its charter on, halting at the indexes given. */
async function statesAt(
  crypto: Crypto,
  channel: Channel,
  { party, card, head }: RangeOf,
  range: Range,
  shown: ReadonlyMap<string, Uint8Array>,
  halts: readonly number[],
): Promise<{ before: ReadonlyMap<number, Before>; end: ReaderState }> {
  const ids = new Map<string, OwnEntry>();
  const context: ReadContext = {
    crypto,
    channel,
    origin: head.checkpoint.origin,
    party,
    gen: card.gen,
    seen: async (asked) => new Set(asked.filter((id) => ids.has(id))),
    own: async (id) => ids.get(id),
    // Other logs are not in the file: what is cited of them is neither true nor false here, and makes nothing void.
    cited: async () => ({ status: 'beyond' }),
    rootAt: async () => undefined,
  };
  const before = new Map<number, Before>();
  let state = initialState(card);
  const read = async (to: number): Promise<readonly VerifiedEntry[]> => {
    const items = range.entries.slice(state.size, to).map((bytes, i) => {
      const parsed = range.parsed[state.size + i];
      if (parsed === undefined) return { bytes, body: undefined };
      return { bytes, body: range.bodies.get(parsed.id) ?? shown.get(parsed.id), parsed };
    });
    const batch = await readBatch(context, state, items);
    state = batch.state;
    for (const [i, { id, type, valid, findings }] of batch.entries.entries()) {
      // What stands there without its text is not judged: nothing that is about it is void for that.
      const judged = items[i]?.body === undefined ? { type, valid: true, irregular: false } : ownEntry(type, valid, findings);
      if (!ids.has(id)) ids.set(id, judged);
    }
    return batch.entries;
  };
  for (const index of [...new Set(halts)].sort((a, b) => a - b)) {
    await read(index);
    const there = state;
    const repeated = ids.has(range.parsed[index]?.id ?? '');
    const [verdict] = await read(index + 1);
    before.set(index, { state: there, repeated, verdict });
  }
  await read(range.to);
  return { before, end: state };
}

/** Whether a document counts where it stands; of what is withheld only that it is withheld. */
function standingOf(channel: Channel, { card }: RangeOf, before: Before, document: Disclosed): readonly Sentence[] {
  const { header } = document.entry;
  const held = (phrase: Phrase): readonly Sentence[] => [{ ok: false, phrase: { ...phrase, about: 'verify.held_not_accepted' } }];
  if (before.repeated) return held({ id: 'void.repeated' });
  if (header.after.length !== channel.parties.length || header.after.some((head, i) => head.party !== i)) return held({ id: 'void.cited_heads' });
  // Where all of its text is here it is judged as in the record; else as far as what is shown goes.
  const whole = document.withheld === 0 || OPENED_IN_RANGES.has(header.type);
  const reason = whole && before.verdict?.valid === false ? before.verdict.findings[0] : undefined;
  if (reason !== undefined) return held(reason);
  if (isNodes(document.entry)) return [];
  const signer = judgeSigner(before.state, header.actor);
  if ('void' in signer) return held(signer.void);
  const { person } = signer;
  const marking = document.fields.get('marking');
  const said: Document = { kind: header.type, fields: typeof marking === 'string' ? { marking } : {}, erased: [] };
  const scope = acceptScope(person, header.type, said);
  if (scope !== undefined) return held(scope);
  const values = { name: person.name, post: person.post, party: card.name, index: document.index };
  const sentences: Sentence[] = [{ ok: true, phrase: { id: 'verify.accredited', values } }];
  if (person.automatic) sentences.push({ ok: null, phrase: { id: 'verify.automatic', values: { name: person.name } } });
  if (marking === undefined && document.withheld > 0 && person.marking !== 'red')
    sentences.push({ ok: null, phrase: { id: 'verify.not_proved_marking', values: { name: person.name } } });
  return sentences;
}

function stillSentence(person: Person, to: number): Sentence {
  const values = { name: person.name, to: to - 1 };
  if (person.state === 'accredited') return { ok: true, phrase: { id: 'verify.still_accredited', values } };
  return { ok: null, phrase: { id: person.state === 'recalled' ? 'verify.recalled_after' : 'verify.ended_after', values } };
}

/** What an entry says of a document, where it may: it is about that document and no other, and documents of its kind can be so. */
function changeOf({ header }: ParsedEntry, document: ParsedEntry): Change | undefined {
  const kind = kindOf(document.header.type);
  if (kind === undefined || header.refs[0] !== document.id) return undefined;
  const may = header.type === 'body_erased' ? kind.signedBy === 'representative' : mayBeTakenBack(kind);
  return may ? CHANGES_DOCUMENTS.get(header.type) : undefined;
}

/** Whether what is shown of an entry that changes a document makes it void: it names another one, or fields that are never changed. */
function isVoidByText({ entry, fields, withheld }: Disclosed, of: ParsedEntry): boolean {
  const kind = kindOf(entry.header.type);
  if (kind === undefined) return true;
  const { document, frameFaults } = parseFields(kind, fields, []);
  if (withheld === 0 && frameFaults.length > 0) return true;
  const named = fields.has('entry') ? document : { ...document, fields: { ...document.fields, entry: entry.header.refs[0] ?? '' } };
  return aboutEntryVoids(entry.header, named, { type: of.header.type, valid: true, irregular: false }).length > 0;
}

/**
 * What entries after a document say of it: corrected, withdrawn, fields erased, or that nothing says so up to the end of the range. An entry whose text is
 * in the file is judged by it (`shown` are the documents of the file); one whose text is not is said as what its header is.
 */
function changedSentences(
  { card }: RangeOf,
  range: Range,
  document: Disclosed,
  shown: readonly Disclosed[],
  standing: (index: number) => Standing,
): readonly Sentence[] {
  const said: Change[] = [];
  const sentences: Sentence[] = [];
  for (let index = document.index + 1; index < range.to; index++) {
    const entry = range.parsed[index - range.from];
    const change = entry === undefined ? undefined : changeOf(entry, document.entry);
    if (change === undefined) continue;
    const text = shown.find((one) => one.index === index);
    const stands = text !== undefined && isVoidByText(text, document.entry) ? 'void' : standing(index);
    if (stands === 'void') continue;
    said.push(change);
    sentences.push({ ok: null, phrase: { id: change[stands], values: { party: card.name, index } } });
  }
  // What is erased is said, and says nothing else than before.
  if (said.some(({ proved }) => proved !== 'verify.erased_after')) return sentences;
  return [...sentences, { ok: true, phrase: { id: 'verify.not_corrected', values: { party: card.name, to: range.to - 1 } } }];
}

/** A range that begins later: what entries after the document name its signer, and whether they correct it. Of who signed them nothing is judged. */
function readAfter(of: RangeOf, range: Range, document: Disclosed, documents: readonly Disclosed[]): readonly Sentence[] {
  const sentences: Sentence[] = [];
  if (!isNodes(document.entry)) {
    const named: number[] = [];
    for (let index = document.index + 1; index < range.to; index++)
      if (takesAway(range, range.parsed[index - range.from]) === document.entry.header.actor) named.push(index);
    for (const index of named) sentences.push({ ok: null, phrase: { id: 'verify.perhaps_recalled_after', values: { party: of.card.name, index } } });
    if (named.length === 0 && !range.gone.some((at) => at > document.index))
      sentences.push({ ok: true, phrase: { id: 'verify.not_recalled_after', values: { party: of.card.name, to: range.to - 1 } } });
    sentences.push({ ok: null, phrase: { id: 'verify.not_proved_accredited_there', values: { index: document.index } } });
  }
  return [...sentences, ...changedSentences(of, range, document, documents, () => 'perhaps')];
}

/** The actor whom an entry recalls, or whose mission it ends, whether or not it counts. */
function takesAway({ opened }: Range, entry: ParsedEntry | undefined): Json | undefined {
  const fields = entry === undefined ? undefined : opened.get(entry.id);
  if (entry?.header.type === 'recall') return fields?.get('actor');
  const note = entry?.header.type === 'identity' ? fields?.get('note') : undefined;
  const parsed = typeof note === 'string' ? parseIdentityNote(utf8(note)) : { expected: 'it' };
  if ('expected' in parsed) return undefined;
  const { act, actor } = parsed.note.act;
  return act === 'recall' || act === 'end' ? actor : undefined;
}

function isNodes(entry: ParsedEntry): boolean {
  return kindOf(entry.header.type)?.signedBy === 'node';
}
