import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBase64, fromUtf8, toBase64url, utf8 } from '../base/bytes.ts';
import type { JsonObject } from '../base/json.ts';
import { sayIn } from '../base/phrases.ts';
import { eraseFields } from '../entry/body.ts';
import { testCrypto as crypto, testChannel, testHost, testParty, testPerson } from '../node/fixtures-channel.ts';
import { laterRecord, TestRecord } from '../node/fixtures-record.ts';
import { formatProof, type HeaderRange, type ProofContent } from './proof-file.ts';
import { sayVerdict } from './say-verdict.ts';
import { type FileVerdict, verifyFile } from './verify-file.ts';

const on = await testChannel([testParty('Alpha', 10, 3, 2), testParty('Beta', 20)], [testHost('Host', 30)]);
const petrova = testPerson('Petrova');
const clerk = testPerson('Clerk');
const miller = testPerson('Miller');
const key = petrova.key.publicKey;
const nodeKey = on.parties[0]?.node.publicKey ?? key;
const SECRET = 'the withheld sentence';
const recallAct = (actor: string): JsonObject => ({ act: 'recall', actor, for_consultations: true, reason: null, effective_at: null });

/** Alpha: charter, two accreditations, a request (3); Beta: charter, an accreditation, a reply (2). */
async function talk(): Promise<TestRecord> {
  const record = new TestRecord(on, 'proofs');
  await record.accredit(0, petrova, { may_recall: true });
  await record.accredit(0, clerk, { kinds: ['message'], marking: 'green' });
  await record.accredit(1, miller);
  const fields = { request_type: 'information', subject: 'A question', text: SECRET, marking: 'green' };
  const request = await record.say(0, petrova, { kind: 'request', fields });
  const reply = { final: true, disposition: 'met', text: `${SECRET}, answered`, marking: 'green' };
  await record.say(1, miller, { kind: 'reply', refs: [request.id], fields: reply });
  return record;
}

const of = (index: number, signer = key, withhold: readonly string[] = []) => ({ party: 0, index, key: signer, withhold });
const whole = new Map([[0, { from: 0 }]]);
const ids = (verdict: FileVerdict): string[] =>
  verdict.sentences.map(({ ok, phrase }) => `${ok === true ? '' : ok === false ? '!' : '?'}${phrase.id}`);
const expectedOf = ({ sentences }: FileVerdict): unknown => sentences[0]?.phrase.values?.expected;

/** What a reader says of a proof whose content was altered on the way. */
async function altered(content: ProofContent, change: (range: HeaderRange) => Partial<HeaderRange>): Promise<FileVerdict> {
  const ranges = content.ranges.map((range) => ({ ...range, ...change(range) }));
  return verifyFile(crypto, formatProof(crypto.sha256, { ...content, ranges }));
}

test('documents of both logs stand in one file, and each shows the fields chosen and no other', async () => {
  const record = await talk();
  const file = await record.proofOf([of(3, key, ['text', 'marking']), { party: 1, index: 2, key: miller.key.publicKey, withhold: ['text'] }]);
  const verdict = await verifyFile(crypto, file);
  assert.equal(verdict.verdict, 'verified');
  assert.deepEqual(
    verdict.proved?.documents.map(({ party, index, fields, withheld }) => [party, index, [...fields.keys()], withheld]),
    [
      [0, 3, ['request_type', 'subject'], 2],
      [1, 2, ['final', 'disposition', 'marking'], 1],
    ],
  );
  assert.deepEqual(ids(verdict), [
    'verify.charter',
    ...['verify.signed', 'verify.in_log', 'verify.held', 'verify.witness', '?verify.withheld'],
    ...['verify.signed', 'verify.in_log', 'verify.held', 'verify.witness', '?verify.withheld'],
    ...['?verify.not_proved_accredited', '?verify.not_proved_true'],
  ]);
});

test('a proof of several documents says which one each sentence is about, where it fails too, and counts entries from 1', async () => {
  const record = await talk();
  await record.say(0, clerk, { kind: 'message', fields: { subject: 'A word', text: 'Said.', marking: 'red' } });
  const both = [of(3), of(4, clerk.key.publicKey)];
  const said = sayVerdict(sayIn('en'), await verifyFile(crypto, await record.proofOf(both, whole)));
  const [failed, ...more] = said.filter(({ ok }) => ok === false).map(({ text }) => text);
  assert.match(failed ?? '', /^Document 2: Held, not accepted: /);
  assert.deepEqual(more, []);
  for (const text of [
    'Document 1: In Alpha’s log, entry 4 of 5',
    'Document 2: In Alpha’s log, entry 5 of 5',
    'Document 1: Neither corrected nor withdrawn up to entry 5 of Alpha’s log',
  ])
    assert.ok(
      said.some((one) => one.text === text),
      text,
    );
  const alone = sayVerdict(sayIn('en'), await verifyFile(crypto, await record.proofOf([of(3)], whole)));
  assert.ok(!alone.some(({ text }) => text.startsWith('Document ')));
  const content = await record.proofContent(both);
  const [first, second] = content.documents;
  assert.ok(first !== undefined && second !== undefined);
  const refusal = async (documents: ProofContent['documents']): Promise<unknown> =>
    expectedOf(await verifyFile(crypto, formatProof(crypto.sha256, { ...content, documents })));
  assert.equal(await refusal([{ ...first, key: clerk.key.publicKey }, second]), 'of document 1: the signature of the key named');
  assert.equal(await refusal([first, { ...second, key }]), 'of document 2: the signature of the key named');
});

test('what is withheld cannot be found in the file: not the value, not its salt, and no guess of it can be checked', async () => {
  const record = await talk();
  const reply = record.logs[1]?.[2];
  const file = await record.proofOf(
    [of(3, key, ['text']), { party: 1, index: 2, key: miller.key.publicKey, withhold: ['text', 'disposition'] }],
    new Map([
      [0, { from: 0 }],
      [1, { from: 1 }],
    ]),
  );
  const extra = fromBase64(/^extra (.+)$/m.exec(fromUtf8(file) ?? '')?.[1] ?? '') ?? assert.fail();
  const text = `${fromUtf8(file)}\n${Buffer.from(extra).toString('latin1')}`;
  assert.ok(text.includes('A question') && !text.includes(SECRET) && !text.includes('"met"'));
  const hidden = (fromUtf8(reply?.body ?? new Uint8Array()) ?? '').split('\n').filter((line) => /"\/(text|disposition)"/.test(line));
  assert.equal(hidden.length, 2);
  for (const line of hidden) {
    const [salt, ...said] = JSON.parse(line) as [string, string, string];
    assert.equal(salt.length, 22);
    assert.ok(!text.includes(salt));
    // A guess without the salt hashes to nothing that is in the file.
    for (const guess of [line.replace(salt, ''), JSON.stringify(said), said[1] ?? '']) {
      assert.ok(!text.includes(toBase64url(crypto.sha256(utf8(guess)))));
      assert.ok(!text.includes(toBase64url(crypto.sha256(utf8(`\0${guess}`)))));
    }
  }
});

test('with the header range from the charter on, the signer is proved accredited, then and at its end, and the document not corrected', async () => {
  const record = await talk();
  const verdict = await verifyFile(crypto, await record.proofOf([of(3)], whole));
  assert.deepEqual(ids(verdict).slice(5), [
    ...['verify.accredited', 'verify.still_accredited', 'verify.not_corrected', '?verify.not_proved_after', '?verify.not_proved_true'],
  ]);
  assert.deepEqual(verdict.proved?.ranges, [{ party: 0, from: 0, to: 4 }]);
});

test('a recall after the document is said, a recall before it makes it count for nothing', async () => {
  const record = await talk();
  await record.identity(0, recallAct(petrova.actor), { refs: [record.logs[0]?.[1]?.id ?? ''] });
  await record.message(0, petrova, 'After the recall');
  const before = await verifyFile(crypto, await record.proofOf([of(3)], whole));
  assert.equal(before.verdict, 'verified');
  assert.ok(ids(before).includes('verify.accredited') && ids(before).includes('?verify.recalled_after'));
  const after = await verifyFile(crypto, await record.proofOf([of(5)], whole));
  assert.equal(after.verdict, 'not-verified');
  assert.ok(ids(after).includes('!void.recalled'));
});

test('a signer accredited for other kinds, or for lower markings, is said not to count', async () => {
  const record = await talk();
  const request = { request_type: 'information', subject: 'More', text: 'More.', marking: 'green' };
  await record.say(0, clerk, { kind: 'request', fields: request });
  await record.message(0, clerk, 'Red', { fields: { subject: 'Red', text: 'Red.', marking: 'red' } });
  const { publicKey } = clerk.key;
  const said = async (index: number, withhold: readonly string[] = []) =>
    ids(await verifyFile(crypto, await record.proofOf([of(index, publicKey, withhold)], whole)));
  assert.ok((await said(4)).includes('!void.kind_out_of_scope'));
  assert.ok((await said(4, ['text'])).includes('!void.kind_out_of_scope'));
  assert.ok((await said(5)).includes('!void.marking_out_of_scope'));
  // Hidden, it cannot be judged, and that is said.
  const hidden = await said(5, ['marking']);
  assert.ok(hidden.includes('verify.accredited') && hidden.includes('?verify.not_proved_marking'));
});

test('an accreditation replayed after a recall accredits nobody: from the charter on it is void, and from there on nothing is said of it', async () => {
  const record = await talk();
  const note = await record.identityNote(0, { ...recallAct(petrova.actor) }, { n: 3 });
  const accreditationNote = JSON.parse((fromUtf8(record.logs[0]?.[1]?.body ?? new Uint8Array()) ?? '').split('\n')[0] ?? '')[2] as string;
  await record.sayAsNode(0, { kind: 'identity', refs: [record.logs[0]?.[1]?.id ?? ''], fields: { note } });
  await record.sayAsNode(0, { kind: 'identity', fields: { note: accreditationNote } });
  await record.message(0, petrova, 'Recalled, and speaking');
  const full = await verifyFile(crypto, await record.proofOf([of(6)], whole));
  assert.ok(full.verdict === 'not-verified' && ids(full).includes('!void.recalled'));
  const partial = ids(await verifyFile(crypto, await record.proofOf([of(6)], new Map([[0, { from: 5 }]]))));
  assert.ok(!partial.includes('verify.accredited') && partial.includes('?verify.not_proved_accredited_there'));
});

test('a range from the document on proves what came after it, and says that what came before is not proved', async () => {
  const record = await talk();
  const since = new Map([[0, { from: 3 }]]);
  assert.deepEqual(ids(await verifyFile(crypto, await record.proofOf([of(3)], since))).slice(5), [
    ...[
      'verify.not_recalled_after',
      '?verify.not_proved_accredited_there',
      'verify.not_corrected',
      '?verify.not_proved_after',
      '?verify.not_proved_true',
    ],
  ]);
  await record.say(0, petrova, {
    kind: 'recall',
    refs: [record.logs[0]?.[1]?.id ?? ''],
    fields: { actor: petrova.actor, for_consultations: true, marking: 'green' },
  });
  const recalled = ids(await verifyFile(crypto, await record.proofOf([of(3)], since)));
  assert.ok(recalled.includes('?verify.perhaps_recalled_after') && !recalled.includes('verify.not_recalled_after'));
});

test('a header range that leaves out, alters, adds, hides or moves anything is refused', async () => {
  const record = await talk();
  const recall = await record.say(0, petrova, {
    kind: 'recall',
    refs: [record.logs[0]?.[1]?.id ?? ''],
    fields: { actor: petrova.actor, for_consultations: true, reason: 'Consultations.', marking: 'green' },
  });
  await record.message(0, clerk, 'Later', { fields: { subject: 'Later', text: 'Later.', marking: 'green' } });
  const content = await record.proofContent([of(3)], whole);
  const bodies = content.ranges[0]?.bodies ?? new Map<string, Uint8Array>();
  assert.ok(bodies.has(recall.id));
  const text = bodies.get(recall.id) ?? new Uint8Array();
  const without = (id: string) => new Map([...bodies].filter(([one]) => one !== id));
  const refused: [string, (range: HeaderRange) => Partial<HeaderRange>, RegExp][] = [
    ['the recall left out of the log', ({ entries }) => ({ entries: entries.toSpliced(4, 1) }), /under its signed head/],
    ['an entry altered', ({ entries }) => ({ entries: entries.with(2, entries[1] ?? new Uint8Array()) }), /under its signed head/],
    ['an entry added', ({ entries }) => ({ entries: [...entries, utf8('x')] }), /under its signed head/],
    ['moved by one', ({ from }) => ({ from: from + 1 }), /under its signed head/],
    ['cut off without hashes for the rest', ({ entries }) => ({ entries: entries.slice(0, 4) }), /under its signed head/],
    ['the text of the recall not there', () => ({ bodies: without(recall.id) }), /whole text of entry 5/],
    [
      'a field of the recall hidden',
      () => ({ bodies: new Map(bodies).set(recall.id, eraseFields(crypto.sha256, text, ['actor'])) }),
      /whole text of entry 5/,
    ],
    [
      'padding of the recall hidden',
      () => ({
        bodies: new Map(bodies).set(recall.id, utf8((fromUtf8(text) ?? '').replace(/\["[^"]+"\]\n$/, `#${toBase64url(new Uint8Array(32))}\n`))),
      }),
      /whole text of entry 5/,
    ],
    [
      'a text of an entry that changes nobody',
      () => ({ bodies: new Map(bodies).set(record.logs[0]?.[3]?.id ?? '', record.logs[0]?.[3]?.body ?? new Uint8Array()) }),
      /no text in a header range but/,
    ],
    ['of another log', () => ({ origin: record.checkpoint(1).origin }), /for a log of its documents/],
  ];
  for (const [what, change, expected] of refused) {
    const verdict = await altered(content, change);
    assert.equal(verdict.verdict, 'not-verified', what);
    assert.match(String(expectedOf(verdict)), expected, what);
  }
  const short = await record.proofContent([of(5, clerk.key.publicKey)], new Map([[0, { from: 0, to: 5 }]]));
  assert.match(String(expectedOf(await altered(short, () => ({})))), /holds the documents of its log/);
});

test('a text in a range with a decoy is void, as in the record: an accreditation with two notes accredits nobody', async () => {
  const record = await talk();
  const newcomer = testPerson('Newcomer');
  const scope = { kinds: ['*'], marking: 'red', may_recall: false, automatic: false };
  const act = {
    act: 'accredit',
    actor: newcomer.actor,
    algorithm: 'ed25519',
    key: toBase64url(newcomer.key.publicKey),
    name: 'Newcomer',
    post: 'Officer',
    scope,
    effective_at: null,
  };
  const note = await record.identityNote(0, act, { n: 3 });
  await record.sayAsNode(0, {
    kind: 'identity',
    fields: [
      ['note', note],
      ['note', 'another'],
    ],
  });
  await record.message(0, newcomer, 'Nobody speaks');
  const verdict = await verifyFile(crypto, await record.proofOf([of(5, newcomer.key.publicKey)], whole));
  assert.ok(verdict.verdict === 'not-verified' && ids(verdict).includes('!void.not_accredited'));
});

test('an entry of a node needs no accreditation, and an entry that stands twice counts once', async () => {
  const record = await talk();
  const again = record.append(0, record.logs[0]?.[3] ?? assert.fail());
  const accreditation = ids(await verifyFile(crypto, await record.proofOf([of(1, nodeKey)], whole)));
  assert.ok(accreditation.includes('verify.not_corrected') && !accreditation.some((id) => id.includes('accredited')));
  const twice = await verifyFile(crypto, await record.proofOf([of(4)], whole));
  assert.ok(again.id !== '' && ids(twice).includes('!void.repeated'));
  // Also where not all of its text is shown, and so the reader of the record cannot be asked.
  assert.ok(ids(await verifyFile(crypto, await record.proofOf([of(4, key, ['text'])], whole))).includes('!void.repeated'));
  await record.message(0, petrova, 'One head', { after: [record.cite(0)] });
  assert.ok(ids(await verifyFile(crypto, await record.proofOf([of(5, key, ['text'])], whole))).includes('!void.cited_heads'));
});

test('an entry written for another log, generation or channel, which is void where it stands, is refused', async () => {
  const record = await talk();
  await record.message(0, petrova, 'Elsewhere', { gen: toBase64url(new Uint8Array(16)) });
  await record.message(0, petrova, 'Elsewhere', { inParty: 1 });
  await record.message(0, petrova, 'Elsewhere', { channel: toBase64url(new Uint8Array(32)) });
  for (const index of [4, 5, 6]) assert.equal(expectedOf(await verifyFile(crypto, await record.proofOf([of(index)]))), 'an entry of this channel');
});

test('of several documents each must be whole: another key, another head, a document twice, a part missing are refused', async () => {
  const record = await talk();
  const reply = { party: 1, index: 2, key: miller.key.publicKey };
  const content = await record.proofContent([of(3), reply]);
  const [first, second] = content.documents;
  if (first === undefined || second === undefined) assert.fail();
  const say = async (more: Partial<ProofContent>) => expectedOf(await verifyFile(crypto, formatProof(crypto.sha256, { ...content, ...more })));
  assert.equal(await say({ documents: [first, { ...second, key }] }), 'of document 2: the signature of the key named');
  assert.equal(await say({ documents: [first, { ...second, index: 1 }] }), 'of document 2: a path from the entry to the signed head');
  assert.equal(await say({ documents: [first, first] }), 'every document once');
  assert.equal(await say({ documents: [first] }), 'heads of the logs of its documents, and no others');
  const own = content.heads.get(first.origin) ?? assert.fail();
  assert.equal(await say({ heads: new Map([[first.origin, own]]) }), 'of document 2: the head of its log');
  const other = (await record.head(1, 2)) ?? assert.fail();
  assert.equal(await say({ heads: new Map([...content.heads, [second.origin, other]]) }), 'of document 2: a path from the entry to the signed head');
  assert.equal(await say({ heads: new Map([...content.heads, [second.origin, own]]) }), 'every head under the name of its log');
});

test('one changed byte anywhere in a proof of several documents with a range never gives the same sentences', async () => {
  const record = await talk();
  const file = await record.proofOf([of(3), { party: 1, index: 2, key: miller.key.publicKey }], whole);
  const before = JSON.stringify((await verifyFile(crypto, file)).sentences);
  for (let at = 0; at < file.length; at += 97) {
    const verdict = await verifyFile(
      crypto,
      file.map((byte, i) => (i === at ? byte ^ 1 : byte)),
    );
    assert.ok(verdict.verdict === 'not-verified' || JSON.stringify(verdict.sentences) !== before, `byte ${at}`);
  }
});

/** A document in a later log of Alpha beside one in its first; `more` alters how the later log was opened. */
async function inLaterLog(
  more: Parameters<typeof laterRecord>[1] = {},
): Promise<ProofContent & { readonly record: TestRecord; readonly note: Uint8Array }> {
  const record = await talk();
  const { later, note } = await laterRecord(record, more);
  await later.message(0, petrova, 'In the later log');
  const first = await record.proofContent([of(3)]);
  const second = await later.proofContent([of(1)], whole);
  return {
    ...first,
    generations: [note],
    heads: new Map([...first.heads, ...second.heads]),
    documents: [...first.documents, ...second.documents],
    ranges: second.ranges,
    record,
    note,
  };
}

test('a document in a later log is proved with the note that opened it, and that the log counts is not', async () => {
  const verdict = await verifyFile(crypto, formatProof(crypto.sha256, await inLaterLog()));
  assert.equal(verdict.verdict, 'verified');
  assert.deepEqual(ids(verdict).slice(5), [
    ...['verify.signed', 'verify.in_log', 'verify.held', 'verify.witness', '?verify.in_later_log'],
    // Who was accredited stands in the log before it: its own range cannot say.
    ...['verify.not_recalled_after', '?verify.not_proved_accredited_there', 'verify.not_corrected'],
    ...['?verify.not_proved_after', '?verify.not_proved_accredited', '?verify.not_proved_true'],
  ]);
});

test('a later log is no log of the party without its note, or with one that its identity keys did not sign for this channel', async () => {
  const content = await inLaterLog();
  const say = async (more: ProofContent) => String(expectedOf(await verifyFile(crypto, formatProof(crypto.sha256, more))));
  assert.match(await say({ ...content, generations: [] }), /an entry of a party of this channel/);
  const opened = /generations that the identity keys of their party opened/;
  const { identity = [] } = on.parties[0] ?? {};
  assert.match(await say(await inLaterLog({ signers: identity.slice(0, 1) })), opened);
  assert.match(await say(await inLaterLog({ signers: [petrova.key, miller.key] })), opened);
  assert.match(await say(await inLaterLog({ channel: toBase64url(new Uint8Array(32)) })), opened);
  assert.match(await say({ ...content, generations: [content.note, (await inLaterLog({ byte: 78, signers: [miller.key] })).note] }), opened);
});

test('a document that a later log leaves behind is said not to be proved to count, unless every other party acknowledged it', async () => {
  const record = await talk();
  const { note } = await laterRecord(record, { size: 3 });
  const content = { ...(await record.proofContent([of(3)])), generations: [note] };
  assert.ok(!ids(await verifyFile(crypto, formatProof(crypto.sha256, content))).includes('?verify.not_proved_counted'));
  const bare = new Map([[content.documents[0]?.origin ?? '', await record.head(0)]]);
  assert.ok(ids(await verifyFile(crypto, formatProof(crypto.sha256, { ...content, heads: bare }))).includes('?verify.not_proved_counted'));
});
