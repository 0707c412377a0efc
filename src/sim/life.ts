import type { After, MakeSigner, MarkFile } from '../base/ports.ts';
import type { Store } from '../store/store.ts';
import type { Dice } from './dice.ts';
import type { Disk } from './disk.ts';
import type { Flaw } from './flaw.ts';
import type { Timeline } from './timeline.ts';

/** How a process ends: killed, what it wrote stays; or with the power, what it did not wait for the disk with is gone. */
export type Ending = 'killed' | 'power';

/**
 * One process, from its start to its end. Everything it does to the world goes through {@link pass}: once it has ended nothing comes back from
 * there, so that its code stops where it stands, as that of a killed process does.
 */
export class Life {
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #onEnd: ((how: Ending) => void)[] = [];
  #alive = true;
  #left: number | undefined;

  readonly #onHang: () => void;

  constructor(timeline: Timeline, dice: Dice, onHang: () => void) {
    this.#timeline = timeline;
    this.#onHang = onHang;
    this.#dice = dice;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** It ends at the call to a port that is so many after this moment, before it acts or after. */
  endAfter(calls: number): void {
    this.#left = calls;
  }

  /** It ends at no call any more. */
  spare(): void {
    this.#left = undefined;
  }

  onEnd(work: (how: Ending) => void): void {
    this.#onEnd.push(work);
  }

  end(how: Ending): void {
    if (!this.#alive) return;
    this.#alive = false;
    for (const work of this.#onEnd) work(how);
  }

  /** One call to a port. `isMoment`: it may end there. */
  async pass<T>(work: () => Promise<T>, isMoment = true): Promise<T> {
    if (!this.#alive) return never();
    if (!this.#timeline.touch()) return this.#hang();
    const ends = isMoment && this.#left !== undefined && --this.#left <= 0;
    const before = ends && this.#dice.chance(0.4);
    if (before) this.end(this.#how());
    if (!this.#alive) return never();
    let result: T;
    try {
      result = await work();
    } catch (error) {
      if (!this.#alive) return never();
      throw error;
    }
    if (ends) this.end(this.#how());
    return this.#alive ? result : never();
  }

  /** It works without end, and time never passes. */
  #hang(): Promise<never> {
    this.#onHang();
    this.end('killed');
    return never();
  }

  /** The {@link After} port. */
  readonly after: After = (delayMs, work) =>
    this.#timeline.after(delayMs, () => {
      if (this.#alive) work();
    });

  #how(): Ending {
    return this.#dice.chance(0.5) ? 'power' : 'killed';
  }
}

/** What a process that ended gets from its ports. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** Calls of the store that only read: no process ends there, since nothing is different before and after. */
const READS =
  /^(get|list|log$|logs$|entries$|find|leaves$|leafHashes|tileHashes|rootAt|inclusion|consistency|head|cosignatures$|largest|first|cosigned$|all|reader$|table|verdicts|matter|chunk$|held)/;

/** The store of a process on a disk. */
export function guardedStore(life: Life, disk: Disk, store: Store, flaw?: Flaw): Store {
  return new Proxy(store, {
    get(target, name, receiver) {
      const method = Reflect.get(target, name, receiver) as unknown;
      if (typeof method !== 'function' || typeof name !== 'string') return method;
      const reads = READS.test(name);
      return (...args: readonly unknown[]) =>
        life.pass(async () => {
          const result = (await Reflect.apply(method, target, args)) as unknown;
          if (!reads && flaw !== 'lazy_disk') disk.wrote(name, args);
          return flaw === 'time_goes_back' && name === 'advanceCosigned' && 'time' in (result as object) ? { time: args[3] } : result;
        }, !reads);
    },
  });
}

/** The mark of a process on a disk. */
export function guardedMark(life: Pick<Life, 'pass'>, disk: Disk, flaw?: Flaw): MarkFile {
  let last: Uint8Array | undefined;
  return {
    read: () => life.pass(async () => disk.mark?.slice(), false),
    write: (bytes) =>
      life.pass(async () => {
        if (flaw !== 'late_mark') disk.mark = bytes.slice();
        else {
          disk.mark = last ?? disk.mark;
          last = bytes.slice();
        }
      }),
  };
}

/** The signers of a process; `signed` hears of each signature first. */
export function guardedSigner(life: Life, make: MakeSigner, signed: (key: Uint8Array, message: Uint8Array) => Promise<void>): MakeSigner {
  return (algorithm, seed) => {
    const signer = make(algorithm, seed);
    return {
      algorithm,
      publicKey: signer.publicKey,
      sign: (message) =>
        life.pass(async () => {
          if (algorithm === 'ed25519') await signed(signer.publicKey, message);
          return signer.sign(message);
        }),
    };
  };
}
