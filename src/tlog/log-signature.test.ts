import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';
import { concat, equal, u64, utf8 } from '../base/bytes.ts';
import type { SignatureCheck } from '../base/ports.ts';
import { ed25519Signer, mlDsa44Signer, nodeSha256 as sha256 } from '../node/crypto.ts';
import { checkSignature } from '../node/signature-check.ts';
import { type Checkpoint, formatCheckpoint } from './checkpoint.ts';
import { type CosignerKeys, findPair, heldName, type KeyPair, type SignerPair, signCosignaturePair } from './cosignature.ts';
import { checkpointChecks, signCheckpoint } from './log-signature.ts';
import { formatNote, type NoteLine, parseNote } from './note.ts';
import { computeOrigin } from './origin.ts';

const pairOf = (seed: number): SignerPair => ({
  ed25519: ed25519Signer(new Uint8Array(32).fill(seed)),
  mlDsa44: mlDsa44Signer(new Uint8Array(32).fill(seed + 100)),
});
const keysOf = (pair: SignerPair): KeyPair => ({ ed25519: pair.ed25519.publicKey, mlDsa44: pair.mlDsa44.publicKey });
const holds = (checks: readonly SignatureCheck[]) => checks.length === 2 && checks.every(checkSignature);

const log = pairOf(1);
const logKeys = keysOf(log);
const origin = computeOrigin(sha256, logKeys.ed25519, logKeys.mlDsa44);
const checkpoint: Checkpoint = { origin, size: 3, root: sha256(utf8('root')) };
const signed = await signCheckpoint(sha256, log, checkpoint);
const held = pairOf(2);
const heldKeys: CosignerKeys = { name: heldName(computeOrigin(sha256, held.ed25519.publicKey, held.mlDsa44.publicKey)), ...keysOf(held) };
const heldLines = await signCosignaturePair(sha256, heldKeys.name, held, checkpoint, 1790000000);

const linesOf = (bytes: Uint8Array): readonly NoteLine[] => {
  const parsed = parseNote(bytes);
  return 'note' in parsed ? parsed.note.lines : assert.fail(parsed.expected);
};
const isGood = (bytes: Uint8Array, keys: KeyPair = logKeys) => {
  const found = checkpointChecks(sha256, keys, bytes);
  return 'checks' in found && holds(found.checks);
};
const isPair = (lines: readonly NoteLine[], keys = heldKeys, over = checkpoint) => {
  const found = findPair(sha256, keys, lines, over);
  return 'checks' in found && holds(found.checks);
};

test('a signed checkpoint proves its head under the keys of its log, with other lines beside', () => {
  const found = checkpointChecks(sha256, logKeys, signed);
  assert.ok('checkpoint' in found && holds(found.checks));
  assert.deepEqual(found.checkpoint, checkpoint);
  assert.deepEqual(found.otherLines, []);
  const text = formatCheckpoint(checkpoint);
  const withHeld = checkpointChecks(sha256, logKeys, formatNote({ text, lines: [...heldLines, ...found.logLines] }));
  assert.ok('checkpoint' in withHeld && holds(withHeld.checks));
  assert.deepEqual(withHeld.otherLines, heldLines);
  assert.deepEqual(withHeld.logLines, found.logLines);
});

test('both log lines are required, each exactly once, and in their own place', () => {
  const text = formatCheckpoint(checkpoint);
  const [classical, postQuantum] = linesOf(signed) as [NoteLine, NoteLine];
  const good = (lines: readonly NoteLine[]) => isGood(formatNote({ text, lines }));
  assert.equal(good([postQuantum, classical]), true, 'order means nothing');
  assert.equal(good([classical]), false);
  assert.equal(good([postQuantum]), false);
  assert.equal(good([classical, classical, postQuantum]), false);
  assert.equal(good([classical, postQuantum, postQuantum]), false);
  assert.equal(good([classical, { ...postQuantum, signature: concat(u64(1), postQuantum.signature.slice(8)) }]), false, 'a time in a log line');
  assert.equal(good([classical, { ...postQuantum, name: `${origin}x` }]), false);
  assert.equal(good([{ ...classical, signature: classical.signature.slice(1) }, postQuantum]), false);
});

test('a log signs only under the origin of its own keys, and is read only under them', async () => {
  await assert.rejects(signCheckpoint(sha256, log, { ...checkpoint, origin: 'example.com/log' }), /bug/);
  assert.equal(isGood(signed, keysOf(pairOf(3))), false);
  assert.equal(isGood(signed, { ...logKeys, mlDsa44: pairOf(3).mlDsa44.publicKey }), false);
});

test('every one-byte change of a signed checkpoint is refused', () => {
  // Base64 of the post-quantum line is long and alike: one byte in seven of it, and every byte of the rest.
  const head = signed.length - 3200;
  for (let at = 0; at < signed.length; at += at < head ? 1 : 7) {
    const changed = signed.slice();
    changed[at] = (changed[at] as number) ^ (at % 2 === 0 ? 1 : 32);
    assert.equal(isGood(changed), false, `byte ${at}`);
  }
});

test('a cosignature pair proves its time and head under its name and keys alone', () => {
  const found = findPair(sha256, heldKeys, heldLines, checkpoint);
  assert.ok('time' in found && holds(found.checks));
  assert.equal(found.time, 1790000000);
  assert.deepEqual(found.lines, heldLines);
  assert.equal(isPair([...linesOf(signed), ...heldLines].reverse()), true, 'other lines and order mean nothing');
  assert.equal(isPair(heldLines, heldKeys, { ...checkpoint, size: 4 }), false);
  assert.equal(isPair(heldLines, heldKeys, { ...checkpoint, root: sha256(utf8('other')) }), false);
  assert.equal(isPair(heldLines, heldKeys, { ...checkpoint, origin: `${origin}x` }), false);
  assert.equal(isPair(heldLines, { ...heldKeys, name: heldKeys.name.replace('/held', '/witness') }), false);
});

test('a cosignature pair is two lines of one common time above 0, exactly one of each', async () => {
  const [classical, postQuantum] = heldLines as [NoteLine, NoteLine];
  const later = await signCosignaturePair(sha256, heldKeys.name, held, checkpoint, 1790000001);
  assert.equal(isPair([classical]), false);
  assert.equal(isPair([postQuantum]), false);
  assert.equal(isPair([classical, later[1] as NoteLine]), false, 'two times');
  assert.equal(isPair([...heldLines, ...later]), false, 'two pairs');
  assert.equal(isPair([classical, classical, postQuantum]), false);
  assert.equal(isPair([]), false);
  const timeless = heldLines.map((line) => ({ ...line, signature: concat(u64(0), line.signature.slice(8)) }));
  assert.ok('expected' in findPair(sha256, heldKeys, timeless, checkpoint));
  const beyond = heldLines.map((line) => ({ ...line, signature: concat(new Uint8Array(8).fill(255), line.signature.slice(8)) }));
  assert.ok('expected' in findPair(sha256, heldKeys, beyond, checkpoint));
  await assert.rejects(signCosignaturePair(sha256, heldKeys.name, held, checkpoint, 0), /bug/);
});

test('every one-byte change of a cosignature pair is refused', () => {
  heldLines.forEach((line, which) => {
    const payload = concat(line.keyId, line.signature);
    for (let at = 0; at < payload.length; at += at < 80 ? 1 : 13) {
      const changed = payload.slice();
      changed[at] = (changed[at] as number) ^ 0x10;
      const lines = heldLines.map((old, i) => (i === which ? { name: old.name, keyId: changed.slice(0, 4), signature: changed.slice(4) } : old));
      assert.equal(isPair(lines), false, `line ${which}, byte ${at}`);
    }
  });
  assert.ok(!equal(heldLines[0]?.keyId ?? new Uint8Array(), heldLines[1]?.keyId ?? new Uint8Array()));
});

test('noble takes the ML-DSA-44 lines that node made, and node those of noble', async () => {
  const found = checkpointChecks(sha256, logKeys, signed);
  const check = 'checks' in found ? (found.checks[1] ?? assert.fail()) : assert.fail(found.expected);
  assert.ok(ml_dsa44.verify(check.signature, check.message, check.key));
  const { secretKey, publicKey } = ml_dsa44.keygen(new Uint8Array(32).fill(101));
  assert.deepEqual(new Uint8Array(publicKey), logKeys.mlDsa44);
  assert.ok(checkSignature({ ...check, signature: new Uint8Array(ml_dsa44.sign(check.message, secretKey)) }));
});
