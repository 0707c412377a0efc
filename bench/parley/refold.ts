/** The whole record of a channel folded anew, over the node's own store: what the fold alone costs of it, and what writing the same rows bare does. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ChannelRuntime } from '../../src/node/channel-runtime.ts';
import { KeptFold } from '../../src/node/kept-fold.ts';
import type { MatterUpdate, VerdictRow } from '../../src/store/store.ts';
import { LogReader } from '../../src/sync/log-reader.ts';

/** Milliseconds of folding (and of keeping what it changed), of the same rows written bare, and of all of it with the reading; memory in MB. */
export type Refolded = {
  readonly entries: number;
  readonly batches: number;
  readonly fold: number;
  readonly kept: number;
  /** Of writing the text of each act once. */
  readonly texts: number;
  readonly bare: number;
  readonly whole: number;
  /** Microseconds of this thread's processor time that folding took. */
  readonly processor: number;
  /** The same of writing the rows bare. */
  readonly bareProcessor: number;
  /** Resident memory after a fifth of the entries, and the most after that. */
  readonly before: number;
  readonly after: number;
};

/** Drops what was computed of the channel and folds every entry again; ends as it began. `dir` is where the bare rows may lie meanwhile. */
export async function refold(channel: ChannelRuntime, dir: string): Promise<Refolded> {
  const { store, replica } = channel;
  const total = (await channel.heads()).reduce((sum, { size }) => sum + size, 0);
  const bare = bareTables(join(dir, 'bare.db'));
  const sums = { entries: 0, batches: 0, fold: 0, texts: 0, kept: 0, bare: 0, processor: 0, bareProcessor: 0, before: 0, after: 0 };
  await store.resetProjection(channel.id);
  const kept = new KeptFold(store, channel.id, channel.rules);
  const reader = new LogReader(
    replica,
    async (entries, state) => {
      const started = performance.now();
      const used = process.threadCpuUsage();
      const fold = await kept.fold(entries);
      const rows = await kept.rows(fold);
      const folded = performance.now();
      const { user, system } = process.threadCpuUsage(used);
      sums.processor += user + system;
      await store.putVerdicts({ ...rows, readers: [state] });
      kept.keep(fold, rows);
      const stored = performance.now();
      for (const { acts } of fold.matters) for (const act of acts) JSON.stringify(act);
      const texts = performance.now();
      sums.texts += texts - stored;
      const beforeBare = process.threadCpuUsage();
      bare.write(rows.verdicts, rows.matters);
      sums.bare += performance.now() - texts;
      const written = process.threadCpuUsage(beforeBare);
      sums.bareProcessor += written.user + written.system;
      sums.fold += folded - started;
      sums.kept += stored - folded;
      sums.entries += entries.length;
      sums.batches++;
      const resident = process.memoryUsage.rss() / 1e6;
      if (sums.entries <= total / 5) sums.before = Math.max(sums.before, resident);
      else sums.after = Math.max(sums.after, resident);
    },
    () => undefined,
  );
  const started = performance.now();
  await reader.catchUp();
  const whole = performance.now() - started;
  bare.close();
  if (sums.entries !== total) throw new Error(`${sums.entries} entries folded of ${total}`);
  return { ...sums, whole };
}

/** Tables that hold what the fold gives and nothing else: no index but the key, no sum. */
function bareTables(path: string) {
  rmSync(path, { force: true });
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE verdict (origin TEXT, idx INTEGER, id BLOB, valid INTEGER, type TEXT, matter BLOB, level INTEGER, time INTEGER, findings TEXT,
      PRIMARY KEY (origin, idx)) STRICT, WITHOUT ROWID;
    CREATE TABLE matter (id BLOB PRIMARY KEY, kind TEXT, dossier BLOB, open INTEGER, head TEXT) STRICT;
    CREATE TABLE act (party INTEGER, place INTEGER, matter BLOB, text TEXT, PRIMARY KEY (party, place)) STRICT, WITHOUT ROWID`);
  const verdict = db.prepare('INSERT OR REPLACE INTO verdict VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const matter = db.prepare(`INSERT INTO matter VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET kind = excluded.kind, dossier = excluded.dossier,
    open = excluded.open, head = excluded.head WHERE head <> excluded.head OR open <> excluded.open`);
  const act = db.prepare('INSERT OR REPLACE INTO act VALUES (?, ?, ?, ?)');
  return {
    write(verdicts: readonly VerdictRow[], matters: readonly MatterUpdate[]): void {
      db.exec('BEGIN');
      for (const row of verdicts)
        verdict.run(row.origin, row.index, row.id, row.valid ? 1 : 0, row.type, row.matter, row.level, row.time, row.findings);
      for (const { id, kind, dossier, open, head, acts } of matters) {
        matter.run(id, kind, dossier, open ? 1 : 0, head);
        for (const { party, place, text } of acts) act.run(party, place, id, text);
      }
      db.exec('COMMIT');
    },
    close(): void {
      db.close();
      rmSync(path, { force: true });
    },
  };
}
