/**
 * Makes vectors/record/erasure.json: verdicts on acts about entries, in the log that vectors/record/verdicts.json begins, and what a verifier says of a
 * record in which fields are gone. Signatures of ML-DSA-44 differ from run to run, equally good, so a file that exists is left alone. Run it with:
 * node vectors/make-erasure.ts
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { toBase64, toBase64url } from '../src/base/bytes.ts';
import type { Json } from '../src/base/json.ts';
import { eraseFields, leavesByName } from '../src/entry/body.ts';
import { formatBundle } from '../src/entry/bundle.ts';
import { testChannel, testCrypto as crypto, testHost, testParty, testPerson, textOf } from '../src/node/fixtures-channel.ts';
import { type TestLeaf, TestRecord } from '../src/node/fixtures-record.ts';
import { verifyFile } from '../src/verify/verify-file.ts';

const file = new URL('record/erasure.json', import.meta.url);
if (existsSync(file)) {
  console.log('erasure.json: exists, left alone');
  process.exit();
}

const { sha256 } = crypto;
const on = await testChannel([testParty('Alpha', 10, 3, 2), testParty('Beta', 20)], [testHost('Host', 30)]);
const petrova = testPerson('Petrova');
const clerk = testPerson('Clerk');

/** The log in which vectors/record/verdicts.json begins: the same bytes. */
async function started(): Promise<TestRecord> {
  const record = new TestRecord(on, 'verdicts');
  await record.accredit(0, petrova, { may_recall: true });
  await record.accredit(0, clerk, { kinds: ['message'], marking: 'green' });
  await record.accredit(0, testPerson('Robot'), { automatic: true });
  return record;
}

const leafJson = ({ bytes, body }: TestLeaf): object => ({ entry: textOf(bytes), ...(body === undefined ? {} : { body: textOf(body) }) });
const known = JSON.parse(readFileSync(new URL('record/verdicts.json', import.meta.url), 'utf8')) as { prefix: object[] };
const prefix = (await started()).logs[0]?.map(leafJson);
if (JSON.stringify(prefix) !== JSON.stringify(known.prefix)) throw new Error('the log does not begin as verdicts.json has it');

// Verdicts --------------------------------------------------------------------------------------------------------------------------------
const cases: object[] = [];
async function verdict(comment: string, expected: readonly string[], play: (log: TestRecord) => Promise<unknown>): Promise<void> {
  const record = await started();
  const from = record.size(0);
  await play(record);
  const { entries } = await record.read(0);
  const verdicts = entries
    .slice(from)
    .map(({ valid, automatic, type, findings }) => ({ valid, findings: findings.map(({ id }) => id), type, automatic }));
  const said = verdicts.map(({ findings }) => findings.join(' ')).join('|');
  if (said !== expected.join('|')) throw new Error(`${comment}: expected ${expected.join('|')}, not ${said}`);
  cases.push({ comment, leaves: (record.logs[0] ?? []).slice(from).map(leafJson), verdicts });
}

const message = (log: TestRecord, more: Record<string, Json> = {}): Promise<TestLeaf> =>
  log.say(0, petrova, { kind: 'message', fields: { subject: 'A word', text: 'Said.', marking: 'green', ...more } });
/** What an act says that certain fields of a leaf are gone. */
const gone = ({ id, body }: TestLeaf, names: readonly string[], more: Record<string, Json> = {}): Record<string, Json> => {
  const leaves = leavesByName(sha256, body ?? new Uint8Array());
  return {
    entry: id,
    pointers: names.map((name) => `/${name}`),
    leaves: names.map((name) => leaves.get(name) ?? toBase64url(new Uint8Array(32))),
    basis: 'Sent by mistake.',
    marking: 'green',
    ...more,
  };
};
const act = (log: TestRecord, kind: string, about: TestLeaf, fields: Record<string, Json>, refs: readonly string[] = [about.id], party = 0) =>
  log.say(party, petrova, { kind, refs, fields: { entry: about.id, marking: 'green', ...fields } });
const erase = (log: TestRecord, about: TestLeaf, names: readonly string[], more: Record<string, Json> = {}) =>
  act(log, 'body_erased', about, gone(about, names, more));
const correct = (log: TestRecord, about: TestLeaf, pointers: readonly string[], values: readonly Json[] = pointers.map(() => 'New.')) =>
  act(log, 'correction', about, { pointers, values });

await verdict('an author erases content of an own entry', ['', ''], async (log) => erase(log, await message(log), ['text', 'subject']));
await verdict('the entry without the leaves erased has the same verdict', ['', ''], async (log) => {
  const leaf = await message(log);
  await erase(log, leaf, ['text', 'subject']);
  const rest = { ...leaf, body: eraseFields(sha256, leaf.body ?? new Uint8Array(), ['text', 'subject']) };
  log.logs[0]?.splice(log.size(0) - 2, 1, rest);
});
await verdict('a field that the kind does not have can be erased, and is no finding then', ['', ''], async (log) => {
  const leaf = await message(log, { colour: 'blue' });
  await erase(log, leaf, ['colour']);
  log.logs[0]?.splice(log.size(0) - 2, 1, { ...leaf, body: eraseFields(sha256, leaf.body ?? new Uint8Array(), ['colour']) });
});
await verdict('an erasure of an erasure’s own words', ['', '', ''], async (log) => erase(log, await erase(log, await message(log), ['text']), ['basis']));
await verdict('a field of the frame is never erased', ['', 'void.not_content'], async (log) => erase(log, await message(log), ['marking']));
await verdict('beside content neither', ['', 'void.not_content'], async (log) => erase(log, await message(log), ['text', 'marking']));
await verdict('nothing that a node signs is erased', ['', 'void.not_content'], async (log) =>
  erase(log, await log.sayAsNode(0, { kind: 'blob_held', fields: { root: toBase64url(new Uint8Array(32)) } }), ['root']),
);
await verdict('nothing of a kind that nobody knows here is erased', ['finding.kind_unknown', 'void.not_content'], async (log) =>
  erase(log, await log.say(0, petrova, { kind: 'treaty_of_peace', fields: { marking: 'green', text: 'Said.' } }), ['text']),
);
await verdict('an irregular text is erased by nobody: it would become regular', ['void.body', 'void.irregular_entry'], async (log) => {
  const leaf = await log.say(0, petrova, {
    kind: 'message',
    fields: [
      ['subject', 'A word'],
      ['text', 'Said.'],
      ['text', 'Said otherwise.'],
      ['marking', 'green'],
    ],
  });
  await erase(log, leaf, ['text']);
});
await verdict('an entry that is void for another reason can be erased', ['void.marking_out_of_scope', ''], async (log) => {
  const leaf = await log.say(0, clerk, { kind: 'message', fields: { subject: 'A word', text: 'Said.', marking: 'red' } });
  await erase(log, leaf, ['text']);
});
await verdict('the act’s parent is what it is about', ['', '', 'void.entry_not_parent', 'void.entry_not_parent'], async (log) => {
  const [leaf, other] = [await message(log), await message(log)];
  await act(log, 'body_erased', leaf, gone(leaf, ['text']), [other.id]);
  await act(log, 'body_erased', leaf, gone(leaf, ['text']), []);
});
await verdict('of another party’s entry it is a statement about what is held here', [''], async (log) => {
  const leaf = await log.sign(1, petrova.key, 'rep', { kind: 'message', fields: { subject: 'A word', text: 'Said.', marking: 'green' } });
  await erase(log, leaf, ['marking']);
});
await verdict('an entry that comes later is not erased beforehand', ['', ''], async (log) => {
  const leaf = await log.sign(0, petrova.key, 'rep', { kind: 'message', fields: { subject: 'A word', text: 'Said.', marking: 'green' } });
  await erase(log, leaf, ['marking']);
  log.append(0, leaf);
});
await verdict('one leaf a pointer, each in its form', ['', 'fault.leaves', 'fault.pointer fault.leaves', 'fault.missing fault.missing'], async (log) => {
  const leaf = await message(log);
  await erase(log, leaf, ['text', 'subject'], { leaves: [toBase64url(new Uint8Array(32))] });
  await erase(log, leaf, ['text'], { pointers: ['text'] });
  await erase(log, leaf, ['text'], { pointers: [], leaves: [] });
});
await verdict('an author lost a text, or fields of it', ['', '', ''], async (log) => {
  const leaf = await message(log);
  await act(log, 'lost', leaf, {});
  const { pointers, leaves } = gone(leaf, ['text']) as { pointers: Json; leaves: Json };
  await act(log, 'lost', leaf, { pointers, leaves });
});
await verdict('a text that is lost whole is not opened', ['void.body_not_opened', ''], async (log) => {
  const { body: _, ...leaf } = await message(log);
  log.logs[0]?.splice(log.size(0) - 1, 1, leaf);
  await act(log, 'lost', leaf, {});
});
await verdict('an author corrects content of an own document', ['', ''], async (log) => correct(log, await message(log), ['/text', '/ref']));
await verdict('a value too few is a finding, since values can be erased', ['', 'fault.values'], async (log) =>
  correct(log, await message(log), ['/text', '/ref'], ['One.']),
);
await verdict('neither frame nor files nor unknown fields are corrected', ['', 'void.not_content', 'void.not_content', 'void.not_content'], async (log) => {
  const leaf = await message(log);
  for (const pointer of ['/marking', '/attachments', '/colour']) await correct(log, leaf, [pointer]);
});
await verdict('nobody corrects or withdraws what stands not before it in its own log', ['void.not_own_entry', 'void.not_own_entry'], async (log) => {
  const leaf = await log.sign(1, petrova.key, 'rep', { kind: 'message', fields: { subject: 'A word', text: 'Said.', marking: 'green' } });
  await correct(log, leaf, ['/text']);
  await act(log, 'withdrawal', leaf, {});
});
await verdict('nor what is void', ['void.marking_out_of_scope', 'void.not_own_entry'], async (log) => {
  const leaf = await log.say(0, clerk, { kind: 'message', fields: { subject: 'A word', text: 'Said.', marking: 'red' } });
  await correct(log, leaf, ['/text']);
});
await verdict('a withdrawal, and a second one', ['', '', ''], async (log) => {
  const leaf = await message(log);
  await act(log, 'withdrawal', leaf, { reason: 'Overtaken.' });
  await act(log, 'withdrawal', leaf, {});
});
await verdict('acts about entries and about people are not taken back', ['', '', 'void.not_taken_back', 'void.not_taken_back'], async (log) => {
  const withdrawal = await act(log, 'withdrawal', await message(log), {});
  await act(log, 'withdrawal', withdrawal, {});
  await act(log, 'withdrawal', log.logs[0]?.[1] ?? withdrawal, {});
});
await verdict('who may not sign the kind may not take back either', ['', 'void.kind_out_of_scope'], async (log) => {
  const leaf = await log.say(0, clerk, { kind: 'message', fields: { subject: 'A word', text: 'Said.', marking: 'green' } });
  await log.say(0, clerk, { kind: 'withdrawal', refs: [leaf.id], fields: { entry: leaf.id, marking: 'green' } });
});

// A record --------------------------------------------------------------------------------------------------------------------------------
const record = new TestRecord(on, 'erasure');
const boris = testPerson('Boris');
await record.accredit(0, petrova);
await record.accredit(1, boris);
const erased = await message(record);
const mine = await message(record);
const whole = await message(record);
await erase(record, erased, ['text', 'subject']);
await act(record, 'lost', whole, {});
await record.say(1, boris, { kind: 'body_erased', refs: [mine.id], fields: gone(mine, ['text']) });
const items = await record.exportItems();
const bodyOf = (leaf: TestLeaf, names: readonly string[]): string => toBase64(eraseFields(sha256, leaf.body ?? new Uint8Array(), names));
const records: object[] = [];
async function check(comment: string, edits: readonly { readonly item: string; readonly base64?: string }[]): Promise<void> {
  const edited = items.flatMap((item) => {
    const edit = edits.find(({ item: name }) => name === item.name);
    if (edit === undefined) return [item];
    return edit.base64 === undefined ? [] : [{ name: item.name, bytes: Uint8Array.from(Buffer.from(edit.base64, 'base64')) }];
  });
  const verdict = await verifyFile(crypto, formatBundle(edited));
  const sentences = verdict.sentences.map(({ ok, phrase }) => ({ ok, id: phrase.id, values: phrase.values ?? {} }));
  records.push({ comment, edits, verdict: verdict.verdict, sentences });
}
const at = (leaf: TestLeaf): string => `bodies/${leaf.id}`;
await check('everything is still in the file, what was erased too, and it is said', []);
await check('what was erased is gone', [{ item: at(erased), base64: bodyOf(erased, ['text', 'subject']) }]);
await check('one of two erased fields is gone', [{ item: at(erased), base64: bodyOf(erased, ['text']) }]);
await check('a field that nobody erased is withheld', [{ item: at(erased), base64: bodyOf(erased, ['text', 'subject']) }, { item: at(whole), base64: bodyOf(whole, ['text']) }]);
await check('a field that its reader erased for itself', [{ item: at(mine), base64: bodyOf(mine, ['text']) }]);
await check('a text that its author lost is not in the file, and the log is read on', [{ item: at(whole) }]);
await check('a text that nobody lost is not in the file, and the log is not read on', [{ item: at(mine) }]);

// An act that names a leaf otherwise than the leaf names itself: a decoy, shown under its own name later.
const decoy = new TestRecord(on, 'decoy');
await decoy.accredit(0, petrova);
const hidden = await message(decoy);
const leaf = leavesByName(sha256, hidden.body ?? new Uint8Array()).get('subject') ?? '';
await act(decoy, 'body_erased', hidden, { pointers: ['/text'], leaves: [leaf], basis: 'Sent by mistake.' });
const decoyFile = await decoy.export();
const caught = await verifyFile(crypto, decoyFile);

writeFileSync(
  file,
  `${JSON.stringify(
    {
      comment:
        'cases: the log of party 0 after the prefix of verdicts.json. records: edits to `record` (base64), and what a verifier says. decoy: a record whose author said it erased a leaf under another name than the leaf has',
      cases,
      record: toBase64(formatBundle(items)),
      records,
      decoy: {
        record: toBase64(decoyFile),
        verdict: caught.verdict,
        sentences: caught.sentences.map(({ ok, phrase }) => ({ ok, id: phrase.id, values: phrase.values ?? {} })),
      },
    },
    undefined,
    1,
  )}\n`,
);

