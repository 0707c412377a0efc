/** The gate and the generations of a log: what ends in one goes on in the next, and what was opened once is not begun again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url, utf8 } from '../src/base/bytes.ts';
import type { HttpResponse } from '../src/base/ports.ts';
import { type BundleItem, formatBundle, parseBundle } from '../src/entry/bundle.ts';
import { formatPartyCard, originOf, parseCard } from '../src/entry/card.ts';
import { formatGeneration, type GenerationNote, parseGeneration } from '../src/entry/generation.ts';
import { signAsIdentity } from '../src/entry/identity-note.ts';
import { testCrypto } from '../src/node/fixtures-channel.ts';
import { openMemoryStore } from '../src/store/memory.ts';
import { Mark } from '../src/sync/mark.ts';
import { logIn, originIn } from '../src/sync/replica.ts';
import { originHash } from '../src/tlog/origin.ts';
import { formatEntryBundle, parseEntryBundle } from '../src/tlog/tile.ts';
import { copyRecord, type Door, type Node, SILENT, say, TestMarkFile, World } from './gate-world.ts';

const { sha256 } = testCrypto;

/** A note, signed by Alpha's identity, that opens the generation named by `byte` where its log ends here. */
async function opening(world: World, { replica }: Node, byte: number): Promise<GenerationNote> {
  const party = world.on.parties[0] ?? assert.fail();
  const gen = toBase64url(new Uint8Array(16).fill(byte));
  const keys = party.keyring(gen);
  const pair = ({ ed25519, mlDsa44 }: typeof keys.log) => ({ ed25519: ed25519.publicKey, mlDsa44: mlDsa44.publicKey });
  const { name, nonce, identity, transport } = party.card;
  const text = formatPartyCard({ name, nonce, gen, identity, log: pair(keys.log), held: pair(keys.held), node: keys.node.publicKey, transport });
  const card = parseCard(text);
  assert.ok('card' in card && card.card.role === 'party');
  const log = await logIn(replica, 0);
  const continues = { gen: log.gen, size: log.size, root: toBase64url(log.root) };
  const note = await signAsIdentity(
    sha256,
    formatGeneration({ channel: world.on.channel.id, party: 0, n: 1, continues, card: card.card }),
    party.identity,
  );
  const parsed = parseGeneration(sha256, note);
  assert.ok('note' in parsed && utf8(text).length > 0);
  return parsed.note;
}

async function begun(): Promise<{ world: World; alpha: Node; first: string }> {
  const world = await World.make(2);
  const [alpha] = await world.found();
  assert.ok(alpha);
  for (let i = 0; i < 4; i++) {
    await say(alpha);
    await world.carry(alpha);
  }
  return { world, alpha, first: originOf(sha256, world.on.parties[0]?.card ?? assert.fail()) };
}

test('a log whose mark was lost is left for a new generation, which is written at once and again after a restart, though nobody answers', async () => {
  const { world, alpha } = await begun();
  const mark = new TestMarkFile();
  const alone = { parties: [SILENT, SILENT], hosts: [] };
  const store = await copyRecord(alpha.store, [3]);
  const node = await world.start(0, store, mark, undefined, alone);
  assert.equal(node.runtime.own.gate, 'recovering');
  assert.equal(await node.runtime.own.refill(), 'ended');
  await node.runtime.own.openGeneration(await opening(world, node, 77));
  await say(node);
  const again = await world.start(0, store, mark, undefined, alone);
  await say(again);
  const { size } = await logIn(again.replica, 0);
  assert.deepEqual([size, again.runtime.own.gate], [3, 'open']);
});

test('a log that recovers may be left for a new generation before anybody answered', async () => {
  const { world, alpha } = await begun();
  const mark = new TestMarkFile(alpha.mark.bytes?.slice());
  const node = await world.start(0, await copyRecord(alpha.store, [3]), mark, undefined, { parties: [SILENT, SILENT], hosts: [] });
  assert.equal(await node.runtime.own.refill(), 'recovering');
  await node.runtime.own.openGeneration(await opening(world, node, 77));
  await say(node);
  assert.equal(node.runtime.own.gate, 'open');
});

test('a store from before a generation was opened signs in neither: the log before is retired by the mark, and says so', async () => {
  const { world, alpha, first } = await begun();
  const backup = await copyRecord(alpha.store, [5]);
  await alpha.runtime.own.openGeneration(await opening(world, alpha, 77));
  await say(alpha);
  const mark = new TestMarkFile(alpha.mark.bytes?.slice());
  const node = await world.start(0, backup, mark);
  await assert.rejects(say(node), /a later generation of this log was opened/);
  assert.equal(await node.runtime.own.refill(), 'ended');
  assert.equal((await Mark.open(mark)).isRetired(first), true);
  // Another one may always be opened beside the one that is lost.
  await node.runtime.own.openGeneration(await opening(world, node, 78));
  await say(node);
});

test('a generation opened a second time, with the note it was opened with, in a store that was restored, is not begun again', async () => {
  const { world, alpha } = await begun();
  const backup = await copyRecord(alpha.store, [5]);
  const note = await opening(world, alpha, 77);
  await alpha.runtime.own.openGeneration(note);
  for (let i = 0; i < 3; i++) await say(alpha);
  const said = (await logIn(alpha.replica, 0)).size;
  const mark = new TestMarkFile(alpha.mark.bytes?.slice());
  const node = await world.start(0, backup, mark, undefined, { parties: [SILENT, SILENT], hosts: [] });
  await node.runtime.own.openGeneration(note).catch((error: { code?: string }) => assert.equal(error.code, 'unsafe_state'));
  await assert.rejects(say(node), { code: 'unsafe_state' });
  assert.equal((await Mark.open(mark)).own(originIn(node.replica, 0))?.size, said, 'its mark stays where it was');
  assert.equal((await logIn(node.replica, 0)).size, 0);
});

/** A door that answers like another but for what is asked of one log and holds `word`, which it never answers; `asked` resolves once it was asked that. */
function stalling(door: Door, origin: string, word = ''): { readonly door: Door; readonly asked: Promise<void> } {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const never = new Promise<never>(() => undefined);
  return {
    asked,
    door: (from, request) => {
      if (!request.path.includes(originHash(origin) ?? origin) || !request.path.includes(word)) return door(from, request);
      resolve();
      return never;
    },
  };
}

for (const [what, word] of [
  ['its first answer', ''],
  ['the entries that it shows', '/since/'],
] as const)
  test(`a log that recovers may be left for a new generation while a party keeps us waiting for ${what}`, async () => {
    const { world, alpha, first } = await begun();
    const mark = new TestMarkFile(alpha.mark.bytes?.slice());
    const { door, asked } = stalling(world.doors[1] ?? assert.fail(), first, word);
    const node = await world.start(0, await copyRecord(alpha.store, [3]), mark, undefined, { parties: [SILENT, door], hosts: [] });
    const refill = assert.rejects(node.runtime.own.refill(), { code: 'conflict' });
    await asked;
    await node.runtime.own.openGeneration(await opening(world, node, 77));
    await refill;
    await say(node);
    assert.equal(node.runtime.own.gate, 'open');
  });

test('a log that is left while its gate asks signs nothing on the silence of whoever was not heard out', async () => {
  const { world, alpha, first } = await begun();
  const { door, asked } = stalling(world.doors[1] ?? assert.fail(), first);
  const node = await world.start(0, alpha.store, alpha.mark, undefined, { parties: [SILENT, door], hosts: [] });
  const { size } = await logIn(node.replica, 0);
  const said = assert.rejects(say(node), { code: 'conflict' });
  await asked;
  await node.runtime.own.openGeneration(await opening(world, node, 77));
  await said;
  await say(node);
  assert.equal((await node.store.log(first))?.size, size);
});

test('a log with two histories is left for a new generation while a party keeps us waiting for the entries it shows', async () => {
  const { world, alpha, first } = await begun();
  const mark = new TestMarkFile(alpha.mark.bytes?.slice());
  const { door, asked } = stalling(world.doors[1] ?? assert.fail(), first, '/since/');
  const node = await world.start(0, await copyRecord(alpha.store, [3]), mark, undefined, { parties: [SILENT, SILENT], hosts: [] });
  const { generations, store } = node.replica;
  const of = generations.current(0);
  await generations.alarmed(store, of.origin);
  const source = async (path: string): Promise<Uint8Array | undefined> => {
    const { status, body } = await door(0, { method: 'GET', path });
    return status === 200 ? body : undefined;
  };
  const pulled = assert.rejects(node.runtime.own.pullBack(of, source), { code: 'unreachable' });
  await asked;
  await assert.rejects(say(node), { code: 'unsafe_state' });
  await node.runtime.own.openGeneration(await opening(world, node, 77));
  await pulled;
  await say(node);
  // Nothing is lost: the next time it is asked, it may give them.
  await node.runtime.own.pullBack(of, async (path) => (await (world.doors[1] ?? SILENT)(0, { method: 'GET', path })).body);
  assert.equal((await store.log(of.origin))?.size, (await logIn(alpha.replica, 0)).size);
});

test('a log whose holder ends before it has given all goes on recovering, and signs again once the rest has come', async () => {
  const { world, alpha } = await begun();
  const mark = new TestMarkFile(alpha.mark.bytes?.slice());
  const honest = world.doors[1] ?? assert.fail();
  let breaksOff = true;
  const door: Door = (from, request) => (breaksOff && request.path.includes('/since/') ? SILENT(from, request) : honest(from, request));
  const node = await world.start(0, await copyRecord(alpha.store, [3]), mark, undefined, { parties: [SILENT, door], hosts: [] });
  assert.equal(await node.runtime.own.refill(), 'recovering');
  breaksOff = false;
  assert.equal(await node.runtime.own.refill(), 'open');
  await say(node);
});

/** A door that changes the items of the parts of a log that another gives. */
function changing(door: Door, change: (items: readonly BundleItem[], path: string) => readonly BundleItem[]): Door {
  return async (from, request) => {
    const answer = await door(from, request);
    const bundle = request.path.includes('/since/') && answer.status === 200 ? parseBundle(answer.body) : { expected: '' };
    return 'items' in bundle ? { ...answer, body: formatBundle(change(bundle.items, request.path)) } : answer;
  };
}

test('a holder that refuses once, or gives less than it showed, is asked again before the log is given up', async () => {
  for (const spoil of [
    (answer: HttpResponse): HttpResponse => ({ ...answer, status: 429 }),
    (answer: HttpResponse): HttpResponse => ({ ...answer, status: 500 }),
    (answer: HttpResponse): HttpResponse => ({ ...answer, body: answer.body.slice(0, 500) }),
  ]) {
    const { world, alpha } = await begun();
    const honest = world.doors[1] ?? assert.fail();
    let spoils = 1;
    const door: Door = async (from, request) => {
      const answer = await honest(from, request);
      return request.path.includes('/since/') && spoils-- > 0 ? spoil(answer) : answer;
    };
    const mark = new TestMarkFile(alpha.mark.bytes?.slice());
    const node = await world.start(0, await copyRecord(alpha.store, [3]), mark, undefined, { parties: [SILENT, door], hosts: [] });
    assert.equal(await node.runtime.own.refill(), 'recovering');
    assert.equal(await node.runtime.own.refill(), 'open');
  }
});

test('a first leaf that is none stops one holder alone, and a padded part is none', async () => {
  const { world, alpha } = await begun();
  const honest = world.doors[1] ?? assert.fail();
  const junk = changing(honest, (items, path) =>
    items.map((item) => {
      const parsed = item.name === 'entries' && path.endsWith('/since/0') ? parseEntryBundle(item.bytes, 5) : { expected: '' };
      return 'entries' in parsed ? { ...item, bytes: formatEntryBundle([utf8('junk'), ...parsed.entries.slice(1)]) } : item;
    }),
  );
  const padded = changing(honest, (items) => [...items, { name: 'heads/99', bytes: new Uint8Array(100_000) }]);
  for (const door of [junk, padded]) {
    const mark = new TestMarkFile(alpha.mark.bytes?.slice());
    const store = openMemoryStore({ sha256 });
    const node = await world.start(0, store, mark, undefined, { parties: [SILENT, door], hosts: [] });
    await assert.rejects(say(node), { code: 'unsafe_state' });
    assert.equal(await node.runtime.own.refill(), 'recovering');
    const again = await world.start(0, store, mark, undefined, { parties: [SILENT, honest], hosts: [] });
    assert.equal(await again.runtime.own.refill(), 'open');
  }
});

test('a kill while parts stand above a text that was left out signs nothing over it: the log recovers, and is whole once somebody gives it', async () => {
  const { world, alpha, first } = await begun();
  const full = (await logIn(alpha.replica, 0)).size;
  const honest = world.doors[1] ?? assert.fail();
  const withholding = changing(honest, (items) => items.filter((item) => item !== items.find(({ name }) => name.startsWith('bodies/'))));
  const store = await copyRecord(alpha.store, [3]);
  const mark = new TestMarkFile(alpha.mark.bytes?.slice());
  const dying = new Proxy(store, {
    get: (target, name) => {
      if (name === 'unstage') return () => Promise.reject(new Error('killed'));
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const killed = await world.start(0, dying, mark, undefined, { parties: [SILENT, withholding], hosts: [] });
  await assert.rejects(killed.runtime.own.refill(), /killed/);
  assert.equal((await store.log(first))?.pendingSize, full);
  const again = await world.start(0, store, mark, undefined, { parties: [SILENT, SILENT], hosts: [] });
  assert.equal(again.runtime.own.gate, 'recovering');
  await assert.rejects(say(again), { code: 'unsafe_state' });
  assert.equal((await store.log(first))?.size, 3);
  const third = await world.start(0, store, mark, undefined, { parties: [SILENT, honest], hosts: [] });
  assert.equal(await third.runtime.own.refill(), 'open');
  await say(third);
  assert.equal((await logIn(third.replica, 0)).size, full + 1);
});

test('a log left while a slow holder of it is asked keeps nobody from writing the next', async () => {
  const { world, alpha, first } = await begun();
  const mark = new TestMarkFile(alpha.mark.bytes?.slice());
  const node = await world.start(0, await copyRecord(alpha.store, [3]), mark, undefined, { parties: [SILENT, SILENT], hosts: [] });
  const of = node.replica.generations.current(0);
  await node.replica.generations.alarmed(node.replica.store, first);
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const { promise: told, resolve: tell } = Promise.withResolvers<void>();
  const slow = async (path: string): Promise<Uint8Array | undefined> => {
    if (path.endsWith('/checkpoint')) {
      resolve();
      await told;
      return (await (world.doors[1] ?? SILENT)(0, { method: 'GET', path })).body;
    }
    return new Promise<never>(() => undefined);
  };
  void node.runtime.own.pullBack(of, slow);
  await asked;
  await node.runtime.own.openGeneration(await opening(world, node, 77));
  tell();
  await say(node);
  await say(node);
  assert.equal((await logIn(node.replica, 0)).size, 3);
});
