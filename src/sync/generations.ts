import { equal, fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import type { Crypto, Sha256 } from '../base/ports.ts';
import { heldName, originOf, type PartyCard } from '../entry/card.ts';
import type { Channel } from '../entry/charter.ts';
import { type GenerationNote, generationFault, parseGeneration } from '../entry/generation.ts';
import type { CosignatureRow, LogRow, Store } from '../store/store.ts';
import { type Cosigner, cosignersOf } from '../verify/head.ts';
import { type DueJudgement, type Lineage, type LogFact, type LogStatus, lineageOf } from '../verify/lineage.ts';
import { standingOn } from '../verify/standing.ts';
import { sharedOf } from './shared.ts';

/** A log of the channel: a founding one, or one that a generation note opened. */
export type KnownLog = {
  readonly origin: string;
  readonly party: number;
  readonly gen: string;
  readonly card: PartyCard;
  /** Absent for a founding log. */
  readonly note?: GenerationNote;
};

/**
 * Which findings of generation notes outlast a new reading: `sound` are those whose parent log was read where it stands, so that they would be found again. Judged
 * anew without need, their cards would count too late for what is read before them, again and again.
 */
export type KeptNotes = 'all' | 'sound' | 'none';

type Read = { readonly ordinal: number; readonly from: number };

/**
 * What one node knows of the generations of a channel: all logs, which of them count and how far (spec/generations.md).
 *
 * Where every party has its founding log alone and no fork is known, everything here is answered without the store. It is computed again by
 * {@link refresh} after anything that may move it; {@link LogReader} does so before it reads.
 */
export class Generations {
  readonly #channel: Channel;
  readonly #sha256: Sha256;
  readonly #logs = new Map<string, KnownLog>();
  readonly #founding: readonly KnownLog[];
  readonly #forked = new Set<string>();
  readonly #judged = new Map<string, { readonly at: number; readonly valid: boolean }>();
  readonly #read = new Map<string, Read>();
  #standing: ReadonlyMap<string, number> = new Map();
  #lineage: Lineage | undefined;
  #revision = 0;
  #counting = '';
  /** Origins whose cards counted when what is read now was begun. */
  #cardsRead: string;

  constructor(channel: Channel, crypto: Pick<Crypto, 'sha256'>) {
    this.#channel = channel;
    this.#sha256 = crypto.sha256;
    this.#founding = channel.parties.map((card, party) => ({ origin: originOf(crypto.sha256, card), party, gen: card.gen, card }));
    for (const log of this.#founding) this.#logs.set(log.origin, log);
    this.#cardsRead = this.#cardsKey();
  }

  /** What the store holds of them. */
  static async load(channel: Channel, crypto: Pick<Crypto, 'sha256'>, store: Store): Promise<Generations> {
    const known = new Generations(channel, crypto);
    const stored = (await store.listLocal('generation')).map(({ json }) => JSON.parse(json) as { channel: string; note: string; learned: number });
    for (const { note } of stored.filter((one) => one.channel === channel.id).sort((a, b) => a.learned - b.learned)) {
      const parsed = parseGeneration(crypto.sha256, utf8(note));
      assert('note' in parsed, 'a stored generation note has its form');
      known.#add(parsed.note);
    }
    for (const origin of known.#logs.keys()) if ((await store.getLocal('alarm', origin)) !== undefined) known.#forked.add(origin);
    const plan = await store.getLocal('lineage', channel.id);
    if (plan !== undefined) {
      const { judged, read, cards } = JSON.parse(plan) as { judged: [string, number, boolean][]; read: [string, number, number][]; cards: string };
      for (const [origin, at, valid] of judged) known.#judged.set(origin, { at, valid });
      for (const [origin, ordinal, from] of read) known.#read.set(origin, { ordinal, from });
      known.#cardsRead = cards;
    }
    await known.refresh(store);
    return known;
  }

  /** Whether every party has its founding log alone, and none is forked: each log then counts to its head. */
  get isPlain(): boolean {
    return this.#logs.size === this.#founding.length && this.#forked.size === 0;
  }

  /** Rises whenever other logs count, or as far as others: a note alone may do so, with nothing read. */
  get revision(): number {
    return this.#revision;
  }

  /** All logs, also those that do not count, by party and as they were learned. */
  get all(): readonly KnownLog[] {
    return [...this.#logs.values()];
  }

  find(origin: string): KnownLog | undefined {
    return this.#logs.get(origin);
  }

  /** The log that a party was founded with. */
  founding(party: number): KnownLog {
    const log = this.#founding[party];
    assert(log !== undefined, 'a party index of this channel');
    return log;
  }

  /** The log that a party writes now: of those that count and that nothing continues, the one learned last. */
  current(party: number): KnownLog {
    if (this.isPlain) return this.founding(party);
    const continued = new Set([...(this.#lineage?.logs.values() ?? [])].flatMap(({ ordinal, parent }) => (ordinal >= 0 && parent ? [parent] : [])));
    const tips = this.all.filter((log) => log.party === party && (this.status(log.origin)?.ordinal ?? -1) >= 0 && !continued.has(log.origin));
    return tips.at(-1) ?? this.founding(party);
  }

  /** A party's logs that count, in their order. */
  sequence(party: number): readonly KnownLog[] {
    if (this.isPlain) return [this.founding(party)];
    return (this.#lineage?.sequences[party] ?? []).flatMap((origin) => this.#logs.get(origin) ?? []);
  }

  /** How a log counts; `undefined` in a plain channel, where every log is open to its head. */
  status(origin: string): LogStatus | undefined {
    return this.isPlain ? undefined : this.#lineage?.logs.get(origin);
  }

  /** Place of a log in its party's sequence; -1 where it does not count. */
  ordinal(origin: string): number {
    return this.isPlain ? 0 : (this.status(origin)?.ordinal ?? -1);
  }

  /** The largest prefix of a log that every other party receipted, as computed last; known in channels that are not plain. */
  standing(origin: string): number | undefined {
    return this.#standing.get(origin);
  }

  /** As {@link standing}, of the history of a log that lies in the row `name`, now. */
  async standingIn(store: Store, name: string, of: Pick<KnownLog, 'origin' | 'party'>): Promise<number> {
    return this.#standingIn(store, await store.log(name), of);
  }

  isForked(origin: string): boolean {
    return this.#forked.has(origin);
  }

  /** Cards of a party whose keys count, the founding one first. */
  cards(party: number): readonly PartyCard[] {
    return this.sequence(party).map(({ card }) => card);
  }

  /** Names under which a party's receipts are signed. */
  heldNames(party: number): readonly string[] {
    return this.cards(party).map((card) => heldName(this.#sha256, card));
  }

  /** Whose pairs count over the logs of a party. */
  cosigners(party: number): readonly Cosigner[] {
    return cosignersOf(
      this.#sha256,
      this.#channel,
      party,
      this.#channel.parties.map((_, who) => this.cards(who)),
    );
  }

  /** Generation notes to be judged next. */
  get due(): readonly DueJudgement[] {
    return this.isPlain ? [] : (this.#lineage?.due ?? []);
  }

  /**
   * Keeps a generation note, durably; the log it opens is made where it is new. `forgotten`: one of ours that this store lost; of several logs that may be
   * written it is the first, so that what was opened since goes on. Says `false` where it was known.
   */
  async learn(store: Store, note: GenerationNote, own: boolean, forgotten = false): Promise<boolean> {
    assert(generationFault(this.#channel, note) === undefined, 'a generation note of this channel');
    const known = this.#logs.get(note.origin);
    if (known !== undefined && (known.note === undefined || equal(known.note.bytes, note.bytes))) return false;
    // The keys of one log under two notes: what is held of it decides, and nothing is as yet.
    if (known !== undefined && ((await store.log(note.origin))?.size ?? 0) > 0) return false;
    const text = { channel: this.#channel.id, note: new TextDecoder().decode(note.bytes), learned: forgotten ? -this.#logs.size : this.#logs.size };
    await store.putLocal('generation', note.origin, JSON.stringify(text));
    await store.createLog({ origin: note.origin, channel: this.#channel.id, party: note.party, gen: note.card.gen, own });
    this.#logs.delete(note.origin);
    const later = forgotten ? this.all.filter((log) => log.note !== undefined) : [];
    for (const { origin } of later) this.#logs.delete(origin);
    this.#add(note);
    for (const log of later) this.#logs.set(log.origin, log);
    this.#judged.delete(note.origin);
    await this.refresh(store);
    return true;
  }

  /** Two histories of this log are known: from here on what stands alone counts. */
  async alarmed(store: Store, origin: string): Promise<void> {
    this.#forked.add(origin);
    await this.refresh(store);
  }

  /** What was found of a generation note where its parent ends at `at`. */
  async judge(store: Store, origin: string, at: number, valid: boolean): Promise<void> {
    this.#judged.set(origin, { at, valid });
    await this.#save(store);
    await this.refresh(store);
  }

  /** Whether a log that was begun to be read stands where it stood then. */
  isReadRight(origin: string): boolean {
    const read = this.#read.get(origin);
    const now = this.#place(origin);
    return read === undefined ? now.ordinal === 0 : read.ordinal === now.ordinal && read.from === now.from;
  }

  /** Notes where a log stands that is about to be read, durably. */
  async beginRead(store: Store, origin: string): Promise<void> {
    if (this.#logs.get(origin)?.note === undefined) return;
    this.#read.set(origin, this.#place(origin));
    await this.#save(store);
  }

  /** Whether cards count now that did not when what is read was begun, or the other way. */
  get haveCardsChanged(): boolean {
    return this.#cardsRead !== this.#cardsKey();
  }

  /** The cards that count now are those that reading goes by. */
  async keepCards(store: Store): Promise<void> {
    if (!this.haveCardsChanged) return;
    this.#cardsRead = this.#cardsKey();
    await this.#save(store);
  }

  /** Forgets everything that was computed by reading, and of what was found of generation notes all that is not kept: it is about to be read again. */
  async forget(store: Store, kept: KeptNotes): Promise<void> {
    for (const origin of [...this.#judged.keys()]) {
      const parent = this.status(origin)?.parent;
      const isKept = kept === 'all' || (kept === 'sound' && (parent === undefined || this.isReadRight(parent)));
      if (!isKept) this.#judged.delete(origin);
    }
    this.#read.clear();
    this.#lineage = undefined;
    await this.refresh(store);
    this.#cardsRead = this.#cardsKey();
    await this.#save(store);
  }

  /** Computes the lineage from what the store holds now. */
  async refresh(store: Store): Promise<void> {
    if (this.isPlain) return;
    const rows = new Map((await store.logs(this.#channel.id)).map((row) => [row.origin, row]));
    // Whose receipts make something stand depends on which generations count, and the other way: from the founding cards on, as often as there are logs.
    this.#lineage ??= { logs: new Map(), sequences: this.#founding.map(({ origin }) => [origin]), due: [] };
    for (let round = 0; round <= this.#logs.size; round++) {
      const before = this.#cardsKey();
      const facts = await this.#facts(store, rows);
      const prefixes = await this.#prefixes(store, rows);
      this.#standing = new Map(facts.map(({ origin, standing }) => [origin, standing]));
      this.#lineage = lineageOf(facts, {
        isPrefix: (origin, parent) => prefixes.get(`${origin} ${parent}`),
        isSigned: (origin, at) => (this.#judged.get(origin)?.at === at ? this.#judged.get(origin)?.valid : undefined),
      });
      if (before === this.#cardsKey()) break;
    }
    const counting = JSON.stringify([this.#lineage.sequences, [...this.#lineage.logs.values()]]);
    if (counting !== this.#counting) this.#revision++;
    this.#counting = counting;
  }

  async #facts(store: Store, rows: ReadonlyMap<string, LogRow>): Promise<readonly LogFact[]> {
    return Promise.all(
      this.all.map(async ({ origin, party, gen, note }) => ({
        origin,
        party,
        gen,
        size: rows.get(origin)?.size ?? 0,
        standing: await this.#standingIn(store, rows.get(origin), { origin, party }),
        forked: this.#forked.has(origin),
        ...(note === undefined ? {} : { opening: { n: note.n, hash: note.hash, parent: note.continues.gen, size: note.continues.size } }),
      })),
    );
  }

  async #standingIn(store: Store, row: LogRow | undefined, { origin, party }: Pick<KnownLog, 'origin' | 'party'>): Promise<number> {
    if (row === undefined || row.size === 0) return 0;
    const others = this.#channel.parties.flatMap((_, who) => (who === party ? [] : [who]));
    const pairs = await store.cosignatures(origin, 1, row.size);
    const roots = new Map<number, string>();
    const receipts: { party: number; size: number; root: string }[] = [];
    for (const who of others) {
      const names = this.heldNames(who);
      const found = await this.#largestTrue(
        store,
        row,
        pairs.filter(({ cosigner }) => names.includes(cosigner)),
        roots,
      );
      if (found !== undefined) receipts.push({ party: who, size: found.size, root: toBase64url(found.root) });
    }
    for (const { cosigner, prefix, root } of await sharedOf(store, origin)) {
      const who = others.find((other) => this.heldNames(other).includes(cosigner));
      if (who === undefined || prefix > row.size) continue;
      roots.set(prefix, toBase64url(await store.rootAt(row.origin, prefix)));
      receipts.push({ party: who, size: prefix, root });
    }
    return standingOn(others, receipts, { size: row.size, witnessed: 0, rootAt: (size) => roots.get(size) });
  }

  /** The largest pair over the history held here; pairs come largest first. */
  async #largestTrue(store: Store, row: LogRow, pairs: readonly CosignatureRow[], roots: Map<number, string>): Promise<CosignatureRow | undefined> {
    for (const pair of pairs) {
      const root = roots.get(pair.size) ?? toBase64url(await store.rootAt(row.origin, pair.size));
      roots.set(pair.size, root);
      if (root === toBase64url(pair.root)) return pair;
    }
    return undefined;
  }

  async #prefixes(store: Store, rows: ReadonlyMap<string, LogRow>): Promise<ReadonlyMap<string, boolean>> {
    const found = new Map<string, boolean>();
    const named = Map.groupBy(this.all, ({ party, gen }) => `${party} ${gen}`);
    const roots = new Map<string, Uint8Array>();
    for (const { origin, party, note } of this.all) {
      if (note === undefined) continue;
      const root = fromBase64url(note.continues.root, 32) ?? new Uint8Array();
      for (const parent of named.get(`${party} ${note.continues.gen}`) ?? []) {
        const { size } = note.continues;
        if ((rows.get(parent.origin)?.size ?? 0) < size) continue;
        // Siblings continue one place, most often.
        const place = `${parent.origin} ${size}`;
        const at = roots.get(place) ?? (await store.rootAt(parent.origin, size));
        roots.set(place, at);
        found.set(`${origin} ${parent.origin}`, equal(at, root));
      }
    }
    return found;
  }

  #add(note: GenerationNote): void {
    this.#logs.set(note.origin, { origin: note.origin, party: note.party, gen: note.card.gen, card: note.card, note });
  }

  #place(origin: string): Read {
    const status = this.status(origin);
    const parent = status?.parent === undefined ? undefined : this.status(status.parent);
    return { ordinal: this.ordinal(origin), from: parent?.counted ?? 0 };
  }

  #cardsKey(): string {
    return this.#founding
      .map(({ party }) =>
        this.sequence(party)
          .map(({ origin }) => origin)
          .sort()
          .join(),
      )
      .join(' ');
  }

  async #save(store: Store): Promise<void> {
    const plan = {
      judged: [...this.#judged].map(([origin, { at, valid }]) => [origin, at, valid]),
      read: [...this.#read].map(([origin, { ordinal, from }]) => [origin, ordinal, from]),
      cards: this.#cardsRead,
    };
    await store.putLocal('lineage', this.#channel.id, JSON.stringify(plan));
  }
}
