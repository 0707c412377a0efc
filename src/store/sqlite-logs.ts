import { assert } from '../base/errors.ts';
import type { Sha256 } from '../base/ports.ts';
import { emptyRoot } from '../tlog/merkle.ts';
import type { Database, SqlRow } from './database.ts';
import { noLog } from './refusals.ts';
import { PLACE_STRIDE } from './schema.ts';
import { dropVerdicts } from './sqlite-projection.ts';
import { sumOf } from './sqlite-sums.ts';
import type { LogRow, Store } from './store.ts';

/** The columns of a log that writing needs. */
export type LogState = {
  readonly no: number;
  readonly origin: string;
  readonly channel: number;
  readonly own: boolean;
  readonly size: number;
  readonly root: Uint8Array;
  readonly pendingSize: number;
  readonly pendingRoot: Uint8Array;
};

const STATE = 'SELECT no, origin, channel, own, size, root, pending_size, pending_root FROM log';

// The first missing body is the first row of a partial index, which is empty as long as nothing is missing.
const ROW = `
SELECT log.origin, channel.id, log.party, log.gen, log.own, log.size, log.root, head.note, log.pending_size,
  (SELECT entry.place - log.no * ${PLACE_STRIDE} FROM entry INDEXED BY entry_missing
    WHERE entry.body_required = 1 AND entry.body IS NULL
      AND entry.place >= log.no * ${PLACE_STRIDE} AND entry.place < log.no * ${PLACE_STRIDE} + log.pending_size
    ORDER BY entry.place LIMIT 1)
FROM log JOIN channel ON channel.no = log.channel LEFT JOIN head ON head.place = log.no * ${PLACE_STRIDE} + log.size`;

/** The log rows: what finds a log by its origin for the other parts. */
export class SqliteLogs {
  readonly #db: Database;
  readonly #sha256: Sha256;

  constructor(db: Database, sha256: Sha256) {
    this.#db = db;
    this.#sha256 = sha256;
  }

  /** The state of a log; refuses `not_found`. */
  stateOf(origin: string): LogState {
    const row = this.#db.sql(`${STATE} WHERE origin = ?`).get(origin);
    if (row === undefined) throw noLog(origin);
    return stateOf(row);
  }

  /** How lasting a write to a log's pending entries must be: what is not ours to sign is worth nothing before its head is committed. */
  lastingOf(origin: string): 'now' | 'with the next' {
    return this.stateOf(origin).own ? 'now' : 'with the next';
  }

  /** The number of a channel, or `undefined` when nothing of it is held. */
  channelNumber(channel: string): number | undefined {
    return this.#db.sql('SELECT no FROM channel WHERE id = ?').get(channel)?.[0] as number | undefined;
  }

  /** The number of a channel, given now when it has none. */
  makeChannel(channel: string): number {
    this.#db.sql('INSERT INTO channel (id) VALUES (?) ON CONFLICT DO NOTHING').run(channel);
    return this.channelNumber(channel) as number;
  }

  /** The states of a channel's logs, in the order they were created. */
  statesOf(channel: number): readonly LogState[] {
    return this.#db.sql(`${STATE} WHERE channel = ? ORDER BY no`).all(channel).map(stateOf);
  }

  methods(): Pick<Store, 'createLog' | 'log' | 'logs' | 'renameLogs'> {
    const db = this.#db;
    const empty = emptyRoot(this.#sha256);
    const makeChannel = (channel: string) => this.makeChannel(channel);
    const logState = (origin: string) => this.stateOf(origin);
    return {
      async createLog({ origin, channel, party, gen, own }) {
        db.write(() => {
          if (db.sql('SELECT 1 FROM log WHERE origin = ?').get(origin) !== undefined) return;
          const fixed = [origin, makeChannel(channel), party, gen, own ? 1 : 0] as const;
          db.sql(
            'INSERT INTO log (origin, channel, party, gen, own, size, root, pending_size, pending_root, sum) VALUES (?, ?, ?, ?, ?, 0, ?, 0, ?, ?)',
          ).run(...fixed, empty, empty, sumOf(...fixed));
        });
      },
      async renameLogs(moves) {
        db.write(() => {
          const states = moves.map(([from, to]) => ({ no: logState(from).no, to }));
          // Two rows may take each other's names: none is taken before all are let go.
          for (const { no } of states) {
            dropVerdicts(db, no);
            db.sql('UPDATE log SET origin = ? WHERE no = ?').run(`moving ${no}`, no);
          }
          for (const { no, to } of states) {
            assert(db.sql('SELECT 1 FROM log WHERE origin = ?').get(to) === undefined, 'a log is renamed to a free name');
            const fixed = db.sql('SELECT channel, party, gen, own FROM log WHERE no = ?').get(no) as readonly [number, number, string, number];
            db.sql('UPDATE log SET origin = ?, sum = ? WHERE no = ?').run(to, sumOf(to, ...fixed), no);
          }
        });
      },
      async log(origin) {
        const row = db.read(() => db.sql(`${ROW} WHERE log.origin = ?`).get(origin));
        return row && rowOf(row);
      },
      async logs(channel) {
        const order = 'ORDER BY log.party, log.gen, log.origin';
        const rows = db.read(() =>
          channel === undefined ? db.sql(`${ROW} ${order}`).all() : db.sql(`${ROW} WHERE channel.id = ? ${order}`).all(channel),
        );
        return rows.map(rowOf);
      },
    };
  }
}

function rowOf([origin, channel, party, gen, own, size, root, note, pendingSize, missing]: SqlRow): LogRow {
  return {
    origin: origin as string,
    channel: channel as string,
    party: party as number,
    gen: gen as string,
    own: own === 1,
    size: size as number,
    root: root as Uint8Array,
    note: (note as Uint8Array | null) ?? new Uint8Array(0),
    pendingSize: pendingSize as number,
    openedSize: (missing as number | null) ?? (pendingSize as number),
  };
}

function stateOf([no, origin, channel, own, size, root, pendingSize, pendingRoot]: SqlRow): LogState {
  return {
    no: no as number,
    origin: origin as string,
    channel: channel as number,
    own: own === 1,
    size: size as number,
    root: root as Uint8Array,
    pendingSize: pendingSize as number,
    pendingRoot: pendingRoot as Uint8Array,
  };
}
