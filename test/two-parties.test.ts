import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { toBase64url } from '../src/base/bytes.ts';
import { CHUNK_SIZE } from '../src/base/limits.ts';
import { attachmentValue, chunkHash, chunksOf } from '../src/entry/attachment.ts';
import { announceBlob, isComplete, keepChunk, readAttachment } from '../src/node/attachments.ts';
import { nodeRandom } from '../src/node/crypto.ts';
import { advance, answerInvite, confirmSentence, makeInvite, view } from '../src/node/founding.ts';
import { loadFounding } from '../src/node/founding-record.ts';
import { tableView } from '../src/node/views/table.ts';
import { todayView } from '../src/node/views/today.ts';
import { type Representative, type Side, TwoParties, until } from './two-parties.ts';

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

test('what comes at once while a channel is founded leaves one channel with one history', async () => {
  const fresh = await TwoParties.open({ store: 'sqlite' });
  try {
    const hosts = fresh.hosts.map(({ host, url }) => ({ card: host.card, address: url }));
    const terms = { packs: [], working: ['en'], authentic: ['en'], foundBy: fresh.now() + 86_400 };
    const { a, b } = fresh;
    const { invite, note } = await makeInvite(a.node, { title: 'At once', hosts, ...terms, address: a.url }, [a.identity]);
    await answerInvite(b.node, note, { title: 'At once', address: b.url, hosts }, [b.identity]);
    await until([a.node], async () => (await view(a.node, invite)).state === 'compare');
    const read = async (side: Side): Promise<string> => (await view(side.node, invite)).read ?? '';
    const [first, second] = [await read(a), await read(b)];
    const confirm = (side: Side, typed: string) => confirmSentence(side.node, invite, typed, [side.identity]);
    await confirm(a, second);
    await until([b.node], async () => (await loadFounding(b.node, invite))?.theirs !== undefined);
    // An officer types twice, and the loops carry on what they find at the same moment.
    await Promise.all([confirm(b, first), confirm(b, first), confirm(b, first), confirm(a, second)]);
    await Promise.all([advance(a.node, invite), advance(b.node, invite), advance(b.node, invite)]);
    await until([a.node, b.node], async () => [a, b].every(({ node }) => node.channels.length === 1));
    const channels = [a, b].map(({ node }) => node.channels[0]);
    await until(
      [a.node, b.node],
      async () => (await Promise.all(channels.map((channel) => channel?.own.isOpen()))).every(Boolean),
      'an open channel',
    );
    for (const channel of channels) assert.equal(channel?.own.stopped, undefined);
  } finally {
    await fresh.close();
  }
});

test('whoever withholds receipts delays the start of a duty, visibly, and no further', async () => {
  let clock = Math.floor(Date.now() / 1000);
  const timed = await TwoParties.found({ now: () => clock });
  try {
    const clara = await timed.accredit(timed.a, 'Clara');
    await timed.settled();
    await timed.b.hang();
    await timed.say(clara, { kind: 'request', fields: { request_type: 'information', subject: 'Logs', text: 'Please.' } });
    const owed = async () => (await todayView(timed.a.node)).awaitingThem[0]?.due;
    const witnessed = async () => (await tableView(timed.of(timed.a), undefined, 1)).rows[0]?.witnessed === true;
    await until([timed.a.node], witnessed, 'the host');
    assert.equal((await owed())?.receiptOwedSince, undefined);
    const since = clock;
    clock += 61;
    timed.a.node.exchange.resubmit();
    await until([timed.a.node], async () => (await owed())?.receiptOwedSince !== undefined, 'the stamp');
    assert.deepEqual([(await owed())?.status, (await owed())?.receiptOwedSince], ['not_started', since]);
    await timed.b.answer();
    timed.a.node.exchange.resubmit();
    await until([timed.a.node, timed.b.node], async () => (await owed())?.status === 'running', 'the receipt');
    assert.equal((await owed())?.startedAt, clock);
  } finally {
    await timed.close();
  }
});
