/** Whoever fills a host with logs of which it never sees a head takes nobody's place, and its rows stay few. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { toBase64url, utf8 } from '../src/base/bytes.ts';
import { ParleyError } from '../src/base/errors.ts';
import { ed25519Signer, mlDsa44Signer, nodeRandom } from '../src/node/crypto.ts';
import { testCrypto } from '../src/node/fixtures-channel.ts';
import { testMark } from '../src/node/fixtures-replica.ts';
import { openMemoryStore } from '../src/store/memory.ts';
import { Mark } from '../src/sync/mark.ts';
import { addCheckpoint, registerOrigin, type Witness } from '../src/sync/witness.ts';
import { addCheckpointBody, OwnLog, rawKey } from './public-reader.ts';

const NOW = 1_800_000_000;

async function witness(
  limits: Witness['limits'],
  store = openMemoryStore({ sha256: testCrypto.sha256 }),
): Promise<Witness & { clock: { now: number } }> {
  const clock = { now: NOW };
  const keys = { ed25519: ed25519Signer(nodeRandom(32)), mlDsa44: mlDsa44Signer(nodeRandom(32)) };
  const mark = await Mark.open(testMark());
  return {
    store,
    crypto: testCrypto,
    now: () => clock.now,
    mark,
    name: 'parley.v1/host/witness',
    keys,
    clock,
    ...(limits === undefined ? {} : { limits }),
  };
}

const tell = async (at: Witness, peer: string, keys = { ed25519: nodeRandom(32), mlDsa44: nodeRandom(1312) }) => {
  const text = JSON.stringify({ ed25519: toBase64url(keys.ed25519), ml_dsa_44: toBase64url(keys.mlDsa44) });
  const { status, body } = await registerOrigin(at, utf8(text), peer);
  return { status, origin: new TextDecoder().decode(body).trim() };
};

/** A log with its keys, told of by an address. */
async function honest(at: Witness, peer: string) {
  const [ed, pq] = [generateKeyPairSync('ed25519').privateKey, generateKeyPairSync('ml-dsa-44' as 'ed25519').privateKey];
  const again = () => tell(at, peer, { ed25519: rawKey(ed, 32), mlDsa44: rawKey(pq, 1312) });
  const { status, origin } = await again();
  assert.equal(status, 201);
  const log = new OwnLog(origin, ed, pq, 'entry', 10);
  const grow = async (from: number, to: number, by = at) =>
    (await addCheckpoint(by, addCheckpointBody(from, log.proof(from, to), log.note(log.checkpoint(to))))).status;
  return { origin, again, grow };
}

test('a flood of keys from one address and from many drops the flood, never a log of which a head was cosigned nor one of somebody who told of few', async () => {
  const at = await witness({ idle: 8, perPeer: 20, total: 100 });
  const held = await honest(at, 'alpha');
  assert.equal(await held.grow(0, 3), 200);
  const waiting = await honest(at, 'beta');
  const statuses: number[] = [];
  for (let i = 0; i < 30; i++) statuses.push((await tell(at, 'mallory')).status);
  assert.deepEqual([statuses.filter((status) => status === 201).length, statuses.at(-1)], [20, 429]);
  for (let i = 0; i < 30; i++) await tell(at, `mallory ${i % 3}`);
  assert.deepEqual([(await at.store.listLocal('origin')).length, (await at.store.listLocal('origin-idle')).length], [9, 8]);
  assert.deepEqual([await held.grow(3, 5), await waiting.grow(0, 2)], [200, 200]);
  at.clock.now += 3600;
  assert.equal((await tell(at, 'mallory')).status, 201);
});

test('a log that was dropped before its first head is taken again; after a restart, and after a crash in its first cosignature, it is idle no more', async () => {
  const at = await witness({ idle: 2, perPeer: 100, total: 100 });
  const late = await honest(at, 'alpha');
  for (let i = 0; i < 4; i++) await tell(at, `mallory ${i}`);
  assert.equal(await late.grow(0, 2), 404);
  assert.equal((await late.again()).status, 201);
  assert.equal(await late.grow(0, 2), 200);
  // As if the process had ended before it was noted.
  await at.store.putLocal('origin-idle', late.origin, JSON.stringify({ peer: 'alpha', at: 0 }));
  const next = { ...at, store: { ...at.store } };
  for (let i = 0; i < 6; i++) await tell(next, `mallory ${i}`);
  assert.deepEqual([(await next.store.listLocal('origin')).length, (await next.store.getLocal('origin', late.origin)) !== undefined], [3, true]);
});

test('a host that cosigns as many logs as it takes goes on with them and takes no other', async () => {
  const at = await witness({ idle: 8, perPeer: 20, total: 1 });
  const [first, second] = [await honest(at, 'alpha'), await honest(at, 'beta')];
  assert.deepEqual([await first.grow(0, 2), await second.grow(0, 2), await first.grow(2, 4)], [200, 429, 200]);
  assert.equal((await tell(at, 'gamma')).status, 429);
  assert.equal((await first.again()).status, 201);
});

test('a store that cannot be read once keeps no log away for good, neither its keys nor its first head', async () => {
  const store = openMemoryStore({ sha256: testCrypto.sha256 });
  let failing = 0;
  const listLocal = (collection: string) => (failing-- > 0 ? Promise.reject(new ParleyError('disk_full')) : store.listLocal(collection));
  const at = await witness(undefined, { ...store, listLocal });
  failing = 1;
  await assert.rejects(tell(at, 'alpha'));
  const log = await honest(at, 'alpha');
  const again = { ...at, store: { ...store, listLocal } };
  failing = 1;
  await assert.rejects(log.grow(0, 2, again));
  assert.equal(await log.grow(0, 2, again), 200);
});
