import { sayIn } from '../../base/phrases.ts';
import { jointLines } from '../../projection/joint/lines.ts';
import type { ChannelView, DocumentView, DueView } from '../../projection/views.ts';
import { jointSentence } from './joint-sentences.ts';
import { MISSION_SENTENCES } from './mission-sentences.ts';
import type { Answered, Expected, Scenario } from './scenario.ts';

/** What one side's people can look at. */
export type Eyes = {
  channel(): Promise<ChannelView>;
  /** A document by its entry id, or `undefined` while it is not here. */
  document(id: string): Promise<DocumentView | undefined>;
};

/** Entry ids of the scenario's named documents, as far as they have been played. */
export type Names = ReadonlyMap<string, string>;

const say = sayIn('en');
const OWED: ReadonlySet<DueView['status']> = new Set(['not_started', 'running', 'late_so_far']);

/** What an expectation is looked at with: the telling, the entry ids of what was played, and the present in seconds. */
export type Look = { readonly scenario: Scenario; readonly names: Names; readonly now: number };

/** Why an expectation does not hold yet, in a sentence, or `undefined` when both sides see it. */
export async function notSeen(expected: Expected, sides: readonly Eyes[], look: Look): Promise<string | undefined> {
  if (expected.see === 'same') {
    const [ours, theirs] = await Promise.all(sides.map((side) => side.channel()));
    return ours?.digest === theirs?.digest ? undefined : 'the two sides do not see the same yet';
  }
  for (const [party, side] of sides.entries()) {
    const why = await notSeenBy(expected, side, look);
    if (why !== undefined) return `${look.scenario.parties[party]?.name ?? 'one side'}: ${why}`;
  }
  return undefined;
}

async function notSeenBy(expected: Exclude<Expected, { see: 'same' }>, side: Eyes, { scenario, names, now }: Look): Promise<string | undefined> {
  if (expected.see === 'person') {
    const person = (await side.channel()).people.find(({ name }) => name === expected.person);
    return person?.state === expected.state ? undefined : `${expected.person} is ${person?.state.replaceAll('_', ' ') ?? 'not known'}`;
  }
  if (expected.see === 'contact') {
    const cards = (await side.channel()).dutyCards.filter(({ party }) => party === expected.party);
    const wanted = expected.person ?? scenario.people.find(({ party }) => party === expected.party)?.name ?? '';
    const isNamed = cards.some(({ person }) => person === wanted);
    if (isNamed !== (expected.gone === true)) return undefined;
    return `${isNamed ? 'a' : 'no'} duty card names ${wanted}`;
  }
  if (expected.see === 'mission') return missionMissing(expected, side);
  // What is of all channels of a round is looked at there.
  if (expected.see === 'awaits' || expected.see === 'timeliness') return 'this is expected of a round';
  const document = await side.document(names.get(expected.document) ?? '');
  if (document === undefined) return `${expected.document} is not here`;
  switch (expected.see) {
    case 'delivery': {
      const { delivery, witnessed } = document.row;
      const held = delivery === 'held' || delivery === 'witnessed';
      if (!held) return `${expected.document} is ${delivery}`;
      return expected.witnessed && !witnessed && delivery !== 'witnessed' ? `${expected.document} is not witnessed` : undefined;
    }
    case 'files': {
      const waiting = document.attachments.filter(({ held, size }) => held < size);
      return waiting.length === 0 ? undefined : `${waiting[0]?.name ?? 'a file'} is not whole here`;
    }
    case 'owed': {
      const due = document.row.due;
      const owedBy = due !== undefined && OWED.has(due.status) ? due.debtor : undefined;
      if (owedBy === expected.party) {
        return expected.late === true && due?.status !== 'late_so_far' ? 'its time is not over' : undefined;
      }
      return owedBy === undefined ? 'nothing is owed' : `${scenario.parties[owedBy]?.name ?? 'another party'} owes an answer`;
    }
    case 'answered': {
      const due = document.row.due;
      const how = due === undefined || due.debtor !== expected.party ? undefined : howAnswered(due);
      return how === expected.how ? undefined : how === undefined ? 'no answer is owed, or one is on its way' : `the answer is ${ANSWERED[how]}`;
    }
    case 'position': {
      const value = await positionOf(side, document, expected.party);
      return value === expected.value ? undefined : `the position is ${value ?? 'not taken'}`;
    }
    case 'joint':
      return jointMissing(expected, document, { scenario, names, now });
  }
}

/** Why what is said beside somebody's mission is otherwise. */
async function missionMissing({ person: name, words }: Extract<Expected, { see: 'mission' }>, side: Eyes): Promise<string | undefined> {
  const person = (await side.channel()).people.find((one) => one.name === name);
  const accredited = person === undefined ? undefined : await side.document(person.matter);
  const mission = accredited?.joint.find((one) => one.kind === 'identity');
  const sentence = MISSION_SENTENCES.find((one) => one.words === words);
  return sentence?.holds({ state: person?.state ?? '', mission }) === true ? undefined : `it is not so of ${name}`;
}

const ANSWERED: Readonly<Record<Answered, string>> = { 'in time': 'in time', late: 'late', not: 'not there' };

function howAnswered({ status, answer }: DueView): Answered | undefined {
  if (status === 'met') return 'in time';
  if (status === 'met_late') return 'late';
  // An answer of which it is not known yet when it was held is neither there nor not there.
  return status === 'withdrawn' || answer !== undefined ? undefined : 'not';
}

/** What is shown of a document instead, in the sentences of pages. */
function jointMissing(expected: Extract<Expected, { see: 'joint' }>, { joint, row }: DocumentView, { scenario, now }: Look): string | undefined {
  const { document, words, party, number, state } = expected;
  const asked = {
    entry: row.id,
    now,
    ...(party === undefined ? {} : { party }),
    ...(number === undefined ? {} : { number }),
    ...(state === undefined ? {} : { state }),
  };
  const sentence = jointSentence(words);
  if (sentence !== undefined && joint.some((one) => sentence.holds(one, asked))) return undefined;
  const names = scenario.parties.map(({ name }) => name);
  const lines = joint.flatMap((one) => jointLines(one, { names, now })).map(({ phrase }) => say(phrase));
  return lines.length === 0 ? `nothing is joint about ${document}` : `of ${document} it reads: ${lines.join(' ')}`;
}

/** A party's latest position on a claim: the last valid one of its own log. */
async function positionOf(side: Eyes, claim: DocumentView, party: number): Promise<string | undefined> {
  const taken = claim.thread.filter((row) => row.kind === 'position' && row.party === party && row.valid).sort((a, b) => a.index - b.index);
  const latest = taken.at(-1);
  const value = latest === undefined ? undefined : (await side.document(latest.id))?.fields.value;
  return typeof value === 'string' ? value : undefined;
}
