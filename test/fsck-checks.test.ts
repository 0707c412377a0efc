/** `parley fsck` knows what the store alone does not: bodies, signatures and files of a real channel. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fsckChecks } from '../src/cli/fsck-checks.ts';
import { testChannel, testCrypto, testPerson } from '../src/node/fixtures-channel.ts';
import { TestRecord } from '../src/node/fixtures-record.ts';
import { testReplica, testRuntime } from '../src/node/fixtures-replica.ts';
import { fsck } from '../src/store/fsck.ts';
import type { FsckReport } from '../src/store/fsck-report.ts';
import type { Store } from '../src/store/store.ts';
import { TwoParties } from './two-parties.ts';

let two: TwoParties;
before(async () => {
  two = await TwoParties.found();
  const person = await two.accredit(two.a, 'A. Petrova');
  await two.say(person, { kind: 'message', fields: { subject: 'A', text: 'One.' } });
  await two.settled();
});
after(() => two?.close());

/** Checks a store that a failing disk changes on the way out. */
async function check(disk: Partial<Store> = {}): Promise<FsckReport> {
  const { store } = two.a.node;
  const damaged = new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(disk, name) ?? Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return fsck(damaged, { sha256: two.crypto.sha256, ...(await fsckChecks(two.crypto, damaged)) });
}

test('a channel at work has nothing wrong in it, on either side', async () => {
  const report = await check();
  assert.deepEqual(report.problems, []);
  assert.ok(report.entries >= 4 && report.heads >= 2 && report.cosignatures >= 2);
});

test('a body that does not open, and signatures that do not verify, are named', async () => {
  const { store } = two.a.node;
  const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, bytes[at] === 0x41 ? 0x42 : 0x41);
  const bodies = await check({
    entries: async (origin, from, to) =>
      (await store.entries(origin, from, to)).map((row) => (row.body === undefined ? row : { ...row, body: flip(row.body, 3) })),
  });
  assert.match(
    bodies.problems.map(({ sentence }) => sentence).join('\n'),
    /has a body that does not open: expected leaves that give the signed body root/,
  );
  const receipts = await check({
    cosignatures: async (origin, from, to) =>
      (await store.cosignatures(origin, from, to)).map((row) => ({ ...row, lines: flip(row.lines, row.lines.length - 20) })),
  });
  assert.match(receipts.problems.map(({ sentence }) => sentence).join('\n'), /cosignature of .* that does not verify/);
  const stranger = await check({ listLocal: async () => [] });
  assert.match(stranger.problems.map(({ sentence }) => sentence).join('\n'), /it is of no channel known here/);
});

test('a text that its author lost before it came is no damage, and one that is not asked for without that is', async () => {
  const on = await testChannel();
  const petrova = testPerson('Petrova');
  const record = new TestRecord(on);
  await record.accredit(0, petrova);
  const { body: _, ...bare } = await record.message(0, petrova, 'Lost');
  record.logs[0]?.splice(2, 1, bare);
  await record.say(0, petrova, { kind: 'lost', refs: [bare.id], fields: { entry: bare.id, marking: 'green' } });
  const runtime = testRuntime(await testReplica(on, 1));
  assert.equal((await runtime.receive(0, await record.push(0, 0))).status, 200);
  await runtime.reader.idle();
  const { store } = runtime;
  const faults = async (): Promise<readonly string[]> => {
    const { openBody } = await fsckChecks(testCrypto, store);
    const { problems } = await fsck(store, { sha256: testCrypto.sha256, ...(openBody === undefined ? {} : { openBody }) });
    return problems.map(({ sentence }) => sentence);
  };
  assert.deepEqual(await faults(), []);
  await store.deleteLocal('lost', `${runtime.id}/${bare.id}`);
  assert.match((await faults()).join(), /entry 3 .+ it is marked as not required/);
});

test('a history of a log that is kept aside is no damage: its heads are signed by the keys of that log', async () => {
  const on = await testChannel();
  const petrova = testPerson('Petrova');
  const record = new TestRecord(on);
  await record.accredit(0, petrova);
  const runtime = testRuntime(await testReplica(on, 1));
  assert.equal((await runtime.receive(0, await record.push(0, 0))).status, 200);
  await runtime.reader.idle();
  const { store } = runtime;
  const { origin } = runtime.replica.generations.founding(0);
  const log = await store.log(origin);
  assert.ok(log);
  await store.createLog({ ...log, origin: `${origin}/aside/1` });
  await store.renameLogs([
    [origin, `${origin}/aside/1`],
    [`${origin}/aside/1`, origin],
  ]);
  const { channel } = on;
  const cards = [...channel.parties, ...channel.hosts].map((card) => card.text);
  await store.putLocal('channel', channel.id, JSON.stringify({ charter: channel.charter.text, cards }));
  const report = await fsck(store, { sha256: testCrypto.sha256, ...(await fsckChecks(testCrypto, store)) });
  // Of the log itself it is said that it lacks what was receipted here.
  assert.deepEqual(
    report.problems.filter((problem) => problem.origin !== origin),
    [],
  );
  assert.ok(report.heads >= 1);
});
