/** What somebody corrects, withdraws or erases whom nobody here has acknowledged is held, shown and not used, and is used once somebody has. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { toBase64 } from '../src/base/bytes.ts';
import type { Json } from '../src/base/json.ts';
import { peopleApp } from '../src/node/people-door.ts';
import { documentView } from '../src/node/views/document.ts';
import { dutyCardsOf } from '../src/node/views/duty-cards.ts';
import { todayView } from '../src/node/views/today.ts';
import { Erasing } from './erasing.ts';

const erasing = await Erasing.found();
const { two, anna, boris } = erasing;
after(() => erasing.close());

const stands = (side: 'a' | 'b', words: string): boolean => erasing.stands(side, words);
const gone = async (id: string, ...names: readonly string[]) => ({ ...(await erasing.gone(two.a, id, names)), basis: 'No.' });

const awaitingUs = async (): Promise<readonly string[]> => (await todayView(two.a.node)).awaitingUs.map(({ due }) => due.entry);

test('a new voice over there corrects no telephone, ends no duty, marks no document and erases nothing here until it is acknowledged', async () => {
  const asked = await two.say(boris, { kind: 'request', fields: { request_type: 'information', subject: 'Logs', text: 'Please.' } });
  const card = await two.say(boris, { kind: 'contact_nomination', fields: { person: 'Boris', office: 'Watch', telephone: '+7 495 000' } });
  const said = await two.say(boris, { kind: 'message', fields: { subject: 'Figures', text: 'is-not-erased-by-a-stranger-6b2e' } });
  await two.settled();
  const clara = await two.accredit(two.b, 'Clara');
  await two.settled();
  await two.say(clara, { kind: 'withdrawal', refs: [asked], fields: { entry: asked } });
  await two.say(clara, { kind: 'correction', refs: [card], fields: { entry: card, pointers: ['/telephone'], values: ['+1 900 666'] } });
  await two.say(clara, { kind: 'correction', refs: [said], fields: { entry: said, pointers: ['/subject'], values: ['Other figures'] } });
  const erasure = await two.say(clara, { kind: 'body_erased', refs: [said], fields: await gone(said, 'text') });
  await two.settled();
  assert.equal(await two.of(two.a).digest(), await two.of(two.b).digest(), 'the state is a function of the logs alone');

  const today = (await todayView(two.a.node)).awaitingUs.find(({ due }) => due.entry === asked);
  assert.equal(today?.unacknowledged, true, 'still owed, and marked');
  assert.equal((await dutyCardsOf(two.of(two.a)))[0]?.telephone, '+7 495 000');
  const before = await documentView(two.of(two.a), said);
  assert.deepEqual([before.row.corrected, before.row.erased, before.corrections, before.erasures], [undefined, undefined, [], []]);
  assert.equal(before.fields.text, 'is-not-erased-by-a-stranger-6b2e');
  assert.ok(stands('a', 'is-not-erased-by-a-stranger-6b2e') && !stands('b', 'is-not-erased-by-a-stranger-6b2e'));
  assert.equal((await documentView(two.of(two.a), asked)).withdrawal, undefined);
  const row = before.thread.find(({ id }) => id === erasure);
  assert.deepEqual([row?.valid, row?.unacknowledged], [true, true], 'the act itself is shown, and marked');

  await two.acknowledge([two.a]);
  assert.ok(!stands('a', 'is-not-erased-by-a-stranger-6b2e'), 'and now it is carried out');
  const then = await documentView(two.of(two.a), said);
  assert.deepEqual([then.erased, then.row.corrected?.count, then.row.erased?.entry], [['text'], 1, erasure]);
  assert.equal((await dutyCardsOf(two.of(two.a)))[0]?.telephone, '+1 900 666');
  assert.ok(!(await awaitingUs()).includes(asked));
});

test('what was accredited and erased in one breath waits as well, and what we hold of theirs we may let go of at any time', async () => {
  const said = await two.say(boris, { kind: 'message', fields: { subject: 'One', text: 'held-until-somebody-looked-91c0' } });
  await two.settled();
  const fields = await gone(said, 'text');
  await two.b.hang();
  await two.a.hang();
  const dora = await two.accredit(two.b, 'Dora');
  await two.say(dora, { kind: 'body_erased', refs: [said], fields });
  const other = await two.say(dora, { kind: 'message', fields: { subject: 'Two', text: 'let-go-of-at-once-3d77' } });
  await two.b.answer();
  await two.a.answer();
  two.b.node.exchange.resubmit();
  await two.settled();
  assert.ok(stands('a', 'held-until-somebody-looked-91c0'));
  const app = await peopleApp(two.a.node);
  const post = async (kind: string, all: Record<string, Json>) => {
    const signed = await two.sign(anna, { kind, refs: [other], fields: { marking: 'green', ...all } });
    return app.app.inject({
      method: 'POST',
      url: `/api/channels/${two.channel}/entries`,
      headers: { host: 'localhost:8080', authorization: `Bearer ${app.operatorToken}`, 'content-type': 'application/json' },
      payload: JSON.stringify({ entry: toBase64(signed.bytes), body: toBase64(signed.body) }),
    });
  };
  assert.equal((await post('message', { subject: 'Re', text: 'No.' })).json<{ code: string }>().code, 'unacknowledged', 'an answer is a use');
  const dropped = await post('body_erased', await gone(other, 'text'));
  assert.equal(dropped.statusCode, 200, dropped.body);
  assert.ok(!stands('a', 'let-go-of-at-once-3d77'));
  await app.app.close();
  await two.acknowledge([two.a]);
  assert.ok(!stands('a', 'held-until-somebody-looked-91c0'));
  assert.equal(await two.of(two.a).digest(), await two.of(two.b).digest());
});

test('what a later log of theirs erases waits for that log to be acknowledged', async () => {
  const said = await two.say(boris, { kind: 'message', fields: { subject: 'Three', text: 'erased-from-another-log-a1a1' } });
  await two.settled();
  const fields = await gone(said, 'text');
  await two.openGeneration(two.b);
  await two.settled();
  await two.say(boris, { kind: 'body_erased', refs: [said], fields });
  await two.say(boris, { kind: 'correction', refs: [said], fields: { entry: said, pointers: ['/subject'], values: ['Four'] } });
  await two.settled();
  assert.ok(stands('a', 'erased-from-another-log-a1a1'));
  assert.equal((await documentView(two.of(two.a), said)).row.corrected, undefined);
  await two.acknowledge([two.a]);
  assert.ok(!stands('a', 'erased-from-another-log-a1a1'));
  assert.equal((await documentView(two.of(two.a), said)).row.corrected?.count, 1);
});
