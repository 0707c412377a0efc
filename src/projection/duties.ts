import type { Fields } from '../document/kind.ts';
import { metAt, receiptOwedSince, type StampedTime, type Standing, startedAt, type Timed } from '../procedure/clock.ts';
import { type DueStatus, dueAtOf, dueStatus } from '../procedure/due.ts';
import { type Clock, discharges, type Pack, starts } from '../procedure/pack.ts';
import { withdrawnIn } from './about-entries.ts';
import { type Act, actsOf, type Matter, openingAct } from './matter.ts';

/** What duties are computed from beside the matter itself: the channel's packs, its parties and hosts, and how far each log stands. */
export type DutyContext = {
  readonly packs: readonly Pack[];
  readonly parties: number;
  /** Hosts that must have seen a head; 0 without hosts. */
  readonly quorum: number;
  readonly standing: Standing;
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
};

/** All duties of a matter under the packs of its charter, in the order of their anchors. */
export function dutiesOf(matter: Matter, context: DutyContext): readonly Duty[] {
  const acts = actsOf(matter);
  if (acts.length === 0 || matter.kind === '') return [];
  const stamps = stampsIn(acts);
  const withdrawn = withdrawnIn(matter);
  return context.packs.flatMap((pack) =>
    pack.clocks.flatMap((clock) =>
      acts
        .filter((act) => starts(clock, { kind: act.type, fields: act.frame }, act.id === matter.id))
        .flatMap((anchor) =>
          pairsOf(clock, anchor, context.parties).map((pair) => dutyOf({ matter, acts, stamps, withdrawn }, pack, clock, anchor, pair, context)),
        ),
    ),
  );
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
  const withdrawn = withdrawnIn(matter);
  if (matter.kind === 'claim' && !withdrawn.has(openingAct(matter)?.id ?? '')) {
    for (let party = 0; party < context.parties; party++)
      if (party !== matter.opener && !(matter.components[party] ?? []).some((act) => act.type === 'position' && !withdrawn.has(act.id))) return true;
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

function dutyOf(
  { matter, acts, stamps, withdrawn }: Read,
  pack: Pack,
  clock: Clock,
  anchor: Act,
  { debtor, creditor }: { debtor: number; creditor: number },
  { quorum, standing }: DutyContext,
): Duty {
  const holder = clock.debtor === 'addressee' ? debtor : creditor;
  const over = (act: Act): readonly StampedTime[] => stamps.get(act.id) ?? [];
  const started = clock.anchor.by === 'receipt' ? startedAt(over(anchor), timed(anchor), holder) : instant(anchor.frame, clock.anchor.field);
  const owed = clock.anchor.by === 'receipt' ? receiptOwedSince(over(anchor), timed(anchor), holder, quorum) : undefined;
  // Who takes an answer back owes it again: only their own act says so, and it hurts nobody else.
  const answers = acts.filter(
    (act) => act.party === debtor && !withdrawn.has(act.id) && discharges(clock, anchor.frame, { kind: act.type, fields: act.frame }),
  );
  const met = answers.flatMap((act) => metAt(over(act), timed(act), creditor, quorum, standing) ?? []);
  const takenBack = withdrawn.get(anchor.id);
  const due = started === undefined ? instant(anchor.frame, clock.due.field) : dueAtOf(clock, anchor.frame, started);
  return {
    pack: pack.name,
    clock,
    matter: matter.id,
    anchor,
    debtor,
    creditor,
    ...(answers[0] === undefined ? {} : { answer: answers[0] }),
    ...(started === undefined ? {} : { startedAt: started }),
    ...(due === undefined ? {} : { dueAt: due }),
    ...(met.length === 0 ? {} : { metAt: met.reduce((a, b) => Math.min(a, b)) }),
    ...(takenBack === undefined ? {} : { withdrawn: takenBack }),
    ...(owed === undefined ? {} : { receiptOwedSince: owed }),
  };
}

/** Who owes whom: every addressee the author, or the author every addressee. */
function pairsOf(clock: Clock, anchor: Act, parties: number): readonly { debtor: number; creditor: number }[] {
  const others = Array.from({ length: parties }, (_, party) => party).filter((party) => party !== anchor.party);
  return others.map((other) =>
    clock.debtor === 'addressee' ? { debtor: other, creditor: anchor.party } : { debtor: anchor.party, creditor: other },
  );
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

function instant(fields: Fields, name: string | undefined): number | undefined {
  const value = name === undefined ? undefined : fields[name];
  return typeof value === 'number' ? value : undefined;
}
