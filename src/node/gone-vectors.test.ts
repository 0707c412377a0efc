import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bytesOfShared, type Shared } from '../verify/fixtures-shared.ts';
import { testChannel, testParty } from './fixtures-channel.ts';
import { testReplica, testRuntime } from './fixtures-replica.ts';

type Answer = { push: Shared; status: number; missing?: string[] };
type Case = { comment: string; answers: Answer[]; verdict: { valid: boolean; findings: string[] } | null };
type Gone = { charter: string; parts: Shared[]; cases: Case[] };
const gone = JSON.parse(readFileSync(new URL('../../vectors/sync/gone.json', import.meta.url), 'utf8')) as Gone;

test('texts that are gone are receipted, waited for and judged as the vectors say', async (t) => {
  const on = await testChannel([testParty('Alpha', 10), testParty('Beta', 20)], []);
  assert.equal(on.channel.charter.text, gone.charter, 'the parties of the vectors are those of the fixtures');
  for (const { comment, answers, verdict } of gone.cases)
    await t.test(`gone: ${comment}`, async () => {
      const runtime = testRuntime(await testReplica(on, 1));
      for (const { push, ...expected } of answers) {
        const answer = await runtime.receive(0, bytesOfShared(gone.parts, push));
        await runtime.reader.idle();
        assert.deepEqual({ status: answer.status, ...('missing' in answer ? { missing: answer.missing } : {}) }, expected);
      }
      const [log] = await runtime.heads();
      const [leaf] = await runtime.store.entries(log?.origin ?? '', 2, 3);
      const [found] = await runtime.store.verdicts(runtime.id, [leaf?.id ?? new Uint8Array(32)]);
      const findings = (JSON.parse(found?.findings ?? '[]') as { id: string }[]).map(({ id }) => id);
      assert.deepEqual(found === undefined ? null : { valid: found.valid, findings }, verdict);
    });
});
