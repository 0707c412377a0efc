import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { toBase64url, utf8 } from '../src/base/bytes.ts';
import type { HttpResponse } from '../src/base/ports.ts';
import { ed25519Signer, nodeRandom } from '../src/node/crypto.ts';
import { testChannel, testParty } from '../src/node/fixtures-channel.ts';
import { TestRecord } from '../src/node/fixtures-record.ts';
import { signRequest } from '../src/node/http-signature.ts';
import { PartyNode } from '../src/node/party-node.ts';
import { peerHttp } from '../src/node/peer-http.ts';
import { peersDoor } from '../src/node/peers-door.ts';
import { openMemoryStore } from '../src/store/memory.ts';
import { originIn } from '../src/sync/replica.ts';
import { originHash } from '../src/tlog/origin.ts';
import { memoryMark, TwoParties } from './two-parties.ts';

const two = await TwoParties.found();
const http = peerHttp();
after(async () => {
  http.close();
  await two.close();
});
const { replica } = two.of(two.a);
const peer = { url: two.a.url, spki: replica.channel.parties[0]?.transport ?? new Uint8Array() };
const known = originHash(originIn(replica, 0)) ?? '';
const answered = ({ status, body, headers }: HttpResponse): unknown => [status, new TextDecoder().decode(body), headers['content-type']];

test('a stranger cannot tell a log that is here from one that is not', async () => {
  const stranger = ed25519Signer(nodeRandom(32));
  const party = two.of(two.b).replica.keys.node;
  const paths = (hash: string, channel: string): readonly string[] => [
    `/log/${hash}/checkpoint`,
    `/log/${hash}/tile/0/000.p/1`,
    `/log/${hash}/since/0`,
    `/chunk/${channel}/${toBase64url(new Uint8Array(32))}/0`,
  ];
  const absent = paths('0'.repeat(40), toBase64url(new Uint8Array(32)));
  for (const [i, path] of paths(known, two.channel).entries()) {
    const other = absent[i] ?? '';
    const ask = async (target: string): Promise<readonly unknown[]> => {
      const now = two.now();
      const signedBy = (signer: typeof stranger, at = now) => signRequest(signer, { method: 'GET', path: target }, at, nodeRandom);
      const forged = { ...(await signedBy(party)), signature: (await signedBy(stranger)).signature };
      const all = [{}, await signedBy(stranger), await signedBy(stranger, now - 1000), forged, { 'signature-input': 'x', signature: 'y' }];
      return Promise.all(all.map(async (headers) => answered(await http(peer, { method: 'GET', path: target, headers: { ...headers } }, 10_000))));
    };
    assert.deepEqual(await ask(path), await ask(other), path);
  }
});

test('a party is told what is wrong with its request', async () => {
  const signer = two.of(two.b).replica.keys.node;
  const path = `/log/${known}/checkpoint`;
  const ask = async (at: number): Promise<HttpResponse> =>
    http(peer, { method: 'GET', path, headers: { ...(await signRequest(signer, { method: 'GET', path }, at, nodeRandom)) } }, 300_000);
  assert.equal((await ask(two.now())).status, 200);
  assert.deepEqual(answered(await ask(two.now() - 1000)), [422, 'clock_ahead\n', 'text/plain; charset=utf-8']);
  const other = `/log/${known}/push`;
  const body = utf8('hello');
  const headers = { ...(await signRequest(signer, { method: 'POST', path: other, body }, two.now(), nodeRandom)) };
  assert.equal((await http(peer, { method: 'POST', path: other, body, headers }, 10_000)).status, 403, 'a party pushes its own log alone');
});

test('texts of a log go to its author and from its author, and to no third party', async () => {
  const on = await testChannel([testParty('Alpha', 10), testParty('Beta', 20), testParty('Gamma', 40)], []);
  const [alpha] = on.parties;
  assert.ok(alpha !== undefined);
  const store = openMemoryStore({ sha256: two.crypto.sha256 });
  const door = { host: '127.0.0.1', port: 0 };
  const file = { name: 'Alpha', identity: alpha.card.identity, people: door, peers: door };
  const parts = { file, seed: new Uint8Array(32).fill(10), store, crypto: two.crypto, now: two.now, random: nodeRandom, http, mark: memoryMark() };
  const node = await PartyNode.open(parts);
  const cards = on.channel.parties.map(({ text }) => text);
  const record = { charter: on.channel.charter.text, cards, note: '', us: 0, title: 'Three', addresses: ['', '', ''], hostAddresses: [] };
  const channel = await node.addChannel(record);
  const said = new TestRecord(on);
  await said.sayAsNode(1, { kind: 'blob_held', fields: { root: 'A'.repeat(43) } });
  await channel.receive(1, await said.push(1, 0));
  const app = peersDoor(node);
  await app.ready();
  const ask = async (caller: number, log: number): Promise<number> => {
    const url = `/log/${originHash(originIn(channel.replica, log)) ?? ''}/since/0`;
    const signer = on.parties[caller]?.node ?? assert.fail();
    const headers = { host: 'x', ...(await signRequest(signer, { method: 'GET', path: url }, two.now(), nodeRandom)) };
    return (await app.inject({ method: 'GET', url, headers })).statusCode;
  };
  assert.equal(await ask(1, 1), 200, 'its author lost it');
  assert.equal(await ask(2, 1), 404, 'a third party may hold the same log, and asks its author');
  assert.equal(await ask(1, 0), 404, 'nothing is there yet');
  assert.equal(await ask(2, 2), 404);
  await app.close();
  await node.close();
});
