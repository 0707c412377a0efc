import { ParleyError } from '../../base/errors.ts';
import { foundPair, knownTo } from './found.ts';
import type { Ledger } from './ledger.ts';
import { tellingWith } from './round.ts';
import { inTurns, type Round } from './round-player.ts';
import type { Scenario } from './scenario.ts';
import type { Side } from './side.ts';
import type { Stage } from './stage.ts';

/** Foundings between two words of progress. */
const SAY_EVERY = 10;

/**
 * The stages of a round: its first party's channel with each of the others, founded where it is not. On the first party's screens a channel has the other's
 * name, since there are many; on the other's, the title that the scenario gives. Refuses as `foundPair`.
 */
export async function openRound(
  parts: Pick<Stage, 'folder' | 'ports' | 'pass' | 'say'> & {
    readonly scenario: Scenario;
    readonly sides: readonly Side[];
    readonly host: string;
    readonly ledger: (channel: string) => Promise<Ledger>;
  },
): Promise<Round> {
  const { scenario, sides, host, ledger, folder, ports, pass, say } = parts;
  const [hub] = sides;
  if (hub === undefined) throw new ParleyError('invalid', 'a party that has the channels of a round');
  const known = await knownTo(hub);
  const quiet = { ports, say: () => undefined };
  const others = [...sides.entries()].slice(1);
  let founded = 0;
  const stages = await inTurns(others, async ([other, second]): Promise<readonly [number, Stage]> => {
    const titles = [second.name, scenario.channel] as const;
    const channel = await foundPair({ scenario, host, ...quiet }, { first: hub, second, titles }, known);
    if (!known.channels.some(({ id }) => id === channel) && ++founded % SAY_EVERY === 0) say(`${founded} channels are open.`);
    return [other, { scenario: tellingWith(scenario, other), folder, channel, sides: [hub, second], ledger: await ledger(channel), pass, ...quiet }];
  });
  if (founded > 0) say(`${hub.name} has a channel with each of ${others.length}: all hold its charter, and the host has seen it.`);
  return { scenario, hub, stages: new Map(stages), ports, pass, say };
}
