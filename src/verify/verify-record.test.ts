import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url } from '../base/bytes.ts';
import { testChannel, testCrypto, testPerson } from '../node/fixtures-channel.ts';
import { TestRecord } from '../node/fixtures-record.ts';
import { verifyFile } from './verify-file.ts';

const on = await testChannel();
const petrova = testPerson('Petrova');
const miller = testPerson('Miller');

/** A record in which both sides have somebody who may sign. */
async function started(): Promise<TestRecord> {
  const record = new TestRecord(on);
  await record.accredit(0, petrova);
  await record.accredit(1, miller);
  return record;
}

test('a head that one side never had, cited by the other, keeps nobody from reading both logs', async () => {
  const record = await started();
  // Petrova claims to have seen ten entries of the other side, which had two; by the time somebody else reads it there are ten, not those.
  const after = [record.cite(0), { ...record.cite(1), size: 10, root: toBase64url(new Uint8Array(32).fill(7)) }];
  await record.message(0, petrova, 'false', { after });
  await record.message(0, petrova, 'next');
  // The other side, honest, cites the head that covers it.
  while (record.size(1) < 10) await record.message(1, miller, `honest ${record.size(1)}`);
  const verdict = await verifyFile(testCrypto, await record.export());
  assert.equal(verdict.entries?.length, record.size(0) + record.size(1));
  assert.ok(verdict.entries.every((entry) => entry.valid));
  const noticed = verdict.entries.filter((entry) => entry.findings.some(({ id }) => id === 'finding.cited_false'));
  assert.deepEqual(
    noticed.map(({ party, index }) => [party, index]),
    [[0, 2]],
  );
  assert.equal(verdict.verdict, 'verified');
});
