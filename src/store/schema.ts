import { assert } from '../base/errors.ts';
import type { Schema } from './database.ts';
import { noteSchema, sumAll } from './sqlite-sums.ts';

/**
 * Where rows of a log stand: `log number * 2^32 + index`, one integer key, so that an entry costs one row and no index of its own.
 * Numbers stay below 2^53: at most 4,294,967,295 entries a log and 2,097,151 logs.
 */
export const PLACE_STRIDE = 2 ** 32;

/** The place of index (or size) `index` in log `no`. */
export function placeOf(no: number, index: number): number {
  assert(index >= 0 && index < PLACE_STRIDE && no < 2 ** 21, 'a place is inside the numbers a row can have');
  return no * PLACE_STRIDE + index;
}

// Literal in the schema and in the statements that use its indexes: both must say the same expression.
const EPOCH_BITS = 15;
const EPOCH_SIZE = 2 ** EPOCH_BITS;

/** The condition of a lookup by id inside one epoch: parameter 1 the id, 2 the epoch, 3 and 4 the places from and to. */
export const ID_IN_EPOCH = `place >> ${EPOCH_BITS} = ?2 AND substr(id, 1, 8) = substr(?1, 1, 8) AND id = ?1 AND place >= ?3 AND place < ?4`;

/** The epochs that places [from, to) fall in, in order. */
export function* epochsOf(from: number, to: number): Iterable<number> {
  for (let epoch = Math.floor(from / EPOCH_SIZE); epoch * EPOCH_SIZE < to; epoch++) yield epoch;
}

/** Tables that got a column `sum` in version 2. */
const SUMMED_SINCE_2 = ['value', 'local', 'log', 'head', 'cosigned', 'verdict', 'matter', 'reader', 'chunk'];

const ACT_TABLE = `
-- What is said in a matter, by whom and where among all that they said: an act is written once, whatever comes after it.
CREATE TABLE act (
  matter INTEGER NOT NULL REFERENCES matter,
  party INTEGER NOT NULL,
  place INTEGER NOT NULL,
  text TEXT NOT NULL,
  sum INTEGER,
  PRIMARY KEY (matter, party, place)
) STRICT, WITHOUT ROWID;
`;

/** Before version 3 a matter was one text, written again with each act. */
const ACTS_OUT_OF_STATE = `${ACT_TABLE}
INSERT OR REPLACE INTO act (matter, party, place, text)
  SELECT matter.no, component.key, act.value ->> '$.index', act.value
  FROM matter, json_each(matter.state, '$.components') AS component, json_each(component.value) AS act;
ALTER TABLE matter RENAME COLUMN state TO head;
UPDATE matter SET head = json_remove(head, '$.components'), sum = NULL;
`;

/** Before version 4 nothing but the text of a matter said who opened it. */
const OPENERS = `
ALTER TABLE matter ADD COLUMN opener INTEGER NOT NULL DEFAULT -1;
UPDATE matter SET opener = ifnull(head ->> '$.opener', -1), sum = NULL;
DROP INDEX matter_dossier;
`;

/** By who opened what in it, so that nobody who fills a dossier makes us read it to its end for what the others have there. */
const DOSSIER_INDEX = 'CREATE INDEX matter_dossier ON matter (channel, dossier, opener, open, no, kind) WHERE dossier <> id;\n';

const VERDICT_INDEXES = `
CREATE INDEX verdict_reading ON verdict (channel, level, place, type);
-- An entry that opens its matter is found by its id: most do, and their ids are random, so an index over all would dirty a page for each.
CREATE INDEX verdict_matter ON verdict (channel, matter, level, place) WHERE matter <> id;
`;

/** Before version 5 each verdict had the hash that orders entries of one level, which is computed where it is asked for. */
const TIES = `
DROP INDEX verdict_reading;
DROP INDEX verdict_matter;
ALTER TABLE verdict DROP COLUMN tie;
UPDATE verdict SET sum = NULL;
`;

/** Version 5 of the tables. A change adds a version and the statements that lead to it from the one before. */
export const SCHEMA: Schema = {
  version: 5,
  upgrades: {
    1: SUMMED_SINCE_2.map((table) => `ALTER TABLE ${table} ADD COLUMN sum INTEGER;`).join('\n'),
    2: ACTS_OUT_OF_STATE,
    3: OPENERS + DOSSIER_INDEX,
    4: TIES + VERDICT_INDEXES,
  },
  finish(db, isNew) {
    if (!isNew) sumAll(db);
    noteSchema(db);
  },
  create: `
-- sum: CRC-32 over the other columns (sqlite-sums.ts), where no hash of the record covers them. Empty only until an older database was upgraded.
CREATE TABLE instance (
  one INTEGER PRIMARY KEY CHECK (one = 1), pid INTEGER NOT NULL, opened_at INTEGER NOT NULL, opens INTEGER NOT NULL
) STRICT;

CREATE TABLE value (key TEXT PRIMARY KEY, bytes BLOB NOT NULL, sum INTEGER) STRICT;

CREATE TABLE local (collection TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL, sum INTEGER, PRIMARY KEY (collection, key)) STRICT;

CREATE TABLE channel (no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE log (
  no INTEGER PRIMARY KEY,
  origin TEXT NOT NULL UNIQUE,
  channel INTEGER NOT NULL REFERENCES channel,
  party INTEGER NOT NULL,
  gen TEXT NOT NULL,
  own INTEGER NOT NULL,
  size INTEGER NOT NULL,
  root BLOB NOT NULL CHECK (length(root) = 32),
  pending_size INTEGER NOT NULL CHECK (pending_size >= size),
  pending_root BLOB NOT NULL CHECK (length(pending_root) = 32),
  sum INTEGER
) STRICT;
CREATE INDEX log_channel ON log (channel);

-- place = log * 2^32 + index. Hashes come first, so that reading them never follows a long row.
CREATE TABLE entry (
  place INTEGER PRIMARY KEY,
  id BLOB NOT NULL CHECK (length(id) = 32),
  leaf_hash BLOB NOT NULL CHECK (length(leaf_hash) = 32),
  body_required INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  body BLOB
) STRICT;
-- Ids are random: in one index over all, every insert would dirty a page of its own. In epochs of 32,768 places a batch dirties a few
-- hundred at most, and a lookup takes one step per epoch of the log. Eight bytes of the id keep it small; the row says whether it is the one.
CREATE INDEX entry_id ON entry (place >> ${EPOCH_BITS}, substr(id, 1, 8));
CREATE INDEX entry_missing ON entry (place) WHERE body_required = 1 AND body IS NULL;

-- 256 hashes a row. Level 0 only when full (before, they stand with the entries); higher levels grow by a hash per full tile below.
CREATE TABLE tile (
  log INTEGER NOT NULL REFERENCES log, level INTEGER NOT NULL, idx INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (log, level, idx)
) STRICT;

-- place = log * 2^32 + size.
CREATE TABLE head (
  place INTEGER PRIMARY KEY, root BLOB NOT NULL CHECK (length(root) = 32), note BLOB NOT NULL, sum INTEGER
) STRICT;

-- earliest = 1: no other pair of this cosigner over this log has at least this size at no later time.
CREATE TABLE cosignature (
  no INTEGER PRIMARY KEY,
  origin TEXT NOT NULL,
  cosigner TEXT NOT NULL,
  size INTEGER NOT NULL,
  time INTEGER NOT NULL,
  earliest INTEGER NOT NULL,
  root BLOB NOT NULL CHECK (length(root) = 32),
  lines BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX cosignature_cosigner ON cosignature (origin, cosigner, size DESC, time DESC, root);
CREATE INDEX cosignature_size ON cosignature (origin, size DESC, time DESC, cosigner, root);
CREATE INDEX cosignature_earliest ON cosignature (origin, cosigner, size) WHERE earliest = 1;

CREATE TABLE cosigned (
  origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL CHECK (length(root) = 32), time INTEGER NOT NULL, sum INTEGER
) STRICT;

-- place as in entry.
CREATE TABLE verdict (
  place INTEGER PRIMARY KEY,
  channel INTEGER NOT NULL REFERENCES channel,
  idx INTEGER NOT NULL,
  id BLOB NOT NULL,
  valid INTEGER NOT NULL,
  type TEXT NOT NULL,
  matter BLOB NOT NULL,
  level INTEGER NOT NULL,
  time INTEGER NOT NULL,
  findings TEXT NOT NULL,
  sum INTEGER
) STRICT;
CREATE INDEX verdict_id ON verdict (place >> ${EPOCH_BITS}, substr(id, 1, 8));
${VERDICT_INDEXES}
CREATE TABLE matter (
  no INTEGER PRIMARY KEY,
  channel INTEGER NOT NULL REFERENCES channel,
  id BLOB NOT NULL,
  kind TEXT NOT NULL,
  dossier BLOB NOT NULL,
  level INTEGER NOT NULL,
  open INTEGER NOT NULL,
  opener INTEGER NOT NULL,
  head TEXT NOT NULL,
  sum INTEGER
) STRICT;
CREATE INDEX matter_id ON matter (channel, substr(id, 1, 8));
CREATE INDEX matter_kind ON matter (channel, kind);
${DOSSIER_INDEX}-- Few, whatever the size of the record.
CREATE INDEX matter_open ON matter (channel, level, id) WHERE open = 1;
${ACT_TABLE}
CREATE TABLE reader (log INTEGER PRIMARY KEY REFERENCES log, size INTEGER NOT NULL, state TEXT NOT NULL, sum INTEGER) STRICT;

CREATE TABLE chunk (
  no INTEGER PRIMARY KEY, root BLOB NOT NULL, idx INTEGER NOT NULL, bytes BLOB NOT NULL, sum INTEGER, UNIQUE (root, idx)
) STRICT;
`,
};
