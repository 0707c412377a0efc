/** What a header range says of documents that were corrected, withdrawn or erased in part since. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leavesByName } from '../entry/body.ts';
import { testCrypto as crypto, testChannel, testHost, testParty, testPerson } from '../node/fixtures-channel.ts';
import { TestRecord } from '../node/fixtures-record.ts';
import { formatProof } from './proof-file.ts';
import { type FileVerdict, verifyFile } from './verify-file.ts';

const on = await testChannel([testParty('Alpha', 10, 3, 2), testParty('Beta', 20)], [testHost('Host', 30)]);
const petrova = testPerson('Petrova');
const clerk = testPerson('Clerk');
const miller = testPerson('Miller');
const stranger = testPerson('Stranger');
const key = petrova.key.publicKey;

/** Alpha: charter, two accreditations, a request (3); Beta: charter, an accreditation, a reply (2). */
async function talk(): Promise<TestRecord> {
  const record = new TestRecord(on, 'changes');
  await record.accredit(0, petrova);
  await record.accredit(0, clerk, { kinds: ['message'], marking: 'green' });
  await record.accredit(1, miller);
  const fields = { request_type: 'information', subject: 'A question', text: 'What happened?', marking: 'green' };
  const request = await record.say(0, petrova, { kind: 'request', fields });
  const reply = { final: true, disposition: 'met', text: 'Nothing.', marking: 'green' };
  await record.say(1, miller, { kind: 'reply', refs: [request.id], fields: reply });
  return record;
}

const of = (index: number, signer = key, withhold: readonly string[] = []) => ({ party: 0, index, key: signer, withhold });
const whole = new Map([[0, { from: 0 }]]);
const ids = (verdict: FileVerdict): string[] =>
  verdict.sentences.map(({ ok, phrase }) => `${ok === true ? '' : ok === false ? '!' : '?'}${phrase.id}`);

/** What is said of one document of a file with several, or of the only one. */
const about = (verdict: FileVerdict, document?: number): string[] =>
  ids({ ...verdict, sentences: verdict.sentences.filter((sentence) => sentence.document === document) });

test('a correction or withdrawal in the range is said, one by a stranger is not, and one after its end cannot be', async () => {
  const record = await talk();
  const entry = record.logs[0]?.[3]?.id ?? '';
  const refs = [entry];
  const correction = { kind: 'correction', refs, fields: { entry, pointers: ['/text'], values: ['Rather.'], marking: 'green' } };
  const withdrawal = { kind: 'withdrawal', refs, fields: { entry, marking: 'green' } };
  await record.say(0, stranger, correction);
  // The clerk may sign messages alone.
  await record.say(0, clerk, withdrawal);
  const none = ids(await verifyFile(crypto, await record.proofOf([of(3)], whole)));
  assert.ok(none.includes('verify.not_corrected'));
  await record.say(0, petrova, correction);
  await record.say(0, petrova, withdrawal);
  assert.deepEqual(
    (await record.read(0)).entries.slice(-2).map(({ valid }) => valid),
    [true, true],
  );
  for (const from of [0, 3]) {
    const said = ids(await verifyFile(crypto, await record.proofOf([of(3)], new Map([[0, { from }]]))));
    const known = ['?verify.perhaps_corrected_after', '?verify.perhaps_withdrawn_after'];
    assert.ok(known.every((id) => said.includes(id)) && !said.includes('verify.not_corrected'), said.join());
  }
  // Where their texts are in the file, and who signed them is known, they are judged.
  const shown = about(await verifyFile(crypto, await record.proofOf([of(3), of(6), of(7)], whole)), 1);
  assert.ok(shown.includes('?verify.corrected_after') && shown.includes('?verify.withdrawn_after') && !shown.includes('verify.not_corrected'));
  const after = about(await verifyFile(crypto, await record.proofOf([of(3), of(6), of(7)], new Map([[0, { from: 3 }]]))), 1);
  assert.ok(after.includes('?verify.perhaps_corrected_after') && after.includes('?verify.perhaps_withdrawn_after'), after.join());
  const cut = await verifyFile(crypto, await record.proofOf([of(3)], new Map([[0, { from: 0, to: 4 }]])));
  assert.ok(ids(cut).includes('verify.not_corrected'));
  assert.equal(cut.sentences.find(({ phrase }) => phrase.id === 'verify.not_proved_after')?.phrase.values?.to, 3);
});

test('a correction whose text, where it is shown, makes it void corrects nothing; a part of it says no more than that part', async () => {
  const record = await talk();
  const entry = record.logs[0]?.[3]?.id ?? '';
  const other = record.logs[0]?.[1]?.id ?? '';
  const good = { entry, pointers: ['/text'], values: ['Rather.'], marking: 'green' };
  // 4 names another entry in its text, 5 a field that is never corrected, 6 nothing at all; 7 is in form.
  for (const fields of [{ ...good, entry: other }, { ...good, pointers: ['/request_type'] }, { marking: 'green' }, good])
    await record.say(0, petrova, { kind: 'correction', refs: [entry], fields });
  const verdicts = (await record.read(0)).entries.slice(-4).map(({ valid }) => valid);
  assert.deepEqual(verdicts, [false, false, false, true]);
  for (const from of [0, 3]) {
    const range = new Map([[0, { from, to: 8 }]]);
    const said = async (documents: Parameters<typeof record.proofOf>[0], to = 8): Promise<readonly string[]> => {
      const verdict = await verifyFile(crypto, await record.proofOf([of(3), ...documents], new Map([[0, { from, to }]])));
      return about(verdict, documents.length === 0 ? undefined : 1);
    };
    const perhaps = '?verify.perhaps_corrected_after';
    assert.deepEqual((await said([])).filter((id) => id === perhaps).length, 4, 'of none of them more is known than that it is there');
    const all = about(await verifyFile(crypto, await record.proofOf([of(3), of(4), of(5), of(6), of(7)], range)), 1);
    assert.deepEqual(
      all.filter((id) => id.endsWith('corrected_after')),
      [from === 0 ? '?verify.corrected_after' : perhaps],
    );
    assert.ok((await said([of(4)], 5)).includes('verify.not_corrected'));
    assert.ok((await said([of(4, key, ['values', 'pointers'])], 5)).includes('verify.not_corrected'), 'what is shown of it is enough');
    assert.ok((await said([of(5, key, ['entry'])], 6)).filter((id) => id === perhaps).length === 1);
    assert.ok((await said([of(4, key, ['entry', 'pointers'])], 5)).includes(perhaps), 'what is shown of it is not enough');
  }
});

test('who corrects one document and names another beside it has not corrected that one, and nothing withdraws a withdrawal', async () => {
  const record = await talk();
  const [request, message] = [record.logs[0]?.[3]?.id ?? '', (await record.message(0, petrova, 'Another')).id];
  const fields = { entry: message, pointers: ['/text'], values: ['Rather.'], marking: 'green' };
  await record.say(0, petrova, { kind: 'correction', refs: [message, request], fields });
  const { id } = await record.say(0, petrova, { kind: 'withdrawal', refs: [message], fields: { entry: message, marking: 'green' } });
  await record.say(0, petrova, { kind: 'withdrawal', refs: [id], fields: { entry: id, marking: 'green' } });
  for (const from of [0, 3]) {
    const range = new Map([[0, { from }]]);
    const said = async (index: number) => ids(await verifyFile(crypto, await record.proofOf([of(index)], range)));
    assert.ok((await said(3)).includes('verify.not_corrected'), 'the request is named beside the message, and stands as it was');
    assert.ok((await said(4)).includes('?verify.perhaps_corrected_after') && (await said(4)).includes('?verify.perhaps_withdrawn_after'));
    assert.ok((await said(6)).includes('verify.not_corrected'), 'the withdrawal of a withdrawal is void');
  }
});

test('a correction that is shown itself is judged as in the record, though what it corrects is not in the file', async () => {
  const record = await talk();
  const entry = record.logs[0]?.[3]?.id ?? '';
  const fields = { entry, pointers: ['/text'], values: ['Rather.'], marking: 'green' };
  await record.say(0, petrova, { kind: 'correction', refs: [entry], fields });
  const theirs = record.logs[1]?.[2]?.id ?? '';
  await record.say(0, petrova, { kind: 'withdrawal', refs: [theirs], fields: { entry: theirs, marking: 'green' } });
  const said = async (index: number) => ids(await verifyFile(crypto, await record.proofOf([of(index)], whole)));
  assert.ok((await said(4)).includes('verify.accredited') && !(await said(4)).some((id) => id.startsWith('!')));
  assert.ok((await said(5)).includes('!void.not_own_entry'), 'nobody withdraws what the other side said');
});

test('a field that its author erased stands as its hash in a proof, what is left verifies, and the range says that fields were erased', async () => {
  const record = await talk();
  const leaf = record.logs[0]?.[3] ?? assert.fail();
  const erased = leavesByName(crypto.sha256, leaf.body ?? new Uint8Array()).get('text') ?? assert.fail();
  const fields = { entry: leaf.id, pointers: ['/text'], leaves: [erased], basis: 'Sent by mistake.', marking: 'green' };
  await record.say(0, petrova, { kind: 'body_erased', refs: [leaf.id], fields });
  for (const from of [0, 3]) {
    // The erased text is withheld by whoever still has it and by whoever has it no more alike.
    const verdict = await verifyFile(crypto, await record.proofOf([of(3, key, ['text'])], new Map([[0, { from }]])));
    assert.equal(verdict.verdict, 'verified');
    const said = ids(verdict);
    assert.ok(
      said.includes('?verify.perhaps_erased_after') && said.includes('verify.not_corrected') && said.includes('?verify.withheld'),
      said.join(),
    );
    assert.deepEqual([verdict.proved?.documents[0]?.withheld, verdict.proved?.documents[0]?.fields.has('text')], [1, false]);
  }
});

test('a range with a text that is gone is proved with a sentence that says so; of what stands after it nothing is said of who could sign', async () => {
  const record = await talk();
  // The end of the clerk's mission (4), of which the text is lost; Petrova says so (5), and something more (6).
  const end = await record.identity(0, { act: 'end', actor: clerk.actor });
  await record.say(0, petrova, { kind: 'lost', refs: [end.id], fields: { entry: end.id, marking: 'green' } });
  await record.message(0, petrova, 'Later');
  const said = async (index: number, from: number, drop: readonly string[], to?: number): Promise<{ verdict: string; ids: string[] }> => {
    const content = await record.proofContent([of(index)], new Map([[0, { from, ...(to === undefined ? {} : { to }) }]]));
    const ranges = content.ranges?.map((range) => ({ ...range, bodies: new Map([...range.bodies].filter(([id]) => !drop.includes(id))) })) ?? [];
    const verdict = await verifyFile(crypto, formatProof(crypto.sha256, { ...content, ranges }));
    return { verdict: verdict.verdict, ids: ids(verdict) };
  };
  const gone = '?verify.not_proved_gone_text';
  const whole = await said(3, 0, []);
  assert.ok(whole.ids.includes('verify.still_accredited') && !whole.ids.includes(gone));
  for (const [index, from, has, hasNot] of [
    [3, 0, ['verify.accredited', 'verify.not_corrected'], ['verify.still_accredited']],
    [3, 3, ['verify.not_corrected', '?verify.not_proved_accredited_there'], ['verify.not_recalled_after']],
    [6, 0, ['?verify.not_proved_accredited_there', 'verify.not_recalled_after'], ['verify.accredited', 'verify.still_accredited']],
  ] as const) {
    const { verdict, ids: sentences } = await said(index, from, [end.id]);
    assert.equal(verdict, 'verified', sentences.join());
    assert.ok([...has, gone].every((id) => sentences.includes(id)) && hasNot.every((id) => !sentences.includes(id)), sentences.join());
  }
  // Nobody says of an accreditation that its text is gone, or the range ends before it is said.
  assert.equal((await said(3, 0, [record.logs[0]?.[1]?.id ?? ''])).verdict, 'not-verified');
  assert.equal((await said(3, 0, [end.id], 5)).verdict, 'not-verified');
});
