import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { Mutex } from '../base/mutex.ts';
import type { Pack } from '../procedure/pack.ts';
import type { DutyContext } from '../projection/duties.ts';
import type { Store, VerdictRow } from '../store/store.ts';
import { type GateState, StartGate } from '../sync/gate.ts';
import type { GateAnswer, GatePeers } from '../sync/gate-answers.ts';
import type { KnownLog } from '../sync/generations.ts';
import { GoneBodies } from '../sync/gone-bodies.ts';
import { LogReader } from '../sync/log-reader.ts';
import { type OwnEntry, OwnLog } from '../sync/own-log.ts';
import { type PushAnswer, receivePush } from '../sync/receive.ts';
import type { RefillSource } from '../sync/refill.ts';
import { knownLog, type Replica, rowOf } from '../sync/replica.ts';
import { takeShared } from '../sync/shared.ts';
import { takeBack } from '../sync/take-back.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import { type HeldOut, heldOutWith } from './acknowledgements.ts';
import { attachmentsIn } from './attachments.ts';
import { checkErasure, eraseHere, eraseInBranches, eraseWaiting, withoutContentFindings } from './erasures.ts';
import { KeptFold } from './kept-fold.ts';
import { packsOf } from './packs.ts';
import { StateDigest } from './state-digest.ts';

/** Matters read at once where their digest is brought up to date. */
const MATTERS_AT_ONCE = 500;

/** One channel at work in a node: its replica, its own log, its readers and its projection. */
export class ChannelRuntime {
  readonly replica: Replica;
  readonly title: string;
  readonly own: OwnLog;
  readonly reader: LogReader;
  /** Packs, parties and quorum, as duties are computed from them. */
  readonly rules: Omit<DutyContext, 'standing'>;
  #version = 0;
  #rereads = 0;
  #state: StateDigest | undefined;
  #loading: Promise<StateDigest> | undefined;
  readonly #receiving: readonly Mutex[];
  readonly #kept: KeptFold;
  readonly #gone: GoneBodies;
  /** By log, the last stretch read here that names no attachment. */
  readonly #plain = new Map<string, { readonly from: number; readonly to: number }>();
  readonly #onChange: (what: 'own' | 'received' | 'read') => void;

  constructor(
    replica: Replica,
    title: string,
    onChange: (what: 'own' | 'received' | 'read') => void,
    peers: GatePeers,
    onGate: (state: GateState, answers: readonly GateAnswer[]) => void = () => undefined,
    packs: readonly Pack[] = packsOf(replica.channel.charter.packs),
  ) {
    this.replica = replica;
    this.title = title;
    this.#onChange = onChange;
    const { charter, parties } = replica.channel;
    this.rules = { packs, parties: parties.length, quorum: charter.quorum };
    this.reader = new LogReader(
      replica,
      (entries, reader) => this.#apply(entries, reader),
      () => {
        this.#version++;
        onChange('read');
      },
      () => this.#forget(),
    );
    this.own = new OwnLog(replica, this.reader, () => onChange('own'), new StartGate(replica, peers, onGate));
    this.#gone = new GoneBodies(replica, this.reader);
    this.#kept = new KeptFold(replica.store, replica.channel.id, this.rules);
    this.#receiving = replica.channel.parties.map(() => new Mutex());
  }

  get id(): string {
    return this.replica.channel.id;
  }

  /** Rises whenever entries were read or other logs count: what was computed under one version of a running node stays true under it. */
  get version(): number {
    return this.#version + this.replica.generations.revision;
  }

  /** Something kept here alone changed what pages show: they are computed anew. */
  changedHere(): void {
    this.#version++;
    this.#onChange('read');
  }

  get store(): Store {
    return this.replica.store;
  }

  /** Appends an entry to the own log; see {@link OwnLog.append}. Refuses `conflict` for an erasure that would stop our record. */
  async append(entry: OwnEntry): Promise<number> {
    await checkErasure(this.replica, entry.bytes);
    return this.own.append(entry);
  }

  /** Takes a push of another party's log; the receipt does not wait for the reading, the next push does. */
  receive(party: number, body: Uint8Array): Promise<PushAnswer> {
    const mutex = this.#receiving[party];
    if (mutex === undefined || party === this.replica.us) throw new ParleyError('not_a_party');
    return mutex.run(async () => {
      await this.reader.idle();
      const answer = await receivePush(this.replica, party, body, this.#gone).catch(async (error: unknown) => {
        if (error instanceof ParleyError && error.code === 'fork') await this.alarmed();
        throw error;
      });
      void this.reader.catchUp(answer.origin, answer.taken);
      this.#onChange('received');
      return answer;
    });
  }

  /** Takes back what we receipted of another party's log with two histories; see {@link takeBack}. */
  async takeBack(of: KnownLog, source: RefillSource): Promise<void> {
    const taken = await this.#receiving[of.party]?.run(() => takeBack(this.replica, this.reader, of, source));
    if (taken === true) await this.alarmed();
  }

  /** Everything that was computed is to be computed again. */
  #forget(): void {
    this.#rereads++;
    this.#state = undefined;
    this.#loading = undefined;
    this.#kept.forget();
    this.#plain.clear();
  }

  /** Takes receipts over a log with two histories; of any other they come with its pushes. */
  async takeReceipts(origin: string, body: Uint8Array): Promise<void> {
    const { generations } = this.replica;
    if (!generations.isForked(origin)) return;
    if (await takeShared(this.replica, knownLog(this.replica, origin), body)) await this.alarmed();
  }

  /** Two histories of a log have become known: what stands of it alone counts from here on, and everybody is told. */
  async alarmed(): Promise<void> {
    await eraseInBranches(this.replica);
    await this.reader.catchUp();
    this.#onChange('received');
  }

  /** Reads what can be read, and says so when something was. */
  async read(): Promise<void> {
    await this.reader.catchUp();
  }

  /** Folds verdicts and keeps them, the matters they change and the reader's state in one transaction. */
  async #apply(entries: readonly VerifiedEntry[], reader: { origin: string; size: number; state: string }): Promise<void> {
    const fold = await this.#kept.fold(entries);
    const erased = await eraseHere(this.replica, entries, async () => heldOutWith(this, await this.#kept.changed(fold, 'identity')));
    if (erased.size > 0) this.#rereads++;
    const rows = await this.#kept.rows(fold);
    await this.store.putVerdicts({
      verdicts: erased.size === 0 ? rows.verdicts : await this.#withoutErased(rows.verdicts, erased),
      matters: rows.matters,
      readers: [reader],
    });
    this.#state?.change(rows.matters);
    this.#kept.keep(fold, rows);
    this.#noteFiles(reader.origin, entries);
  }

  /** Erases what people said who have been acknowledged since. Call it between two readings; it can run again. */
  async eraseWaiting(heldOut: HeldOut): Promise<void> {
    const erased = await eraseWaiting(this.replica, heldOut);
    if (erased.size === 0) return;
    this.#rereads++;
    await this.store.putVerdicts({ verdicts: await this.#withoutErased([], erased), matters: [], readers: [] });
  }

  /**
   * Rises whenever what was read of entries before is to be forgotten: texts were erased here, or all that was computed was dropped, and a place of a log
   * may hold another entry than it did.
   */
  get rereads(): number {
    return this.#rereads;
  }

  /** The rows, and those of erased entries read before, without what was noticed in texts that are gone. */
  async #withoutErased(rows: readonly VerdictRow[], erased: ReadonlySet<string>): Promise<readonly VerdictRow[]> {
    const placed = new Set(rows.map(({ origin, index }) => `${origin}/${index}`));
    const before = (await this.store.verdicts(this.id, [...erased].map(raw))).filter(({ origin, index }) => !placed.has(`${origin}/${index}`));
    return [...rows, ...before].map((row) => (erased.has(toBase64url(row.id)) ? withoutContentFindings(row) : row));
  }

  /** The end of a stretch of a log from `from` on that was read here and names no attachment; `from` where nothing is known. */
  withoutFiles(origin: string, from: number): number {
    const stretch = this.#plain.get(origin);
    return stretch !== undefined && stretch.from <= from ? Math.max(from, stretch.to) : from;
  }

  #noteFiles(origin: string, entries: readonly VerifiedEntry[]): void {
    const [first] = entries;
    if (first === undefined) return;
    const to = first.index + entries.length;
    const named = entries.findLastIndex(({ document }) => document !== undefined && attachmentsIn(document.fields).length > 0);
    const known = this.#plain.get(origin);
    const from = named >= 0 ? first.index + named + 1 : known?.to === first.index ? known.from : first.index;
    this.#plain.set(origin, { from, to });
  }

  /** Origin, size and root of the committed head of every log. */
  async heads(): Promise<readonly { party: number; origin: string; size: number; root: Uint8Array }[]> {
    const logs = await Promise.all(this.replica.generations.all.map(({ origin }) => rowOf(this.replica, origin)));
    return logs.map(({ party, origin, size, root }) => ({ party, origin, size, root })).sort((a, b) => a.party - b.party);
  }

  /** What counts of each log, in the order of their parties' sequences: what the state is a function of. */
  async counted(): Promise<readonly { origin: string; size: number; root: Uint8Array }[]> {
    const { generations, channel } = this.replica;
    const logs = channel.parties.flatMap((_, party) => generations.sequence(party));
    return Promise.all(
      logs.map(async ({ origin }) => {
        const { size, root } = await rowOf(this.replica, origin);
        const status = generations.status(origin);
        if (status === undefined || status.status === 'open' || status.counted === size) return { origin, size, root };
        return { origin, size: status.counted, root: await this.store.rootAt(origin, status.counted) };
      }),
    );
  }

  /**
   * SHA-256 over what counts of every log (its head; of one that is closed or forked, the head at which it ends) and the digest of all matters: equal on
   * every node that has read the same. The first call reads all matters.
   */
  async digest(): Promise<string> {
    const { sha256 } = this.replica.crypto;
    // Read inside the readers' turn: a matter kept while all are read must not be lost between the two.
    this.#loading ??= this.reader.between(async () => {
      this.#state = new StateDigest(sha256);
      this.#state.put(await this.store.matters(this.id));
      return this.#state;
    });
    const state = await this.#loading;
    if (state.changed.length > 0)
      await this.reader.between(async () => {
        const ids = state.changed;
        for (let at = 0; at < ids.length; at += MATTERS_AT_ONCE)
          state.put(await this.store.matters(this.id, { ids: ids.slice(at, at + MATTERS_AT_ONCE) }));
      });
    const heads = (await this.counted()).map((head) => `${head.origin} ${head.size} ${toBase64url(head.root)}`);
    return toBase64url(sha256(utf8([...heads, state.digest()].join('\n'))));
  }
}

function raw(id: string): Uint8Array {
  return fromBase64url(id, 32) ?? new Uint8Array(32);
}
