/**
 * Makes vectors/sync/parts.json: parts of a log as its author pulls them back, and what becomes of each. Signatures of ML-DSA-44 differ from run to
 * run, equally good, so a file that exists is left alone. Run it with: node vectors/make-parts.ts
 */
import { existsSync, writeFileSync } from 'node:fs';
import { toBase64, utf8 } from '../src/base/bytes.ts';
import { type BundleItem, formatBundle } from '../src/entry/bundle.ts';
import { testChannel, testCrypto as crypto, testParty, testPerson } from '../src/node/fixtures-channel.ts';
import { TestRecord } from '../src/node/fixtures-record.ts';
import { ledPath } from '../src/tlog/fork.ts';
import { formatHashLines } from '../src/tlog/hash-lines.ts';
import { leafHash, rootOf } from '../src/tlog/merkle.ts';
import { consistencyProofOf } from '../src/tlog/merkle-plan.ts';
import { formatEntryBundle } from '../src/tlog/tile.ts';

const on = await testChannel([testParty('Alpha', 10), testParty('Beta', 20)], []);
const petrova = testPerson('Petrova');

async function log(words: string): Promise<TestRecord> {
  const record = new TestRecord(on, words);
  await record.accredit(0, petrova);
  for (let i = 0; i < 5; i++) await record.message(0, petrova, i < 1 ? 'the same on both' : `${words} ${i}`);
  return record;
}

const record = await log('what was said');
const other = await log('what was said besides');
for (const subject of ['further', 'and further']) await other.message(0, petrova, subject);

type Change = { readonly without?: string; readonly instead?: Readonly<Record<string, Uint8Array>>; readonly more?: readonly BundleItem[] };

async function part(from: TestRecord, old: number, size: number, change: Change = {}): Promise<string> {
  const leaves = from.logs[0] ?? [];
  const hashes = leaves.slice(0, size).map(({ bytes }) => leafHash(crypto.sha256, bytes));
  const items: BundleItem[] = [
    { name: 'old', bytes: utf8(String(old)) },
    { name: 'checkpoint', bytes: await from.head(0, size) },
    { name: 'entries', bytes: formatEntryBundle(leaves.slice(old, size).map(({ bytes }) => bytes)) },
    ...leaves.slice(old, size).flatMap(({ id, body }) => (body === undefined ? [] : [{ name: `bodies/${id}`, bytes: body }])),
    ...(old === 0 ? [] : [{ name: 'proof', bytes: utf8(formatHashLines(ledPath(old, rootOf(crypto.sha256, hashes.slice(0, old)), consistencyProofOf(crypto.sha256, hashes, old)))) }]),
    { name: 'heads/3', bytes: await from.head(0, 3) },
    ...(change.more ?? []),
  ];
  const kept = items.filter(({ name }) => change.without === undefined || !name.startsWith(change.without));
  return toBase64(formatBundle(kept.map(({ name, bytes }) => ({ name, bytes: change.instead?.[name] ?? bytes }))));
}

const entries = formatEntryBundle((record.logs[0] ?? []).slice(2, 7).map(({ bytes }, i) => (i === 1 ? utf8('something else') : bytes)));
const steps = [
  { comment: 'entries that do not give the signed root', part: await part(record, 2, 7, { instead: { entries } }), size: 2, outcome: 'broke_off' },
  { comment: 'without the text of an entry', part: await part(record, 2, 7, { without: 'bodies/' }), size: 2, outcome: 'done' },
  { comment: 'without the consistency proof', part: await part(record, 2, 7, { without: 'proof' }), size: 2, outcome: 'broke_off' },
  { comment: 'from further on than is held', part: await part(record, 3, 7), size: 2, outcome: 'broke_off' },
  { comment: "a head of another party's log", part: await part(record, 2, 7, { instead: { checkpoint: await record.head(1, 1) } }), size: 2, outcome: 'broke_off' },
  { comment: 'padded with an item that belongs to no part', part: await part(record, 2, 7, { more: [{ name: 'padding', bytes: utf8('nothing') }] }), size: 2, outcome: 'broke_off' },
  { comment: 'with a head beyond its own', part: await part(record, 2, 5, { more: [{ name: 'heads/6', bytes: await record.head(0, 6) }] }), size: 2, outcome: 'broke_off' },
  { comment: 'no bundle', part: toBase64(utf8('hello')), size: 2, outcome: 'broke_off' },
  { comment: 'a smaller head of another history is left out', part: await part(record, 2, 5, { instead: { 'heads/3': await other.head(0, 4) } }), size: 5, heads: [5], outcome: 'done' },
  { comment: 'the rest', part: await part(record, 5, 7, { without: 'heads/' }), size: 7, heads: [5, 7], outcome: 'done' },
  // Two more: the other history goes on behind what is held.
  { comment: 'what this log signed and what is held here cannot both be: two histories', part: await part(other, 7, 9, { without: 'heads/' }), size: 7, outcome: 'other_history' },
];

const file = new URL('sync/parts.json', import.meta.url);
if (existsSync(file)) console.log('sync/parts.json: exists, left alone');
else
  writeFileSync(
    file,
    `${JSON.stringify(
      {
        comment: 'parts of the log of party 0, pulled back by it one after the other; it holds the first two entries when it begins, and `size` after each',
        charter: on.channel.charter.text,
        cards: on.channel.parties.map(({ text }) => text),
        begin: await part(record, 0, 2, { without: 'heads/' }),
        steps,
      },
      undefined,
      1,
    )}\n`,
  );
