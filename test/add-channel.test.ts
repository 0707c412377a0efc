/** A founding may be completed by both sides at once; a channel still has one writer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PartyNode } from '../src/node/party-node.ts';
import { openMemoryStore } from '../src/store/memory.ts';
import { originIn } from '../src/sync/replica.ts';
import { memoryMark, TwoParties } from './two-parties.ts';

test('a channel made known twice at once is one channel, whose log both callers may found', async () => {
  const two = await TwoParties.found({ hosts: 0 });
  try {
    const { parts } = two.a.node;
    const node = await PartyNode.open({ ...parts, store: openMemoryStore({ sha256: two.crypto.sha256 }), mark: memoryMark() });
    const record = two.a.node.record(two.channel);
    await node.mark.begin(two.crypto.sha256, originIn(two.of(two.a).replica, 0));
    const runtimes = await Promise.all([1, 2, 3].map(() => node.addChannel(record)));
    assert.equal(new Set(runtimes).size, 1);
    await Promise.all(runtimes.map((runtime) => runtime.own.found()));
    assert.equal((await runtimes[0]?.heads())?.[0]?.size, 1);
    await node.close();
  } finally {
    await two.close();
  }
});
