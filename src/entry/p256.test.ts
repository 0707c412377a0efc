import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { p256 } from '@noble/curves/nist.js';
import { concat, fromHex, toHex, utf8 } from '../base/bytes.ts';
import { isAcceptableP256Key, isCanonicalP256Signature, p256SignatureOf } from './p256.ts';

const ORDER = p256.Point.Fn.ORDER;
const bytes = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0')) ?? assert.fail();
const numberOf = (raw: Uint8Array): bigint => BigInt(`0x${toHex(raw)}`);
const negated = (signature: Uint8Array): Uint8Array => concat(signature.subarray(0, 32), bytes(ORDER - numberOf(signature.subarray(32))));

test('of an authenticator’s two signatures, the one with the smaller s is made, and it verifies', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let replaced = 0;
  for (let i = 0; i < 40; i++) {
    const message = utf8(`message ${i}`);
    const der = sign('sha256', message, privateKey);
    const signature = p256SignatureOf(new Uint8Array(der)) ?? assert.fail();
    assert.ok(isCanonicalP256Signature(signature) && !isCanonicalP256Signature(negated(signature)));
    assert.ok(verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature));
    // The other one would verify as well: that is why it must not stand in a line.
    assert.ok(verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, negated(signature)));
    if (!Buffer.from(der).includes(Buffer.from(signature.subarray(32)))) replaced++;
  }
  assert.ok(replaced > 0, 'authenticators give both');
});

test('r and s run from 1, r below the order and s to its half', () => {
  const half = ORDER / 2n;
  for (const [r, s, verdict] of [
    [1n, 1n, true],
    [ORDER - 1n, half, true],
    [1n, half + 1n, false],
    [0n, 1n, false],
    [1n, 0n, false],
    [ORDER, 1n, false],
    [2n ** 256n - 1n, 1n, false],
    [1n, ORDER - 1n, false],
  ] as const)
    assert.equal(isCanonicalP256Signature(concat(bytes(r), bytes(s))), verdict, `${r} ${s}`);
  assert.equal(isCanonicalP256Signature(new Uint8Array(63).fill(1)), false);
  assert.equal(isCanonicalP256Signature(new Uint8Array(65).fill(1)), false);
});

test('DER in any but its one form is no signature', () => {
  const good = '3006020101020101';
  assert.ok(p256SignatureOf(fromHex(good) ?? assert.fail()));
  const order = toHex(bytes(ORDER));
  for (const bad of [
    '',
    '30',
    '3006020101',
    '3106020101020101',
    '3007020101020101',
    '300602010102010100',
    '308106020101020101',
    '300702020001020101',
    '3006020181020101',
    '3006020100020101',
    '3006020101020100',
    '3005020002010101',
    '3006030101020101',
    '3009020101020101020101',
    `3026020101022100${order}`,
    `302602210${0}${order}020101`,
    '3026020101022101',
  ])
    assert.equal(p256SignatureOf(fromHex(bad) ?? assert.fail(bad)), undefined, bad);
});

test('a key is an uncompressed point of the curve: nothing else is one, and the verifiers agree', () => {
  const raw = p256.getPublicKey(new Uint8Array(32).fill(7), false);
  assert.ok(isAcceptableP256Key(raw));
  const [x, y] = [raw.subarray(1, 33), raw.subarray(33)];
  const P = p256.Point.Fp.ORDER;
  const bad = {
    compressed: p256.getPublicKey(new Uint8Array(32).fill(7), true),
    hybrid: concat(Uint8Array.of(6 + ((y[31] ?? 0) & 1)), x, y),
    'another y': concat(Uint8Array.of(4), x, bytes(numberOf(y) ^ 1n)),
    'the identity': Uint8Array.of(0),
    'zero coordinates': concat(Uint8Array.of(4), new Uint8Array(64)),
    'x above the prime': concat(Uint8Array.of(4), bytes(P + 5n), y),
    'y above the prime': concat(Uint8Array.of(4), x, bytes(2n ** 256n - 1n)),
    'a byte more': concat(raw, Uint8Array.of(0)),
    nothing: new Uint8Array(),
  };
  const der = (key: Uint8Array) =>
    createPublicKey({
      key: Buffer.concat([Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex'), key]),
      format: 'der',
      type: 'spki',
    });
  assert.ok(der(raw));
  for (const [why, key] of Object.entries(bad)) {
    assert.equal(isAcceptableP256Key(key), false, why);
    if (key.length === 65 && key[0] === 4) assert.throws(() => der(key), why);
  }
});
