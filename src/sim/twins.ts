import { ParleyError } from '../base/errors.ts';
import { pushTo } from '../sync/push.ts';
import { rowOf } from '../sync/replica.ts';
import type { Dice } from './dice.ts';
import type { Cast } from './faults.ts';
import { PartyMachine } from './party-machine.ts';
import { say } from './people.ts';
import type { World } from './world.ts';

/**
 * A party that equivocates: at some moment a copy of its directory is started beside it, with its keys, and blind to what others hold of its log. Both
 * write, and whoever talks to the party talks to one of them, now to this, now to that.
 */
export class Twins {
  readonly #world: World;
  readonly #cast: Cast;
  #theirs = new Set<string>();
  #begun = false;

  constructor(world: World, cast: Cast) {
    this.#world = world;
    this.#cast = cast;
    const main = cast.parties[0];
    world.reaches = (machine, url) =>
      cast.twin === undefined || (machine !== main && machine !== cast.twin) || this.#theirs.has(url) === (machine === cast.twin);
  }

  /** The machine that passes for the equivocating party before whoever asks from an address. */
  before(from: string): PartyMachine {
    const { twin, parties } = this.#cast;
    return twin !== undefined && this.#theirs.has(from) ? twin : parties[0];
  }

  /** Begins, changes who sees whom, or lets the twin speak. */
  turn(dice: Dice): void {
    const { twin, parties } = this.#cast;
    const [main, other] = parties;
    if (twin === undefined) {
      if (this.#begun || !main.isUp || !dice.chance(0.15)) return;
      this.#begun = true;
      this.#world.counts.twins++;
      this.#world.trace(`${main.name} has a twin`);
      main.cheats = true;
      const copy = new PartyMachine(this.#world, 0, `${main.name}Twin`, true);
      copy.cheats = true;
      const snapshot = main.disk.snapshot(this.#world.timeline.now);
      copy.disk.restore(snapshot, snapshot.mark);
      this.#cast.twin = copy;
      this.#share(dice, other.url);
      copy.start();
      return;
    }
    if (dice.chance(0.1)) this.#share(dice, other.url);
    if (dice.chance(0.3) && twin.channel !== undefined) void say(twin, dice.of(`twin ${this.#world.timeline.now}`));
  }

  #share(dice: Dice, other: string): void {
    this.#theirs = new Set([other, this.#cast.host.url].filter(() => dice.chance(0.5)));
    this.#world.trace(`the twin is seen by ${[...this.#theirs].join()}`);
  }

  /**
   * At the end the twin shows the other party its head once more, as a push that leads from what that party holds; and goes. Resolves with the origin of the log
   * of which the other party has then seen two histories, if so.
   */
  async end(run: (ms: number) => Promise<void>): Promise<string | undefined> {
    const { twin, parties } = this.#cast;
    if (twin === undefined) return undefined;
    const [main, other] = parties;
    this.#theirs = new Set([other.url]);
    twin.start();
    await run(30_000);
    let seen: string | undefined;
    const { channel, node } = twin;
    if (channel !== undefined && node !== undefined && other.channel !== undefined) {
      const { origin } = channel.replica.generations.current(main.index);
      const theirs = other.channel.replica.generations.find(origin);
      const held = theirs === undefined ? undefined : await rowOf(other.channel.replica, origin);
      const head = await rowOf(channel.replica, origin);
      if (held !== undefined && held.size > 0 && head.size > 0) {
        const shared = Math.min(held.size, head.size);
        const [one, two] = [await other.disk.store.rootAt(origin, shared), await twin.disk.store.rootAt(origin, shared)];
        if (Buffer.compare(one, two) !== 0) seen = origin;
        let done = false;
        const from = Math.min(held.size, head.size - 1);
        void pushTo(channel.replica, 1, (to, request, max) => node.sendToParty(channel.id, to, request, max), from, origin)
          .catch((error: unknown) => {
            if (!(error instanceof ParleyError)) throw error;
          })
          .then(() => {
            done = true;
          });
        await run(30_000);
        if (!done) this.#world.ledger.fault('nothing hangs', 'the last push of the twin');
      }
    }
    this.#world.trace(`the twin goes, seen ${seen}`);
    twin.retire();
    this.#cast.twin = undefined;
    return seen;
  }
}
