import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { fromBase64, fromBase64url, readU64, toBase64, toBase64url, u64 } from './bytes.ts';

test('both encodings of base64 give back the bytes of every length, short and long', () => {
  for (let size = 0; size < 200; size++) {
    const bytes = new Uint8Array(randomBytes(size));
    assert.equal(toBase64(bytes), Buffer.from(bytes).toString('base64'));
    assert.equal(toBase64url(bytes), Buffer.from(bytes).toString('base64url'));
    assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
    assert.deepEqual(fromBase64url(toBase64url(bytes), size), bytes);
    assert.equal(fromBase64url(toBase64url(bytes), size + 3), undefined);
  }
});

test('a value has one text: digits of the other alphabet, padding and bits that encode nothing are refused', () => {
  for (const text of ['+A', '/A', 'A', 'AB', 'AAB', 'AA==', 'AA A', 'AAé']) assert.equal(fromBase64url(text), undefined, text);
  for (const text of ['-A==', '_A==', 'A', 'AA', 'AB==', 'AAB=', 'A===', '====', 'AA=A', 'AAA\n']) assert.equal(fromBase64(text), undefined, text);
  assert.deepEqual(fromBase64('+/+/'), Uint8Array.of(0xfb, 0xff, 0xbf));
  assert.deepEqual(fromBase64url('-_-_'), Uint8Array.of(0xfb, 0xff, 0xbf));
});

test('a number of 8 bytes is big endian and comes back, up to the largest safe integer', () => {
  for (const value of [0, 1, 255, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER]) {
    const expected = Buffer.alloc(8);
    expected.writeBigUInt64BE(BigInt(value));
    assert.deepEqual(u64(value), new Uint8Array(expected));
    assert.equal(readU64(u64(value)), value);
  }
});
