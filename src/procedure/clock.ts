/**
 * Which times count (spec/time.md). Clocks run on cosignature times, once stamped into a log:
 *
 * 1. H(e) is the addressee's receipt of a head covering e, W(e) the quorum-th smallest of the hosts' times over such heads; without hosts W = H.
 * 2. A duty starts at H of its anchor as given by the first such stamp in the log of the anchor's author. Later stamps never move it:
 *    whoever asks cannot start the clock again earlier, whoever owes cannot by answering slowly.
 * 3. It is met at min(W, H) of the answer, from stamps in the debtor's own log or, in another's, below that log's standing head.
 *    More stamps can only make this earlier, so met never becomes late and late may still become met.
 * 4. "Receipt owed" runs from W of the anchor until its start is known: a debtor who withholds receipts delays the start, visibly.
 * 5. Where the debtor wrote the anchor itself, rule 2 would leave the start to its own stamps. There the creditor's log speaks too: its first stamp of the
 *    anchor, with its own receipt, is its word that it holds it, and the duty starts at the latest when the debtor held that word, by its own receipt.
 *    So no debtor puts a start off by stamping late or never, and no creditor brings it forward: what it is given is a time of the debtor's.
 *
 * All functions are pure and do not depend on the order of the list.
 */

/** One cosignature time that a stamp writes into a log. */
export type StampedTime = {
  /** Party in whose log the stamp stands, and the stamp's place in it. */
  readonly log: number;
  readonly index: number;
  /** Entry id of the stamp, base64url: it may be covered in its turn. */
  readonly id?: string;
  /** The entry that it covers: its id, base64url. */
  readonly entry: string;
  /** Party whose log the cosigned head is of; it covers entries of that log alone: those at places `from` (0 where left out) to below `size`. */
  readonly of: number;
  readonly from?: number | undefined;
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

/**
 * When a duty starts that a document of the debtor's own starts: when `creditor` held it, by the debtor's own log as in {@link startedAt}, or, where that is
 * earlier, when the debtor held the creditor's word that it holds it.
 */
export function selfStartedAt(stamps: readonly StampedTime[], anchor: Timed, creditor: number): number | undefined {
  return smallest([startedAt(stamps, anchor, creditor), toldBackAt(stamps, anchor, creditor)].filter((time) => time !== undefined));
}

/** When an answer met its duty towards `creditor`, or `undefined` while no stamp that counts says that they, or a quorum of hosts, had it. */
export function metAt(stamps: readonly StampedTime[], answer: Timed, creditor: number, quorum: number, standing: Standing): number | undefined {
  const counted = covering(stamps, answer).filter((stamp) => stamp.log === answer.party || stands(standing, stamp.log, stamp.index));
  const held = smallest(counted.filter((stamp) => isBy(stamp, creditor)).map((stamp) => stamp.time));
  const witnessed = quorumTime(counted, quorum);
  return smallest([held, witnessed].filter((time) => time !== undefined));
}

/**
 * When a document came to `creditor`, as the first stamp in its author's log says that covers it with their receipt or with a quorum of hosts; where that is
 * earlier, when its author held the creditor's word that it holds it. Unlike {@link metAt} no later stamp in either log moves it, so that what stands on
 * either side of a moment stays there; and who keeps a first stamp back makes an old document no fresh one.
 */
export function heldAt(stamps: readonly StampedTime[], document: Timed, creditor: number, quorum: number): number | undefined {
  const times = [heldByOwnLog(stamps, document, creditor, quorum), toldBackAt(stamps, document, creditor)];
  return smallest(times.filter((time) => time !== undefined));
}

/**
 * Since when a receipt is owed for an anchor whose duty has not started, or `undefined`: it has, or no quorum of hosts is known to have seen it. `isSelf`: the
 * debtor wrote the anchor; once the creditor has given its word that it holds it, what is owed is the debtor's receipt of that.
 */
export function receiptOwedSince(stamps: readonly StampedTime[], anchor: Timed, holder: number, quorum: number, isSelf = false): number | undefined {
  if ((isSelf ? selfStartedAt : startedAt)(stamps, anchor, holder) !== undefined) return undefined;
  const awaited = (isSelf ? wordOf(stamps, anchor, holder)?.word : undefined) ?? anchor;
  return quorumTime(
    covering(stamps, awaited).filter((stamp) => stamp.log === awaited.party),
    quorum,
  );
}

/** Whether what a party said at this place stands. */
export function stands(standing: Standing, party: number, index: number): boolean {
  const known = standing.get(party) ?? 0;
  return typeof known === 'number' ? index < known : known.some(([from, to]) => index >= from && index < to);
}

function heldByOwnLog(stamps: readonly StampedTime[], document: Timed, creditor: number, quorum: number): number | undefined {
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

/** A party's word that it holds a document of another's: the first stamp of it in its own log with its own receipt, the latest where that has several. */
function wordOf(stamps: readonly StampedTime[], document: Timed, holder: number): { readonly word: Timed; readonly time: number } | undefined {
  const own = covering(stamps, document).filter((stamp) => stamp.log === holder && isBy(stamp, holder));
  const index = smallest(own.map((stamp) => stamp.index));
  const first = own.filter((stamp) => stamp.index === index);
  const [stamp] = first;
  const time = largest(first.map((one) => one.time));
  return stamp?.id === undefined || time === undefined ? undefined : { word: { party: holder, index: stamp.index, entry: stamp.id }, time };
}

/** When the author of a document held `holder`'s word that they hold it, never before the receipt that the word is of. */
function toldBackAt(stamps: readonly StampedTime[], document: Timed, holder: number): number | undefined {
  const given = wordOf(stamps, document, holder);
  const heard = given === undefined ? undefined : startedAt(stamps, given.word, document.party);
  return given === undefined || heard === undefined ? undefined : Math.max(heard, given.time);
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
