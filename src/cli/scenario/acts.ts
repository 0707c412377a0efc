import { createHash } from 'node:crypto';
import { utf8 } from '../../base/bytes.ts';
import type { Json } from '../../base/json.ts';
import { type Phrase, sayIn } from '../../base/phrases.ts';
import { isCorrectable } from '../../document/about-entries.ts';
import { sayFault } from '../../document/form.ts';
import type { Kind } from '../../document/kind.ts';
import { checkDraft } from '../../document/parse.ts';
import { joins, kindOf } from '../../document/registry.ts';
import { present } from '../../projection/joint/reading.ts';
import type { Block } from './blocks.ts';
import type { Cast, Subject } from './cast.ts';
import { readFields } from './fields.ts';
import { filledFor } from './round.ts';
import type { Act, Among, FieldText, ScenarioFault, ScenarioPerson } from './scenario.ts';
import { matchWords, NAMED_SENTENCES, PARTY_SENTENCES, PERSON_SENTENCES, type Sentence } from './sentences.ts';
import { readInstant, readValue } from './values.ts';

const say = sayIn('en');
const DATE = /^(\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?)\s+/;
const FACTS = /\s*\[([A-Z]\d{1,3}(?:,? [A-Z]\d{1,3})*)\]$/;
const NAME = /^[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+$/;
/** Not a field of the document: who looked at it, before it was signed. */
const CLEARED_BY = 'cleared_by';
/** Fields of an act that a party's identity keys sign. */
const PEOPLE_FIELDS = ['effective_at', 'reason'];
/** Hidden fields that the player fills, with a value of the right form for checking a draft before it is played. */
const FILLED: Readonly<Record<string, Json>> = {
  nonce: 'A'.repeat(22),
  actor: 'A'.repeat(43),
  entry: 'A'.repeat(43),
  digest: 'A'.repeat(43),
  secret: 'A'.repeat(22),
};

/** What an act's line says besides its fields, read from the end: facts, then the document's own name, then what it is about. */
type Tail = {
  readonly sentence: string;
  readonly at?: number;
  readonly facts: readonly string[];
  readonly name?: string;
  readonly about: readonly string[];
  /** In a round, the parties in whose channels alone the first says it. */
  readonly with: readonly string[];
};

/** The facts at the end of a line, `[G5]` or `[G1, G2]`, and the line without them. */
export function cutFacts(text: string): { readonly text: string; readonly facts: readonly string[] } {
  const match = FACTS.exec(text);
  return match === null ? { text, facts: [] } : { text: text.slice(0, match.index), facts: (match[1] ?? '').split(/,? /) };
}

/** The act in a block, and what is wrong with it; no act where the sentence itself cannot be read. `cast` says who and what is known so far. */
export function readAct(block: Block, cast: Cast, marking: string): { readonly act?: Act; readonly faults: readonly ScenarioFault[] } {
  const fail = (sentence: string): { faults: readonly ScenarioFault[] } => ({ faults: [{ line: block.line, sentence }] });
  const tail = cutTail(block.text, cast.others);
  if ('expected' in tail) return fail(`expected ${tail.expected}`);
  const subject = cast.subjectOf(tail.sentence);
  if (subject === undefined) return fail('expected a sentence that begins with the name of a person or a party');
  const found = sentenceFor(tail.sentence.slice(subject.name.length).trim(), subject);
  if (found === undefined)
    return fail(`expected something that ${subject.person === undefined ? 'a party' : 'a person'} does; docs/scenarios.md has the list`);
  const { sentence, names } = found;
  const person = names.person === undefined ? undefined : cast.person(names.person);
  if (names.person !== undefined && person === undefined) return fail(`nobody here is called "${names.person}"`);
  const where = channelsOf(tail, subject, person, names.document, cast);
  if ('expected' in where) return fail(where.expected);
  if (person !== undefined && (cast.place(person.party).party === subject.party) === (sentence.aboutTheirs === true))
    return fail(`${person.name} speaks for ${sentence.aboutTheirs === true ? 'the same' : 'another'} party`);
  for (const name of [names.document, ...tail.about])
    if (name !== undefined && cast.kindOf(name) === undefined) return fail(`no document above is called ${name}`);
  if (tail.name !== undefined && cast.kindOf(tail.name) !== undefined) return fail(`another document is called ${tail.name}`);
  const { fields: written, faults: unread } = readFields(block.inner);
  const clearer = written.find(({ name }) => name === CLEARED_BY);
  const fields = written.filter((field) => field !== clearer);
  const faults = [...unread, ...(clearer === undefined ? [] : clearerFaults(clearer, subject, cast))];
  const { among } = where;
  const act: Act = {
    step: 'act',
    line: block.line,
    key: '',
    digest: digestOf([tail.sentence, ...tail.with, tail.name ?? '', ...tail.about, ...written.map((field) => `${field.name}: ${field.text}`)]),
    text: tail.sentence,
    ...(tail.at === undefined ? {} : { at: tail.at }),
    party: subject.party,
    ...(among === undefined ? {} : { among }),
    ...(subject.person === undefined ? {} : { signer: subject.person }),
    kind: sentence.kind,
    said: sentence.said,
    ...(sentence.peopleAct === undefined ? {} : { peopleAct: sentence.peopleAct }),
    ...(sentence.acknowledges === undefined ? {} : { acknowledges: true }),
    ...(person === undefined ? {} : { person: person.name }),
    ...(names.document === undefined ? {} : { parent: names.document, ...present({ parentKind: cast.kindOf(names.document) }) }),
    ...(clearer === undefined ? {} : { clearedBy: clearer.text }),
    about: tail.about,
    ...(tail.name === undefined ? {} : { name: tail.name }),
    fields,
    facts: tail.facts,
  };
  const wrong = [...faults, ...(isDocument(act) ? documentFaults(act, cast, marking) : peopleFaults(act))];
  return { act, faults: wrong };
}

/** Fields in the order of their kind, as the act says them at the moment of playing; without those the player fills, and without files. */
export function actValues(
  act: Act,
  kind: Kind,
  marking: string,
  now: number,
): { readonly values: Map<string, Json>; readonly faults: readonly ScenarioFault[] } {
  const values = new Map<string, Json>();
  const faults: ScenarioFault[] = [];
  const texts = new Map(act.fields.map((field) => [field.name, field]));
  if (act.kind === 'correction') for (const [name, value] of correctedValues(act, texts, now, faults)) values.set(name, value);
  for (const field of kind.fields) {
    const text = texts.get(field.name);
    texts.delete(field.name);
    const said = act.said[field.name];
    if (values.has(field.name)) continue;
    if (text !== undefined && (field.hidden === true || said !== undefined))
      faults.push({ line: text.line, sentence: `${labelOf(text)} is not written here: the sentence says it` });
    else if (said !== undefined) values.set(field.name, said);
    else if (field.name === 'marking' && text === undefined) values.set('marking', marking);
    else if (field.name === 'ref' && text === undefined && act.name !== undefined) values.set('ref', act.name);
    else if (text !== undefined && field.shape !== 'attachments') {
      const read = readValue(field, text.text, now);
      if ('value' in read) values.set(field.name, read.value);
      else faults.push({ line: text.line, sentence: `${labelOf(text)}: ${sentenceOf(read.expected)}` });
    }
  }
  for (const text of texts.values()) faults.push({ line: text.line, sentence: `${kindWords(kind.id)} has no field ${labelOf(text)}` });
  return { values, faults };
}

/** What a correction says anew: fields of the document that it corrects, taken out of `texts`; what is left there is the correction's own. */
function correctedValues(act: Act, texts: Map<string, FieldText>, now: number, faults: ScenarioFault[]): readonly (readonly [string, Json])[] {
  const kind = kindOf(act.parentKind ?? '');
  const own = kindOf('correction');
  const said = [...texts.values()].filter(({ name }) => own?.fields.some((field) => field.name === name) !== true);
  const read = said.flatMap((text): readonly (readonly [string, Json])[] => {
    texts.delete(text.name);
    const field = kind?.fields.find(({ name }) => name === text.name);
    const value = field === undefined || kind === undefined || !isCorrectable(kind, field.name) ? undefined : readValue(field, text.text, now);
    if (value !== undefined && 'value' in value) return [[`/${text.name}`, value.value]];
    const sentence = value === undefined ? `no correction says ${labelOf(text)} anew` : `${labelOf(text)}: ${sentenceOf(value.expected)}`;
    faults.push({ line: text.line, sentence });
    return [];
  });
  if (said.length === 0) faults.push({ line: act.line, sentence: 'expected the fields that it says anew' });
  return [
    ['pointers', read.map(([pointer]) => pointer)],
    ['values', read.map(([, value]) => value)],
  ];
}

function documentFaults(act: Act, cast: Cast, marking: string): readonly ScenarioFault[] {
  const kind = kindOf(act.kind);
  if (kind === undefined) return [{ line: act.line, sentence: `there is no kind of document ${act.kind}` }];
  const parent = act.parent === undefined ? undefined : cast.kindOf(act.parent);
  if (parent !== undefined && !joins(kind, parent)) {
    return [{ line: act.line, sentence: `${kindWords(kind.id)} cannot answer or join ${kindWords(parent)}` }];
  }
  // Each party of a round fills a field with names of its own.
  for (const one of act.among ?? []) {
    const officer = cast.people.find((person) => person.party === one)?.name ?? '';
    const wrong = draftFaults(filledFor(act, cast.parties[one]?.name ?? '', officer), kind, marking);
    if (wrong.length > 0) return wrong;
  }
  return act.among === undefined ? draftFaults(act, kind, marking) : [];
}

function draftFaults(act: Act, kind: Kind, marking: string): readonly ScenarioFault[] {
  const { values, faults } = actValues(act, kind, marking, 1_800_000_000);
  if (faults.length > 0) return faults;
  for (const field of kind.fields)
    if (field.required && field.hidden === true && !values.has(field.name)) values.set(field.name, FILLED[field.name] ?? null);
  return checkDraft(kind, values).map((fault) => ({
    line: act.fields.find((field) => field.name === fault.field)?.line ?? act.line,
    sentence: sayFault(say, kind, fault),
  }));
}

/** Whoever clears a document is another person of the same party than the one who signs it. */
function clearerFaults({ line, text }: FieldText, { party, person }: Subject, cast: Cast): readonly ScenarioFault[] {
  const clearer = cast.person(text);
  if (person !== undefined && clearer?.party === party && clearer.name !== person) return [];
  return [{ line, sentence: '"cleared by": expected another person of the same party than the one who signs' }];
}

function isDocument(act: Act): boolean {
  return act.peopleAct === undefined && act.acknowledges === undefined;
}

function peopleFaults(act: Act): readonly ScenarioFault[] {
  const faults: ScenarioFault[] = [];
  if (act.name !== undefined || act.about.length > 0)
    faults.push({ line: act.line, sentence: 'an act of the party has no name and is about nothing but the person' });
  for (const field of act.fields) {
    const allowed =
      PEOPLE_FIELDS.includes(field.name) && (field.name !== 'reason' || act.peopleAct === 'recall') && act.peopleAct !== 'end' && !act.acknowledges;
    if (!allowed) faults.push({ line: field.line, sentence: `this act has no field ${labelOf(field)}` });
    else if (field.name === 'effective_at') {
      if (readInstant(field.text, 0) === undefined) faults.push({ line: field.line, sentence: `${labelOf(field)}: ${say('fault.instant')}` });
    }
  }
  return faults;
}

/** Where in a round an act is: in all channels of whoever acts; what the first party does everywhere, only where its document or person is. */
function channelsOf(
  tail: Tail,
  { party, among: all }: Subject,
  person: ScenarioPerson | undefined,
  document: string | undefined,
  cast: Cast,
): { readonly among?: Among } | { readonly expected: string } {
  if (all === undefined) return {};
  const isEverywhere = party === 0 && tail.with.length === 0;
  const given = tail.with.length === 0 ? all : cast.listed(tail.with.join(', '));
  if (given === undefined || (tail.with.length > 0 && (party !== 0 || given.includes(0))))
    return { expected: 'expected other parties of the round after "with", in what the first party does' };
  const limits = [document, ...tail.about].map((name) => (name === undefined ? all : (cast.amongOf(name) ?? all)));
  if (person !== undefined) limits.push(cast.place(person.party).among ?? all);
  const among = given.filter((one) => limits.every((limit) => limit.includes(one)));
  if (among.length === given.length || (isEverywhere && among.length > 0)) return { among };
  return { expected: 'in a channel that this line speaks of there is no such document or person' };
}

function cutTail(text: string, others: Among | undefined): Tail | { readonly expected: string } {
  const { text: withoutFacts, facts } = cutFacts(text);
  const date = DATE.exec(withoutFacts);
  const at = date === null ? undefined : readInstant(fullDate(date[1] ?? ''), 0);
  if (date !== null && at === undefined) return { expected: 'a date that exists, such as 2021-06-16 13:00' };
  let sentence = withoutFacts.slice(date?.[0].length ?? 0);
  const named = / as (\S+)$/.exec(sentence);
  const name = named?.[1];
  if (name !== undefined && !NAME.test(name)) return { expected: 'a name such as US-4 after "as"' };
  sentence = sentence.slice(0, named?.index);
  const about = / about (\S+(?:(?:, | and )\S+)*)$/.exec(sentence);
  sentence = sentence.slice(0, about?.index);
  const limited = others === undefined ? undefined : / with (.+)$/.exec(sentence);
  sentence = sentence.slice(0, limited?.index);
  return {
    sentence,
    facts,
    with: limited?.[1]?.split(/, | and /) ?? [],
    about: about?.[1]?.split(/, | and /) ?? [],
    ...(name === undefined ? {} : { name }),
    ...(at === undefined ? {} : { at }),
  };
}

/** What a party does is its identity's to sign; in a round, what people do can be said of another party than the first: whoever speaks for it does it. */
function sentenceFor(text: string, { person, party, among }: Subject): { sentence: Sentence; names: Readonly<Record<string, string>> } | undefined {
  const ofPeople = [...PERSON_SENTENCES, ...NAMED_SENTENCES];
  const sentences = person !== undefined ? ofPeople : among === undefined || party === 0 ? PARTY_SENTENCES : [...PARTY_SENTENCES, ...ofPeople];
  for (const sentence of sentences) {
    const names = matchWords(sentence.words, text);
    if (names !== undefined) return { sentence, names };
  }
  return undefined;
}

function fullDate(text: string): string {
  return text.includes(' ') ? text : `${text} 00:00`;
}

function digestOf(parts: readonly string[]): string {
  return createHash('sha256')
    .update(utf8(parts.join('\n')))
    .digest('base64url')
    .slice(0, 16);
}

function labelOf(field: FieldText): string {
  return `"${field.name.replaceAll('_', ' ')}"`;
}

/** A kind with its article, as a sentence names it: `an aide memoire`. */
export function kindWords(kind: string): string {
  const words = kind.replaceAll('_', ' ');
  return `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`;
}

function sentenceOf(expected: Phrase | string): string {
  return typeof expected === 'string' ? `expected ${expected}` : say(expected);
}
