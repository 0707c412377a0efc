import { compare, toHex, utf8 } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import type { Sha256 } from '../base/ports.ts';
import { Frontier } from '../tlog/frontier.ts';
import { emptyRoot } from '../tlog/merkle.ts';
import { planConsistency, planInclusion } from '../tlog/merkle-plan.ts';
import { memoryCosignatures } from './memory-cosignatures.ts';
import { memoryProjection } from './memory-projection.ts';
import { gap, noLog, rootDiffers } from './refusals.ts';
import type { EntryRow, LogRow, StagedEntry, Store } from './store.ts';
import { frontierFrom, proofFrom, type ReadTile, rootFrom, tileCount } from './tree.ts';

/** What memory holds of one log. */
export type MemoryLog = {
  /** Creation order: what orders rows of several logs where nothing else does. */
  readonly no: number;
  readonly fixed: Pick<LogRow, 'origin' | 'channel' | 'party' | 'gen' | 'own'>;
  size: number;
  root: Uint8Array;
  readonly heads: Map<number, { size: number; root: Uint8Array; note: Uint8Array }>;
  readonly entries: EntryRow[];
  /** First index of each id, by hexadecimal id. */
  readonly first: Map<string, number>;
  /** Complete nodes by tile level. */
  levels: Uint8Array[][];
  frontier: Frontier;
  /** No body is missing below this index; moved on when a row is asked for. */
  opened: number;
};

/**
 * A store that lasts as long as its process, for tests and simulation; the same suite holds it to what sqlite does.
 * What it returns and keeps are copies, so that no caller can change the record by changing an array.
 */
export function openMemoryStore({ sha256 }: { readonly sha256: Sha256 }): Store {
  const logs = new Map<string, MemoryLog>();
  const { dropVerdicts, ...projection } = memoryProjection(logs);
  const { dropChunks, ...locals } = memoryLocals();
  return {
    ...locals,
    ...memoryLogs(sha256, logs, dropVerdicts),
    ...memoryEntries(sha256, logs),
    ...memoryTree(sha256, logs),
    ...memoryHeads(sha256, logs),
    ...memoryCosignatures(sha256, logs),
    ...projection,
    async erase({ bodies, blobs, locals: gone }) {
      for (const { origin, index, body } of bodies) {
        const { entries } = logOf(logs, origin);
        const entry = entries[index];
        if (entry?.body !== undefined) entries[index] = { ...entry, body: body.slice() };
      }
      for (const root of blobs) dropChunks(root);
      for (const { collection, key, json } of gone) {
        if (json === undefined) await locals.deleteLocal(collection, key);
        else await locals.putLocal(collection, key, json);
      }
    },
    async close() {},
  };
}

type Part<K extends keyof Store> = Pick<Store, K>;

type MemoryLocals = Part<'getValue' | 'putValue' | 'getLocal' | 'putLocal' | 'deleteLocal' | 'listLocal' | 'putChunk' | 'chunk' | 'heldChunks'> & {
  readonly dropChunks: (root: Uint8Array) => void;
};

function memoryLocals(): MemoryLocals {
  const values = new Map<string, Uint8Array>();
  const locals = new Map<string, Map<string, string>>();
  const chunks = new Map<string, Map<number, Uint8Array>>();
  return {
    async getValue(key) {
      return values.get(key)?.slice();
    },
    async putValue(key, value) {
      values.set(key, value.slice());
    },
    async getLocal(collection, key) {
      return locals.get(collection)?.get(key);
    },
    async putLocal(collection, key, json) {
      const rows = locals.get(collection) ?? new Map<string, string>();
      locals.set(collection, rows.set(key, json));
    },
    async deleteLocal(collection, key) {
      locals.get(collection)?.delete(key);
    },
    async listLocal(collection) {
      const rows = [...(locals.get(collection) ?? [])].map(([key, json]) => ({ key, json }));
      return rows.sort((a, b) => compare(utf8(a.key), utf8(b.key)));
    },
    dropChunks(root) {
      chunks.delete(toHex(root));
    },
    async putChunk(root, index, bytes) {
      const held = chunks.get(toHex(root)) ?? new Map<number, Uint8Array>();
      chunks.set(toHex(root), held.set(index, bytes.slice()));
    },
    async chunk(root, index) {
      return chunks.get(toHex(root))?.get(index)?.slice();
    },
    async heldChunks(root) {
      return [...(chunks.get(toHex(root))?.keys() ?? [])].sort((a, b) => a - b);
    },
  };
}

function memoryLogs(
  sha256: Sha256,
  logs: Map<string, MemoryLog>,
  dropVerdicts: (origin: string) => void,
): Part<'createLog' | 'log' | 'logs' | 'renameLogs' | 'deleteLog'> {
  const create = (fixed: MemoryLog['fixed']): void => {
    logs.set(fixed.origin, {
      no: [...logs.values()].reduce((next, { no }) => Math.max(next, no + 1), 0),
      fixed,
      size: 0,
      root: emptyRoot(sha256),
      heads: new Map(),
      entries: [],
      first: new Map(),
      levels: [],
      frontier: new Frontier(sha256),
      opened: 0,
    });
  };
  return {
    async createLog({ origin, channel, party, gen, own }) {
      if (!logs.has(origin)) create({ origin, channel, party, gen, own });
    },
    async renameLogs(moves) {
      const held = moves.map(([from, to]) => ({ log: logOf(logs, from), to }));
      for (const [from] of moves) {
        dropVerdicts(from);
        logs.delete(from);
      }
      for (const { log, to } of held) {
        assert(!logs.has(to), 'a log is renamed to a free name');
        const entries = log.entries.map((row) => ({ ...row, origin: to }));
        logs.set(to, { ...log, fixed: { ...log.fixed, origin: to }, entries });
      }
    },
    async deleteLog(origin) {
      dropVerdicts(origin);
      logs.delete(origin);
    },
    async log(origin) {
      const log = logs.get(origin);
      return log && rowOf(log);
    },
    async logs(channel) {
      const rows = [...logs.values()].filter((log) => channel === undefined || log.fixed.channel === channel).map(rowOf);
      return rows.sort((a, b) => a.party - b.party || order(a.gen, b.gen) || order(a.origin, b.origin));
    },
  };
}

function memoryEntries(
  sha256: Sha256,
  logs: Map<string, MemoryLog>,
): Part<'stage' | 'unstage' | 'putBodies' | 'waiveBodies' | 'entries' | 'entriesAt' | 'findEntries' | 'leaves' | 'leafHashes'> {
  return {
    async stage(origin, from, entries, skipKnown) {
      const log = logOf(logs, origin);
      const isKnown = skipKnown && entries.every((entry) => log.first.has(toHex(entry.id)));
      if (!isKnown && from !== log.entries.length) throw gap(log.entries.length);
      return entries.map((entry) => (skipKnown ? log.first.get(toHex(entry.id)) : undefined) ?? append(log, entry));
    },
    async unstage(origin, from) {
      const log = logOf(logs, origin);
      assert(from >= log.size, 'what is under a committed head stays');
      if (from >= log.entries.length) return;
      for (const dropped of log.entries.splice(from)) if (log.first.get(toHex(dropped.id)) === dropped.index) log.first.delete(toHex(dropped.id));
      log.levels = log.levels.map((hashes, level) => hashes.slice(0, tileCount(from, level)));
      log.frontier = frontierFrom(sha256, readerOf(log), from);
      log.opened = Math.min(log.opened, from);
    },
    async putBodies(origin, bodies) {
      const log = logOf(logs, origin);
      for (const { index, body } of bodies) {
        const entry = log.entries[index];
        if (entry?.bodyRequired && entry.body === undefined) log.entries[index] = { ...entry, body: body.slice() };
      }
    },
    async waiveBodies(origin, indexes) {
      const { entries } = logOf(logs, origin);
      for (const index of indexes) {
        const entry = entries[index];
        if (entry !== undefined && entry.body === undefined) entries[index] = { ...entry, bodyRequired: false };
      }
    },
    async entries(origin, from, to) {
      return logOf(logs, origin).entries.slice(from, Math.max(from, to)).map(copyOf);
    },
    async entriesAt(places) {
      return places.flatMap(({ origin, index }) =>
        logOf(logs, origin)
          .entries.slice(index, index + 1)
          .map(copyOf),
      );
    },
    async findEntries(channel, ids, origin) {
      const places: { id: Uint8Array; origin: string; index: number }[] = [];
      for (const id of ids)
        for (const log of logs.values()) {
          const index = log.fixed.channel === channel && (origin ?? log.fixed.origin) === log.fixed.origin ? log.first.get(toHex(id)) : undefined;
          if (index !== undefined) places.push({ id: id.slice(), origin: log.fixed.origin, index });
        }
      return places;
    },
    async leaves(origin, from, to) {
      return logOf(logs, origin)
        .entries.slice(from, Math.max(from, to))
        .map(({ bytes, leafHash }) => ({ bytes: bytes.slice(), leafHash: leafHash.slice() }));
    },
    async leafHashes(origin, from, to) {
      return logOf(logs, origin)
        .entries.slice(from, Math.max(from, to))
        .map((entry) => entry.leafHash.slice());
    },
  };
}

function memoryTree(sha256: Sha256, logs: Map<string, MemoryLog>): Part<'tileHashes' | 'rootAt' | 'inclusionProof' | 'consistencyProof'> {
  return {
    async tileHashes(origin, level, from, to) {
      return (logOf(logs, origin).levels[level] ?? []).slice(from, Math.max(from, to)).map((hash) => hash.slice());
    },
    async rootAt(origin, size) {
      const log = logOf(logs, origin);
      assert(size <= log.entries.length, 'a root is asked at a size that is held');
      return rootOfLog(sha256, log, size);
    },
    async inclusionProof(origin, index, size) {
      const log = logOf(logs, origin);
      assert(size <= log.entries.length, 'a proof is asked at a size that is held');
      return proofFrom(sha256, readerOf(log), planInclusion(index, size));
    },
    async consistencyProof(origin, from, to) {
      const log = logOf(logs, origin);
      assert(to <= log.entries.length, 'a proof is asked at a size that is held');
      return proofFrom(sha256, readerOf(log), planConsistency(from, to));
    },
  };
}

function memoryHeads(sha256: Sha256, logs: Map<string, MemoryLog>): Part<'commitHead' | 'headAtOrAbove' | 'headAtOrBelow'> {
  return {
    async commitHead(origin, old, next) {
      const log = logOf(logs, origin);
      if (log.size !== old.size || compare(log.root, old.root) !== 0) return false;
      assert(next.size >= old.size && next.size <= log.entries.length, 'a head covers what is held, and never less than the last');
      if (compare(rootOfLog(sha256, log, next.size), next.root) !== 0) throw rootDiffers();
      log.size = next.size;
      log.root = next.root.slice();
      log.heads.set(next.size, { size: next.size, root: next.root.slice(), note: next.note.slice() });
      return true;
    },
    async headAtOrAbove(origin, size) {
      return nearest(
        logOf(logs, origin),
        (head) => head >= size,
        (head, best) => head < best,
      );
    },
    async headAtOrBelow(origin, size) {
      return nearest(
        logOf(logs, origin),
        (head) => head <= size,
        (head, best) => head > best,
      );
    },
  };
}

function logOf(logs: Map<string, MemoryLog>, origin: string): MemoryLog {
  const log = logs.get(origin);
  if (log === undefined) throw noLog(origin);
  return log;
}

function append(log: MemoryLog, entry: StagedEntry): number {
  const index = log.entries.length;
  log.entries.push({ ...copyOf(entry), origin: log.fixed.origin, index });
  if (!log.first.has(toHex(entry.id))) log.first.set(toHex(entry.id), index);
  log.frontier.append(entry.leafHash.slice(), (height, _, hash) => {
    if (height % 8 !== 0) return;
    const level = log.levels[height / 8] ?? [];
    log.levels[height / 8] = level;
    level.push(hash);
  });
  return index;
}

function rootOfLog(sha256: Sha256, log: MemoryLog, size: number): Uint8Array {
  return size === log.entries.length ? log.frontier.root().slice() : rootFrom(sha256, readerOf(log), size);
}

function readerOf(log: MemoryLog): ReadTile {
  return (level, from, to) => (log.levels[level] ?? []).slice(from, to).map((hash) => hash.slice());
}

function rowOf(log: MemoryLog): LogRow {
  for (let entry = log.entries[log.opened]; entry && !(entry.bodyRequired && entry.body === undefined); entry = log.entries[++log.opened]);
  return {
    ...log.fixed,
    size: log.size,
    root: log.root.slice(),
    note: log.heads.get(log.size)?.note.slice() ?? new Uint8Array(0),
    pendingSize: log.entries.length,
    openedSize: log.opened,
  };
}

function nearest(
  log: MemoryLog,
  fits: (size: number) => boolean,
  isNearer: (size: number, best: number) => boolean,
): ReturnType<typeof copyHead> | undefined {
  let best: number | undefined;
  for (const size of log.heads.keys()) if (fits(size) && (best === undefined || isNearer(size, best))) best = size;
  const head = best === undefined ? undefined : log.heads.get(best);
  return head && copyHead(head);
}

function copyHead(head: { size: number; root: Uint8Array; note: Uint8Array }): { size: number; root: Uint8Array; note: Uint8Array } {
  return { size: head.size, root: head.root.slice(), note: head.note.slice() };
}

function copyOf<T extends StagedEntry>(entry: T): T {
  return { ...entry, id: entry.id.slice(), leafHash: entry.leafHash.slice(), bytes: entry.bytes.slice(), body: entry.body?.slice() };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
