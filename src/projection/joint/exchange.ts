import { toBase64url } from '../../base/bytes.ts';
import type { Sha256 } from '../../base/ports.ts';
import { isHeldTo, takesBack } from '../../document/about-entries.ts';
import { revealedBytes } from '../../document/exchange.ts';
import type { Fields } from '../../document/kind.ts';
import type { Act } from '../matter.ts';
import { everyParty, type Finding, finding, present, type Reading, type Said, said, textIn, wholeIn } from './reading.ts';

/** One side of an exchange: what it committed to first, which binds it, and what it revealed since. */
export type ExchangeSideJoint = {
  readonly party: number;
  readonly commitment?: Said & { readonly digest: string };
  readonly reveals: readonly Said[];
};

/** A simultaneous exchange. Nothing that is revealed counts before every side is committed. */
export type ExchangeJoint = {
  readonly kind: 'simultaneous_exchange';
  readonly entry: string;
  readonly exchangeAt?: number;
  readonly state: 'awaiting_commitments' | 'committed' | 'revealed';
  readonly sides: readonly ExchangeSideJoint[];
  readonly findings: readonly Finding[];
};

/**
 * What a side revealed, held against what it had committed to. `waiting`: not every side is committed, or it has revealed nothing; `unopened`: it has, and
 * its words are not among those that were opened here.
 */
export type Revealed = {
  readonly party: number;
  readonly result: 'as_committed' | 'differs' | 'gone' | 'unopened' | 'waiting';
  readonly entry?: string;
  readonly text?: string;
};

/** What a party does next in an exchange. */
export type ExchangeStep = 'commit' | 'wait' | 'reveal' | 'done';

/** The exchange that this act opened. */
export function exchangeOf(reading: Reading, act: Act): ExchangeJoint {
  const { answers, parties } = reading;
  const acts = answers.get(act.id) ?? [];
  const sides = everyParty({ parties }).map((party) =>
    sideOf(
      acts.filter((one) => one.party === party),
      party,
    ),
  );
  const allCommitted = sides.every(({ side }) => side.commitment !== undefined);
  const early = allCommitted
    ? []
    : sides.flatMap(({ side }) => side.reveals.map(({ entry }) => finding({ id: entry }, 'joint.finding.reveal_early')));
  const isRevealed = allCommitted && sides.every(({ side }) => side.reveals.length > 0);
  return {
    kind: 'simultaneous_exchange',
    entry: act.id,
    ...present({ exchangeAt: wholeIn(act.frame, 'exchange_at') }),
    state: isRevealed ? 'revealed' : allCommitted ? 'committed' : 'awaiting_commitments',
    sides: sides.map(({ side }) => side),
    findings: [...sides.flatMap(({ findings }) => findings), ...early, ...takenBack(reading, act, acts)],
  };
}

/**
 * What each side revealed, from opened fields by entry. Of several reveals the one that was committed to counts: no two can be it.
 * A reveal that is not what was committed to is a finding, as {@link missingReveals} are.
 */
export function revealedIn(
  { entry: matter, sides, state }: ExchangeJoint,
  { channel, sha256 }: { readonly channel: string; readonly sha256: Sha256 },
  opened: ReadonlyMap<string, Fields>,
): { readonly revealed: readonly Revealed[]; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const revealed = sides.map(({ party, commitment, reveals }): Revealed => {
    if (state === 'awaiting_commitments' || commitment === undefined) return { party, result: 'waiting' };
    const read = reveals.map(({ entry }) => {
      const fields = opened.get(entry);
      if (fields === undefined) return { party, result: 'unopened', entry } as const;
      const bytes = revealedBytes({ channel, party, matter }, fields);
      const result = bytes === undefined ? 'gone' : toBase64url(sha256(bytes)) === commitment.digest ? 'as_committed' : 'differs';
      return { party, result, entry, ...(bytes === undefined ? {} : { text: textIn(fields, 'text') }) } as const;
    });
    // Whoever revealed what it had committed to may reveal other words beside them: each such document says of itself that it differs.
    for (const { result, entry } of read) if (result === 'differs') findings.push(finding({ id: entry }, 'joint.finding.reveal_differs'));
    const counts = read.find(({ result }) => result === 'as_committed') ?? read.find(({ result }) => result !== 'unopened') ?? read[0];
    return counts ?? { party, result: 'waiting' };
  });
  return { revealed, findings };
}

/** Whether a document opened an exchange to which its author has committed, and which they call off no more. */
export function isHeldToExchange(
  { id, party }: { readonly id: string; readonly party: number },
  joint: readonly (ExchangeJoint | { readonly kind: string })[],
): boolean {
  const isExchange = (one: ExchangeJoint | { readonly kind: string }): one is ExchangeJoint => one.kind === 'simultaneous_exchange';
  return joint.some((one) => isExchange(one) && one.entry === id && one.sides.some((side) => side.party === party && side.commitment !== undefined));
}

/**
 * What a party does next in an exchange: it commits; it waits, committed, for another to commit; it reveals, also where it revealed something else before;
 * and is done. An early reveal is done as well: it counts once all are committed.
 */
export function nextInExchange({ sides, state, revealed }: ExchangeJoint & { readonly revealed: readonly Revealed[] }, party: number): ExchangeStep {
  const side = sides.find((one) => one.party === party);
  if (side?.commitment === undefined) return 'commit';
  if (side.reveals.length > 0 && revealed.find((one) => one.party === party)?.result !== 'differs') return 'done';
  return state === 'awaiting_commitments' ? 'wait' : 'reveal';
}

/** How it is said what a side has come to: not committed, committed with nothing revealed yet, or what became of what it revealed. */
export function revealedWord(side: ExchangeSideJoint | undefined, revealed: Revealed | undefined): Revealed['result'] | 'not_committed' | 'not_yet' {
  if (side?.commitment === undefined) return 'not_committed';
  return side.reveals.length === 0 ? 'not_yet' : (revealed?.result ?? 'waiting');
}

/** When a side revealed what is held against its commitment, by its own clock. */
export function revealedAt({ reveals }: ExchangeSideJoint, revealed: Revealed | undefined): number | undefined {
  return reveals.find(({ entry }) => entry === revealed?.entry)?.time;
}

/** Whether the moment of the exchange is still to come: whoever reveals then gives before the other need. */
export function isBefore({ exchangeAt }: Pick<ExchangeJoint, 'exchangeAt'>, now: number): boolean {
  return exchangeAt !== undefined && now < exchangeAt;
}

/** The sides that at `now` have not revealed what they committed to, past the moment of the exchange; nobody owes it before all are committed. */
export function missingReveals({ exchangeAt, state, sides }: ExchangeJoint, now: number): readonly Finding[] {
  if (state !== 'committed' || exchangeAt === undefined || now <= exchangeAt) return [];
  return sides.flatMap(({ commitment, reveals }) =>
    commitment === undefined || reveals.length > 0 ? [] : [finding({ id: commitment.entry }, 'joint.finding.reveal_missing')],
  );
}

/**
 * What withdraws or corrects a commitment or a reveal, or withdraws the exchange to which its author has committed: they are held to all three, so it changes
 * nothing.
 */
function takenBack({ answers }: Reading, exchange: Act, acts: readonly Act[]): readonly Finding[] {
  const about = ({ id, party }: Act): readonly Act[] =>
    (answers.get(id) ?? []).filter((one) => takesBack(one.type) && one.party === party && one.frame.entry === id);
  const isCommitted = acts.some(({ type, party }) => type === 'commitment' && party === exchange.party);
  const called = isCommitted ? about(exchange).filter(({ type }) => type === 'withdrawal') : [];
  return [
    ...called.map((one) => finding(one, 'joint.finding.exchange_committed')),
    ...acts
      .filter(({ type }) => isHeldTo(type))
      .flatMap(about)
      .map((one) => finding(one, 'joint.finding.exchange_stands')),
  ];
}

/** A party's acts in the order of its own log: the first commitment binds, a reveal before it was committed to nothing. */
function sideOf(acts: readonly Act[], party: number): { side: ExchangeSideJoint; findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const reveals: Said[] = [];
  let commitment: ExchangeSideJoint['commitment'];
  for (const act of acts) {
    if (act.type === 'commitment') {
      if (commitment === undefined) commitment = { ...said(act), digest: textIn(act.frame, 'digest') };
      else findings.push(finding(act, 'joint.finding.committed_again'));
    } else if (act.type === 'reveal') {
      if (commitment === undefined) findings.push(finding(act, 'joint.finding.reveal_uncommitted'));
      else reveals.push(said(act));
    }
  }
  return { side: { party, reveals, ...present({ commitment }) }, findings };
}
