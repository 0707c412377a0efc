import { equal } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import type { Database, SqlRow, SqlValue } from './database.ts';
import { epochsOf, ID_IN_EPOCH, PLACE_STRIDE, placeOf } from './schema.ts';
import { rangeOf } from './sqlite-entries.ts';
import type { SqliteLogs } from './sqlite-logs.ts';
import { dossierCounts, dossierJoined, dossierPart, dropMatters, mattersOf, putMatters } from './sqlite-matters.ts';
import { sumOf } from './sqlite-sums.ts';
import type { ProjectionMethods, Store, VerdictRow } from './store.ts';

const COLUMNS = 'log.origin, v.idx, v.id, v.valid, v.type, v.matter, v.level, v.time, v.findings';
// The log of a verdict is in its place: no column repeats it.
const VERDICTS = `SELECT ${COLUMNS} FROM verdict v CROSS JOIN log ON log.no = v.place >> 32`;

/** What was computed from the entries. */
export function sqliteProjection(db: Database, logs: SqliteLogs): Pick<Store, ProjectionMethods> {
  const inChannel = <T>(channel: string, none: T, read: (number: number) => T): T =>
    db.read(() => {
      const number = logs.channelNumber(channel);
      return number === undefined ? none : read(number);
    });
  return {
    async putVerdicts(update) {
      db.write(() => {
        putVerdicts(db, logs, update.verdicts);
        putMatters(db, logs, update.matters);
        for (const { origin, size, state } of update.readers) putReader(db, logs.stateOf(origin).no, size, state);
      }, 'with the next');
    },
    async reader(origin) {
      const row = db.read(() => db.sql('SELECT reader.size, state FROM reader JOIN log ON log.no = reader.log WHERE log.origin = ?').get(origin));
      return row && { size: row[0] as number, state: row[1] as string };
    },
    async tableBefore(channel, before, limit, excludeTypes) {
      return inChannel(channel, [], (number) => pageBefore(db, number, channel, before, limit, excludeTypes));
    },
    async verdicts(channel, ids) {
      return db.read(() => {
        const number = logs.channelNumber(channel);
        if (number === undefined) return [];
        const ranges = logs.statesOf(number).map(({ no }) => verdictPlaces(db, no));
        return ids.flatMap((id) => ranges.flatMap((range) => verdictsById(db, channel, id, range)));
      });
    },
    async verdictsOf(origin, from, to) {
      return db.read(() => {
        const found = db.sql('SELECT log.no, channel.id FROM log JOIN channel ON channel.no = log.channel WHERE log.origin = ?').get(origin);
        if (found === undefined) return [];
        const rows = db.sql(`${VERDICTS} WHERE v.place >= ? AND v.place < ? ORDER BY v.place`).all(...rangeOf(found[0] as number, from, to));
        return rows.map((row) => verdictOf(found[1] as string, row));
      });
    },
    async matterVerdicts(channel, matter) {
      return db.read(() => {
        const number = logs.channelNumber(channel);
        if (number === undefined) return [];
        const openers = logs.statesOf(number).flatMap(({ no }) => verdictsById(db, channel, matter, verdictPlaces(db, no)));
        const joined = db.sql(`${VERDICTS} WHERE v.channel = ? AND v.matter = ? AND v.matter <> v.id ORDER BY v.level, v.place`);
        const all = [...openers.filter((row) => equal(row.matter, matter)), ...joined.all(number, matter).map((row) => verdictOf(channel, row))];
        return all.sort((a, b) => a.level - b.level);
      });
    },
    async matters(channel, filter = {}) {
      return inChannel(channel, [], (number) => mattersOf(db, number, channel, filter));
    },
    async dossierCounts(channel, dossier, not) {
      return inChannel(channel, [], (number) => dossierCounts(db, number, dossier, not));
    },
    async dossierPart(channel, dossier, part) {
      return inChannel(channel, [], (number) => dossierPart(db, number, channel, dossier, part));
    },
    async dossierJoined(channel, dossier, not, most) {
      return inChannel(channel, 0, (number) => dossierJoined(db, number, dossier, not, most));
    },
    async resetProjection(channel) {
      db.write(() => {
        if (channel === undefined) for (const table of ['verdict', 'act', 'matter', 'reader']) db.sql(`DELETE FROM ${table}`).run();
        const number = channel === undefined ? undefined : logs.channelNumber(channel);
        if (number === undefined) return;
        dropMatters(db, number);
        for (const { no } of logs.statesOf(number)) dropVerdicts(db, no);
      });
    },
  };
}

/** Forgets what was computed of one log. */
export function dropVerdicts(db: Database, no: number): void {
  db.sql('DELETE FROM verdict WHERE place >= ? AND place < ?').run(...rangeOf(no, 0, PLACE_STRIDE));
  db.sql('DELETE FROM reader WHERE log = ?').run(no);
}

/** The places from and to where a log has verdicts. */
function verdictPlaces(db: Database, no: number): readonly [number, number] {
  const [from, to] = rangeOf(no, 0, PLACE_STRIDE);
  const last = db.sql('SELECT max(place) FROM verdict WHERE place >= ? AND place < ?').get(from, to)?.[0] as number | null;
  return [from, last === null ? from : last + 1];
}

function verdictsById(db: Database, channel: string, id: Uint8Array, [from, to]: readonly [number, number]): VerdictRow[] {
  const select = db.sql(`${VERDICTS} WHERE ${ID_IN_EPOCH} ORDER BY place`);
  const found: VerdictRow[] = [];
  for (const epoch of epochsOf(from, to)) for (const row of select.all(id, epoch, from, to)) found.push(verdictOf(channel, row));
  return found;
}

function putVerdicts(db: Database, logs: SqliteLogs, verdicts: readonly VerdictRow[]): void {
  const put = db.sql(
    `INSERT INTO verdict (place, channel, idx, id, valid, type, matter, level, time, findings, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET id = excluded.id, valid = excluded.valid, type = excluded.type, matter = excluded.matter,
       level = excluded.level, time = excluded.time, findings = excluded.findings, sum = excluded.sum`,
  );
  const places = new Map<string, { no: number; channel: number }>();
  for (const row of verdicts) {
    const log = places.get(row.origin) ?? logs.stateOf(row.origin);
    if (!places.has(row.origin)) {
      assert(logs.channelNumber(row.channel) === log.channel, 'a verdict names the channel of its log');
      places.set(row.origin, log);
    }
    const { index, id, type, matter, level, time, findings } = row;
    const values = [placeOf(log.no, index), log.channel, index, id, row.valid ? 1 : 0, type, matter, level, time, findings] as const;
    put.run(...values, sumOf(...values));
  }
}

// A walk along `verdict_reading` from the cursor down; what is left out by type is passed over inside the index.
function pageBefore(
  db: Database,
  number: number,
  channel: string,
  before: number | undefined,
  limit: number,
  excludeTypes: readonly string[],
): readonly VerdictRow[] {
  const conditions = ['v.channel = ?'];
  const values: SqlValue[] = [number];
  if (before !== undefined) {
    conditions.push('v.level < ?');
    values.push(before);
  }
  if (excludeTypes.length > 0) {
    conditions.push(`v.type NOT IN (${excludeTypes.map(() => '?').join(', ')})`);
    values.push(...excludeTypes);
  }
  const page: VerdictRow[] = [];
  const order = 'ORDER BY v.level DESC, v.place DESC';
  if (limit <= 0) return page;
  for (const row of db.sql(`${VERDICTS} WHERE ${conditions.join(' AND ')} ${order}`).each(...values)) {
    const verdict = verdictOf(channel, row);
    if (page.length >= limit && page.at(-1)?.level !== verdict.level) break;
    page.push(verdict);
  }
  return page;
}

function putReader(db: Database, log: number, size: number, state: string): void {
  db.sql(
    `INSERT INTO reader (log, size, state, sum) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET size = excluded.size, state = excluded.state, sum = excluded.sum`,
  ).run(log, size, state, sumOf(log, size, state));
}

function verdictOf(channel: string, [origin, index, id, valid, type, matter, level, time, findings]: SqlRow): VerdictRow {
  return {
    origin: origin as string,
    index: index as number,
    id: id as Uint8Array,
    channel,
    valid: valid === 1,
    type: type as string,
    matter: matter as Uint8Array,
    level: level as number,
    time: time as number,
    findings: findings as string,
  };
}
