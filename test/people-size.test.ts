import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_TABLE_PAGE, tableView } from '../src/node/views/table.ts';
import { todayView } from '../src/node/views/today.ts';
import { originIn } from '../src/sync/replica.ts';
import { TwoParties } from './two-parties.ts';

const OLD = 40_000;
/** Ten times what it takes on a quiet machine, and a tenth of what reading everything would. */
const MAX_MS = 50;

test('opening Today or the Table takes as long in a long record as in a short one', async () => {
  const two = await TwoParties.found({ store: 'sqlite' });
  try {
    const anna = await two.accredit(two.a, 'Anna');
    const asked = Array.from({ length: 5 }, (_, i) => ({ request_type: 'information', subject: `Ask ${i}`, text: 'What?' }));
    const told = Array.from({ length: 40 }, (_, i) => ({ subject: `Word ${i}`, text: 'Said.' }));
    await Promise.all(asked.map((fields) => two.say(anna, { kind: 'request', fields })));
    await Promise.all(told.map((fields) => two.say(anna, { kind: 'message', fields })));
    await two.settled();
    const channel = two.of(two.a);
    await addClosedMatters(two);
    const fastest = async (work: () => Promise<unknown>): Promise<number> => {
      const times: number[] = [];
      for (let i = 0; i < 5; i++) {
        const start = performance.now();
        await work();
        times.push(performance.now() - start);
      }
      return Math.min(...times);
    };
    const today = await todayView(two.a.node);
    assert.equal(today.awaitingThem.length, 5);
    assert.ok((await fastest(() => todayView(two.a.node))) < MAX_MS);
    assert.ok((await fastest(() => tableView(channel, undefined, 50))) < MAX_MS);
    const all = await tableView(channel, undefined, 2 * MAX_TABLE_PAGE);
    assert.ok(all.before !== undefined, 'who asks for more than one page has is told where the next begins');
  } finally {
    await two.close();
  }
});

/** Years of correspondence in which nothing is awaited any more, as the projection keeps it: older than what was said in this test. */
async function addClosedMatters(two: TwoParties): Promise<void> {
  const { replica, store } = two.of(two.a);
  const origin = originIn(replica, 0);
  const ids = Array.from({ length: OLD }, (_, i) => two.crypto.sha256(new TextEncoder().encode(String(i))));
  const head = JSON.stringify({ id: '', kind: 'message', opener: 0, concerns: [] });
  await store.putVerdicts({
    verdicts: ids.map((id, i) => ({
      ...{ origin, index: 1_000_000 + i, id, channel: two.channel, valid: true, type: 'message', matter: id },
      ...{ level: i - OLD, time: 0, findings: '[]' },
    })),
    matters: ids.map((id) => ({
      channel: two.channel,
      id,
      kind: 'message',
      dossier: id,
      level: 0,
      open: false,
      opener: 0,
      head,
      acts: [],
      anew: true,
    })),
    readers: [],
  });
}
