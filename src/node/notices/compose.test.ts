import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NoticeItem } from '../../projection/notice-views.ts';
import { openMemoryStore } from '../../store/memory.ts';
import { nodeSha256 } from '../crypto.ts';
import { composeFor, noticeId, type Pace } from './compose.ts';
import { Jobs } from './jobs.ts';
import type { Subscription } from './subscriptions.ts';

const HOUR = 3600;
const counts = { awaitingUs: 0, awaitingThem: 0, watch: 0, lateOfUs: 0, lateOfThem: 0 };
const sub: Subscription = {
  id: 'sub',
  owner: 'operator',
  target: { mail: 'a@b.example' },
  channels: [],
  events: ['document', 'fork'],
  createdAt: 0,
  known: [],
};
const item = (event: NoticeItem['event']): NoticeItem => ({ event, channel: 'c', channelTitle: 'C', with: 'Beta', path: '/' });

async function world(of: Subscription = sub) {
  const store = openMemoryStore({ sha256: nodeSha256 });
  const jobs = await Jobs.load(store, new Set([of.id]));
  const pace: Pace = new Map();
  const tell = (key: string, event: NoticeItem['event'] = 'document') =>
    jobs.notice(noticeId(nodeSha256, of.id, key), { sub: of.id, key, at: 0, item: item(event) });
  return { store, jobs, tell, compose: (now: number) => composeFor(jobs, of, { now, counts, pace, sha256: nodeSha256 }) };
}

test('whoever sends very much fills no mailbox: beyond ten messages an hour they are gathered into one, and nothing else waits for it', async () => {
  const { jobs, tell, compose } = await world();
  for (let i = 0; i < 12; i++) {
    await tell(`document/${i}`);
    const next = await compose(1000 + i);
    assert.equal(next, i < 10 ? undefined : 1000 + HOUR);
  }
  assert.equal(jobs.out.length, 10);
  await tell('fork/1', 'fork');
  await compose(1020);
  assert.deepEqual(jobs.out.at(-1)?.message.event, 'fork');
  await compose(1000 + HOUR);
  assert.deepEqual(jobs.out.at(-1)?.message.items.length, 2);
});

test('a message lists fifty things and counts the rest', async () => {
  const { jobs, tell, compose } = await world();
  for (let i = 0; i < 60; i++) await tell(`document/${i}`);
  await compose(0);
  const [only] = jobs.out;
  assert.deepEqual([jobs.out.length, only?.message.items.length, only?.message.more, only?.takes.length], [1, 50, 10, 60]);
});

test('a digest goes once for each day that has something to say, at its hour or when the node comes back', async () => {
  const { jobs, tell, compose } = await world({ ...sub, digestHour: 7 });
  await tell('document/1');
  assert.equal(await compose(6 * HOUR), 7 * HOUR);
  assert.equal(jobs.out.length, 0);
  assert.equal(await compose(9 * HOUR), 31 * HOUR);
  assert.equal(jobs.out.length, 1);
  await compose(32 * HOUR);
  await tell('document/2');
  await compose(33 * HOUR);
  assert.equal(jobs.out.length, 1, 'the day had nothing to say at its hour');
  await compose(55 * HOUR);
  assert.equal(jobs.out.length, 2);
});

test('whatever write a crash cuts off, each thing is in exactly one message, and never twice', async () => {
  for (let crashAt = 0; crashAt < 12; crashAt++) {
    const store = openMemoryStore({ sha256: nodeSha256 });
    const taken: string[] = [];
    let writes = 0;
    let isCrashing = true;
    const crashing = new Proxy(store, {
      get(target, name, receiver) {
        const value: unknown = Reflect.get(target, name, receiver);
        if (name !== 'putLocal' && name !== 'deleteLocal') return typeof value === 'function' ? value.bind(target) : value;
        return (...all: unknown[]) => {
          if (isCrashing && writes++ === crashAt) throw new Error('crash');
          return (value as (...args: unknown[]) => unknown).apply(target, all);
        };
      },
    });
    const life = async (): Promise<void> => {
      const jobs = await Jobs.load(crashing, new Set([sub.id]));
      for (const key of ['owed/1', 'owed/2']) {
        const id = noticeId(nodeSha256, sub.id, key);
        if (!jobs.has(id)) await jobs.notice(id, { sub: sub.id, key, at: 0, item: item('owed') });
      }
      await composeFor(jobs, sub, { now: 0, counts, pace: new Map(), sha256: nodeSha256 });
      for (const one of jobs.out) {
        await jobs.update({ ...one, tries: one.tries + 1 });
        taken.push(...one.takes.map((id) => `${one.message.id} ${id}`));
        await jobs.done(one.message.id);
      }
    };
    await life().catch(() => undefined);
    isCrashing = false;
    await life();
    await life();
    const inMessages = new Set(taken);
    assert.equal(inMessages.size, 2, `after a crash at write ${crashAt}: each under one message id`);
    assert.ok(taken.length - inMessages.size <= 2, 'doubled at most where the crash came between handing out and its note');
  }
});
