import { type DueStatus, dueStatus } from '../../procedure/due.ts';
import type { Act } from '../matter.ts';
import {
  choiceIn,
  everyParty,
  type Finding,
  finding,
  gatheredOnce,
  latestByParty,
  present,
  type Reading,
  rowsIn,
  type Said,
  said,
  standingAnswers,
  textsIn,
  wholeIn,
} from './reading.ts';
import { hasStep, type Signatures, signaturesOf } from './signatures.ts';

/** Where one performance stands, by what the parties said. `waiting`: nobody is bound to it yet. */
export type PerformanceState = 'waiting' | 'owed' | 'performed' | 'accepted' | 'disputed';

/** One performance that is undertaken: by whom, by when, and what was said of it. */
export type Performance = {
  /** Its place among those of the undertaking, from 1. */
  readonly number: number;
  readonly party: number;
  readonly dueAt?: number;
  readonly state: PerformanceState;
  /** The latest declaration, with the instant its author wrote, and how many came before it. */
  readonly performed?: Said & { readonly performedAt: number; readonly earlier: number };
  /** What each other party says of it, its latest; absent where it has said nothing. */
  readonly answers: readonly (Said & { readonly value: 'accepted' | 'disputed' })[];
};

/** `proposed`: not every party that it would bind has signed it. */
export type UndertakingState = 'proposed' | 'conditional' | 'operative' | 'performed' | 'disputed' | 'discharged' | 'withdrawn';

/** An undertaking: who is bound, whether its condition is met for each side, and every performance beside the other. */
export type UndertakingJoint = {
  readonly kind: 'undertaking';
  readonly entry: string;
  readonly state: UndertakingState;
  readonly obligors: readonly number[];
  readonly reciprocal: boolean;
  /** What each party declares of the condition, for itself. Absent where there is none. */
  readonly conditions?: readonly { readonly party: number; readonly value?: 'met' | 'not-met'; readonly entry?: string; readonly time?: number }[];
  readonly performances: readonly Performance[];
  readonly signatures: Signatures;
  readonly findings: readonly Finding[];
};

/** The undertaking that this act is; `names` are those of the parties, by which it may say which of them are bound. */
export function undertakingOf(reading: Reading, act: Act, names: readonly string[]): UndertakingJoint {
  const signatures = signaturesOf(reading, act.id);
  const { others, unknown } = othersOf(reading, act, names);
  const obligors = partiesOf(act, act.frame.obligor, others);
  const conditions = act.frame.conditional === true ? conditionsOf(reading, act) : undefined;
  const bound = obligors.length > 0 && obligors.every((party) => hasStep(signatures.parties[party]?.steps ?? [], 'signed'));
  const met = conditions === undefined || conditions.every(({ value }) => value === 'met');
  // Once every side has said that it is met there is something to perform: who takes that back later makes nobody's performance too early.
  const isOpen = bound && (met || wasEverMet(reading, act));
  const rows = rowsOf(act, obligors, others);
  const findings: Finding[] = [];
  const declared = declarationsOf(reading, act, rows, findings);
  const early = isOpen ? [] : [...declared.values()].map(({ latest }) => finding(latest, 'joint.finding.performed_early'));
  const performances = rows.map((row, at): Performance => performanceOf(reading, row, declared.get(at), bound && met));
  return {
    kind: 'undertaking',
    entry: act.id,
    state: stateOf(reading, act, { bound, met, isOpen, performances, signatures }),
    obligors,
    reciprocal: new Set(rows.map(({ party }) => party)).size > 1,
    ...present({ conditions }),
    performances,
    signatures,
    findings: [
      ...unknown.map((name) => finding(act, 'joint.finding.obligor_unknown', { name })),
      ...wordsOfNothing(reading, act),
      ...findings,
      ...early,
      ...signatures.findings,
    ],
  };
}

/** Where a performance stands at `now`, by the instants that its parties wrote; the clocks of the procedure are duties and go by receipts. */
export function performanceStatus({ state, dueAt, performed }: Pick<Performance, 'state' | 'dueAt' | 'performed'>, now: number): DueStatus {
  return dueStatus({ startedAt: state === 'waiting' ? undefined : 0, dueAt, metAt: performed?.performedAt }, now);
}

type Row = { readonly number: number; readonly party: number; readonly dueAt: number | undefined };

/** The other parties that are meant: those it names, or all. A name that none of them has, or two, is no party's. */
function othersOf(
  reading: Reading,
  { party: author, frame }: Act,
  names: readonly string[],
): { others: readonly number[]; unknown: readonly string[] } {
  const all = everyParty(reading).filter((party) => party !== author);
  const named = textsIn(frame, 'obligors');
  if (named.length === 0) return { others: all, unknown: [] };
  const called = (name: string): readonly number[] => all.filter((party) => names[party] === name);
  const known = named.filter((name) => called(name).length === 1);
  return { others: all.filter((party) => known.includes(names[party] ?? '')), unknown: named.filter((name) => !known.includes(name)) };
}

/** Parties as the author sees them: `ours` is the author's own side. */
function partiesOf({ party: author }: Act, who: unknown, others: readonly number[]): readonly number[] {
  if (who === 'theirs') return others;
  return who === 'each' ? [author, ...others].sort((a, b) => a - b) : [author];
}

/** Reciprocal performances each have their own due; where none are listed, each party that is bound has one. */
function rowsOf(act: Act, obligors: readonly number[], others: readonly number[]): readonly Row[] {
  const listed = rowsIn(act.frame, 'performances').flatMap((row, at) =>
    partiesOf(act, row.by, others).map((party): Row => ({ number: at + 1, party, dueAt: wholeIn(row, 'due') ?? wholeIn(act.frame, 'due') })),
  );
  const bound = listed.filter(({ party }) => obligors.includes(party));
  return bound.length > 0 ? bound : obligors.map((party): Row => ({ number: 1, party, dueAt: wholeIn(act.frame, 'due') }));
}

function conditionsOf(reading: Reading, act: Act): NonNullable<UndertakingJoint['conditions']> {
  return latestByParty(reading, standingAnswers(reading, act.id, 'condition')).map((declared, party) => ({
    party,
    ...present({
      value: declared === undefined ? undefined : choiceIn(declared.frame, 'value', ['met', 'not-met']),
      entry: declared?.id,
      time: declared?.time,
    }),
  }));
}

/** Whether each side has declared the condition met at some time, whatever it said since; a declaration that was taken back was made. */
function wasEverMet(reading: Reading, act: Act): boolean {
  const declared = (reading.answers.get(act.id) ?? []).filter(({ type, frame }) => type === 'condition' && frame.value === 'met');
  return everyParty(reading).every((party) => declared.some((one) => one.party === party));
}

/** What was said of a condition that there is not, and of performances that are none. */
function wordsOfNothing(reading: Reading, act: Act): readonly Finding[] {
  const conditions = act.frame.conditional === true ? [] : standingAnswers(reading, act.id, 'condition');
  const answers = standingAnswers(reading, act.id, 'performance').flatMap(({ id, party }) =>
    standingAnswers(reading, id, 'acceptance').filter((one) => one.party === party),
  );
  return [
    ...conditions.map((one) => finding(one, 'joint.finding.no_condition')),
    ...answers.map((one) => finding(one, 'joint.finding.accepted_own')),
  ];
}

type Declared = { readonly latest: Act; readonly earlier: number };

/** What was declared performed, by place of its row; a party performs what it is bound to, and what all have accepted it performs no second time. */
function declarationsOf(reading: Reading, act: Act, rows: readonly Row[], findings: Finding[]): ReadonlyMap<number, Declared> {
  const declared = new Map<number, Declared>();
  // Each is looked at once: whoever performs very often must not make us read all answers as often.
  const accepted = new Map<string, boolean>();
  const isAcceptedOnce = (performance: Act): boolean => {
    const known = accepted.get(performance.id) ?? isAccepted(reading, performance);
    accepted.set(performance.id, known);
    return known;
  };
  for (const done of standingAnswers(reading, act.id, 'performance')) {
    const number = wholeIn(done.frame, 'number');
    const at = rows.findIndex((row) => row.party === done.party && (number === undefined || row.number === number));
    const before = declared.get(at);
    if (at === -1) {
      findings.push(finding(done, 'joint.finding.performed_by_other'));
      for (const one of standingAnswers(reading, done.id, 'acceptance'))
        if (one.party !== done.party) findings.push(finding(one, 'joint.finding.accepted_nothing'));
    } else if (before !== undefined && isAcceptedOnce(before.latest)) findings.push(finding(done, 'joint.finding.performed_again'));
    else declared.set(at, { latest: done, earlier: (before?.earlier ?? -1) + 1 });
  }
  return declared;
}

/** What each other party says of a performance, its latest. */
const answersTo = gatheredOnce((reading: Reading, performance: string): Performance['answers'] => {
  const by = reading.byId.get(performance)?.party;
  return latestByParty(reading, standingAnswers(reading, performance, 'acceptance')).flatMap((act) => {
    const value = act === undefined || act.party === by ? undefined : choiceIn(act.frame, 'value', ['accepted', 'disputed']);
    return act === undefined || value === undefined ? [] : [{ ...said(act), value }];
  });
});

function isAccepted(reading: Reading, { id }: Act): boolean {
  const answers = answersTo(reading, id);
  return answers.length > 0 && answers.length === reading.parties - 1 && answers.every(({ value }) => value === 'accepted');
}

function performanceOf(reading: Reading, { number, party, dueAt }: Row, declared: Declared | undefined, operative: boolean): Performance {
  const base = { number, party, ...present({ dueAt }) };
  if (declared === undefined) return { ...base, state: operative ? 'owed' : 'waiting', answers: [] };
  const { latest, earlier } = declared;
  const answers = answersTo(reading, latest.id);
  const isDisputed = answers.some(({ value }) => value === 'disputed');
  return {
    ...base,
    state: isDisputed ? 'disputed' : isAccepted(reading, latest) ? 'accepted' : 'performed',
    performed: { ...said(latest), performedAt: wholeIn(latest.frame, 'performed_at') ?? latest.time, earlier },
    answers,
  };
}

function stateOf(
  { withdrawn }: Reading,
  act: Act,
  {
    bound,
    met,
    isOpen,
    performances,
    signatures,
  }: { bound: boolean; met: boolean; isOpen: boolean; performances: readonly Performance[]; signatures: Signatures },
): UndertakingState {
  // What another has signed stands, whoever takes it back.
  const isJoined = signatures.parties.some(({ party, steps }) => party !== act.party && hasStep(steps, 'signed'));
  if (withdrawn.has(act.id) && !isJoined) return 'withdrawn';
  const all = (...states: readonly PerformanceState[]): boolean =>
    performances.length > 0 && performances.every(({ state }) => states.includes(state));
  if (!bound) return 'proposed';
  if (!isOpen) return 'conditional';
  if (all('accepted')) return 'discharged';
  if (performances.some(({ state }) => state === 'disputed')) return 'disputed';
  if (all('accepted', 'performed')) return 'performed';
  return met ? 'operative' : 'conditional';
}
