import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromBase64url, fromUtf8, toBase64, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { MAX_REQUEST_AGE } from '../base/limits.ts';
import { actorOf } from '../entry/actor.ts';
import { ed25519Signer, nodeRandom, nodeSha256 } from './crypto.ts';
import { contentDigest, type ReceivedRequest, signatureBase, signRequest, verifyRequest } from './http-signature.ts';
import { nonceMemory } from './nonce-memory.ts';
import { checkSignature } from './signature-check.ts';

const NOW = 1_790_000_000;
const signer = ed25519Signer(new Uint8Array(32).fill(5));
const keyid = actorOf(nodeSha256, signer.publicKey);
const lookup = (id: string) => (id === keyid ? signer.publicKey : undefined);

async function signed(method = 'POST', path = '/log/ab/push?old=1', body: Uint8Array = utf8('body'), now = NOW): Promise<ReceivedRequest> {
  return { method, path, body, headers: { ...(await signRequest(signer, { method, path, body }, now, nodeRandom)) } };
}
const verify = (request: ReceivedRequest, now = NOW) => verifyRequest(request, lookup, now, nonceMemory());
const refusal = (code: string) => (fault: unknown) => {
  assert.ok(fault instanceof ParleyError, String(fault));
  assert.equal(fault.code, code, fault.message);
  return true;
};
const withHeader = (request: ReceivedRequest, name: string, change: (text: string) => string): ReceivedRequest => ({
  ...request,
  headers: { ...request.headers, [name]: change(String(request.headers[name])) },
});

test('RFC 9421 appendix B.2.6: the Ed25519 signature is made and verified', async () => {
  const parameters = '("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"';
  const base = signatureBase(
    [
      ['date', 'Tue, 20 Apr 2021 02:07:55 GMT'],
      ['@method', 'POST'],
      ['@path', '/foo'],
      ['@authority', 'example.com'],
      ['content-type', 'application/json'],
      ['content-length', '18'],
    ],
    parameters,
  );
  const key = fromBase64url('JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs') ?? assert.fail();
  const expected = 'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==';
  const signature = Uint8Array.from(Buffer.from(expected, 'base64'));
  assert.ok(checkSignature({ algorithm: 'ed25519', key, message: base, signature }));
  const rfc = ed25519Signer(fromBase64url('n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU') ?? assert.fail());
  assert.deepEqual(rfc.publicKey, key);
  assert.equal(toBase64(await rfc.sign(base)), expected);
});

test('RFC 9530: the digest of {"hello": "world"} and a newline', () => {
  assert.equal(contentDigest(utf8('{"hello": "world"}\n')), 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:');
});

test('the signature base of a request is the four components and the parameters', async () => {
  const { headers } = await signed();
  const parameters = String(headers['signature-input']).slice('parley='.length);
  assert.match(
    parameters,
    /^\("@method" "@path" "@query" "content-digest"\);created=1790000000;nonce="[\w-]{22}";keyid="[\w-]{43}";alg="ed25519";tag="parley"$/,
  );
  const base = `"@method": POST\n"@path": /log/ab/push\n"@query": ?old=1\n"content-digest": ${contentDigest(utf8('body'))}\n"@signature-params": ${parameters}`;
  const signature = Uint8Array.from(Buffer.from(String(headers.signature).slice('parley=:'.length, -1), 'base64'));
  assert.ok(checkSignature({ algorithm: 'ed25519', key: signer.publicKey, message: utf8(base), signature }));
});

test('a signed request verifies and names its key, with and without query and body', async () => {
  for (const request of [await signed(), await signed('GET', '/', new Uint8Array(0)), await signed('GET', '/a//b?x=%2F?&y', new Uint8Array(0))]) {
    assert.deepEqual(await verify(request), { keyid });
  }
  const { body: _, ...bodiless } = await signed('GET', '/log/ab/checkpoint', new Uint8Array(0));
  assert.deepEqual(await verify(bodiless), { keyid });
});

test('any change of method, path, query, body or of the signed headers is refused', async () => {
  const request = await signed();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('method', 'path', 'body', 'content-digest', 'signature-input', 'signature' as const),
      fc.nat(400),
      fc.integer({ min: 33, max: 126 }),
      async (what, at, byte) => {
        const change = (text: string) => {
          const i = at % text.length;
          return text.slice(0, i) + String.fromCharCode(byte) + text.slice(i + 1);
        };
        const changed: ReceivedRequest =
          what === 'method' || what === 'path'
            ? { ...request, [what]: change(request[what]) }
            : what === 'body'
              ? { ...request, body: utf8(change(fromUtf8(request.body ?? new Uint8Array(0)) ?? '')) }
              : withHeader(request, what, change);
        fc.pre(JSON.stringify(changed) !== JSON.stringify(request));
        await assert.rejects(verify(changed), (fault) => fault instanceof ParleyError);
      },
    ),
    { numRuns: 400 },
  );
  for (const path of [
    '/log/ab/push',
    '/log/ab/push?',
    '/log/ab?/push?old=1',
    '/log/ab/push?old=1#',
    '/log/ab/push?old=1&',
    'http://x/log/ab/push?old=1',
  ]) {
    await assert.rejects(verify({ ...request, path }), refusal('signature_invalid'), path);
  }
  await assert.rejects(verify({ ...(await signed('GET', '/a', new Uint8Array(0))), path: '/a?' }), refusal('signature_invalid'));
});

test('a body under the digest of another is refused, and so is another digest algorithm beside it', async () => {
  const request = await signed();
  await assert.rejects(verify(withHeader(request, 'content-digest', () => contentDigest(utf8('other')))), refusal('signature_invalid'));
  const other = utf8('other');
  await assert.rejects(verify({ ...withHeader(request, 'content-digest', () => contentDigest(other)), body: other }), refusal('signature_invalid'));
  await assert.rejects(verify(withHeader(request, 'content-digest', (text) => `${text}, md5=:AAAA:`)), refusal('signature_invalid'));
});

test('a request older or newer than five minutes is refused as a wrong clock', async () => {
  const request = await signed();
  await verify(request, NOW + MAX_REQUEST_AGE);
  await verify(request, NOW - MAX_REQUEST_AGE);
  await assert.rejects(verify(request, NOW + MAX_REQUEST_AGE + 1), refusal('clock_ahead'));
  await assert.rejects(verify(request, NOW - MAX_REQUEST_AGE - 1), refusal('clock_ahead'));
});

test('a request is taken once, at any moment at which its age would still pass', async () => {
  const nonces = nonceMemory();
  const request = await signed('POST', '/x', utf8('y'), NOW + MAX_REQUEST_AGE);
  await verifyRequest(request, lookup, NOW, nonces);
  for (const now of [NOW, NOW + 60, NOW + 2 * MAX_REQUEST_AGE]) {
    await assert.rejects(verifyRequest(request, lookup, now, nonces), refusal('signature_invalid'));
  }
  await assert.rejects(verifyRequest(request, lookup, NOW + 2 * MAX_REQUEST_AGE + 1, nonces), refusal('clock_ahead'));
});

test('a request that does not verify takes no room, and a flood of one key leaves room to others', async () => {
  const nonces = nonceMemory({ perOwner: 2, total: 3 });
  const forged = withHeader(await signed(), 'signature', () => `parley=:${toBase64(new Uint8Array(64).fill(1))}:`);
  for (let i = 0; i < 5; i++) await assert.rejects(verifyRequest(forged, lookup, NOW, nonces), refusal('signature_invalid'));
  for (let i = 0; i < 2; i++) await verifyRequest(await signed(), lookup, NOW, nonces);
  await assert.rejects(verifyRequest(await signed(), lookup, NOW, nonces), refusal('quota'));
  assert.equal(nonces.take('another key', 'n', NOW + 100, NOW), 'fresh');
  const later = NOW + 2 * MAX_REQUEST_AGE;
  await verifyRequest(await signed('POST', '/', utf8(''), later), lookup, later, nonces);
});

test('whoever floods with many keys fills one share, and several who fill everything keep nobody from being heard', () => {
  const nonces = nonceMemory({ perOwner: 100, total: 300, reserved: 10 });
  const flood = (owner: string, keys: number): number => {
    let fresh = 0;
    for (let key = 0; key < keys; key++)
      for (let n = 0; n < 100; n++) if (nonces.take(`${owner} ${key}`, `nonce ${n}`, NOW + 100, NOW, owner) === 'fresh') fresh++;
    return fresh;
  };
  assert.equal(flood('a party with eight generations', 8), 100);
  assert.deepEqual([flood('a second', 8), flood('a third', 8)], [100, 100]);
  assert.equal(nonces.take('honest key', 'n', NOW + 100, NOW, 'an honest party'), 'fresh');
  assert.equal(flood('an honest party', 8), 9);
  assert.equal(flood('a party with eight generations', 8), 0);
  assert.equal(nonces.take('honest key', 'n', NOW + 100, NOW, 'an honest party'), 'seen', 'nothing is forgotten early');
});

test('a key nobody knows is no party', async () => {
  const stranger = ed25519Signer(new Uint8Array(32).fill(6));
  const headers = await signRequest(stranger, { method: 'GET', path: '/' }, NOW, nodeRandom);
  await assert.rejects(verify({ method: 'GET', path: '/', headers }), refusal('not_a_party'));
});

test('missing, several, relabelled, reordered or unusual signatures are refused', async () => {
  const request = await signed();
  const input = (change: (text: string) => string) => withHeader(request, 'signature-input', change);
  const variants: ReceivedRequest[] = [
    { ...request, headers: {} },
    { ...request, headers: { ...request.headers, signature: undefined } },
    { ...request, headers: { ...request.headers, signature: [String(request.headers.signature)] } },
    input((text) => `${text}, ${text}`),
    input((text) => `${text}, other${text.slice('parley'.length)}`),
    input((text) => text.replace('parley=', 'sig1=')),
    input((text) => text.replace('parley=(', 'parley=( ')),
    input((text) => text.replace(' "content-digest"', '')),
    input((text) => text.replace('"@query" ', '')),
    input((text) => text.replace('"@method" "@path"', '"@path" "@method"')),
    input((text) => text.replace('"content-digest")', '"content-digest" "date")')),
    input((text) => text.replace('"content-digest")', '"content-digest";bs)')),
    input((text) => text.replace('"@path"', '"@path";req')),
    input((text) => `${text};expires=1890000000`),
    input((text) => text.replace(';tag="parley"', '')),
    input((text) => text.replace('tag="parley"', 'tag="other"')),
    input((text) => text.replace('alg="ed25519"', 'alg="hmac-sha256"')),
    input((text) => text.replace('created=1790000000', 'created=1790000000.5')),
    input((text) => text.replace('created=1790000000', 'created="1790000000"')),
    input((text) => text.replace('created=1790000000', 'created=@1790000000')),
    input((text) => text.replace(/nonce="[^"]*"/, 'nonce=""')),
    input(() => 'parley'),
    input(() => ''),
    input(() => '('.repeat(900)),
    input((text) => `${text}${' '.repeat(2000)}`),
    withHeader(request, 'signature', (text) => `${text}, ${text}`),
    withHeader(request, 'signature', (text) => `${text};x`),
    withHeader(request, 'signature', () => 'parley=:AAAA:'),
    withHeader(request, 'signature', () => 'parley="text"'),
  ];
  for (const variant of variants) await assert.rejects(verify(variant), refusal('signature_invalid'), JSON.stringify(variant.headers));
});
