/** Who would rather have its own document held later stamps it late, or never: clocks run all the same, alike on every side. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fromBase64url } from '../src/base/bytes.ts';
import { SMALLEST } from '../src/document/fixtures-drafts.ts';
import { systemNow } from '../src/node/crypto.ts';
import { MAX_READ, UNSTAMPED_SECONDS } from '../src/node/stamps-of-theirs.ts';
import { type Duty, dutiesOf, statusOf } from '../src/projection/duties.ts';
import { instrumentOf } from '../src/projection/joint/instrument.ts';
import { readMatter } from '../src/projection/joint/reading.ts';
import { actsOf, type Matter, openingAct, parseMatter } from '../src/projection/matter.ts';
import { originIn } from '../src/sync/replica.ts';
import { Parties } from './several-parties.ts';
import { type Representative, type Side, TwoParties, until } from './two-parties.ts';

const DAY = 86_400;
const clock = { ahead: 0 };
const two = await TwoParties.found({ now: () => systemNow() + clock.ahead, shipped: ['nis2-reporting'] });
after(() => two.close());
const operator = await two.accredit(two.a, 'Petrova');
await two.accredit(two.b, 'Miller');
await two.acknowledge();
const stamps = two.a.node.exchange.stampSoon.bind(two.a.node.exchange);

type Of = Pick<TwoParties, 'of'>;

async function matterOf(all: Of, side: Side, id: string): Promise<Matter> {
  const channel = all.of(side);
  const [row] = await channel.store.matters(channel.id, { ids: [fromBase64url(id, 32) ?? new Uint8Array()] });
  return parseMatter(row?.state ?? assert.fail('the matter is here'));
}

/** The final report that is owed after a notification, as a side has it. */
async function reportDue(side: Side, id: string): Promise<Duty> {
  const duties = dutiesOf(await matterOf(two, side, id), { ...two.of(side).rules, standing: new Map() });
  return duties.find(({ clock: { id: name } }) => name === 'final') ?? assert.fail('it is owed');
}

/** The places of stamps in a matter, by the log they stand in. */
async function stampsIn(side: Side, id: string): Promise<readonly number[]> {
  const acts = actsOf(await matterOf(two, side, id)).filter(({ type }) => type === 'stamp');
  return [0, 1].map((party) => acts.filter((act) => act.party === party).length);
}

function notify(person: Representative, ...refs: readonly string[]): Promise<string> {
  const fields = { stage: 'notification', title: 'Outage', description: 'Billing stands still.', aware_at: two.now() - 60 };
  return two.say(person, { kind: 'incident_notification', fields, refs });
}

/** So many seconds pass, and a side looks for what it has to stamp. */
async function pass(seconds: number, side: Side): Promise<void> {
  clock.ahead += seconds;
  side.node.exchange.stampSoon(two.channel);
  await two.settled();
}

test('an operator whose node stamps as it should starts its own clock, and the authority writes nothing', async () => {
  const id = await notify(operator);
  await two.settled();
  const [ours, theirs] = [await reportDue(two.a, id), await reportDue(two.b, id)];
  assert.deepEqual(ours, theirs);
  assert.ok(ours.startedAt !== undefined);
  await pass(UNSTAMPED_SECONDS + 1, two.b);
  assert.deepEqual(await stampsIn(two.b, id), [1, 0]);
});

test('an operator whose node never stamps owes its final report from when it held the authority’s word, and is late with it', async () => {
  two.a.node.exchange.stampSoon = () => undefined;
  try {
    const id = await notify(operator);
    await two.settled();
    assert.equal(statusOf(await reportDue(two.b, id), two.now()), 'not_started');
    await pass(UNSTAMPED_SECONDS + 1, two.b);
    const [ours, theirs] = [await reportDue(two.a, id), await reportDue(two.b, id)];
    assert.deepEqual(ours, theirs);
    assert.ok(ours.startedAt !== undefined && Math.abs(ours.startedAt - two.now()) < 30, String(ours.startedAt));
    // The word, and the operator's receipt of it: nothing follows from those.
    assert.deepEqual(await stampsIn(two.b, id), [0, 2]);
    await pass(40 * DAY, two.b);
    assert.deepEqual(await stampsIn(two.b, id), [0, 2]);
    // It has its node stamp at last, with the receipt of today.
    two.a.node.exchange.stampSoon = stamps;
    await two.say(operator, { kind: 'message', fields: { subject: 'Later', text: 'Much later.' } });
    await pass(1, two.a);
    assert.equal(statusOf(await reportDue(two.a, id), two.now()), 'late_so_far');
    assert.deepEqual(await reportDue(two.a, id), await reportDue(two.b, id));
  } finally {
    two.a.node.exchange.stampSoon = stamps;
  }
});

test('an operator whose node stamps its termination of an instrument late, or never, puts the end off to no later than it held the authority’s word', async () => {
  two.a.node.exchange.stampSoon = () => undefined;
  try {
    const id = await two.say(operator, { kind: 'instrument', fields: { ...SMALLEST.instrument, in_force_rule: 'on-signature' } });
    await two.say(operator, { kind: 'termination', fields: { ...SMALLEST.termination, at: two.now() }, refs: [id] });
    await two.settled();
    const endsAt = async (side: Side): Promise<number | undefined> => {
      const matter = await matterOf(two, side, id);
      return instrumentOf(readMatter(matter, 2), openingAct(matter) ?? assert.fail()).terminated?.at;
    };
    assert.equal(await endsAt(two.b), undefined);
    await pass(UNSTAMPED_SECONDS + 1, two.b);
    const at = (await endsAt(two.a)) ?? assert.fail('it is known');
    assert.ok(Math.abs(at - two.now()) < 30, String(at));
    await two.say(operator, { kind: 'message', fields: { subject: 'Later', text: 'Much later.' } });
    await pass(40 * DAY, two.b);
    two.a.node.exchange.stampSoon = stamps;
    await pass(1, two.a);
    for (const side of [two.a, two.b]) assert.ok(((await endsAt(side)) ?? Number.POSITIVE_INFINITY) <= at);
  } finally {
    two.a.node.exchange.stampSoon = stamps;
  }
});

test('very many notifications that an operator’s node leaves unstamped are given their words under few heads, and no matter is read for each of them', async () => {
  two.a.node.exchange.stampSoon = () => undefined;
  const { store } = two.of(two.b);
  const { matters, commitHead } = store;
  try {
    const first = await notify(operator);
    await Promise.all(Array.from({ length: 11 }, () => notify(operator, first)));
    await two.settled();
    let [heads, read] = [0, 0];
    store.commitHead = (origin, ...heading) => {
      if (origin === originIn(two.of(two.b).replica, 1)) heads++;
      return commitHead.call(store, origin, ...heading);
    };
    store.matters = (channel, query) => {
      if (query?.ids !== undefined && query.most === MAX_READ) read++;
      return matters.call(store, channel, query);
    };
    await pass(UNSTAMPED_SECONDS + 1, two.b);
    assert.equal(actsOf(await matterOf(two, two.b, first)).filter(({ type, party }) => type === 'stamp' && party === 1).length, 24);
    assert.ok(heads <= 6, `${heads} heads for twelve words and as many stamps of those`);
    assert.equal(read, 1);
  } finally {
    Object.assign(store, { matters, commitHead });
    two.a.node.exchange.stampSoon = stamps;
  }
});

test('an authority that keeps its receipts from the operator and stamps them itself is taken at its word there, at once', async () => {
  const send = two.a.node.sendToParty.bind(two.a.node);
  // The answers to the operator's pushes never come with a receipt.
  two.a.node.sendToParty = async (...args) => {
    const answer = await send(...args);
    return args[2].path.endsWith('/push') && answer.status === 200
      ? { ...answer, status: 202, body: new TextEncoder().encode('{"missing":[]}') }
      : answer;
  };
  try {
    const id = await notify(operator);
    await until(
      [two.a.node, two.b.node],
      async () => (await two.of(two.b).store.verdicts(two.channel, [fromBase64url(id, 32) ?? new Uint8Array()])).length > 0,
    );
    const held = two.now();
    clock.ahead += UNSTAMPED_SECONDS + 1;
    two.b.node.exchange.stampSoon(two.channel);
    await until([two.a.node, two.b.node], async () => (await reportDue(two.a, id)).startedAt !== undefined);
    const { startedAt } = await reportDue(two.a, id);
    // Its own stamp says so: the authority's word alone would have started it a minute later.
    assert.ok(startedAt !== undefined && Math.abs(startedAt - held) < 30, String(startedAt));
  } finally {
    two.a.node.sendToParty = send;
  }
});

test('a third party that gives no receipt, and later one of a longer log, stops the clock of nobody else, nor its own', async () => {
  const later = { ahead: 0 };
  const three = await Parties.found(3, () => systemNow() + later.ahead);
  try {
    const [a, b, c] = three.sides as [Side, Side, Side];
    const anna = await three.accredit(a, 'Anna');
    await three.settled();
    await c.hang();
    const id = await three.say(a, anna, 'request', { request_type: 'information', subject: 'When', text: 'When?' });
    const startOf = async (side: Side, debtor: number): Promise<number | undefined> => {
      const duties = dutiesOf(await matterOf(three, side, id), { ...three.of(side).rules, standing: new Map() });
      return duties.find((duty) => duty.clock.id === 'reply' && duty.debtor === debtor)?.startedAt;
    };
    await until(
      [a.node, b.node],
      async () => (await three.of(b).store.verdicts(three.channel, [fromBase64url(id, 32) ?? new Uint8Array()])).length > 0,
    );
    later.ahead += 61;
    await until([a.node, b.node], async () => {
      a.node.exchange.stampSoon(three.channel);
      return (await startOf(a, 1)) !== undefined;
    });
    assert.equal(await startOf(a, 2), undefined);
    await c.answer();
    later.ahead += 3600;
    a.node.exchange.resubmit();
    await until([a.node, c.node], async () => (await startOf(a, 2)) !== undefined);
    assert.ok(((await startOf(a, 2)) ?? 0) - ((await startOf(a, 1)) ?? 0) > 3000, 'each since it held it');
  } finally {
    await three.close();
  }
});
