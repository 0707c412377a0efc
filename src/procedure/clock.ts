/**
 * Which times count (spec/time.md). Clocks run on cosignature times, once stamped into a log:
 *
 * 1. H(e) is the addressee's receipt of a head covering e, W(e) the quorum-th smallest of the hosts' times over such heads; without hosts W = H.
 * 2. A duty starts at H of its anchor as given by the first such stamp in the log of the anchor's author. Later stamps never move it:
 *    whoever asks cannot start the clock again earlier, whoever owes cannot by answering slowly.
 * 3. It is met at min(W, H) of the answer, from stamps in the debtor's own log or, in another's, below that log's standing head.
 *    More stamps can only make this earlier, so met never becomes late and late may still become met.
 * 4. "Receipt owed" runs from W of the anchor until its start is known: a debtor who withholds receipts delays the start, visibly.
 *
 * All functions are pure and do not depend on the order of the list.
 */

/** One cosignature time that a stamp writes into a log. */
export type StampedTime = {
  /** Party in whose log the stamp stands, and the stamp's place in it. */
  readonly log: number;
  readonly index: number;
  /** The entry that it covers: its id, base64url. */
  readonly entry: string;
  /** Party whose log the cosigned head is of; it covers entries of that log alone: those at places `from` (0 where left out) to below `size`. */
  readonly of: number;
  readonly from?: number;
  readonly size: number;
  /** Whole seconds. */
  readonly time: number;
  /** Who cosigned: another party (a receipt) or a host, by name. */
  readonly by: { readonly party: number } | { readonly host: string };
};

/** An entry that starts or ends a clock: its party, and its index in the log whose sizes the stamps give. */
export type Timed = { readonly party: number; readonly index: number; readonly entry: string };

/**
 * What stands of each party's words, since every other party has receipted it: all places below a size, or, through several generations, stretches
 * of places [from, to). Of a party not named nothing stands.
 */
export type Standing = ReadonlyMap<number, number | readonly (readonly [from: number, to: number])[]>;

/** When a duty starts: when `holder`, the addressee, held the anchor. `undefined` until that is stamped in the log of the anchor's author. */
export function startedAt(stamps: readonly StampedTime[], anchor: Timed, holder: number): number | undefined {
  const own = covering(stamps, anchor).filter((stamp) => stamp.log === anchor.party && isBy(stamp, holder));
  const first = smallest(own.map((stamp) => stamp.index));
  // Two receipts in one stamp: doubt favours whoever owes, so the later one.
  return largest(own.filter((stamp) => stamp.index === first).map((stamp) => stamp.time));
}

/** When an answer met its duty towards `creditor`, or `undefined` while no stamp that counts says that they, or a quorum of hosts, had it. */
export function metAt(stamps: readonly StampedTime[], answer: Timed, creditor: number, quorum: number, standing: Standing): number | undefined {
  const counted = covering(stamps, answer).filter((stamp) => stamp.log === answer.party || stands(standing, stamp.log, stamp.index));
  const held = smallest(counted.filter((stamp) => isBy(stamp, creditor)).map((stamp) => stamp.time));
  const witnessed = quorumTime(counted, quorum);
  return smallest([held, witnessed].filter((time) => time !== undefined));
}

/**
 * When a document came to `creditor`, as the first stamp in its author's log says that covers it with their receipt or with a quorum of hosts. Unlike
 * {@link metAt} it never moves, so that what stands on either side of a moment stays there: no later stamp makes an old document a fresh one.
 */
export function heldAt(stamps: readonly StampedTime[], document: Timed, creditor: number, quorum: number): number | undefined {
  const own = Map.groupBy(
    covering(stamps, document).filter((stamp) => stamp.log === document.party),
    ({ index }) => index,
  );
  for (const [, at] of [...own].sort(([a], [b]) => a - b)) {
    const held = smallest(at.filter((stamp) => isBy(stamp, creditor)).map((stamp) => stamp.time));
    const first = smallest([held, quorumTime(at, quorum)].filter((time) => time !== undefined));
    if (first !== undefined) return first;
  }
  return undefined;
}

/** Since when a receipt is owed for an anchor whose duty has not started, or `undefined`: it has, or no quorum of hosts is known to have seen it. */
export function receiptOwedSince(stamps: readonly StampedTime[], anchor: Timed, holder: number, quorum: number): number | undefined {
  if (startedAt(stamps, anchor, holder) !== undefined) return undefined;
  return quorumTime(
    covering(stamps, anchor).filter((stamp) => stamp.log === anchor.party),
    quorum,
  );
}

/** Whether what a party said at this place stands. */
export function stands(standing: Standing, party: number, index: number): boolean {
  const known = standing.get(party) ?? 0;
  return typeof known === 'number' ? index < known : known.some(([from, to]) => index >= from && index < to);
}

function covering(stamps: readonly StampedTime[], { party, entry, index }: Timed): readonly StampedTime[] {
  return stamps.filter((stamp) => stamp.entry === entry && stamp.of === party && stamp.size > index && (stamp.from ?? 0) <= index);
}

function isBy(stamp: StampedTime, party: number): boolean {
  return 'party' in stamp.by && stamp.by.party === party;
}

/** The quorum-th smallest of each host's earliest time; `undefined` without hosts (quorum 0) or below a quorum. */
function quorumTime(stamps: readonly StampedTime[], quorum: number): number | undefined {
  const earliest = new Map<string, number>();
  for (const { by, time } of stamps) if ('host' in by) earliest.set(by.host, Math.min(time, earliest.get(by.host) ?? time));
  return [...earliest.values()].sort((a, b) => a - b)[quorum - 1];
}

function smallest(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b));
}

function largest(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : times.reduce((a, b) => Math.max(a, b));
}
