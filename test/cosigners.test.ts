/** Who cosigns - a party's receipts, a host's witnessing - signs no second history and no smaller head later, whatever was restored or lost. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { utf8 } from '../src/base/bytes.ts';
import { ParleyError } from '../src/base/errors.ts';
import { formatBundle } from '../src/entry/bundle.ts';
import { heldName, originOf } from '../src/entry/card.ts';
import { testCrypto } from '../src/node/fixtures-channel.ts';
import { HostNode } from '../src/node/host-node.ts';
import { openMemoryStore } from '../src/store/memory.ts';
import type { Store } from '../src/store/store.ts';
import { Mark } from '../src/sync/mark.ts';
import { addCheckpoint, registerOrigin, resumeWitness } from '../src/sync/witness.ts';
import { signCheckpoint } from '../src/tlog/log-signature.ts';
import { leafHash, rootOf } from '../src/tlog/merkle.ts';
import { parseLines } from '../src/tlog/note.ts';
import { formatEntryBundle } from '../src/tlog/tile.ts';
import { formatAddCheckpoint } from '../src/tlog/witness-request.ts';
import { copyRecord, figures, NOW, type Node, SILENT, say, TestMarkFile, World } from './gate-world.ts';

const { sha256 } = testCrypto;
let world: World;
let alpha: Node;
let beta: Node;
/** Of Alpha's log, which Beta cosigns; Beta's mark when it had so many entries. */
let origin: string;
const marks = new Map<number, Uint8Array>();

before(async () => {
  world = await World.make(2);
  [alpha, beta] = (await world.found()) as [Node, Node];
  origin = originOf(sha256, world.on.parties[0]?.card ?? assert.fail());
  for (let i = 0; i < 6; i++) {
    world.now++;
    await say(alpha);
    await world.carry(alpha);
    marks.set((await alpha.store.log(origin))?.size ?? 0, (beta.mark.bytes ?? assert.fail()).slice());
  }
  world.now++;
});

/** Beta again, holding so much of Alpha's log; its own log is whole. */
async function restored(size: number, mark: Uint8Array | undefined, up = true): Promise<Node> {
  const store = await copyRecord(beta.store, [size]);
  const doors = up ? { parties: [world.doors[0] ?? SILENT], hosts: world.hostDoors } : { parties: [], hosts: [] };
  return world.start(1, store, new TestMarkFile(mark?.slice()), undefined, doors);
}

/** A push of Alpha's log to `node`, from `old` to `size`; by default as it stands, else over other leaves of the test's own making. */
async function push(node: Node, old: number, size: number, leaves?: readonly Uint8Array[]) {
  const rows = await alpha.store.entries(origin, 0, size);
  const all = leaves ?? rows.map(({ bytes }) => bytes);
  const root = rootOf(
    sha256,
    all.slice(0, size).map((leaf) => leafHash(sha256, leaf)),
  );
  const items = [
    { name: 'old', bytes: utf8(String(old)) },
    { name: 'checkpoint', bytes: await signCheckpoint(sha256, world.on.parties[0]?.log ?? assert.fail(), { origin, size, root }) },
    { name: 'entries', bytes: formatEntryBundle(all.slice(old, size)) },
    ...rows
      .slice(old, size)
      .flatMap(({ id, body }) => (body === undefined ? [] : [{ name: `bodies/${Buffer.from(id).toString('base64url')}`, bytes: body }])),
  ];
  return node.runtime.receive(0, formatBundle(items));
}

describe('a party that receipts', () => {
  test('and was restored takes leaves as they come, and receipts again at the head it had receipted last', async () => {
    const node = await restored(3, beta.mark.bytes);
    assert.deepEqual(await push(node, 3, 5).then(({ status, ...rest }) => [status, 'missing' in rest ? rest.missing : undefined]), [202, []]);
    assert.equal((await push(node, 5, 7)).status, 200);
  });

  test('and was restored receipts no other history: not of the size it had receipted, nor of a larger one', async () => {
    const rows = await alpha.store.entries(origin, 0, 7);
    for (const size of [7, 8]) {
      const node = await restored(3, beta.mark.bytes);
      const other = [...rows.slice(0, 4).map(({ bytes }) => bytes), ...[4, 5, 6, 7].map((i) => utf8(`another leaf ${i}`))];
      await assert.rejects(push(node, 3, size, other), (error) => error instanceof ParleyError && error.code === 'fork');
      const held = await node.store.cosignatures(origin, 4);
      assert.deepEqual(
        held.filter(({ cosigner }) => cosigner === heldName(sha256, world.on.parties[1]?.card ?? assert.fail())),
        [],
      );
    }
  });

  test('and lost its mark too learns from the author and the hosts what it receipted last, and when', async () => {
    const late = world.now + 86_400;
    const now = world.now;
    world.now = late;
    // Its clock was a day ahead once: the author holds that receipt.
    assert.equal((await push(beta, 7, 7)).status, 200);
    world.now = now;
    await world.carry(alpha);
    const pair = (await beta.store.cosignatures(origin, 7))[0] ?? assert.fail();
    await alpha.store.putCosignatures([pair]);
    const node = await restored(3, undefined);
    assert.equal((await push(node, 3, 5)).status, 202, 'five is less than what it receipted');
    const answer = await push(node, 5, 7);
    assert.ok(answer.status === 200 && 'lines' in parseLines(answer.lines));
    const mine = (await node.store.cosigned(origin)) ?? assert.fail();
    assert.ok(mine.time >= late, 'times never go back');
    assert.equal((await Mark.open(node.mark)).cosigned(origin)?.size, 7);
  });

  test('does not wait for the gate of its own log', async () => {
    const node = await restored(7, beta.mark.bytes, false);
    assert.equal(node.runtime.own.gate, 'closed');
    assert.equal((await push(node, 7, 7)).status, 200);
    const lost = await world.start(1, await copyRecord(beta.store, [7, 1]), new TestMarkFile(marks.get(7)), undefined, { parties: [], hosts: [] });
    await lost.runtime.own.refill();
    assert.equal((await push(lost, 7, 7)).status, 200, 'nor while it recovers');
  });

  test('writes its mark before it signs: where the mark cannot be written there is no receipt', async () => {
    const node = await restored(6, marks.get(6));
    node.mark.write = () => Promise.reject(new ParleyError('disk_full'));
    await assert.rejects(push(node, 6, 7), { code: 'disk_full' });
    assert.deepEqual(
      (await node.store.cosignatures(origin, 7)).filter(({ cosigner }) => cosigner.endsWith('/held')),
      [],
    );
  });
});

test('a mark that could not be written is not taken for written by whoever waited behind it', async () => {
  const file = new TestMarkFile();
  const mark = await Mark.open(file);
  let fail = true;
  const write = file.write.bind(file);
  file.write = async (bytes) => {
    if (fail) {
      fail = false;
      throw new ParleyError('disk_full');
    }
    await write(bytes);
  };
  const [one, two] = await Promise.allSettled([
    mark.setOwn('a', { size: 1, root: new Uint8Array(32) }),
    mark.setOwn('b', { size: 2, root: new Uint8Array(32) }),
  ]);
  assert.equal(one.status, 'rejected');
  assert.equal(two.status, 'fulfilled');
  assert.equal((await Mark.open(file)).own('b')?.size, 2);
});

/** A log of leaves known to everybody, and a host that has seen some of it. */
async function submission(oldSize: number, size: number) {
  const leaves = Array.from({ length: size }, (_, i) => leafHash(sha256, utf8(`leaf ${i}`)));
  const log = openMemoryStore({ sha256 });
  await log.createLog({ origin, channel: 'c', party: 0, gen: 'g', own: true });
  await log.stage(
    origin,
    0,
    leaves.map((hash, i) => ({ id: hash, leafHash: hash, bytes: utf8(`leaf ${i}`), body: undefined, bodyRequired: false })),
    false,
  );
  const checkpoint = await signCheckpoint(sha256, world.on.parties[0]?.log ?? assert.fail(), { origin, size, root: await log.rootAt(origin, size) });
  return formatAddCheckpoint({ oldSize, path: await log.consistencyProof(origin, oldSize, size), checkpoint });
}

async function witnessOn(store: Store, mark: TestMarkFile) {
  const [host] = world.on.hosts;
  assert.ok(host !== undefined);
  const at = { store, crypto: testCrypto, now: () => world.now, mark: await Mark.open(mark), name: 'host/witness', keys: host.witness };
  await resumeWitness(at);
  const { log } = world.on.parties[0]?.card ?? assert.fail();
  const keys = { ed25519: Buffer.from(log.ed25519).toString('base64url'), ml_dsa_44: Buffer.from(log.mlDsa44).toString('base64url') };
  await registerOrigin(at, utf8(JSON.stringify(keys)));
  return at;
}

describe('a host', () => {
  test('restored to any old state goes on from its mark: no rollback is cosigned, and the time never goes back', async () => {
    for (let age = 0; age <= 6; age++) {
      const mark = new TestMarkFile();
      const before = await witnessOn(openMemoryStore({ sha256 }), mark);
      const old = openMemoryStore({ sha256 });
      for (let size = 0; size < 6; size++) {
        assert.equal((await addCheckpoint(before, await submission(size, size + 1))).status, 200);
        const cosigned = await before.store.cosigned(origin);
        if (size < age && cosigned !== undefined) await old.advanceCosigned(origin, size, cosigned, cosigned.time);
      }
      const again = await witnessOn(old, mark);
      world.now -= 1000;
      for (const [oldSize, size] of [
        [age, age + 1],
        [0, 3],
        [age, 5],
        [5, 6],
      ] as const)
        if (size <= 6 && oldSize < 6)
          assert.equal((await addCheckpoint(again, await submission(oldSize, size))).status, 409, `age ${age}: ${oldSize} to ${size}`);
      assert.equal((await addCheckpoint(again, await submission(6, 9))).status, 200);
      assert.ok(((await again.store.cosigned(origin))?.time ?? 0) >= ((await before.store.cosigned(origin))?.time ?? 0));
      world.now += 1000;
    }
  });

  test('asked a thousand times at once with heads of many sizes cosigns none that is smaller than one before it', async () => {
    const at = await witnessOn(openMemoryStore({ sha256 }), new TestMarkFile());
    const figure = figures(7);
    const bodies = new Map<string, Promise<Uint8Array>>();
    const order: { size: number; time: number }[] = [];
    const sizes = Array.from({ length: 1000 }, () => {
      const old = Math.floor(figure() * 12);
      return [old, old + Math.floor(figure() * 4)] as const;
    });
    const answers = await Promise.all(
      sizes.map(async ([old, size]) => {
        const key = `${old} ${size}`;
        const body = bodies.get(key) ?? submission(old, size);
        bodies.set(key, body);
        const answer = await addCheckpoint(at, await body);
        const time = answer.status === 200 ? Number(new DataView((await lineTime(answer.body)).buffer).getBigUint64(0)) : 0;
        if (answer.status === 200) order.push({ size, time });
        return answer.status;
      }),
    );
    assert.ok(order.length > 10, `${order.length} cosigned`);
    for (const [i, { size, time }] of order.entries())
      assert.ok(size >= (order[i - 1]?.size ?? 0) && time >= (order[i - 1]?.time ?? 0), 'no rollback');
    assert.deepEqual([...new Set(answers)].sort(), [200, 409]);
  });

  test('that lost its store goes on from its mark; one that lost its mark, or both, is replaced and never restored', async () => {
    const parts = {
      file: { name: 'H', nonce: new Uint8Array(16), door: { host: '', port: 0 } },
      seed: new Uint8Array(32),
      crypto: testCrypto,
      now: () => NOW,
    };
    const store = openMemoryStore({ sha256 });
    const mark = new TestMarkFile();
    await HostNode.open({ ...parts, store, mark });
    await HostNode.open({ ...parts, store: openMemoryStore({ sha256 }), mark });
    await assert.rejects(
      HostNode.open({ ...parts, store, mark: new TestMarkFile() }),
      (error) => error instanceof ParleyError && error.exit === 7 && /a host is replaced, never restored/.test(error.message),
    );
  });
});

async function lineTime(lines: Uint8Array): Promise<Uint8Array> {
  const parsed = parseLines(lines);
  assert.ok('lines' in parsed);
  return parsed.lines[0]?.signature.slice(0, 8) ?? assert.fail();
}

test('nodes that start together receipt each other at once', async () => {
  const pair = await World.make(2);
  const [a, b] = await pair.found();
  assert.ok(a && b);
  for (const node of [a, b]) await say(node);
  const again: Node[] = [];
  for (const [us, node] of [a, b].entries()) again[us] = await pair.start(us, node.store, node.mark);
  for (const [us, node] of again.entries()) pair.doors[us] = pair.doorOf(node);
  await Promise.all(again.map((node) => say(node)));
  for (const node of again) assert.equal(await pair.carry(node), 3);
  assert.deepEqual(
    again.map(({ runtime }) => runtime.own.gate),
    ['open', 'open'],
  );
});
