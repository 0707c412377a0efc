import { cutFacts, kindWords } from './acts.ts';
import type { Block } from './blocks.ts';
import type { Cast } from './cast.ts';
import { CASE_SENTENCE, JOINT_SENTENCES, type JointSentence } from './joint-sentences.ts';
import { MISSION_SENTENCES } from './mission-sentences.ts';
import type { Among, Expectation, Expected, ScenarioFault } from './scenario.ts';
import { matchWords, PERSON_SENTENCES } from './sentences.ts';

/** What can be expected, in words; positions have the sentences by which they are taken. */
export const EXPECTATION_SENTENCES: readonly string[] = [
  '{person} is accredited',
  '{person} is recalled for consultations',
  'the mission of {person} has ended',
  '{document} is held',
  '{document} is held and witnessed',
  '{party} <takes a position>',
  '{party} has not answered {document}',
  '{party} has answered {document} in time',
  '{party} has answered {document} late',
  '{party} owes an answer to {document}',
  '{party} owes the next step on {document}',
  '{party} is late with {document}',
  'nothing is owed on {document}',
  '{party} is reached through {person}',
  '{party} is no longer reached through {person}',
  ...MISSION_SENTENCES.map(({ words }) => words),
  '{party} is reached through its officer',
  'both sides hold the files of {document}',
  'both sides see the same',
  ...[...JOINT_SENTENCES, CASE_SENTENCE].map(({ words }) => words),
];

const ROUND_SENTENCE = '{document} was answered by {in_time} in time, by {late} late, and by {open} not';

/** What can be expected besides of a round, of the first party's node over all its channels. */
export const ROUND_SENTENCES: readonly string[] = ['{party} awaits {parties}', '{party} awaits nobody', ROUND_SENTENCE];

/** The expectation in a block that begins with `expect`, or what was expected of it. */
export function readExpectation(block: Block, cast: Cast): { readonly expectation: Expectation } | { readonly faults: readonly ScenarioFault[] } {
  const fail = (sentence: string): { faults: readonly ScenarioFault[] } => ({ faults: [{ line: block.line, sentence }] });
  if (block.inner.length > 0) return fail('an expectation is one line; nothing is indented below it');
  const { text, facts } = cutFacts(block.text.replace(/^expect +/, ''));
  const expected = (cast.others === undefined ? undefined : ofRound(text, cast)) ?? expectedIn(text, cast);
  if (expected === undefined) return fail('expected something that can be seen; docs/scenarios.md has the list');
  if ('unknown' in expected) return fail(expected.unknown);
  const among = channelsOf(expected, text, cast);
  if (among !== undefined && 'document' in expected && cast.amongOf(expected.document)?.some((one) => among.includes(one)) !== true)
    return fail(`no document above is called ${expected.document} in the channel of this line`);
  return { expectation: { step: 'expect', line: block.line, text, facts, ...(among === undefined ? {} : { among }), ...expected } };
}

/** In which channels of a round something is expected: those of whom the line begins with, else those of its document or its person, else all. */
function channelsOf(expected: Expected, text: string, cast: Cast): Among | undefined {
  if (cast.others === undefined) return undefined;
  const of = 'document' in expected ? cast.amongOf(expected.document) : expected.see === 'person' ? placeOf(expected.person, cast).among : undefined;
  const all = of ?? cast.others;
  const said = cast.subjectOf(text);
  return said === undefined || said.person !== undefined || said.party === 0 ? all : (said.among ?? all);
}

function placeOf(person: string, cast: Cast): ReturnType<Cast['place']> {
  return cast.place(cast.person(person)?.party ?? 0);
}

/** What the first party of a round sees over all its channels. */
function ofRound(text: string, cast: Cast): Expected | { readonly unknown: string } | undefined {
  const subject = cast.subjectOf(text);
  const awaited =
    subject?.party === 0 && subject.person === undefined ? /^awaits (.+)$/.exec(text.slice(subject.name.length).trim())?.[1] : undefined;
  if (awaited === 'nobody') return { see: 'awaits', whom: [] };
  if (awaited !== undefined) {
    const whom = /^each\b/.test(awaited) ? cast.subjectOf(`${awaited} so`)?.among : cast.listed(awaited);
    return whom === undefined || whom.includes(0) ? { unknown: `expected other parties of the round, not "${awaited}"` } : { see: 'awaits', whom };
  }
  const names = matchWords(ROUND_SENTENCE, text);
  if (names?.document === undefined) return undefined;
  const [inTime = -1, late = -1, open = -1] = [names.in_time, names.late, names.open].map((number) =>
    /^\d{1,4}$/.test(number ?? '') ? Number(number) : -1,
  );
  if (Math.min(inTime, late, open) < 0) return { unknown: 'expected whole numbers' };
  return known(names.document, cast) ?? { see: 'timeliness', document: names.document, inTime, late, open };
}

function expectedIn(text: string, cast: Cast): Expected | { readonly unknown: string } | undefined {
  if (text === 'both sides see the same') return { see: 'same' };
  return ofPerson(text, cast) ?? ofDocument(text, cast) ?? ofParty(text, cast) ?? ofJoint(text, cast);
}

function ofPerson(text: string, cast: Cast): Expected | { readonly unknown: string } | undefined {
  for (const [words, state] of [
    ['{person} is accredited', 'accredited'],
    ['{person} is recalled for consultations', 'recalled_for_consultations'],
    ['the mission of {person} has ended', 'ended'],
  ] as const) {
    const person = matchWords(words, text)?.person;
    if (person !== undefined)
      return cast.person(person) === undefined ? { unknown: `nobody here is called "${person}"` } : { see: 'person', person, state };
  }
  for (const { words } of MISSION_SENTENCES) {
    const person = matchWords(words, text)?.person;
    if (person !== undefined)
      return cast.person(person) === undefined ? { unknown: `nobody here is called "${person}"` } : { see: 'mission', person, words };
  }
  return undefined;
}

function ofDocument(text: string, cast: Cast): Expected | { readonly unknown: string } | undefined {
  const forms: readonly (readonly [string, (document: string) => Expected])[] = [
    ['{document} is held', (document) => ({ see: 'delivery', document, witnessed: false })],
    ['{document} is held and witnessed', (document) => ({ see: 'delivery', document, witnessed: true })],
    ['nothing is owed on {document}', (document) => ({ see: 'owed', document })],
    ['both sides hold the files of {document}', (document) => ({ see: 'files', document })],
  ];
  for (const [words, expected] of forms) {
    const document = matchWords(words, text)?.document;
    if (document !== undefined) return known(document, cast) ?? expected(document);
  }
  return undefined;
}

function ofParty(text: string, cast: Cast): Expected | { readonly unknown: string } | undefined {
  const subject = cast.subjectOf(text);
  if (subject === undefined || subject.person !== undefined) return undefined;
  const { party } = subject;
  const rest = text.slice(subject.name.length).trim();
  if (rest === 'is reached through its officer') return { see: 'contact', party };
  const contact = matchWords('is reached through {person}', rest)?.person;
  if (contact !== undefined) return { see: 'contact', party, person: contact };
  const former = matchWords('is no longer reached through {person}', rest)?.person;
  if (former !== undefined) return { see: 'contact', party, person: former, gone: true };
  const late = matchWords('is late with {document}', rest)?.document;
  if (late !== undefined) return known(late, cast) ?? { see: 'owed', document: late, party, late: true };
  const owed = (matchWords('owes an answer to {document}', rest) ?? matchWords('owes the next step on {document}', rest))?.document;
  if (owed !== undefined) return known(owed, cast) ?? { see: 'owed', document: owed, party };
  const silent = matchWords('has not answered {document}', rest)?.document;
  // A claim asks for a position; whatever else asks has a clock.
  if (silent !== undefined && cast.kindOf(silent) === 'claim') return { see: 'position', party, document: silent };
  for (const [words, how] of [
    ['has not answered {document}', 'not'],
    ['has answered {document} in time', 'in time'],
    ['has answered {document} late', 'late'],
  ] as const) {
    const document = matchWords(words, rest)?.document;
    if (document !== undefined) return known(document, cast) ?? { see: 'answered', document, party, how };
  }
  for (const sentence of PERSON_SENTENCES) {
    const { value } = sentence.said;
    const document = sentence.kind === 'position' ? matchWords(sentence.words, rest)?.document : undefined;
    if (document !== undefined && typeof value === 'string') return known(document, cast) ?? { see: 'position', party, document, value };
    const { state } = sentence.said;
    const report = sentence.kind === 'case_state' ? matchWords(sentence.words, rest)?.document : undefined;
    if (report !== undefined && typeof state === 'string')
      return notOf(CASE_SENTENCE, report, cast) ?? { see: 'joint', document: report, words: CASE_SENTENCE.words, party, state };
  }
  return undefined;
}

function ofJoint(text: string, cast: Cast): Expected | { readonly unknown: string } | undefined {
  for (const sentence of JOINT_SENTENCES) {
    const names = matchWords(sentence.words, text);
    if (names?.document === undefined) continue;
    const index = names.party === undefined ? undefined : cast.party(names.party);
    const party = index === undefined ? undefined : cast.place(index).party;
    if (names.party !== undefined && party === undefined) continue;
    const number = names.number === undefined ? undefined : Number(names.number);
    if (number !== undefined && !Number.isSafeInteger(number)) return { unknown: `expected a whole number, not "${names.number ?? ''}"` };
    return (
      notOf(sentence, names.document, cast) ?? {
        see: 'joint',
        document: names.document,
        words: sentence.words,
        ...(party === undefined ? {} : { party }),
        ...(number === undefined ? {} : { number }),
        ...(names.state === undefined ? {} : { state: names.state }),
      }
    );
  }
  return undefined;
}

function notOf({ of }: JointSentence, document: string, cast: Cast): { readonly unknown: string } | undefined {
  const kind = cast.kindOf(document) ?? '';
  if (of.includes(kind)) return undefined;
  return known(document, cast) ?? { unknown: `this is expected of ${of.map(kindWords).join(', ')}, not of ${kindWords(kind)}` };
}

function known(document: string, cast: Cast): { readonly unknown: string } | undefined {
  return cast.kindOf(document) === undefined ? { unknown: `no document above is called ${document}` } : undefined;
}
