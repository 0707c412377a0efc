import { heldAt, receiptOwedSince, type Standing, selfStartedAt, startedAt } from '../procedure/clock.ts';
import { type DueStatus, dueAtOf, dueStatus, latestRuns, type Period, periodsOf, startOf } from '../procedure/due.ts';
import { type Clock, instantIn, type Pack, starts } from '../procedure/pack.ts';
import { withdrawnIn } from './about-entries.ts';
import { type Answered, answeredIn, answersIn, endedAt, type Pair, type Read, timed } from './answered.ts';
import { positionsBy } from './claims.ts';
import { isExchanging } from './exchanging.ts';
import { type Act, actsOf, type Matter, openingAct } from './matter.ts';
import { MatterRead, readsAround } from './matter-read.ts';
import { isUnderSilence, silencesIn } from './under-silence.ts';

/** What duties are computed from beside the matter itself: the channel's packs, its parties and hosts, and how far each log stands. */
export type DutyContext = {
  readonly packs: readonly Pack[];
  readonly parties: number;
  /** Hosts that must have seen a head; 0 without hosts. */
  readonly quorum: number;
  readonly standing: Standing;
  /** Matters in which a document may end a clock of another matter; without them such a clock runs on. */
  readonly elsewhere?: readonly Matter[];
};

/** One duty of one party towards another, as the stamps in the logs have it; instants in seconds. It has no clock: {@link dueStatus} is asked with a time. */
export type Duty = {
  readonly pack: string;
  readonly clock: Clock;
  readonly matter: string;
  /** The act that asks. */
  readonly anchor: Act;
  readonly debtor: number;
  readonly creditor: number;
  /** What the debtor answered with, whether or not a time for it is known yet. */
  readonly answer?: Act;
  readonly startedAt?: number;
  /** While not started: the instant its author wrote, before which it is never due. */
  readonly dueAt?: number;
  readonly metAt?: number;
  /** The asker's withdrawal of what asks: nothing is owed any more. An answer stays beside it. */
  readonly withdrawn?: Act;
  readonly receiptOwedSince?: number;
  /** Of a cadence: the period that owes it. */
  readonly period?: Period;
};

/** All duties of a matter under the packs of its charter, in the order of their anchors; those of a cadence are {@link periodicDuties}. */
export function dutiesOf(matter: Matter, context: DutyContext): readonly Duty[] {
  const running = runningIn(matter, context.packs);
  if (running.length === 0) return [];
  const read = new MatterRead(matter);
  return running.flatMap(({ pack, clock, anchors }) => {
    // Most clocks end in their own matter; the others are looked at only for a clock that has started.
    const places = [read, ...(clock.discharge.in === undefined ? [] : readsAround(clock, read, context.elsewhere))];
    const answered = answeredIn(places, clock, context);
    const duties = anchors.flatMap((anchor) =>
      pairsOf(clock, anchor, context.parties).map((pair) => dutyOf(read, answered(anchor, pair), pack, clock, anchor, pair, context)),
    );
    return clock.anchor.latest === true ? withoutReplaced(duties) : duties;
  });
}

/**
 * The duties of all cadences up to `now`: one a period, debtor and creditor, oldest first. A cadence starts with the first of its anchors in the channel, when
 * it is known to be held. A document settles every period for which something could have been sent when it came, so whoever was late owes one, and not many.
 */
export function periodicDuties(matters: readonly Matter[], context: DutyContext, now: number): readonly Duty[] {
  const clocks = startsOf(context.packs).periodic;
  if (clocks.length === 0) return [];
  const reads = matters.filter((matter) => matter.kind !== '').map((matter) => new MatterRead(matter));
  return clocks.flatMap(({ pack, clock }) => {
    const starts = reads.flatMap((read) => anchorsIn(read, clock).flatMap((anchor) => cadencesOf(read, anchor, pack, clock, context)));
    const firsts = Map.groupBy(starts, ({ pair }) => `${pair.debtor}/${pair.creditor}`);
    return [...firsts.values()].flatMap((list) => {
      const first = list.reduce((a, b) => (b.start < a.start || (b.start === a.start && b.anchor.id < a.anchor.id) ? b : a));
      return periodsOwed(reads, first, pack, clock, context, now);
    });
  });
}

/** Kinds that tell of cadences and of clocks that end elsewhere: those that start them, and those that end them. */
export function kindsElsewhere(packs: readonly Pack[]): readonly string[] {
  const clocks = packs.flatMap((pack) => pack.clocks).filter((clock) => clock.discharge.in !== undefined);
  return clocks.flatMap(({ anchor, due, discharge }) => [...discharge.kinds, ...(due.every === undefined ? [] : [anchor.kind])]);
}

/** Where a duty stands at `now`. */
export function statusOf(duty: Duty, now: number): DueStatus {
  return dueStatus({ ...duty, withdrawn: duty.withdrawn !== undefined }, now);
}

/**
 * Whether a matter still awaits something: a duty that no stamp says is met, a claim on which a party has taken no position, or perhaps one on words that it
 * has no more, a silence that may run, or an exchange that is under way.
 *
 * Stamps in the debtor's own log alone are asked, so that the answer depends on nothing but the matter; it may say yes a little longer than
 * {@link dutiesOf} does, and never no too early.
 */
export function awaitsSomething(matter: Matter, context: Omit<DutyContext, 'standing'>): boolean {
  const withdrawn = matter.kind === 'claim' ? withdrawnIn(matter) : undefined;
  if (withdrawn?.has(openingAct(matter)?.id ?? '') === false) {
    for (let party = 0; party < context.parties; party++)
      if (party !== matter.opener && !positionsBy(matter, party).some((act) => !withdrawn.has(act.id))) return true;
    if (isSaidAnew(matter)) return true;
  }
  return matter.kind !== '' && (owesSomething(matter, context) || isUnderSilence(matter, context) || isExchanging(matter, context.parties));
}

/** Whether the author of what opened a matter said words of it anew. */
function isSaidAnew(matter: Matter): boolean {
  return (matter.components[matter.opener] ?? []).some(({ type, frame }) => type === 'correction' && frame.entry === matter.id);
}

function owesSomething(matter: Matter, context: Omit<DutyContext, 'standing'>): boolean {
  const { byAnchor } = startsOf(context.packs);
  let read: Read | undefined;
  const answered = new Map<Clock, ReturnType<typeof answeredIn>>();
  const components = Object.values(matter.components);
  for (const acts of components) {
    for (const act of acts) {
      for (const { pack, clock } of byAnchor.get(act.type) ?? NO_CLOCKS) {
        if (!isAnchor(clock, act, matter.id)) continue;
        // Nothing ends a clock but acts and stamps of the same matter.
        if (acts.length === 1 && components.length === 1) return context.parties > 1;
        // Of several runs one counts: which one, all of them say together.
        if (clock.anchor.latest === true) return owesOfAll(matter, context);
        read ??= new MatterRead(matter);
        if (read.withdrawn.has(act.id)) continue;
        const by = answered.get(clock) ?? answeredIn([read], clock, { quorum: context.quorum, standing: NOTHING_STANDS });
        answered.set(clock, by);
        for (const pair of pairsOf(clock, act, context.parties)) {
          const started = clock.discharge.in === 'channel' ? startIn(read, pack, clock, act, pair) : undefined;
          if (endedAt(by(act, pair), clock, started) === undefined) return true;
        }
      }
    }
  }
  return false;
}

function owesOfAll(matter: Matter, context: Omit<DutyContext, 'standing'>): boolean {
  const duties = dutiesOf(matter, { ...context, standing: NOTHING_STANDS });
  return duties.some(({ metAt, withdrawn }) => metAt === undefined && withdrawn === undefined);
}

/** Whether a matter in which no other act stands may await something ({@link awaitsSomething}) on account of one of this type; most are of none that does. */
export function mayBeginToAwait(type: string, { packs }: Pick<DutyContext, 'packs'>): boolean {
  return type === 'claim' || type === 'silence_procedure' || type === 'simultaneous_exchange' || startsOf(packs).byAnchor.has(type);
}

/** Whether a matter of this id that awaits nothing ({@link awaitsSomething}) may await something once this act came to it; most acts answer, or say how matters stand. */
export function mayAwait(id: string, act: Act, { packs }: Pick<DutyContext, 'packs'>): boolean {
  // What its opening says of it is known from here on, and what was settled by what is taken back is settled no more.
  if (act.id === id || act.type === 'withdrawal' || act.type === 'correction' || act.type === 'silence_procedure') return true;
  // Who commits to an exchange that they have called off is held to it again.
  if (act.type === 'commitment') return true;
  const { byAnchor, endsAnywhere } = startsOf(packs);
  // Where an old document ends nothing, a stamp that came by a detour can say that the clock started later than it did until then.
  if (endsAnywhere && act.stamp !== undefined) return true;
  return byAnchor.get(act.type)?.some(({ clock }) => isAnchor(clock, act, id)) === true;
}

/**
 * Whether a matter that awaits something ({@link awaitsSomething}) may await nothing any more once these acts came to it; most end nothing. What ends a clock
 * is a stamp of an answer, so neither an answer of which no stamp is here does, nor a stamp of anything else. Where one clock ends another, where a document
 * anywhere in the channel does, and where no clock is awaited, it is always asked.
 */
export function maySettle(matter: Matter, acts: readonly Act[], { packs }: Pick<DutyContext, 'packs'>): boolean {
  const { isPlain, answers } = startsOf(packs);
  if (!isPlain || matter.kind === 'claim' || matter.kind === 'simultaneous_exchange' || silencesIn(matter).length > 0) return true;
  const stands = actsOf(matter);
  return acts.some(({ id, type, stamp }) => {
    if (type === 'withdrawal' || type === 'silence_procedure') return true;
    if (stamp === undefined) return stands.some((act) => act.stamp?.entry === id);
    const stamped = stamp.entry === matter.id ? matter.kind : stands.find((act) => act.id === stamp.entry)?.type;
    return stamped === undefined || stamped === 'stamp' || answers.has(stamped);
  });
}

type Cadence = { readonly matter: Matter; readonly anchor: Act; readonly pair: Pair; readonly start: number };

const NOTHING_STANDS: Standing = new Map();
const NO_CLOCKS: readonly PackClock[] = [];

type Running = PackClock & { readonly anchors: readonly Act[] };
type PackClock = { readonly pack: Pack; readonly clock: Clock };
/**
 * Clocks by what starts them, and the kinds that end one; `endsAnywhere`: whether one of them may end with any document in the channel that came after its
 * start; `isPlain`: whether each runs for itself until it is answered in its own matter.
 */
type Starts = {
  readonly single: readonly PackClock[];
  readonly periodic: readonly PackClock[];
  readonly byAnchor: ReadonlyMap<string, readonly PackClock[]>;
  readonly answers: ReadonlySet<string>;
  readonly isPlain: boolean;
  readonly endsAnywhere: boolean;
};

/** Packs do not change: their clocks are gathered once, those that run once for each anchor by what starts them too. */
const clocksOfPacks = new WeakMap<readonly Pack[], Starts>();

function startsOf(packs: readonly Pack[]): Starts {
  const known = clocksOfPacks.get(packs);
  if (known !== undefined) return known;
  const all = packs.flatMap((pack) => pack.clocks.map((clock) => ({ pack, clock })));
  const single = all.filter(({ clock }) => clock.due.every === undefined);
  const made = {
    single,
    periodic: all.filter(({ clock }) => clock.due.every !== undefined),
    byAnchor: Map.groupBy(single, ({ clock }) => clock.anchor.kind),
    answers: new Set(single.flatMap(({ clock }) => clock.discharge.kinds)),
    isPlain: single.every(({ clock }) => clock.anchor.latest !== true && clock.discharge.in === undefined),
    endsAnywhere: single.some(({ clock }) => clock.discharge.in === 'channel'),
  };
  clocksOfPacks.set(packs, made);
  return made;
}

/** The clocks that run once for each anchor and have one in this matter. */
function runningIn(matter: Matter, packs: readonly Pack[]): readonly Running[] {
  const { single, byAnchor } = startsOf(packs);
  if (matter.kind === '') return [];
  const acts = actsOf(matter);
  const types = new Set<string>();
  for (const { type } of acts) if (byAnchor.has(type)) types.add(type);
  if (types.size === 0) return [];
  return single.flatMap(({ pack, clock }) => {
    const anchors = types.has(clock.anchor.kind) ? anchorsIn({ matter, acts }, clock) : [];
    return anchors.length === 0 ? [] : [{ pack, clock, anchors }];
  });
}

function anchorsIn({ matter, acts }: Pick<Read, 'matter' | 'acts'>, clock: Clock): readonly Act[] {
  return acts.filter((act) => isAnchor(clock, act, matter.id));
}

function isAnchor(clock: Clock, act: Act, matter: string): boolean {
  return starts(clock, { kind: act.type, fields: act.frame }, act.id === matter);
}

function dutyOf(read: Read, answered: Answered, pack: Pack, clock: Clock, anchor: Act, { debtor, creditor }: Pair, { quorum }: DutyContext): Duty {
  const started = startIn(read, pack, clock, anchor, { debtor, creditor });
  const isSelf = anchor.party === debtor;
  const stamps = clock.anchor.by === 'receipt' ? (read.stamps.get(anchor.id) ?? []) : [];
  const owed = receiptOwedSince(stamps, timed(anchor), isSelf ? creditor : debtor, quorum, isSelf);
  const met = endedAt(answered, clock, started);
  const takenBack = read.withdrawn.get(anchor.id);
  const due = started === undefined ? instantIn(anchor.frame, clock.due.field) : dueAtOf(clock, anchor.frame, started, pack.holidays);
  const answer = clock.discharge.in === 'channel' && met === undefined ? undefined : answered.first;
  return {
    pack: pack.name,
    clock,
    matter: read.matter.id,
    anchor,
    debtor,
    creditor,
    ...(answer === undefined ? {} : { answer }),
    ...(started === undefined ? {} : { startedAt: started }),
    ...(due === undefined ? {} : { dueAt: due }),
    ...(met === undefined ? {} : { metAt: met }),
    ...(takenBack === undefined ? {} : { withdrawn: takenBack }),
    ...(owed === undefined ? {} : { receiptOwedSince: owed }),
  };
}

/** The duties of a clock of whose anchors the latest counts: those that no later one by the same author has replaced. */
function withoutReplaced(duties: readonly Duty[]): readonly Duty[] {
  const between = Map.groupBy(duties, ({ anchor, debtor, creditor }) => `${anchor.party}/${debtor}/${creditor}`);
  const counting = new Set(
    [...between.values()].flatMap((runs) => {
      const counts = latestRuns(runs.map((duty) => ({ ...duty, withdrawn: duty.withdrawn !== undefined })));
      return runs.filter((_, i) => counts[i]);
    }),
  );
  return duties.filter((duty) => counting.has(duty));
}

/** When a clock started for these two, as far as the stamps say. */
function startIn({ stamps }: Read, pack: Pack, clock: Clock, anchor: Act, { debtor, creditor }: Pair): number | undefined {
  if (clock.anchor.by !== 'receipt') return startOf(clock, anchor.frame, pack.holidays);
  const times = stamps.get(anchor.id) ?? [];
  return anchor.party === debtor ? selfStartedAt(times, timed(anchor), creditor) : startedAt(times, timed(anchor), debtor);
}

/** When a cadence starts, for everybody who owes: not before its anchor was held, whatever instant its author wrote. */
function cadencesOf(
  { matter, stamps, withdrawn }: Read,
  anchor: Act,
  pack: Pack,
  clock: Clock,
  { parties, quorum }: DutyContext,
): readonly Cadence[] {
  if (withdrawn.has(anchor.id)) return [];
  return pairsOf(clock, anchor, parties).flatMap((pair) => {
    const holder = anchor.party === pair.debtor ? pair.creditor : pair.debtor;
    const held = heldAt(stamps.get(anchor.id) ?? [], timed(anchor), holder, quorum);
    const given = clock.anchor.by === 'receipt' ? held : startOf(clock, anchor.frame, pack.holidays);
    return held === undefined || given === undefined ? [] : [{ matter, anchor, pair, start: Math.max(held, given) }];
  });
}

function periodsOwed(reads: readonly Read[], cadence: Cadence, pack: Pack, clock: Clock, { quorum }: DutyContext, now: number): readonly Duty[] {
  const { matter, anchor, pair, start } = cadence;
  const sent = reads
    .flatMap((read) => answersIn(read, clock, pair.debtor, anchor))
    .flatMap(({ act, stamps }) => {
      const at = heldAt(stamps, timed(act), pair.creditor, quorum);
      return at === undefined ? [] : [{ act, at }];
    })
    .sort((a, b) => a.at - b.at || (a.act.id < b.act.id ? -1 : 1));
  return periodsOf(clock, start, now, pack.holidays).map((period) => {
    const settled = sent.find(({ at }) => at >= period.opensAt);
    return {
      pack: pack.name,
      clock,
      matter: matter.id,
      anchor,
      ...pair,
      startedAt: period.opensAt,
      dueAt: period.dueAt,
      period,
      ...(settled === undefined ? {} : { answer: settled.act, metAt: settled.at }),
    };
  });
}

/** Who owes whom: every addressee the author, the author every addressee, or, each to the other, both. */
function pairsOf(clock: Clock, anchor: Act, parties: number): readonly Pair[] {
  const pairs: Pair[] = [];
  if (clock.debtor !== 'sender')
    for (let other = 0; other < parties; other++) if (other !== anchor.party) pairs.push({ debtor: other, creditor: anchor.party });
  if (clock.debtor !== 'addressee')
    for (let other = 0; other < parties; other++) if (other !== anchor.party) pairs.push({ debtor: anchor.party, creditor: other });
  return pairs;
}
