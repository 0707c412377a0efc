import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { p256 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { concat, fromHex, toHex, utf8 } from '../base/bytes.ts';
import type { SignatureCheck } from '../base/ports.ts';
import { ed25519Signer, mlDsa44Signer, nodeCrypto, nodeRandom, systemNow } from './crypto.ts';
import { checkPacked, checkSignature, packChecks } from './signature-check.ts';

const crypto = nodeCrypto();
after(() => crypto.close());
const hex = (text: string) => fromHex(text) ?? assert.fail('hex');
const signers = [ed25519Signer(new Uint8Array(32).fill(7)), mlDsa44Signer(new Uint8Array(32).fill(8))] as const;

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const scalar = (bytes: Uint8Array) => BigInt(`0x${toHex(Uint8Array.from(bytes).reverse())}`);
const littleEndian = (value: bigint) => hex(value.toString(16).padStart(64, '0')).reverse();

async function checks(count: number): Promise<SignatureCheck[]> {
  const out: SignatureCheck[] = [];
  for (let i = 0; i < count; i++) {
    const signer = signers[i % 2] ?? signers[0];
    const message = utf8(`message ${i}`);
    out.push({ algorithm: signer.algorithm, key: signer.publicKey, message, signature: await signer.sign(message) });
  }
  return out;
}

test('SHA-256 of "abc" is the one of FIPS 180-4, as a plain array', () => {
  const digest = crypto.sha256(utf8('abc'));
  assert.equal(toHex(digest), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  assert.equal(Object.getPrototypeOf(digest), Uint8Array.prototype);
});

test('an Ed25519 signer gives the key and signature of RFC 8032 section 7.1, test 2', async () => {
  const signer = ed25519Signer(hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'));
  assert.equal(toHex(signer.publicKey), '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
  assert.equal(
    toHex(await signer.sign(hex('72'))),
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  );
});

test('small sets and sets on threads get the same verdicts, in order', async () => {
  const all = await checks(300);
  const spoiled = all.map((check, i) => (i % 7 === 0 ? { ...check, message: utf8('another') } : check));
  const expected = spoiled.map((_, i) => i % 7 !== 0);
  assert.deepEqual(await crypto.verify(spoiled), expected);
  assert.deepEqual(await crypto.verify(spoiled.slice(0, 20)), expected.slice(0, 20));
  assert.deepEqual(await crypto.verify([]), []);
});

test('checks under way when the threads end are still answered', async () => {
  const other = nodeCrypto();
  const answer = other.verify(await checks(40));
  await other.close();
  assert.ok((await answer).every((verdict) => verdict));
});

test('keys and signatures of wrong length, or of no known algorithm, are false and never throw', async () => {
  const [first] = await checks(1);
  assert.ok(first);
  const wrong = [
    { ...first, key: first.key.subarray(1) },
    { ...first, key: new Uint8Array(0) },
    { ...first, signature: first.signature.subarray(1) },
    { ...first, algorithm: 'ml-dsa-44' as const },
    { ...first, algorithm: 'rsa' as unknown as 'ed25519' },
    { ...first, key: new Uint8Array(32).fill(255) },
  ];
  for (const check of wrong) assert.equal(checkSignature(check), false);
  assert.deepEqual([...checkPacked(packChecks(wrong))], [0, 0, 0, 0, 0, 0]);
});

test('a passkey’s ECDSA signature gets its verdict on a thread as here', () => {
  const secret = new Uint8Array(32).fill(9);
  const message = utf8('message');
  const check = {
    algorithm: 'ecdsa-p256' as const,
    key: p256.getPublicKey(secret, false),
    message,
    signature: p256.sign(message, secret, { lowS: true }),
  };
  assert.deepEqual([...checkPacked(packChecks([check, { ...check, message: utf8('another') }]))], [1, 0]);
});

test('any changed bit of a signature is refused, of either algorithm', async () => {
  for (const check of await checks(2)) {
    fc.assert(
      fc.property(fc.nat(check.signature.length * 8 - 1), (bit) => {
        const signature = Uint8Array.from(check.signature);
        signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return !checkSignature({ ...check, signature });
      }),
      { numRuns: 60 },
    );
  }
});

test('S + L in place of S, and R the identity, are refused', async () => {
  const [check] = await checks(1);
  assert.ok(check);
  const signature = concat(check.signature.subarray(0, 32), littleEndian(scalar(check.signature.subarray(32)) + ORDER));
  assert.equal(checkSignature({ ...check, signature }), false);
  // Whoever holds the key can sign with the nonce zero: R is the identity, S = h a, and the equation holds.
  const seed = new Uint8Array(32).fill(7);
  const identity = Uint8Array.from([1, ...new Uint8Array(31)]);
  const clamped = hash('sha512', seed, 'buffer').subarray(0, 32);
  clamped[0] = (clamped[0] ?? 0) & 248;
  clamped[31] = ((clamped[31] ?? 0) & 127) | 64;
  const h = scalar(hash('sha512', concat(identity, check.key, check.message), 'buffer'));
  const zeroNonce = concat(identity, littleEndian((h * scalar(clamped)) % ORDER));
  assert.equal(checkSignature({ ...check, signature: zeroNonce }), false);
});

const wycheproof = new URL('../../../shared/data/crypto/wycheproof/ed25519_test.json', import.meta.url);
test('Wycheproof Ed25519: every verdict agrees', {
  skip: existsSync(wycheproof) ? false : 'the Wycheproof file is not beside the checkout',
}, async () => {
  const file = JSON.parse(readFileSync(wycheproof, 'utf8')) as {
    testGroups: { publicKey: { pk: string }; tests: { tcId: number; msg: string; sig: string; result: string }[] }[];
  };
  const cases = file.testGroups.flatMap(({ publicKey, tests }) => tests.map((one) => ({ ...one, pk: publicKey.pk })));
  const verdicts = await crypto.verify(
    cases.map(({ pk, msg, sig }) => ({ algorithm: 'ed25519', key: hex(pk), message: hex(msg), signature: hex(sig) })),
  );
  const wrong = cases.filter(({ result }, i) => verdicts[i] !== (result === 'valid'));
  assert.deepEqual(wrong, []);
});

test('the system clock is in seconds and randomness differs', () => {
  assert.ok(Math.abs(systemNow() - Date.now() / 1000) < 2);
  assert.notDeepEqual(nodeRandom(16), nodeRandom(16));
});
