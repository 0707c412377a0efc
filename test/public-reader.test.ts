/** A reader that knows the public specifications alone follows a log over its real door, from checkpoint and tiles to a verified entry. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { utf8 } from '../src/base/bytes.ts';
import { witnessName } from '../src/entry/card.ts';
import { heldId } from '../src/entry/entry.ts';
import { nodeRandom } from '../src/node/crypto.ts';
import { signRequest } from '../src/node/http-signature.ts';
import { cardOf, originIn, rowOf } from '../src/sync/replica.ts';
import type { KeyPair } from '../src/tlog/cosignature.ts';
import { signCheckpoint } from '../src/tlog/log-signature.ts';
import { leafHash } from '../src/tlog/merkle.ts';
import { formatVerifierKey } from '../src/tlog/note.ts';
import { originHash } from '../src/tlog/origin.ts';
import { heldKeys } from '../src/verify/head.ts';
import { type Answer, isSignedBy, PublicReader, parseNote, parseVkey, readCheckpoint, send, tileIndex } from './public-reader.ts';
import { type Representative, TwoParties } from './two-parties.ts';

let two: TwoParties;
let petrova: Representative;
before(async () => {
  two = await TwoParties.found({ hosts: 1 });
  petrova = await two.accredit(two.a, 'Petrova');
  await two.settled();
});
after(() => two.close());

/** What an operator would publish of a log or cosigner: its verifier keys as text. */
function vkeysOf(name: string, keys: KeyPair, ed25519Type: number): readonly string[] {
  const { sha256 } = two.crypto;
  return [formatVerifierKey(sha256, name, ed25519Type, keys.ed25519), formatVerifierKey(sha256, name, 0x06, keys.mlDsa44)];
}

/** Fetches below the log of `a` at the door of `a`, as `b` may: the peers' door wants requests signed by a node of the channel. */
async function getAsPeer(path: string): Promise<Answer> {
  const { replica } = two.of(two.b);
  const target = `/log/${originHash(originIn(replica, 0))}/${path}`;
  const headers = await signRequest(replica.keys.node, { method: 'GET', path: target }, two.now(), nodeRandom);
  return send(`${two.a.url}${target}`, { headers, pin: Buffer.from(cardOf(replica, 0).transport) });
}

function readerOfA(get = getAsPeer): PublicReader {
  const { replica } = two.of(two.b);
  const origin = originIn(replica, 0);
  return new PublicReader(origin, vkeysOf(origin, cardOf(replica, 0).log, 0x01), get);
}

/** Many leaves at once in the log of `a`, so that it has full tiles and a second level. */
async function grow(count: number): Promise<void> {
  const channel = two.of(two.a);
  const { replica, store } = channel;
  const { sha256 } = two.crypto;
  const log = await rowOf(replica, originIn(replica, 0));
  const rows = Array.from({ length: count }, (_, i) => utf8(`leaf ${log.size + i}`)).map((bytes) => ({
    id: heldId(sha256, bytes),
    leafHash: leafHash(sha256, bytes),
    bytes,
    body: undefined,
    bodyRequired: false,
  }));
  await store.stage(log.origin, log.size, rows, false);
  const next = { origin: log.origin, size: log.size + count, root: await store.rootAt(log.origin, log.size + count) };
  await replica.mark.setOwn(log.origin, next);
  assert.ok(await store.commitHead(log.origin, log, { ...next, note: await signCheckpoint(sha256, replica.keys.log, next) }));
  await channel.read();
  two.a.node.exchange.wake(two.channel);
  await two.settled();
}

test('the reader imports nothing of the product', () => {
  const source = readFileSync(new URL('public-reader.ts', import.meta.url), 'utf8');
  const imported = [...source.matchAll(/from '([^']+)'/g)].map(([, from = '']) => from);
  assert.ok(imported.length > 3 && imported.every((from) => from.startsWith('node:')), imported.join());
});

test('a reader of the public specifications follows a log from checkpoint and tiles to a verified entry', async () => {
  const reader = readerOfA();
  assert.ok((await reader.follow()).size >= 2);
  await grow(600);
  await two.say(petrova, { kind: 'message', fields: { subject: 'At the end', text: 'After two full tiles.' } });
  await two.settled();
  const head = await reader.follow();
  assert.ok(head.size > 600 && reader.fetched.some((path) => path.startsWith('tile/1/000.p/')));

  const entry = await reader.entry(head.size - 1);
  const note = parseNote(entry);
  const name = note.lines[0]?.name ?? '';
  assert.match(name, /^rep\/[0-9a-f]{16}$/);
  assert.ok(isSignedBy(note, parseVkey(formatVerifierKey(two.crypto.sha256, name, 0x01, petrova.key.publicKey))));
  assert.equal((JSON.parse(note.text) as { type: string }).type, 'message');

  const all = await reader.entries();
  assert.equal(all.length, head.size);
  assert.equal(all[0]?.toString(), two.of(two.a).replica.channel.charter.text, 'leaf 0 is the charter');
  for (const index of [0, 1, 255, 256, 511, 512, 600]) assert.deepEqual(await reader.entry(index), all[index]);
});

test('the checkpoint carries the receipt of the other party and the cosignature of the host, each with both of its keys', async () => {
  const { replica } = two.of(two.b);
  const { sha256 } = two.crypto;
  const note = parseNote((await getAsPeer('checkpoint')).body);
  const held = heldKeys(sha256, cardOf(replica, 1));
  const host = replica.channel.hosts[0] ?? assert.fail('a host');
  const keys = [...vkeysOf(held.name, held, 0x04), ...vkeysOf(witnessName(sha256, host), host.witness, 0x04)];
  for (const key of keys) assert.ok(isSignedBy(note, parseVkey(key)), key.slice(0, 60));
  assert.equal(note.lines.length, 2 + keys.length);
});

test('what a host has cosigned is read at its own door, without any signature of the reader', async () => {
  const [host] = two.hosts;
  assert.ok(host !== undefined);
  const { replica } = two.of(two.b);
  const card = replica.channel.hosts[0] ?? assert.fail('a host');
  const answer = await send(`${host.url}/log/${originHash(originIn(replica, 0))}/checkpoint`, { pin: Buffer.from(card.transport) });
  assert.equal(answer.status, 200);
  const note = parseNote(answer.body);
  assert.deepEqual(readCheckpoint(note.text), readCheckpoint(parseNote((await getAsPeer('checkpoint')).body).text));
  for (const key of vkeysOf(witnessName(two.crypto.sha256, card), card.witness, 0x04)) assert.ok(isSignedBy(note, parseVkey(key)));
});

test('a tile has one path, and there is none beyond the signed tree', async () => {
  const size = readCheckpoint(parseNote((await getAsPeer('checkpoint')).body).text).size;
  const last = Math.floor(size / 256);
  for (const path of [
    `tile/0/${tileIndex(last)}`,
    `tile/0/${tileIndex(last)}.p/${(size % 256) + 1}`,
    `tile/0/${tileIndex(last + 1)}.p/1`,
    `tile/entries/${tileIndex(last)}.p/${(size % 256) + 1}`,
    'tile/1/000',
    'tile/2/000.p/1',
    'tile/0/000.p/256',
    'tile/0/000.p/0',
    'tile/00/000',
    'tile/0/0',
    'tile/0/x000/000',
    'tile/64/000',
    'tile/-1/000',
  ])
    assert.equal((await getAsPeer(path)).status, 404, path);
  // A tree of every smaller size is there too: its partial tiles are the beginnings of ours.
  for (const path of ['tile/0/000.p/7', `tile/0/${tileIndex(last)}.p/1`, 'tile/1/000.p/1', 'tile/entries/000.p/3'])
    assert.equal((await getAsPeer(path)).status, 200, path);
});

test('the reader notices one changed bit in a checkpoint, a tile or a bundle', async () => {
  for (const [prefix, at] of [
    ['checkpoint', 60],
    ['tile/0/000', 40],
    ['tile/1/', 3],
    ['tile/entries/', 500],
  ] as const) {
    const reader = readerOfA(async (path) => {
      const answer = await getAsPeer(path);
      if (!path.startsWith(prefix)) return answer;
      const body = Buffer.from(answer.body);
      body[at] = (body[at] ?? 0) ^ 1;
      return { ...answer, body };
    });
    await assert.rejects(async () => {
      await reader.follow();
      await reader.entries();
    }, prefix);
  }
});

test('a stranger learns nothing at the peers’ door', async () => {
  const { replica } = two.of(two.b);
  const url = `${two.a.url}/log/${originHash(originIn(replica, 0))}/checkpoint`;
  assert.equal((await send(url, { pin: Buffer.from(cardOf(replica, 0).transport) })).status, 404);
  await assert.rejects(send(url, { pin: Buffer.alloc(32) }), /another key/);
});
