/**
 * Makes vectors/record/{records,proofs}.json and vectors/sync/pushes.json: a small whole record and what a verifier says of it, proofs of single entries,
 * and pushes with their answers. Signatures of ML-DSA-44 differ from run to run, equally good, so a file that exists is left alone. Run it with:
 * node vectors/make-records.ts
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fromUtf8, toBase64, toBase64url, utf8 } from '../src/base/bytes.ts';
import { ParleyError } from '../src/base/errors.ts';
import { attachmentValue, chunkHash } from '../src/entry/attachment.ts';
import { type BundleItem, formatBundle } from '../src/entry/bundle.ts';
import { testCrypto as crypto, testChannel, testHost, testParty, testPerson, textOf } from '../src/node/fixtures-channel.ts';
import { TestRecord } from '../src/node/fixtures-record.ts';
import { testReplica, testRuntime } from '../src/node/fixtures-replica.ts';
import { formatEntryBundle } from '../src/tlog/tile.ts';
import { verifyFile } from '../src/verify/verify-file.ts';

function write(name: string, make: () => Promise<unknown>): Promise<void> {
  const file = new URL(name, import.meta.url);
  if (existsSync(file)) return Promise.resolve(console.log(`${name}: exists, left alone`));
  mkdirSync(new URL('.', file), { recursive: true });
  return make().then((value) => writeFileSync(file, `${JSON.stringify(value, undefined, 1)}\n`));
}

const packBytes = utf8('{}\n');
const packs = [{ name: 'a-pack', hash: toBase64url(crypto.sha256(packBytes)) }];
const on = await testChannel([testParty('Alpha', 10, 3, 2), testParty('Beta', 20)], [testHost('Host', 30)], packs);
const petrova = testPerson('Petrova');
const miller = testPerson('Miller');
const stranger = testPerson('Stranger');
const fileBytes = utf8('a short file');
const salt = new Uint8Array(16).fill(5);
const attachment = attachmentValue(crypto.sha256, {
  salt,
  size: fileBytes.length,
  media: 'text/plain',
  name: 'note.txt',
  hashes: [chunkHash(crypto.sha256, salt, fileBytes)],
});

/** Two logs: a request with a file, its answer, a void entry, bytes that are no entry, and a stamp of the request. */
async function talk(): Promise<TestRecord> {
  const record = new TestRecord(on, 'records');
  await record.accredit(0, petrova);
  await record.accredit(1, miller);
  const fields = { request_type: 'information', subject: 'A question', text: 'What happened?', attachments: [attachment], marking: 'green' };
  const request = await record.say(0, petrova, { kind: 'request', fields });
  const head = record.checkpoint(0);
  const pairs = [...(await record.receipt(1, head, 1_700_000_100)), ...(await record.witness(0, head, 1_700_000_099))];
  await record.say(1, miller, { kind: 'reply', refs: [request.id], fields: { final: true, disposition: 'met', text: 'This.', marking: 'green' } });
  await record.message(1, stranger, 'Nobody speaks');
  record.append(1, { id: '', bytes: utf8('these bytes are no entry') });
  await record.stamp(0, request.id, 0, head.size, pairs);
  return record;
}

await write('record/records.json', async () => {
  const record = await talk();
  const items = await record.exportItems();
  const whole = formatBundle(items);
  const root = attachment.root;
  type Edit = { item: string; base64?: string };
  const cases: object[] = [];
  const add = async (comment: string, edits: readonly Edit[] = []): Promise<void> => {
    const list: BundleItem[] = [...items];
    for (const { item, base64 } of edits) {
      const at = list.findIndex(({ name }) => name === item);
      const bytes = base64 === undefined ? undefined : Uint8Array.from(Buffer.from(base64, 'base64'));
      if (at === -1) list.push({ name: item, bytes: bytes ?? new Uint8Array() });
      else list.splice(at, 1, ...(bytes === undefined ? [] : [{ name: item, bytes }]));
    }
    const { verdict, sentences, entries } = await verifyFile(crypto, formatBundle(list));
    if (comment.startsWith('not verified') !== (verdict === 'not-verified')) throw new Error(comment);
    cases.push({
      comment,
      edits,
      verdict,
      sentences: sentences.map(({ ok, phrase }) => ({ ok, id: phrase.id, values: phrase.values ?? {} })),
      entries: (entries ?? []).map(({ party, index, id, valid, level, findings }) => ({
        party,
        index,
        id,
        valid,
        level,
        findings: findings.map((one) => one.id),
      })),
    });
  };
  const named = (part: string): BundleItem => items.find(({ name }) => name.includes(part)) ?? { name: '', bytes: new Uint8Array() };
  const edited = ({ name, bytes }: BundleItem, from: string, to: string): Edit => ({
    item: name,
    base64: toBase64(utf8(textOf(bytes).replace(from, to))),
  });
  const checkpoint = named('/checkpoint');
  const pairLine =
    textOf(checkpoint.bytes)
      .split('\n')
      .find((line) => line.includes('/held ')) ?? '';
  const logLine =
    textOf(checkpoint.bytes)
      .split('\n')
      .filter((line) => line.startsWith('—'))[1] ?? '';
  const extra = utf8(testParty('Gamma', 40).card.text);
  await add('a whole record');
  await add('with the file that a document names, and a pack', [
    { item: `chunks/${root}/0`, base64: toBase64(fileBytes) },
    { item: `packs/${packs[0]?.hash}`, base64: toBase64(packBytes) },
  ]);
  await add(
    'one log is not in it',
    items
      .filter(({ name }) => name.startsWith(checkpoint.name.slice(0, 40)))
      .map(({ name }) => ({ item: name }))
      .concat((record.logs[0] ?? []).flatMap(({ id, body }) => (body === undefined ? [] : [{ item: `bodies/${id}` }]))),
  );
  await add('the text of an entry is not in it: its log is judged up to there', [{ item: `bodies/${record.logs[0]?.[2]?.id}` }]);
  await add('one line of a receipt is gone: it is no receipt', [edited(checkpoint, `${pairLine}\n`, '')]);
  await add('not verified: one line of a log over its head is gone', [edited(checkpoint, `${logLine}\n`, '')]);
  await add('not verified: an entry was changed', [
    {
      item: named('/entries/').name,
      base64: toBase64(named('/entries/').bytes.map((byte, i, all) => (i === all.length - 9 ? byte ^ 1 : byte))),
    },
  ]);
  await add('not verified: a text was changed', [edited(named(`bodies/${record.logs[0]?.[2]?.id}`), 'What happened?', 'What happened!')]);
  await add('not verified: the charter lacks a signature', [
    { item: 'charter', base64: toBase64(utf8(`${textOf(on.charterNote).split('\n').slice(0, 3).join('\n')}\n`)) },
  ]);
  await add('not verified: a card that the charter does not name', [{ item: `cards/${toBase64url(crypto.sha256(extra))}`, base64: toBase64(extra) }]);
  await add('not verified: a card is missing', [{ item: named('cards/').name }]);
  await add('not verified: an item of no meaning', [{ item: 'more', base64: '' }]);
  await add('not verified: a text of no entry', [
    { item: `bodies/${toBase64url(new Uint8Array(32))}`, base64: toBase64(utf8('["AAAAAAAAAAAAAAAAAAAAAA"]\n')) },
  ]);
  await add('not verified: an altered file', [{ item: `chunks/${root}/0`, base64: toBase64(utf8('A short file')) }]);
  await add('not verified: a file that no document names', [{ item: `chunks/${toBase64url(new Uint8Array(32))}/0`, base64: 'AA==' }]);
  return {
    comment: 'each case is the record with its edits: an item replaced, added at the end, or, without bytes, taken out',
    record: toBase64(whole),
    cases,
  };
});

await write('record/proofs.json', async () => {
  const record = await talk();
  await record.message(0, petrova, 'twice', {
    fields: [
      ['subject', 'a'],
      ['text', 'yes'],
      ['text', 'no'],
      ['marking', 'green'],
    ],
  });
  const { publicKey } = petrova.key;
  const node = on.parties[0]?.node.publicKey ?? publicKey;
  const cases: [string, Uint8Array][] = [
    ['an entry and all its fields', await record.proof(0, 2, publicKey)],
    ['an entry, one field withheld', await record.proof(0, 2, publicKey, ['text'])],
    ['an entry of a node', await record.proof(0, 3, node)],
    ['not verified: another key', await record.proof(0, 2, miller.key.publicKey)],
    ['not verified: an entry with a decoy', await record.proof(0, 4, publicKey)],
  ];
  return Promise.all(
    cases.map(async ([comment, bytes]) => {
      const { verdict, sentences, proved } = await verifyFile(crypto, bytes);
      if (comment.startsWith('not verified') !== (verdict === 'not-verified')) throw new Error(comment);
      return {
        comment,
        proof: fromUtf8(bytes),
        verdict,
        sentences: sentences.map(({ ok, phrase }) => ({ ok, id: phrase.id, values: phrase.values ?? {} })),
        fields: [...(proved?.documents[0]?.fields ?? [])],
        withheld: proved?.documents[0]?.withheld ?? 0,
      };
    }),
  );
});

await write('sync/pushes.json', async () => {
  const record = await talk();
  const runtime = testRuntime(await testReplica(on, 0));
  const steps: object[] = [];
  const step = async (comment: string, push: Uint8Array): Promise<void> => {
    const base64 = toBase64(push);
    try {
      const answer = await runtime.receive(1, push);
      await runtime.reader.idle();
      steps.push({ comment, push: base64, status: answer.status, ...(answer.status === 202 ? { missing: answer.missing } : {}) });
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      steps.push({ comment, push: base64, status: error.http, code: error.code, ...error.facts });
    }
  };
  const bodies = (record.logs[1] ?? []).flatMap(({ id, body }) => (body === undefined ? [] : [{ name: `bodies/${id}`, bytes: body }]));
  const items = async (old: number, size: number, more: readonly BundleItem[] = [], checkpoint?: Uint8Array): Promise<Uint8Array> =>
    formatBundle([
      { name: 'old', bytes: utf8(String(old)) },
      { name: 'checkpoint', bytes: checkpoint ?? (await record.head(1, size)) },
      { name: 'entries', bytes: formatEntryBundle((record.logs[1] ?? []).slice(old, size).map((leaf) => leaf.bytes)) },
      ...more,
    ]);
  await step('the founding entry, the charter', await items(0, 1));
  await step('an entry with its text', await items(1, 2, bodies));
  await step('the same again: nothing changes, and the receipt is given again', await items(1, 2, bodies));
  await step('from further on than is held: the size to send from', await items(3, 4, bodies));
  await step('an older head: the size that is held', await items(0, 1));
  await step('entries without their texts: held, and not receipted', await items(2, 4));
  await step(
    'a text that is another one is as good as none',
    await items(4, 4, [{ name: `bodies/${record.logs[1]?.[2]?.id}`, bytes: bodies[0]?.bytes ?? new Uint8Array() }]),
  );
  await step('the texts that were missing', await items(4, 4, bodies));
  const one = textOf(await record.head(1, 5)).split('\n');
  await step('one signature of the log where two are needed', await items(4, 5, [], utf8(`${one.slice(0, 5).join('\n')}\n`)));
  await step(
    'entries that do not give the signed root',
    formatBundle([
      { name: 'old', bytes: utf8('4') },
      { name: 'checkpoint', bytes: await record.head(1, 5) },
      { name: 'entries', bytes: formatEntryBundle([utf8('something else')]) },
    ]),
  );
  await step('bytes that are no entry are held like any other', await items(4, 5));
  await step('no bundle', utf8('hello'));
  await step('a bundle without a head', formatBundle([{ name: 'old', bytes: utf8('5') }]));
  record.logs[1]?.splice(4, 1, { id: '', bytes: utf8('a second history') });
  await step('another head of a size that is held: two histories', await items(4, 5));
  await step('nothing more of this log is taken', await items(4, 5));
  return {
    comment: 'pushes of party 1 to party 0, one after the other; party 0 holds nothing at first, and its clock stands at 1,700,100,000',
    charter: on.channel.charter.text,
    cards: [...on.channel.parties, ...on.channel.hosts].map((card) => card.text),
    steps,
  };
});
