import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { toBase64url } from '../src/base/bytes.ts';
import { CHUNK_SIZE } from '../src/base/limits.ts';
import { attachmentValue, chunkHash, chunksOf } from '../src/entry/attachment.ts';
import { announceBlob, isComplete, keepChunk, readAttachment } from '../src/node/attachments.ts';
import { nodeRandom } from '../src/node/crypto.ts';
import { type Representative, TwoParties, until } from './two-parties.ts';

let two: TwoParties;
let anna: Representative;
let boris: Representative;

before(async () => {
  two = await TwoParties.found();
  anna = await two.accredit(two.a, 'Anna');
  boris = await two.accredit(two.b, 'Boris');
});
after(() => two.close());

test('what one side says is held by the other, and both compute the same', async () => {
  const id = await two.say(anna, { kind: 'message', fields: { subject: 'Hello', text: 'Can you read this?' } });
  await two.settled();
  const rows = await two.of(two.b).store.tableBefore(two.channel, undefined, 10, []);
  const row = rows.find((one) => toBase64url(one.id) === id);
  assert.equal(row?.valid, true);
});

test('a request and its answer are stamped on both sides', async () => {
  const id = await two.say(anna, { kind: 'request', fields: { request_type: 'information', subject: 'Pipeline', text: 'What happened?' } });
  await two.settled();
  await two.say(boris, { kind: 'reply', refs: [id], fields: { disposition: 'met', final: true, text: 'This did.' } });
  await two.settled();
  const rows = await two.of(two.a).store.matterVerdicts(two.channel, Buffer.from(id, 'base64url'));
  assert.deepEqual(rows.map((row) => row.type).sort(), ['reply', 'request', 'stamp', 'stamp']);
});

test('a file crosses chunk by chunk, and the addressee says so', async () => {
  const bytes = nodeRandom(2 * CHUNK_SIZE + 17);
  const salt = nodeRandom(16);
  const chunks = chunksOf(bytes);
  const hashes = chunks.map((chunk) => chunkHash(two.crypto.sha256, salt, chunk));
  const value = attachmentValue(two.crypto.sha256, { salt, size: bytes.length, media: 'application/octet-stream', name: 'trace.bin', hashes });
  await announceBlob(two.of(two.a), value);
  for (const [i, chunk] of chunks.entries()) await keepChunk(two.of(two.a), value.root, i, chunk);
  assert.equal(await isComplete(two.of(two.a), value.root), true);
  await two.say(anna, { kind: 'message', fields: { subject: 'File', text: 'See the file.', attachments: [value] } });
  await until([two.b.node], () => isComplete(two.of(two.b), value.root), 'the file');
  assert.deepEqual(await readAttachment(two.of(two.b), value.root), bytes);
  await two.settled();
  const rows = await two.of(two.a).store.tableBefore(two.channel, undefined, 10, []);
  assert.ok(rows.some((row) => row.type === 'blob_held' && row.valid));
});

test('an outage delays and loses nothing', async () => {
  await two.b.hang();
  const id = await two.say(anna, { kind: 'message', fields: { subject: 'Later', text: 'For when you are back.' } });
  await until([two.a.node], async () => two.a.node.exchange.status(two.channel, 'party', 1).reachable === false, 'the outage');
  await two.b.answer();
  await two.settled();
  const [row] = await two.of(two.b).store.verdicts(two.channel, [Buffer.from(id, 'base64url')]);
  assert.equal(row?.valid, true);
});
