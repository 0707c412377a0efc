import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromBase64 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { parseLines } from '../tlog/note.ts';
import { testChannel, testHost, testParty } from './fixtures-channel.ts';
import { testReplica, testRuntime } from './fixtures-replica.ts';

type Step = { comment: string; push: string; status: number; code?: string; size?: number; missing?: string[] };
type Pushes = { charter: string; steps: Step[] };
const pushes = JSON.parse(readFileSync(new URL('../../vectors/sync/pushes.json', import.meta.url), 'utf8')) as Pushes;

test('pushes of one log, one after the other, are answered as the vectors say', async (t) => {
  const packs = (JSON.parse(pushes.charter) as { packs: { name: string; hash: string }[] }).packs;
  const on = await testChannel([testParty('Alpha', 10, 3, 2), testParty('Beta', 20)], [testHost('Host', 30)], packs);
  assert.equal(on.channel.charter.text, pushes.charter, 'the parties of the vectors are those of the fixtures');
  const runtime = testRuntime(await testReplica(on, 0));
  for (const { comment, push, ...expected } of pushes.steps)
    await t.test(`push: ${comment}`, async () => {
      const bytes = fromBase64(push) ?? assert.fail();
      try {
        const answer = await runtime.receive(1, bytes);
        await runtime.reader.idle();
        assert.deepEqual({ status: answer.status, ...('missing' in answer ? { missing: answer.missing } : {}) }, expected);
        if (answer.status === 200) assert.ok('lines' in parseLines(answer.lines));
      } catch (error) {
        assert.ok(error instanceof ParleyError, String(error));
        assert.deepEqual({ status: error.http, code: error.code, ...error.facts }, expected);
      }
    });
});
