import { toBase64url } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import type { Crypto } from '../base/ports.ts';
import { heldName, type PartyCard, sameIdentity } from '../entry/card.ts';
import type { ParsedEntry } from '../entry/entry.ts';
import type { CitedHead } from '../entry/header.ts';
import { thresholdChecks } from '../entry/identity-note.ts';
import { type OwnEntry, ownEntry } from './about-entry.ts';
import { lostTexts } from './gone-sentences.ts';
import { cosignersOf } from './head.ts';
import { type Lineage, type LogFact, lineageOf } from './lineage.ts';
import { type CitedStatus, type ReadContext, readBatch } from './read-log.ts';
import { continuedState, initialState, type ReaderState } from './reader-state.ts';
import type { RecordFile, RecordLog } from './record-file.ts';
import { type Receipted, standingOn } from './standing.ts';
import type { VerifiedEntry } from './verified-entry.ts';
import type { LogTree, Progress } from './verify-record.ts';

/** Entries read in one step. */
const BATCH = 1000;

/** A receipt that verified over a head of one log, and the key name it was given under. */
export type RecordReceipt = Receipted & { readonly origin: string; readonly cosigner: string };

/** What reading a record came to. */
export type ReadRecord = { readonly entries: readonly VerifiedEntry[]; readonly lineage: Lineage };

/** One reading of all logs, from their beginnings; dropped whole where what counts turns out otherwise. */
type Reading = {
  readonly out: VerifiedEntry[];
  readonly states: Map<string, ReaderState>;
  readonly levels: Map<string, number[]>;
  /** By origin, what stands there by id, where it first does. */
  readonly seen: Map<string, Map<string, OwnEntry>>;
};

/**
 * Reads all logs of a record in step, each as far as it counts: an entry that cites a head not read yet waits for it, a later generation waits for the
 * end of the log it continues. Stops a log at an entry whose body is not in the file. As {@link LogReader} does it on a node, and with the same verdicts.
 */
export async function readRecord(
  crypto: Crypto,
  record: RecordFile,
  trees: readonly LogTree[],
  receipts: readonly RecordReceipt[],
  forked: ReadonlySet<string>,
  onProgress: Progress,
): Promise<ReadRecord> {
  const reader = new RecordReader(crypto, record, trees, receipts, forked, onProgress);
  return reader.read();
}

class RecordReader {
  readonly #crypto: Crypto;
  readonly #record: RecordFile;
  readonly #trees: readonly LogTree[];
  readonly #receipts: readonly RecordReceipt[];
  readonly #forked: ReadonlySet<string>;
  readonly #onProgress: Progress;
  readonly #lost: ReadonlySet<string>;
  readonly #judged = new Map<string, { at: number; valid: boolean }>();
  #lineage: Lineage = { logs: new Map(), sequences: [], due: [] };
  #reading: Reading = fresh();
  /** Where each later log stood when it was begun, and which cards counted. */
  readonly #begun = new Map<string, string>();
  #cards = '';

  constructor(
    crypto: Crypto,
    record: RecordFile,
    trees: readonly LogTree[],
    receipts: readonly RecordReceipt[],
    forked: ReadonlySet<string>,
    onProgress: Progress,
  ) {
    this.#crypto = crypto;
    this.#record = record;
    this.#trees = trees;
    this.#receipts = receipts;
    this.#forked = forked;
    this.#onProgress = onProgress;
    this.#lost = lostTexts(
      record,
      trees.map(({ parsed }) => parsed),
    );
  }

  async read(): Promise<ReadRecord> {
    // Founding logs alone count at first; a log more or less may move what stands, and with it where notes are judged. Each round settles one more.
    let again = this.#trees.length + 1;
    this.#refresh();
    this.#cards = this.#cardsKey();
    for (let progress = true; progress; ) {
      progress = false;
      for (const tree of this.#ordered()) progress = (await this.#readSome(tree)) || progress;
      progress = (await this.#judgeDue()) || progress;
      this.#refresh();
      if (this.#isReadRight() || again-- === 0) continue;
      this.#reading = fresh();
      this.#begun.clear();
      this.#judged.clear();
      this.#refresh();
      this.#cards = this.#cardsKey();
      progress = true;
    }
    return { entries: this.#reading.out, lineage: this.#lineage };
  }

  #refresh(): void {
    for (let round = 0; round <= this.#trees.length; round++) {
      const before = this.#cardsKey();
      this.#lineage = lineageOf(
        this.#trees.map((tree) => this.#factOf(tree)),
        {
          isPrefix: (origin, parent) => this.#isPrefix(origin, parent),
          isSigned: (origin, at) => (this.#judged.get(origin)?.at === at ? this.#judged.get(origin)?.valid : undefined),
        },
      );
      if (before === this.#cardsKey()) return;
    }
  }

  #factOf({ log, size, roots }: LogTree): LogFact {
    const others = this.#record.channel.parties.flatMap((_, who) => (who === log.party ? [] : [who]));
    const names = new Set(this.#cardsOf().flatMap((cards) => cards.map((card) => heldName(this.#crypto.sha256, card))));
    const receipts = this.#receipts.filter(({ origin, cosigner }) => origin === log.origin && names.has(cosigner));
    const rootAt = (at: number): string | undefined => textOf(roots.get(at));
    const note = log.generation;
    return {
      origin: log.origin,
      party: log.party,
      gen: log.gen,
      size,
      standing: standingOn(others, receipts, { size, witnessed: 0, rootAt }),
      forked: this.#forked.has(log.origin),
      ...(note === undefined ? {} : { opening: { n: note.n, hash: note.hash, parent: note.continues.gen, size: note.continues.size } }),
    };
  }

  /** By party, the cards that count; the founding ones where nothing is known yet. */
  #cardsOf(): readonly (readonly PartyCard[])[] {
    const { parties } = this.#record.channel;
    return parties.map((founding, party) => {
      const later = (this.#lineage.sequences[party] ?? []).flatMap((origin) => this.#tree(origin)?.log.generation?.card ?? []);
      return [founding, ...later];
    });
  }

  #cardsKey(): string {
    return this.#lineage.sequences.map((sequence) => [...sequence].sort().join()).join(' ');
  }

  #isPrefix(origin: string, parent: string): boolean | undefined {
    const continues = this.#tree(origin)?.log.generation?.continues;
    const tree = this.#tree(parent);
    if (continues === undefined || tree === undefined || continues.size > tree.size) return undefined;
    return textOf(tree.roots.get(continues.size)) === continues.root;
  }

  #isReadRight(): boolean {
    let strangers = false;
    for (const [origin, state] of this.#reading.states) {
      if (state.size === 0) continue;
      strangers ||= state.strangers === true;
      if (state.size > (this.#lineage.logs.get(origin)?.readTo ?? 0)) return false;
      const begun = this.#begun.get(origin);
      if (begun !== undefined && begun !== this.#placeOf(origin)) return false;
    }
    if (strangers && this.#cards !== this.#cardsKey()) return false;
    this.#cards = this.#cardsKey();
    return true;
  }

  #placeOf(origin: string): string {
    const status = this.#lineage.logs.get(origin);
    const parent = this.#lineage.logs.get(status?.parent ?? '');
    return `${status?.ordinal ?? -1} ${parent?.counted ?? 0}`;
  }

  #ordered(): readonly LogTree[] {
    return this.#lineage.sequences.flatMap((sequence) => sequence.flatMap((origin) => this.#tree(origin) ?? []));
  }

  async #judgeDue(): Promise<boolean> {
    let some = false;
    for (const { origin, parent, at } of this.#lineage.due) {
      const parentTree = this.#tree(parent);
      const state = parentTree === undefined ? undefined : this.#stateOf(parentTree.log);
      const note = this.#tree(origin)?.log.generation;
      if (state?.size !== at || note === undefined) continue;
      const found = thresholdChecks(this.#crypto.sha256, note.signed, state.identity);
      const fits = sameIdentity(note.card.identity, state.identity) && note.n <= state.n + 1;
      const valid = fits && 'checks' in found && (await this.#crypto.verify(found.checks)).every(Boolean);
      this.#judged.set(origin, { at, valid });
      some = true;
    }
    return some;
  }

  async #readSome(tree: LogTree): Promise<boolean> {
    const { log } = tree;
    const state = this.#stateOf(log);
    if (state === undefined) return false;
    const end = this.#readableEnd(tree, state.size);
    if (end === state.size) return false;
    if (state.size === 0 && log.generation !== undefined) this.#begun.set(log.origin, this.#placeOf(log.origin));
    const items = log.entries.slice(state.size, end).map((bytes, i) => {
      const parsed = tree.parsed[state.size + i];
      return { bytes, body: parsed === undefined ? undefined : this.#record.bodies.get(parsed.id), ...(parsed === undefined ? {} : { parsed }) };
    });
    const read = await readBatch(this.#context(log), state, items);
    const { out, states, levels, seen } = this.#reading;
    states.set(log.origin, read.state);
    levels.set(log.origin, levels.get(log.origin) ?? []);
    const known = seen.get(log.origin) ?? new Map<string, OwnEntry>();
    seen.set(log.origin, known);
    for (const entry of read.entries) {
      out.push(entry);
      levels.get(log.origin)?.push(entry.level);
      if (!known.has(entry.id)) known.set(entry.id, ownEntry(entry.type, entry.valid, entry.findings));
    }
    this.#onProgress(
      out.length,
      this.#trees.reduce((sum, one) => sum + one.size, 0),
      'entries',
    );
    return true;
  }

  #stateOf(log: RecordLog): ReaderState | undefined {
    const known = this.#reading.states.get(log.origin);
    if (known !== undefined) return known;
    if (log.generation === undefined) {
      const card = this.#record.channel.parties[log.party];
      assert(card !== undefined, 'a log of a record is of a party of its channel');
      return initialState(card);
    }
    const parent = this.#lineage.logs.get(this.#lineage.logs.get(log.origin)?.parent ?? '');
    const state = parent === undefined ? undefined : this.#reading.states.get(parent.origin);
    return state === undefined || state.size !== parent?.counted ? undefined : continuedState(state, log.generation.n);
  }

  #context({ origin, party, gen, generation }: RecordLog): ReadContext {
    const { logs } = this.#lineage;
    const cards = this.#cardsOf();
    return {
      crypto: this.#crypto,
      channel: this.#record.channel,
      origin,
      party,
      gen,
      seen: async (ids) => new Set(ids.filter((id) => this.#reading.seen.get(origin)?.has(id))),
      own: async (id) => this.#own(id, origin, party),
      cited: async (head) => this.#cited(head, origin),
      rootAt: async (of, size) => this.#tree(of)?.roots.get(size),
      ...(generation === undefined ? {} : { generation: { note: generation, ordinal: logs.get(origin)?.ordinal ?? 0 } }),
      lineage: {
        find: (of) => {
          const status = logs.get(of);
          return status === undefined || status.ordinal < 0 ? undefined : { party: status.party, ordinal: status.ordinal };
        },
        cosigners: (who) => cosignersOf(this.#crypto.sha256, this.#record.channel, who, cards),
      },
    };
  }

  #own(id: string, reading: string, party: number): OwnEntry | undefined {
    const sequence = this.#lineage.sequences[party] ?? [];
    const below = sequence.slice(0, sequence.indexOf(reading) + 1);
    return below.map((origin) => this.#reading.seen.get(origin)?.get(id)).find((entry) => entry !== undefined);
  }

  #cited(head: CitedHead, reading: string): CitedStatus {
    let status: CitedStatus = { status: 'beyond' };
    for (const tree of this.#named(head)) {
      if (head.size > (this.#lineage.logs.get(tree.log.origin)?.counted ?? 0)) continue;
      if (textOf(tree.roots.get(head.size)) !== head.root) status = { status: 'false' };
      else return { status: 'true', level: tree.log.origin === reading ? 0 : (this.#reading.levels.get(tree.log.origin)?.[head.size - 1] ?? 0) };
    }
    return status;
  }

  /** The logs that count under the generation a head names. */
  #named(head: CitedHead): readonly LogTree[] {
    return this.#ordered().filter(({ log }) => log.party === head.party && log.gen === head.gen);
  }

  #readableEnd(tree: LogTree, from: number): number {
    const { origin } = tree.log;
    const limit = Math.min(this.#lineage.logs.get(origin)?.readTo ?? 0, from + BATCH);
    for (let i = from; i < limit; i++) {
      const parsed = tree.parsed[i];
      if (parsed === undefined) continue;
      if (!this.#hasText(parsed.id) || parsed.header.after.some((head) => this.#waitsFor(head, origin))) return i;
    }
    return limit;
  }

  #waitsFor(head: CitedHead, reading: string): boolean {
    return this.#named(head).some((other) => {
      const { origin } = other.log;
      const read = this.#reading.states.get(origin)?.size ?? 0;
      if (origin === reading || head.size <= read || !this.#readsFurther(other, read)) return false;
      if (head.size > (this.#lineage.logs.get(origin)?.readTo ?? 0)) return false;
      // Only a true citation is worth waiting for: it commits to what it names, so it cannot be circular. A false one can.
      return textOf(other.roots.get(head.size)) === head.root;
    });
  }

  /** Whether a log can still be read on from here: not past an entry whose body the file lacks. */
  #readsFurther(tree: LogTree, from: number): boolean {
    const next: ParsedEntry | undefined = tree.parsed[from];
    return from < tree.size && (next === undefined || this.#hasText(next.id));
  }

  /** Whether an entry can be judged: its text is in the file, or its author says that it is lost. */
  #hasText(id: string): boolean {
    return this.#record.bodies.has(id) || this.#lost.has(id);
  }

  #tree(origin: string): LogTree | undefined {
    return this.#trees.find(({ log }) => log.origin === origin);
  }
}

function fresh(): Reading {
  return { out: [], states: new Map(), levels: new Map(), seen: new Map() };
}

function textOf(root: Uint8Array | undefined): string | undefined {
  return root === undefined ? undefined : toBase64url(root);
}
