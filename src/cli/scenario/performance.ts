import { ParleyError } from '../../base/errors.ts';
import { type Opening, openRoundStages, openStage } from './demonstration.ts';
import { type Outcome, play } from './player.ts';
import { inTurns, playRound, type Round } from './round-player.ts';
import { type Settled, settle } from './settle.ts';
import type { Stage } from './stage.ts';

/** A scenario that was played to its end: with its one channel, or as a round with all of them in the order of their parties. */
export type Performance = Outcome & { readonly channels: readonly { readonly stage: Stage; readonly settled: Settled }[]; readonly round?: Round };

/** Plays a scenario through the nodes that run for it, and waits until everything has arrived. Refuses as they do, and `unreachable` where it does not. */
export async function perform(opening: Opening): Promise<Performance> {
  if (opening.scenario.round === undefined) {
    const stage = await openStage(opening);
    const outcome = await play(stage);
    return { ...outcome, channels: [await settledOn(stage)] };
  }
  const round = await openRoundStages(opening);
  const outcome = await playRound(round);
  return { ...outcome, channels: await inTurns([...round.stages.values()], settledOn), round };
}

/** What was played now and what stood already, in a sentence. */
export function outcomeText({ played, stood }: Outcome): string {
  return stood === 0 ? `${played} lines were played.` : `${played} lines were played; ${stood} stood already.`;
}

/** Matters of all channels by the kind that opened them. */
export function mattersOf({ channels }: Performance): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { settled } of channels) for (const [kind, count] of Object.entries(settled.matters)) sums[kind] = (sums[kind] ?? 0) + count;
  return sums;
}

async function settledOn(stage: Stage): Promise<{ readonly stage: Stage; readonly settled: Settled }> {
  const settled = await settle(stage.sides, stage.channel);
  if (settled === undefined) throw new ParleyError('unreachable', 'everything was played, and not everything has arrived yet');
  return { stage, settled };
}
