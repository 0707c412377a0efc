import { cutFacts, kindWords } from './acts.ts';
import type { Block } from './blocks.ts';
import type { Cast } from './cast.ts';
import { CASE_SENTENCE, JOINT_SENTENCES, type JointSentence } from './joint-sentences.ts';
import { MISSION_SENTENCES } from './mission-sentences.ts';
import type { Expectation, Expected, ScenarioFault } from './scenario.ts';
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
  '{party} owes an answer to {document}',
  '{party} owes the next step on {document}',
  '{party} is late with {document}',
  'nothing is owed on {document}',
  '{party} is reached through {person}',
  '{party} is no longer reached through {person}',
  ...MISSION_SENTENCES.map(({ words }) => words),
  'both sides hold the files of {document}',
  'both sides see the same',
  ...[...JOINT_SENTENCES, CASE_SENTENCE].map(({ words }) => words),
];

/** The expectation in a block that begins with `expect`, or what was expected of it. */
export function readExpectation(block: Block, cast: Cast): { readonly expectation: Expectation } | { readonly faults: readonly ScenarioFault[] } {
  const fail = (sentence: string): { faults: readonly ScenarioFault[] } => ({ faults: [{ line: block.line, sentence }] });
  if (block.inner.length > 0) return fail('an expectation is one line; nothing is indented below it');
  const { text, facts } = cutFacts(block.text.replace(/^expect +/, ''));
  const expected = expectedIn(text, cast);
  if (expected === undefined) return fail('expected something that can be seen; docs/scenarios.md has the list');
  if ('unknown' in expected) return fail(expected.unknown);
  return { expectation: { step: 'expect', line: block.line, text, facts, ...expected } };
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
  const contact = matchWords('is reached through {person}', rest)?.person;
  if (contact !== undefined) return { see: 'contact', party, person: contact };
  const former = matchWords('is no longer reached through {person}', rest)?.person;
  if (former !== undefined) return { see: 'contact', party, person: former, gone: true };
  const late = matchWords('is late with {document}', rest)?.document;
  if (late !== undefined) return known(late, cast) ?? { see: 'owed', document: late, party, late: true };
  const owed = (matchWords('owes an answer to {document}', rest) ?? matchWords('owes the next step on {document}', rest))?.document;
  if (owed !== undefined) return known(owed, cast) ?? { see: 'owed', document: owed, party };
  const silent = matchWords('has not answered {document}', rest)?.document;
  if (silent !== undefined) return known(silent, cast) ?? { see: 'position', party, document: silent };
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
    const party = names.party === undefined ? undefined : cast.party(names.party);
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
