/**
 * Makes vectors/tlog/*.json from fixed seeds. ML-DSA-44 signing draws fresh bytes, so a second run gives other signatures, equally good:
 * a file that exists is left alone. Run it with: node vectors/make-tlog.ts
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { ed25519 } from '@noble/curves/ed25519.js';
import { concat, fromHex, fromUtf8, toBase64, toHex, utf8 } from '../src/base/bytes.ts';
import { ed25519Signer, mlDsa44Signer, nodeSha256 as sha256 } from '../src/node/crypto.ts';
import { type Checkpoint, formatCheckpoint } from '../src/tlog/checkpoint.ts';
import { ed25519CosignedMessage, heldName, mlDsa44CosignedMessage, type SignerPair, signCosignaturePair } from '../src/tlog/cosignature.ts';
import { signCheckpoint } from '../src/tlog/log-signature.ts';
import { leafHash, rootOf } from '../src/tlog/merkle.ts';
import { consistencyProofOf, inclusionProofOf } from '../src/tlog/merkle-plan.ts';
import { computeKeyId, formatLine, formatNote, formatVerifierKey, type NoteLine, parseNote, SIGNATURE_TYPE } from '../src/tlog/note.ts';
import { computeOrigin } from '../src/tlog/origin.ts';
import { formatPolicy, type Policy } from '../src/tlog/policy.ts';
import { formatLogProof } from '../src/tlog/proof.ts';
import { formatEntryBundle, formatTile, formatTilePath } from '../src/tlog/tile.ts';
import { formatAddCheckpoint } from '../src/tlog/witness-request.ts';

const OUT = new URL('./tlog/', import.meta.url);
mkdirSync(OUT, { recursive: true });

function write(name: string, value: unknown): void {
  const file = new URL(name, OUT);
  if (existsSync(file)) return console.log(`${name}: exists, left alone`);
  writeFileSync(file, `${JSON.stringify(value, undefined, 1)}\n`);
  console.log(`${name}: written`);
}

const text = (bytes: Uint8Array): string => fromUtf8(bytes) as string;
const seedOf = (first: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => first + i);

// Keys ---------------------------------------------------------------------------------------------------------------------------------
const SEEDS = { log_a: [0x00, 0x20], log_b: [0x40, 0x60], held_b: [0x80, 0xa0], witness_h: [0xc0, 0xe0] } as const;
type Role = keyof typeof SEEDS;
const pairs = Object.fromEntries(
  Object.entries(SEEDS).map(([role, [ed, pq]]) => [role, { ed25519: ed25519Signer(seedOf(ed)), mlDsa44: mlDsa44Signer(seedOf(pq)) }]),
) as Record<Role, SignerPair>;
const originOf = (pair: SignerPair): string => computeOrigin(sha256, pair.ed25519.publicKey, pair.mlDsa44.publicKey);
const names: Record<Role, string> = {
  log_a: originOf(pairs.log_a),
  log_b: originOf(pairs.log_b),
  held_b: heldName(originOf(pairs.log_b)),
  witness_h: `${originOf(pairs.witness_h)}/witness`,
};
write(
  'keys.json',
  Object.entries(SEEDS).map(([role, [ed, pq]]) => {
    const { ed25519, mlDsa44 } = pairs[role as Role];
    const name = names[role as Role];
    const type = role.startsWith('log') ? SIGNATURE_TYPE.ed25519 : SIGNATURE_TYPE.ed25519Cosignature;
    return {
      comment: `the keys of ${role} give its name and its two key ids`,
      role,
      ed25519_seed: toHex(seedOf(ed)),
      ed25519_key: toHex(ed25519.publicKey),
      ml_dsa_44_seed: toHex(seedOf(pq)),
      ml_dsa_44_key: toHex(mlDsa44.publicKey),
      origin: computeOrigin(sha256, ed25519.publicKey, mlDsa44.publicKey),
      name,
      ed25519_type: type,
      ed25519_key_id: toHex(computeKeyId(sha256, name, type, ed25519.publicKey)),
      ml_dsa_44_key_id: toHex(computeKeyId(sha256, name, SIGNATURE_TYPE.mlDsa44Cosignature, mlDsa44.publicKey)),
      ed25519_vkey: formatVerifierKey(sha256, name, type, ed25519.publicKey),
    };
  }),
);

// Notes --------------------------------------------------------------------------------------------------------------------------------
const poem =
  'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';
const line = '— a AAAAAAA=\n';
const goodNotes: [string, string][] = [
  ['the example of the signed-note specification', poem],
  ['the shortest note', `\n\n${line}`],
  ['a note text may hold empty lines and lines that look like signatures', `a\n\n${line}\nb\n\n${line}`],
  ['64 signature lines are the most', `a\n\n${line.repeat(64)}`],
  ['a byte order mark is text', `\ufeffa\n\n${line}`],
];
const badNotes: [string, string][] = [
  ['no signature line', 'a\n\n'],
  ['no empty line', `a\n${line}`],
  ['no newline at the end', `a\n\n${line.slice(0, -1)}`],
  ['carriage return', `a\r\n\n${line}`],
  ['tab', `a\tb\n\n${line}`],
  ['65 signature lines', `a\n\n${line.repeat(65)}`],
  ['hyphen for the em dash', 'a\n\n- a AAAAAAA=\n'],
  ['plus in a key name', 'a\n\n— a+b AAAAAAA=\n'],
  ['no-break space in a key name', 'a\n\n— a\u00a0b AAAAAAA=\n'],
  ['two spaces', 'a\n\n— a  AAAAAAA=\n'],
  ['a key id without a signature', 'a\n\n— a AAAAAA==\n'],
  ['base64 with bits left over', 'a\n\n— a AAAAAAB=\n'],
  ['base64 without padding', 'a\n\n— a AAAAAAA\n'],
  ['an empty line after the signatures', `a\n\n${line}\n`],
];
write('notes.json', [
  ...goodNotes.map(([comment, note]) => {
    const parsed = parseNote(utf8(note));
    if ('expected' in parsed) throw new Error(comment);
    return {
      comment,
      note,
      valid: true,
      text: parsed.note.text,
      lines: parsed.note.lines.map((l) => ({ name: l.name, key_id: toHex(l.keyId), signature: toHex(l.signature) })),
    };
  }),
  ...badNotes.map(([why, note]) => ({ comment: `refused: ${why}`, note, valid: false })),
]);

// Merkle -------------------------------------------------------------------------------------------------------------------------------
const entries = Array.from({ length: 7 }, (_, i) => utf8(`entry ${i}`));
const leaves = entries.map((entry) => leafHash(sha256, entry));
const rootAt = (size: number): Uint8Array => rootOf(sha256, leaves.slice(0, size));
const base64s = (hashes: readonly Uint8Array[]): string[] => hashes.map(toBase64);
const flip = (hash: Uint8Array): Uint8Array => hash.with(0, (hash[0] as number) ^ 1);
const inclusion = Array.from({ length: 7 }, (_, i) => i + 1).flatMap((size) =>
  Array.from({ length: size }, (_, index) => ({
    comment: `entry ${index} is in the tree of ${size}`,
    valid: true,
    index,
    size,
    leaf_hash: toBase64(leaves[index] as Uint8Array),
    root: toBase64(rootAt(size)),
    path: base64s(inclusionProofOf(sha256, leaves.slice(0, size), index)),
  })),
);
const last = inclusion.find(({ index, size }) => index === 4 && size === 7) as (typeof inclusion)[number];
const consistency = Array.from({ length: 8 }, (_, to) => to).flatMap((to) =>
  Array.from({ length: to + 1 }, (_, from) => ({
    comment: `the tree of ${to} begins with the tree of ${from}`,
    valid: true,
    old_size: from,
    new_size: to,
    old_root: toBase64(rootAt(from)),
    new_root: toBase64(rootAt(to)),
    path: base64s(consistencyProofOf(sha256, leaves, from, to)),
  })),
);
const step = consistency.find((c) => c.old_size === 3 && c.new_size === 7) as (typeof consistency)[number];
write('merkle.json', {
  entries: entries.map(text),
  leaf_hashes: base64s(leaves),
  roots: Array.from({ length: 8 }, (_, size) => toBase64(rootAt(size))),
  inclusion: [
    ...inclusion,
    { ...last, comment: 'refused: an inclusion path with one hash too many', valid: false, path: [...last.path, last.root] },
    { ...last, comment: 'refused: an inclusion path with one hash too few', valid: false, path: last.path.slice(0, -1) },
    { ...last, comment: 'refused: another index', valid: false, index: 5 },
    { ...last, comment: 'refused: an index outside the tree', valid: false, index: 7 },
    { ...last, comment: 'refused: another leaf', valid: false, leaf_hash: toBase64(leaves[0] as Uint8Array) },
    { ...last, comment: 'refused: another root', valid: false, root: toBase64(rootAt(6)) },
  ],
  consistency: [
    ...consistency,
    { ...step, comment: 'refused: a consistency path with one hash too many', valid: false, path: [...step.path, step.new_root] },
    { ...step, comment: 'refused: a consistency path with one hash too few', valid: false, path: step.path.slice(0, -1) },
    { ...step, comment: 'refused: another old root', valid: false, old_root: toBase64(flip(rootAt(3))) },
    { ...step, comment: 'refused: another new root', valid: false, new_root: toBase64(flip(rootAt(7))) },
    { ...step, comment: 'refused: backwards', valid: false, old_size: 7, new_size: 3, old_root: step.new_root, new_root: step.old_root },
    { ...step, comment: 'refused: equal sizes with a path', valid: false, old_size: 7, old_root: step.new_root },
    { ...step, comment: 'refused: from size 0 with a path', valid: false, old_size: 0, old_root: toBase64(rootAt(0)) },
  ],
});

// Checkpoints --------------------------------------------------------------------------------------------------------------------------
const checkpoint: Checkpoint = { origin: names.log_a, size: 7, root: rootAt(7) };
const body = formatCheckpoint(checkpoint);
const signed = await signCheckpoint(sha256, pairs.log_a, checkpoint);
const parsed = parseNote(signed);
if ('expected' in parsed) throw new Error(parsed.expected);
const [classical, postQuantum] = parsed.note.lines as [NoteLine, NoteLine];
const noteOf = (lines: readonly NoteLine[], of = body): string => text(formatNote({ text: of, lines }));
const heldLines = await signCosignaturePair(sha256, names.held_b, pairs.held_b, checkpoint, 1790000000);
const witnessLines = await signCosignaturePair(sha256, names.witness_h, pairs.witness_h, checkpoint, 1790000007);
const timed: NoteLine = { ...postQuantum, signature: postQuantum.signature.with(7, 1) };
const good = { role: 'log_a', valid: true, origin: checkpoint.origin, size: 7, root: toBase64(checkpoint.root) };
const bad = { role: 'log_a', valid: false };
write('checkpoints.json', [
  {
    comment: 'a checkpoint with the two lines of its log',
    ...good,
    ml_dsa_44_message: toHex(mlDsa44CosignedMessage(checkpoint.origin, checkpoint, 0)),
    note: text(signed),
  },
  { comment: 'a checkpoint with other lines beside, in any order', ...good, note: noteOf([...heldLines, postQuantum, ...witnessLines, classical]) },
  { comment: 'refused: the Ed25519 line alone', ...bad, note: noteOf([classical]) },
  { comment: 'refused: the ML-DSA-44 line alone', ...bad, note: noteOf([postQuantum]) },
  { comment: 'refused: the Ed25519 line twice', ...bad, note: noteOf([classical, classical, postQuantum]) },
  { comment: 'refused: a time in the ML-DSA-44 log line', ...bad, note: noteOf([classical, timed]) },
  { comment: 'refused: an extension line', ...bad, note: noteOf([classical, postQuantum], `${body}extra\n`) },
  { comment: 'refused: a size with a leading zero', ...bad, note: noteOf([classical, postQuantum], body.replace('\n7\n', '\n07\n')) },
  { comment: 'refused: another size', ...bad, note: noteOf([classical, postQuantum], body.replace('\n7\n', '\n8\n')) },
  { comment: 'refused: the keys of another log', ...bad, role: 'log_b', note: text(signed) },
]);

// Cosignatures -------------------------------------------------------------------------------------------------------------------------
const pair = (role: Role, time: number, lines: readonly NoteLine[]) => ({
  role,
  name: names[role],
  checkpoint: body,
  valid: true,
  time,
  ed25519_message: text(ed25519CosignedMessage(body, time)),
  ml_dsa_44_message: toHex(mlDsa44CosignedMessage(names[role], checkpoint, time)),
  lines: lines.map(formatLine).join(''),
});
const later = await signCosignaturePair(sha256, names.held_b, pairs.held_b, checkpoint, 1790003600);
const badPair = (comment: string, lines: readonly NoteLine[], over = body) => ({
  comment: `refused: ${comment}`,
  role: 'held_b',
  name: names.held_b,
  checkpoint: over,
  valid: false,
  lines: lines.map(formatLine).join(''),
});
const [heldEd, heldPq] = heldLines as [NoteLine, NoteLine];
write('cosignatures.json', [
  { comment: 'a receipt: the held pair of the other party', ...pair('held_b', 1790000000, heldLines) },
  { comment: 'the witness pair of a host', ...pair('witness_h', 1790000007, witnessLines) },
  badPair('the Ed25519 line alone', [heldEd]),
  badPair('the ML-DSA-44 line alone', [heldPq]),
  badPair('two times in one pair', [heldEd, later[1] as NoteLine]),
  badPair('two pairs of one cosigner', [...heldLines, ...later]),
  badPair('time 0', [
    { ...heldEd, signature: heldEd.signature.slice().fill(0, 0, 8) },
    { ...heldPq, signature: heldPq.signature.slice().fill(0, 0, 8) },
  ]),
  badPair('the pair of another checkpoint', heldLines, body.replace('\n7\n', '\n8\n')),
  badPair(
    'the keys under another name',
    heldLines.map((l) => ({ ...l, name: names.log_b })),
  ),
]);

// Proofs, requests, tiles --------------------------------------------------------------------------------------------------------------
const whole = utf8(noteOf([classical, postQuantum, ...heldLines]));
const proof = (extra: Uint8Array | undefined) => text(formatLogProof({ extra, index: 4, path: inclusionProofOf(sha256, leaves, 4), checkpoint: whole }));
const plain = proof(undefined);
write('proofs.json', [
  { comment: 'a proof that entry 4 is in a receipted tree', valid: true, index: 4, entry: 'entry 4', role: 'log_a', proof: plain },
  { comment: 'a proof with extra data', valid: true, index: 4, entry: 'entry 4', role: 'log_a', extra: toHex(utf8('extra')), proof: proof(utf8('extra')) },
  { comment: 'refused: a proof of another entry', valid: false, entry: 'entry 3', role: 'log_a', proof: plain },
  { comment: 'refused: another index', valid: false, entry: 'entry 4', role: 'log_a', proof: plain.replace('index 4', 'index 5') },
  { comment: 'refused: an index with a leading zero', valid: false, entry: 'entry 4', role: 'log_a', proof: plain.replace('index 4', 'index 04') },
  { comment: 'refused: an unknown first line', valid: false, entry: 'entry 4', role: 'log_a', proof: plain.replace('@v1', '@v2') },
  { comment: 'refused: an empty extra line', valid: false, entry: 'entry 4', role: 'log_a', proof: plain.replace('index', 'extra \nindex') },
]);
const request = (oldSize: number) => text(formatAddCheckpoint({ oldSize, path: consistencyProofOf(sha256, leaves, oldSize), checkpoint: signed }));
const steps = request(3);
write('witness-requests.json', [
  { comment: 'a request from size 3', valid: true, old_size: 3, path: base64s(consistencyProofOf(sha256, leaves, 3)), body: steps },
  { comment: 'a first request, from size 0', valid: true, old_size: 0, path: [], body: request(0) },
  { comment: 'refused: an old size with a leading zero', valid: false, body: steps.replace('old 3', 'old 03') },
  { comment: 'refused: a path from size 0', valid: false, body: steps.replace('old 3', 'old 0') },
  { comment: 'refused: a hash of 31 bytes', valid: false, body: steps.replace(/\n[^\n]+\n/, `\n${toBase64(new Uint8Array(31))}\n`) },
  { comment: 'refused: no empty line', valid: false, body: steps.replace('\n\n', '\n') },
]);
const tile = (level: number | 'entries', index: number, width: number) => ({ path: formatTilePath({ level, index, width }), level, index, width });
write('tiles.json', {
  paths: [
    { comment: 'a full tile in two folders', valid: true, ...tile(0, 1234067, 256) },
    { comment: 'a partial tile', valid: true, ...tile(1, 0, 17) },
    { comment: 'a partial entry bundle', valid: true, ...tile('entries', 1000, 255) },
    ...['tile/0/x000/005', 'tile/0/5', 'tile/00/000', 'tile/64/000', 'tile/0/000.p/0', 'tile/0/000.p/256', 'tile/0/000.p/05', 'tile/0/x005', '/tile/0/000'].map((path) => ({
      comment: `refused: ${path}`,
      valid: false,
      path,
    })),
  ],
  tile: { comment: 'the tile of the tree of 7', ...tile(0, 0, 7), bytes: toHex(formatTile(leaves)) },
  bundle: { comment: 'the entry bundle of the tree of 7', ...tile('entries', 0, 7), bytes: toHex(formatEntryBundle(entries)) },
});

// Ed25519 ------------------------------------------------------------------------------------------------------------------------------
const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;
const { publicKey } = pairs.log_a.ed25519;
const { scalar } = ed25519.utils.getExtendedPublicKey(seedOf(0));
const torsion = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05');
const little = (value: bigint): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
const message = utf8('message');
const signWith = (R: Uint8Array, r: bigint): Uint8Array => {
  const digest = createHash('sha512').update(concat(R, publicKey, message)).digest().reverse();
  return concat(R, little((r + BigInt(`0x${digest.toString('hex')}`) * scalar) % ORDER));
};
const honest = signWith(Point.BASE.multiply(1000n).toBytes(), 1000n);
const highS = honest.slice();
highS.set(little(honest.slice(32).reduceRight((sum, byte) => (sum << 8n) + BigInt(byte), 0n) + ORDER), 32);
const EDGE: [string, string][] = [
  ['the identity', '0100000000000000000000000000000000000000000000000000000000000000'],
  ['the identity with its sign bit set', '0100000000000000000000000000000000000000000000000000000000000080'],
  ['the point of order 2', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
  ['a point of order 4', '0000000000000000000000000000000000000000000000000000000000000000'],
  ['the other point of order 4', '0000000000000000000000000000000000000000000000000000000000000080'],
  ['a point of order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
  ['a second point of order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'],
  ['a third point of order 8', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ['a fourth point of order 8', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'],
  ['y = p', 'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
  ['y = p + 1', 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
  ['y = 2^255 - 1', 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
];
write('ed25519.json', {
  keys: [
    { comment: 'an honest key', valid: true, key: toHex(publicKey) },
    { comment: 'refused as a key: an honest key plus a point of order 8', valid: false, key: toHex(Point.fromBytes(publicKey).add(torsion).toBytes()) },
    { comment: 'refused as a key: no point of the curve', valid: false, key: `02${'00'.repeat(31)}` },
    ...EDGE.map(([what, key]) => ({ comment: `refused as a key: ${what}`, valid: false, key })),
  ],
  signatures: [
    { comment: 'an honest signature', valid: true, signature: toHex(honest) },
    { comment: 'refused: S + L', valid: false, signature: toHex(highS) },
    {
      comment: 'refused: R with a component of order 8, which cofactored verifiers take',
      valid: false,
      signature: toHex(signWith(Point.BASE.multiply(1000n).add(torsion).toBytes(), 1000n)),
    },
    ...EDGE.map(([what, R]) => ({ comment: `refused as R: ${what}`, valid: false, signature: toHex(signWith(fromHex(R) as Uint8Array, 0n)) })),
  ].map((given) => ({ ...given, key: toHex(publicKey), message: toHex(message) })),
});

// Policies -----------------------------------------------------------------------------------------------------------------------------
// The notes are those of the files as they stand, so that this file can be made again without the others.
const stood = (name: string): { comment: string; note: string; lines: string }[] => JSON.parse(readFileSync(new URL(name, OUT), 'utf8'));
const logNote = stood('checkpoints.json')[0]?.note as string;
const [heldStood, witnessStood] = stood('cosignatures.json').map(({ lines }) => lines) as [string, string];
const keyOf = (role: Role, type: number) => {
  const key = type === SIGNATURE_TYPE.mlDsa44Cosignature ? pairs[role].mlDsa44.publicKey : pairs[role].ed25519.publicKey;
  return { name: names[role], keyId: computeKeyId(sha256, names[role], type, key), type, key };
};
const policy: Policy = {
  logs: [keyOf('log_a', 0x01)],
  witnesses: [
    { name: 'log-pq', key: keyOf('log_a', 0x06) },
    { name: 'held-ed', key: keyOf('held_b', 0x04) },
    { name: 'held-pq', key: keyOf('held_b', 0x06) },
    { name: 'host-ed', key: keyOf('witness_h', 0x04) },
    { name: 'host-pq', key: keyOf('witness_h', 0x06) },
  ],
  groups: [
    { name: 'held', threshold: 2, members: ['held-ed', 'held-pq'] },
    { name: 'host', threshold: 2, members: ['host-ed', 'host-pq'] },
    { name: 'hosts', threshold: 1, members: ['host'] },
    { name: 'record', threshold: 3, members: ['log-pq', 'held', 'hosts'] },
  ],
  quorum: 'record',
};
const policyText = formatPolicy(sha256, policy);
const half = (lines: string): string => `${lines.split('\n')[0]}\n`;
write('policies.json', [
  { comment: 'log, receipt and host meet the policy of a record', valid: true, policy: policyText, note: logNote + heldStood + witnessStood },
  { comment: 'refused: no receipt', valid: false, policy: policyText, note: logNote + witnessStood },
  { comment: 'refused: no host', valid: false, policy: policyText, note: logNote + heldStood },
  { comment: 'refused: half a receipt', valid: false, policy: policyText, note: logNote + half(heldStood) + witnessStood },
  { comment: 'refused: another head under the same signatures', valid: false, policy: policyText, note: (logNote + heldStood + witnessStood).replace('\n7\n', '\n8\n') },
  { comment: 'refused: a policy without quorum line', valid: false, policy: policyText.replace(/quorum.*\n/, ''), note: logNote + heldStood + witnessStood },
  { comment: 'no quorum needed', valid: true, policy: policyText.replace(/quorum.*\n/, '# nobody else\n\n \tquorum\tnone\n'), note: logNote },
]);
