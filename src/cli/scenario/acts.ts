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
import type { Act, FieldText, ScenarioFault } from './scenario.ts';
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
};

/** The facts at the end of a line, `[G5]` or `[G1, G2]`, and the line without them. */
export function cutFacts(text: string): { readonly text: string; readonly facts: readonly string[] } {
  const match = FACTS.exec(text);
  return match === null ? { text, facts: [] } : { text: text.slice(0, match.index), facts: (match[1] ?? '').split(/,? /) };
}

/** The act in a block, and what is wrong with it; no act where the sentence itself cannot be read. `cast` says who and what is known so far. */
export function readAct(block: Block, cast: Cast, marking: string): { readonly act?: Act; readonly faults: readonly ScenarioFault[] } {
  const fail = (sentence: string): { faults: readonly ScenarioFault[] } => ({ faults: [{ line: block.line, sentence }] });
  const tail = cutTail(block.text);
  if ('expected' in tail) return fail(`expected ${tail.expected}`);
  const subject = cast.subjectOf(tail.sentence);
  if (subject === undefined) return fail('expected a sentence that begins with the name of a person or a party');
  const found = sentenceFor(tail.sentence.slice(subject.name.length).trim(), subject.person === undefined);
  if (found === undefined)
    return fail(`expected something that ${subject.person === undefined ? 'a party' : 'a person'} does; docs/scenarios.md has the list`);
  const { sentence, names } = found;
  const person = names.person === undefined ? undefined : cast.person(names.person);
  if (names.person !== undefined && person === undefined) return fail(`nobody here is called "${names.person}"`);
  if (person !== undefined && (person.party === subject.party) === (sentence.aboutTheirs === true))
    return fail(`${person.name} speaks for ${sentence.aboutTheirs === true ? 'the same' : 'another'} party`);
  for (const name of [names.document, ...tail.about])
    if (name !== undefined && cast.kindOf(name) === undefined) return fail(`no document above is called ${name}`);
  if (tail.name !== undefined && cast.kindOf(tail.name) !== undefined) return fail(`another document is called ${tail.name}`);
  const { fields: written, faults: unread } = readFields(block.inner);
  const clearer = written.find(({ name }) => name === CLEARED_BY);
  const fields = written.filter((field) => field !== clearer);
  const faults = [...unread, ...(clearer === undefined ? [] : clearerFaults(clearer, subject, cast))];
  const act: Act = {
    step: 'act',
    line: block.line,
    key: '',
    digest: digestOf([tail.sentence, tail.name ?? '', ...tail.about, ...written.map((field) => `${field.name}: ${field.text}`)]),
    text: tail.sentence,
    ...(tail.at === undefined ? {} : { at: tail.at }),
    party: subject.party,
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

function cutTail(text: string): Tail | { readonly expected: string } {
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
  return {
    sentence,
    facts,
    about: about?.[1]?.split(/, | and /) ?? [],
    ...(name === undefined ? {} : { name }),
    ...(at === undefined ? {} : { at }),
  };
}

function sentenceFor(text: string, byParty: boolean): { sentence: Sentence; names: Readonly<Record<string, string>> } | undefined {
  for (const sentence of byParty ? PARTY_SENTENCES : [...PERSON_SENTENCES, ...NAMED_SENTENCES]) {
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
