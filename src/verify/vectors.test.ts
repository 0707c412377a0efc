import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromBase64, fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { en } from '../base/catalogue/en/index.ts';
import type { Json } from '../base/json.ts';
import { type BundleItem, formatBundle, parseBundle } from '../entry/bundle.ts';
import { originOf, parseCard } from '../entry/card.ts';
import { assembleChannel, type Channel, parseCharter } from '../entry/charter.ts';
import { parseGeneration } from '../entry/generation.ts';
import { testCrypto as crypto } from '../node/fixtures-channel.ts';
import { leafHash, rootOf } from '../tlog/merkle.ts';
import { type OwnEntry, ownEntry } from './about-entry.ts';
import { type CitedStatus, type ReadContext, type ReadItem, readBatch } from './read-log.ts';
import { continuedState, initialState } from './reader-state.ts';
import { type FileVerdict, verifyFile } from './verify-file.ts';

const read = <T>(name: string) => JSON.parse(readFileSync(new URL(`../../vectors/record/${name}`, import.meta.url), 'utf8')) as T;

type LeafVector = { entry: string; body?: string };
type VerdictVector = { valid: boolean; findings: string[]; type: string; automatic: boolean; stamp?: Json };
type Verdicts = {
  charter: string;
  cards: string[];
  prefix: LeafVector[];
  others: { party: number; gen: string; roots: string[] }[];
  cases: { comment: string; leaves: LeafVector[]; verdicts: VerdictVector[] }[];
};
const verdicts = read<Verdicts>('verdicts.json');
/** Of the same channel. */
const people = { ...read<Omit<Verdicts, 'charter' | 'cards'>>('people.json'), charter: verdicts.charter, cards: verdicts.cards };
const keyEvents = read<Verdicts>('key-events.json');
/** Of the same channel, after the same prefix. */
const erasure = { ...verdicts, cases: read<Pick<Verdicts, 'cases'>>('erasure.json').cases };
const files = [verdicts, people, keyEvents, erasure];

function channelOf(text: string, cards: readonly string[]): Channel {
  const charter = parseCharter(text);
  const parsed = cards.flatMap((card) => {
    const one = parseCard(card);
    return 'card' in one ? [one.card] : [];
  });
  const made = 'charter' in charter ? assembleChannel(crypto.sha256, charter.charter, parsed) : charter;
  return 'channel' in made ? made.channel : assert.fail(made.expected);
}

/** Reads the log of party 0 as somebody who holds of the other logs what the vectors say. */
async function readLog(
  leaves: readonly LeafVector[],
  batches: readonly number[] = [leaves.length],
  given: Verdicts = verdicts,
): Promise<VerdictVector[]> {
  const channel = channelOf(given.charter, given.cards);
  const card = channel.parties[0] ?? assert.fail();
  const items: ReadItem[] = leaves.map(({ entry, body }) => ({ bytes: utf8(entry), body: body === undefined ? undefined : utf8(body) }));
  const hashes = items.map(({ bytes }) => leafHash(crypto.sha256, bytes));
  const rootAt = async (party: number, size: number): Promise<Uint8Array | undefined> => {
    if (party === 0) return size <= hashes.length ? rootOf(crypto.sha256, hashes.slice(0, size)) : undefined;
    return fromBase64url(given.others.find((other) => other.party === party)?.roots[size - 1] ?? '', 32);
  };
  const ids = new Map<string, OwnEntry>();
  const context = {
    crypto,
    channel,
    origin: originOf(crypto.sha256, card),
    party: 0,
    gen: card.gen,
    seen: async (asked: readonly string[]) => new Set(asked.filter((id) => ids.has(id))),
    own: async (id: string) => ids.get(id),
    cited: async (head: { party: number; gen: string; size: number; root: string }): Promise<CitedStatus> => {
      if (channel.parties[head.party]?.gen !== head.gen) return { status: 'false' };
      const root = await rootAt(head.party, head.size);
      if (root === undefined) return { status: 'beyond' };
      return toBase64url(root) === head.root ? { status: 'true', level: 0 } : { status: 'false' };
    },
    rootAt: (origin: string, size: number) =>
      rootAt(
        channel.parties.findIndex((one) => originOf(crypto.sha256, one) === origin),
        size,
      ),
  };
  const out: VerdictVector[] = [];
  let state = initialState(card);
  let at = 0;
  for (const size of [...batches, leaves.length]) {
    const result = await readBatch(context, state, items.slice(at, at + size));
    at += size;
    state = result.state;
    for (const { id, valid, findings, type, automatic, stamp } of result.entries) {
      if (!ids.has(id)) ids.set(id, ownEntry(type, valid, findings));
      const verdict = { valid, findings: findings.map((one) => one.id), type, automatic };
      out.push(stamp === undefined ? verdict : { ...verdict, stamp: JSON.parse(JSON.stringify(stamp)) as Json });
    }
  }
  return out;
}

for (const file of files)
  for (const given of file.cases)
    test(`verdict: ${given.comment}`, async () => {
      const leaves = [...file.prefix, ...given.leaves];
      const expected = given.verdicts;
      const from = file.prefix.length;
      assert.deepEqual((await readLog(leaves, [leaves.length], file)).slice(from), expected);
      // One by one, as entries come in life, and cut in the middle: the batches change nothing.
      assert.deepEqual((await readLog(leaves, Array(leaves.length).fill(1), file)).slice(from), expected);
      assert.deepEqual((await readLog(leaves, [from, 1], file)).slice(from), expected);
    });

test('the entries of the prefix count', async () => {
  for (const { prefix, charter } of [verdicts, people]) {
    assert.equal(charter, verdicts.charter);
    const said = await readLog(prefix);
    assert.ok(said.every(({ valid, findings }) => valid && findings.length === 0));
  }
});

test('a log whose first entry is not the charter begins with a void entry', async () => {
  const [first] = await readLog([{ entry: verdicts.charter.replace('"rules":1', '"rules":2') }]);
  assert.deepEqual(first?.findings, ['void.not_the_charter']);
});

test('a later log whose first entry is not the note that opened it begins with a void entry', async () => {
  const given = JSON.parse(readFileSync(new URL('../../vectors/entry/generations.json', import.meta.url), 'utf8')) as { cases: { note: string }[] };
  const [one, other] = given.cases.map(({ note }) => utf8(note));
  const parsed = parseGeneration(crypto.sha256, one ?? assert.fail());
  assert.ok('note' in parsed);
  const { note } = parsed;
  const nothing = async () => new Set<string>();
  const context: ReadContext = {
    crypto,
    channel: channelOf(verdicts.charter, verdicts.cards),
    origin: note.origin,
    party: 0,
    gen: note.card.gen,
    seen: nothing,
    own: async () => undefined,
    cited: async () => ({ status: 'beyond' }),
    rootAt: async () => undefined,
    generation: { note, ordinal: 1 },
  };
  const state = continuedState(initialState(note.card), note.n);
  for (const [bytes, findings] of [
    [note.bytes, []],
    [other ?? assert.fail(), ['void.not_the_generation']],
  ] as const) {
    const read = await readBatch(context, state, [{ bytes, body: undefined }]);
    assert.deepEqual(
      read.entries[0]?.findings.map(({ id }) => id),
      findings,
    );
    assert.deepEqual([read.entries[0]?.id === note.hash, read.entries[0]?.position], [true, 2 ** 32]);
    assert.deepEqual([read.state.n, read.state.size], [1, 1]);
  }
});

test('there is a vector for every reason to be void, and for every finding of a reader', () => {
  const found = new Set(files.flatMap(({ cases }) => cases).flatMap((given) => given.verdicts.flatMap(({ findings }) => findings)));
  const folds = ['finding.opens_nothing', 'finding.cannot_join', 'finding.waits'];
  const firsts = ['void.not_the_charter', 'void.not_the_generation'];
  const wanted = Object.keys(en).filter((id) => /^(void|finding)\./.test(id) && ![...firsts, ...folds].includes(id));
  assert.deepEqual(
    wanted.filter((id) => !found.has(id)),
    [],
  );
});

type Said = { ok: boolean | null; id: string; values: Json };
type RecordCase = { comment: string; edits: { item: string; base64?: string }[]; verdict: string; sentences: Said[]; entries: Json[] };
const records = read<{ record: string; cases: RecordCase[] }>('records.json');
const sentencesOf = ({ sentences }: FileVerdict): Said[] => sentences.map(({ ok, phrase }) => ({ ok, id: phrase.id, values: phrase.values ?? {} }));
const bytesOf = (text: string): Uint8Array => fromBase64(text) ?? assert.fail('base64');

const gone = read<{ record: string; records: Omit<RecordCase, 'entries'>[]; decoy: Pick<RecordCase, 'verdict' | 'sentences'> & { record: string } }>(
  'erasure.json',
);
const recordCases = [
  ...records.cases.map((given) => ({ ...given, record: records.record })),
  ...gone.records.map((given) => ({ ...given, record: gone.record, entries: undefined })),
  { ...gone.decoy, comment: 'a leaf that its author said it erased under another name', edits: [], entries: undefined },
];

for (const given of recordCases)
  test(`record: ${given.comment}`, async () => {
    const bundle = parseBundle(bytesOf(given.record));
    const items: BundleItem[] = 'items' in bundle ? [...bundle.items] : assert.fail();
    for (const { item, base64 } of given.edits) {
      const at = items.findIndex(({ name }) => name === item);
      const edited = base64 === undefined ? [] : [{ name: item, bytes: bytesOf(base64) }];
      if (at === -1) items.push(...edited);
      else items.splice(at, 1, ...edited);
    }
    const verdict = await verifyFile(crypto, formatBundle(items));
    assert.equal(verdict.verdict, given.verdict);
    assert.deepEqual(sentencesOf(verdict), given.sentences);
    const entries = (verdict.entries ?? []).map(({ party, index, id, valid, level, findings }) => ({
      party,
      index,
      id,
      valid,
      level,
      findings: findings.map((one) => one.id),
    }));
    if (given.entries !== undefined) assert.deepEqual(entries, given.entries);
  });

type ProofCase = { comment: string; proof: string; verdict: string; sentences: Said[]; fields: [string, Json][]; withheld: number };
for (const given of read<ProofCase[]>('proofs.json'))
  test(`proof: ${given.comment}`, async () => {
    const verdict = await verifyFile(crypto, utf8(given.proof));
    assert.equal(verdict.verdict, given.verdict);
    assert.deepEqual(sentencesOf(verdict), given.sentences);
    assert.deepEqual([...(verdict.proved?.documents[0]?.fields ?? [])], given.fields);
    assert.equal(verdict.proved?.documents[0]?.withheld ?? 0, given.withheld);
  });
