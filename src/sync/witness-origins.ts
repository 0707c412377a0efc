import { assert } from '../base/errors.ts';
import { MAX_IDLE_ORIGINS, MAX_NEW_ORIGINS, MAX_WITNESSED_ORIGINS } from '../base/limits.ts';
import type { Store } from '../store/store.ts';

/** Local records of logs whose keys are known and of which nothing was cosigned yet: who told of them. */
const IDLE = 'origin-idle';
const HOUR = 3600;
/** Addresses whose registrations are counted apart within an hour; those that come after count as one. */
const MAX_PEERS = 65_536;

/** How much a host takes of logs that it knows nothing of but their keys. */
export type OriginLimits = { readonly idle: number; readonly perPeer: number; readonly total: number };

/** Those of every host. */
export const ORIGIN_LIMITS: OriginLimits = { idle: MAX_IDLE_ORIGINS, perPeer: MAX_NEW_ORIGINS, total: MAX_WITNESSED_ORIGINS };

type Idle = { readonly origin: string; readonly peer: string };

/**
 * The logs of a host that were registered and of which it cosigned nothing yet. Anybody may register, so their number is bounded: by address and hour, and
 * in all by dropping the oldest of the address that has most. A log of which a head was cosigned is none of them any more, and never dropped; whoever is
 * dropped registers again with its first head.
 */
export class IdleOrigins {
  readonly #store: Store;
  readonly #limits: OriginLimits;
  /** Oldest first. */
  readonly #idle: Map<string, Idle>;
  #hour = 0;
  readonly #counts = new Map<string, number>();

  private constructor(store: Store, limits: OriginLimits, idle: Map<string, Idle>) {
    this.#store = store;
    this.#limits = limits;
    this.#idle = idle;
  }

  static async load(store: Store, limits: OriginLimits): Promise<IdleOrigins> {
    const rows = (await store.listLocal(IDLE)).map(({ key, json }) => ({ origin: key, ...(JSON.parse(json) as { peer: string; at: number }) }));
    const idle = new Map<string, Idle>();
    for (const row of rows.sort((a, b) => a.at - b.at)) {
      // A crash came between its first cosignature and this.
      if ((await store.cosigned(row.origin)) !== undefined) await store.deleteLocal(IDLE, row.origin);
      else idle.set(row.origin, row);
    }
    return new IdleOrigins(store, limits, idle);
  }

  /** Keeps the keys of a log, as text, that is new here; `false` where its address told of too many this hour. Calls must not overlap. */
  async add(origin: string, keys: string, peer: string, now: number): Promise<boolean> {
    const hour = Math.floor(now / HOUR);
    if (hour !== this.#hour) this.#counts.clear();
    this.#hour = hour;
    const counted = this.#counts.has(peer) || this.#counts.size < MAX_PEERS ? peer : '';
    const count = this.#counts.get(counted) ?? 0;
    if (count >= this.#limits.perPeer) return false;
    this.#counts.set(counted, count + 1);
    while (this.#idle.size >= this.#limits.idle) await this.#drop();
    // Said first: keys of which nothing says that they are idle would be kept for good.
    await this.#store.putLocal(IDLE, origin, JSON.stringify({ peer, at: now }));
    await this.#store.putLocal('origin', origin, keys);
    this.#idle.set(origin, { origin, peer });
    return true;
  }

  /** A head of this log was cosigned. */
  async settle(origin: string): Promise<void> {
    if (!this.#idle.delete(origin)) return;
    await this.#store.deleteLocal(IDLE, origin);
  }

  async #drop(): Promise<void> {
    const most = [...Map.groupBy(this.#idle.values(), ({ peer }) => peer).values()].reduce((a, b) => (b.length > a.length ? b : a));
    const [oldest] = most;
    assert(oldest !== undefined, 'who has most has one');
    this.#idle.delete(oldest.origin);
    await this.#store.deleteLocal('origin', oldest.origin);
    await this.#store.deleteLocal(IDLE, oldest.origin);
  }
}
