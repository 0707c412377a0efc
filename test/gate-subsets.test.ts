/** The start gate against every subset of liars, silent peers and bogus conflicts, in every state that a start can find. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { utf8 } from '../src/base/bytes.ts';
import { formatBundle, parseBundle } from '../src/entry/bundle.ts';
import { originOf } from '../src/entry/card.ts';
import { testCrypto } from '../src/node/fixtures-channel.ts';
import { Mark } from '../src/sync/mark.ts';
import { copyRecord, type Door, NOT_FOUND, type Node, SILENT, Signatures, say, TestMarkFile, World } from './gate-world.ts';

/** What the mark of the restarted node says: `true` to its last head, lost, or as old as its store. */
type Marked = 'true' | 'lost' | 'old';
type Start = { readonly what: string; readonly size: number; readonly marked: Marked };

let world: World;
let alpha: Node;
let full: number;
const first = new Signatures();
/** Bytes of the mark when the log had so many entries. */
const marks = new Map<number, Uint8Array>();

/** Beta holds everything, Gamma lacks the last two entries of ours: it was away. */
before(async () => {
  world = await World.make(3, 1, 'hashed');
  const nodes = await world.found([first]);
  alpha = nodes[0] ?? assert.fail();
  for (let i = 0; i < 6; i++) {
    if (i === 4) world.doors[2] = SILENT;
    await say(alpha);
    await world.carry(alpha);
    marks.set((await own(alpha)).size, (alpha.mark.bytes ?? assert.fail()).slice());
  }
  world.doors[2] = world.doorOf(nodes[2] ?? assert.fail());
  full = (await own(alpha)).size;
  assert.equal(full, 7);
});

async function own(node: Node) {
  return (await node.store.log(originOf(testCrypto.sha256, world.on.parties[0]?.card ?? assert.fail()))) ?? assert.fail();
}

const status = (code: number, text: string) => ({ status: code, headers: {}, body: utf8(text) });

/** How a party may answer. `holds`: how many of our entries an honest answer would give. */
const LIES: Readonly<Record<string, (honest: Door) => Door>> = {
  honest: (honest) => honest,
  silent: () => SILENT,
  'bogus 409':
    () =>
    async (_, { method }) =>
      method === 'POST' ? status(409, '999999\n') : NOT_FOUND,
  'bogus fork':
    () =>
    async (_, { method }) =>
      method === 'POST' ? status(409, 'fork\n') : status(200, 'a note\n\n— of nobody AAAA\n'),
  'nothing larger':
    () =>
    async (_, { method }) =>
      method === 'POST' ? status(200, 'all is well\n') : NOT_FOUND,
  'shows, withholds entries': (honest) => async (from, request) => (request.path.includes('/since/') ? NOT_FOUND : honest(from, request)),
  'shows, gives other entries': (honest) => async (from, request) => {
    const given = await honest(from, request);
    const bundle = request.path.includes('/since/') && given.status === 200 ? parseBundle(given.body) : { expected: '' };
    if (!('items' in bundle)) return given;
    const items = bundle.items.map(({ name, bytes }) =>
      name === 'entries' ? { name, bytes: bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte)) } : { name, bytes },
    );
    return { ...given, body: formatBundle(items) };
  },
  'shows, keeps texts back': (honest) => async (from, request) => {
    const given = await honest(from, request);
    const bundle = request.path.includes('/since/') && given.status === 200 ? parseBundle(given.body) : { expected: '' };
    return 'items' in bundle ? { ...given, body: formatBundle(bundle.items.filter(({ name }) => !name.startsWith('bodies/'))) } : given;
  },
};
const HOST_LIES = ['honest', 'silent', 'bogus 409'];

const STARTS: readonly Start[] = [
  { what: 'an ordinary restart', size: 7, marked: 'true' },
  { what: 'a backup restored', size: 3, marked: 'true' },
  { what: 'a disk lost right after the founding', size: 1, marked: 'true' },
  { what: 'a mark lost, a copy of the directory', size: 7, marked: 'lost' },
  { what: 'a mark lost and a backup restored', size: 3, marked: 'lost' },
  { what: 'a machine rolled back with its mark', size: 4, marked: 'old' },
];

/** Starts the node of Alpha on a store of so many of its entries, lets it recover and say something more if it may. */
async function begin({ size, marked }: Start, parties: readonly [string, string], host: string) {
  const signed = new Signatures();
  for (const { leaves } of first.heads) signed.add(leaves);
  const store = await copyRecord(alpha.store, [size]);
  const bytes = marked === 'lost' ? undefined : marked === 'old' ? marks.get(size) : alpha.mark.bytes;
  const mark = new TestMarkFile(bytes?.slice());
  const [beta, gamma, witness] = [world.doors[1] ?? SILENT, world.doors[2] ?? SILENT, world.hostDoors[0] ?? SILENT];
  const lie = (name: string, door: Door): Door => LIES[name]?.(door) ?? assert.fail(name);
  const doors = { parties: [SILENT, lie(parties[0], beta), lie(parties[1], gamma)], hosts: [lie(host, witness)] };
  const node = await world.start(0, store, mark, signed, doors);
  await say(node).catch(() => undefined);
  const state = node.runtime.own.gate === 'recovering' ? await node.runtime.own.refill() : node.runtime.own.gate;
  // Started again right after, with nobody there: what was learned must not be forgotten.
  const again = await world.start(0, store, new TestMarkFile(mark.bytes?.slice()), signed, { parties: [], hosts: [] });
  const could = await say(node).then(
    () => true,
    () => false,
  );
  await say(again).catch(() => undefined);
  return { signed, state, could, node, mark, stateAgain: again.runtime.own.gate };
}

describe('the gate', () => {
  for (const start of STARTS)
    test(`${start.what}, whatever the others answer: no second history`, async () => {
      const seen = new Map<string, number>();
      for (const beta of Object.keys(LIES))
        for (const gamma of Object.keys(LIES))
          for (const host of HOST_LIES) {
            const { signed, state, could } = await begin(start, [beta, gamma], host);
            const what = `Beta: ${beta}; Gamma: ${gamma}; host: ${host}`;
            seen.set(state, (seen.get(state) ?? 0) + 1);
            // Who shows our heads: the mark alone can be wrong, and then only when nobody shows the later one.
            const shown = [beta, gamma].some((name) => name.startsWith('shows') || name === 'honest') || host === 'honest';
            if (start.marked !== 'old' || shown) assert.equal(signed.forks, 0, what);
            assert.equal(could, state === 'open', what);
            if (start.marked === 'lost') assert.notEqual(state, 'open', what);
            if (start.marked === 'old') assert.equal(state === 'open', !shown, what);
            // Nobody can stop an ordinary restart.
            if (start.marked === 'true' && start.size === full) assert.equal(state, 'open', what);
            // Beta alone has everything: from it, and from nobody else, the log comes back whole.
            if (start.marked === 'true' && start.size < full) assert.equal(state === 'open', beta === 'honest', what);
          }
      assert.equal(
        [...seen.values()].reduce((sum, count) => sum + count, 0),
        Object.keys(LIES).length ** 2 * HOST_LIES.length,
      );
    });

  test('a log that recovers waits for those who may hold more, and ends when all have answered', async () => {
    const backup = STARTS[1] ?? assert.fail();
    const waits = await begin(backup, ['silent', 'honest'], 'honest');
    assert.equal(waits.state, 'recovering');
    assert.match(waits.node.runtime.own.stopped?.detail ?? '', /size 7, this directory holds 5.*not heard yet: Beta/);
    const ends = await begin(backup, ['shows, withholds entries', 'honest'], 'honest');
    assert.equal(ends.state, 'ended');
    assert.match(ends.node.runtime.own.stopped?.detail ?? '', /holds 5.*new generation alone: "parley generation open"/);
    assert.equal(ends.node.runtime.own.stopped?.exit, 7);
  });

  test('a contradiction outlives the process: shown a later head once, a rolled back node signs nothing though all fall silent', async () => {
    const { state, stateAgain, mark } = await begin(STARTS[5] ?? assert.fail(), ['shows, withholds entries', 'silent'], 'silent');
    assert.equal(state, 'ended');
    assert.equal(stateAgain, 'recovering');
    const origin = originOf(testCrypto.sha256, world.on.parties[0]?.card ?? assert.fail());
    assert.equal((await Mark.open(mark)).own(origin)?.distrusted, true);
  });

  test('what comes back is what was signed: entries, texts, every head and every line over it', async () => {
    const { node, state } = await begin({ ...(STARTS[2] ?? assert.fail()), size: 1 }, ['honest', 'silent'], 'silent');
    assert.equal(state, 'open');
    const origin = originOf(testCrypto.sha256, world.on.parties[0]?.card ?? assert.fail());
    assert.deepEqual(await node.store.entries(origin, 0, full), await alpha.store.entries(origin, 0, full));
    for (let size = 1; size <= full; size++)
      assert.deepEqual((await node.store.headAtOrAbove(origin, size))?.note, (await alpha.store.headAtOrAbove(origin, size))?.note);
    const held = async (store: Node['store']) =>
      (await store.cosignatures(origin)).filter(({ cosigner }) => cosigner.endsWith('/held')).map(({ size, cosigner }) => `${size} ${cosigner}`);
    const back = new Set(await held(node.store));
    // Of Beta's own receipts each; of the others' what Beta was shown.
    const theirs = (await held(alpha.store)).filter((line) => line.includes(originOf(testCrypto.sha256, world.on.parties[1]?.card ?? assert.fail())));
    for (const line of theirs) assert.ok(back.has(line), line);
  });
});
