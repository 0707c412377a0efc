import { ParleyError } from '../../base/errors.ts';
import type { OverallView } from '../../projection/report.ts';
import type { TodayView } from '../../projection/views.ts';
import { begin, mustSee, type Outcome, playAct, type Told } from './player.ts';
import { amongOf, isOfAll } from './round.ts';
import type { Act, Expectation, Scenario } from './scenario.ts';
import { type Side, untilNothing } from './side.ts';
import type { Stage } from './stage.ts';
import { waitFor } from './waits.ts';

/** Everything a round is played with: one stage a channel, of the telling of that channel alone, by the index of its other party. */
export type Round = Pick<Stage, 'ports' | 'pass' | 'say'> & {
  readonly scenario: Scenario;
  readonly hub: Side;
  readonly stages: ReadonlyMap<number, Stage>;
};

/** Channels in which a line is played at once: each waits for two nodes and their disks, and more would only queue there. */
const AT_ONCE = 4;

/**
 * Plays a round: each line in all its channels before the next, each channel as {@link begin}, {@link playAct} and {@link mustSee} play one. Goes on where
 * an earlier run stopped, also in the middle of a line. Refuses as they do, and `conflict` where the first party's node does not show what is expected of all.
 */
export async function playRound(round: Round): Promise<Outcome> {
  const { scenario, stages, say } = round;
  const told = new Map(await inTurns([...stages], async ([other, stage]) => [other, await begin(stage)] as const));
  const steps = new Map([...stages].map(([other, stage]) => [other, new Map(stage.scenario.steps.map((step) => [step.line, step]))]));
  const isKnown = (act: Act): boolean => amongOf(act).some((other) => told.get(other)?.known.has(act.key) === true);
  const last = scenario.steps.findLastIndex((step) => step.step === 'act' && isKnown(step));
  let [played, stood] = [0, 0];
  for (const [i, step] of scenario.steps.entries()) {
    if (step.step === 'part') {
      if (i > last) say(step.title);
      continue;
    }
    const here = amongOf(step).flatMap((other): readonly (readonly [number, Told])[] => {
      const one = told.get(other);
      return one === undefined ? [] : [[other, one]];
    });
    if (step.step === 'act') {
      // One moment for all of them: whoever is asked last has no less time than the first.
      const now = round.ports.now();
      const fresh = await inTurns(here, async ([other, one]) => {
        const act = steps.get(other)?.get(step.line);
        return act?.step === 'act' && (await playAct(one, act, now));
      });
      const count = fresh.filter(Boolean).length;
      if (count > 0) say(`${step.text}${step.name === undefined ? '' : `: ${step.name}`} (${count === 1 ? 'one channel' : `${count} channels`}).`);
      played += count;
      stood += fresh.length - count;
    } else if (i <= last) continue;
    else if (step.step === 'wait')
      await waitFor(
        here.map(([, one]) => one),
        step,
        round,
      );
    else {
      await (isOfAll(step) ? mustShow(round, step) : inTurns(here, ([, one]) => mustSee(one, step)));
      say(`  Seen: ${step.text}.`);
    }
  }
  return { played, stood };
}

/** Does a task for each, {@link AT_ONCE} at a time, and resolves with what each came to, in order; the first refusal ends it once what has begun is done. */
export async function inTurns<T, R>(all: readonly T[], task: (one: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const waiting = [...all.entries()].reverse();
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      try {
        results[next[0]] = await task(next[1]);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return results;
}

async function mustShow(round: Round, expectation: Expectation): Promise<void> {
  const missing = await untilNothing(() => notShown(round, expectation));
  if (missing !== undefined)
    throw new ParleyError('conflict', `line ${expectation.line}: expected ${expectation.text}, but ${round.hub.name} shows ${missing}`);
}

/** What the first party's node shows over all its channels instead, or `undefined` where it is what is expected, or nothing of all of them is. */
export async function notShown({ scenario, hub, stages }: Round, expected: Expectation): Promise<string | undefined> {
  const nameOf = (channel: string): string => {
    const other = [...stages].find(([, stage]) => stage.channel === channel)?.[0];
    return scenario.parties[other ?? -1]?.name ?? 'a channel that is none of this round';
  };
  if (expected.see === 'awaits') {
    const { awaitingThem } = await hub.ask((client) => client.get<TodayView>('/api/today'));
    const shown = [...new Set(awaitingThem.map(({ channel }) => nameOf(channel)))].sort();
    const wanted = expected.whom.map((other) => scenario.parties[other]?.name ?? '').sort();
    return JSON.stringify(shown) === JSON.stringify(wanted) ? undefined : `that it awaits ${shown.length === 0 ? 'nobody' : shown.join(', ')}`;
  }
  if (expected.see !== 'timeliness') return undefined;
  const { rows } = await hub.ask((client) => client.get<OverallView>('/api/report'));
  const asked = new Set(
    await inTurns([...stages.values()], async ({ channel, ledger }) => `${channel} ${(await ledger.get(expected.document))?.id ?? ''}`),
  );
  const counted = rows.filter(({ channel, latest }) => asked.has(`${channel} ${latest.document}`));
  const of = (...statuses: readonly string[]): number => counted.filter(({ latest }) => statuses.includes(latest.status)).length;
  const [inTime, late, open] = [of('met'), of('met_late'), of('not_started', 'running', 'late_so_far')];
  if (inTime === expected.inTime && late === expected.late && open === expected.open) return undefined;
  return `${inTime} in time, ${late} late and ${open} not`;
}
