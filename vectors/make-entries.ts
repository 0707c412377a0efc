/**
 * Makes vectors/entry/{entries,bodies,attachments}.json from fixed seeds. Deterministic: a second run writes the same bytes. Run it with:
 * node vectors/make-entries.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fromBase64, toBase64, toBase64url, utf8 } from '../src/base/bytes.ts';
import type { Json } from '../src/base/json.ts';
import { attachmentValue, chunkHash, chunksOf } from '../src/entry/attachment.ts';
import { buildBody, eraseFields, openBody, splitLines } from '../src/entry/body.ts';
import { parseEntry } from '../src/entry/entry.ts';
import type { BodyCommitment } from '../src/entry/header.ts';
import { nodeSha256 as sha256 } from '../src/node/crypto.ts';
import { testChannel, testPerson, testRandom, textOf } from '../src/node/fixtures-channel.ts';
import { TestRecord } from '../src/node/fixtures-record.ts';
import { checkSignature } from '../src/node/signature-check.ts';
import { leafHash, rootOf } from '../src/tlog/merkle.ts';

const on = await testChannel();
const record = new TestRecord(on, 'entry vectors');
const petrova = testPerson('Petrova');

function write(name: string, value: unknown): void {
  mkdirSync(new URL('entry/', import.meta.url), { recursive: true });
  writeFileSync(new URL(`entry/${name}`, import.meta.url), `${JSON.stringify(value, undefined, 1)}\n`);
}

// Entries ---------------------------------------------------------------------------------------------------------------------------------
const message = await record.message(0, petrova, 'A word');
const answer = await record.message(1, petrova, 'An answer', { refs: [message.id] });
const good = (comment: string, bytes: Uint8Array) => {
  const parsed = parseEntry(sha256, bytes);
  if ('expected' in parsed) throw new Error(`${comment}: ${parsed.expected}`);
  const { id, header, text } = parsed.entry;
  return {
    comment,
    valid: true,
    entry: textOf(bytes),
    text,
    id,
    leaf_hash: toBase64(leafHash(sha256, bytes)),
    actor: header.actor,
    key: toBase64url(petrova.key.publicKey),
    signed: checkSignature({ algorithm: 'ed25519', key: petrova.key.publicKey, message: utf8(text), signature: parsed.entry.line.signature }),
  };
};
const whole = textOf(message.bytes);
const [headerLine = '', , line = ''] = whole.split('\n');
const bad = (why: string, entry: string) => ({ comment: `refused: ${why}`, valid: false, entry });
/** The entry with its header changed; the signature is then over other bytes, which the form does not ask about. */
const header = (why: string, from: string | RegExp, to: string) => bad(why, `${headerLine.replace(from, to)}\n\n${line}\n`);
const root = toBase64url(new Uint8Array(32).fill(9));
const heads = /"after":\[.*?\],"salt"/;
const head = (party: number, size: number) => `[${party},"${on.channel.parties[0]?.gen}",${size},"${root}"]`;
const refs = (count: number) => Array.from({ length: count }, (_, i) => `"${toBase64url(new Uint8Array(32).fill(i))}"`).join();
write('entries.json', [
  good('an entry that opens a matter', message.bytes),
  good('an entry that answers another', answer.bytes),
  good(
    'sixteen references; its signature is over other ones, which the form does not ask about',
    utf8(`${headerLine.replace('"refs":[]', `"refs":[${refs(16)}]`)}\n\n${line}\n`),
  ),
  bad('two signature lines', `${headerLine}\n\n${line}\n${line}\n`),
  bad('no signature line', `${headerLine}\n\n`),
  bad('two header lines', `${headerLine}\n${headerLine}\n\n${line}\n`),
  bad('no newline at the end', whole.slice(0, -1)),
  bad('white space in the header', whole.replace('"v":1,', '"v":1, ')),
  header('another version', '"v":1', '"v":2'),
  header('a member more', '"refs":[]}', '"refs":[],"more":1}'),
  header('a member less', ',"refs":[]', ''),
  header('members in another order', /"party":0,("gen":"[^"]*")/, '$1,"party":0'),
  header('a channel of 31 bytes', /"channel":"[^"]*"/, `"channel":"${toBase64url(new Uint8Array(31))}"`),
  header('a party below 0', '"party":0', '"party":-1'),
  header('a party above 15', '"party":0', '"party":16'),
  header('a type with a digit', '"type":"message"', '"type":"message2"'),
  header('a type with a capital', '"type":"message"', '"type":"Message"'),
  header('a time below 0', /"time":\d+/, '"time":-1'),
  header('a time that is a text', /"time":\d+/, '"time":"1"'),
  header('a cited head of size 0', heads, `"after":[${head(0, 0)}],"salt"`),
  header('cited heads in descending order', heads, `"after":[${head(1, 1)},${head(0, 1)}],"salt"`),
  header('two cited heads of one party', heads, `"after":[${head(0, 1)},${head(0, 2)}],"salt"`),
  header('a salt of 15 bytes', /"salt":"[^"]*"/, `"salt":"${toBase64url(new Uint8Array(15))}"`),
  header('seven leaves', '"n":8', '"n":7'),
  header('no leaves', '"n":8', '"n":0'),
  header('1,032 leaves', '"n":8', '"n":1032'),
  header('a body of no bytes', /"size":\d+\}/, '"size":0}'),
  header('a body of 65,537 bytes', /"size":\d+\}/, '"size":65537}'),
  header('one reference twice', '"refs":[]', `"refs":["${root}","${root}"]`),
  header('seventeen references', '"refs":[]', `"refs":[${refs(17)}]`),
  header('bits left over in base64', /"actor":"([^"]*)."/, '"actor":"$1B"'),
  bad('more than 16,384 bytes', `${headerLine}\n\n— ${'a'.repeat(16_384)} AAAAAAA=\n`),
]);

// Bodies ----------------------------------------------------------------------------------------------------------------------------------
const random = testRandom('body vectors');
const fields: readonly (readonly [string, Json])[] = [
  ['subject', 'A word'],
  ['text', 'Says something, with\na newline and “quotes”.'],
  ['marking', 'green'],
];
const body = buildBody(sha256, random, fields);
const leaves = splitLines(body.text).map(textOf);
/** What a text that was built by hand commits to, whatever is in it. */
const commit = (lines: readonly string[], more: Partial<BodyCommitment> = {}): BodyCommitment => {
  const hashes = lines.map((leaf) => (leaf.startsWith('#') ? (fromUrl(leaf.slice(1)) ?? new Uint8Array(32)) : leafHash(sha256, utf8(leaf))));
  const size = lines.reduce((sum, leaf) => sum + (leaf.startsWith('#') ? 0 : utf8(leaf).length), 0);
  return { root: toBase64url(rootOf(sha256, hashes)), n: lines.length, size, ...more };
};
const opened = (comment: string, commitment: BodyCommitment, text: string) => {
  const result = openBody(sha256, commitment, utf8(text));
  const body_ = { root: commitment.root, n: commitment.n, size: commitment.size };
  if (comment.startsWith('does not open') !== 'expected' in result) throw new Error(comment);
  if ('expected' in result) return { comment, opens: false, body: body_, text };
  const { erasedLeaves, voids } = result.body;
  if (comment.startsWith('opens, and is void') !== voids.length > 0) throw new Error(comment);
  return { comment, opens: true, void: voids.length > 0, body: body_, text, erased: erasedLeaves, fields: [...result.body.fields] };
};
const lines = (list: readonly string[]): string => `${list.join('\n')}\n`;
const swap = (at: number, leaf: string): string[] => leaves.map((old, i) => (i === at ? leaf : old));
const salt = '"AAECAwQFBgcICQoLDA0ODw"';
const voidBody = (why: string, list: readonly string[], more: Partial<BodyCommitment> = {}) =>
  opened(`opens, and is void: ${why}`, commit(list, more), lines(list));
const unopened = (why: string, commitment: BodyCommitment, text: string) => opened(`does not open: ${why}`, commitment, text);
const long = buildBody(
  sha256,
  random,
  Array.from({ length: 9 }, (_, i) => [`f${i}`, i] as const),
);
write('bodies.json', [
  opened('three fields, padded to eight leaves', body.commitment, textOf(body.text)),
  opened('nine fields, padded to sixteen leaves', long.commitment, textOf(long.text)),
  opened('one field erased: its leaf is a hash, and the root stays', body.commitment, textOf(eraseFields(sha256, body.text, ['text']))),
  unopened('a value was changed', body.commitment, textOf(body.text).replace('A word', 'A sword')),
  unopened('two leaves changed places', body.commitment, lines([leaves[1] ?? '', leaves[0] ?? '', ...leaves.slice(2)])),
  unopened('a padding leaf is missing', body.commitment, lines(leaves.slice(0, -1))),
  unopened('a leaf more', body.commitment, lines([...leaves, `[${salt}]`])),
  unopened('no newline at the end', body.commitment, lines(leaves).slice(0, -1)),
  unopened('an empty line more', body.commitment, `${lines(leaves)}\n`),
  unopened('fewer leaves than were signed', commit(leaves, { n: 16 }), lines(leaves)),
  unopened('a hash of 31 bytes', body.commitment, lines(swap(7, `#${toBase64url(new Uint8Array(31))}`))),
  voidBody('a decoy, two values under one name', swap(3, `[${salt},"/text","Says something else."]`)),
  voidBody('the signed size is one too small', leaves, { size: body.commitment.size - 1 }),
  voidBody('a leaf with white space', swap(3, `[${salt}, "/more",1]`)),
  voidBody('a leaf that is an object', swap(3, '{"a":1}')),
  voidBody('a leaf that is no JSON', swap(3, 'hello')),
  voidBody('a leaf of two members', swap(3, `[${salt},"/more"]`)),
  voidBody('a leaf of four members', swap(3, `[${salt},"/more",1,2]`)),
  voidBody('a salt of 15 bytes', swap(3, `["${toBase64url(new Uint8Array(15))}","/more",1]`)),
  voidBody('a pointer of two levels', swap(3, `[${salt},"/more/again",1]`)),
  voidBody('a pointer without its slash', swap(3, `[${salt},"more",1]`)),
  voidBody('a pointer in capitals', swap(3, `[${salt},"/More",1]`)),
  voidBody('a value that is a fraction', swap(3, `[${salt},"/more",1.5]`)),
]);

// Attachments -----------------------------------------------------------------------------------------------------------------------------
/** A file of `size` bytes, byte i being i mod 251. */
const fileOf = (size: number) => Uint8Array.from({ length: size }, (_, i) => i % 251);
const fileSalt = Uint8Array.from({ length: 16 }, (_, i) => i);
const valueOf = (chunks: readonly Uint8Array[], size: number) =>
  attachmentValue(sha256, {
    salt: fileSalt,
    size,
    media: 'text/plain',
    name: 'file.txt',
    hashes: chunks.map((chunk) => chunkHash(sha256, fileSalt, chunk)),
  });
const file = (comment: string, size: number, more: object = {}) => {
  const chunks = chunksOf(fileOf(size));
  return { comment, whole: true, value: valueOf(chunks, size), file_size: size, chunk_sizes: chunks.map((chunk) => chunk.length), ...more };
};
const third = fileOf(1_500_000);
write('attachments.json', [
  file('an empty file has one empty chunk', 0),
  file('a short file', 11),
  file('exactly one chunk', 1_048_576),
  file('one byte more', 1_048_577),
  {
    ...file('refused: another file', 12),
    comment: 'refused: another file of this size',
    whole: false,
    value: valueOf([fileOf(12).map((byte) => byte ^ 1)], 12),
  },
  { ...file('', 11), comment: 'refused: a size that is one too large', whole: false, value: valueOf(chunksOf(fileOf(11)), 12) },
  {
    ...file('', 11),
    comment: 'refused: another salt',
    whole: false,
    value: { ...valueOf(chunksOf(fileOf(11)), 11), salt: toBase64url(new Uint8Array(16)) },
  },
  {
    comment: 'refused: chunks cut elsewhere than at 1 MiB',
    whole: false,
    value: valueOf([third.subarray(0, 700_000), third.subarray(700_000)], third.length),
    file_size: third.length,
    chunk_sizes: [700_000, 800_000],
  },
]);

function fromUrl(text: string): Uint8Array | undefined {
  return fromBase64(`${text.replaceAll('-', '+').replaceAll('_', '/')}${'='.repeat((4 - (text.length % 4)) % 4)}`);
}
