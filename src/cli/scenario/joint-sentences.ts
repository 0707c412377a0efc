import { holdsAt } from '../../projection/joint/disclosure.ts';
import { instrumentStatus } from '../../projection/joint/instrument.ts';
import { minutesOf } from '../../projection/joint/line.ts';
import { hasStep, type Signatures } from '../../projection/joint/signatures.ts';
import type { AmendmentJoint } from '../../projection/joint/text.ts';
import type { JointView } from '../../projection/joint/words.ts';
import { row, STATE_SENTENCES } from './state-sentences.ts';

/** What an expectation of something joint is asked of: the document by its entry id, and what its sentence names besides. */
export type JointAsked = {
  readonly entry: string;
  readonly party?: number;
  readonly number?: number;
  /** Where a participant says that it stands with a report. */
  readonly state?: string;
  readonly now: number;
};

/** One way to expect something joint: its words, the kinds of document that can be named in it, and whether a joint state bears it out. */
export type JointSentence = {
  readonly words: string;
  readonly of: readonly string[];
  readonly holds: (joint: JointView, asked: JointAsked) => boolean;
};

type Of<K extends JointView['kind']> = Extract<JointView, { kind: K }>;

const SIGNED = ['consultation', 'statement', 'undertaking', 'record', 'text', 'instrument'];

/** Each says what a page and `parley show` say too, since it reads the same view. */
export const JOINT_SENTENCES: readonly JointSentence[] = [
  { words: '{document} is signed by all', of: SIGNED, holds: signed((signatures) => signatures.joint.includes('signed')) },
  { words: '{document} is not signed by all', of: SIGNED, holds: signed((signatures) => !signatures.joint.includes('signed')) },
  {
    words: '{party} has signed {document}',
    of: SIGNED,
    holds: signed((signatures, { party }) => signatures.parties.some((one) => one.party === party && hasStep(one.steps, 'signed'))),
  },
  { words: '{document} is initialled by all', of: SIGNED, holds: signed((signatures) => signatures.joint.includes('initialled')) },
  { words: '{document} is ratified by all', of: SIGNED, holds: signed((signatures) => signatures.joint.includes('ratified')) },
  row('{document} is in force', 'instrument', (joint, { now }) => instrumentStatus(joint, now) === 'in_force'),

  row('{document} sat {number} minutes', 'session', ({ accounts }, { number }) => every(accounts, (one) => minutesOf(one.sittingSeconds) === number)),
  row('{document} took {number} minutes in all', 'session', ({ accounts }, { number }) =>
    every(accounts, (one) => minutesOf(one.wholeSeconds) === number),
  ),
  row('{document} ended before the planned time', 'session', ({ accounts }) => every(accounts, (one) => (one.endsAfterPlan ?? 0) < 0)),
  row('{document} ended after the planned time', 'session', ({ accounts }) => every(accounts, (one) => (one.endsAfterPlan ?? 0) > 0)),
  row('both sides give the same account of {document}', 'session', ({ agreement }) => agreement === 'equal'),
  row('the accounts of {document} differ', 'session', ({ agreement }) => agreement === 'differ'),

  row('{document} is operative', 'undertaking', ({ state }) => state === 'operative'),
  row('{document} waits for its condition', 'undertaking', ({ state }) => state === 'conditional'),
  row('{document} is performed', 'undertaking', ({ state }) => state === 'performed'),
  row('{document} is discharged', 'undertaking', ({ state }) => state === 'discharged'),
  row('the performance of {document} is disputed', 'undertaking', ({ state }) => state === 'disputed'),
  row('the condition of {document} is met', 'undertaking', (joint) => conditionsOf(joint) === 'met'),
  row('the condition of {document} is not met', 'undertaking', (joint) => conditionsOf(joint) === 'not-met'),
  row('the condition of {document} is disputed', 'undertaking', (joint) => conditionsOf(joint) === 'disputed'),

  row('the agreements reported in {document} are unconfirmed', 'statement', (joint) => every(reportedIn(joint), (confirmed) => !confirmed)),
  row('the agreements reported in {document} are confirmed', 'statement', (joint) => every(reportedIn(joint), (confirmed) => confirmed)),

  { words: '{document} is agreed', of: ['amendment', 'text', 'record', 'claim'], holds: isAgreed },
  row('{document} is adopted', 'text', (joint, { entry }) => wordsOf(joint, entry)?.state === 'adopted'),
  row('{document} has {number} places in brackets', 'text', (joint, { entry, number }) => wordsOf(joint, entry)?.brackets === number),

  row('the text of {document} has a figure without counterpart', 'translation', (joint) => (lonelyIn(joint) ?? 0) > 0),
  row('every figure in the text of {document} has its counterpart', 'translation', (joint) => lonelyIn(joint) === 0),
  row('{document} is authentic', 'translation', ({ authentic }) => authentic),

  row('{document} waits for a commitment', 'simultaneous_exchange', ({ state }) => state === 'awaiting_commitments'),
  row('both sides are committed to {document}', 'simultaneous_exchange', ({ sides }) => every(sides, ({ commitment }) => commitment !== undefined)),
  row('{party} has revealed what it committed to in {document}', 'simultaneous_exchange', ({ revealed }, { party }) =>
    revealed.some((one) => one.party === party && one.result === 'as_committed'),
  ),

  row('the silence {document} is open', 'silence_procedure', ({ state }) => state === 'open'),
  row('the silence {document} is broken', 'silence_procedure', ({ state }) => state === 'broken'),
  row('the silence {document} is complete', 'silence_procedure', ({ state }) => state === 'complete'),
  row('the objection to {document} came too late', 'silence_procedure', ({ findings }) =>
    findings.some(({ phrase }) => phrase.id === 'joint.finding.objection_late'),
  ),

  row('there is no embargo on {document}', 'vulnerability_report', ({ embargo }) => embargo.state === 'none'),
  row('an embargo on {document} is proposed', 'vulnerability_report', ({ embargo }) => embargo.state === 'proposed'),
  row('the embargo on {document} is in force', 'vulnerability_report', ({ embargo }, { now }) => holdsAt(embargo, now)),
  row('another embargo on {document} is proposed', 'vulnerability_report', ({ embargo }) => embargo.state === 'revise'),
  row('the embargo on {document} has ended', 'vulnerability_report', ({ embargo }) => embargo.state === 'exited'),

  ...STATE_SENTENCES,
];

/** Where a party stands with a report, said in the words by which it says so itself. */
export const CASE_SENTENCE: JointSentence = row('{party} <stands with a report>', 'vulnerability_report', ({ participants }, { party, state }) =>
  participants.some((one) => one.party === party && one.state === state),
);

/** The sentence of these words, or `undefined`. */
export function jointSentence(words: string): JointSentence | undefined {
  return words === CASE_SENTENCE.words ? CASE_SENTENCE : JOINT_SENTENCES.find((one) => one.words === words);
}

function signed(holds: (signatures: Signatures, asked: JointAsked) => boolean): JointSentence['holds'] {
  return (joint, asked) => signaturesIn(joint).some((one) => one.document === asked.entry && holds(one, asked));
}

function signaturesIn(joint: JointView): readonly Signatures[] {
  if (joint.kind === 'text' || joint.kind === 'record') return joint.versions.map(({ signatures }) => signatures);
  return 'signatures' in joint ? [joint.signatures] : [];
}

/** What nobody has said yet bears out nothing. */
function every<T>(list: readonly T[], holds: (one: T) => boolean): boolean {
  return list.length > 0 && list.every(holds);
}

function conditionsOf({ conditions = [] }: Of<'undertaking'>): 'met' | 'not-met' | 'disputed' | undefined {
  const values = new Set(conditions.map(({ value }) => value));
  if (values.has('met') && values.has('not-met')) return 'disputed';
  return values.size === 1 ? [...values][0] : undefined;
}

function reportedIn({ items }: Of<'statement'>): readonly boolean[] {
  return items === undefined || items === 'gone' ? [] : items.flatMap(({ confirmed }) => confirmed ?? []);
}

function isAgreed(joint: JointView, { entry }: JointAsked): boolean {
  if (joint.kind === 'record') return joint.agreed.includes(entry);
  if (joint.kind === 'claim') return joint.entry === entry && joint.standing === 'agreed';
  if (joint.kind !== 'text') return false;
  const amendments = joint.versions.flatMap(({ articles }) => articles.flatMap((one): readonly AmendmentJoint[] => one.amendments));
  const version = joint.versions.find((one) => one.entry === entry);
  return version === undefined
    ? amendments.some((one) => one.entry === entry && one.agreed)
    : !['tabled', 'accepted_with_brackets', 'withdrawn'].includes(wordsOf(joint, entry)?.state ?? version.state);
}

function wordsOf({ words }: Of<'text'>, entry: string): Exclude<Of<'text'>['words'][string], 'gone'> | undefined {
  const own = Object.hasOwn(words, entry) ? words[entry] : undefined;
  return own === 'gone' ? undefined : own;
}

/** Figures, dates and names of either text that the other lacks, and places where a machine left its mark for one. */
function lonelyIn({ check }: Of<'translation'>): number | undefined {
  return check === undefined || check === 'gone' ? undefined : check.missing.length + check.added.length + check.destroyed.length;
}
