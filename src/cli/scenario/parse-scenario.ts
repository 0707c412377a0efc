import { MARKINGS, type Marking } from '../../document/envelope.ts';
import { kindOf } from '../../document/registry.ts';
import { shippedPacks } from '../../node/packs.ts';
import { shippedProfiles } from '../../node/profiles.ts';
import { cutFacts, readAct } from './acts.ts';
import { type Block, cutBlocks, headingOf } from './blocks.ts';
import { Cast } from './cast.ts';
import { exchangeFaults } from './exchange-acts.ts';
import { readExpectation } from './expectations.ts';
import { readRound } from './round.ts';
import type { Scenario, ScenarioFault, ScenarioParty, ScenarioPerson, Step } from './scenario.ts';
import { readWait } from './waits.ts';

const HEADINGS = ['Scenario', 'Channel', 'Host', 'Languages', 'Marking', 'Procedures', 'Profile', 'Party', 'Round', 'Part'] as const;
/** Parties of a round beside the first: a node has a channel with each, and this machine plays them all. */
const MAX_ROUND = 200;
/** Letters of several alphabets; what a name shows is what it is. */
const NAME = /^[\p{L}][\p{L}\p{M}' .-]{0,79}$/u;

type Header = {
  title?: string;
  channel?: string;
  host?: string;
  languages: readonly string[];
  marking: string;
  procedures?: readonly string[];
  profile?: string;
  facts: string[];
  round?: true;
};

/**
 * A scenario from its text (docs/scenarios.md), or every line that cannot be read, with what was expected there. Total: no text makes it throw.
 *
 * Names are checked as they come: a document can only be answered below the line that makes it. A position, a reply or a recall
 * that the record would hold void for its form is a fault here already.
 */
export function parseScenario(text: string): { readonly scenario: Scenario } | { readonly faults: readonly ScenarioFault[] } {
  const { blocks, faults: cut } = cutBlocks(text);
  const faults = [...cut];
  const header: Header = { languages: ['en'], marking: 'amber', facts: [] };
  const parties: ScenarioParty[] = [];
  const people: ScenarioPerson[] = [];
  const rest: Block[] = [];
  for (const block of blocks) {
    const { text: line, facts } = cutFacts(block.text);
    const heading = headingOf(line, HEADINGS);
    if (heading !== undefined && heading.key !== 'Part') header.facts.push(...facts);
    if (heading === undefined || heading.key === 'Part') rest.push(block);
    else if (heading.key === 'Party') faults.push(...readParty(block, heading.value, parties, people));
    else if (heading.key === 'Round') faults.push(...readRoundBelow(block, heading.value, header, parties, people));
    else faults.push(...readHeader(block, heading.key, heading.value, header));
  }
  const { title, channel, host, procedures, profile } = header;
  const missing = [
    ...(title === undefined ? ['Scenario'] : []),
    ...(channel === undefined ? ['Channel'] : []),
    ...(host === undefined ? ['Host'] : []),
  ];
  for (const key of missing) faults.push({ line: 1, sentence: `expected a line "${key}: ..."` });
  if (header.round === undefined && parties.length !== 2) faults.push({ line: 1, sentence: 'expected two parties, each with a line "Party: ..."' });
  const { steps, faults: wrong } = readSteps(rest, new Cast(parties, people, header.round), header.marking);
  faults.push(...wrong, ...exchangeFaults(steps));
  if (faults.length > 0 || title === undefined || channel === undefined || host === undefined)
    return { faults: faults.sort((a, b) => a.line - b.line) };
  return {
    scenario: {
      title,
      channel,
      host,
      languages: header.languages,
      marking: header.marking,
      ...(procedures === undefined ? {} : { procedures }),
      ...(profile === undefined ? {} : { profile }),
      facts: header.facts,
      ...(header.round === undefined ? {} : { round: header.round }),
      parties,
      people,
      steps,
    },
  };
}

/** All faults as lines: `line 12: expected ...`. */
export function sayFaults(faults: readonly ScenarioFault[]): string {
  return faults.map(({ line, sentence }) => `line ${line}: ${sentence}`).join('\n');
}

function readHeader(block: Block, key: string, value: string, header: Header): readonly ScenarioFault[] {
  const fault = (sentence: string): readonly ScenarioFault[] => [{ line: block.line, sentence }];
  if (block.inner.length > 0) return fault(`nothing is indented below "${key}"`);
  if (value === '' || value.length > 120) return fault(`expected 1 to 120 characters after "${key}:"`);
  if (key === 'Scenario') header.title = value;
  else if (key === 'Channel') header.channel = value;
  else if (key === 'Host') header.host = value;
  else if (key === 'Languages') header.languages = value.split(/, */);
  else if (key === 'Procedures' || key === 'Profile') return readTerms(key, value, header).map((sentence) => ({ line: block.line, sentence }));
  else if (!(MARKINGS as readonly string[]).includes(value)) return fault(`expected a marking: ${MARKINGS.join(', ')}`);
  else header.marking = value;
  return [];
}

/** What the channel is founded with: procedures by name, or a profile that names them. */
function readTerms(key: 'Procedures' | 'Profile', value: string, header: Header): readonly string[] {
  if (header.procedures !== undefined || header.profile !== undefined) return ['expected either "Procedures:" or "Profile:", once'];
  if (key === 'Profile') {
    header.profile = value;
    return shippedProfiles().has(value) ? [] : [`expected a profile: ${[...shippedProfiles().keys()].join(', ')}`];
  }
  const procedures = value.split(/, */);
  header.procedures = procedures;
  const known = [...shippedPacks().values()].map(({ pack }) => pack.name);
  const unknown = procedures.filter((name, i) => !known.includes(name) || procedures.indexOf(name) < i);
  return unknown.map((name) => `"${name}" is no procedure that ships, or stands twice; there are ${known.join(', ')}`);
}

function readParty(block: Block, name: string, parties: ScenarioParty[], people: ScenarioPerson[]): readonly ScenarioFault[] {
  if (!NAME.test(name) || parties.some((party) => party.slug === slugOf(name)))
    return [{ line: block.line, sentence: 'expected the name of a party, unlike the other' }];
  const party = parties.push({ name, slug: slugOf(name) }) - 1;
  const faults: ScenarioFault[] = [];
  for (const { line, text } of block.inner) {
    if (text === '') continue;
    const person = readPerson(text, party);
    if ('expected' in person) faults.push({ line, sentence: `expected ${person.expected}` });
    else if (people.some((other) => other.slug === person.slug)) faults.push({ line, sentence: 'somebody else has this name' });
    else people.push(person);
  }
  return faults;
}

/** The parties with each of which the one above has a channel. */
function readRoundBelow(block: Block, value: string, header: Header, parties: ScenarioParty[], people: ScenarioPerson[]): readonly ScenarioFault[] {
  const { lines, faults } = readRound(block, value);
  const first = parties.length;
  header.round = true;
  const wrong = lines.flatMap(({ line, name, people: written }) => {
    const inner = written.map((text) => ({ line, indent: 0, text }));
    return readParty({ line, text: '', inner }, name, parties, people);
  });
  if (first === 1 && lines.length > 0 && lines.length <= MAX_ROUND) return [...faults, ...wrong];
  const sentence = `expected one "Party:" above the round, and 1 to ${MAX_ROUND} parties below it`;
  return [...faults, { line: block.line, sentence }, ...wrong];
}

/** `Eleanor Whitcombe, Head of delegation, may recall, up to red, signs request and reply`. */
function readPerson(text: string, party: number): ScenarioPerson | { readonly expected: string } {
  const [name = '', ...parts] = text.split(/, */);
  let marking: Marking = 'red';
  let kinds: readonly string[] = ['*'];
  let mayRecall = false;
  let automatic = false;
  for (let last = parts.at(-1) ?? ''; parts.length > 1; last = parts.at(-1) ?? '') {
    const upTo = MARKINGS.find((known) => last === `up to ${known}`);
    if (last === 'may recall') mayRecall = true;
    else if (last === 'automatic') automatic = true;
    else if (upTo !== undefined) marking = upTo;
    else if (last.startsWith('signs '))
      kinds = last
        .slice(6)
        .split(' and ')
        .map((kind) => kind.replaceAll(' ', '_'));
    else break;
    parts.pop();
  }
  const unknown = kinds.find((kind) => kind !== '*' && kindOf(kind)?.signedBy !== 'representative');
  if (unknown !== undefined) return { expected: `kinds of document after "signs", not "${unknown.replaceAll('_', ' ')}"` };
  const post = parts.join(', ');
  if (!NAME.test(name) || post === '' || post.length > 120) return { expected: 'a name and a post: "Anna Petrova, Duty officer"' };
  return { name, slug: slugOf(name), post, party, scope: { kinds, marking, may_recall: mayRecall, automatic } };
}

function readSteps(blocks: readonly Block[], cast: Cast, marking: string): { steps: readonly Step[]; faults: readonly ScenarioFault[] } {
  const steps: Step[] = [];
  const faults: ScenarioFault[] = [];
  const keys = new Map<string, number>();
  let latest = 0;
  for (const block of blocks) {
    const part = headingOf(block.text, ['Part']);
    if (part !== undefined) {
      if (block.inner.length > 0) faults.push({ line: block.line, sentence: 'nothing is indented below "Part"' });
      steps.push({ step: 'part', line: block.line, title: part.value });
      continue;
    }
    if (/^expect\b/.test(block.text)) {
      const read = readExpectation(block, cast);
      if ('faults' in read) faults.push(...read.faults);
      else steps.push(read.expectation);
      continue;
    }
    if (/^wait\b/.test(block.text)) {
      const read = readWait(block, cast);
      if ('faults' in read) faults.push(...read.faults);
      else steps.push(read.wait);
      continue;
    }
    const { act, faults: wrong } = readAct(block, cast, marking);
    faults.push(...wrong);
    if (act === undefined) continue;
    if (act.at !== undefined && act.at < latest) faults.push({ line: act.line, sentence: 'this happened before the line above; tell it first' });
    latest = Math.max(latest, act.at ?? 0);
    if (act.name !== undefined) cast.addDocument(act.name, act.kind, act.among);
    const same = (keys.get(act.digest) ?? 0) + 1;
    keys.set(act.digest, same);
    steps.push({ ...act, key: act.name ?? `${act.digest}-${same}` });
  }
  return { steps, faults };
}

/** `United States` as `united-states`; other alphabets keep their letters. */
function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
}
