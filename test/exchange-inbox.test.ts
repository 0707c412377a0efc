/** An exchange that no clock runs for stands in the inbox of both sides until all have revealed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url } from '../src/base/bytes.ts';
import { digestOf } from '../src/document/exchange.ts';
import { nodeRandom, systemNow } from '../src/node/crypto.ts';
import { inboxOf } from '../src/node/views/inbox.ts';
import { type Side, TwoParties } from './two-parties.ts';

test('who has yet to commit, for which moment all wait, and who has not revealed past it, stands in the inbox without a procedure for it', async () => {
  let ahead = 0;
  const two = await TwoParties.found({ now: () => systemNow() + ahead });
  try {
    const [anna, boris] = [await two.accredit(two.a, 'Anna'), await two.accredit(two.b, 'Boris')];
    await two.settled();
    await two.acknowledge();
    const exchangeAt = two.now() + 600;
    const id = await two.say(anna, { kind: 'simultaneous_exchange', fields: { title: 'Lists', exchange_at: exchangeAt } });
    const awaited = async (side: Side) => {
      await two.settled();
      const { placed } = await inboxOf(side.node);
      return placed.flatMap(({ list, item: { due, act } }) => (due.exchange === undefined ? [] : [`${list} ${due.debtor} ${due.exchange} ${act}`]));
    };
    assert.deepEqual(await awaited(two.a), ['awaitingUs 0 commit commitment', 'awaitingThem 1 commit commitment']);
    assert.deepEqual(await awaited(two.b), ['awaitingThem 0 commit commitment', 'awaitingUs 1 commit commitment']);

    const words = { text: 'Two sites.', secret: toBase64url(nodeRandom(16)), attachments: [] };
    const commits = (who: typeof anna, party: number) => {
      const digest = digestOf(two.crypto.sha256, { channel: two.channel, party, matter: id }, words) ?? '';
      return two.say(who, { kind: 'commitment', fields: { digest }, refs: [id] });
    };
    const reveals = (who: typeof anna) => two.say(who, { kind: 'reveal', fields: { text: words.text, secret: words.secret }, refs: [id] });
    await commits(anna, 0);
    assert.deepEqual(await awaited(two.b), ['awaitingUs 1 commit commitment']);
    await commits(boris, 1);
    assert.deepEqual(await awaited(two.a), ['watch 0 moment reveal', 'watch 1 moment reveal']);
    ahead = 601;
    assert.deepEqual(await awaited(two.a), ['awaitingUs 0 reveal reveal', 'awaitingThem 1 reveal reveal']);
    await reveals(boris);
    assert.deepEqual(await awaited(two.b), ['awaitingThem 0 reveal reveal']);
    await reveals(anna);
    assert.deepEqual(await awaited(two.b), []);
    assert.equal((await two.of(two.b).store.matters(two.channel, { open: true, kind: 'simultaneous_exchange' })).length, 0);
  } finally {
    await two.close();
  }
});
