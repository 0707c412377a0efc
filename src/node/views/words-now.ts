import { toBase64url } from '../../base/bytes.ts';
import type { Phrase } from '../../base/phrases.ts';
import { isCorrectable, pointedNames } from '../../document/about-entries.ts';
import type { Fields } from '../../document/kind.ts';
import { kindOf } from '../../document/registry.ts';
import { shapeFault } from '../../document/shape.ts';
import { type Act, type Matter, parseHead } from '../../projection/matter.ts';
import { correctionsIn, type SaidAnew, saidLast, saidWithEach } from '../../projection/said-anew.ts';
import { type HeldOut, usableMatters } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { Recent } from '../recent.ts';
import { type Facts, type People, peopleOf, type ReadEntry, rawIds, readEntries, wordsOf } from './facts.ts';

/** A document in the words that its author said of it last, where it was said anew. */
export type WordsNow = {
  readonly summary: Phrase;
  readonly title: string;
  readonly fields: Fields;
  /** The correction that said words of it last. */
  readonly entry: string;
};

/** Characters of words that are remembered of a channel: a document has up to 64 KiB of them, and its author may correct many. */
const MAX_REMEMBERED = 8_000_000;
/** What is remembered of words beside the fields, in characters. */
const WEIGHT = 500;

/** Remembered per channel, and all of it dropped at a re-reading: an erasure takes words away. */
const kept = new WeakMap<ChannelRuntime, { readonly rereads: number; readonly words: Recent<WordsNow> }>();

/** Words by what they are made of, as long as others do not take their place. */
export function rememberedWords(): Recent<WordsNow> {
  return new Recent(MAX_REMEMBERED, ({ fields }) => WEIGHT + JSON.stringify(fields).length);
}

/** Matters of these ids as they may be used here, but for those with more than `most` characters of acts; one call of the store, whatever their number. */
export async function mattersWith(
  channel: ChannelRuntime,
  heldOut: HeldOut,
  matters: readonly Uint8Array[],
  most?: number,
): Promise<readonly Matter[]> {
  if (matters.length === 0) return [];
  const ids = rawIds(matters.map(toBase64url));
  const rows = await channel.store.matters(channel.id, { ids, ...(most === undefined ? {} : { most }) });
  const read = rows.map(({ state }) => parseHead(state));
  return usableMatters(
    channel,
    heldOut,
    read.flatMap(({ components, ...head }) => (components === undefined ? [] : [{ ...head, components }])),
  );
}

/**
 * Of documents among `ids` that their authors corrected in these matters, the words that they have now. Of all corrections the last of each field is read,
 * and no other: who corrects a thousand times makes nobody's list dear.
 */
export async function wordsNow(channel: ChannelRuntime, matters: readonly Matter[], ids: Iterable<string>): Promise<ReadonlyMap<string, WordsNow>> {
  const wanted = new Map<string, SaidAnew>();
  for (const [of, corrections] of correctionsIn(matters, new Set(ids))) {
    const said = saidLast(corrections);
    if (said !== undefined) wanted.set(of, said);
  }
  return wordsOfAll(channel, wanted);
}

/** A document (`by`) that answers another, and what it names beside that: corrections of it may be among them. */
export type Naming = { readonly by: string; readonly of: string; readonly named: readonly string[] };

/** By the id of what answers, the words that the document answered had with the last correction that it names; where it names none, nothing. */
export async function wordsWithEach(
  channel: ChannelRuntime,
  matters: readonly Matter[],
  naming: readonly Naming[],
): Promise<ReadonlyMap<string, WordsNow>> {
  if (naming.length === 0) return new Map();
  const answering = Map.groupBy(naming, ({ of }) => of);
  const all = correctionsIn(matters, new Set(answering.keys()));
  return wordsOfAll(channel, new Map([...all].flatMap(([of, corrections]) => [...saidWithEach(corrections, answering.get(of) ?? [])])));
}

/** Words by whatever key their corrections came under. */
async function wordsOfAll(channel: ChannelRuntime, all: ReadonlyMap<string, SaidAnew>): Promise<ReadonlyMap<string, WordsNow>> {
  const found = new Map<string, WordsNow>();
  if (all.size === 0) return found;
  const known = keptOf(channel);
  const wanted = new Map<string, SaidAnew & { readonly key: string }>();
  for (const [name, said] of all) {
    const key = [said.of, ...said.acts.map(({ id }) => id), said.entry].join(' ');
    const words = known.get(key);
    if (words === undefined) wanted.set(name, { ...said, key });
    else found.set(name, words);
  }
  if (wanted.size === 0) return found;
  const reads = await readEntries(
    channel,
    [...wanted.values()].flatMap(({ of, acts }) => [of, ...acts.map((act) => act.id)]),
  );
  const people = await peopleOf(channel);
  for (const [name, { key, of, acts, entry }] of wanted) {
    const said = acts.map((act) => ({ act, read: reads.get(act.id) }));
    const now = wordsWith(reads.get(of), said, people);
    if (now === undefined) continue;
    const words = { ...now, entry };
    found.set(name, words);
    // A body that is still to come changes what is shown.
    if (said.some(({ read }) => read?.document === undefined)) continue;
    known.put(key, words);
  }
  return found;
}

/** Facts of documents in the words that they have now. */
export function saidNow(facts: ReadonlyMap<string, Facts>, words: ReadonlyMap<string, WordsNow>): ReadonlyMap<string, Facts> {
  if (words.size === 0) return facts;
  return new Map([...facts].map(([id, one]) => [id, withWordsNow(one, words.get(id))]));
}

/** Facts of a document in the words that it has now. */
export function withWordsNow(facts: Facts, words: WordsNow | undefined): Facts {
  return words === undefined ? facts : { ...facts, summary: words.summary, title: words.title };
}

function keptOf(channel: ChannelRuntime): Recent<WordsNow> {
  const { rereads } = channel;
  const before = kept.get(channel);
  const now = before?.rereads === rereads ? before : { rereads, words: rememberedWords() };
  kept.set(channel, now);
  return now.words;
}

/**
 * The document with what corrections say of it. Where that is erased, or has not the form of the field, this has no words: those before are not what its author
 * says now, and whoever accepted the others must not be shown to have accepted them.
 */
function wordsWith(
  read: ReadEntry | undefined,
  corrections: readonly { readonly act: Act; readonly read: ReadEntry | undefined }[],
  people: People,
): Omit<WordsNow, 'entry'> | undefined {
  const kind = kindOf(read?.header?.type ?? '');
  if (read?.document === undefined || kind === undefined) return undefined;
  const fields: { [name: string]: Fields[string] } = { ...read.document.fields };
  for (const { act, read: correction } of corrections) {
    const given = correction?.document?.fields.values;
    const values = Array.isArray(given) ? given : [];
    for (const [i, name] of pointedNames(act.frame).entries()) {
      const field = kind.fields.find((one) => one.name === name);
      const value = values[i];
      if (field === undefined || !isCorrectable(kind, name)) continue;
      if (value === undefined || value === null || shapeFault(field, value) !== undefined) delete fields[name];
      else fields[name] = value;
    }
  }
  const summary = wordsOf({ ...read, document: { ...read.document, fields } }, people);
  return { ...summary, fields };
}
