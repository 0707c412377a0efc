/**
 * What durability means here: one asynchronous, set-based interface, implemented by `sqlite` and `memory` and held to one shared suite.
 *
 * The store is trusted with availability, never with truth: readers re-hash what they read before they sign over it.
 * Every method that resolves has made its effect durable (`synchronous=FULL`), but for three whose effect becomes durable with the next that does:
 * `stage` and `unstage` of a log this node does not sign (`commitHead` follows), `advanceCosigned` (the mark and `putCosignatures` follow) and
 * `putVerdicts` (computed again from the entries). Effects last in the order they were made: a power failure undoes the last ones, never one before another.
 * Bytes come back exactly as they were put.
 */

/** One append-only tree: a party's generation in a channel. `origin` is the checkpoint origin line, `parley.v1/<40 hex>`. */
export type LogRow = {
  readonly origin: string;
  /** Channel id, 43 base64url characters. */
  readonly channel: string;
  readonly party: number;
  /** Generation nonce, 22 base64url characters. */
  readonly gen: string;
  /** Whether this node signs it. */
  readonly own: boolean;
  /** The last committed head; size 0 and the empty root before the first. */
  readonly size: number;
  readonly root: Uint8Array;
  /** The head's signed note as held, with its two log lines alone; empty before the first. */
  readonly note: Uint8Array;
  /** Entries written but not yet under a committed head. */
  readonly pendingSize: number;
  /** First index whose body is required and not yet held; equals `pendingSize` when none is missing. */
  readonly openedSize: number;
};

/** One entry to stage: its exact bytes, hashes, and its body text (a leaf a line), if one is required. */
export type StagedEntry = {
  /** SHA-256 of the note text, or of the whole bytes where they are no note: what makes a retry a retry. */
  readonly id: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly bytes: Uint8Array;
  /** Body as held; `undefined` when none is required or it has not arrived. */
  readonly body: Uint8Array | undefined;
  readonly bodyRequired: boolean;
};

/** An entry as held. */
export type EntryRow = StagedEntry & { readonly origin: string; readonly index: number };

/** What the verifier concluded of one entry, kept so that a restart does not verify again. */
export type VerdictRow = {
  readonly origin: string;
  readonly index: number;
  /** Entry id. */
  readonly id: Uint8Array;
  readonly channel: string;
  readonly valid: boolean;
  /** Entry type; empty where the bytes are no entry. */
  readonly type: string;
  /** Root entry id of its matter, or its own id. */
  readonly matter: Uint8Array;
  /** Causal level, by which documents of all logs are read one after the other (spec/entry.md). No two entries of one log have the same. */
  readonly level: number;
  /** Claimed time, seconds. */
  readonly time: number;
  /** Strict JSON of the findings (`Phrase[]`). */
  readonly findings: string;
};

/** A verified cosignature pair over one head. */
export type CosignatureRow = {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** Key name: `<cosigner origin>/held` or a host's witness name. */
  readonly cosigner: string;
  /** Common time of the pair, seconds. */
  readonly time: number;
  /** Both signature lines, each ending in a newline. */
  readonly lines: Uint8Array;
};

/** One projected matter, opaque to the store but for what lists and orders it. */
export type MatterRow = {
  readonly channel: string;
  readonly id: Uint8Array;
  readonly kind: string;
  /** Root of its dossier (its own id when it stands alone). */
  readonly dossier: Uint8Array;
  readonly level: number;
  /** Whether something in it is still awaited, so that lists of what is need not read the rest. */
  readonly open: boolean;
  /** The party that opened it; -1 while nobody has. */
  readonly opener: number;
  /** Strict JSON of the folded state; see {@link matterState}. */
  readonly state: string;
};

/** What is to be kept of a matter: all that it is but for its acts, and the acts that come to those it has. */
export type MatterUpdate = Omit<MatterRow, 'state'> & {
  /** Strict JSON of the folded state without its acts. */
  readonly head: string;
  readonly acts: readonly ActRow[];
  /** Whether the acts it had go: these are all there are. */
  readonly anew: boolean;
};

/** One act of a matter, opaque to the store: its party and its place among all that this party said, which no other act has, and its strict JSON. */
export type ActRow = { readonly party: number; readonly place: number; readonly text: string };

/** Which matters of a channel; the conditions hold together. */
export type MatterFilter = {
  readonly ids?: readonly Uint8Array[];
  readonly kind?: string;
  readonly dossier?: Uint8Array;
  /** In the dossier of another id, under which nobody has opened a matter here. */
  readonly unrooted?: true;
  readonly open?: true;
  /** Characters of acts beyond which a matter comes with its head alone as `state`: whoever says very much in one matter must not make us read it all. */
  readonly most?: number;
};

/** Matters of one dossier beside its root, counted by whoever opened them and by whether something in them is awaited. */
export type DossierCount = Pick<MatterRow, 'opener' | 'open'> & { readonly count: number };

/**
 * Which of the matters that one party opened in a dossier beside its root: of those whose kind is among `kinds` and not among `not`, `count` from the
 * `from`th on. What awaits something comes first, and of both the latest that came here.
 */
export type DossierPart = {
  readonly opener: number;
  readonly kinds?: readonly string[];
  readonly not?: readonly string[];
  readonly from: number;
  readonly count: number;
  /** As in {@link MatterFilter}. */
  readonly most?: number;
};

/**
 * Of a damaged store the rows that are what was written, by their sums: entries, heads and cosignatures are not among them, since their own hashes and
 * signatures say more. `lost` names the rows that are not, a few words each; it is complete once `chunks` was read to its end.
 */
export type Salvage = {
  readonly locals: readonly { collection: string; key: string; json: string }[];
  readonly values: readonly { key: string; bytes: Uint8Array }[];
  readonly cosigned: readonly { origin: string; size: number; root: Uint8Array; time: number }[];
  readonly chunks: () => Iterable<{ root: Uint8Array; index: number; bytes: Uint8Array }>;
  readonly lost: readonly string[];
};

/** What is kept of what was computed from the entries. */
export type ProjectionMethods =
  | 'putVerdicts'
  | 'reader'
  | 'tableBefore'
  | 'verdicts'
  | 'verdictsOf'
  | 'matterVerdicts'
  | 'matters'
  | 'dossierCounts'
  | 'dossierPart'
  | 'dossierJoined'
  | 'resetProjection';

export interface Store {
  /** Small named values of the node itself (strict JSON or bytes). */
  getValue(key: string): Promise<Uint8Array | undefined>;
  putValue(key: string, value: Uint8Array): Promise<void>;

  /** Local records that are never sent: users, sessions, drafts, foundings, addresses. `json` is any JSON text. */
  getLocal(collection: string, key: string): Promise<string | undefined>;
  putLocal(collection: string, key: string, json: string): Promise<void>;
  deleteLocal(collection: string, key: string): Promise<void>;
  listLocal(collection: string): Promise<readonly { key: string; json: string }[]>;

  /** Creates an empty log; a second call with the same origin changes nothing. */
  createLog(log: Pick<LogRow, 'origin' | 'channel' | 'party' | 'gen' | 'own'>): Promise<void>;
  log(origin: string): Promise<LogRow | undefined>;
  /** All logs, or those of one channel, by party then generation. */
  logs(channel?: string): Promise<readonly LogRow[]>;

  /**
   * Step 1 of the commit: writes entries as pending, starting exactly at `from` (= `pendingSize`), in one transaction.
   * An id that the log already holds is not written again when `skipKnown` (own appends: a retry); received logs are written as they came.
   * Returns the index of each entry given, in order (the first index of an id already held).
   * Refuses `not_found` for an unknown log, `gap` (with the fact `size`) when `from` is not `pendingSize`, unless everything given is already held and
   * `skipKnown`; `disk_full` when the disk is full (nothing written).
   */
  stage(origin: string, from: number, entries: readonly StagedEntry[], skipKnown: boolean): Promise<readonly number[]>;
  /** Forgets pending entries at and after `from` (>= the committed size): a received head that did not verify leaves nothing behind. */
  unstage(origin: string, from: number): Promise<void>;
  /** Adds bodies that arrived later; unknown or already held ones are left alone. */
  putBodies(origin: string, bodies: readonly { index: number; body: Uint8Array }[]): Promise<void>;
  /** Requires no more the bodies of entries that their author lost before they came; held ones are left alone. */
  waiveBodies(origin: string, indexes: readonly number[]): Promise<void>;
  /**
   * Takes away for good: puts what remains of bodies in the place of those held, drops all chunks of blobs, drops local records or puts `json` in their
   * place. When it resolves, what is gone stands in no file of the store any more, freed space and write-ahead log included. A body that is not held
   * stays so.
   */
  erase(gone: {
    readonly bodies: readonly { readonly origin: string; readonly index: number; readonly body: Uint8Array }[];
    readonly blobs: readonly Uint8Array[];
    readonly locals: readonly { readonly collection: string; readonly key: string; readonly json?: string }[];
  }): Promise<void>;
  /** Entries [from, to) as held, in order; `to` beyond the pending size returns what there is. */
  entries(origin: string, from: number, to: number): Promise<readonly EntryRow[]>;
  /** Entries at places of any logs, as held, in the order asked; a place that holds none is left out. */
  entriesAt(places: readonly { origin: string; index: number }[]): Promise<readonly EntryRow[]>;
  /** Where ids stand, first index per origin, across all logs of a channel; with `origin` in that log alone. */
  findEntries(channel: string, ids: readonly Uint8Array[], origin?: string): Promise<readonly { id: Uint8Array; origin: string; index: number }[]>;
  /** Bytes and leaf hashes of entries [from, to) as held, in order: what is read back before anything is signed over them. */
  leaves(origin: string, from: number, to: number): Promise<readonly Pick<EntryRow, 'bytes' | 'leafHash'>[]>;
  /** Leaf hashes [from, to). */
  leafHashes(origin: string, from: number, to: number): Promise<readonly Uint8Array[]>;
  /**
   * Hashes [from, to) of tile level `level`: hash `i` is the node at height 8 * level covering leaves [i * 256 ** level, (i + 1) * 256 ** level),
   * complete ones only, pending leaves included; `to` beyond them returns what there is. Used to serve tiles (C2SP tlog-tiles) and to build proofs.
   */
  tileHashes(origin: string, level: number, from: number, to: number): Promise<readonly Uint8Array[]>;
  /** Root over the first `size` leaves, pending ones included, from stored hashes. */
  rootAt(origin: string, size: number): Promise<Uint8Array>;
  /** Inclusion proof of leaf `index` in the tree of `size` (RFC 6962 section 2.1.1). */
  inclusionProof(origin: string, index: number, size: number): Promise<readonly Uint8Array[]>;
  /** Consistency proof between sizes `from` <= `to` (RFC 6962 section 2.1.2); empty for 0 and for equal sizes. */
  consistencyProof(origin: string, from: number, to: number): Promise<readonly Uint8Array[]>;

  /**
   * Step 4, the one commit point: sets the signed head when the log still stands at (oldSize, oldRoot), else returns false and changes nothing.
   * Every signed head ever committed stays readable through {@link headAtOrAbove}; the same head again replaces its note.
   * Refuses `store_damaged` when `next.root` is not the root of the entries held: nothing is committed over other entries than were signed.
   */
  commitHead(origin: string, old: { size: number; root: Uint8Array }, next: { size: number; root: Uint8Array; note: Uint8Array }): Promise<boolean>;
  /** The smallest committed head with size >= `size`. */
  headAtOrAbove(origin: string, size: number): Promise<{ size: number; root: Uint8Array; note: Uint8Array } | undefined>;
  /** The largest committed head whose size is <= `size`; for pushing in pieces. */
  headAtOrBelow(origin: string, size: number): Promise<{ size: number; root: Uint8Array; note: Uint8Array } | undefined>;

  /** Keeps verified pairs; the same (origin, size, root, cosigner, time) again changes nothing. Two roots at one size and time are kept both: evidence. */
  putCosignatures(rows: readonly CosignatureRow[]): Promise<void>;
  /** Pairs over heads of at least `minSize` and at most `maxSize`, largest size first, then latest time, then by cosigner. */
  cosignatures(origin: string, minSize?: number, maxSize?: number): Promise<readonly CosignatureRow[]>;
  /** For each (origin, cosigner) the largest pair held, of all logs or those of a channel. */
  largestCosignatures(channel?: string): Promise<readonly CosignatureRow[]>;
  /** The earliest pair of `cosigner` whose size is > `index`: when they held that entry. */
  firstCosignatureOver(origin: string, index: number, cosigner: string): Promise<CosignatureRow | undefined>;

  /**
   * Takes the right to cosign atomically: when the head last cosigned by this node for `origin` has size `oldSize`
   * (0 when none), records (size, root, max(now, last time)) and returns that time; else returns the head last cosigned. So it does too when
   * `next` is smaller than that head, or has its size and another root: no caller's mistake makes this node cosign two histories.
   */
  advanceCosigned(
    origin: string,
    oldSize: number,
    next: { size: number; root: Uint8Array },
    now: number,
  ): Promise<{ time: number } | { last: { size: number; root: Uint8Array; time: number } }>;
  /** The head this node last cosigned. */
  cosigned(origin: string): Promise<{ size: number; root: Uint8Array; time: number } | undefined>;
  allCosigned(): Promise<readonly { origin: string; size: number; root: Uint8Array; time: number }[]>;

  /** Verdicts in the order given, with the reader and matter states they lead to, in one transaction. */
  putVerdicts(update: {
    readonly verdicts: readonly VerdictRow[];
    readonly matters: readonly MatterUpdate[];
    /** Per log: the reader's state after its last verdict (strict JSON). */
    readonly readers: readonly { origin: string; size: number; state: string }[];
  }): Promise<void>;
  reader(origin: string): Promise<{ size: number; state: string } | undefined>;
  /**
   * Rows of a channel below a level, from the highest level down; rows of a type in `excludeTypes` are left out.
   * At most `limit` rows, and beyond it only those that share the last one's level (one a log), so that whoever goes on below it skips none.
   */
  tableBefore(channel: string, before: number | undefined, limit: number, excludeTypes: readonly string[]): Promise<readonly VerdictRow[]>;
  /** Verdicts of entries by id, in the order asked; an id that stands at several places gives as many rows. */
  verdicts(channel: string, ids: readonly Uint8Array[]): Promise<readonly VerdictRow[]>;
  /** Verdicts of one log in index order. */
  verdictsOf(origin: string, from: number, to: number): Promise<readonly VerdictRow[]>;
  /** Verdicts of one matter, by level. */
  matterVerdicts(channel: string, matter: Uint8Array): Promise<readonly VerdictRow[]>;
  /** Matters of a channel by level, then id. */
  matters(channel: string, filter?: MatterFilter): Promise<readonly MatterRow[]>;
  /** How many matters stand in a dossier beside its root, but for those of kinds in `not`; none of them is read. */
  dossierCounts(channel: string, dossier: Uint8Array, not: readonly string[]): Promise<readonly DossierCount[]>;
  /** A part of a dossier, whatever else is in it. */
  dossierPart(channel: string, dossier: Uint8Array, part: DossierPart): Promise<readonly MatterRow[]>;
  /** How many entries joined the matters of a dossier after what opened these, but for types and for kinds of matter that do not count; no more than `most`. */
  dossierJoined(
    channel: string,
    dossier: Uint8Array,
    not: { readonly types: readonly string[]; readonly kinds: readonly string[] },
    most: number,
  ): Promise<number>;

  /** Attachment chunks by blob root; other bytes at the same place replace what was there (a repair). */
  putChunk(root: Uint8Array, index: number, bytes: Uint8Array): Promise<void>;
  chunk(root: Uint8Array, index: number): Promise<Uint8Array | undefined>;
  /** Chunk indexes held for a root. */
  heldChunks(root: Uint8Array): Promise<readonly number[]>;

  /** What the storage engine itself finds wrong with its files, a sentence each; drivers without files leave it out. */
  checkIntegrity?(): Promise<readonly string[]>;
  /** What can still be relied on of a damaged store, for a new one; drivers without files leave it out. */
  salvage?(): Promise<Salvage>;
  /** Writes a consistent copy of everything into a new file while the store stays in use; drivers without files leave it out. */
  backup?(path: string): Promise<void>;
  /** Drops all verdicts, readers and matters, or those of one channel: they are computed again from the entries. */
  resetProjection(channel?: string): Promise<void>;
  /**
   * Gives logs other names, all in one transaction, with everything they hold: of two histories of one log one stands under its origin. Each new name is free
   * once the old ones are given up. Their verdicts and readers go. Refuses `not_found`.
   */
  renameLogs(moves: readonly (readonly [from: string, to: string])[]): Promise<void>;
  /** Forgets a log and everything held under its name, in one transaction; pairs over its heads stay. Changes nothing where there is none. */
  deleteLog(origin: string): Promise<void>;
  /** Flushes and lets go of the files; nothing may be called after. */
  close(): Promise<void>;
}
