/** `parley fsck --repair`: what a disk damaged is fetched from the other party's node, and everything is as it was. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type BenchChannel, foundBenchChannel } from '../bench/parley/channel.ts';
import { run } from '../src/cli/fixtures-streams.ts';
import { openParty, servePeers } from '../src/node/serve.ts';
import { appendAsNode } from '../src/node/stamps.ts';
import { Database } from '../src/store/database.ts';
import { SCHEMA } from '../src/store/schema.ts';
import { receiptedSize } from '../src/sync/push.ts';
import { logIn } from '../src/sync/replica.ts';
import { until } from './two-parties.ts';

let folder: string;
let channel: BenchChannel;
let ours: string;
let theirs: Awaited<ReturnType<typeof openParty>>;
let door: Awaited<ReturnType<typeof servePeers>>;
let before_: readonly string[];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-repair-'));
  channel = await foundBenchChannel(folder);
  [ours] = channel.dirs;
  theirs = await openParty(channel.dirs[1]);
  door = await servePeers(channel.dirs[1], theirs.node);
  const a = await openParty(ours);
  const mine = await servePeers(ours, a.node);
  await a.node.updateRecord(channel.channel, { addresses: ['', door.url], hostAddresses: [''] });
  await theirs.node.updateRecord(channel.channel, { addresses: [mine.url, ''], hostAddresses: [''] });
  const [x, y] = [a.node.channel(channel.channel), theirs.node.channel(channel.channel)];
  for (let i = 0; i < 8; i++) for (const one of [x, y]) await appendAsNode(one, 'blob_held', [], [['root', 'A'.repeat(43)]]);
  const held = async (of: typeof x, by: number): Promise<boolean> =>
    (await receiptedSize(of.replica, by)) >= (await logIn(of.replica, of.replica.us)).size;
  await until([a.node, theirs.node], async () => (await held(x, 1)) && (await held(y, 0)));
  before_ = await said(a.node);
  await mine.close();
  await a.close();
});
after(async () => {
  await door?.close();
  await theirs?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Everything a node says: entries, bodies, heads and verdicts of both logs. */
async function said(node: typeof theirs.node): Promise<readonly string[]> {
  const { replica, reader } = node.channel(channel.channel);
  await reader.idle();
  const lines: string[] = [await node.channel(channel.channel).digest()];
  for (const party of [0, 1]) {
    const { origin, size, root, openedSize } = await logIn(replica, party);
    lines.push(JSON.stringify([size, openedSize, Buffer.from(root).toString('hex')]));
    for (const row of await replica.store.entries(origin, 0, size))
      lines.push(JSON.stringify([row.index, ...[row.bytes, row.body ?? row.bytes, row.id].map((bytes) => Buffer.from(bytes).toString('hex'))]));
    for (let at = 1; at <= size; at++) lines.push(Buffer.from((await replica.store.headAtOrAbove(origin, at))?.note ?? []).toString());
    lines.push(JSON.stringify((await replica.store.verdictsOf(origin, 0, size)).map(({ index, valid, findings }) => [index, valid, findings])));
  }
  return lines;
}

/** Changes rows as a disk would, asking for no constraint. */
function damage(...statements: readonly string[]): void {
  const db = Database.open(join(ours, 'parley.db'), SCHEMA);
  try {
    for (const pragma of ['ignore_check_constraints = ON', 'foreign_keys = OFF']) db.read(() => db.sql(`PRAGMA ${pragma}`).get());
    db.write(() => {
      for (const sql of statements) assert.ok(db.sql(sql).run() > 0, sql);
    });
  } finally {
    db.close();
  }
}

const at = (party: number, index: number): string => `place = (SELECT no FROM log WHERE party = ${party}) * 4294967296 + ${index}`;
/** The last byte but three of a column becomes `A`, or `B`. */
const spoil = (column: string): string =>
  `${column} = CAST(substr(${column}, 1, length(${column}) - 4) || iif(substr(${column}, -4, 1) = x'41', x'42', x'41') || substr(${column}, -3) AS BLOB)`;

test('entries, texts and hashes of both logs, a verdict and a setting are damaged, and all but the setting comes back', async () => {
  damage(
    `UPDATE entry SET ${spoil('bytes')} WHERE ${at(0, 3)}`,
    `UPDATE entry SET ${spoil('body')} WHERE ${at(0, 5)}`,
    `UPDATE entry SET ${spoil('leaf_hash')} WHERE ${at(0, 6)}`,
    `DELETE FROM entry WHERE ${at(1, 4)}`,
    `UPDATE entry SET ${spoil('bytes')} WHERE ${at(1, 2)}`,
    `UPDATE verdict SET valid = 1 - valid WHERE ${at(0, 2)}`,
    'UPDATE cosignature SET time = time + 1 WHERE size = 3',
    "INSERT INTO local (collection, key, json, sum) VALUES ('user', 'x', '{}', 7)",
  );
  const found = await run(['fsck', '--dir', ours, '--json']);
  assert.equal(found.code, 7);
  const repaired = await run(['fsck', '--repair', '--dir', ours, '--json']);
  assert.equal(repaired.code, 0, `${repaired.out}${repaired.err}`);
  const fetched = repaired.lines
    .filter((line) => 'repaired' in line && typeof line.repaired === 'object')
    .map(({ repaired: one }) => one as { from: string; entries: number[] });
  assert.deepEqual(
    fetched.map(({ from, entries }) => [from, entries]),
    [
      ['Theirs', [3, 5, 6]],
      ['Theirs', [2, 4]],
    ],
  );
  assert.match(repaired.err, /Gone: local user/);
  assert.equal((await run(['fsck', '--dir', ours])).code, 0);
  assert.equal((await readdir(ours)).filter((name) => name.includes('damaged')).length, 1);
  const { node, close } = await openParty(ours);
  assert.deepEqual(await said(node), before_);
  assert.equal(node.channel(channel.channel).own.stopped, undefined, 'its mark is still its head');
  await appendAsNode(node.channel(channel.channel), 'blob_held', [], [['root', 'A'.repeat(43)]]);
  await close();
});

test('what is computed from the entries is computed again, though nobody is there', async () => {
  await door.close();
  damage("UPDATE matter SET head = '{}'", "UPDATE act SET text = '{}'", `UPDATE verdict SET findings = '[1]' WHERE ${at(1, 2)}`);
  assert.equal((await run(['fsck', '--dir', ours])).code, 7);
  const repaired = await run(['fsck', '--repair', '--dir', ours]);
  assert.equal(repaired.code, 0, repaired.err);
  assert.equal((await run(['fsck', '--dir', ours])).code, 0);
});

test('where nobody who answers has what is missing, nothing is changed', async () => {
  damage(`UPDATE entry SET ${spoil('bytes')} WHERE ${at(0, 3)}`);
  const bytes = await readFile(join(ours, 'parley.db'));
  const refused = await run(['fsck', '--repair', '--dir', ours]);
  assert.equal(refused.code, 7);
  assert.match(refused.err, /entry 4 of log .* is damaged, and nobody who answers has it/);
  const after_ = await readFile(join(ours, 'parley.db'));
  assert.equal(after_.length, bytes.length);
  assert.deepEqual(
    (await readdir(ours)).filter((name) => name.includes('repairing')),
    [],
  );
  assert.equal((await run(['fsck', '--dir', ours])).code, 7);
  assert.equal((await run(['fsck', '--repair', '--dir', channel.host])).code, 2);
});
