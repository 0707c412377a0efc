/** Backups of any age, and crashes while a log is pulled back: what was signed once is never signed differently. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { formatBundle, parseBundle } from '../src/entry/bundle.ts';
import { originOf } from '../src/entry/card.ts';
import { testCrypto } from '../src/node/fixtures-channel.ts';
import { openMemoryStore } from '../src/store/memory.ts';
import type { Store } from '../src/store/store.ts';
import { Mark } from '../src/sync/mark.ts';
import { copyRecord, type Door, figures, type Node, SILENT, Signatures, say, TestMarkFile, World } from './gate-world.ts';

const ENTRIES = 40;
const AGES = 200;
let world: World;
let nodes: readonly Node[];
const first = new Signatures();
let alpha: Node;
let origin: string;
let full: number;

before(async () => {
  world = await World.make(2, 1, 'hashed');
  nodes = await world.found([first]);
  alpha = nodes[0] ?? assert.fail();
  origin = originOf(testCrypto.sha256, world.on.parties[0]?.card ?? assert.fail());
  for (let i = 0; i < ENTRIES; i++) {
    await say(alpha);
    if (i % 3 === 0) await say(nodes[1] ?? assert.fail());
    if (i % 4 === 3) for (const node of nodes) await world.carry(node);
  }
  for (const node of nodes) await world.carry(node);
  full = (await alpha.store.log(origin))?.size ?? 0;
});

function signedSoFar(): Signatures {
  return copyOf(first);
}

const UP = ['both up', 'party up', 'host only', 'alone'] as const;

/** Starts what was restored with some of the others up, and lets it recover. */
async function restart(store: Store, mark: TestMarkFile, up: (typeof UP)[number], signed: Signatures): Promise<Node> {
  const party: readonly Door[] = [SILENT, up === 'both up' || up === 'party up' ? (world.doors[1] ?? SILENT) : SILENT];
  const hosts: readonly Door[] = [up === 'both up' || up === 'host only' ? (world.hostDoors[0] ?? SILENT) : SILENT];
  const node = await world.start(0, store, mark, signed, { parties: party, hosts });
  await say(node).catch(() => undefined);
  if (node.runtime.own.gate === 'recovering') await node.runtime.own.refill();
  return node;
}

describe('a restored backup', () => {
  test(`of ${AGES} random ages, whoever is up: no second history, and with the mark and a party up the log goes on whole`, async () => {
    const figure = figures(1);
    let whole = 0;
    for (let i = 0; i < AGES; i++) {
      const [age, theirs] = [1 + Math.floor(figure() * full), 1 + Math.floor(figure() * 14)];
      const up = UP[Math.floor(figure() * UP.length)] ?? 'alone';
      const lost = figure() < 0.3;
      const signed = signedSoFar();
      const store = await copyRecord(alpha.store, [age, theirs]);
      const mark = new TestMarkFile(lost ? undefined : alpha.mark.bytes?.slice());
      const node = await restart(store, mark, up, signed);
      await say(node).catch(() => undefined);
      const what = `restored ${age} of ${full}, ${up}, mark ${lost ? 'lost' : 'there'}`;
      assert.equal(signed.forks, 0, what);
      const goesOn = !lost && (age === full || up === 'both up' || up === 'party up');
      assert.equal(node.runtime.own.gate === 'open', goesOn, what);
      if (goesOn) whole++;
      if (goesOn) assert.ok(((await store.log(origin))?.size ?? 0) > full, what);
    }
    assert.ok(whole > AGES / 5, `${whole} of ${AGES} went on`);
  });

  test('what a restored node said last, and nobody else ever held, cannot come back: its log ends', async () => {
    const [beta] = [world.doors[1] ?? assert.fail()];
    const signed = signedSoFar();
    const store = await copyRecord(alpha.store, [full]);
    const mark = new TestMarkFile(alpha.mark.bytes?.slice());
    const before = await restart(store, mark, 'alone', signed);
    await say(before);
    const restored = await restart(await copyRecord(store, [full]), mark, 'both up', signed);
    assert.equal(restored.runtime.own.gate, 'ended');
    assert.match(restored.runtime.own.stopped?.detail ?? '', /parley generation open/);
    assert.ok(beta !== undefined && signed.forks === 0);
  });

  test('a channel known again after a restore to before its founding is pulled back from its first leaf on', async () => {
    const signed = signedSoFar();
    const node = await restart(openMemoryStore({ sha256: testCrypto.sha256 }), new TestMarkFile(alpha.mark.bytes?.slice()), 'both up', signed);
    assert.equal(node.runtime.own.gate, 'open');
    assert.equal((await node.store.log(origin))?.size, full);
  });

  test('a founding that only this node had signed is signed again alone: its one leaf is the charter', async () => {
    const fresh = await World.make(2, 1, 'hashed');
    const signed = new Signatures();
    const mark = new TestMarkFile();
    await (await Mark.open(mark)).begin(testCrypto.sha256, origin);
    const once = await fresh.start(0, openMemoryStore({ sha256: testCrypto.sha256 }), mark, signed);
    await once.runtime.own.found();
    const again = await fresh.start(0, openMemoryStore({ sha256: testCrypto.sha256 }), mark, signed);
    await assert.rejects(again.runtime.own.found(), { code: 'unsafe_state' });
    assert.equal(await again.runtime.own.refill(), 'open');
    assert.deepEqual([signed.forks, (await again.store.log(origin))?.size], [0, 1]);
  });
});

/** A store whose process dies right before, or right after, its `at`-th write; `writes` counts them. */
function dying(store: Store, at: number, after: boolean): { store: Store; writes: () => number } {
  let count = 0;
  const WRITES = new Set([
    'stage',
    'unstage',
    'commitHead',
    'putCosignatures',
    'putBodies',
    'putVerdicts',
    'advanceCosigned',
    'putLocal',
    'putValue',
    'createLog',
  ]);
  const proxy = new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (!WRITES.has(String(name))) return value.bind(target);
      return async (...given: unknown[]) => {
        count++;
        if (count > at || (count === at && !after)) throw new Crash();
        const result: unknown = await value.apply(target, given);
        if (count === at) throw new Crash();
        return result;
      };
    },
  });
  return { store: proxy, writes: () => count };
}

class Crash extends Error {}

test('a crash at any step of refilling leaves a log that recovers whole at the next start, and never a second history', async () => {
  let died = 0;
  for (const after of [false, true])
    for (let at = 1; ; at++) {
      const signed = signedSoFar();
      const store = await copyRecord(alpha.store, [full - 9, 3]);
      const mark = new TestMarkFile(alpha.mark.bytes?.slice());
      const limited = dying(store, at, after);
      const crashed = await restart(limited.store, mark, 'both up', signed).then(
        () => false,
        (error: unknown) => error instanceof Crash || assert.fail(String(error)),
      );
      if (!crashed && limited.writes() < at) break;
      died++;
      // Alone first: what was half done must not be taken for what was signed.
      const alone = await restart(store, new TestMarkFile(mark.bytes?.slice()), 'alone', signed);
      await say(alone).catch(() => undefined);
      assert.equal(signed.forks, 0, `write ${at}`);
      if (alone.runtime.own.gate === 'open') continue;
      const node = await restart(store, mark, 'both up', signed);
      assert.equal(node.runtime.own.gate, 'open', `write ${at}: ${node.runtime.own.stopped?.detail}`);
      await say(node);
      assert.equal(signed.forks, 0, `write ${at}`);
    }
  assert.ok(died > 20, `${died} crashes`);
});

test('a rolled back machine that crashes while it refills signs nothing afterwards, though all are silent', async () => {
  const { pair, a, signedHere, marks } = await six();
  for (const after of [false, true])
    for (let at = 1; ; at++) {
      const signed = copyOf(signedHere);
      const store = await copyRecord(a.store, [3]);
      const mark = new TestMarkFile(marks.get(3)?.slice());
      const limited = dying(store, at, after);
      const node = await pair.start(0, limited.store, mark, signed).catch(() => undefined);
      // Dead before it had asked anybody: nothing can be known of its past, which is what remains of a machine rolled back (SECURITY.md).
      if (node === undefined) continue;
      await say(node).catch(() => undefined);
      if (node.runtime.own.gate === 'recovering') await node.runtime.own.refill().catch(() => undefined);
      const alone = await pair.start(0, store, new TestMarkFile(mark.bytes?.slice()), signed, { parties: [], hosts: [] });
      await say(alone).catch(() => undefined);
      assert.equal(signed.forks, 0, `write ${at}`);
      if (limited.writes() < at) break;
    }
});

test('shown a later head while something was to be signed, a node signs nothing at its next start, though nothing was refilled in between', async () => {
  const { pair, a, signedHere, marks } = await six();
  const signed = copyOf(signedHere);
  const mark = new TestMarkFile(marks.get(3)?.slice());
  const store = await copyRecord(a.store, [3]);
  await assert.rejects(say(await pair.start(0, store, mark, signed)), { code: 'unsafe_state' });
  const alone = await pair.start(0, store, mark, signed, { parties: [], hosts: [] });
  await assert.rejects(say(alone), { code: 'unsafe_state' });
  assert.equal(signed.forks, 0);
});

test('other entries than were signed are never signed, though the process dies with them half taken', async () => {
  const { pair, a, signedHere } = await six();
  const honest = pair.doors[1] ?? assert.fail();
  const poison: Door = async (from, request) => {
    const given = await honest(from, request);
    const bundle = request.path.includes('/since/') ? parseBundle(given.body) : { expected: '' };
    if (!('items' in bundle)) return given;
    const items = bundle.items.map(({ name, bytes }) => (name === 'entries' ? { name, bytes: bytes.with(bytes.length - 9, 0x20) } : { name, bytes }));
    return { ...given, body: formatBundle(items) };
  };
  for (let at = 1; ; at++) {
    const signed = copyOf(signedHere);
    const store = await copyRecord(a.store, [3]);
    const mark = new TestMarkFile(a.mark.bytes?.slice());
    const limited = dying(store, at, true);
    const node = await pair.start(0, limited.store, mark, signed, { parties: [SILENT, poison], hosts: [] }).catch(() => undefined);
    await node?.runtime.own.refill().catch(() => undefined);
    const alone = await pair.start(0, store, mark, signed, { parties: [], hosts: [] });
    await say(alone).catch(() => undefined);
    assert.equal(signed.forks, 0, `write ${at}`);
    assert.equal(alone.runtime.own.gate, 'recovering', `write ${at}`);
    if (limited.writes() < at) break;
  }
});

test('a later head that comes only with the entries speaks against the mark before any of them is committed', async () => {
  const { pair, a, signedHere, marks } = await six();
  const honest = pair.doors[1] ?? assert.fail();
  // Shows the head that a rolled back mark names, and gives what was signed after it too.
  const shown = (await a.store.headAtOrAbove(origin, 4))?.note ?? assert.fail();
  const sly: Door = async (from, request) =>
    request.path.endsWith('/checkpoint') ? { status: 200, headers: {}, body: shown } : honest(from, request);
  for (const after of [false, true])
    for (let at = 1; ; at++) {
      const signed = copyOf(signedHere);
      const store = await copyRecord(a.store, [3]);
      const mark = new TestMarkFile(marks.get(4)?.slice());
      const limited = dying(store, at, after);
      const node = await pair.start(0, limited.store, mark, signed, { parties: [SILENT, sly], hosts: [] }).catch(() => undefined);
      await node?.runtime.own.refill().catch(() => undefined);
      const alone = await pair.start(0, store, mark, signed, { parties: [], hosts: [] });
      await say(alone).catch(() => undefined);
      assert.equal(signed.forks, 0, `write ${at}`);
      if (limited.writes() >= at) continue;
      assert.equal((await Mark.open(mark)).own(origin)?.distrusted, true);
      break;
    }
});

/** A channel in which Alpha said six things, all of which Beta holds, and its mark after each. */
async function six() {
  const pair = await World.make(2);
  const signedHere = new Signatures();
  const [a] = await pair.found([signedHere]);
  assert.ok(a);
  const marks = new Map<number, Uint8Array>();
  for (let i = 0; i < 6; i++) {
    await say(a);
    await pair.carry(a);
    marks.set(((await a.store.log(origin)) ?? assert.fail()).size, (a.mark.bytes ?? assert.fail()).slice());
  }
  return { pair, a, signedHere, marks };
}

function copyOf({ heads }: Signatures): Signatures {
  const signed = new Signatures();
  for (const { leaves } of heads) signed.add(leaves);
  return signed;
}
