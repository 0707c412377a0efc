import { existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeSha256 } from '../node/crypto.ts';
import { DATABASE_NAME, openSqliteStore } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import type { Ending } from './life.ts';

/** All of a directory at one moment, and the mark beside it. */
export type Snapshot = { readonly at: number; readonly database: Uint8Array; readonly log: Uint8Array; readonly mark: Uint8Array | undefined };

/** Calls whose effect lasts with the next write that waits for the disk (`store.ts`); `stage` and `unstage` only of logs that are not own. */
const LAZY = new Set(['advanceCosigned', 'putVerdicts']);
const LAZY_UNLESS_OWN = new Set(['stage', 'unstage']);

/**
 * The disk of one machine: a directory with the production SQLite store, and the mark. Where a process ends with the power, the part of the write-ahead
 * log that nobody waited for is gone, at a frame or in one.
 */
export class Disk {
  readonly #path: string;
  #count = 0;
  #store: Store | undefined;
  #lasting = 0;
  readonly #own = new Set<string>();
  mark: Uint8Array | undefined;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(this.#dir, { recursive: true });
  }

  get #dir(): string {
    return join(this.#path, String(this.#count));
  }

  get #database(): string {
    return join(this.#dir, DATABASE_NAME);
  }

  get #log(): string {
    return `${this.#database}-wal`;
  }

  /** The store as it is, without a process around it. */
  get store(): Store {
    if (this.#store === undefined) throw new Error('no process has this disk');
    return this.#store;
  }

  get isOpen(): boolean {
    return this.#store !== undefined;
  }

  async open(): Promise<Store> {
    this.#store = await openSqliteStore({ dir: this.#dir, sha256: nodeSha256 });
    this.#own.clear();
    for (const { origin, own } of await this.#store.logs()) if (own) this.#own.add(origin);
    this.#lasting = this.#logSize();
    return this.#store;
  }

  /** A call that writes has returned. */
  wrote(name: string, args: readonly unknown[]): void {
    if (name === 'createLog') {
      const { origin, own } = args[0] as { origin: string; own: boolean };
      if (own) this.#own.add(origin);
    }
    const lazy = LAZY.has(name) || (LAZY_UNLESS_OWN.has(name) && !this.#own.has(args[0] as string));
    if (!lazy) this.#lasting = this.#logSize();
  }

  /** The process ends; `cut` says how much of what may be lost is, from 0 to 1. */
  close(how: Ending, cut: number): void {
    const store = this.#store;
    if (store === undefined) return;
    this.#store = undefined;
    const size = this.#logSize();
    if (how === 'power' && size > this.#lasting) {
      const snapshot = this.#files(0);
      this.#letGo(store);
      this.#write(snapshot);
      truncateSync(this.#log, this.#lasting + Math.floor((size - this.#lasting) * (1 - cut)));
    } else void store.close();
  }

  /** A copy of everything, while it is in use or not. */
  snapshot(at: number): Snapshot {
    return this.#files(at);
  }

  /** Puts a copy in place of what is here; the mark is `mark`. No process may have the disk. */
  restore(snapshot: Snapshot, mark: Uint8Array | undefined): void {
    rmSync(this.#dir, { recursive: true, force: true });
    this.#write(snapshot);
    this.mark = mark;
  }

  #letGo(store: Store): void {
    void store.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #files(at: number): Snapshot {
    const log = existsSync(this.#log) ? readFileSync(this.#log) : new Uint8Array();
    const database = existsSync(this.#database) ? readFileSync(this.#database) : new Uint8Array();
    return { at, database, log, mark: this.mark?.slice() };
  }

  #write({ database, log }: Snapshot): void {
    this.#count++;
    mkdirSync(this.#dir, { recursive: true });
    writeFileSync(this.#database, database);
    if (log.length > 0) writeFileSync(this.#log, log);
  }

  #logSize(): number {
    return statSync(this.#log, { throwIfNoEntry: false })?.size ?? 0;
  }
}
