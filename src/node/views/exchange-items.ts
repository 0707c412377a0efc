import type { Duty } from '../../projection/duties.ts';
import { isExchanging } from '../../projection/exchanging.ts';
import { exchangeOf, isBefore } from '../../projection/joint/exchange.ts';
import { readMatter } from '../../projection/joint/reading.ts';
import { type Matter, openingAct } from '../../projection/matter.ts';

/** What an exchange waits for from one party: its commitment, its reveal now that the moment has come, or that moment alone. */
export type ExchangeItem = {
  readonly party: number;
  readonly other: number;
  readonly entry: string;
  readonly exchange: 'commit' | 'reveal' | 'moment';
  readonly exchangeAt?: number;
};

const NOTHING: ReadonlySet<string> = new Set();

/**
 * Steps of exchanges for which a clock of the channel's procedures runs: of that exchange, that step and that party. A clock of something else that stands in
 * the matter, which anybody can put there, says nothing of them.
 */
export function clockedSteps(duties: readonly Pick<Duty, 'anchor' | 'clock' | 'debtor'>[]): ReadonlySet<string> {
  return new Set(duties.flatMap(({ anchor, clock, debtor }) => clock.discharge.kinds.map((kind) => stepOf(anchor.id, debtor, kind))));
}

function stepOf(exchange: string, party: number, kind: string): string {
  return `${exchange} ${party} ${kind}`;
}

/**
 * What the exchange that a matter opened waits for at `now`, party by party; nothing where it is taken back or done, nor what `clocked` says is in sight already.
 */
export function exchangeItems(matter: Matter, parties: number, now: number, clocked: ReadonlySet<string> = NOTHING): readonly ExchangeItem[] {
  const act = openingAct(matter);
  if (act === undefined || !isExchanging(matter, parties)) return [];
  const joint = exchangeOf(readMatter(matter, parties), act);
  return joint.sides.flatMap(({ party, commitment, reveals }): readonly ExchangeItem[] => {
    const other = party === matter.opener ? Number(party === 0) : matter.opener;
    const at = { party, other, entry: act.id, ...(joint.exchangeAt === undefined ? {} : { exchangeAt: joint.exchangeAt }) };
    const isClocked = (kind: string): boolean => clocked.has(stepOf(act.id, party, kind));
    if (commitment === undefined) return isClocked('commitment') ? [] : [{ ...at, exchange: 'commit' }];
    if (joint.state === 'awaiting_commitments' || reveals.length > 0 || isClocked('reveal')) return [];
    return [{ ...at, exchange: isBefore(joint, now) ? 'moment' : 'reveal' }];
  });
}
