import { toBase64url } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import { MAX_BATCH_ENTRIES, MAX_BATCH_SIZE } from '../base/limits.ts';
import { Mutex } from '../base/mutex.ts';
import { type OpenedBody, openWholeBody } from '../entry/body.ts';
import { type ParsedEntry, parseEntry } from '../entry/entry.ts';
import type { GenerationNote } from '../entry/generation.ts';
import type { StagedEntry } from '../store/store.ts';
import type { Checkpoint } from '../tlog/checkpoint.ts';
import { signCheckpoint } from '../tlog/log-signature.ts';
import { leafHash } from '../tlog/merkle.ts';
import { verifyHead } from '../verify/head.ts';
import { judgedAt } from '../verify/lineage.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import { type GateState, judgeMark, type StartGate } from './gate.ts';
import type { KnownLog } from './generations.ts';
import { firstLeaf, rereadRoot } from './leaves.ts';
import type { LogReader } from './log-reader.ts';
import { pullBack } from './pull-back.ts';
import type { RefillSource } from './refill.ts';
import { refusalOf } from './refusal.ts';
import { cardOf, isOpen, logIn, originIn, type Replica } from './replica.ts';
import { inOneTurn, whileCurrent } from './turn.ts';

/** An entry to append to the own log, signed by whoever speaks. */
export type OwnEntry = { readonly bytes: Uint8Array; readonly body: Uint8Array };

type Candidate = OwnEntry & { readonly parsed: ParsedEntry; readonly opened: OpenedBody };

type Waiting = { readonly entry: Candidate; readonly resolve: (index: number) => void; readonly reject: (error: unknown) => void };

/**
 * The own log of a replica: appends, in batches as large as what is waiting, with the six steps of the commit (spec/sync.md, "Commit").
 *
 * 1. Validate; write entries, bodies, hashes and the pending size in one transaction.
 * 2. Read back, recompute leaves and root; make the mark durable.
 * 3. Sign; verify the own signatures.
 * 4. Compare-and-swap the signed head: the one commit point.
 * 5. Publish (`onCommitted`). 6. Collect cosignatures: the pushers' work.
 * A crash before 4 leaves pending entries that the next batch signs; after 4 there is nothing to repair.
 */
export class OwnLog {
  readonly #replica: Replica;
  readonly #reader: LogReader;
  readonly #onCommitted: () => void;
  readonly #gate: StartGate;
  readonly #pulling = new Mutex();
  #waiting: Waiting[] = [];
  #running = false;
  #open = false;
  #stopped: ParleyError | undefined;

  constructor(replica: Replica, reader: LogReader, onCommitted: () => void, gate: StartGate) {
    this.#replica = replica;
    this.#reader = reader;
    this.#onCommitted = onCommitted;
    this.#gate = gate;
  }

  /** Stops signing for good until a restart: the store or the disk cannot be relied on. */
  stop(reason: ParleyError): void {
    this.#stopped = reason;
  }

  /** Why this log signs nothing, if so. */
  get stopped(): ParleyError | undefined {
    return this.#stopped ?? this.#gate.refusal;
  }

  /** Refuses what an append would, as far as that is known before a person signs: a signed document that cannot be appended lies about and is sent later. */
  async mustTakeEntries(): Promise<void> {
    if (this.#stopped !== undefined) throw this.#stopped;
    this.#gate.mustNotBeShut();
    if (!(await this.isOpen())) throw new ParleyError('not_open');
  }

  /** Where the log stands since the start of its node. */
  get gate(): GateState {
    return this.#gate.state;
  }

  /** Somebody shows a head of ours that is not held here: nothing more is signed, and {@link refill} is to be called. */
  contradicted(error: ParleyError): Promise<void> {
    return this.#gate.contradicted(error);
  }

  /** Where the log recovers: pulls it back from the others and judges anew. */
  async refill(): Promise<GateState> {
    const state = await this.#gate.recover(this.#reader);
    if (state === 'open') await this.recover();
    return state;
  }

  /**
   * Takes from one other party what it holds of a log of ours that is written no more: closed, or with two histories ({@link pullBack}). Refuses what
   * `source` refuses.
   */
  pullBack(of: KnownLog, source: RefillSource): Promise<void> {
    const { generations, us, now } = this.#replica;
    // The log written now is changed in its turn, where nothing else writes it; whoever writes on in a later one, opened meanwhile, does not wait.
    const turn = whileCurrent(this.#gate.turn, () => generations.current(us).origin === of.origin);
    return this.#pulling.run(() => pullBack(this.#replica, this.#reader, of, inOneTurn(source, now), turn));
  }

  /**
   * Appends one entry; resolves with its index once the signed head over it is committed. The same entry again resolves with its first index.
   * Refuses what would be void (`not_accredited`, `recalled`, `out_of_scope`, `invalid`, ...), `not_open`, `unsafe_state`.
   */
  append(entry: OwnEntry): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry: candidate(this.#replica, entry), resolve, reject });
      void this.#work();
    });
  }

  /** Whether the founding is complete, so that entries are taken. */
  async isOpen(): Promise<boolean> {
    if (!this.#open) this.#open = await isOpen(this.#replica);
    return this.#open;
  }

  /** Signs what a crash left pending, if anything, after the mark was found right. Refuses `unsafe_state` where it is not: then the log recovers. */
  async recover(): Promise<void> {
    await this.#gate.hold(async () => {
      const log = await logIn(this.#replica, this.#replica.us);
      // A generation that was opened and whose leaf 0 a crash left unsigned; the leaf 0 of a founding log waits for its thresholds.
      const unsigned = log.size === 0 && this.#replica.generations.current(this.#replica.us).note !== undefined;
      const isPending = log.pendingSize > log.size;
      if (isPending || unsigned || !(await judgeMark(this.#replica)).matches) await this.#gate.pass();
      if (unsigned) await this.#begin();
      else if (isPending) await this.#sign();
    });
    await this.#reader.catchUp();
  }

  /** Writes and signs leaf 0, the charter text; a second call changes nothing. */
  found(): Promise<void> {
    // Both sides' signatures may complete a founding at the same moment; two signings of one head would look like two processes.
    return this.#gate.hold(async () => {
      await this.#pass();
      await this.#begin();
    });
  }

  /**
   * Opens our next generation with a note that our identity signed (spec/generations.md): its leaf 0 is signed, and everything further is written there.
   * Nobody else is asked, and nobody who is being asked is waited for, so that a log that is stopped, restored or forked never keeps its party from
   * speaking. The same note again changes nothing.
   * Refuses `invalid`, `signature_invalid`, `not_open` before the channel was founded.
   */
  openGeneration(note: GenerationNote): Promise<void> {
    return this.#gate.leave(async () => {
      const replica = this.#replica;
      const { generations, store, us } = replica;
      const parent = generations.current(us);
      if (parent.origin !== note.origin) {
        const log = await logIn(replica, us);
        if (log.size === 0) throw new ParleyError('not_open');
        const at = judgedAt({ standing: generations.standing(parent.origin) ?? 0, forked: generations.isForked(parent.origin) }, note.continues.size);
        await this.#reader.mustCount(note, parent, at);
        // The log left behind signs no more, whatever copy of this directory is started: no head of it is what the mark then names.
        await replica.mark.retire(parent.origin);
        await replica.mark.begin(replica.crypto.sha256, note.origin);
        await generations.learn(store, note, true);
        await this.#reader.catchUp();
      }
      if (generations.current(us).origin !== note.origin) throw new ParleyError('invalid', 'a note that continues our log where it ends');
      this.#stopped = undefined;
      this.#gate.enter();
      // Where it was opened before, in a store that was restored since, the mark says so: then it recovers like any other.
      await this.#gate.pass();
      await this.#begin();
    });
  }

  /** Signs leaf 0 of the log written now, where that is still to be done. */
  async #begin(): Promise<void> {
    const replica = this.#replica;
    const log = await logIn(replica, replica.us);
    if (log.size > 0) return;
    const known = replica.generations.current(replica.us);
    if (log.pendingSize === 0) await replica.store.stage(log.origin, 0, [firstLeaf(replica, known)], true);
    await this.#sign();
    await this.#reader.catchUp();
    this.#onCommitted();
  }

  async #work(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      // What is handed over in one breath stands under one head.
      await undefined;
      while (this.#waiting.length > 0) await this.#batch(this.#take());
    } finally {
      this.#running = false;
    }
  }

  #take(): Waiting[] {
    let size = 0;
    let count = 0;
    for (const { entry } of this.#waiting) {
      size += entry.bytes.length + entry.body.length;
      if (count === MAX_BATCH_ENTRIES || (count > 0 && size > MAX_BATCH_SIZE)) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #batch(batch: readonly Waiting[]): Promise<void> {
    try {
      // Not in the log's turn: while it is refilled, whoever wants to sign is told so at once.
      if (this.#stopped !== undefined) throw this.#stopped;
      this.#gate.mustNotBeShut();
      await this.#gate.hold(() => this.#append(batch));
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
  }

  async #append(batch: readonly Waiting[]): Promise<void> {
    await this.#pass();
    if (!(await this.isOpen())) throw new ParleyError('not_open');
    const log = await logIn(this.#replica, this.#replica.us);
    if (log.pendingSize > log.size) {
      // What a full disk kept from being signed a moment ago.
      await this.#sign();
      await this.#reader.catchUp();
    }
    const fresh = await this.#dropKnown(batch);
    const accepted = await this.#judge(fresh);
    if (accepted.waiting.length === 0) return;
    const { store } = this.#replica;
    const origin = originIn(this.#replica, this.#replica.us);
    const staged = accepted.waiting.map(({ entry }) => stagedEntry(this.#replica, entry));
    // Only this writes to the own log, one batch at a time: what was not in it a moment ago is not in it now.
    const indexes = await store.stage(origin, accepted.from, staged, false);
    await this.#sign();
    // The peers need not wait until it is read here.
    this.#onCommitted();
    await this.#reader.accept(this.#replica.us, accepted.entries, accepted.next);
    for (const [i, waiting] of accepted.waiting.entries()) waiting.resolve(indexes[i] ?? -1);
  }

  /** A retry is normal: what the log already holds is answered with its first index. */
  async #dropKnown(batch: readonly Waiting[]): Promise<Waiting[]> {
    const { store, channel } = this.#replica;
    const origin = originIn(this.#replica, this.#replica.us);
    const ids = batch.map(({ entry }) => entry.parsed.hash);
    const found = await store.findEntries(channel.id, ids, origin);
    const known = new Map(found.filter((row) => row.origin === origin).map((row) => [toBase64url(row.id), row.index]));
    const inBatch = new Map<string, Waiting[]>();
    const fresh: Waiting[] = [];
    for (const waiting of batch) {
      const key = waiting.entry.parsed.id;
      const index = known.get(key);
      const twins = inBatch.get(key);
      if (index !== undefined) waiting.resolve(index);
      else if (twins !== undefined) twins.push(waiting);
      else {
        const group: Waiting[] = [];
        inBatch.set(key, group);
        fresh.push({
          entry: waiting.entry,
          resolve: (at) => {
            for (const one of [waiting, ...group]) one.resolve(at);
          },
          reject: (error) => {
            for (const one of [waiting, ...group]) one.reject(error);
          },
        });
      }
    }
    return fresh;
  }

  /** Judges candidates as every reader will; those that would be void are refused, and the rest judged again at their true places. */
  async #judge(candidates: readonly Waiting[]): Promise<{
    waiting: readonly Waiting[];
    entries: readonly VerifiedEntry[];
    next: Awaited<ReturnType<LogReader['judge']>>['state'];
    from: number;
  }> {
    let waiting = [...candidates];
    for (;;) {
      const judged = await this.#reader.judge(
        this.#replica.us,
        waiting.map(({ entry }) => entry),
      );
      const bad = judged.entries.map((entry) => !entry.valid || entry.document === undefined);
      if (!bad.some(Boolean)) return { waiting, entries: judged.entries, next: judged.state, from: judged.from };
      waiting = waiting.filter((one, i) => {
        const entry = judged.entries[i];
        if (bad[i] !== true || entry === undefined) return true;
        one.reject(refusalOf(entry));
        return false;
      });
      if (waiting.length === 0) return { waiting, entries: [], next: judged.state, from: judged.from };
    }
  }

  /** After any start, before the first signature; see {@link StartGate}. */
  async #pass(): Promise<void> {
    if (this.#stopped !== undefined) throw this.#stopped;
    await this.#gate.pass();
  }

  async #sign(): Promise<void> {
    const replica = this.#replica;
    const { store, crypto, keys } = replica;
    const log = await logIn(replica, replica.us);
    const next: Checkpoint = { origin: log.origin, size: log.pendingSize, root: await rereadRoot(replica, log.origin, log.size, log.pendingSize) };
    await replica.mark.setOwn(log.origin, next);
    const note = await signCheckpoint(crypto.sha256, keys.log, next);
    const own = await verifyHead(crypto, cardOf(replica, replica.us), note);
    assert('head' in own, 'the own signatures over a head verify');
    const committed = await store.commitHead(log.origin, log, { size: next.size, root: next.root, note });
    if (!committed) throw new ParleyError('unsafe_state', 'another process signed in this directory');
  }
}

/** What came to our own door, parsed once; refuses `invalid` what is no entry or does not open. */
function candidate(replica: Pick<Replica, 'crypto'>, entry: OwnEntry): Candidate {
  const { sha256 } = replica.crypto;
  const parsed = parseEntry(sha256, entry.bytes);
  if ('expected' in parsed) throw new ParleyError('invalid', `expected ${parsed.expected}`);
  const opened = openWholeBody(sha256, parsed.entry.header.body, entry.body);
  if ('expected' in opened) throw new ParleyError('invalid', `expected ${opened.expected}`);
  return { ...entry, parsed: parsed.entry, opened: opened.body };
}

/** The row of an entry about to be written. */
function stagedEntry(replica: Pick<Replica, 'crypto'>, entry: Candidate): StagedEntry {
  const { bytes, body, parsed } = entry;
  return { id: parsed.hash, leafHash: leafHash(replica.crypto.sha256, bytes), bytes, body, bodyRequired: true };
}
