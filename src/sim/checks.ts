import { equal, toBase64url } from '../base/bytes.ts';
import { newestForkProof } from '../node/alarms.ts';
import type { ChannelRuntime } from '../node/channel-runtime.ts';
import { dutiesOf } from '../projection/duties.ts';
import { parseMatter } from '../projection/matter.ts';
import type { Store } from '../store/store.ts';
import { verifyFile } from '../verify/verify-file.ts';
import type { PartyMachine } from './party-machine.ts';
import type { World } from './world.ts';

/** What a machine has shown so far, since it was last restored: what stands of each log, and when each duty started. */
type Shown = { readonly standing: Map<string, number>; readonly starts: Map<string, number>; restores: number };

/** Rules that hold at every moment at every honest machine whose process is at work. */
export class Watch {
  readonly #world: World;
  readonly #shown = new Map<PartyMachine, Shown>();
  #turn = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** The most of a log that any of these machines has seen stand, and not lost with a disk since. */
  stood(origin: string): number {
    return Math.max(0, ...[...this.#shown.values()].map(({ standing }) => standing.get(origin) ?? 0));
  }

  /** What the machine showed goes with its disk. */
  forget(machine: PartyMachine): void {
    this.#shown.delete(machine);
  }

  async look(machine: PartyMachine): Promise<void> {
    const { channel } = machine;
    if (channel === undefined || machine.cheats || !machine.disk.isOpen) return;
    const shown = this.#shown.get(machine) ?? { standing: new Map(), starts: new Map(), restores: 0 };
    this.#shown.set(machine, shown);
    const { store } = machine.disk;
    await this.#standing(machine, channel, store, shown);
    await this.#receipted(machine, store);
    this.#accused(machine, channel);
    if (this.#turn++ % 4 === 0) await this.#starts(machine, channel, store, shown);
  }

  async #standing(machine: PartyMachine, channel: ChannelRuntime, store: Store, shown: Shown): Promise<void> {
    for (const { origin } of channel.replica.generations.all) {
      const now = await standingAt(channel, store, origin);
      const before = shown.standing.get(origin) ?? 0;
      if (now < before) this.#world.ledger.fault('what stands never shrinks', `${machine.name}: ${before} of ${origin} stood, now ${now}`);
      shown.standing.set(origin, Math.max(now, before));
    }
  }

  /** What was receipted is there, its bodies opened, whatever process ended meanwhile. */
  async #receipted(machine: PartyMachine, store: Store): Promise<void> {
    for (const { origin, size, root } of machine.receipted.values()) {
      const log = await store.log(origin);
      const holds = log !== undefined && log.size >= size && Math.min(log.openedSize, log.pendingSize) >= size;
      if (!holds || toBase64url(await store.rootAt(origin, size)) !== root)
        this.#world.ledger.fault(
          'what is receipted is held',
          `${machine.name} receipted ${size} of ${origin} and holds ${log?.size}, opened ${log?.openedSize}`,
        );
    }
  }

  #accused(machine: PartyMachine, channel: ChannelRuntime): void {
    for (const { origin } of channel.replica.generations.all)
      if (channel.replica.generations.isForked(origin) && !this.#world.ledger.forked.has(origin))
        this.#world.ledger.fault('nobody honest is convicted', `${machine.name} says that ${origin} has two histories`);
  }

  async #starts(machine: PartyMachine, channel: ChannelRuntime, store: Store, shown: Shown): Promise<void> {
    if (this.#world.ledger.forked.size > 0) return;
    const rows = await Promise.all(['request', 'incident_notification'].map((kind) => store.matters(channel.id, { kind })));
    for (const { state } of rows.flat()) {
      for (const { anchor, pack, clock, startedAt } of dutiesOf(parseMatter(state), { ...channel.rules, standing: new Map() })) {
        if (startedAt === undefined) continue;
        const key = `${pack} ${clock.id} ${anchor.id}`;
        const before = shown.starts.get(key) ?? startedAt;
        if (startedAt > before) this.#world.ledger.fault('no duty starts later', `${machine.name}: ${anchor.id} from ${before} to ${startedAt}`);
        shown.starts.set(key, Math.min(before, startedAt));
      }
    }
  }
}

/** How much of a log the other party receipted, as this store knows: its largest pair over the history held. */
export async function standingAt(channel: ChannelRuntime, store: Store, origin: string): Promise<number> {
  const { generations } = channel.replica;
  const log = await store.log(origin);
  if (log === undefined) return 0;
  const names = generations.heldNames(log.party === 0 ? 1 : 0);
  for (const pair of await store.cosignatures(origin, 1, log.size))
    if (names.includes(pair.cosigner) && equal(await store.rootAt(origin, pair.size), pair.root)) return pair.size;
  return 0;
}

/** Every fork that a machine knows is proved by a file that anybody verifies with nothing else. */
export async function checkProofs(world: World, machine: PartyMachine): Promise<number> {
  const { channel, node } = machine;
  if (channel === undefined || node === undefined) return 0;
  const forked = channel.replica.generations.all.filter(({ origin }) => channel.replica.generations.isForked(origin));
  if (forked.length === 0) return 0;
  const { verdict } = await verifyFile(world.signing.crypto, await newestForkProof(node, channel));
  if (verdict !== 'fork') world.ledger.fault('a fork is proved to anyone', `${machine.name}: the proof is ${verdict}`);
  return forked.length;
}
