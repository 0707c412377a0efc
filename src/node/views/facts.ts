import { fromBase64url, toBase64url, utf8 } from '../../base/bytes.ts';
import { type Phrase, sayIn } from '../../base/phrases.ts';
import { ACT_WORDS, parseAct } from '../../document/accreditation.ts';
import type { Document } from '../../document/kind.ts';
import { parseFields } from '../../document/parse.ts';
import { kindOf, summaryOf } from '../../document/registry.ts';
import { openBody } from '../../entry/body.ts';
import { parseEntry } from '../../entry/entry.ts';
import { parseGeneration } from '../../entry/generation.ts';
import type { Header } from '../../entry/header.ts';
import { parseIdentityNote } from '../../entry/identity-note.ts';
import { eventOf, parseKeyEvent } from '../../entry/key-event.ts';
import type { EntryRow } from '../../store/store.ts';
import type { Person } from '../../verify/reader-state.ts';
import { attachmentsIn } from '../attachments.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { nodeSha256 } from '../crypto.ts';

/** Where an entry stands. */
export type Place = { readonly origin: string; readonly index: number };

/** What lists show of an entry, whatever its verdict. */
export type Facts = Place & {
  readonly id: string;
  readonly refs: readonly string[];
  readonly actor: string;
  readonly summary: Phrase;
  /** The document's own title, or its summary in English where it has none. */
  readonly title: string;
  readonly ref: string;
  readonly marking: string;
  readonly urgency: string;
  readonly exercise: boolean;
  readonly attachments: number;
};

/** An entry as it can be read, in full. */
export type ReadEntry = { readonly row: EntryRow; readonly header?: Header; readonly document?: Document };

/** Facts kept per channel: some 300 bytes each, and every page of a list is asked for again at each change. */
const MAX_KEPT = 20_000;
const kept = new WeakMap<ChannelRuntime, { readonly rereads: number; readonly facts: Map<string, Facts> }>();
const say = sayIn('en');

/** Facts of the entries at these places, by {@link placeKey}; one call of the store for all that are not kept. */
export async function factsAt(channel: ChannelRuntime, places: readonly Place[]): Promise<ReadonlyMap<string, Facts>> {
  const known = keptOf(channel);
  const found = new Map<string, Facts>();
  const wanted: Place[] = [];
  for (const place of places) {
    const facts = known.get(placeKey(place));
    if (facts === undefined) wanted.push(place);
    else found.set(placeKey(place), facts);
  }
  if (wanted.length === 0) return found;
  const people = await peopleOf(channel);
  for (const row of await channel.store.entriesAt(wanted)) {
    const facts = factsOf(readEntry(channel, row), people);
    found.set(placeKey(row), facts);
    // A body that is still to come changes what is shown.
    if (row.body === undefined && row.bodyRequired) continue;
    if (known.size >= MAX_KEPT) known.clear();
    known.set(placeKey(row), facts);
  }
  return found;
}

/** What is kept of a channel: nothing from before its last erasure. */
function keptOf(channel: ChannelRuntime): Map<string, Facts> {
  const { rereads } = channel;
  const before = kept.get(channel);
  const now = before?.rereads === rereads ? before : { rereads, facts: new Map<string, Facts>() };
  kept.set(channel, now);
  return now.facts;
}

/** Facts of entries by id, where they first stand. */
export async function factsById(channel: ChannelRuntime, ids: readonly string[]): Promise<ReadonlyMap<string, Facts>> {
  const raw = [...new Set(ids)].flatMap((id) => fromBase64url(id, 32) ?? []);
  const places = raw.length === 0 ? [] : await channel.store.findEntries(channel.id, raw);
  const facts = await factsAt(channel, places);
  const byId = new Map<string, Facts>();
  for (const place of places) {
    const one = facts.get(placeKey(place));
    const id = toBase64url(place.id);
    if (one !== undefined && !byId.has(id)) byId.set(id, one);
  }
  return byId;
}

/** What can be read of a held entry: its header where it is one, its document where the body opens and the kind is known. */
export function readEntry(channel: ChannelRuntime, row: EntryRow): ReadEntry {
  const { sha256 } = channel.replica.crypto;
  const parsed = parseEntry(sha256, row.bytes);
  if ('expected' in parsed) return { row };
  const { header } = parsed.entry;
  const opened = row.body === undefined ? undefined : openBody(sha256, header.body, row.body);
  const kind = kindOf(header.type);
  if (opened === undefined || 'expected' in opened || kind === undefined) return { row, header };
  const { fields, erasedLeaves } = opened.body;
  // An erased leaf no longer says which field it was: each content field that is not there may be the one.
  const erased = erasedLeaves === 0 ? [] : kind.fields.filter((field) => !field.frame && !fields.has(field.name)).map((field) => field.name);
  return { row, header, document: parseFields(kind, fields, erased).document };
}

/** Everybody that the channel's logs name, by {@link personKey}. */
export type People = ReadonlyMap<string, Person>;

/** The representatives of all parties, as their logs have them. */
export async function peopleOf(channel: ChannelRuntime): Promise<People> {
  const { generations, channel: facts } = channel.replica;
  const people = new Map<string, Person>();
  for (const party of facts.parties.keys()) {
    // Whoever a sibling generation names signs there still; the log that is written now says how they stand.
    const others = generations.isPlain ? [] : await Promise.all(generations.sequence(party).map(({ origin }) => channel.reader.stateAt(origin)));
    for (const state of [...others, await channel.reader.state(party)])
      for (const person of state?.people.values() ?? []) people.set(personKey(party, person.actor), person);
  }
  return people;
}

/** Key of a party's representative. */
export function personKey(party: number, actor: string): string {
  return `${party}/${actor}`;
}

/** Key of a place in the maps above. */
export function placeKey({ origin, index }: Place): string {
  return `${origin}/${index}`;
}

/** Ids as the store takes them. */
export function rawIds(ids: readonly string[]): readonly Uint8Array[] {
  return [...new Set(ids)].flatMap((id) => fromBase64url(id, 32) ?? []);
}

/** A document's own title, or its summary in English. */
export function titleOf(summary: Phrase): string {
  const title = summary.values?.title;
  return typeof title === 'string' ? title : say(summary);
}

/** Entries by id as they can be read, where they first stand; one call of the store for where, and one for what. */
export async function readEntries(channel: ChannelRuntime, ids: readonly string[]): Promise<ReadonlyMap<string, ReadEntry>> {
  if (ids.length === 0) return new Map();
  const rows = await channel.store.entriesAt(await channel.store.findEntries(channel.id, rawIds(ids)));
  const reads = new Map<string, ReadEntry>();
  for (const row of rows) if (!reads.has(toBase64url(row.id))) reads.set(toBase64url(row.id), readEntry(channel, row));
  return reads;
}

/** An entry as it was read, in a sentence and under its title. */
export function wordsOf(read: ReadEntry, people: People): Pick<Facts, 'summary' | 'title'> {
  const summary = summaryIn(read, people);
  return { summary, title: titleOf(summary) };
}

/** What an entry comes to in a sentence, whatever its verdict. */
export async function summaryOfEntry(channel: ChannelRuntime, read: ReadEntry): Promise<Phrase> {
  return summaryIn(read, await peopleOf(channel));
}

function factsOf(read: ReadEntry, people: People): Facts {
  const { row, header, document } = read;
  const fields = document?.fields ?? {};
  const text = (name: string): string => (typeof fields[name] === 'string' ? fields[name] : '');
  return {
    origin: row.origin,
    index: row.index,
    id: toBase64url(row.id),
    refs: header?.refs ?? [],
    actor: header?.actor ?? '',
    ...wordsOf(read, people),
    ref: text('ref'),
    marking: text('marking'),
    urgency: text('urgency'),
    exercise: fields.exercise === true,
    attachments: attachmentsIn(fields).length,
  };
}

/** An identity entry is summed up by the act that it carries; anything else by its own kind. */
function summaryIn({ row, header, document }: ReadEntry, people: People): Phrase {
  if (document === undefined && header === undefined && row.index === 0) {
    const opened = parseGeneration(nodeSha256, row.bytes);
    if ('note' in opened) return { id: 'lineage.opened', values: { size: opened.note.continues.size } };
  }
  if (document === undefined) return { id: 'summary.unknown', values: { kind: header?.type ?? '' } };
  if (document.kind !== 'identity') return summaryOf(document);
  const parsed = parseIdentityNote(utf8(String(document.fields.note ?? '')));
  const event = 'note' in parsed ? parseKeyEvent(parsed.note.act) : { expected: '' };
  if ('event' in event) return { id: 'act.rotate.done', values: { event: eventOf(event.event.identity) } };
  const act = 'note' in parsed ? parseAct(parsed.note.act) : { expected: '' };
  if ('expected' in act || 'expected' in parsed) return summaryOf(document);
  const known = people.get(personKey(parsed.note.party, act.act.actor))?.name;
  const name = act.act.act === 'accredit' ? act.act.name : known;
  if (name === undefined) return summaryOf(document);
  const automatic = act.act.act === 'accredit' && act.act.scope.automatic;
  return { id: automatic ? 'act.accredit.automatic.done' : ACT_WORDS[act.act.act].sentence, values: { name } };
}
