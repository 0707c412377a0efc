import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { assert, ParleyError } from '../base/errors.ts';
import type { HttpRequest, HttpResponse } from '../base/ports.ts';
import { Disk, type Snapshot } from './disk.ts';
import type { Author, CosignedHere } from './ledger.ts';
import { guardedMark, guardedSigner, guardedStore, Life } from './life.ts';
import type { Listener } from './network.ts';
import type { World } from './world.ts';

/** What becomes of the mark when a backup is restored: it stays, it is lost, or it is as old as the backup. */
export type MarkFate = 'kept' | 'lost' | 'rolled_back';

/** The ports of one process of a machine. */
export type Ports = {
  readonly life: Life;
  readonly store: ReturnType<typeof guardedStore>;
  readonly mark: ReturnType<typeof guardedMark>;
  readonly makeSigner: ReturnType<typeof guardedSigner>;
  readonly now: () => number;
};

/** A machine: its disk and clock stay, processes come and go. */
export abstract class Machine {
  readonly world: World;
  readonly name: string;
  readonly url: string;
  readonly disk: Disk;
  readonly backups: Snapshot[] = [];
  /** Milliseconds that its clock is ahead. */
  skewMs = 0;
  life: Life | undefined;
  door: FastifyInstance | undefined;
  /** Whether its marks always were what its processes wrote: who loses them may cosign against itself, who rolls them back may fork. */
  mark: MarkFate = 'kept';
  /** Whether it cheats, or another signs with its keys. */
  cheats = false;
  /** Called when an earlier copy was put in place. */
  onRestored: () => void = () => undefined;
  /** It is started again after it ends. */
  isWanted = true;
  abstract readonly spki: Uint8Array;
  /** The largest head of each log that it receipted since the copy it was restored from. */
  readonly receipted = new Map<string, CosignedHere>();

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
    this.url = `https://${name.toLowerCase()}.example`;
    this.disk = new Disk(join(world.folder, name));
  }

  get author(): Author {
    return {
      name: this.name,
      keepsHeads: !this.cheats && this.mark !== 'rolled_back',
      keepsCosignatures: !this.cheats && this.mark === 'kept',
    };
  }

  get isUp(): boolean {
    return this.life?.alive === true && this.door !== undefined;
  }

  /** Starts a process; whatever goes wrong in it that is no refusal breaks a rule. */
  start(): void {
    if (this.life?.alive === true || !this.isWanted) return;
    this.world.trace(`${this.name} starts`);
    const life = new Life(this.world.timeline, this.world.dice.of(`${this.name} ${this.world.timeline.now}`), () =>
      this.world.ledger.fault('nothing hangs', `${this.name} works without end`),
    );
    this.life = life;
    life.onEnd((how) => {
      this.door = undefined;
      const cut = this.world.dice.chance(0.5) ? 1 : this.world.dice.below(100) / 100;
      this.world.trace(`${this.name} ends: ${how}`);
      this.world.counts.crashes++;
      this.disk.close(how, cut);
      this.world.timeline.after(this.world.dice.between(50, 20_000), () => this.start());
    });
    this.begin(life).catch((error: unknown) => {
      if (life.alive) this.world.ledger.fault('nothing but refusals', `${this.name} at its start: ${describe(error)}`);
    });
  }

  /** It is not needed any more. */
  retire(): void {
    this.isWanted = false;
    this.life?.end('killed');
  }

  /** The listener of the process at work. */
  listen(): Listener | undefined {
    const { life, door } = this;
    if (life?.alive !== true || door === undefined) return undefined;
    return { spki: this.spki, answer: (request) => answerOf(life, door, request), onEnd: (work) => life.onEnd(work) };
  }

  /** Puts an earlier copy in place; the process is ended first. */
  restore(snapshot: Snapshot, fate: MarkFate): void {
    this.world.trace(`${this.name} is restored to ${snapshot.at}, mark ${fate}`);
    this.world.counts.restores++;
    this.life?.end('killed');
    this.receipted.clear();
    this.onRestored();
    if (fate !== 'kept' && this.mark !== 'rolled_back') this.mark = fate;
    const kept = this.world.flaw === 'mark_in_backup' ? snapshot.mark : this.disk.mark;
    this.disk.restore(snapshot, fate === 'kept' ? kept : fate === 'lost' ? undefined : snapshot.mark);
  }

  protected async ports(life: Life): Promise<Ports> {
    const raw = await this.disk.open();
    return {
      life,
      store: guardedStore(life, this.disk, raw, this.world.flaw),
      mark: guardedMark(life, this.disk, this.world.flaw),
      makeSigner: guardedSigner(life, this.world.signing.make, async (key, message) => {
        const cosigned = await this.world.ledger.signed(this.author, key, message, raw);
        if (cosigned !== undefined) this.receipted.set(cosigned.origin, cosigned);
      }),
      now: () => this.world.seconds(this.skewMs),
    };
  }

  /** The process from its start to its door. */
  protected abstract begin(life: Life): Promise<void>;
}

async function answerOf(life: Life, door: FastifyInstance, request: HttpRequest): Promise<HttpResponse> {
  const { method, path, headers = {}, body } = request;
  assert(life.alive, 'whoever answers is alive');
  const answer = await door.inject({
    method,
    url: path,
    headers: { ...headers },
    ...(method === 'POST' ? { payload: Buffer.from(body ?? new Uint8Array()) } : {}),
  });
  const flat = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
  return { status: answer.statusCode, headers: flat, body: new Uint8Array(answer.rawPayload) };
}

/** An error as a violation names it. */
export function describe(error: unknown): string {
  if (error instanceof ParleyError) return `${error.code} ${error.detail}`;
  return error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 6).join(' | ') : String(error);
}
