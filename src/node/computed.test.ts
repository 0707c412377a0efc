import assert from 'node:assert/strict';
import { test } from 'node:test';
import { on, people, started } from '../projection/fixtures-folds.ts';
import { COMPUTED_BY } from './computed.ts';
import { testNode } from './fixtures-replica.ts';

test('what another version computed of a channel is computed anew where it opens, and what this one computed is left', async () => {
  const record = await started('computed');
  await record.say(0, people[0], { kind: 'claim', fields: { facet: 'fact', statement: 'It was so.', marking: 'green' } });
  const node = await testNode(on, 1);
  const channel = node.channel(on.channel.id);
  await channel.receive(0, await record.push(0, 0));
  await channel.read();
  const open = async () => (await node.store.matters(channel.id, { open: true })).map(({ kind }) => kind);
  assert.deepEqual(await open(), ['claim']);

  const [row] = await node.store.matters(channel.id, { kind: 'claim', most: 0 });
  assert.ok(row !== undefined);
  const { state, ...rest } = row;
  await node.store.putVerdicts({ verdicts: [], matters: [{ ...rest, open: false, head: state, acts: [], anew: false }], readers: [] });
  await testNode(on, 1, undefined, node.store);
  assert.deepEqual(await open(), []);

  await node.store.putLocal('computed', channel.id, String(COMPUTED_BY - 1));
  await testNode(on, 1, undefined, node.store);
  assert.deepEqual(await open(), ['claim']);
});
