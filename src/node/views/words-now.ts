import { toBase64url } from '../../base/bytes.ts';
import type { Phrase } from '../../base/phrases.ts';
import { isCorrectable, pointedNames } from '../../document/about-entries.ts';
import type { Fields, Kind } from '../../document/kind.ts';
import { kindOf } from '../../document/registry.ts';
import { shapeFault } from '../../document/shape.ts';
import { type Act, actsOf, type Matter, parseHead } from '../../projection/matter.ts';
import { type HeldOut, usableMatters } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { type Facts, type People, peopleOf, type ReadEntry, rawIds, readEntries, wordsOf } from './facts.ts';

/** A document in the words that its author said of it last, where it was said anew. */
export type WordsNow = {
  readonly summary: Phrase;
  readonly title: string;
  readonly fields: Fields;
  /** The correction that said words of it last. */
  readonly entry: string;
};

/** Kept per channel, and all of it dropped at a re-reading: an erasure takes words away. */
const MAX_KEPT = 5_000;
const kept = new WeakMap<ChannelRuntime, { readonly rereads: number; readonly words: Map<string, WordsNow> }>();

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
  return wordsOfAll(channel, correctionsIn(matters, new Set(ids)));
}

/** By the id of a correction among these, the words that the document it is of had with it; `answered`: of a document, and what may be corrections of it. */
export async function wordsWithEach(
  channel: ChannelRuntime,
  matters: readonly Matter[],
  answered: readonly { readonly of: string; readonly named: readonly string[] }[],
): Promise<ReadonlyMap<string, WordsNow>> {
  if (answered.length === 0) return new Map();
  const all = correctionsIn(matters, new Set(answered.map(({ of }) => of)));
  const wanted = answered.flatMap(({ of, named }) => {
    const known = all.get(of);
    const at = known?.acts.findIndex(({ id }) => named.includes(id)) ?? -1;
    const last = known?.acts[at];
    return known === undefined || last === undefined ? [] : [[last.id, { ...known, acts: known.acts.slice(0, at + 1) }] as const];
  });
  return wordsOfAll(channel, new Map(wanted));
}

/** Words by whatever key their corrections came under. */
async function wordsOfAll(channel: ChannelRuntime, corrections: ReadonlyMap<string, Corrections>): Promise<ReadonlyMap<string, WordsNow>> {
  const found = new Map<string, WordsNow>();
  if (corrections.size === 0) return found;
  const known = keptOf(channel);
  const wanted = new Map<string, { readonly key: string; readonly of: string; readonly acts: readonly Act[]; readonly entry: string }>();
  for (const [name, { of, kind, acts }] of corrections) {
    const last = lastOfEachField(kind, acts);
    const entry = acts.at(-1)?.id ?? '';
    const key = [of, ...last.map((act) => act.id), entry].join(' ');
    const words = known.get(key);
    if (words === undefined) wanted.set(name, { key, of, acts: last, entry });
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
    if (known.size >= MAX_KEPT) known.clear();
    known.set(key, words);
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

function keptOf(channel: ChannelRuntime): Map<string, WordsNow> {
  const { rereads } = channel;
  const before = kept.get(channel);
  const now = before?.rereads === rereads ? before : { rereads, words: new Map<string, WordsNow>() };
  kept.set(channel, now);
  return now.words;
}

/** Corrections of one document, in the order of its author's log. */
type Corrections = { readonly of: string; readonly kind: Kind; readonly acts: readonly Act[] };

/** Corrections of these documents, each list in the order of its author's log, with the kind of what they correct. */
function correctionsIn(matters: readonly Matter[], ids: ReadonlySet<string>): ReadonlyMap<string, Corrections> {
  const found = new Map<string, Corrections & { readonly acts: Act[] }>();
  for (const matter of matters) {
    const acts = actsOf(matter).filter(({ type, frame }) => type === 'correction' && typeof frame.entry === 'string' && ids.has(frame.entry));
    if (acts.length === 0) continue;
    const types = new Map(actsOf(matter).map(({ id, type }) => [id, type]));
    for (const act of acts) {
      const id = String(act.frame.entry);
      const kind = kindOf(types.get(id) ?? '');
      if (kind === undefined) continue;
      const known = found.get(id) ?? { of: id, kind, acts: [] };
      found.set(id, known);
      known.acts.push(act);
    }
  }
  return found;
}

function lastOfEachField(kind: Kind, corrections: readonly Act[]): readonly Act[] {
  const last = new Map<string, Act>();
  for (const act of corrections) for (const name of pointedNames(act.frame)) if (isCorrectable(kind, name)) last.set(name, act);
  return corrections.filter((act) => [...last.values()].includes(act));
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
