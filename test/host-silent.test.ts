/** A host that falls silent: what waits for it is known, and nothing else waits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channelView } from '../src/node/views/channel.ts';
import { TwoParties, until } from './two-parties.ts';

test('a host that answers has witnessed everything; for one that does not, what waits is counted', async () => {
  const two = await TwoParties.found();
  try {
    await two.settled();
    const host = async () => (await channelView(two.a.node, two.of(two.a), false)).hosts[0];
    assert.deepEqual([(await host())?.reachable, (await host())?.waiting], [true, 0]);
    await two.hosts[0]?.close();
    await two.say(await two.accredit(two.a, 'Petrova'), { kind: 'message', fields: { subject: 'One', text: 'One.' } });
    await until([two.a.node], async () => (await host())?.reachable === false && (await host())?.waiting === 2, 'that the host is silent');
  } finally {
    await two.close();
  }
});
