import { compare, equal } from '../base/bytes.ts';
import type { Database, SqlRow, SqlValue } from './database.ts';
import { matterState } from './matter-state.ts';
import type { SqliteLogs } from './sqlite-logs.ts';
import { sumOf } from './sqlite-sums.ts';
import type { DossierCount, DossierPart, MatterFilter, MatterRow, MatterUpdate } from './store.ts';

const COLUMNS = 'kind, dossier, level, open, opener, head';
/** Through the index of what stands in another dossier: most matters stand in their own. */
const UNROOTED = `SELECT no, id, ${COLUMNS} FROM matter AS one INDEXED BY matter_dossier WHERE channel = ? AND dossier <> id AND NOT EXISTS (
  SELECT 1 FROM matter AS root WHERE root.channel = one.channel AND substr(root.id, 1, 8) = substr(one.dossier, 1, 8) AND root.id = one.dossier AND root.kind <> '')`;
/** All of a dossier but its root. */
const IN_DOSSIER = 'matter INDEXED BY matter_dossier WHERE channel = ? AND dossier = ? AND dossier <> id';
const BY_ID = 'channel = ?1 AND substr(id, 1, 8) = substr(?2, 1, 8) AND id = ?2';

/** Puts matters and their acts; call it inside a transaction. */
export function putMatters(db: Database, logs: SqliteLogs, matters: readonly MatterUpdate[]): void {
  const find = db.sql(`SELECT no, ${COLUMNS} FROM matter WHERE ${BY_ID}`);
  const update = db.sql('UPDATE matter SET kind = ?, dossier = ?, level = ?, open = ?, opener = ?, head = ?, sum = ? WHERE no = ?');
  const insert = db.sql(`INSERT INTO matter (channel, id, ${COLUMNS}, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const putAct = db.sql(
    `INSERT INTO act (matter, party, place, text, sum) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET text = excluded.text, sum = excluded.sum`,
  );
  const channels = new Map<string, number>();
  for (const { channel: name, id, kind, dossier, level, open, opener, head, acts, anew } of matters) {
    const channel = channels.get(name) ?? logs.makeChannel(name);
    channels.set(name, channel);
    const values = [kind, dossier, level, open ? 1 : 0, opener, head] as const;
    const held = find.get(channel, id);
    const sum = sumOf(channel, id, ...values);
    const no = held === undefined ? insert.insert(channel, id, ...values, sum) : (held[0] as number);
    // Most acts leave what is said of their matter as it is.
    if (held !== undefined && !isHead(held, values)) update.run(...values, sum, no);
    if (anew && held !== undefined) db.sql('DELETE FROM act WHERE matter = ?').run(no);
    for (const { party, place, text } of acts) putAct.run(no, party, place, text, sumOf(no, party, place, text));
  }
}

/** The matters of a channel that a filter asks for, by level, then id. */
export function mattersOf(db: Database, number: number, channel: string, filter: MatterFilter): readonly MatterRow[] {
  const { ids, kind, dossier, unrooted, open, most } = filter;
  const select = (where: string, by = '') => db.sql(`SELECT no, id, ${COLUMNS} FROM matter ${by} WHERE ${where}`);
  const byId = (id: Uint8Array) => select(BY_ID).all(number, id);
  const found = (): readonly SqlRow[] => {
    if (ids !== undefined) return ids.flatMap(byId);
    if (unrooted !== undefined) return db.sql(UNROOTED).all(number);
    // Named, since without statistics the planner takes an index that holds every matter of the channel.
    if (open !== undefined) return select('channel = ? AND open = 1', 'INDEXED BY matter_open').all(number);
    if (dossier !== undefined) return [...byId(dossier), ...select('channel = ? AND dossier = ? AND dossier <> id').all(number, dossier)];
    if (kind !== undefined) return select('channel = ? AND kind = ?').all(number, kind);
    return select('channel = ?').all(number);
  };
  const rows = found().filter(
    ([, , itsKind, itsDossier, , isOpen]) =>
      (kind === undefined || kind === itsKind) &&
      (dossier === undefined || equal(itsDossier as Uint8Array, dossier)) &&
      (open === undefined || isOpen === 1),
  );
  const sorted = rows.toSorted((a, b) => (a[4] as number) - (b[4] as number) || compare(a[1] as Uint8Array, b[1] as Uint8Array));
  // An id asked for twice is one matter.
  return sorted.filter((row, i) => i === 0 || row[0] !== sorted[i - 1]?.[0]).map((row) => rowOf(db, channel, row, most));
}

/** How many matters stand in a dossier beside its root; its index says. */
export function dossierCounts(db: Database, number: number, dossier: Uint8Array, not: readonly string[]): readonly DossierCount[] {
  const rows = db.sql(`SELECT opener, open, count(*) FROM ${IN_DOSSIER} AND kind NOT IN (${listOf(not)}) GROUP BY opener, open`);
  return rows.all(number, dossier, ...not).map(([opener, open, count]) => ({ opener: opener as number, open: open === 1, count: count as number }));
}

/** A part of a dossier. */
export function dossierPart(db: Database, number: number, channel: string, dossier: Uint8Array, part: DossierPart): readonly MatterRow[] {
  const { opener, kinds, not = [], from, count, most } = part;
  const among = kinds === undefined ? '' : `AND kind IN (${listOf(kinds)})`;
  const page = `SELECT no FROM ${IN_DOSSIER} AND opener = ? ${among} AND kind NOT IN (${listOf(not)}) ORDER BY open DESC, no DESC LIMIT ? OFFSET ?`;
  const select = db.sql(`SELECT no, id, ${COLUMNS} FROM matter WHERE no = ?`);
  const nos = db.sql(page).all(number, dossier, opener, ...(kinds ?? []), ...not, count, from);
  return nos.flatMap(([no]) => select.all(no as number)).map((row) => rowOf(db, channel, row, most));
}

/** How many entries joined the matters of a dossier, up to so many. */
export function dossierJoined(
  db: Database,
  number: number,
  dossier: Uint8Array,
  { types, kinds }: { readonly types: readonly string[]; readonly kinds: readonly string[] },
  most: number,
): number {
  const root = 'one.channel = ? AND substr(one.id, 1, 8) = substr(?, 1, 8) AND one.id = ? AND one.dossier = one.id';
  const others = 'one.channel = ? AND one.dossier = ? AND one.dossier <> one.id';
  const joined = `CROSS JOIN verdict v INDEXED BY verdict_matter ON v.channel = one.channel AND v.matter = one.id AND v.matter <> v.id`;
  const counted = `one.kind NOT IN (${listOf(kinds)}) AND v.type NOT IN (${listOf(types)})`;
  let count = 0;
  for (const [from, ...values] of [
    [`matter AS one ${joined} WHERE ${root}`, dossier, dossier],
    [`matter AS one INDEXED BY matter_dossier ${joined} WHERE ${others}`, dossier],
  ] as const)
    for (const _ of db.sql(`SELECT 1 FROM ${from} AND ${counted}`).each(number, ...values, ...kinds, ...types)) if (++count >= most) return most;
  return count;
}

function rowOf(db: Database, channel: string, [no, id, kind, dossier, level, open, opener, head]: SqlRow, most?: number): MatterRow {
  return {
    channel,
    id: id as Uint8Array,
    kind: kind as string,
    dossier: dossier as Uint8Array,
    level: level as number,
    open: open === 1,
    opener: opener as number,
    state: stateOf(db, no as number, head as string, most),
  };
}

function listOf(values: readonly string[]): string {
  return values.map(() => '?').join(', ');
}

/** Forgets the matters of a channel. */
export function dropMatters(db: Database, number: number): void {
  db.sql('DELETE FROM act WHERE matter IN (SELECT no FROM matter WHERE channel = ?)').run(number);
  db.sql('DELETE FROM matter WHERE channel = ?').run(number);
}

function stateOf(db: Database, no: number, head: string, most: number | undefined): string {
  const select = db.sql('SELECT party, text FROM act WHERE matter = ? ORDER BY party, place');
  if (most === undefined) return matterState(head, select.all(no) as unknown as [number, string][]);
  const acts: [number, string][] = [];
  let size = 0;
  for (const [party, text] of select.each(no)) {
    size += (text as string).length;
    if (size > most) return head;
    acts.push([party as number, text as string]);
  }
  return matterState(head, acts);
}

function isHead([, kind, dossier, ...rest]: SqlRow, [itsKind, itsDossier, ...others]: readonly [string, Uint8Array, ...SqlValue[]]): boolean {
  return kind === itsKind && equal(dossier as Uint8Array, itsDossier) && rest.every((value, i) => value === others[i]);
}
