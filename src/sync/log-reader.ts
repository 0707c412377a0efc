import { fromBase64url, toBase64url } from '../base/bytes.ts';
import { MAX_BATCH_ENTRIES } from '../base/limits.ts';
import { Mutex } from '../base/mutex.ts';
import { type ParsedEntry, parseEntry } from '../entry/entry.ts';
import type { CitedHead } from '../entry/header.ts';
import { type CitedStatus, type ReadContext, type ReadItem, readBatch } from '../verify/read-log.ts';
import { formatState, initialState, parseState, type ReaderState } from '../verify/reader-state.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import type { Taken } from './leaves.ts';
import { cardOf, logIn, originIn, type Replica } from './replica.ts';

/** Makes verdicts durable together with what they lead to (projected matters), in one transaction. */
export type ApplyVerdicts = (entries: readonly VerifiedEntry[], reader: { origin: string; size: number; state: string }) => Promise<void>;

/** A batch judged but not yet accepted. */
export type Judgement = { readonly entries: readonly VerifiedEntry[]; readonly state: ReaderState; readonly from: number };

type Other = { readonly origin: string; readonly gen: string; readonly held: number; readonly read: number };

const MAX_CACHED_HEADS = 4096;

/**
 * Reads the logs of a channel into verdicts, each log in order, never past an entry whose body is not here.
 *
 * Where an entry cites a head that is held but not read yet, the other log is read first; true citations commit to hashes, so they cannot be circular.
 */
export class LogReader {
  readonly #replica: Replica;
  readonly #apply: ApplyVerdicts;
  /** Called once verdicts are durable and the state that goes with them is what {@link state} answers. */
  readonly #onRead: () => void;
  readonly #mutex = new Mutex();
  readonly #states = new Map<number, ReaderState>();
  readonly #heads = new Map<string, CitedStatus>();
  readonly #taken = new Map<number, Taken>();

  constructor(replica: Replica, apply: ApplyVerdicts, onRead: () => void) {
    this.#replica = replica;
    this.#apply = apply;
    this.#onRead = onRead;
  }

  /** The reader's state of a party's log: who is accredited there now. */
  async state(party: number): Promise<ReaderState> {
    const known = this.#states.get(party);
    if (known !== undefined) return known;
    const row = await this.#replica.store.reader(originIn(this.#replica, party));
    const state = row === undefined ? initialState(cardOf(this.#replica, party)) : parseState(row.state);
    this.#states.set(party, state);
    return state;
  }

  /**
   * Judges entries as if they stood next in a log that has been read to its end; nothing is kept until {@link accept}.
   * The caller has looked: none of them stands in the log already.
   */
  judge(party: number, items: readonly ReadItem[]): Promise<Judgement> {
    return this.#mutex.run(async () => {
      await this.#catchUpAll();
      const state = await this.state(party);
      const judged = await readBatch({ ...this.#context(party, state.size), seen: nothing }, state, items);
      return { ...judged, from: state.size };
    });
  }

  /** Keeps a judgement whose entries now stand in the log. */
  accept(party: number, entries: readonly VerifiedEntry[], state: ReaderState): Promise<void> {
    return this.#mutex.run(() => this.#keep(party, entries, state));
  }

  /** Reads everything readable of the channel; `taken` spares a second read of what just came for a party's log. */
  catchUp(party?: number, taken?: Taken): Promise<void> {
    return this.#mutex.run(async () => {
      if (party !== undefined && taken !== undefined) this.#taken.set(party, taken);
      await this.#catchUpAll();
      this.#taken.clear();
    });
  }

  /** Runs `work` while nothing is read. It must not ask this reader for anything that waits its turn. */
  between<T>(work: () => Promise<T>): Promise<T> {
    return this.#mutex.run(work);
  }

  /** Resolves when no reading is under way. */
  idle(): Promise<void> {
    return this.#mutex.idle();
  }

  async #catchUpAll(): Promise<void> {
    const parties = this.#replica.channel.parties.map((_, party) => party);
    for (let progress = true; progress; ) {
      progress = false;
      for (const party of parties) progress = (await this.#readSome(party)) || progress;
    }
  }

  async #readSome(party: number): Promise<boolean> {
    const { store } = this.#replica;
    const log = await store.log(originIn(this.#replica, party));
    const state = await this.state(party);
    if (log === undefined) return false;
    const end = Math.min(log.size, log.openedSize, state.size + MAX_BATCH_ENTRIES);
    if (end <= state.size) return false;
    const items: ReadItem[] = [];
    const others = await this.#othersOf(party);
    for (const item of await this.#itemsOf(party, log.origin, state.size, end)) {
      if (item.parsed !== undefined && !(await this.#readable(item.parsed, others))) break;
      items.push(item);
    }
    if (items.length === 0) return false;
    const judged = await readBatch(this.#context(party, state.size), state, items);
    await this.#keep(party, judged.entries, judged.state);
    return true;
  }

  async #itemsOf(party: number, origin: string, from: number, to: number): Promise<readonly ReadItem[]> {
    const taken = this.#taken.get(party);
    const whole =
      taken?.from === from && taken.items.length === to - from && taken.items.every((item) => item.parsed === undefined || item.opened !== undefined);
    if (taken !== undefined && whole) return taken.items;
    const rows = await this.#replica.store.entries(origin, from, to);
    return rows.map((row) => {
      const parsed = parseEntry(this.#replica.crypto.sha256, row.bytes);
      return { bytes: row.bytes, body: row.body, ...('entry' in parsed ? { parsed: parsed.entry } : {}) };
    });
  }

  async #keep(party: number, entries: readonly VerifiedEntry[], state: ReaderState): Promise<void> {
    const origin = originIn(this.#replica, party);
    await this.#apply(entries, { origin, size: state.size, state: formatState(state) });
    this.#states.set(party, state);
    this.#onRead();
  }

  /** How far each other party's log is held, opened and read. */
  async #othersOf(party: number): Promise<ReadonlyMap<number, Other>> {
    const others = new Map<number, Other>();
    for (const other of this.#replica.channel.parties.keys()) {
      if (other === party) continue;
      const log = await logIn(this.#replica, other);
      others.set(other, { origin: log.origin, gen: log.gen, held: Math.min(log.size, log.openedSize), read: (await this.state(other)).size });
    }
    return others;
  }

  async #readable(entry: ParsedEntry, others: ReadonlyMap<number, Other>): Promise<boolean> {
    for (const head of entry.header.after) {
      const other = others.get(head.party);
      if (other === undefined || head.size <= other.read || head.size > other.held || other.gen !== head.gen) continue;
      // Held but not read: the other log first, for the level. A false citation is not worth waiting for, and unlike a true one it could be circular.
      if (toBase64url(await this.#replica.store.rootAt(other.origin, head.size)) === head.root) return false;
    }
    return true;
  }

  #context(party: number, from: number): ReadContext {
    const replica = this.#replica;
    const origin = originIn(replica, party);
    return {
      crypto: replica.crypto,
      channel: replica.channel,
      origin,
      party,
      gen: cardOf(replica, party).gen,
      seen: async (ids) => {
        const raw = ids.map((id) => fromBase64url(id, 32)).filter((id) => id !== undefined);
        const rows = await replica.store.findEntries(replica.channel.id, raw, origin);
        return new Set(rows.filter((row) => row.index < from).map((row) => toBase64url(row.id)));
      },
      cited: (head) => this.#cited(head, party),
      rootAt: (who, size) => this.#rootAt(who, size),
    };
  }

  async #cited(head: CitedHead, reading: number): Promise<CitedStatus> {
    const key = `${head.party}/${head.gen}/${head.size}/${head.root}`;
    const known = this.#heads.get(key);
    if (known !== undefined) return known;
    const card = this.#replica.channel.parties[head.party];
    if (card === undefined || card.gen !== head.gen) return { status: 'false' };
    const log = await logIn(this.#replica, head.party);
    const limit = head.party === reading ? log.pendingSize : log.size;
    if (head.size > limit) return { status: 'beyond' };
    const root = await this.#replica.store.rootAt(log.origin, head.size);
    const status: CitedStatus =
      toBase64url(root) === head.root ? { status: 'true', level: await this.#levelBelow(log.origin, head, reading) } : { status: 'false' };
    if (this.#heads.size >= MAX_CACHED_HEADS) this.#heads.clear();
    this.#heads.set(key, status);
    return status;
  }

  async #levelBelow(origin: string, head: CitedHead, reading: number): Promise<number> {
    // In the log being read the previous entry's level is already at least this one.
    if (head.party === reading) return 0;
    const [row] = await this.#replica.store.verdictsOf(origin, head.size - 1, head.size);
    return row?.level ?? 0;
  }

  async #rootAt(party: number, size: number): Promise<Uint8Array | undefined> {
    const log = await logIn(this.#replica, party);
    return size <= log.pendingSize ? this.#replica.store.rootAt(log.origin, size) : undefined;
  }
}

async function nothing(): Promise<ReadonlySet<string>> {
  return new Set();
}
