import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { formatBundle } from '../entry/bundle.ts';
import { testChannel, testCrypto, testPerson } from '../node/fixtures-channel.ts';
import { TestRecord } from '../node/fixtures-record.ts';
import { testReplica, testRuntime } from '../node/fixtures-replica.ts';
import { signCheckpoint } from '../tlog/log-signature.ts';

test('a signed head of no entries is no head: it is refused, and neither stops a node nor raises an alarm', async () => {
  const on = await testChannel();
  const record = new TestRecord(on);
  await record.accredit(0, testPerson('Petrova'));
  const keys = on.parties[0];
  assert.ok(keys !== undefined);
  const { origin } = record.checkpoint(0);
  const replica = await testReplica(on, 1);
  const runtime = testRuntime(replica);
  for (const held of [0, record.size(0)]) {
    if (held > 0) assert.equal((await runtime.receive(0, await record.push(0, 0))).status, 200);
    for (const root of [new Uint8Array(32), testCrypto.sha256(new Uint8Array())]) {
      const note = await signCheckpoint(testCrypto.sha256, keys.log, { origin, size: 0, root });
      const push = formatBundle([
        { name: 'old', bytes: utf8('0') },
        { name: 'checkpoint', bytes: note },
      ]);
      const refused = await runtime.receive(0, push).then(
        () => assert.fail('it was taken'),
        (error: unknown) => error,
      );
      assert.ok(refused instanceof ParleyError, String(refused));
      assert.equal(replica.generations.isForked(origin), false);
    }
  }
});
