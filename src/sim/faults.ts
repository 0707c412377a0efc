import type { Dice } from './dice.ts';
import type { HostMachine } from './host-machine.ts';
import type { MarkFate } from './machine.ts';
import type { Weather } from './network.ts';
import type { PartyMachine } from './party-machine.ts';
import { openGeneration, say } from './people.ts';
import type { World } from './world.ts';

/** What can go wrong in one seed: some kinds of faults and not others, so that each is also seen without the rest. */
export type Profile = {
  readonly acts: number;
  readonly weather: Weather;
  readonly crashes: boolean;
  readonly partitions: boolean;
  readonly restores: boolean;
  readonly fates: readonly [MarkFate, ...MarkFate[]];
  readonly clocks: 'true' | 'skewed' | 'stepping';
  readonly cheat: boolean;
};

export function profileOf(dice: Dice): Profile {
  const or0 = (probability: number, most: number): number => (dice.chance(probability) ? (most * (1 + dice.below(10))) / 10 : 0);
  const marks = dice.below(10);
  const profile = {
    acts: dice.between(5, 22),
    weather: { lostRequest: or0(0.5, 0.2), lostAnswer: or0(0.5, 0.2), duplicate: or0(0.5, 0.2), slow: or0(0.6, 0.4) },
    crashes: dice.chance(0.7),
    partitions: dice.chance(0.6),
    restores: dice.chance(0.65),
    clocks: dice.pick<Profile['clocks']>(['true', 'true', 'skewed', 'stepping']),
    cheat: dice.chance(0.2),
  };
  // Of a party that equivocates before one whose mark is lost or rolled back both histories may stand: then it is not for a node to choose.
  const fates: Profile['fates'] = marks < 6 || profile.cheat ? ['kept'] : marks < 8 ? ['kept', 'lost'] : ['kept', 'rolled_back'];
  return { ...profile, fates };
}

/** Who is in a story. `twin` has the keys of `parties[0]` while it lives. */
export type Cast = { readonly parties: readonly [PartyMachine, PartyMachine]; readonly host: HostMachine; twin: PartyMachine | undefined };

const MAX_BACKUPS = 6;

/** One thing that happens: somebody says something, or something goes wrong. */
export function happen(world: World, cast: Cast, profile: Profile, dice: Dice): void {
  const party = cast.parties[dice.below(2)] as PartyMachine;
  const machine = dice.chance(0.2) ? cast.host : party;
  const what = dice.below(100);
  if (what < 42) void speak(world, dice.chance(0.7) || cast.twin === undefined ? party : cast.twin, dice);
  else if (what < 50) machine.backups.splice(MAX_BACKUPS - 1, Infinity, machine.disk.snapshot(world.timeline.now));
  else if (what < 64) {
    if (profile.crashes) crash(machine, dice);
  } else if (what < 71) {
    if (profile.partitions) partition(world, cast, dice);
  } else if (what < 77) {
    world.trace('the network heals');
    world.network.heal();
  } else if (what < 86) {
    if (profile.restores && dice.chance(0.5)) restore(machine, profile, dice);
    else if (profile.restores) putBack(world, party, profile, dice);
  } else if (what < 91) {
    if (profile.clocks === 'stepping') step(world, machine, dice);
  } else void operate(party, dice);
}

/** Somebody speaks, once or several times in one breath. */
async function speak(world: World, machine: PartyMachine, dice: Dice): Promise<void> {
  if (machine.channel === undefined) return;
  const times = dice.chance(0.3) ? dice.between(2, 4) : 1;
  for (let i = 0; i < times && machine.channel !== undefined; i++)
    if ((await say(machine, world.dice.of(`${world.timeline.now} ${i}`))) !== 'done') return;
}

function crash(machine: PartyMachine | HostMachine, dice: Dice): void {
  if (dice.chance(0.2)) machine.life?.end(dice.chance(0.5) ? 'power' : 'killed');
  else machine.life?.endAfter(dice.between(1, 80));
}

function partition(world: World, cast: Cast, dice: Dice): void {
  const [a, b] = cast.parties;
  const [x, y] = dice.pick([
    [a.url, b.url],
    [b.url, a.url],
    [a.url, cast.host.url],
    [b.url, cast.host.url],
  ] as const);
  const both = dice.chance(0.6);
  world.trace(`cut ${x} ${both ? 'and' : 'to'} ${y}`);
  world.network.cut(x, y, both);
}

function restore(machine: PartyMachine | HostMachine, profile: Profile, dice: Dice): void {
  if (machine.backups.length === 0) return;
  const snapshot = machine.backups[dice.below(machine.backups.length)];
  // A host that lost its mark is replaced, never restored.
  const fate = 'identity' in machine ? dice.pick(profile.fates) : 'kept';
  if (snapshot !== undefined) machine.restore(snapshot, fate);
}

/** A copy is made, something is said, and the copy is put back a moment later: the youngest backup there can be. */
function putBack(world: World, machine: PartyMachine, profile: Profile, dice: Dice): void {
  if (!machine.disk.isOpen) return;
  const snapshot = machine.disk.snapshot(world.timeline.now);
  void speak(world, machine, dice.of('before it is put back'));
  world.timeline.after(dice.pick([20, 200, 2_000, 10_000]), () => machine.restore(snapshot, dice.pick(profile.fates)));
}

function step(world: World, machine: PartyMachine | HostMachine, dice: Dice): void {
  const far = dice.pick([5_000, 5_000, 200_000, 200_000, 1_200_000]);
  machine.skewMs += dice.between(-far, far);
  world.counts.clockSteps++;
  world.trace(`${machine.name} has its clock at ${machine.skewMs}`);
}

/** Whoever runs the machine opens a new generation where the log has ended, and now and then where it recovers. */
async function operate(machine: PartyMachine, dice: Dice): Promise<void> {
  const { channel } = machine;
  if (channel === undefined) return;
  const { generations, us } = channel.replica;
  const isOver = channel.own.gate === 'ended' || generations.isForked(generations.current(us).origin);
  if (isOver || (channel.own.gate === 'recovering' && dice.chance(0.2))) await openGeneration(machine);
}
