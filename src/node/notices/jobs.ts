import type { NoticeItem, NoticeMessage } from '../../projection/notice-views.ts';
import type { Store } from '../../store/store.ts';

/** Somebody is to be told, or was: then `item` is gone, and the mark stays so that it is told once. `more`: others that came with it and are counted alone. */
export type Told = { readonly sub: string; readonly key: string; readonly at: number; readonly item?: NoticeItem; readonly more?: number };

/** A message on its way out. `takes`: ids of what it tells. `tries` rises before each attempt, so that none that a crash cut short goes uncounted. */
export type Outgoing = {
  readonly sub: string;
  readonly message: NoticeMessage;
  readonly takes: readonly string[];
  readonly tries: number;
  readonly nextAt: number;
  readonly why?: string;
  /** It was given up then. */
  readonly failedAt?: number;
};

const TOLD = 'notice-told';
const OUT = 'notice-out';
/** A deadline set further ahead than this would be told twice where it went away and came back. */
const TOLD_SECONDS = 400 * 86_400;
/** Long enough to be seen in a list. */
const FAILED_SECONDS = 30 * 86_400;

/**
 * The jobs of notices as the store keeps them, read once at the start: one process has a store. Every change is durable before it shows here, and in an
 * order in which a crash between any two loses nothing and doubles nothing: noticed, then put into one message, then marked as told.
 */
export class Jobs {
  readonly #store: Store;
  readonly #told = new Map<string, Told>();
  readonly #out = new Map<string, Outgoing>();

  private constructor(store: Store) {
    this.#store = store;
  }

  /** Reads what a process before left, and ends what it had begun. `subs`: those that are still there; jobs of others go. */
  static async load(store: Store, subs: ReadonlySet<string>): Promise<Jobs> {
    const jobs = new Jobs(store);
    for (const { key, json } of await store.listLocal(TOLD)) jobs.#told.set(key, JSON.parse(json) as Told);
    for (const { key, json } of await store.listLocal(OUT)) jobs.#out.set(key, JSON.parse(json) as Outgoing);
    for (const one of jobs.#out.values()) await jobs.#mark(one);
    await jobs.forgetOthers(subs);
    return jobs;
  }

  /** Whether somebody was told, or will be. */
  has(id: string): boolean {
    return this.#told.has(id);
  }

  /** What waits to be put into a message of one subscription, by id. */
  waitingOf(sub: string): readonly (readonly [id: string, told: Told & { readonly item: NoticeItem }])[] {
    return [...this.#told].flatMap(([id, told]) =>
      told.sub === sub && told.item !== undefined ? [[id, { ...told, item: told.item }] as const] : [],
    );
  }

  get out(): readonly Outgoing[] {
    return [...this.#out.values()];
  }

  outgoing(id: string): Outgoing | undefined {
    return this.#out.get(id);
  }

  /** Somebody is to be told of this. */
  async notice(id: string, told: Told): Promise<void> {
    await this.#putTold(id, told);
  }

  /** What a message tells is in it from now on, and in no other. */
  async compose(outgoing: Outgoing): Promise<void> {
    await this.#putOut(outgoing);
    await this.#mark(outgoing);
  }

  /** An attempt begins, or has failed. */
  async update(outgoing: Outgoing): Promise<void> {
    if (this.#out.has(outgoing.message.id)) await this.#putOut(outgoing);
  }

  /** It was handed out. */
  async done(id: string): Promise<void> {
    await this.#store.deleteLocal(OUT, id);
    this.#out.delete(id);
  }

  /** What waited and has passed is not told, now or later. */
  async settle(id: string): Promise<void> {
    const told = this.#told.get(id);
    if (told !== undefined) await this.#putTold(id, { sub: told.sub, key: told.key, at: told.at });
  }

  /** Forgets the jobs of subscriptions that are gone, old marks and what was given up long ago. `now` left out: the former alone. */
  async forgetOthers(subs: ReadonlySet<string>, now?: number): Promise<void> {
    for (const [id, told] of this.#told)
      if (!subs.has(told.sub) || (now !== undefined && told.item === undefined && told.at < now - TOLD_SECONDS)) await this.#drop(id);
    for (const [id, { sub, failedAt }] of this.#out)
      if (!subs.has(sub) || (now !== undefined && failedAt !== undefined && failedAt < now - FAILED_SECONDS)) await this.done(id);
  }

  /** Marks what a message tells. Of documents no mark is needed: they were read past before any message was made. */
  async #mark({ sub, message, takes }: Outgoing): Promise<void> {
    if (message.event === 'digest' && !this.has(message.id)) await this.#putTold(message.id, { sub, key: 'digest', at: message.at });
    for (const id of takes) {
      const told = this.#told.get(id);
      if (told?.item === undefined) continue;
      if (told.item.event === 'document') await this.#drop(id);
      else await this.settle(id);
    }
  }

  async #drop(id: string): Promise<void> {
    await this.#store.deleteLocal(TOLD, id);
    this.#told.delete(id);
  }

  async #putTold(id: string, told: Told): Promise<void> {
    await this.#store.putLocal(TOLD, id, JSON.stringify(told));
    this.#told.set(id, told);
  }

  async #putOut(outgoing: Outgoing): Promise<void> {
    await this.#store.putLocal(OUT, outgoing.message.id, JSON.stringify(outgoing));
    this.#out.set(outgoing.message.id, outgoing);
  }
}
