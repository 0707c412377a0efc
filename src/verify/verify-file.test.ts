import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { equal, fromHex, toBase64url, utf8 } from '../base/bytes.ts';
import { attachmentValue, chunkHash, chunksOf } from '../entry/attachment.ts';
import { type BundleItem, formatBundle, parseBundle } from '../entry/bundle.ts';
import { signAsIdentity } from '../entry/identity-note.ts';
import { testCrypto as crypto, type TestChannel, testChannel, testParty, testPerson, textOf } from '../node/fixtures-channel.ts';
import { leafOf, TestRecord } from '../node/fixtures-record.ts';
import { formatLogProof, parseLogProof } from '../tlog/proof.ts';
import { type FileVerdict, verifyFile } from './verify-file.ts';

const on = await testChannel([testParty('Alpha', 10, 3, 2), testParty('Beta', 20)]);
const [petrova, miller] = [testPerson('Petrova'), testPerson('Miller')];

const file = new Uint8Array(1_500_000).map((_, i) => i % 251);
const salt = new Uint8Array(16).fill(5);
const chunks = chunksOf(file);
const hashes = chunks.map((chunk) => chunkHash(crypto.sha256, salt, chunk));
const attached = attachmentValue(crypto.sha256, { salt, size: file.length, media: 'application/pdf', name: 'report.pdf', hashes });

/** Two logs with somebody on each side, a void entry, and a file announced. */
async function talk(channel: TestChannel = on): Promise<TestRecord> {
  const record = new TestRecord(channel);
  await record.accredit(0, petrova);
  await record.accredit(1, miller);
  const request = await record.message(0, petrova, 'A word');
  await record.message(1, miller, 'An answer', { refs: [request.id] });
  await record.message(1, testPerson('Nobody'), 'Nobody speaks');
  record.append(1, leafOf(utf8('these bytes are no entry')));
  await record.message(0, petrova, 'With a file', { fields: { subject: 'a', text: 'b', attachments: [attached], marking: 'green' } });
  return record;
}

const record = await talk();
const items = await record.exportItems();
const whole = formatBundle(items);
const proof = await record.proof(0, 2, petrova.key.publicKey, ['text']);
const check = (bytes: Uint8Array): Promise<FileVerdict> => verifyFile(crypto, bytes);
const failed = (verdict: FileVerdict): readonly string[] => verdict.sentences.filter(({ ok }) => ok === false).map(({ phrase }) => phrase.id);
/** All that a verdict says, so that two can be compared. */
const saying = ({ verdict, sentences, entries, proved }: FileVerdict): string =>
  JSON.stringify([verdict, sentences, entries?.map(({ id, valid, findings }) => [id, valid, findings]), [...(proved?.documents[0]?.fields ?? [])]]);

test('a whole record verifies: both logs, receipts, witnesses, every entry judged', async () => {
  const verdict = await check(whole);
  assert.equal(verdict.verdict, 'verified');
  assert.equal(verdict.format, 'record');
  assert.equal(verdict.entries?.length, record.size(0) + record.size(1));
  assert.deepEqual(
    verdict.entries.filter(({ valid }) => !valid).map(({ party, findings }) => [party, findings[0]?.id]),
    [
      [1, 'void.not_accredited'],
      [1, 'void.not_an_entry'],
    ],
  );
});

test('a proof verifies, with what is withheld said to be withheld', async () => {
  const verdict = await check(proof);
  assert.equal(verdict.verdict, 'verified');
  assert.deepEqual(
    [...(verdict.proved?.documents[0]?.fields ?? [])],
    [
      ['subject', 'A word'],
      ['marking', 'green'],
    ],
  );
  assert.equal(verdict.proved?.documents[0]?.withheld, 1);
});

test('no one-byte change of a record or a proof verifies as the same', async () => {
  for (const bytes of [whole, proof]) {
    const expected = saying(await check(bytes));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = bytes.slice();
        changed[at] = (changed[at] as number) ^ flip;
        assert.notEqual(saying(await check(changed)), expected, `byte ${at}`);
      }),
      { numRuns: 250 },
    );
  }
});

test('a record cut between two items says what is not in it; a cut, doubled or random file is not verified, and nothing throws', async () => {
  for (let count = 1; count < items.length; count++) {
    const cut = await check(formatBundle(items.slice(0, count)));
    const missing = cut.sentences.some(({ ok, phrase }) => ok === null && ['verify.log_missing', 'verify.entries_unread'].includes(phrase.id));
    assert.ok(cut.verdict === 'not-verified' || missing, `${count} items`);
  }
  const ends = new Set(items.map((_, count) => formatBundle(items.slice(0, count)).length));
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: whole.length - 1 }), async (size) => {
      if (!ends.has(size)) assert.equal((await check(whole.subarray(0, size))).verdict, 'not-verified');
    }),
    { numRuns: 60 },
  );
  const starts = fc.constantFrom('', 'parley-bundle/1\n', 'c2sp.org/tlog-proof@v1\n', 'parley-bundle/1\ncharter 2\n{}\n');
  await fc.assert(
    fc.asyncProperty(starts, fc.uint8Array({ maxLength: 400 }), async (start, rest) => {
      assert.equal((await check(new Uint8Array([...utf8(start), ...rest]))).verdict, 'not-verified');
    }),
    { numRuns: 200 },
  );
  assert.equal((await check(new Uint8Array([...whole, ...whole]))).verdict, 'not-verified');
});

test('a proof cut anywhere is not verified, or says no more than the signatures that are left', async () => {
  // Signature lines stand last and each is a statement of its own: without the last of them a proof is a whole one that says less.
  const text = new TextDecoder().decode(proof);
  const betweenSignatures = new Set(Array.from(text.matchAll(/\n(?=— )/g), ({ index }) => utf8(text.slice(0, index + 1)).length));
  for (const size of [...betweenSignatures, ...Array.from({ length: 60 }, (_, i) => proof.length - 1 - i * 449)]) {
    const cut = await check(proof.subarray(0, size));
    if (!betweenSignatures.has(size)) assert.equal(cut.verdict, 'not-verified', `${size} bytes`);
    const said = cut.sentences.filter(({ ok }) => ok === true).map(({ phrase }) => phrase.id);
    assert.ok(cut.verdict === 'not-verified' || !said.includes('verify.witness'), `${size} bytes`);
  }
  const whole = (await check(proof)).sentences.filter(({ ok }) => ok === true).map(({ phrase }) => phrase.id);
  assert.deepEqual(whole, ['verify.charter', 'verify.signed', 'verify.in_log', 'verify.held', 'verify.witness']);
});

/** The record with items changed: `undefined` takes one out. */
function changedRecord(change: (item: BundleItem) => BundleItem | undefined, more: readonly BundleItem[] = []): Promise<FileVerdict> {
  return check(formatBundle([...items.flatMap((item) => change(item) ?? []), ...more]));
}

test('a charter of another channel, or one that lacks a party’s threshold, is not verified', async () => {
  const other = await testChannel([testParty('Alpha', 11, 3, 2), testParty('Beta', 21)]);
  assert.equal((await changedRecord((item) => (item.name === 'charter' ? { ...item, bytes: other.charterNote } : item))).verdict, 'not-verified');
  const [first, second, third] = on.parties[0]?.identity ?? [];
  const [theirs] = on.parties[1]?.identity ?? [];
  assert.ok(first && second && third && theirs);
  const signedBy = async (...signers: readonly (typeof first)[]): Promise<string> => {
    const bytes = await signAsIdentity(crypto.sha256, `${on.channel.charter.text}\n`, signers);
    return (await changedRecord((item) => (item.name === 'charter' ? { ...item, bytes } : item))).verdict;
  };
  assert.equal(await signedBy(first, third, theirs), 'verified');
  assert.equal(await signedBy(first, theirs), 'not-verified');
  assert.equal(await signedBy(first, second), 'not-verified');
  assert.equal(await signedBy(first, second, theirs, ...(other.parties[0]?.identity ?? [])), 'not-verified', 'a stranger signed beside');
});

test('a pair with one of its lines stripped is no receipt and no witness, and the rest stands', async () => {
  const strip = (item: BundleItem): BundleItem => {
    if (!item.name.endsWith('/checkpoint')) return item;
    const lines = textOf(item.bytes).split('\n');
    return { ...item, bytes: utf8(lines.filter((line) => !/\/(held|witness) /.test(line) || line.length > 1000).join('\n')) };
  };
  const verdict = await changedRecord(strip);
  assert.equal(verdict.verdict, 'verified');
  const ids = verdict.sentences.map(({ phrase }) => phrase.id);
  assert.ok(ids.includes('verify.not_held') && ids.includes('verify.not_witness'));
  assert.ok(!ids.includes('verify.held') && !ids.includes('verify.witness'));
});

test('a log without one of its own two signatures is not verified', async () => {
  for (const long of [true, false]) {
    const verdict = await changedRecord((item) => {
      if (!item.name.endsWith('/checkpoint')) return item;
      const [text, lines = ''] = textOf(item.bytes).split('\n\n');
      const kept = lines.split('\n').filter((line) => / parley\.v1\/[0-9a-f]+ /.test(line) === false || line.length > 1000 === long);
      return { ...item, bytes: utf8(`${text}\n\n${kept.join('\n')}`) };
    });
    assert.equal(verdict.verdict, 'not-verified');
  }
});

test('a text that is missing stops the judging of its log there, and says so', async () => {
  const first = items.find(({ name }) => name.startsWith('bodies/'));
  const verdict = await changedRecord((item) => (item === first ? undefined : item));
  assert.equal(verdict.verdict, 'verified');
  assert.ok(verdict.sentences.some(({ ok, phrase }) => ok === null && phrase.id === 'verify.entries_unread'));
});

test('nothing stands in a record beside what is verified in it', async () => {
  const stray: readonly BundleItem[] = [
    { name: 'more', bytes: utf8('more') },
    { name: `packs/${toBase64url(crypto.sha256(utf8('a pack')))}`, bytes: utf8('a pack') },
    { name: `bodies/${toBase64url(new Uint8Array(32))}`, bytes: utf8('["AAAAAAAAAAAAAAAAAAAAAA"]\n') },
    { name: `cards/${toBase64url(crypto.sha256(utf8(testParty('Gamma', 40).card.text)))}`, bytes: utf8(testParty('Gamma', 40).card.text) },
    { name: `chunks/${toBase64url(new Uint8Array(32))}/0`, bytes: utf8('a chunk') },
    { name: `chunks/${attached.root}/2`, bytes: utf8('a third of two') },
    { name: `chunks/${attached.root}/00`, bytes: utf8('another name') },
  ];
  for (const item of stray) assert.equal((await changedRecord((one) => one, [item])).verdict, 'not-verified', item.name);
});

test('files in a record are verified chunk by chunk where they are whole', async () => {
  const of = (list: readonly Uint8Array[]): readonly BundleItem[] => list.map((bytes, i) => ({ name: `chunks/${attached.root}/${i}`, bytes }));
  const all = await changedRecord((one) => one, of(chunks));
  assert.equal(all.verdict, 'verified');
  assert.ok(all.sentences.some(({ ok, phrase }) => ok === true && phrase.id === 'verify.file'));
  const altered = chunks.map((chunk, i) => (i === 1 ? chunk.map((byte) => byte ^ 1) : chunk));
  assert.deepEqual(failed(await changedRecord((one) => one, of(altered))), ['verify.file_altered']);
  const part = await changedRecord((one) => one, of(chunks.slice(0, 1)));
  assert.equal(part.verdict, 'verified');
  assert.ok(part.sentences.some(({ ok, phrase }) => ok === null && phrase.id === 'verify.file_part'));
});

/** A proof of the last entry of Alpha's log with parts of its bundle changed. */
async function changedProof(made: TestRecord, key: Uint8Array, change: (list: BundleItem[]) => BundleItem[]): Promise<FileVerdict> {
  const parsed = parseLogProof(await made.proof(0, made.size(0) - 1, key));
  assert.ok('proof' in parsed);
  const bundle = parseBundle(parsed.proof.extra ?? new Uint8Array());
  assert.ok('items' in bundle);
  return check(formatLogProof({ ...parsed.proof, extra: formatBundle(change([...bundle.items])) }));
}

test('a proof of an entry with a decoy, two values under one name, is not verified', async () => {
  const made = await talk();
  await made.message(0, petrova, 'twice', {
    fields: [
      ['subject', 'a'],
      ['text', 'yes'],
      ['text', 'no'],
      ['marking', 'green'],
    ],
  });
  assert.equal((await changedProof(made, petrova.key.publicKey, (list) => list)).verdict, 'not-verified');
});

test('a proof carries what is verified in it and nothing else', async () => {
  const made = await talk();
  const key = petrova.key.publicKey;
  assert.equal((await changedProof(made, key, (list) => list)).verdict, 'verified');
  const more = { name: 'more', bytes: utf8('more') };
  assert.equal((await changedProof(made, key, (list) => [...list, more])).verdict, 'not-verified');
  for (const gone of ['charter', 'entry', 'body', 'key'])
    assert.equal((await changedProof(made, key, (list) => list.filter(({ name }) => name !== gone))).verdict, 'not-verified', gone);
  const other = utf8(testParty('Gamma', 40).card.text);
  const stray = { name: `cards/${toBase64url(crypto.sha256(other))}`, bytes: other };
  assert.equal((await changedProof(made, key, (list) => [...list, stray])).verdict, 'not-verified');
});

test('a proof names the true signer: another key, or one that nobody can hold, is not verified', async () => {
  const made = await talk();
  assert.equal((await changedProof(made, miller.key.publicKey, (list) => list)).verdict, 'not-verified');
  // The identity point: anybody makes its signatures. (R a point of any order, S such that the equation holds.)
  const weak = fromHex(`01${'00'.repeat(31)}`) ?? assert.fail();
  assert.equal((await changedProof(made, weak, (list) => list)).verdict, 'not-verified');
});

test('a node’s entry is proved by the node’s key on its card alone', async () => {
  const made = await talk();
  const impostor = testPerson('Impostor').key;
  made.append(0, await made.sign(0, impostor, 'node', { kind: 'gate', fields: { answers: 'none' } }));
  assert.equal((await changedProof(made, impostor.publicKey, (list) => list)).verdict, 'not-verified');
  await made.sayAsNode(0, { kind: 'gate', fields: { answers: 'none' } });
  assert.equal((await changedProof(made, on.parties[0]?.node.publicKey ?? weakKey(), (list) => list)).verdict, 'verified');
  assert.ok(!equal(impostor.publicKey, on.parties[0]?.node.publicKey ?? weakKey()));
});

function weakKey(): Uint8Array {
  return new Uint8Array(32);
}

test('a text that was changed is the file’s fault: the record is not verified', async () => {
  const verdict = await changedRecord((item) =>
    item.name.startsWith('bodies/') && textOf(item.bytes).includes('A word.')
      ? { ...item, bytes: utf8(textOf(item.bytes).replace('A word.', 'A bird.')) }
      : item,
  );
  assert.equal(verdict.verdict, 'not-verified');
  assert.deepEqual(failed(verdict), ['verify.texts_altered', 'verify.text_altered']);
});
