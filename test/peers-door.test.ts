import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { toBase64url, utf8 } from '../src/base/bytes.ts';
import type { HttpResponse } from '../src/base/ports.ts';
import { ed25519Signer, nodeRandom } from '../src/node/crypto.ts';
import { signRequest } from '../src/node/http-signature.ts';
import { peerHttp } from '../src/node/peer-http.ts';
import { originIn } from '../src/sync/replica.ts';
import { originHash } from '../src/tlog/origin.ts';
import { TwoParties } from './two-parties.ts';

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
