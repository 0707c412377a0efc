import { heldAt, metAt, receiptOwedSince, type StampedTime, type Standing, startedAt, type Timed } from '../procedure/clock.ts';
import { type DueStatus, dueAtOf, dueStatus, latestRuns, type Period, periodsOf, startOf } from '../procedure/due.ts';
import { type Clock, discharges, instantIn, type Pack, starts } from '../procedure/pack.ts';
import { withdrawnIn } from './about-entries.ts';
import { positionsBy } from './claims.ts';
import { type Act, actsOf, type Matter, openingAct } from './matter.ts';

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
  const acts = actsOf(matter);
  if (acts.length === 0 || matter.kind === '') return [];
  // Most matters start no clock, and every one that changes is asked: their stamps and withdrawals are gathered for those that do.
  const running = clocksIn(context, false).flatMap(({ pack, clock }) => {
    const anchors = anchorsIn({ matter, acts }, clock);
    return anchors.length === 0 ? [] : [{ pack, clock, anchors }];
  });
  if (running.length === 0) return [];
  const read = readMatter(matter, acts);
  return running.flatMap(({ pack, clock, anchors }) => {
    // Most clocks end in their own matter; the others are looked at only for a clock that has started.
    const places = [read, ...(clock.discharge.in === undefined ? [] : readsAround(clock, read, context))];
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
  const clocks = clocksIn(context, true);
  if (clocks.length === 0) return [];
  const reads = matters.filter((matter) => matter.kind !== '').map((matter) => readMatter(matter));
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
 * Whether a matter still awaits something: a duty that no stamp says is met, or a claim on which a party has taken no position.
 *
 * Stamps in the debtor's own log alone are asked, so that the answer depends on nothing but the matter; it may say yes a little longer than
 * {@link dutiesOf} does, and never no too early.
 */
export function awaitsSomething(matter: Matter, context: Omit<DutyContext, 'standing'>): boolean {
  const withdrawn = matter.kind === 'claim' ? withdrawnIn(matter) : undefined;
  if (withdrawn?.has(openingAct(matter)?.id ?? '') === false) {
    for (let party = 0; party < context.parties; party++)
      if (party !== matter.opener && !positionsBy(matter, party).some((act) => !withdrawn.has(act.id))) return true;
  }
  return dutiesOf(matter, { ...context, standing: new Map() }).some((duty) => duty.metAt === undefined && duty.withdrawn === undefined);
}

/** A matter as its duties are computed from it. */
type Read = {
  readonly matter: Matter;
  readonly acts: readonly Act[];
  readonly stamps: ReadonlyMap<string, readonly StampedTime[]>;
  readonly withdrawn: ReadonlyMap<string, Act>;
};
type Pair = { readonly debtor: number; readonly creditor: number };
type Cadence = { readonly matter: Matter; readonly anchor: Act; readonly pair: Pair; readonly start: number };

function readMatter(matter: Matter, acts: readonly Act[] = actsOf(matter)): Read {
  return { matter, acts, stamps: stampsIn(acts), withdrawn: withdrawnIn(matter) };
}

/** Matters do not change: what one comes to is gathered once, however many others ask. */
const gathered = new WeakMap<Matter, Read>();

/** The matters in which a clock of this one may end: all that are known here, or those that concern something of this one. */
function readsAround(clock: Clock, { matter, acts }: Read, { elsewhere = [] }: DutyContext): readonly Read[] {
  return (clock.discharge.in === 'concerning' ? concerning(elsewhere, acts) : elsewhere)
    .filter((other) => other.id !== matter.id)
    .map((other) => {
      const read = gathered.get(other) ?? readMatter(other);
      gathered.set(other, read);
      return read;
    });
}

/** Where in a list of matters those are that concern an act, by its id: with very many matters none is compared with each other one. */
const concerns = new WeakMap<readonly Matter[], ReadonlyMap<string, readonly number[]>>();

/** Those of these matters that concern one of these acts, in their order. */
function concerning(matters: readonly Matter[], acts: readonly Act[]): readonly Matter[] {
  const known = concerns.get(matters) ?? placesByConcern(matters);
  concerns.set(matters, known);
  const places = new Set(acts.flatMap(({ id }) => known.get(id) ?? []));
  return [...places].sort((a, b) => a - b).flatMap((place) => matters[place] ?? []);
}

function placesByConcern(matters: readonly Matter[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [place, matter] of matters.entries())
    for (const id of new Set(matter.concerns)) {
      const known = places.get(id);
      if (known === undefined) places.set(id, [place]);
      else known.push(place);
    }
  return places;
}

function clocksIn({ packs }: DutyContext, periodic: boolean): readonly { readonly pack: Pack; readonly clock: Clock }[] {
  return packs.flatMap((pack) => pack.clocks.filter(({ due }) => (due.every !== undefined) === periodic).map((clock) => ({ pack, clock })));
}

function anchorsIn({ matter, acts }: Pick<Read, 'matter' | 'acts'>, clock: Clock): readonly Act[] {
  return acts.filter((act) => starts(clock, { kind: act.type, fields: act.frame }, act.id === matter.id));
}

function dutyOf(
  read: Read,
  { first, met, held }: Answered,
  pack: Pack,
  clock: Clock,
  anchor: Act,
  { debtor, creditor }: Pair,
  { quorum }: DutyContext,
): Duty {
  const holder = anchor.party === debtor ? creditor : debtor;
  const over = read.stamps.get(anchor.id) ?? [];
  const byReceipt = clock.anchor.by === 'receipt';
  const started = byReceipt ? startedAt(over, timed(anchor), holder) : startOf(clock, anchor.frame, pack.holidays);
  const owed = byReceipt ? receiptOwedSince(over, timed(anchor), holder, quorum) : undefined;
  // An old document anywhere in the channel ends nothing that started after it.
  const endedAt = clock.discharge.in !== 'channel' ? met : started === undefined ? undefined : held[countBelow(held, started)];
  const takenBack = read.withdrawn.get(anchor.id);
  const due = started === undefined ? instantIn(anchor.frame, clock.due.field) : dueAtOf(clock, anchor.frame, started, pack.holidays);
  const answer = clock.discharge.in === 'channel' && endedAt === undefined ? undefined : first;
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
    ...(endedAt === undefined ? {} : { metAt: endedAt }),
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

/** What a debtor said that ends a clock, for every anchor alike: the first of it, when it was met at the earliest, and when all of it was held, oldest first. */
type Answered = { readonly first?: Act; readonly met?: number; readonly held: readonly number[] };

/**
 * What ends a clock in these places, by anchor and pair. It is gathered once for all anchors that it answers alike: a matter may hold very many anchors and very
 * many answers, and nobody who sends them may make us compare each with each.
 */
function answeredIn(places: readonly Read[], clock: Clock, context: DutyContext): (anchor: Act, pair: Pair) => Answered {
  const byDebtor = new Map<number, ReadonlyMap<string, readonly Answer[]>>();
  const known = new Map<string, Answered>();
  return (anchor, { debtor, creditor }) => {
    const matched = matchedIn(clock, anchor.frame);
    if (matched === undefined) return { held: [] };
    const key = `${debtor}/${creditor}/${matched}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const answers = byDebtor.get(debtor) ?? answersByMatch(places, clock, debtor);
    byDebtor.set(debtor, answers);
    const fresh = answeredBy(answers.get(matched) ?? [], clock, creditor, context);
    known.set(key, fresh);
    return fresh;
  };
}

function answersByMatch(places: readonly Read[], clock: Clock, debtor: number): ReadonlyMap<string, readonly Answer[]> {
  const answers = places.flatMap((place) => answersIn(place, clock, debtor));
  return Map.groupBy(answers, ({ act }) => matchedIn(clock, act.frame) ?? '');
}

/** The values of the fields in which an answer must equal its anchor, as one text; `undefined` where one is missing, or none that can be equal. */
function matchedIn(clock: Clock, fields: Act['frame']): string | undefined {
  const values = (clock.discharge.matches ?? []).map((name) => fields[name]);
  return values.every((value) => value !== undefined && (value === null || typeof value !== 'object')) ? JSON.stringify(values) : undefined;
}

function answeredBy(answers: readonly Answer[], clock: Clock, creditor: number, { quorum, standing }: DutyContext): Answered {
  const [first] = answers;
  const inChannel = clock.discharge.in === 'channel';
  const times = answers.flatMap(
    ({ act, stamps }) => (inChannel ? heldAt(stamps, timed(act), creditor, quorum) : metAt(stamps, timed(act), creditor, quorum, standing)) ?? [],
  );
  times.sort((a, b) => a - b);
  const [met] = times;
  return { ...(first === undefined ? {} : { first: first.act }), ...(met === undefined ? {} : { met }), held: times };
}

/** How many of these instants, oldest first, come before one. */
function countBelow(instants: readonly number[], instant: number): number {
  let [low, high] = [0, instants.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((instants[middle] ?? 0) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

type Answer = { readonly act: Act; readonly stamps: readonly StampedTime[] };

/**
 * What the debtor said in a matter that ends the clock of an anchor, or of whichever anchor it matches. Who takes an answer back owes it again: only their own
 * act says so, and it hurts nobody else.
 */
function answersIn({ acts, stamps, withdrawn }: Read, clock: Clock, debtor: number, anchor?: Act): readonly Answer[] {
  return acts
    .filter(
      (act) => act.party === debtor && !withdrawn.has(act.id) && discharges(clock, (anchor ?? act).frame, { kind: act.type, fields: act.frame }),
    )
    .map((act) => ({ act, stamps: stamps.get(act.id) ?? [] }));
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
  const others = Array.from({ length: parties }, (_, party) => party).filter((party) => party !== anchor.party);
  const owed = others.map((other) => ({ debtor: other, creditor: anchor.party }));
  const owing = others.map((other) => ({ debtor: anchor.party, creditor: other }));
  return clock.debtor === 'each' ? [...owed, ...owing] : clock.debtor === 'addressee' ? owed : owing;
}

/** Stamped times by the entry they cover: a matter may hold very many of both, and nobody who sends them may make us compare each with each. */
function stampsIn(acts: readonly Act[]): ReadonlyMap<string, readonly StampedTime[]> {
  const stamps = new Map<string, StampedTime[]>();
  for (const { stamp, party: log, index } of acts) {
    if (stamp === undefined) continue;
    const from = stamp.from === undefined ? {} : { from: stamp.from };
    const base = { log, index, entry: stamp.entry, of: stamp.party, ...from, size: stamp.size };
    const times = stamps.get(stamp.entry) ?? [];
    stamps.set(stamp.entry, times);
    for (const { party, time } of stamp.held) times.push({ ...base, time, by: { party } });
    for (const { host, time } of stamp.witnessed) times.push({ ...base, time, by: { host: String(host) } });
  }
  return stamps;
}

function timed(act: Act): Timed {
  return { party: act.party, index: act.index, entry: act.id };
}
