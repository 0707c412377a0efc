import type { Snapshot } from './disk.ts';
import type { Cast } from './faults.ts';
import { HostMachine } from './host-machine.ts';
import type { Signing } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { PartyMachine } from './party-machine.ts';
import { accredit, found } from './people.ts';
import { World } from './world.ts';

/** A founded channel as the disks of its three machines have it, and what was signed until then. */
type Founded = { readonly disks: readonly [Snapshot, Snapshot, Snapshot]; readonly ledger: Ledger; readonly at: number };

/** The longest that a founding takes when nothing goes wrong, milliseconds. */
const FOUNDING_MS = 120_000;
/** The seed of the world in which the channel is founded: no story has it. */
const FOUNDING_SEED = -1;

const known = new Map<Signing, Promise<Founded>>();

/** Two parties and a host on fresh machines that hold one founded channel; the channel is the same in every world with these keys, and founded once. */
export async function castOf(world: World): Promise<Cast> {
  const founding = known.get(world.signing) ?? beginning(world.signing);
  known.set(world.signing, founding);
  const { disks, ledger, at } = await founding;
  const [a, b, host] = await machinesOf(world);
  for (const [i, machine] of [a, b, host].entries()) {
    const disk = disks[i];
    if (disk !== undefined) machine.disk.restore(disk, disk.mark?.slice());
  }
  world.ledger.take(ledger);
  await world.timeline.run(at);
  return { parties: [a, b], host, twin: undefined };
}

async function machinesOf(world: World): Promise<readonly [PartyMachine, PartyMachine, HostMachine]> {
  return [new PartyMachine(world, 0, 'Alpha'), new PartyMachine(world, 1, 'Beta'), await HostMachine.make(world)];
}

/** Founds the channel and accredits a representative a side, while nothing goes wrong. */
async function beginning(signing: Signing): Promise<Founded> {
  const world = new World(FOUNDING_SEED, signing);
  try {
    const machines = await machinesOf(world);
    const [a, b, host] = machines;
    world.listener = (_, url) => machines.find((machine) => machine.url === url)?.listen();
    for (const machine of machines) machine.start();
    await world.timeline.run(1_000, () => machines.every(({ isUp }) => isUp));
    let isFounded = false;
    void found(world, a, b, host).then(() => {
      isFounded = true;
    });
    await world.timeline.run(FOUNDING_MS, () => isFounded);
    let open = false;
    for (let end = world.timeline.now; !open && end < FOUNDING_MS; ) {
      end += 1_000;
      await world.timeline.run(end);
      open = ((await a.channel?.own.isOpen()) && (await b.channel?.own.isOpen())) === true;
    }
    if (!open || world.ledger.violations.length > 0) throw new Error(`bug: the founding is not complete ${JSON.stringify(world.ledger.violations)}`);
    for (const party of [a, b]) void accredit(party);
    await world.timeline.run(world.timeline.now + 5_000);
    for (const machine of machines) machine.retire();
    const [first, second, third] = machines.map(({ disk }) => disk.snapshot(0));
    if (first === undefined || second === undefined || third === undefined) throw new Error('bug: three machines');
    return { disks: [first, second, third], ledger: world.ledger, at: world.timeline.now };
  } finally {
    world.close();
  }
}
