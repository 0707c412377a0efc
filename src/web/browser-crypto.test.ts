import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import type { SignatureAlgorithm, SignatureCheck } from '../base/ports.ts';
import { p256SignatureOf } from '../entry/p256.ts';
import { checkSignature } from '../node/signature-check.ts';
import { browserCrypto } from './browser-crypto.ts';
import { verifyWithNoble } from './noble-verify.ts';

const message = new TextEncoder().encode('{"v":1}\n');

function signed(algorithm: SignatureAlgorithm): SignatureCheck {
  if (algorithm === 'ecdsa-p256') return signedP256();
  const { publicKey, privateKey } = algorithm === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ml-dsa-44');
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const key = new Uint8Array(spki.subarray(spki.length - (algorithm === 'ed25519' ? 32 : 1312)));
  return { algorithm, key, message, signature: new Uint8Array(sign(null, message, privateKey)) };
}

function signedP256(): SignatureCheck {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(26));
  const signature = p256SignatureOf(new Uint8Array(sign('sha256', message, privateKey))) ?? assert.fail();
  return { algorithm: 'ecdsa-p256', key, message, signature };
}

function changed(bytes: Uint8Array, at: number): Uint8Array {
  const out = new Uint8Array(bytes);
  out[at] = (out[at] ?? 0) ^ 1;
  return out;
}

for (const algorithm of ['ed25519', 'ml-dsa-44', 'ecdsa-p256'] as const) {
  test(`${algorithm}: what the node signs, the browser's verifier and the fallback both accept`, async () => {
    const check = signed(algorithm);
    assert.deepEqual(await browserCrypto.verify([check]), [true]);
    assert.equal(verifyWithNoble(check), true);
    assert.equal(checkSignature(check), true);
  });

  test(`${algorithm}: a changed message, key or signature is refused by both`, async () => {
    const check = signed(algorithm);
    const wrong = [
      { ...check, message: changed(check.message, 0) },
      { ...check, key: changed(check.key, 5) },
      { ...check, signature: changed(check.signature, 3) },
      { ...check, signature: changed(check.signature, check.signature.length - 40) },
      { ...check, signature: check.signature.subarray(1) },
      { ...check, key: new Uint8Array() },
    ];
    assert.deepEqual(
      await browserCrypto.verify(wrong),
      wrong.map(() => false),
    );
    for (const one of wrong.slice(0, 4)) assert.equal(verifyWithNoble(one), false);
  });
}

test('an Ed25519 signature with S + L is refused: a signature has one form only', async () => {
  const check = signed('ed25519');
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  let s = order;
  for (let i = 0; i < 32; i++) s += BigInt(check.signature[32 + i] ?? 0) << BigInt(8 * i);
  const high = new Uint8Array(check.signature);
  for (let i = 0; i < 32; i++) high[32 + i] = Number((s >> BigInt(8 * i)) & 255n);
  assert.deepEqual(await browserCrypto.verify([{ ...check, signature: high }]), [false]);
});

test('the larger s of an ECDSA signature, and keys in another form, are refused by all three alike', async () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const check = signedP256();
  const s = order - BigInt(`0x${Buffer.from(check.signature.subarray(32)).toString('hex')}`);
  const high = new Uint8Array([...check.signature.subarray(0, 32), ...Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
  const compressed = new Uint8Array([2 + ((check.key[64] ?? 0) & 1), ...check.key.subarray(1, 33)]);
  for (const wrong of [
    { ...check, signature: high },
    { ...check, key: compressed },
    { ...check, key: changed(check.key, 0) },
    { ...check, signature: new Uint8Array(64) },
    { ...check, algorithm: 'ed25519' as const },
  ]) {
    assert.deepEqual(await browserCrypto.verify([wrong]), [false]);
    assert.equal(checkSignature(wrong), false);
    if (wrong.key.length === 65) assert.equal(verifyWithNoble(wrong), false);
  }
});
