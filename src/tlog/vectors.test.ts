import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromBase64, fromHex, toBase64, toHex, utf8 } from '../base/bytes.ts';
import type { SignatureCheck } from '../base/ports.ts';
import { ed25519Signer, mlDsa44Signer, nodeSha256 as sha256 } from '../node/crypto.ts';
import { checkSignature } from '../node/signature-check.ts';
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { type CosignerKeys, ed25519CosignedMessage, findPair, mlDsa44CosignedMessage } from './cosignature.ts';
import { isAcceptableEd25519Key } from './ed25519-key.ts';
import { isCanonicalSignature } from './ed25519-signature.ts';
import { checkpointChecks } from './log-signature.ts';
import { leafHash, rootOf, verifyConsistency, verifyInclusion } from './merkle.ts';
import { computeKeyId, formatNote, formatVerifierKey, parseLines, parseNote, SIGNATURE_TYPE } from './note.ts';
import { computeOrigin } from './origin.ts';
import { parsePolicy } from './policy.ts';
import { policyChecks } from './policy-check.ts';
import { formatLogProof, parseLogProof, provesInclusion } from './proof.ts';
import { formatEntryBundle, formatTile, formatTilePath, parseEntryBundle, parseTile, parseTilePath, type TileName } from './tile.ts';
import { formatAddCheckpoint, parseAddCheckpoint } from './witness-request.ts';

type Vector = { comment: string; valid: boolean };
const read = <T>(name: string) => JSON.parse(readFileSync(new URL(`../../vectors/tlog/${name}`, import.meta.url), 'utf8')) as T;
const hex = (text: string) => fromHex(text) ?? assert.fail(`hexadecimal: ${text}`);
const base64 = (text: string) => fromBase64(text) ?? assert.fail(`base64: ${text}`);
const holds = (checks: readonly SignatureCheck[]) => checks.length === 2 && checks.every(checkSignature);

type KeyVector = {
  comment: string;
  role: string;
  ed25519_seed: string;
  ed25519_key: string;
  ml_dsa_44_seed: string;
  ml_dsa_44_key: string;
  origin: string;
  name: string;
  ed25519_type: number;
  ed25519_key_id: string;
  ml_dsa_44_key_id: string;
  ed25519_vkey: string;
};
const keys = read<KeyVector[]>('keys.json');
const keysOf = (role: string): CosignerKeys => {
  const given = keys.find((key) => key.role === role) ?? assert.fail(role);
  return { name: given.name, ed25519: hex(given.ed25519_key), mlDsa44: hex(given.ml_dsa_44_key) };
};

for (const given of keys)
  test(given.comment, () => {
    const { name, ed25519, mlDsa44 } = keysOf(given.role);
    assert.deepEqual(ed25519Signer(hex(given.ed25519_seed)).publicKey, ed25519);
    assert.deepEqual(mlDsa44Signer(hex(given.ml_dsa_44_seed)).publicKey, mlDsa44);
    assert.equal(computeOrigin(sha256, ed25519, mlDsa44), given.origin);
    assert.equal(toHex(computeKeyId(sha256, name, given.ed25519_type, ed25519)), given.ed25519_key_id);
    assert.equal(toHex(computeKeyId(sha256, name, SIGNATURE_TYPE.mlDsa44Cosignature, mlDsa44)), given.ml_dsa_44_key_id);
    assert.equal(formatVerifierKey(sha256, name, given.ed25519_type, ed25519), given.ed25519_vkey);
  });

type NoteVector = Vector & { note: string; text?: string; lines?: { name: string; key_id: string; signature: string }[] };
for (const given of read<NoteVector[]>('notes.json'))
  test(`note: ${given.comment}`, () => {
    const parsed = parseNote(utf8(given.note));
    assert.equal('note' in parsed, given.valid);
    if (!('note' in parsed)) return;
    assert.equal(parsed.note.text, given.text);
    assert.deepEqual(
      parsed.note.lines.map((line) => ({ name: line.name, key_id: toHex(line.keyId), signature: toHex(line.signature) })),
      given.lines,
    );
    assert.deepEqual(formatNote(parsed.note), utf8(given.note));
  });

type CheckpointVector = Vector & { role: string; note: string; origin?: string; size?: number; root?: string; ml_dsa_44_message?: string };
for (const given of read<CheckpointVector[]>('checkpoints.json'))
  test(`checkpoint: ${given.comment}`, () => {
    const found = checkpointChecks(sha256, keysOf(given.role), utf8(given.note));
    assert.equal('checks' in found && holds(found.checks), given.valid);
    if (!given.valid || 'expected' in found) return;
    const { origin, size, root } = found.checkpoint;
    assert.deepEqual({ origin, size, root: toBase64(root) }, { origin: given.origin, size: given.size, root: given.root });
    if (given.ml_dsa_44_message !== undefined) assert.equal(toHex(mlDsa44CosignedMessage(origin, found.checkpoint, 0)), given.ml_dsa_44_message);
  });

type CosignatureVector = Vector & {
  role: string;
  name: string;
  checkpoint: string;
  lines: string;
  time?: number;
  ed25519_message?: string;
  ml_dsa_44_message?: string;
};
for (const given of read<CosignatureVector[]>('cosignatures.json'))
  test(`cosignature: ${given.comment}`, () => {
    const head = parseCheckpoint(given.checkpoint);
    const parsed = parseLines(utf8(given.lines));
    assert.ok('checkpoint' in head && 'lines' in parsed);
    const found = findPair(sha256, keysOf(given.role), parsed.lines, head.checkpoint);
    assert.equal('checks' in found && holds(found.checks), given.valid);
    if (!given.valid || 'expected' in found) return;
    assert.equal(found.time, given.time);
    assert.deepEqual(ed25519CosignedMessage(formatCheckpoint(head.checkpoint), found.time), utf8(given.ed25519_message ?? ''));
    assert.equal(toHex(mlDsa44CosignedMessage(given.name, head.checkpoint, found.time)), given.ml_dsa_44_message);
  });

type InclusionVector = Vector & { index: number; size: number; leaf_hash: string; root: string; path: string[] };
type ConsistencyVector = Vector & { old_size: number; new_size: number; old_root: string; new_root: string; path: string[] };
const merkle = read<{ entries: string[]; leaf_hashes: string[]; roots: string[]; inclusion: InclusionVector[]; consistency: ConsistencyVector[] }>(
  'merkle.json',
);

test('leaf hashes and roots follow from the entries of the vectors', () => {
  const leaves = merkle.entries.map((entry) => leafHash(sha256, utf8(entry)));
  assert.deepEqual(leaves.map(toBase64), merkle.leaf_hashes);
  merkle.roots.forEach((root, size) => {
    assert.equal(toBase64(rootOf(sha256, leaves.slice(0, size))), root);
  });
});
for (const given of merkle.inclusion)
  test(`inclusion: ${given.comment}`, () => {
    assert.equal(verifyInclusion(sha256, base64(given.leaf_hash), given.index, given.size, given.path.map(base64), base64(given.root)), given.valid);
  });
for (const given of merkle.consistency)
  test(`consistency: ${given.comment}`, () => {
    const { old_size, new_size, old_root, new_root, path } = given;
    assert.equal(verifyConsistency(sha256, old_size, new_size, base64(old_root), base64(new_root), path.map(base64)), given.valid);
  });

type ProofVector = Vector & { proof: string; entry: string; role: string; index?: number; extra?: string };
for (const given of read<ProofVector[]>('proofs.json'))
  test(`proof: ${given.comment}`, () => {
    const parsed = parseLogProof(utf8(given.proof));
    const found = 'proof' in parsed ? checkpointChecks(sha256, keysOf(given.role), parsed.proof.checkpoint) : parsed;
    const proved =
      'proof' in parsed &&
      'checks' in found &&
      holds(found.checks) &&
      provesInclusion(sha256, parsed.proof, leafHash(sha256, utf8(given.entry)), found.checkpoint);
    assert.equal(proved, given.valid);
    if (!given.valid || 'expected' in parsed) return;
    assert.equal(parsed.proof.index, given.index);
    assert.equal(parsed.proof.extra && toHex(parsed.proof.extra), given.extra);
    assert.deepEqual(formatLogProof(parsed.proof), utf8(given.proof));
  });

type RequestVector = Vector & { body: string; old_size?: number; path?: string[] };
for (const given of read<RequestVector[]>('witness-requests.json'))
  test(`witness request: ${given.comment}`, () => {
    const parsed = parseAddCheckpoint(utf8(given.body));
    assert.equal('request' in parsed, given.valid);
    if ('expected' in parsed) return;
    assert.equal(parsed.request.oldSize, given.old_size);
    assert.deepEqual(parsed.request.path.map(toBase64), given.path);
    assert.deepEqual(formatAddCheckpoint(parsed.request), utf8(given.body));
  });

type TileVector = Vector & TileName & { path: string };
const tiles = read<{ paths: TileVector[]; tile: TileVector & { bytes: string }; bundle: TileVector & { bytes: string } }>('tiles.json');
for (const { comment, valid, path, level, index, width } of tiles.paths)
  test(`tile path: ${comment}`, () => {
    const parsed = parseTilePath(path);
    assert.equal('tile' in parsed, valid);
    if (!valid) return;
    assert.deepEqual(parsed, { tile: { level, index, width } });
    assert.equal(formatTilePath({ level, index, width }), path);
  });
test('the tile and the bundle of the vectors hold their leaves and entries', () => {
  const tile = parseTile(hex(tiles.tile.bytes), 7);
  const bundle = parseEntryBundle(hex(tiles.bundle.bytes), 7);
  assert.ok('hashes' in tile && 'entries' in bundle);
  assert.deepEqual(tile.hashes.map(toBase64), merkle.leaf_hashes);
  assert.deepEqual(
    bundle.entries.map((entry) => new TextDecoder().decode(entry)),
    merkle.entries,
  );
  assert.equal(toHex(formatTile(tile.hashes)), tiles.tile.bytes);
  assert.equal(toHex(formatEntryBundle(bundle.entries)), tiles.bundle.bytes);
});

type SignatureVector = Vector & { key: string; message: string; signature: string };
const accept = read<{ keys: (Vector & { key: string })[]; signatures: SignatureVector[] }>('ed25519.json');
for (const { comment, valid, key } of accept.keys) test(`Ed25519: ${comment}`, () => assert.equal(isAcceptableEd25519Key(hex(key)), valid));
for (const { comment, valid, key, message, signature } of accept.signatures)
  test(`Ed25519: ${comment}`, () => {
    const check: SignatureCheck = { algorithm: 'ed25519', key: hex(key), message: hex(message), signature: hex(signature) };
    assert.equal(isCanonicalSignature(check.signature) && checkSignature(check), valid);
  });

for (const given of read<(Vector & { policy: string; note: string })[]>('policies.json'))
  test(`policy: ${given.comment}`, () => {
    const parsed = parsePolicy(sha256, utf8(given.policy));
    const found = 'policy' in parsed ? policyChecks(parsed.policy, utf8(given.note)) : parsed;
    assert.equal('checks' in found && found.decide(found.checks.map(checkSignature)), given.valid);
  });
