import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testChannel, testPerson } from '../node/fixtures-channel.ts';
import { TestRecord } from '../node/fixtures-record.ts';
import { testReplica, testRuntime } from '../node/fixtures-replica.ts';
import { formatSharedReceipt } from '../verify/shared-receipt.ts';
import { sharedOf, takeShared } from './shared.ts';

test('over a log with two histories too, a receipt dated far ahead is none', async () => {
  const on = await testChannel();
  const record = new TestRecord(on);
  await record.accredit(0, testPerson('Petrova'));
  const replica = await testReplica(on, 1);
  const runtime = testRuntime(replica);
  await runtime.receive(0, await record.push(0, 0));
  const of = replica.generations.founding(0);
  await replica.generations.alarmed(replica.store, of.origin);
  const size = record.size(0);
  const receipt = async (time: number): Promise<Uint8Array> =>
    formatSharedReceipt({ note: await record.head(0, size, await record.receipt(1, record.checkpoint(0), time)), prefix: size, path: [] });
  assert.equal(await takeShared(replica, of, await receipt(replica.now() + 3600)), false);
  assert.deepEqual(await sharedOf(replica.store, of.origin), []);
  const times = (await replica.store.cosignatures(of.origin)).map(({ time }) => time);
  assert.ok(times.every((time) => time <= replica.now()));
  assert.equal(await takeShared(replica, of, await receipt(replica.now() + 100)), true);
});
