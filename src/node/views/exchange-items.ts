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

/** What the exchange that a matter opened waits for at `now`, party by party; nothing where it is taken back or done. */
export function exchangeItems(matter: Matter, parties: number, now: number): readonly ExchangeItem[] {
  const act = openingAct(matter);
  if (act === undefined || !isExchanging(matter, parties)) return [];
  const joint = exchangeOf(readMatter(matter, parties), act);
  return joint.sides.flatMap(({ party, commitment, reveals }): readonly ExchangeItem[] => {
    const other = party === matter.opener ? Number(party === 0) : matter.opener;
    const at = { party, other, entry: act.id, ...(joint.exchangeAt === undefined ? {} : { exchangeAt: joint.exchangeAt }) };
    if (commitment === undefined) return [{ ...at, exchange: 'commit' }];
    if (joint.state === 'awaiting_commitments' || reveals.length > 0) return [];
    return [{ ...at, exchange: isBefore(joint, now) ? 'moment' : 'reveal' }];
  });
}
