import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url, utf8 } from '../base/bytes.ts';
import { formatBundle } from '../entry/bundle.ts';
import { testChannel, testCrypto, testPerson } from '../node/fixtures-channel.ts';
import { TestRecord } from '../node/fixtures-record.ts';
import { testReplica, testRuntime } from '../node/fixtures-replica.ts';
import { forkPath } from '../tlog/fork.ts';
import { formatHashLines } from '../tlog/hash-lines.ts';
import { leafHash } from '../tlog/merkle.ts';
import { formatLines, parseLines } from '../tlog/note.ts';
import { formatEntryBundle } from '../tlog/tile.ts';
import { pullBack } from './pull-back.ts';
import { receivedEntry } from './receive.ts';
import { type Replica, rowOf } from './replica.ts';

const { sha256 } = testCrypto;
const petrova = testPerson('Petrova');

/** Our own log as a record has it, with the other party's receipt over all of it. */
async function holding(replica: Replica, record: TestRecord): Promise<void> {
  const of = replica.generations.founding(0);
  const leaves = record.logs[0] ?? [];
  const bodies = new Map(leaves.flatMap(({ id, body }) => (body === undefined ? [] : [[id, body] as const])));
  const rows = leaves.map(({ bytes }, i) => receivedEntry(replica, of, i, bytes, bodies).row);
  await replica.store.stage(of.origin, 0, rows, false);
  const head = record.checkpoint(0);
  await replica.store.commitHead(of.origin, await rowOf(replica, of.origin), { ...head, note: await record.head(0) });
  const lines = formatLines(await record.receipt(1, head, 1_700_000_500));
  const cosigner = replica.generations.heldNames(1)[0] ?? '';
  assert.ok('lines' in parseLines(lines));
  await replica.store.putCosignatures([{ ...head, cosigner, time: 1_700_000_500, lines }]);
}

test('who claims to share all of what we hold does not make us put what stands aside', async () => {
  const on = await testChannel();
  const ours = new TestRecord(on);
  await ours.accredit(0, petrova);
  const theirs = new TestRecord(on, 'theirs');
  theirs.logs[0]?.splice(0, theirs.size(0), ...(ours.logs[0] ?? []));
  for (const word of ['One', 'Two']) await ours.message(0, petrova, word);
  for (const word of ['Other', 'Words', 'At length']) await theirs.message(0, petrova, word);
  const replica = await testReplica(on, 0);
  await holding(replica, ours);
  const of = replica.generations.founding(0);
  const size = ours.size(0);
  await replica.generations.alarmed(replica.store, of.origin);
  assert.equal(replica.generations.standing(of.origin), size);

  const to = theirs.size(0);
  const head = await theirs.head(0, to, await theirs.receipt(1, theirs.checkpoint(0), 1_700_000_600));
  const source = async (path: string): Promise<Uint8Array | undefined> => {
    const [what, at] = path.split('/').slice(3);
    if (what === 'checkpoint') return head;
    // A lie beyond the first two entries.
    if (what === 'root') return utf8(`${toBase64url(ours.rootAt(0, Number(at)))}\n`);
    const from = Number(at);
    if (from >= to) return undefined;
    const leaves = theirs.logs[0] ?? [];
    const hashes = leaves.map(({ bytes }) => leafHash(sha256, bytes));
    return formatBundle([
      { name: 'old', bytes: utf8(String(from)) },
      { name: 'checkpoint', bytes: head },
      { name: 'entries', bytes: formatEntryBundle(leaves.slice(from).map(({ bytes }) => bytes)) },
      ...(from === 0 ? [] : [{ name: 'proof', bytes: utf8(formatHashLines(forkPath(sha256, hashes, from, to))) }]),
      ...leaves.slice(from).flatMap(({ id, body }) => (body === undefined ? [] : [{ name: `bodies/${id}`, bytes: body }])),
    ]);
  };
  const { reader } = testRuntime(replica);
  await pullBack(replica, reader, of, source);
  assert.deepEqual((await rowOf(replica, of.origin)).root, ours.rootAt(0, size));
  assert.equal(replica.generations.standing(of.origin), size);
});
