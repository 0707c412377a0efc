/** One's own earlier logs: what others hold of them counts for their author too, and of two histories the one that stands takes the place of the other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeGeneration } from '../src/node/opening.ts';
import { alarmOf } from '../src/node/views/forks.ts';
import { announcementOf } from '../src/sync/opened-log.ts';
import { pushTo } from '../src/sync/push.ts';
import { submitHead } from '../src/sync/submit.ts';
import { originHash } from '../src/tlog/origin.ts';
import { copyRecord, SILENT, say, TestMarkFile, World } from './gate-world.ts';
import { Parties, type Speaker } from './several-parties.ts';
import { type Side, until } from './two-parties.ts';

async function between(work: (parties: Parties, a: Side, b: Side, petrova: Speaker) => Promise<void>): Promise<void> {
  const parties = await Parties.found(2);
  try {
    const [a, b] = parties.sides as [Side, Side];
    const petrova = await parties.accredit(a, 'Petrova');
    await parties.message(a, petrova, 'first');
    await parties.settled();
    await work(parties, a, b, petrova);
  } finally {
    await parties.close();
  }
}

/** Two histories of the first party's log: one that nobody heard, held by it, and one by a copy of its node that is gone, which the second party holds. */
async function splitInTwo(parties: Parties, a: Side, b: Side, petrova: Speaker): Promise<void> {
  const other = await parties.copyOf(a);
  await parties.introduce(a, []);
  await parties.message(a, petrova, 'heard by nobody');
  await parties.introduce(other, [b]);
  await parties.message(other, petrova, 'heard by Beta');
  await until([other.node, b.node], async () => (await parties.heard(b, 0)).includes('heard by Beta'));
  await other.close();
}

test('what the others receipted of a log that its author left for a new generation, before pulling it back, counts for the author too', () =>
  between(async (parties, a, b, petrova) => {
    const backup = await parties.backupOf(a);
    await parties.message(a, petrova, 'lost here');
    await parties.settled();
    const restored = await parties.copyOf(a, backup);
    await a.close();
    await parties.openGeneration(restored);
    await parties.message(restored, petrova, 'after the restore');
    assert.ok(!(await parties.heard(restored, 0)).includes('lost here'));
    await parties.introduce(restored, [b]);
    await parties.agreed([restored, b]);
    assert.deepEqual(await parties.heard(restored, 0), ['after the restore', 'lost here', 'first']);
  }));

test('of two histories of ours the one that the others receipted takes the place of the one that nobody did, which is kept aside', () =>
  between(async (parties, a, b, petrova) => {
    const { origin } = parties.of(a).replica.generations.founding(0);
    await splitInTwo(parties, a, b, petrova);
    await parties.introduce(a, [b]);
    const aside = () => parties.of(a).store.log(`${origin}/aside/1`);
    await until([a.node, b.node], async () => (await aside()) !== undefined && (await parties.heard(a, 0)).includes('heard by Beta'));
    assert.equal((await alarmOf(parties.of(a)))?.id, 'alarm.fork_own');
    assert.equal((await aside())?.own, true);
    assert.equal(await parties.of(a).store.log(`${origin}/tried`), undefined);
    assert.ok(!(await parties.heard(a, 0)).includes('heard by nobody'));
    await parties.openGeneration(a);
    await parties.message(a, petrova, 'said again');
    await parties.agreed([a, b]);
    assert.deepEqual(await parties.heard(b, 0), ['said again', 'heard by Beta', 'first']);
  }));

test('while a party that shows another history of ours gives no answer, our record is shown, a generation is opened and an entry is written', () =>
  between(async (parties, a, b, petrova) => {
    const { origin } = parties.of(a).replica.generations.founding(0);
    await splitInTwo(parties, a, b, petrova);
    const stall = Promise.withResolvers<undefined>();
    const isTried = async (): Promise<boolean> => (await parties.of(a).store.log(`${origin}/tried`)) !== undefined;
    let asked = 0;
    const send = a.node.sendToParty.bind(a.node);
    a.node.sendToParty = async (channel, to, request, max) => {
      if (request.path.startsWith(`/log/${originHash(origin) ?? ''}/since/`) && (await isTried())) {
        asked++;
        await stall.promise;
      }
      return send(channel, to, request, max);
    };
    try {
      await parties.introduce(a, [b]);
      await until([a.node, b.node], async () => asked > 0);
      assert.ok(await isTried());
      assert.deepEqual(await parties.heard(a, 0), ['first']);
      await parties.openGeneration(a);
      await parties.message(a, petrova, 'said meanwhile');
      assert.deepEqual(await parties.heard(a, 0), ['said meanwhile', 'first']);
    } finally {
      stall.resolve(undefined);
    }
    await until([a.node, b.node], async () => (await parties.heard(a, 0)).includes('heard by Beta'));
    await parties.agreed([a, b]);
  }));

test('a generation opened before another history of ours was shown is written while whoever shows it gives no answer', () =>
  between(async (parties, a, b, petrova) => {
    await splitInTwo(parties, a, b, petrova);
    await parties.openGeneration(a);
    await parties.message(a, petrova, 'before it is shown');
    const stall = Promise.withResolvers<undefined>();
    const { origin } = parties.of(a).replica.generations.founding(0);
    const hash = originHash(origin) ?? '';
    let asked = 0;
    const send = a.node.sendToParty.bind(a.node);
    a.node.sendToParty = async (channel, to, request, max) => {
      if (request.path.startsWith(`/log/${hash}/root/`) && parties.of(a).replica.generations.isForked(origin)) {
        asked++;
        await stall.promise;
      }
      return send(channel, to, request, max);
    };
    try {
      await parties.introduce(a, [b]);
      await until([a.node, b.node], async () => asked > 0);
      await parties.message(a, petrova, 'said meanwhile');
      assert.deepEqual((await parties.heard(a, 0)).slice(0, 2), ['said meanwhile', 'before it is shown']);
    } finally {
      stall.resolve(undefined);
    }
  }));

test('a generation that a restored peer has forgotten is announced to it again, though it had receipted it', () =>
  between(async (parties, a, b, petrova) => {
    const backup = await parties.backupOf(b);
    await parties.openGeneration(a);
    await parties.message(a, petrova, 'in the next log');
    await parties.settled();
    const restored = await parties.copyOf(b, backup);
    await b.close();
    await a.node.updateRecord(parties.channel, { addresses: ['', restored.url] });
    await parties.introduce(restored, [a]);
    await parties.message(a, petrova, 'and more');
    await until([a.node, restored.node], async () => (await parties.heard(restored, 0)).includes('and more'));
  }));

test('a generation that builds on the wrong history lets its author read what is held of the log before: so both learn of the other history', () =>
  between(async (parties, a, b, petrova) => {
    await splitInTwo(parties, a, b, petrova);
    await parties.openGeneration(a);
    const { note } = parties.of(a).replica.generations.current(0);
    await takeGeneration(b.node, await announcementOf(parties.of(a).replica, note ?? assert.fail()));
    await parties.introduce(a, [b]);
    await until([a.node, b.node], async () => (await alarmOf(parties.of(b))) !== undefined && (await parties.heard(a, 0)).includes('heard by Beta'));
  }));

for (const [sentence, more] of [
  ['of the same size', 0],
  ['of a smaller size', 1],
] as const)
  test(`what a host saw ${sentence} of another history convicts a log, by whoever submits the one it holds`, async () => {
    const world = await World.make(2);
    const [alpha, beta] = await world.found();
    assert.ok(alpha !== undefined && beta !== undefined);
    await say(alpha);
    await world.carry(alpha);
    const host = world.hostDoors[0] ?? SILENT;
    const store = await copyRecord(alpha.store, []);
    const twin = await world.start(0, store, new TestMarkFile(alpha.mark.bytes?.slice()));
    await say(twin);
    const log = twin.replica.generations.current(0);
    await submitHead(twin.replica, 0, log, (_, request) => host(0, request));
    for (let i = 0; i <= more; i++) await say(alpha);
    await pushTo(alpha.replica, 1, (to, request) => (world.doors[to] ?? SILENT)(0, request));
    await assert.rejects(
      submitHead(beta.replica, 0, log, (_, request) => host(1, request)),
      { code: 'fork' },
    );
    assert.ok(beta.replica.generations.isForked(log.origin));
    await assert.rejects(
      submitHead(alpha.replica, 0, log, (_, request) => host(0, request)),
      { code: 'unsafe_state' },
    );
  });
