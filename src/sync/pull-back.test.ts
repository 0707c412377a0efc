import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equal, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { formatBundle } from '../entry/bundle.ts';
import { testChannel, testCrypto, testPerson } from '../node/fixtures-channel.ts';
import { TestRecord } from '../node/fixtures-record.ts';
import { testReplica, testRuntime } from '../node/fixtures-replica.ts';
import type { Store } from '../store/store.ts';
import { forkPath } from '../tlog/fork.ts';
import { formatHashLines } from '../tlog/hash-lines.ts';
import { leafHash } from '../tlog/merkle.ts';
import { formatLines, parseLines } from '../tlog/note.ts';
import { formatEntryBundle } from '../tlog/tile.ts';
import { pullBack } from './pull-back.ts';
import { receivedEntry } from './receive.ts';
import type { RefillSource } from './refill.ts';
import { type Replica, rowOf } from './replica.ts';
import { takeBack } from './take-back.ts';
import { endTrial } from './trial.ts';

const { sha256 } = testCrypto;
const petrova = testPerson('Petrova');

/** A party's log as a record has it, with a receipt of another over its first `receipted` entries. */
async function holding(replica: Replica, record: TestRecord, party: number, by: number, receipted: number): Promise<void> {
  const of = replica.generations.founding(party);
  const leaves = record.logs[party] ?? [];
  const bodies = new Map(leaves.flatMap(({ id, body }) => (body === undefined ? [] : [[id, body] as const])));
  const rows = leaves.map(({ bytes }, i) => receivedEntry(replica, of, i, bytes, bodies).row);
  await replica.store.stage(of.origin, 0, rows, false);
  await replica.store.commitHead(of.origin, await rowOf(replica, of.origin), { ...record.checkpoint(party), note: await record.head(party) });
  const head = record.checkpoint(party, receipted);
  const lines = formatLines(await record.receipt(by, head, 1_700_000_500));
  const cosigner = replica.generations.heldNames(by)[0] ?? '';
  assert.ok('lines' in parseLines(lines));
  await replica.store.putCosignatures([{ ...head, cosigner, time: 1_700_000_500, lines }]);
}

/**
 * Whoever holds another history of a party's log, of which another party receipted every entry, and serves it an entry at a time; `rootAt`: what it says it
 * has at a size.
 */
function holderOf(record: TestRecord, party: number, by: number, rootAt = (size: number) => record.rootAt(party, size)) {
  const leaves = record.logs[party] ?? [];
  const hashes = leaves.map(({ bytes }) => leafHash(sha256, bytes));
  const head = async (to: number) => record.head(party, to, await record.receipt(by, record.checkpoint(party, to), 1_700_000_600));
  return async (path: string): Promise<Uint8Array | undefined> => {
    const [what, at] = path.split('/').slice(3);
    if (what === 'checkpoint') return head(leaves.length);
    const from = Number(at);
    if (what === 'root') return from > leaves.length ? undefined : utf8(`${toBase64url(rootAt(from))}\n`);
    if (from >= leaves.length) return undefined;
    const sent = leaves.slice(from, from + 1);
    return formatBundle([
      { name: 'old', bytes: utf8(String(from)) },
      { name: 'checkpoint', bytes: await head(from + 1) },
      { name: 'entries', bytes: formatEntryBundle(sent.map(({ bytes }) => bytes)) },
      ...(from === 0 ? [] : [{ name: 'proof', bytes: utf8(formatHashLines(forkPath(sha256, hashes, from, from + 1))) }]),
      ...sent.flatMap(({ id, body }) => (body === undefined ? [] : [{ name: `bodies/${id}`, bytes: body }])),
    ]);
  };
}

/** Two histories of one party's log that share its accreditation, and the copy of somebody who holds the first, of which `receipted` entries stand. */
async function histories(us: number, party: number, receipted: 'all' | 'shared') {
  const on = await testChannel();
  const ours = new TestRecord(on);
  await ours.accredit(party, petrova);
  const shared = ours.size(party);
  const theirs = new TestRecord(on, 'theirs');
  theirs.logs[party]?.splice(0, theirs.size(party), ...(ours.logs[party] ?? []));
  for (const word of ['One', 'Two']) await ours.message(party, petrova, word);
  for (const word of ['Other', 'Words', 'At length']) await theirs.message(party, petrova, word);
  const replica = await testReplica(on, us);
  await holding(replica, ours, party, 1 - party, receipted === 'all' ? ours.size(party) : shared);
  const of = replica.generations.founding(party);
  await replica.generations.alarmed(replica.store, of.origin);
  assert.equal(replica.generations.standing(of.origin), receipted === 'all' ? ours.size(party) : shared);
  return { on, ours, theirs, shared, replica, of };
}

/** Roots of what is held of a log: in its place, kept while another is tried, and aside. */
async function held(replica: Replica, origin: string): Promise<readonly (Uint8Array | undefined)[]> {
  const rows = await Promise.all(['', '/kept', '/aside/1', '/aside/2'].map((name) => replica.store.log(`${origin}${name}`)));
  return rows.map((row) => row?.root);
}

/** A source that ends before the entry `stop` once another history is being tried. */
function stopping(replica: Replica, origin: string, stop: number, source: RefillSource, asked: string[] = []): RefillSource {
  return async (path) => {
    const [what, at] = path.split('/').slice(3);
    const tried = (await replica.store.log(`${origin}/kept`)) !== undefined;
    if (what === 'since' && tried) asked.push(at ?? '');
    return what === 'since' && tried && Number(at) >= stop ? undefined : source(path);
  };
}

test('who claims to share all of what we hold does not make us put what stands aside', async () => {
  const { ours, theirs, replica, of } = await histories(0, 0, 'all');
  const { reader } = testRuntime(replica);
  // A lie beyond the first two entries.
  await pullBack(
    replica,
    reader,
    of,
    holderOf(theirs, 0, 1, (size) => ours.rootAt(0, size)),
  );
  assert.deepEqual((await rowOf(replica, of.origin)).root, ours.rootAt(0, ours.size(0)));
  assert.equal(replica.generations.standing(of.origin), ours.size(0));
});

test('a history that is to take the place of ours and stops coming leaves ours counting; a later try goes on there, and only what stands takes its place', async () => {
  const { ours, theirs, shared, replica, of } = await histories(0, 0, 'shared');
  const { reader } = testRuntime(replica);
  const all = (record: TestRecord) => record.rootAt(0, record.size(0));
  const source = holderOf(theirs, 0, 1);
  const asked: string[] = [];
  for (const stop of [1, shared]) {
    await assert.rejects(pullBack(replica, reader, of, stopping(replica, of.origin, stop, source, asked)), { code: 'unreachable' });
    assert.deepEqual(await held(replica, of.origin), [all(ours), undefined, theirs.rootAt(0, stop), undefined]);
    assert.equal(replica.generations.standing(of.origin), shared);
    assert.equal(await reader.readSize(of.origin), shared, 'what stands of ours is read');
  }
  await pullBack(replica, reader, of, stopping(replica, of.origin, theirs.size(0), source, asked));
  assert.deepEqual(await held(replica, of.origin), [all(theirs), undefined, all(ours), undefined]);
  assert.equal(replica.generations.standing(of.origin), theirs.size(0));
  assert.equal(asked.filter((at) => at === '0').length, 1);
});

test('a log of another party that stops coming while it is taken back leaves what was held of it counting', async () => {
  const { ours, theirs, shared, replica, of } = await histories(0, 1, 'shared');
  const { reader } = testRuntime(replica);
  const all = (record: TestRecord) => record.rootAt(1, record.size(1));
  const source = holderOf(theirs, 1, 0);
  await takeBack(replica, reader, of, stopping(replica, of.origin, 1, source));
  assert.deepEqual(await held(replica, of.origin), [all(ours), undefined, theirs.rootAt(1, 1), undefined]);
  assert.equal(replica.generations.standing(of.origin), shared);
  await takeBack(replica, reader, of, source);
  assert.deepEqual(await held(replica, of.origin), [all(theirs), undefined, all(ours), undefined]);
});

test('whatever write a crash comes before, the next start finds one history whole in its place, and goes on to the one that stands', async () => {
  let crashes = 0;
  for (let isOver = false; !isOver && crashes < 200; crashes++) {
    const { on, ours, theirs, shared, replica, of } = await histories(0, 0, 'shared');
    const { store } = replica;
    await store.putLocal('alarm', of.origin, '{}');
    const source = holderOf(theirs, 0, 1);
    const broken: Replica = { ...replica, store: crashingBefore(store, crashes) };
    isOver = await pullBack(broken, testRuntime(broken).reader, of, source).then(
      () => true,
      () => false,
    );
    const next = await testReplica(on, 0, undefined, store);
    const { reader } = testRuntime(next);
    await endTrial(next, reader, of);
    await reader.catchUp();
    const { size, root } = await rowOf(next, of.origin);
    const isOurs = size === ours.size(0) && equal(root, ours.rootAt(0, size));
    assert.ok(isOurs || (size > shared && equal(root, theirs.rootAt(0, size))), `before write ${crashes} of a pull`);
    assert.equal(await store.log(`${of.origin}/kept`), undefined);
    assert.ok((next.generations.standing(of.origin) ?? 0) >= shared && (await reader.readSize(of.origin)) >= shared);
    await pullBack(next, reader, of, source);
    assert.deepEqual((await rowOf(next, of.origin)).root, theirs.rootAt(0, theirs.size(0)));
    assert.deepEqual((await store.log(`${of.origin}/aside/1`))?.root, ours.rootAt(0, ours.size(0)));
  }
  assert.ok(crashes > 10 && crashes < 200, String(crashes));
});

/** A store that does nothing any more from its write number `at` on, as if the process had ended. */
function crashingBefore(store: Store, at: number): Store {
  let writes = 0;
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
      return (...args: unknown[]): Promise<unknown> => {
        if (/^(put|delete|create|rename|reset|stage|unstage|commit|waive|erase)/.test(String(name))) writes++;
        return writes > at ? Promise.reject(new ParleyError('unreachable', 'the process has ended')) : method(...args);
      };
    },
  });
}
