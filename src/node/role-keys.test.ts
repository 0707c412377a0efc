import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { toBase64url, utf8 } from '../base/bytes.ts';
import { roleKeys, roleSeed, transportSeed, witnessKeys } from './role-keys.ts';

const seed = new Uint8Array(32).fill(1);
const nonce = new Uint8Array(16).fill(2);
const gen = toBase64url(new Uint8Array(16).fill(3));

test('a role seed is HKDF-SHA-256, extract then one expand, of the stated salt and info', () => {
  const hmac = (key: Uint8Array, data: Uint8Array) => createHmac('sha256', key).update(data).digest();
  const expected = hmac(hmac(nonce, seed), Buffer.concat([utf8(`parley/1/log-ed/${gen}`), Uint8Array.of(1)]));
  assert.deepEqual(Buffer.from(roleSeed(seed, nonce, 'log-ed', gen)), expected);
  const transport = hmac(hmac(new Uint8Array(32), seed), Buffer.concat([utf8('parley/1/transport/'), Uint8Array.of(1)]));
  assert.deepEqual(Buffer.from(transportSeed(seed)), transport);
});

test('every role, generation, nonce and seed has its own key, and the same ones always the same', () => {
  const other = toBase64url(new Uint8Array(16).fill(4));
  const all = [
    roleKeys(seed, nonce, gen),
    roleKeys(seed, nonce, other),
    roleKeys(seed, new Uint8Array(16), gen),
    roleKeys(new Uint8Array(32), nonce, gen),
    witnessKeys(seed, nonce),
  ].flatMap((keys) => Object.values(keys).map((signer) => toBase64url(signer.publicKey)));
  assert.equal(all.length, 22);
  assert.equal(new Set(all).size, 22);
  assert.deepEqual(roleKeys(seed, nonce, gen).logPq.publicKey, roleKeys(seed, nonce, gen).logPq.publicKey);
});
