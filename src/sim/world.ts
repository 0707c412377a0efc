import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dice } from './dice.ts';
import type { Flaw } from './flaw.ts';
import type { Signing } from './keys.ts';
import { Ledger } from './ledger.ts';
import { type Listener, Network } from './network.ts';
import { Timeline } from './timeline.ts';

/** When the story begins, in seconds since 1970. */
const BEGIN = 1_790_000_000;
/** In one of so many seeds the second party would be late with nothing, were its clocks started by its own stamps alone. */
const MUTE_EVERY = 5;
export type Counts = { crashes: number; restores: number; generations: number; said: number; refused: number; clockSteps: number; twins: number };

/** What all machines of one seed share: time, chance, the network, and what is known of everything that was signed. */
export class World {
  readonly seed: number;
  readonly dice: Dice;
  readonly timeline = new Timeline();
  readonly ledger = new Ledger();
  readonly network: Network;
  readonly signing: Signing;
  /** What a port does wrong here, on purpose. */
  readonly flaw: Flaw | undefined;
  readonly counts: Counts = { crashes: 0, restores: 0, generations: 0, said: 0, refused: 0, clockSteps: 0, twins: 0 };
  /** Who listens, for whoever asks. */
  listener: (from: string, url: string) => Listener | undefined = () => undefined;
  /** Whether a machine reaches an address: two that pass for one party share out whom they talk to. */
  reaches: (machine: object, url: string) => boolean = () => true;
  /** Where the machines have their disks. */
  readonly folder: string;
  /** Whether the second party's node never stamps what it says. */
  readonly hasMute: boolean;
  steps = 0;
  readonly #hash = createHash('sha256');
  readonly #show: ((line: string) => void) | undefined;

  constructor(seed: number, signing: Signing, show?: (line: string) => void, flaw?: Flaw) {
    this.seed = seed;
    this.hasMute = seed % MUTE_EVERY === 2;
    this.dice = new Dice(`parley ${seed}`);
    this.signing = signing;
    this.flaw = flaw;
    this.#show = show;
    this.folder = mkdtempSync(join(baseFolder(), 'parley-sim-'));
    this.network = new Network(
      this.timeline,
      this.dice.of('network'),
      (from, url) => this.listener(from, url),
      (line) => this.trace(line),
    );
  }

  /** Seconds since 1970 on a clock that is `skewMs` ahead. */
  seconds(skewMs: number): number {
    return BEGIN + Math.floor((this.timeline.now + skewMs) / 1000);
  }

  /** One line of what happened: two runs of a seed have the same lines. */
  trace(line: string): void {
    this.steps++;
    const whole = `${this.timeline.now} ${line}`;
    this.#hash.update(`${whole}\n`);
    this.#show?.(whole);
  }

  /** Digest of all lines, hexadecimal. */
  digest(): string {
    return this.#hash.copy().digest('hex').slice(0, 32);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Memory where the machine has a folder of it: nothing here outlives the process, and waiting for a disk is all it would cost. */
function baseFolder(): string {
  return statSync('/dev/shm', { throwIfNoEntry: false })?.isDirectory() === true ? '/dev/shm' : tmpdir();
}
