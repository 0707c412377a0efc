import { concat, equal, fromUtf8, toHex, utf8 } from '../base/bytes.ts';
import type { Sha256 } from '../base/ports.ts';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { Frontier } from '../tlog/frontier.ts';
import { emptyRoot, leafHash, rootOf } from '../tlog/merkle.ts';
import { parseNote } from '../tlog/note.ts';
import { FsckFindings, type FsckReport } from './fsck-report.ts';
import { originOfRow } from './row-name.ts';
import type { CosignatureRow, EntryRow, LogRow, Store } from './store.ts';

/** An attachment that an entry names: the root over its chunks' leaf hashes, each SHA-256(0x00 || salt || chunk), and the root they are kept under. */
export type FsckAttachment = { readonly root: Uint8Array; readonly place: Uint8Array; readonly salt: Uint8Array; readonly chunkCount: number };

/** What a check needs; the callbacks know what this room does not (entries, keys), and say what is wrong in a few words, or nothing. */
export type FsckOptions = {
  readonly sha256: Sha256;
  readonly onProgress?: (progress: { readonly origin: string; readonly done: number; readonly total: number }) => void;
  /** Whether a body opens under its entry and the entry belongs to the log; `body` is undefined where the row says that none is required. */
  readonly openBody?: (entry: Uint8Array, body: Uint8Array | undefined, log: LogRow) => string | undefined;
  /** Whether both log lines of a head verify. */
  readonly checkHead?: (log: LogRow, note: Uint8Array) => Promise<string | undefined>;
  /** Whether both lines of a cosignature pair verify. */
  readonly checkCosignature?: (row: CosignatureRow) => Promise<string | undefined>;
  readonly attachmentsOf?: (entry: Uint8Array, body: Uint8Array, log: LogRow) => readonly FsckAttachment[];
};

/** Entries read at once: one tile, so that each stored tile is compared whole. */
const BLOCK_SIZE = 256;

/**
 * Reads everything back and compares it with what it must be: each entry's id, leaf hash and body; the tree rebuilt from them with the stored
 * tiles and with the root of every committed head, cosignature and head this node cosigned; attachments with their roots.
 *
 * Damage is reported, never thrown. A body or chunk of another party that has not arrived yet is counted, not a problem; a missing one of an own
 * log is. Without the callbacks, signatures, bodies and attachments are not looked at.
 */
export async function fsck(store: Store, options: FsckOptions): Promise<FsckReport> {
  const findings = new FsckFindings();
  const engine = await findings.attempt('', undefined, 'the files', async () => (await store.checkIntegrity?.()) ?? []);
  for (const line of engine ?? []) findings.add('', undefined, `the storage engine reports: ${line}`);
  const logs = (await findings.attempt('', undefined, 'the list of logs', () => store.logs())) ?? [];
  for (const log of logs) await new LogCheck(store, options, findings, log).run();
  return findings.report(logs.length);
}

class LogCheck {
  readonly #store: Store;
  readonly #options: FsckOptions;
  readonly #findings: FsckFindings;
  readonly #log: LogRow;
  readonly #frontier: Frontier;
  readonly #seen = new Set<string>();
  #isTreeWhole = true;

  constructor(store: Store, options: FsckOptions, findings: FsckFindings, log: LogRow) {
    this.#store = store;
    this.#options = options;
    this.#findings = findings;
    this.#log = log;
    this.#frontier = new Frontier(options.sha256);
  }

  async run(): Promise<void> {
    const { origin, pendingSize: total, size, root } = this.#log;
    if (size === 0 && !equal(root, emptyRoot(this.#options.sha256))) this.#add(undefined, 'the root of the empty log is not the empty root');
    for (let from = 0; from < total && !this.#findings.isOver; from += BLOCK_SIZE) {
      await this.#block(from, Math.min(from + BLOCK_SIZE, total));
      this.#options.onProgress?.({ origin, done: Math.min(from + BLOCK_SIZE, total), total });
    }
    await this.#edges();
  }

  async #block(from: number, to: number): Promise<void> {
    const { origin } = this.#log;
    const read = <T>(what: string, work: () => Promise<readonly T[]>) => this.#read(from, `${what} ${from} to ${to - 1}`, work);
    const entries = await read('entries', () => this.#store.entries(origin, from, to));
    // Without its index a hash among too few could be any entry's: then there is nothing to compare with.
    const whole = <T>(hashes: readonly T[]) => (hashes.length === to - from ? hashes : undefined);
    const leaves = whole(await read('leaf hashes', () => this.#store.leafHashes(origin, from, to)));
    const tile = whole(await read('tree hashes', () => this.#store.tileHashes(origin, 0, from, to)));
    if (leaves === undefined) this.#add(undefined, `has too few leaf hashes from ${from} to ${to - 1}`);
    const verdicts = await read('verdicts', () => this.#store.verdictsOf(origin, from, to));
    const roots = await this.#rootsIn(from, to);
    const byIndex = new Map(entries.map((entry) => [entry.index, entry]));
    const idOf = new Map(entries.map((entry) => [entry.index, entry.id]));
    for (const verdict of verdicts) {
      const id = idOf.get(verdict.index);
      if (id !== undefined && !equal(id, verdict.id)) this.#add(verdict.index, 'has a verdict that names another id');
    }
    const nodes = new Map<number, { from: number; hashes: Uint8Array[] }>();
    for (let index = from; index < to; index++) {
      const entry = byIndex.get(index);
      const leaf = await this.#entry(index, entry, leaves?.[index - from], tile?.[index - from]);
      if (leaf === undefined) this.#isTreeWhole = false;
      if (!this.#isTreeWhole) continue;
      this.#frontier.append(leaf as Uint8Array, (height, at, hash) => {
        if (height === 0 || height % 8 !== 0) return;
        const level = nodes.get(height / 8) ?? { from: at, hashes: [] };
        level.hashes.push(hash);
        nodes.set(height / 8, level);
      });
      for (const { root, what } of roots.get(index + 1) ?? []) this.#root(root, what);
    }
    for (const [level, node] of nodes) await this.#tiles(level, node.from, node.hashes);
  }

  /** Checks one entry and returns the leaf hash that the tree goes on with: of those that disagree, the one that most places hold. */
  async #entry(
    index: number,
    entry: EntryRow | undefined,
    leaf: Uint8Array | undefined,
    tileLeaf: Uint8Array | undefined,
  ): Promise<Uint8Array | undefined> {
    if (entry === undefined) {
      this.#add(index, 'is missing');
      return [tileLeaf, leaf].find(isHash);
    }
    const { sha256, openBody } = this.#options;
    const computed = leafHash(sha256, entry.bytes);
    this.#findings.entries++;
    if (!equal(computed, entry.leafHash)) this.#add(index, 'has bytes that do not give its leaf hash');
    if (leaf !== undefined && !equal(leaf, entry.leafHash)) this.#add(index, 'has two leaf hashes');
    if (tileLeaf !== undefined && !equal(tileLeaf, entry.leafHash)) this.#add(index, 'has a leaf hash that is not the one in its tile');
    if (!equal(idOf(sha256, entry.bytes), entry.id)) this.#add(index, 'has bytes that do not give its id');
    if (entry.body !== undefined && !entry.bodyRequired) this.#add(index, 'has a body that is marked as not required');
    if (entry.bodyRequired && entry.body === undefined) {
      this.#findings.missingBodies++;
      if (this.#log.own && index < this.#log.size) this.#add(index, 'lacks its body, and is ours');
    } else {
      const fault = attemptSync(() => openBody?.(entry.bytes, entry.body, this.#log));
      if (fault !== undefined) this.#add(index, `has a body that does not open: ${fault}`);
      else if (entry.body !== undefined) await this.#attachments(index, entry.bytes, entry.body);
    }
    if (tileLeaf !== undefined && equal(computed, tileLeaf)) return computed;
    return [entry.leafHash, tileLeaf, computed].find(isHash);
  }

  async #attachments(index: number, entry: Uint8Array, body: Uint8Array): Promise<void> {
    for (const attachment of this.#options.attachmentsOf?.(entry, body, this.#log) ?? []) {
      const key = toHex(attachment.place);
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      const held = await this.#read(index, 'the chunks', () => this.#store.heldChunks(attachment.place));
      const missing = attachment.chunkCount - held.filter((chunk) => chunk < attachment.chunkCount).length;
      this.#findings.missingChunks += missing;
      if (missing > 0 && this.#log.own) this.#add(index, `names an attachment of which ${missing} of ${attachment.chunkCount} chunks are missing`);
      if (missing === 0) await this.#chunks(index, attachment);
    }
  }

  async #chunks(index: number, { root, place, salt, chunkCount }: FsckAttachment): Promise<void> {
    const { sha256 } = this.#options;
    const hashes: Uint8Array[] = [];
    for (let i = 0; i < chunkCount; i++) {
      const chunk = await this.#findings.attempt(this.#log.origin, index, `chunk ${i}`, () => this.#store.chunk(place, i));
      if (chunk === undefined) return;
      hashes.push(leafHash(sha256, concat(salt, chunk)));
    }
    if (!equal(rootOf(sha256, hashes), root)) this.#add(index, 'names an attachment whose chunks do not give its root');
  }

  /** All roots that something held says the tree has at sizes (from, to]. */
  async #rootsIn(from: number, to: number): Promise<ReadonlyMap<number, readonly { root: Uint8Array; what: string }[]>> {
    const { origin } = this.#log;
    const roots = new Map<number, { root: Uint8Array; what: string }[]>();
    const add = (size: number, root: Uint8Array, what: string) => void roots.set(size, [...(roots.get(size) ?? []), { root, what }]);
    for (let size = from + 1; size <= to; size++) {
      const head = await this.#findings.attempt(origin, size, `the head at or above ${size}`, () => this.#store.headAtOrAbove(origin, size));
      if (head === undefined || head.size > to) break;
      size = head.size;
      this.#findings.heads++;
      add(size, head.root, 'the committed head');
      await this.#head(head);
    }
    const rows = await this.#read(from, `cosignatures over sizes ${from + 1} to ${to}`, () => this.#store.cosignatures(origin, from + 1, to));
    for (const row of rows) {
      this.#findings.cosignatures++;
      add(row.size, row.root, `the cosignature of ${row.cosigner}`);
      const fault = await this.#findings.attempt(origin, row.size, 'a cosignature', async () => this.#options.checkCosignature?.(row));
      if (fault !== undefined) this.#add(undefined, `has a cosignature of ${row.cosigner} over size ${row.size} that does not verify: ${fault}`);
    }
    return roots;
  }

  async #head(head: { size: number; root: Uint8Array; note: Uint8Array }): Promise<void> {
    const { origin } = this.#log;
    const fault =
      noteFault(origin, head) ??
      (await this.#findings.attempt(origin, head.size, 'a head', async () => this.#options.checkHead?.(this.#log, head.note)));
    if (fault !== undefined) this.#add(undefined, `has a head at size ${head.size} that does not verify: ${fault}`);
  }

  /** What the last block leaves: the committed and the pending root, and what says more than is held. */
  async #edges(): Promise<void> {
    const { origin, size, root, pendingSize } = this.#log;
    const attempt = <T>(what: string, work: () => Promise<T>) => this.#findings.attempt(origin, undefined, what, work);
    const head = await attempt('the last head', () => this.#store.headAtOrBelow(origin, Number.MAX_SAFE_INTEGER));
    if ((head?.size ?? 0) !== size) this.#add(undefined, `stands at size ${size}, but its last head is at ${head?.size ?? 0}`);
    else if (head !== undefined && !equal(head.root, root)) this.#add(undefined, 'stands at another root than its last head');
    if (this.#isTreeWhole) {
      const pending = await attempt('the pending root', () => this.#store.rootAt(origin, pendingSize));
      if (pending !== undefined) this.#root(pending, 'the pending tree');
    } else this.#add(undefined, 'has a tree that could not be rebuilt to its end');
    for (const row of await this.#read(undefined, 'cosignatures', () => this.#store.cosignatures(origin, pendingSize + 1)))
      this.#add(undefined, `has a cosignature of ${row.cosigner} over ${row.size} entries, but ${pendingSize} are held`);
    const own = await attempt('the head cosigned here', () => this.#store.cosigned(origin));
    if (own === undefined || own.size === 0) return;
    if (own.size > pendingSize) return this.#add(undefined, `was cosigned here up to ${own.size} entries, but ${pendingSize} are held`);
    const held = await attempt('a root', () => this.#store.rootAt(origin, own.size));
    if (held !== undefined && !equal(held, own.root)) this.#add(undefined, `was cosigned here at size ${own.size} with another root`);
  }

  // After one wrong root all later ones are wrong too: one sentence says where it begins.
  #root(root: Uint8Array, what: string): void {
    if (equal(this.#frontier.root(), root)) return;
    const key = `root ${what}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#add(undefined, `has entries that do not give the root of ${what} at size ${this.#frontier.size}`);
  }

  async #tiles(level: number, from: number, hashes: readonly Uint8Array[]): Promise<void> {
    const { origin } = this.#log;
    const held = await this.#read(undefined, `tile level ${level}`, () => this.#store.tileHashes(origin, level, from, from + hashes.length));
    hashes.forEach((hash, i) => {
      const stored = held[i];
      if (stored === undefined || !equal(hash, stored)) this.#add(undefined, `has a wrong tree hash ${from + i} at level ${level}`);
    });
  }

  async #read<T>(index: number | undefined, what: string, work: () => Promise<readonly T[]>): Promise<readonly T[]> {
    return (await this.#findings.attempt(this.#log.origin, index, what, work)) ?? [];
  }

  #add(index: number | undefined, fault: string): void {
    this.#findings.add(
      this.#log.origin,
      index,
      index === undefined ? `log ${this.#log.origin} ${fault}` : `entry ${index + 1} of log ${this.#log.origin} ${fault}`,
    );
  }
}

/** A disk may cut a hash short too. */
function isHash(bytes: Uint8Array | undefined): bytes is Uint8Array {
  return bytes?.length === 32;
}

function noteFault(origin: string, head: { size: number; root: Uint8Array; note: Uint8Array }): string | undefined {
  const parsed = parseNote(head.note);
  if ('expected' in parsed) return `expected ${parsed.expected}`;
  const text = parseCheckpoint(parsed.note.text);
  if ('expected' in text) return `expected ${text.expected}`;
  const { checkpoint } = text;
  return checkpoint.origin === originOfRow(origin) && checkpoint.size === head.size && equal(checkpoint.root, head.root)
    ? undefined
    : 'its note says another head';
}

/** SHA-256 of the note text, or of the whole bytes where they are no note. */
function idOf(sha256: Sha256, bytes: Uint8Array): Uint8Array {
  const parsed = fromUtf8(bytes) === undefined ? { expected: '' } : parseNote(bytes);
  return sha256('note' in parsed ? utf8(parsed.note.text) : bytes);
}

function attemptSync(work: () => string | undefined): string | undefined {
  try {
    return work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
