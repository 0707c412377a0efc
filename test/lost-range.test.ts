/** A header range over an entry that changes who may sign and whose text is lost: it is proved all the same, and what cannot be shown is said. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testChannel, testCrypto, testPerson } from '../src/node/fixtures-channel.ts';
import { TestRecord } from '../src/node/fixtures-record.ts';
import { testReplica, testRuntime } from '../src/node/fixtures-replica.ts';
import { makeProof } from '../src/sync/make-proof.ts';
import { rowOf } from '../src/sync/replica.ts';
import { verifyFile } from '../src/verify/verify-file.ts';

test('a proof with a range is made though its author lost the text of an identity entry, and says so; with another copy of the text it is shown', async () => {
  const on = await testChannel();
  const [petrova, clerk] = [testPerson('Petrova'), testPerson('Clerk')];
  const record = new TestRecord(on);
  await record.accredit(0, petrova);
  await record.message(0, petrova, 'Shown');
  const { body, ...bare } = await record.accredit(0, clerk);
  record.logs[0]?.splice(3, 1, bare);
  await record.say(0, petrova, { kind: 'lost', refs: [bare.id], fields: { entry: bare.id, marking: 'green' } });
  const runtime = testRuntime(await testReplica(on, 1));
  assert.equal((await runtime.receive(0, await record.push(0, 0))).status, 200);
  await runtime.reader.idle();
  const { replica, reader, store } = runtime;
  const { origin } = replica.generations.founding(0);
  const said = async (): Promise<readonly string[]> => {
    const documents = [{ origin, index: 2, shown: { without: [] } }];
    const readerOf = (party: number) => reader.state(party);
    const verdict = await verifyFile(testCrypto, await makeProof(replica, { documents, range: 'whole', charterNote: on.charterNote, readerOf }));
    assert.equal(verdict.verdict, 'verified', JSON.stringify(verdict.sentences));
    return verdict.sentences.map(({ phrase }) => phrase.id);
  };
  const without = await said();
  assert.ok(without.includes('verify.accredited') && without.includes('verify.not_proved_gone_text'), without.join());
  assert.ok(!without.includes('verify.still_accredited'));
  // The same entry is held in another place, with its text.
  const [row] = await store.entries(origin, 3, 4);
  const log = await rowOf(replica, origin);
  await store.createLog({ ...log, origin: `${origin}/aside/1` });
  await store.stage(`${origin}/aside/1`, 0, [{ ...(row ?? assert.fail()), body, bodyRequired: true }], false);
  const withCopy = await said();
  assert.ok(withCopy.includes('verify.still_accredited') && !withCopy.includes('verify.not_proved_gone_text'), withCopy.join());
});
