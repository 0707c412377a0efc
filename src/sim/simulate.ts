import { checkProofs, Watch } from './checks.ts';
import { happen, profileOf } from './faults.ts';
import type { Flaw } from './flaw.ts';
import { castOf } from './founded.ts';
import { heal } from './heal.ts';
import { HASHED, REAL } from './keys.ts';
import type { Violation } from './ledger.ts';
import { describe } from './machine.ts';
import { CALM } from './network.ts';
import { Twins } from './twins.ts';
import { World } from './world.ts';

/** What came of one seed. */
export type SeedResult = {
  readonly seed: number;
  readonly ok: boolean;
  /** Lines of the trace, and their digest: the same whenever the seed is run. */
  readonly steps: number;
  readonly digest: string;
  readonly virtual_seconds: number;
  readonly entries: number;
  readonly heads: number;
  readonly cosignatures: number;
  readonly requests: number;
  readonly crashes: number;
  readonly restores: number;
  readonly partitions: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly reordered: number;
  readonly clock_steps: number;
  readonly twins: number;
  readonly generations: number;
  readonly forks: number;
  readonly proofs: number;
  readonly violations: readonly Violation[];
};

/** Looks at the rules every so many moments; looking costs more than most of what happens. */
const LOOK_EVERY = 24;
/** Every so many seeds the keys are real ones. */
const REAL_EVERY = 100;

/** Plays one seed; `show` hears every line of its trace. `flaw` breaks a port, on purpose. */
export async function simulate(seed: number, show?: (line: string) => void, flaw?: Flaw): Promise<SeedResult> {
  const world = new World(seed, seed % REAL_EVERY === 0 ? REAL : HASHED, show, flaw);
  const stray = (error: unknown): void => world.ledger.fault('nothing but refusals', describe(error));
  process.on('uncaughtException', stray).on('unhandledRejection', stray);
  try {
    const proofs = await play(world).catch((error: unknown) => {
      stray(error);
      return 0;
    });
    return resultOf(world, proofs);
  } finally {
    process.off('uncaughtException', stray).off('unhandledRejection', stray);
    world.close();
  }
}

async function play(world: World): Promise<number> {
  const dice = world.dice.of('story');
  const profile = profileOf(dice);
  const cast = await castOf(world);
  const { parties, host } = cast;
  const machines = [...parties, host];
  const watch = new Watch(world);
  const twins = new Twins(world, cast);
  world.listener = (from, url) => (url === parties[0].url ? twins.before(from) : machines.find((machine) => machine.url === url))?.listen();
  for (const machine of machines) machine.start();
  await world.timeline.run(world.timeline.now + 1_000);
  for (const machine of machines) machine.backups.push(machine.disk.snapshot(world.timeline.now));
  if (profile.clocks !== 'true') for (const machine of machines) machine.skewMs = dice.between(-60_000, 60_000);
  world.network.weather = profile.weather;
  let moments = 0;
  const look = async (): Promise<void> => {
    if (moments++ % LOOK_EVERY === 0) for (const party of cast.parties) await watch.look(party);
  };
  for (const party of cast.parties) party.onRestored = () => watch.forget(party);
  for (let act = 0; act < profile.acts; act++) {
    if (profile.cheat) twins.turn(dice);
    happen(world, cast, profile, dice);
    await world.timeline.run(world.timeline.now + dice.pick([20, 200, 1_000, 5_000, 20_000]), undefined, look);
  }
  world.trace('everything heals');
  world.network.weather = CALM;
  world.network.heal();
  await heal(world, cast, twins, watch);
  let proofs = 0;
  for (const party of cast.parties) proofs += await checkProofs(world, party);
  for (const machine of machines) machine.retire();
  return proofs;
}

function resultOf(world: World, proofs: number): SeedResult {
  const { ledger, counts, network, timeline } = world;
  return {
    seed: world.seed,
    ok: ledger.violations.length === 0,
    steps: world.steps,
    digest: world.digest(),
    virtual_seconds: Math.round(timeline.now / 1000),
    entries: counts.said,
    heads: ledger.heads,
    cosignatures: ledger.cosignatures,
    ...network.counts,
    crashes: counts.crashes,
    restores: counts.restores,
    clock_steps: counts.clockSteps,
    twins: counts.twins,
    generations: counts.generations,
    forks: ledger.forked.size,
    proofs,
    violations: ledger.violations,
  };
}
