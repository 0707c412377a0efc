import { HostNode } from '../node/host-node.ts';
import { transportPin } from '../node/peers-tls.ts';
import { Mark } from '../sync/mark.ts';
import { guardedMark, type Life } from './life.ts';
import { Machine } from './machine.ts';
import type { World } from './world.ts';

/** A neutral host's machine. */
export class HostMachine extends Machine {
  readonly #seed = new Uint8Array(32).fill(30);
  readonly #nonce = new Uint8Array(16).fill(31);
  readonly spki = transportPin(this.#seed);
  host: HostNode | undefined;

  /** As `parley host` makes a directory: with a mark that names nothing. */
  static async make(world: World): Promise<HostMachine> {
    const machine = new HostMachine(world, 'Host');
    await Mark.create(guardedMark({ pass: (work) => work() }, machine.disk));
    return machine;
  }

  protected override async begin(life: Life): Promise<void> {
    const { store, mark, makeSigner, now } = await this.ports(life);
    const file = { name: this.name, nonce: this.#nonce, door: { host: '127.0.0.1', port: 0 } };
    this.host = await HostNode.open({ file, seed: this.#seed, store, crypto: this.world.signing.crypto, now, mark, makeSigner });
    const door = this.host.door();
    await door.ready();
    if (life.alive) this.door = door;
  }
}
