import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { concatAll, fromBase64url, fromUtf8, toBase64, toBase64url, utf8 } from '../src/base/bytes.ts';
import { CHUNK_SIZE } from '../src/base/limits.ts';
import { sayIn } from '../src/base/phrases.ts';
import { attachmentValue, chunkHash, chunksOf } from '../src/entry/attachment.ts';
import { leavesByName } from '../src/entry/body.ts';
import { announceBlob, attachmentChunk, isComplete, keepChunk } from '../src/node/attachments.ts';
import { comingPlaces, givenBy, keepGiven } from '../src/node/coming-chunks.ts';
import { nodeRandom } from '../src/node/crypto.ts';
import { recordBytes } from '../src/node/party-node.ts';
import { peopleApp } from '../src/node/people-door.ts';
import { documentView } from '../src/node/views/document.ts';
import { tableView } from '../src/node/views/table.ts';
import { todayView } from '../src/node/views/today.ts';
import { chunkPlace } from '../src/sync/chunk-place.ts';
import { exportRecord } from '../src/sync/export.ts';
import { verifyFile } from '../src/verify/verify-file.ts';
import { Erasing } from './erasing.ts';
import { type Representative, type Side, until } from './two-parties.ts';

const say = sayIn('en');
const erasing = await Erasing.found();
const { two, anna, boris } = erasing;
after(() => erasing.close());

const stands = (side: 'a' | 'b', words: string): boolean => erasing.stands(side, words);
const gone = (side: Side, id: string, names: readonly string[]) => erasing.gone(side, id, names);

async function erase(person: Representative, id: string, names: readonly string[], basis = 'Sent by mistake.'): Promise<string> {
  return two.say(person, { kind: 'body_erased', refs: [id], fields: { ...(await gone(person.side, id, names)), basis } });
}

async function exported(side: Side): Promise<Uint8Array> {
  const charterNote = recordBytes(side.node.record(two.channel).note);
  const parts: Uint8Array[] = [];
  for await (const part of exportRecord(two.of(side).replica, { charterNote, packs: [], files: [] })) parts.push(part);
  return concatAll(parts);
}

async function sentences(side: Side): Promise<readonly string[]> {
  const verdict = await verifyFile(two.crypto, await exported(side));
  assert.equal(verdict.verdict, 'verified', JSON.stringify(verdict.sentences));
  return verdict.sentences.map(({ phrase }) => say(phrase));
}

/** The digest of all matters without the heads, which every act moves. */
async function matters(side: Side): Promise<ReadonlyMap<string, string>> {
  return new Map((await two.of(side).store.matters(two.channel)).map((row) => [toBase64url(row.id), row.state]));
}

test('an erased field is gone from both stores and both screens, while verdict, matter and proofs stand', async () => {
  const secret = 'the-name-that-must-go-5d1f';
  const id = await two.say(anna, { kind: 'message', fields: { subject: 'Pipeline', text: `It was ${secret}.` } });
  await two.settled();
  assert.ok(stands('a', secret) && stands('b', secret));
  const heads = await two.of(two.a).heads();
  const act = await erase(anna, id, ['text']);
  assert.ok(!stands('a', secret), 'on the author’s node at once');
  await two.settled();
  assert.ok(!stands('b', secret), 'and on the other side once it was read there');
  assert.equal(await two.of(two.a).digest(), await two.of(two.b).digest());
  for (const side of [two.a, two.b]) {
    const view = await documentView(two.of(side), id);
    assert.deepEqual([view.fields.subject, view.fields.text, view.erased, view.row.valid], ['Pipeline', undefined, ['text'], true]);
    assert.deepEqual([view.row.erased?.entry, view.row.erased?.count], [act, 1]);
    const [erasure] = view.erasures;
    assert.deepEqual([erasure?.field, erasure?.by?.signer], ['text', 'Anna']);
    assert.deepEqual(
      erasure?.holders.map(({ party, state }) => [party, state]),
      [
        [0, 'says_gone'],
        [1, 'told'],
      ],
    );
    const said = await sentences(side);
    assert.ok(said.includes('1 field erased by Alpha, which is not an alteration'), said.join('\n'));
    assert.ok(!said.some((sentence) => sentence.includes('withheld')));
  }
  const log = await two.of(two.b).store.log(heads[0]?.origin ?? '');
  assert.deepEqual(Buffer.from(await two.of(two.b).store.rootAt(log?.origin ?? '', heads[0]?.size ?? 0)), Buffer.from(heads[0]?.root ?? []));
});

test('the other side’s own act says that it holds a field no more, and nothing about anybody else', async () => {
  const id = await two.say(anna, { kind: 'message', fields: { subject: 'Names', text: 'kept-by-alpha-77aa' } });
  await two.settled();
  const before = await matters(two.a);
  await erase(boris, id, ['text'], 'Our own rules ask for it.');
  await two.settled();
  assert.ok(stands('a', 'kept-by-alpha-77aa') && !stands('b', 'kept-by-alpha-77aa'));
  const [ours, theirs] = [await documentView(two.of(two.a), id), await documentView(two.of(two.b), id)];
  assert.deepEqual([ours.fields.text, theirs.fields.text, ours.row.erased], ['kept-by-alpha-77aa', undefined, undefined]);
  const [erasure] = ours.erasures;
  assert.deepEqual([erasure?.by, erasure?.holders.map(({ state }) => state)], [undefined, ['holds', 'says_gone']]);
  assert.ok((await sentences(two.b)).includes('1 field of Alpha not in this file: Beta says that it holds it no more'));
  assert.ok((await sentences(two.a)).every((sentence) => !sentence.includes('no more')));
  assert.equal(await two.of(two.a).digest(), await two.of(two.b).digest());
  // Its own component grew by the act, and nothing else moved.
  const now = await matters(two.a);
  for (const [matter, state] of before) if (matter !== id) assert.equal(now.get(matter), state);
});

test('a text erased before the other side ever held it is receipted with its hashes, and only because the erasure stands above it', async () => {
  await two.b.hang();
  const id = await two.say(anna, {
    kind: 'request',
    fields: { request_type: 'information', subject: 'Never arrives 9b3c', text: 'Nor does this 9b3c.' },
  });
  const act = await erase(anna, id, ['subject', 'text']);
  await until([two.a.node], async () => two.a.node.exchange.status(two.channel, 'party', 1).reachable === false, 'the outage');
  await two.b.answer();
  // Its next try may be as far away as this test has patience, where saying the two took long.
  two.a.node.exchange.wake(two.channel);
  await two.settled();
  assert.ok(!stands('b', '9b3c'));
  const view = await documentView(two.of(two.b), id);
  assert.deepEqual([view.row.valid, view.row.delivery, [...view.erased].sort()], [true, 'held', ['subject', 'text']]);
  assert.equal((await documentView(two.of(two.a), act)).row.delivery, 'held');
  assert.equal(view.row.due?.status, 'running', 'frame fields came, so that the duty stands');
  assert.equal(await two.of(two.a).digest(), await two.of(two.b).digest());
});

test('a withheld leaf without an erasure above it jams its author’s receipts until the whole text comes', async () => {
  const signed = await two.sign(anna, { kind: 'message', fields: { subject: 'Decoy', text: 'Opened later.', marking: 'green' } });
  await two.b.hang();
  await two.of(two.a).append({ bytes: signed.bytes, body: signed.body });
  const { store } = two.of(two.a);
  const [head] = await two.of(two.a).heads();
  const origin = head?.origin ?? '';
  const index = (head?.size ?? 0) - 1;
  const leaf = leavesByName(two.crypto.sha256, signed.body).get('text') ?? '';
  const lines = (fromUtf8(signed.body) ?? '').split('\n').map((line) => (line.includes('"/text"') ? `#${leaf}` : line));
  await store.erase({ bodies: [{ origin, index, body: utf8(lines.join('\n')) }], blobs: [], locals: [] });
  await two.b.answer();
  two.a.node.exchange.wake(two.channel);
  await until([two.a.node, two.b.node], async () => ((await two.of(two.b).store.log(origin))?.size ?? 0) > index, 'the entry');
  assert.equal((await two.of(two.b).store.log(origin))?.openedSize, index, 'held, not opened');
  // An erasure that names another leaf excuses nothing.
  await two.say(anna, {
    kind: 'body_erased',
    refs: [signed.id],
    fields: { entry: signed.id, pointers: ['/ref'], leaves: [toBase64url(new Uint8Array(32))], basis: 'No.' },
  });
  await until([two.a.node, two.b.node], async () => ((await two.of(two.b).store.log(origin))?.size ?? 0) > index + 1, 'the act');
  assert.equal((await two.of(two.b).store.log(origin))?.openedSize, index);
  // Its author mends it: what was withheld comes, or is erased in truth.
  await two.say(anna, {
    kind: 'body_erased',
    refs: [signed.id],
    fields: { entry: signed.id, pointers: ['/text'], leaves: [leaf], basis: 'Erased.' },
  });
  await two.settled();
  const log = await two.of(two.b).store.log(origin);
  assert.equal(log?.openedSize, log?.size);
});

test('files that only an erased field named go with it; a file that another document names stays', async () => {
  const file = async (words: string) => {
    const bytes = utf8(`${words} ${'x'.repeat(2000)}`);
    const salt = nodeRandom(16);
    const chunks = chunksOf(bytes);
    const hashes = chunks.map((chunk) => chunkHash(two.crypto.sha256, salt, chunk));
    const value = attachmentValue(two.crypto.sha256, { salt, size: bytes.length, media: 'text/plain', name: `${words}.txt`, hashes });
    await announceBlob(two.of(two.a), value);
    for (const [i, chunk] of chunks.entries()) await keepChunk(two.of(two.a), value.root, i, chunk);
    return value;
  };
  const [goes, stays] = [await file('file-that-goes-31c0'), await file('file-that-stays-31c0')];
  const id = await two.say(anna, { kind: 'message', fields: { subject: 'Files', text: 'Two.', attachments: [goes, stays] } });
  await two.say(anna, { kind: 'message', fields: { subject: 'File', text: 'One.', attachments: [stays] } });
  await until([two.b.node], async () => (await isComplete(two.of(two.b), goes.root)) && isComplete(two.of(two.b), stays.root), 'the files');
  await two.settled();
  await erase(anna, id, ['attachments']);
  await two.settled();
  for (const name of ['a', 'b'] as const) {
    assert.ok(!stands(name, 'file-that-goes-31c0'), `${name} holds nothing of it, not even its name`);
    assert.ok(stands(name, 'file-that-stays-31c0'));
  }
  for (const side of [two.a, two.b]) {
    assert.equal(await attachmentChunk(two.of(side), goes.root, 0), undefined);
    assert.equal(await isComplete(two.of(side), stays.root), true);
    assert.deepEqual((await documentView(two.of(side), id)).attachments, []);
  }
});

test('of a file that is still coming nothing stays either, whoever gave it', async () => {
  const word = 'file-half-here-77aa';
  const bytes = new Uint8Array(CHUNK_SIZE + 1000);
  bytes.set(utf8(word), 0);
  const salt = nodeRandom(16);
  const chunks = chunksOf(bytes);
  const hashes = chunks.map((chunk) => chunkHash(two.crypto.sha256, salt, chunk));
  const value = attachmentValue(two.crypto.sha256, { salt, size: bytes.length, media: 'text/plain', name: 'half.txt', hashes });
  await announceBlob(two.of(two.a), value);
  const first = chunks[0] ?? assert.fail();
  await keepChunk(two.of(two.a), value.root, 0, first);
  const id = await two.say(anna, { kind: 'message', fields: { subject: 'File', text: 'One.', attachments: [value] } });
  const b = two.of(two.b);
  await until([two.b.node], async () => (await givenBy(b, value, 0)).length === 1, 'its beginning');
  // As from a third party, who is asked as well.
  await keepGiven(b, value, 1, 0, first);
  const places = [chunkPlace(two.crypto.sha256, b.id, fromBase64url(value.root, 32) ?? assert.fail()), ...comingPlaces(b.replica, value)];
  const held = async () => (await Promise.all(places.map((place) => b.store.heldChunks(place)))).map(({ length }) => length);
  assert.deepEqual(await held(), [1, 0, 1]);
  assert.ok(stands('b', word));
  await erase(anna, id, ['attachments']);
  await two.settled();
  assert.deepEqual(await held(), [0, 0, 0]);
  assert.ok(!stands('b', word));
});

test('nobody erases what they did not say, nor a field of the frame, and the own door says why', async () => {
  const id = await two.say(anna, { kind: 'message', fields: { subject: 'Ours', text: 'Ours.' } });
  await two.settled();
  const fields = await gone(two.a, id, ['marking']);
  await assert.rejects(two.say(anna, { kind: 'body_erased', refs: [id], fields: { ...fields, basis: 'No.' } }), /never erased or corrected/);
  const changed = { entry: id, pointers: ['/text'], values: ['Theirs.'] };
  await assert.rejects(two.say(boris, { kind: 'correction', refs: [id], fields: changed }), /does not stand before it/);
  await assert.rejects(two.say(boris, { kind: 'withdrawal', refs: [id], fields: { entry: id } }), /does not stand before it/);
  await assert.rejects(two.say(anna, { kind: 'withdrawal', refs: [], fields: { entry: id } }), /not what it answers/);
  assert.equal((await documentView(two.of(two.b), id)).fields.text, 'Ours.');
});

test('a correction reaches the other side; both versions stay and name each other', async () => {
  const id = await two.say(anna, { kind: 'message', fields: { subject: 'Figure', text: 'There were 12.' } });
  const fields = { entry: id, pointers: ['/text', '/ref'], values: ['There were 21.', 'A-7'], reason: 'A slip of the pen.' };
  const correction = await two.say(anna, { kind: 'correction', refs: [id], fields });
  await two.settled();
  for (const side of [two.a, two.b]) {
    const view = await documentView(two.of(side), id);
    assert.deepEqual([view.fields.text, view.row.corrected?.entry], ['There were 12.', correction]);
    const changes = [
      { field: 'text', before: 'There were 12.', after: 'There were 21.' },
      { field: 'ref', after: 'A-7' },
    ];
    assert.deepEqual(view.corrections[0]?.changes, changes);
    const own = await documentView(two.of(side), correction);
    assert.deepEqual([own.aboutEntry, own.changes], [id, changes]);
  }
});

test('withdrawn and replied: both are shown, and the duty is over; who takes an answer back owes it again', async () => {
  const ask = (subject: string) => two.say(anna, { kind: 'request', fields: { request_type: 'information', subject, text: 'Please.' } });
  const [taken, kept] = [await ask('Taken back'), await ask('Kept')];
  await two.settled();
  const owed = async (side: Side) =>
    [...(await todayView(side.node)).awaitingUs, ...(await todayView(side.node)).awaitingThem].map(({ due }) => due.entry);
  assert.ok((await owed(two.b)).includes(taken));
  const withdrawal = await two.say(anna, { kind: 'withdrawal', refs: [taken], fields: { entry: taken, reason: 'Overtaken.' } });
  await two.settled();
  for (const side of [two.a, two.b]) {
    assert.ok(!(await owed(side)).includes(taken) && (await owed(side)).includes(kept));
    const view = await documentView(two.of(side), taken);
    assert.deepEqual([view.row.due?.status, view.row.withdrawn?.entry, view.withdrawal?.reason], ['withdrawn', withdrawal, 'Overtaken.']);
  }
  const answer = { disposition: 'met', final: true, text: 'All the same.' };
  const reply = await two.say(boris, { kind: 'reply', refs: [taken], fields: answer });
  await two.settled();
  const rows = (await tableView(two.of(two.a), undefined, 100)).rows;
  assert.ok(rows.find((row) => row.id === reply)?.valid);
  assert.equal(rows.find((row) => row.id === taken)?.due?.status, 'met');
  const second = await two.say(boris, { kind: 'reply', refs: [kept], fields: answer });
  await two.settled();
  assert.ok(!(await owed(two.a)).includes(kept));
  await two.say(boris, { kind: 'withdrawal', refs: [second], fields: { entry: second } });
  await two.settled();
  assert.ok((await owed(two.a)).includes(kept) && (await owed(two.b)).includes(kept));
});

test('our own door refuses to withdraw what is withdrawn already, but not the same bytes again; a second one in a log changes nothing', async () => {
  const id = await two.say(anna, { kind: 'message', fields: { subject: 'Once', text: 'And no more.' } });
  const app = await peopleApp(two.a.node);
  const sign = () => two.sign(anna, { kind: 'withdrawal', refs: [id], fields: { marking: 'green', entry: id } });
  const post = async ({ bytes, body }: Awaited<ReturnType<typeof sign>>) => {
    const headers = { host: 'localhost:8080', authorization: `Bearer ${app.operatorToken}` };
    const payload = { entry: toBase64(bytes), body: toBase64(body) };
    const answer = await app.app.inject({ method: 'POST', url: `/api/channels/${two.channel}/entries`, headers, payload });
    return { status: answer.statusCode, code: answer.json<{ code?: string }>().code };
  };
  const first = await sign();
  assert.deepEqual(await post(first), { status: 200, code: undefined });
  assert.deepEqual(await post(first), { status: 200, code: undefined }, 'whoever did not hear that it arrived sends it again');
  assert.deepEqual(await post(await sign()), { status: 409, code: 'withdrawn' });
  await app.app.close();
  await two.say(anna, { kind: 'withdrawal', refs: [id], fields: { entry: id } });
  await two.settled();
  assert.equal((await documentView(two.of(two.b), id)).withdrawal?.entry, first.id);
  assert.equal(await two.of(two.a).digest(), await two.of(two.b).digest());
});

test('what an earlier generation of a log says is corrected, withdrawn and erased from the one that is written now', async () => {
  const id = await two.say(anna, { kind: 'message', fields: { subject: 'Older', text: 'said-in-the-first-log-4d21' } });
  await two.settled();
  await two.b.hang();
  const unheld = await two.say(anna, { kind: 'message', fields: { subject: 'Not held', text: 'Yet.' } });
  await two.openGeneration(two.a);
  await assert.rejects(erase(anna, unheld, ['text']), /can be erased once they do/);
  await two.b.answer();
  two.a.node.exchange.resubmit();
  await two.acknowledge();
  await erase(anna, id, ['text']);
  await two.say(anna, { kind: 'withdrawal', refs: [id], fields: { entry: id } });
  await two.settled();
  assert.ok(!stands('a', 'said-in-the-first-log-4d21') && !stands('b', 'said-in-the-first-log-4d21'));
  for (const side of [two.a, two.b]) {
    const view = await documentView(two.of(side), id);
    assert.deepEqual([view.erased, view.row.withdrawn !== undefined, view.erasures[0]?.holders[1]?.state], [['text'], true, 'told']);
    await sentences(side);
  }
  await erase(anna, unheld, ['text']);
  await two.settled();
  assert.equal(await two.of(two.a).digest(), await two.of(two.b).digest());
});
