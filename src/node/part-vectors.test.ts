import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromBase64 } from '../base/bytes.ts';
import { refillOwn } from '../sync/refill.ts';
import { logIn } from '../sync/replica.ts';
import { testChannel, testParty } from './fixtures-channel.ts';
import { testReplica, testRuntime } from './fixtures-replica.ts';

type Step = { comment: string; part: string; size: number; outcome: string; heads?: number[] };
type Parts = { charter: string; begin: string; steps: Step[] };
const parts = JSON.parse(readFileSync(new URL('../../vectors/sync/parts.json', import.meta.url), 'utf8')) as Parts;

test('parts of an own log, one after the other, are kept or refused as the vectors say', async (t) => {
  const on = await testChannel([testParty('Alpha', 10), testParty('Beta', 20)], []);
  assert.equal(on.channel.charter.text, parts.charter, 'the parties of the vectors are those of the fixtures');
  const replica = await testReplica(on, 0);
  const { reader } = testRuntime(replica);
  const pull = async (part: string): Promise<string> => {
    const given = [fromBase64(part) ?? assert.fail()];
    return refillOwn(replica, reader, replica.generations.current(replica.us), async () => given.shift());
  };
  await pull(parts.begin);
  assert.equal((await logIn(replica, 0)).size, 2);
  for (const { comment, part, size, outcome, heads = [] } of parts.steps)
    await t.test(`part: ${comment}`, async () => {
      assert.equal(await pull(part), outcome);
      const log = await logIn(replica, 0);
      assert.deepEqual([log.size, log.pendingSize, log.openedSize], [size, size, size], 'nothing is left behind');
      const kept: number[] = [];
      for (let at = 3; ; at++) {
        const head = await replica.store.headAtOrAbove(log.origin, at);
        if (head === undefined) break;
        at = head.size;
        kept.push(at);
      }
      assert.deepEqual(kept, heads.length > 0 ? heads : kept.filter((one) => one <= size));
      // We signed both: the proof is kept.
      assert.equal(replica.generations.isForked(log.origin), outcome === 'other_history');
      assert.equal((await reader.state(0)).size, size, 'what is kept is read');
    });
});
