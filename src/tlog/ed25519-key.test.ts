import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import { concat, fromHex, utf8 } from '../base/bytes.ts';
import { ed25519Signer, nodeRandom } from '../node/crypto.ts';
import { isAcceptableEd25519Key } from './ed25519-key.ts';
import { isCanonicalSignature } from './ed25519-signature.ts';

const DATA = new URL('../../../shared/data/crypto/wycheproof/ed25519_test.json', import.meta.url);
const SKIP = existsSync(DATA) ? false : 'shared data is not here';
const hex = (text: string) => fromHex(text) ?? assert.fail('hex');

/** The port as node:crypto has it, one shot; here alone, so that the accept set is tested against bare OpenSSL. */
function verifyOnce(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]);
    return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
  } catch {
    return false;
  }
}

async function verifyInWebCrypto(
  key: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  try {
    const imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', imported, signature, message);
  } catch {
    return false;
  }
}

type Wycheproof = {
  testGroups: { publicKey: { pk: string }; tests: { tcId: number; comment: string; msg: string; sig: string; result: string }[] }[];
};

test('every Ed25519 case of Wycheproof has the verdict it states', { skip: SKIP }, () => {
  const { testGroups } = JSON.parse(readFileSync(DATA, 'utf8')) as Wycheproof;
  let seen = 0;
  for (const group of testGroups) {
    const key = hex(group.publicKey.pk);
    assert.ok(isAcceptableEd25519Key(key), group.publicKey.pk);
    for (const { tcId, comment, msg, sig, result } of group.tests) {
      const signature = hex(sig);
      const verdict = isCanonicalSignature(signature) && verifyOnce(key, hex(msg), signature);
      assert.equal(verdict, result === 'valid', `case ${tcId}: ${comment}`);
      seen++;
    }
  }
  assert.ok(seen >= 150);
});

// Encodings of the torsion points and their kin: none may be a key, none may be R.
const EDGE = {
  identity: '0100000000000000000000000000000000000000000000000000000000000000',
  'identity with the sign set': '0100000000000000000000000000000000000000000000000000000000000080',
  'order 2': 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'order 2 with the sign set': 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'order 4': '0000000000000000000000000000000000000000000000000000000000000000',
  'order 4, the other': '0000000000000000000000000000000000000000000000000000000000000080',
  'order 8, first': '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'order 8, second': '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'order 8, third': 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'order 8, fourth': 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  'y = p': 'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'y = p + 1': 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'y = 2^255 - 1': 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
};

test('points of small order and encodings that are not canonical are neither keys nor R', () => {
  const one = hex('0100000000000000000000000000000000000000000000000000000000000000');
  for (const [name, text] of Object.entries(EDGE)) {
    assert.equal(isAcceptableEd25519Key(hex(text)), false, name);
    assert.equal(isCanonicalSignature(concat(hex(text), one)), false, name);
  }
  assert.equal(isAcceptableEd25519Key(new Uint8Array(31)), false);
  assert.equal(isAcceptableEd25519Key(new Uint8Array(33)), false);
  assert.equal(isAcceptableEd25519Key(hex('0200000000000000000000000000000000000000000000000000000000000000')), false, 'not on the curve');
});

test('a key with a torsion component is refused, and honest keys are taken', () => {
  const torsion = ed25519.Point.fromHex(EDGE['order 8, first']);
  for (let i = 0; i < 20; i++) {
    const { publicKey } = ed25519Signer(nodeRandom(32));
    assert.ok(isAcceptableEd25519Key(publicKey));
    assert.equal(isAcceptableEd25519Key(ed25519.Point.fromBytes(publicKey).add(torsion).toBytes()), false);
  }
});

test('S runs from 0 to below L', async () => {
  const { publicKey, sign } = ed25519Signer(new Uint8Array(32).fill(5));
  const message = utf8('message');
  const good = await sign(message);
  assert.ok(isCanonicalSignature(good) && verifyOnce(publicKey, message, good));
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const withS = (s: bigint) => {
    const out = good.slice();
    for (let i = 0; i < 32; i++) out[32 + i] = Number((s >> BigInt(8 * i)) & 255n);
    return out;
  };
  assert.equal(isCanonicalSignature(withS(0n)), true);
  assert.equal(isCanonicalSignature(withS(L - 1n)), true);
  for (const s of [L, L + 1n, 2n * L, 2n ** 253n, 2n ** 256n - 1n]) assert.equal(isCanonicalSignature(withS(s)), false);
  assert.equal(isCanonicalSignature(good.slice(1)), false);
  assert.equal(isCanonicalSignature(concat(good, Uint8Array.of(0))), false);
});

test('node:crypto and WebCrypto agree on forged edge signatures, and both refuse R with a torsion component', async () => {
  const secret = new Uint8Array(32).fill(5);
  const { publicKey } = ed25519Signer(secret);
  const torsion = ed25519.Point.fromHex(EDGE['order 8, first']);
  const { scalar } = ed25519.utils.getExtendedPublicKey(secret);
  const order = ed25519.Point.Fn.ORDER;
  const little = (s: bigint) => Uint8Array.from({ length: 32 }, (_, i) => Number((s >> BigInt(8 * i)) & 255n));
  const { createHash } = await import('node:crypto');
  const challenge = (R: Uint8Array, message: Uint8Array) => {
    const digest = createHash('sha512')
      .update(concat(R, publicKey, message))
      .digest()
      .reverse();
    return BigInt(`0x${digest.toString('hex')}`) % order;
  };
  for (let i = 1; i <= 8; i++) {
    const message = utf8(`message ${i}`);
    // R = rB + T, S = r + k a: the cofactored equation holds, the bare one does not.
    const r = BigInt(1000 + i);
    const R = ed25519.Point.BASE.multiply(r).add(torsion).toBytes();
    const signature = concat(R, little((r + challenge(R, message) * scalar) % order));
    assert.ok(isCanonicalSignature(signature));
    assert.equal(verifyOnce(publicKey, message, signature), false);
    assert.equal(await verifyInWebCrypto(new Uint8Array(publicKey), new Uint8Array(message), new Uint8Array(signature)), false);
    const plain = ed25519.Point.BASE.multiply(r).toBytes();
    const honest = concat(plain, little((r + challenge(plain, message) * scalar) % order));
    assert.ok(isCanonicalSignature(honest) && verifyOnce(publicKey, message, honest));
    assert.ok(await verifyInWebCrypto(new Uint8Array(publicKey), new Uint8Array(message), new Uint8Array(honest)));
  }
});
