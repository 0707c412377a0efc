import { fromBase64url, toBase64url } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import { MAX_READ_ENTRIES } from '../base/limits.ts';
import { Mutex } from '../base/mutex.ts';
import { type ParsedEntry, parseEntry } from '../entry/entry.ts';
import type { GenerationNote } from '../entry/generation.ts';
import type { CitedHead } from '../entry/header.ts';
import type { LogRow } from '../store/store.ts';
import { type OwnEntry, ownEntry } from '../verify/about-entry.ts';
import { type CitedStatus, type ReadContext, type ReadItem, readBatch } from '../verify/read-log.ts';
import { continuedState, formatState, initialState, parseState, type ReaderState } from '../verify/reader-state.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import type { KeptNotes, KnownLog } from './generations.ts';
import type { Taken } from './leaves.ts';
import { isSignedIn } from './opened-log.ts';
import { knownLog, type Replica, rowOf } from './replica.ts';

/** Makes verdicts durable together with what they lead to (projected matters), in one transaction. */
export type ApplyVerdicts = (entries: readonly VerifiedEntry[], reader: { origin: string; size: number; state: string }) => Promise<void>;

/** A batch judged but not yet accepted. */
export type Judgement = { readonly entries: readonly VerifiedEntry[]; readonly state: ReaderState; readonly from: number };

/** A log that may be cited: how far it is held and counts, and how far it is read. */
type Other = { readonly log: KnownLog; readonly held: number; readonly read: number };

const MAX_CACHED_HEADS = 4096;

/**
 * Reads the logs of a channel into verdicts, each log in order, never past an entry whose body is not here, nor past what counts of it.
 *
 * Where an entry cites a head that is held but not read yet, the other log is read first; true citations commit to hashes, so they cannot be circular.
 * A later generation is read once its parent is read to its counted end. Where what counts changes otherwise than by appending (a fork becomes known, a
 * generation closes a log below what was read of it, more of a closed log stands), everything computed is dropped and read again.
 */
export class LogReader {
  readonly #replica: Replica;
  readonly #apply: ApplyVerdicts;
  /** Called once verdicts are durable and the state that goes with them is what {@link state} answers. */
  readonly #onRead: () => void;
  /** Called when everything that was computed from the logs has been dropped. */
  readonly #onDropped: () => void;
  readonly #mutex = new Mutex();
  readonly #states = new Map<string, ReaderState>();
  readonly #heads = new Map<string, CitedStatus>();
  readonly #taken = new Map<string, Taken>();

  constructor(replica: Replica, apply: ApplyVerdicts, onRead: () => void, onDropped: () => void = () => undefined) {
    this.#replica = replica;
    this.#apply = apply;
    this.#onRead = onRead;
    this.#onDropped = onDropped;
  }

  /** The reader's state of the log that a party writes now: who is accredited there. While nothing of it is read, that of the log it continues. */
  async state(party: number): Promise<ReaderState> {
    const { generations } = this.#replica;
    for (let log: KnownLog | undefined = generations.current(party); log !== undefined; ) {
      const state = await this.#stateOf(log);
      if (state !== undefined) return state;
      const parent: string | undefined = generations.status(log.origin)?.parent;
      log = parent === undefined ? undefined : generations.find(parent);
    }
    return initialState(generations.founding(party).card);
  }

  /** The reader's state where a log that counts ends; rejects `invalid` while it is not read that far. */
  async endState(origin: string): Promise<ReaderState> {
    const state = await this.#stateOf(knownLog(this.#replica, origin));
    const counted = this.#replica.generations.status(origin)?.counted ?? (await rowOf(this.#replica, origin)).size;
    if (state === undefined || state.size !== counted)
      throw new ParleyError('invalid', 'a log that is read to its end; texts of it are still missing here');
    return state;
  }

  /** The reader's state of one log, as far as it is read; `undefined` while it cannot be begun. */
  stateAt(origin: string): Promise<ReaderState | undefined> {
    return this.#stateOf(knownLog(this.#replica, origin));
  }

  /** How far a log is read. */
  async readSize(origin: string): Promise<number> {
    return (await this.stateAt(origin))?.size ?? 0;
  }

  /**
   * Judges entries as if they stood next in a log, by default the one a party writes, which has been read to its end; nothing is kept until {@link accept}.
   * The caller has looked: none of them stands in the log already.
   */
  judge(party: number, items: readonly ReadItem[], log = this.#replica.generations.current(party)): Promise<Judgement> {
    return this.#mutex.run(async () => {
      await this.#catchUpAll();
      const state = await this.#stateOf(log);
      assert(state !== undefined, 'a log that is written is read');
      const judged = await readBatch({ ...this.#context(log, state.size), seen: nothing }, state, items);
      return { ...judged, from: state.size };
    });
  }

  /**
   * As {@link judge}, the first entries of a log that continues `parent` where `before` ended, which was judged so; `undefined` where its note does not open it
   * there. What the party said before is known from `before.entries` and from what of `parent` was read.
   */
  judgeNext(log: KnownLog, items: readonly ReadItem[], parent: KnownLog, before: Judgement): Promise<Judgement | undefined> {
    return this.#mutex.run(async () => {
      if (log.note === undefined || !(await isSignedIn(this.#replica.crypto, log.note, before.state))) return undefined;
      const earlier = new Map(before.entries.map((entry) => [entry.id, entry]));
      const own = async (id: string): Promise<OwnEntry | undefined> => {
        const entry = earlier.get(id);
        return entry === undefined ? this.#own(parent, id, before.from) : ownEntry(entry.type, entry.valid, entry.findings);
      };
      return { ...(await readBatch({ ...this.#context(log, 0), seen: nothing, own }, continuedState(before.state, log.note.n), items)), from: 0 };
    });
  }

  /** Keeps a judgement whose entries now stand in the log. */
  accept(party: number, entries: readonly VerifiedEntry[], state: ReaderState): Promise<void> {
    return this.#mutex.run(() => this.#keep(this.#replica.generations.current(party), entries, state));
  }

  /** Reads everything readable of the channel; `taken` spares a second read of what just came for a log. */
  catchUp(origin?: string, taken?: Taken): Promise<void> {
    return this.#mutex.run(async () => {
      if (origin !== undefined && taken !== undefined) this.#taken.set(origin, taken);
      await this.#catchUpAll();
      this.#taken.clear();
    });
  }

  /** Runs `work` while nothing is read. It must not ask this reader for anything that waits its turn. */
  between<T>(work: () => Promise<T>): Promise<T> {
    return this.#mutex.run(work);
  }

  /** Puts histories of a log in each other's place: everything computed is read again. */
  rename(moves: readonly (readonly [from: string, to: string])[]): Promise<void> {
    return this.#mutex.run(async () => {
      // Before, so that a crash in between leaves nothing that was computed from the history that gave way; and after, for what is remembered.
      await this.#drop('none');
      await this.#replica.store.renameLogs(moves);
      await this.#drop('none');
    });
  }

  /** Resolves when no reading is under way. */
  idle(): Promise<void> {
    return this.#mutex.idle();
  }

  async #catchUpAll(): Promise<void> {
    const { generations, store } = this.#replica;
    let drops = 0;
    for (let progress = true; progress; ) {
      progress = false;
      if (!generations.isPlain || generations.haveCardsChanged) {
        await generations.refresh(store);
        const verdict = await this.#judgeRead();
        // Whose cards count depends on what is read, and the other way: what was found is found again, and so often and no more.
        if (verdict !== 'right') await this.#drop(verdict === 'strangers' || ++drops > generations.all.length ? 'all' : 'sound');
      }
      for (const log of this.#inOrder()) progress = (await this.#readSome(log)) || progress;
      progress = (await this.#judgeDue()) || progress;
    }
  }

  #inOrder(): readonly KnownLog[] {
    const { generations, channel } = this.#replica;
    return channel.parties.flatMap((_, party) => generations.sequence(party));
  }

  /** Whether what was read is a beginning of what counts now, and if it is, whether it knew everybody who counts now. */
  async #judgeRead(): Promise<'right' | 'wrong' | 'strangers'> {
    const { generations, store } = this.#replica;
    let strangers = false;
    for (const log of generations.all) {
      const state = this.#states.get(log.origin) ?? (await this.#stored(log.origin));
      if (state === undefined || state.size === 0) continue;
      strangers ||= state.strangers === true;
      const readTo = generations.status(log.origin)?.readTo ?? Number.MAX_SAFE_INTEGER;
      if (state.size > readTo || !generations.isReadRight(log.origin)) return 'wrong';
    }
    if (!generations.haveCardsChanged) return 'right';
    // A stamp that named nobody known is judged again with those who count now.
    if (strangers) return 'strangers';
    await generations.keepCards(store);
    return 'right';
  }

  async #drop(keptNotes: KeptNotes): Promise<void> {
    const { generations, store, channel } = this.#replica;
    await store.resetProjection(channel.id);
    this.#states.clear();
    this.#heads.clear();
    this.#taken.clear();
    await generations.forget(store, keptNotes);
    this.#onDropped();
    this.#onRead();
  }

  /**
   * What keeps a generation note of ours from counting, judged before anybody is shown it: its parent is read to where it is judged, the identity in
   * force there signed it, and its number fits. Rejects `invalid`.
   */
  mustCount(note: GenerationNote, parent: KnownLog, at: number): Promise<void> {
    return this.#mutex.run(async () => {
      await this.#catchUpAll();
      const state = await this.#stateOf(parent);
      if (state?.size !== at) throw new ParleyError('invalid', 'a note that continues our log where it ends');
      if (!(await isSignedIn(this.#replica.crypto, note, state)))
        throw new ParleyError('signature_invalid', 'of the identity keys in force, over the number that is next');
    });
  }

  /** Judges the generation notes whose parents are read to where they are judged. */
  async #judgeDue(): Promise<boolean> {
    const { generations, store } = this.#replica;
    let some = false;
    for (const { origin, parent, at } of generations.due) {
      const state = await this.#stateOf(knownLog(this.#replica, parent));
      const note = generations.find(origin)?.note;
      if (state?.size !== at || note === undefined) continue;
      await generations.judge(store, origin, at, await isSignedIn(this.#replica.crypto, note, state));
      some = true;
    }
    return some;
  }

  async #readSome(log: KnownLog): Promise<boolean> {
    const { store, generations } = this.#replica;
    const row = await store.log(log.origin);
    const state = await this.#stateOf(log);
    if (row === undefined || state === undefined) return false;
    const limit = Math.min(row.size, generations.status(log.origin)?.readTo ?? row.size);
    const end = Math.min(limit, row.openedSize, state.size + MAX_READ_ENTRIES);
    if (end <= state.size) return false;
    const items: ReadItem[] = [];
    const others = await this.#othersOf(log);
    for (const item of await this.#itemsOf(log.origin, state.size, end)) {
      if (item.parsed !== undefined && !(await this.#readable(item.parsed, others))) break;
      items.push(item);
    }
    if (items.length === 0) return false;
    if (state.size === 0) await generations.beginRead(store, log.origin);
    const judged = await readBatch(this.#context(log, state.size), state, items);
    await this.#keep(log, judged.entries, judged.state);
    return true;
  }

  async #itemsOf(origin: string, from: number, to: number): Promise<readonly ReadItem[]> {
    const taken = this.#taken.get(origin);
    const items = taken === undefined || from < taken.from ? [] : taken.items.slice(from - taken.from, to - taken.from);
    if (items.length === to - from && items.every((item) => item.parsed === undefined || item.opened !== undefined)) return items;
    const rows = await this.#replica.store.entries(origin, from, to);
    return rows.map((row) => {
      const parsed = parseEntry(this.#replica.crypto.sha256, row.bytes);
      return { bytes: row.bytes, body: row.body, ...('entry' in parsed ? { parsed: parsed.entry } : {}) };
    });
  }

  async #keep(log: KnownLog, entries: readonly VerifiedEntry[], state: ReaderState): Promise<void> {
    await this.#apply(entries, { origin: log.origin, size: state.size, state: formatState(state) });
    this.#states.set(log.origin, state);
    this.#onRead();
  }

  async #stored(origin: string): Promise<ReaderState | undefined> {
    const row = await this.#replica.store.reader(origin);
    return row === undefined ? undefined : parseState(row.state);
  }

  /** The state of a log's reader; of one that is not begun where it begins, `undefined` while its parent is not read to its counted end. */
  async #stateOf(log: KnownLog): Promise<ReaderState | undefined> {
    const known = this.#states.get(log.origin) ?? (await this.#stored(log.origin));
    if (known === undefined) return this.#beginning(log);
    this.#states.set(log.origin, known);
    return known;
  }

  async #beginning(log: KnownLog): Promise<ReaderState | undefined> {
    if (log.note === undefined) return initialState(log.card);
    const { generations } = this.#replica;
    const parent = generations.status(generations.status(log.origin)?.parent ?? '');
    const known = parent === undefined ? undefined : generations.find(parent.origin);
    const state = known === undefined ? undefined : await this.#stateOf(known);
    return state === undefined || parent === undefined || state.size !== parent.counted ? undefined : continuedState(state, log.note.n);
  }

  /** How far each log that may be cited is held, counts and is read. */
  async #othersOf(reading: KnownLog): Promise<readonly Other[]> {
    const { generations } = this.#replica;
    const others: Other[] = [];
    for (const log of this.#inOrder()) {
      if (log.origin === reading.origin) continue;
      const row = await rowOf(this.#replica, log.origin);
      const held = Math.min(row.size, row.openedSize, generations.status(log.origin)?.readTo ?? row.size);
      others.push({ log, held, read: (await this.#stateOf(log))?.size ?? 0 });
    }
    return others;
  }

  async #readable(entry: ParsedEntry, others: readonly Other[]): Promise<boolean> {
    for (const head of entry.header.after) {
      for (const { log, held, read } of others) {
        if (log.party !== head.party || log.gen !== head.gen || head.size <= read || head.size > held) continue;
        // Held but not read: the other log first, for the level. A false citation is not worth waiting for, and unlike a true one it could be circular.
        if (toBase64url(await this.#replica.store.rootAt(log.origin, head.size)) === head.root) return false;
      }
    }
    return true;
  }

  #context(log: KnownLog, from: number): ReadContext {
    const replica = this.#replica;
    const { generations } = replica;
    const { origin, party, gen, note } = log;
    return {
      crypto: replica.crypto,
      channel: replica.channel,
      origin,
      party,
      gen,
      seen: async (ids) => {
        const raw = ids.map((id) => fromBase64url(id, 32)).filter((id) => id !== undefined);
        const rows = await replica.store.findEntries(replica.channel.id, raw, origin);
        return new Set(rows.filter((row) => row.index < from).map((row) => toBase64url(row.id)));
      },
      own: (id) => this.#own(log, id, from),
      cited: (head) => this.#cited(head, log),
      rootAt: async (of, size) => {
        const row = generations.find(of) === undefined ? undefined : await rowOf(replica, of);
        return row !== undefined && size <= this.#limitOf(row, log) ? replica.store.rootAt(of, size) : undefined;
      },
      ...(note === undefined ? {} : { generation: { note, ordinal: generations.ordinal(origin) } }),
      lineage: {
        find: (of) => {
          const known = generations.find(of);
          const ordinal = generations.ordinal(of);
          return known === undefined || ordinal < 0 ? undefined : { party: known.party, ordinal };
        },
        cosigners: (who) => generations.cosigners(who),
      },
    };
  }

  /** What the party's sequence holds under an id below a place of one of its logs. */
  async #own(log: KnownLog, id: string, from: number): Promise<OwnEntry | undefined> {
    const { store, channel, generations } = this.#replica;
    const raw = fromBase64url(id, 32);
    const rows = raw === undefined ? [] : await store.verdicts(channel.id, [raw]);
    if (rows.length === 0) return undefined;
    const sequence = generations.sequence(log.party).map(({ origin }) => origin);
    for (const origin of sequence.slice(0, sequence.indexOf(log.origin) + 1)) {
      const [row] = rows.filter((one) => one.origin === origin && (origin !== log.origin || one.index < from)).sort((a, b) => a.index - b.index);
      if (row !== undefined) return ownEntry(row.type, row.valid, JSON.parse(row.findings) as readonly { id: string }[]);
    }
    return undefined;
  }

  /** How much of a log may be cited truly: what counts of it, in the log that is read also what is being appended. */
  #limitOf(row: LogRow, reading: KnownLog): number {
    const status = this.#replica.generations.status(row.origin);
    if (status === undefined || status.status === 'open') return row.origin === reading.origin ? row.pendingSize : row.size;
    return status.counted;
  }

  async #cited(head: CitedHead, reading: KnownLog): Promise<CitedStatus> {
    const key = `${head.party}/${head.gen}/${head.size}/${head.root}`;
    const known = this.#heads.get(key);
    if (known !== undefined) return known;
    const status = await this.#lookUp(head, reading);
    if (status.status === 'beyond') return status;
    if (this.#heads.size >= MAX_CACHED_HEADS) this.#heads.clear();
    this.#heads.set(key, status);
    return status;
  }

  /** A generation that is not known, or does not count, may yet: nothing is said against who cites it. */
  async #lookUp(head: CitedHead, reading: KnownLog): Promise<CitedStatus> {
    const logs = this.#replica.generations.sequence(head.party).filter(({ gen }) => gen === head.gen);
    let status: CitedStatus = { status: 'beyond' };
    for (const log of logs) {
      const row = await rowOf(this.#replica, log.origin);
      if (head.size > this.#limitOf(row, reading)) continue;
      if (toBase64url(await this.#replica.store.rootAt(log.origin, head.size)) === head.root)
        return { status: 'true', level: await this.#levelBelow(log, head, reading) };
      status = { status: 'false' };
    }
    return status;
  }

  async #levelBelow(log: KnownLog, head: CitedHead, reading: KnownLog): Promise<number> {
    // In the log being read the previous entry's level is already at least this one.
    if (log.origin === reading.origin) return 0;
    const [row] = await this.#replica.store.verdictsOf(log.origin, head.size - 1, head.size);
    return row?.level ?? 0;
  }
}

const nothing = async (): Promise<ReadonlySet<string>> => new Set();
