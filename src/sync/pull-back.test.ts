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
import type { KnownLog } from './generations.ts';
import { pullBack } from './pull-back.ts';
import { receivedEntry } from './receive.ts';
import type { RefillSource } from './refill.ts';
import { type Replica, rowOf } from './replica.ts';
import { takeBack } from './take-back.ts';

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

/** How another history is served: `rootAt`: what is said to be there at a size; `receipted`: the smallest size at which all receipted it. */
type Manner = { readonly rootAt?: (size: number) => Uint8Array; readonly entries?: number; readonly receipted?: number; readonly without?: number };

/**
 * Whoever holds another history of a party's log, of which another party receipted every entry or those from `receipted` on, and serves it an entry at a time,
 * or as many as `entries` says, the text at `without` left out.
 */
function holderOf(record: TestRecord, party: number, by: number, manner: Manner = {}): RefillSource {
  const leaves = record.logs[party] ?? [];
  const hashes = leaves.map(({ bytes }) => leafHash(sha256, bytes));
  const { entries = 1, receipted = 1 } = manner;
  const rootAt = manner.rootAt ?? ((size: number) => record.rootAt(party, size));
  const head = async (to: number) =>
    record.head(party, to, to < receipted ? [] : await record.receipt(by, record.checkpoint(party, to), 1_700_000_600));
  return async (path) => {
    const [what, at] = path.split('/').slice(3);
    if (what === 'checkpoint') return head(leaves.length);
    const from = Number(at);
    if (what === 'root') return from > leaves.length ? undefined : utf8(`${toBase64url(rootAt(from))}\n`);
    if (from >= leaves.length) return undefined;
    const sent = leaves.slice(from, from + entries);
    const end = from + sent.length;
    const between = await Promise.all(sent.slice(1).map(async (_, i) => ({ name: `heads/${from + 1 + i}`, bytes: await head(from + 1 + i) })));
    return formatBundle([
      { name: 'old', bytes: utf8(String(from)) },
      { name: 'checkpoint', bytes: await head(end) },
      { name: 'entries', bytes: formatEntryBundle(sent.map(({ bytes }) => bytes)) },
      ...(from === 0 ? [] : [{ name: 'proof', bytes: utf8(formatHashLines(forkPath(sha256, hashes, from, end))) }]),
      ...between,
      ...sent.flatMap(({ id, body }, i) => (body === undefined || from + i === manner.without ? [] : [{ name: `bodies/${id}`, bytes: body }])),
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

/** Roots of what is held of a log: in its place, of one that is tried, and aside. */
async function held(replica: Replica, origin: string): Promise<readonly (Uint8Array | undefined)[]> {
  const rows = await Promise.all(['', '/tried', '/aside/1', '/aside/2'].map((name) => replica.store.log(`${origin}${name}`)));
  return rows.map((row) => row?.root);
}

/** A source that ends where it is asked for what follows `stop`, after whose every answer `root` is still in its place, and what stands of it counts. */
function watched(
  replica: Replica,
  of: KnownLog,
  root: Uint8Array,
  source: RefillSource,
  stop = Number.MAX_SAFE_INTEGER,
  asked: number[] = [],
): RefillSource {
  const standing = replica.generations.standing(of.origin);
  return async (path) => {
    const [what, at] = path.split('/').slice(3);
    assert.deepEqual((await rowOf(replica, of.origin)).root, root);
    assert.equal(replica.generations.standing(of.origin), standing);
    if (what !== 'since') return source(path);
    asked.push(Number(at));
    if (Number(at) >= stop) throw new ParleyError('unreachable', 'it does not answer');
    return source(path);
  };
}

test('who claims to share all of what we hold does not make us put what stands aside', async () => {
  const { ours, theirs, replica, of } = await histories(0, 0, 'all');
  const { reader } = testRuntime(replica);
  // A lie beyond the first two entries.
  await pullBack(replica, reader, of, holderOf(theirs, 0, 1, { rootAt: (size) => ours.rootAt(0, size) }));
  assert.deepEqual((await rowOf(replica, of.origin)).root, ours.rootAt(0, ours.size(0)));
  assert.equal(replica.generations.standing(of.origin), ours.size(0));
});

test('ours stays in its place while another history comes; a later try goes on where the last ended, and only what stands takes its place', async () => {
  const { ours, theirs, shared, replica, of } = await histories(0, 0, 'shared');
  const { reader } = testRuntime(replica);
  const all = (record: TestRecord) => record.rootAt(0, record.size(0));
  const end = theirs.size(0);
  const manner = { entries: 3, receipted: end };
  const asked: number[] = [];
  const pull = (more: Manner) =>
    pullBack(replica, reader, of, watched(replica, of, all(ours), holderOf(theirs, 0, 1, { ...manner, ...more }), end, asked));
  await reader.catchUp();
  for (const code of ['unreachable', 'invalid', 'unreachable']) {
    await assert.rejects(pull({ without: end - 1 }), { code });
    const tried = code === 'unreachable' ? theirs.rootAt(0, end - 1) : undefined;
    assert.deepEqual(await held(replica, of.origin), [all(ours), tried, undefined, undefined]);
    assert.equal(replica.generations.standing(of.origin), shared);
    assert.equal(await reader.readSize(of.origin), shared, 'what stands of ours is read');
  }
  asked.length = 0;
  await pull({});
  // What follows ours, which is of their history; then, of that, what was not tried yet.
  assert.deepEqual(asked, [ours.size(0), end, shared, end - 1, end]);
  assert.deepEqual(await held(replica, of.origin), [all(theirs), undefined, all(ours), undefined]);
  assert.equal(replica.generations.standing(of.origin), end);
});

test('of a history that begins as ours and does not go on nothing is kept, however often it is shown', async () => {
  for (const party of [0, 1]) {
    const { ours, theirs, shared, replica, of } = await histories(0, party, 'shared');
    const { reader } = testRuntime(replica);
    const all = ours.rootAt(party, ours.size(party));
    for (let round = 0; round < 5; round++) {
      const source = watched(replica, of, all, holderOf(theirs, party, 1 - party, { without: shared }));
      await assert.rejects(party === 0 ? pullBack(replica, reader, of, source) : takeBack(replica, reader, of, source), { code: 'invalid' });
      assert.deepEqual(await held(replica, of.origin), [all, undefined, undefined, undefined]);
    }
  }
});

test('a log of another party that stops coming while it is taken back leaves what was held of it in its place, until all of ours has come', async () => {
  const { ours, theirs, shared, replica, of } = await histories(0, 1, 'shared');
  const { reader } = testRuntime(replica);
  const all = (record: TestRecord) => record.rootAt(1, record.size(1));
  const asked: number[] = [];
  const take = (stop?: number) => takeBack(replica, reader, of, watched(replica, of, all(ours), holderOf(theirs, 1, 0), stop, asked));
  for (const stop of [shared + 1, shared + 2]) {
    await assert.rejects(take(stop), { code: 'unreachable' });
    assert.deepEqual(await held(replica, of.origin), [all(ours), theirs.rootAt(1, stop), undefined, undefined]);
    assert.equal(replica.generations.standing(of.origin), shared);
  }
  asked.length = 0;
  await take();
  assert.deepEqual(asked, [shared, shared + 2, shared + 3]);
  assert.deepEqual(await held(replica, of.origin), [all(theirs), undefined, all(ours), undefined]);
});

test('what was tried of one history is no beginning of another that is shown later', async () => {
  const { on, ours, theirs, shared, replica, of } = await histories(0, 1, 'shared');
  const { reader } = testRuntime(replica);
  const third = new TestRecord(on, 'third');
  third.logs[1]?.splice(0, third.size(1), ...(ours.logs[1]?.slice(0, shared) ?? []));
  for (const word of ['Neither', 'Nor']) await third.message(1, petrova, word);
  const all = (record: TestRecord) => record.rootAt(1, record.size(1));
  await assert.rejects(takeBack(replica, reader, of, watched(replica, of, all(ours), holderOf(theirs, 1, 0), shared + 1)), { code: 'unreachable' });
  await takeBack(replica, reader, of, watched(replica, of, all(ours), holderOf(third, 1, 0)));
  assert.deepEqual(await held(replica, of.origin), [all(third), undefined, all(ours), undefined]);
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
    await reader.catchUp();
    const { size, root } = await rowOf(next, of.origin);
    const isOurs = size === ours.size(0) && equal(root, ours.rootAt(0, size));
    assert.ok(isOurs || (size > shared && equal(root, theirs.rootAt(0, size))), `before write ${crashes} of a pull`);
    assert.ok((next.generations.standing(of.origin) ?? 0) >= shared && (await reader.readSize(of.origin)) >= shared);
    await pullBack(next, reader, of, source);
    assert.deepEqual((await rowOf(next, of.origin)).root, theirs.rootAt(0, theirs.size(0)));
    assert.deepEqual(await held(next, of.origin), [theirs.rootAt(0, theirs.size(0)), undefined, ours.rootAt(0, ours.size(0)), undefined]);
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
