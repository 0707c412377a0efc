/**
 * Makes vectors/sync/announcements.json: what is told of a generation of party 0 to party 1, and whether it is taken. Signatures of ML-DSA-44 differ from
 * run to run, equally good, so a file that exists is left alone. Run it with: node vectors/make-announcements.ts
 */
import { existsSync, writeFileSync } from 'node:fs';
import { toBase64, utf8 } from '../src/base/bytes.ts';
import { type BundleItem, formatBundle } from '../src/entry/bundle.ts';
import { testCrypto as crypto, testChannel, testHost, testParty, testPerson, textOf } from '../src/node/fixtures-channel.ts';
import { laterRecord, TestRecord } from '../src/node/fixtures-record.ts';
import { testNode } from '../src/node/fixtures-replica.ts';
import { peersDoor } from '../src/node/peers-door.ts';
import { formatHashLines } from '../src/tlog/hash-lines.ts';
import { leafHash } from '../src/tlog/merkle.ts';
import { consistencyProofOf } from '../src/tlog/merkle-plan.ts';
import { shareBytes } from '../src/verify/fixtures-shared.ts';

const file = new URL('sync/announcements.json', import.meta.url);
if (existsSync(file)) {
  console.log('sync/announcements.json: exists, left alone');
  process.exit();
}

const parties = [testParty('Alpha', 10, 3, 2), testParty('Beta', 20)];
const on = await testChannel(parties, [testHost('Host', 30)]);
const elsewhere = await testChannel(parties, []);
const petrova = testPerson('Petrova');
const record = new TestRecord(on, 'announcements');
await record.accredit(0, petrova);

/** A generation that is opened with these signatures, and goes on for a while. */
async function opened(more: Parameters<typeof laterRecord>[1] = {}): Promise<{ later: TestRecord; note: Uint8Array }> {
  const made = await laterRecord(record, { n: 1, ...more });
  for (const words of ['One', 'Two', 'Three', 'Four']) await made.later.message(0, petrova, words);
  return made;
}
const { later, note } = await opened();
/** The same keys, opened with another note: what continues less. */
const other = await opened({ size: 1 });

const path = (log: TestRecord, size: number): Uint8Array => {
  const hashes = (log.logs[0] ?? []).slice(0, size).map(({ bytes }) => leafHash(crypto.sha256, bytes));
  return utf8(formatHashLines(consistencyProofOf(crypto.sha256, hashes, 1)));
};
const bundle = (items: Readonly<Record<string, Uint8Array>>): Uint8Array => formatBundle(Object.entries(items).map(([name, bytes]) => ({ name, bytes })));
const without = (head: Uint8Array, line: number): Uint8Array => utf8(textOf(head).split('\n').toSpliced(line, 1).join('\n'));

const cases: { readonly comment: string; readonly status: number }[] = [];
const told: Uint8Array[] = [];
async function add(comment: string, announcement: Uint8Array): Promise<void> {
  const door = peersDoor(await testNode(on, 1));
  const { statusCode } = await door.inject({ method: 'POST', url: '/generations', payload: Buffer.from(announcement), headers: { 'content-type': 'application/octet-stream' } });
  await door.close();
  if ((statusCode === 200) === comment.startsWith('refused') || ![200, 404].includes(statusCode)) throw new Error(`${comment}: ${statusCode}`);
  cases.push({ comment, status: statusCode });
  told.push(announcement);
}

const [one, five] = [await later.head(0, 1), await later.head(0, 5)];
const lines = path(later, 5);
await add('a head of size 1, whose one leaf is the note: no path', bundle({ note, checkpoint: one }));
await add('a later head, with the path to it', bundle({ note, checkpoint: five, path: lines }));
await add('a head of size 2, whose path is one hash', bundle({ note, checkpoint: await later.head(0, 2), path: path(later, 2) }));
await add('an empty path where none is needed', bundle({ note, checkpoint: one, path: new Uint8Array() }));
await add('the items in another order, and one that says nothing', bundle({ path: lines, checkpoint: five, note, more: utf8('x') }));
await add('refused: no head', bundle({ note }));
await add('refused: no note', bundle({ checkpoint: one }));
await add('refused: a later head without the path', bundle({ note, checkpoint: five }));
await add('refused: a path behind a head of size 1', bundle({ note, checkpoint: one, path: lines }));
await add('refused: the path to another size', bundle({ note, checkpoint: five, path: path(later, 4) }));
await add('refused: a hash of the path too many', bundle({ note, checkpoint: five, path: utf8(`${textOf(lines)}${toBase64(leafHash(crypto.sha256, note))}\n`) }));
await add('refused: a path whose last line does not end', bundle({ note, checkpoint: five, path: lines.slice(0, -1) }));
await add('refused: a path that is none', bundle({ note, checkpoint: five, path: utf8('hello\n') }));
await add('refused: a head by the same keys whose first leaf is another note', bundle({ note, checkpoint: await other.later.head(0, 1) }));
await add('refused: that one with its own path', bundle({ note, checkpoint: await other.later.head(0, 5), path: path(other.later, 5) }));
await add('refused: a head by the keys of the founding card', bundle({ note, checkpoint: await record.head(0, 1) }));
await add('refused: a head of another party’s log', bundle({ note, checkpoint: await record.head(1, 1) }));
await add('refused: a head without its Ed25519 line', bundle({ note, checkpoint: without(one, 4) }));
await add('refused: a head without its ML-DSA-44 line', bundle({ note, checkpoint: without(one, 5) }));
const few = await opened({ signers: parties[0]?.identity.slice(0, 1) ?? [] });
await add('refused: one identity key where two sign', bundle({ note: few.note, checkpoint: await few.later.head(0, 1) }));
const theirs = await opened({ signers: parties[1]?.identity ?? [] });
await add('refused: signed by the party that is told', bundle({ note: theirs.note, checkpoint: await theirs.later.head(0, 1) }));
const foreign = await opened({ channel: elsewhere.channel.id });
await add('refused: of a channel that is not here', bundle({ note: foreign.note, checkpoint: await foreign.later.head(0, 1) }));
await add('refused: an item twice', formatBundleTwice([{ name: 'note', bytes: note }, { name: 'checkpoint', bytes: one }]));
await add('refused: no bundle', note);

/** Items one after the other, the last one twice: what {@link formatBundle} does not write. */
function formatBundleTwice(items: readonly BundleItem[]): Uint8Array {
  const whole = formatBundle(items);
  const last = whole.slice(formatBundle(items.slice(0, -1)).length);
  return Uint8Array.from([...whole, ...last]);
}

const { parts, values } = shareBytes(told);
writeFileSync(
  file,
  `${JSON.stringify(
    {
      comment: 'bodies (values of shared parts, as spec/proof.md says) of POST /generations to party 1, which knows the founding logs alone and holds no entry; each by itself',
      charter: on.channel.charter.text,
      note: textOf(on.charterNote),
      cards: [...on.channel.parties, ...on.channel.hosts].map(({ text }) => text),
      parts,
      cases: cases.map((one, at) => ({ ...one, announcement: values[at] })),
    },
    undefined,
    1,
  )}\n`,
);
