import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toBase64url } from '../base/bytes.ts';
import type { Json } from '../base/json.ts';
import { isContent } from '../document/about-entries.ts';
import type { Cell, Field, Kind } from '../document/kind.ts';
import { KINDS } from '../document/registry.ts';
import { eraseFields, leavesByName } from '../entry/body.ts';
import { type FoldSource, foldEntries } from '../projection/fold.ts';
import { changedMatter, formatMatter, type Matter } from '../projection/matter.ts';
import { branchOf, keepBranch } from '../sync/branch.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import { testCrypto as crypto, testChannel, testPerson } from './fixtures-channel.ts';
import { type TestLeaf, TestRecord } from './fixtures-record.ts';
import { testReplica, testRuntime } from './fixtures-replica.ts';

const on = await testChannel();
const petrova = testPerson('Petrova');
const { sha256 } = crypto;

/** A log in which Petrova is accredited, and a message whose text is erased or lost before anybody else held it. */
async function started(): Promise<{ record: TestRecord; leaf: TestLeaf }> {
  const record = new TestRecord(on);
  await record.accredit(0, petrova);
  return { record, leaf: await record.message(0, petrova, 'A word') };
}

/** Somebody here has looked at who speaks there: what they erase is erased. */
async function acknowledged({ store, id }: ReturnType<typeof testRuntime>, record: TestRecord): Promise<void> {
  await store.putLocal(`acknowledged/${id}`, record.logs[0]?.[1]?.id ?? '', JSON.stringify({ by: 'Officer', at: 1 }));
}

/** The texts of what is kept of another history of the first log. */
async function branchWords(runtime: ReturnType<typeof testRuntime>): Promise<string> {
  const branch = await branchOf(runtime.store, (await runtime.heads())[0]?.origin ?? '');
  return (branch?.entries ?? []).map(({ body }) => Buffer.from(body ?? []).toString()).join('');
}

const erasure = ({ id, body }: TestLeaf, name: string, leaf = leavesByName(sha256, body ?? new Uint8Array()).get(name)): Record<string, Json> => ({
  entry: id,
  pointers: [`/${name}`],
  leaves: [leaf ?? ''],
  basis: 'Sent by mistake.',
  marking: 'green',
});
const erasedBody = ({ body }: TestLeaf, ...names: string[]): Uint8Array => eraseFields(sha256, body ?? new Uint8Array(), names);

/** What the other party's node answers to the whole log, with another body of the message than was signed, or none. */
async function answer(record: TestRecord, leaf: TestLeaf, body: Uint8Array | undefined) {
  const log = record.logs[0] ?? [];
  const { body: _, ...bare } = leaf;
  log.splice(log.indexOf(leaf), 1, body === undefined ? bare : { ...leaf, body });
  const runtime = testRuntime(await testReplica(on, 1));
  const push = await runtime.receive(0, await record.push(0, 0));
  await runtime.reader.idle();
  const [verdict] = await runtime.store.verdicts(runtime.id, [Buffer.from(leaf.id, 'base64url')]);
  return { status: push.status, verdict, runtime };
}

test('a text that comes with a field missing is receipted only where its author’s valid erasure above it names that very leaf', async () => {
  const tell = async (act: (record: TestRecord, leaf: TestLeaf) => Promise<unknown>, ...missing: string[]): Promise<number> => {
    const { record, leaf } = await started();
    await act(record, leaf);
    return (await answer(record, leaf, erasedBody(leaf, ...missing))).status;
  };
  const say = (record: TestRecord, leaf: TestLeaf, fields: Record<string, Json>, kind = 'body_erased') =>
    record.say(0, petrova, { kind, refs: [leaf.id], fields });
  assert.equal(await tell((record, leaf) => say(record, leaf, erasure(leaf, 'text')), 'text'), 200);
  assert.equal(await tell(async () => undefined, 'text'), 202, 'no act');
  assert.equal(await tell((record, leaf) => say(record, leaf, erasure(leaf, 'subject')), 'text'), 202, 'another leaf');
  assert.equal(await tell((record, leaf) => say(record, leaf, erasure(leaf, 'text')), 'text', 'subject'), 202, 'a leaf more');
  assert.equal(await tell((record, leaf) => say(record, leaf, erasure(leaf, 'marking')), 'marking'), 202, 'the frame');
  assert.equal(
    await tell(
      (record, leaf) => say(record, leaf, erasure(leaf, 'marking', leavesByName(sha256, leaf.body ?? new Uint8Array()).get('text'))),
      'text',
    ),
    202,
    'under a name that is none of content',
  );
  const stranger = testPerson('Stranger');
  assert.equal(
    await tell((record, leaf) => record.say(0, stranger, { kind: 'body_erased', refs: [leaf.id], fields: erasure(leaf, 'text') }), 'text'),
    202,
    'signed by nobody accredited',
  );
  const lost = (leaf: TestLeaf) => {
    const { basis: _, ...fields } = erasure(leaf, 'text');
    return fields;
  };
  assert.equal(await tell((record, leaf) => say(record, leaf, lost(leaf), 'lost'), 'text'), 200, 'a field that was lost');
});

test('a text that its author lost whole is receipted without it, read past, and held as not accepted', async () => {
  const { record, leaf } = await started();
  await record.say(0, petrova, { kind: 'lost', refs: [leaf.id], fields: { entry: leaf.id, marking: 'green' } });
  await record.message(0, petrova, 'Afterwards');
  const { status, verdict, runtime } = await answer(record, leaf, undefined);
  assert.equal(status, 200);
  assert.deepEqual([verdict?.valid, verdict?.findings], [false, '[{"id":"void.body_not_opened"}]']);
  assert.equal((await runtime.reader.state(0)).size, record.size(0));
});

test('an erasure excuses no whole text, and a loss excuses no part of one', async () => {
  const first = await started();
  await first.record.say(0, petrova, { kind: 'body_erased', refs: [first.leaf.id], fields: erasure(first.leaf, 'text') });
  assert.equal((await answer(first.record, first.leaf, undefined)).status, 202);
  const second = await started();
  await second.record.say(0, petrova, { kind: 'lost', refs: [second.leaf.id], fields: { entry: second.leaf.id, marking: 'green' } });
  assert.equal((await answer(second.record, second.leaf, erasedBody(second.leaf, 'text'))).status, 202);
});

test('what was erased does not come back with another history of its log', async () => {
  const { record, leaf } = await started();
  const other = new TestRecord(on);
  other.logs[0]?.splice(0, other.size(0), ...(record.logs[0] ?? []).slice(0, 2));
  await other.message(0, petrova, 'Another history of the log');
  other.append(0, { ...leaf });
  await record.message(0, petrova, 'The first history');
  await record.say(0, petrova, { kind: 'body_erased', refs: [leaf.id], fields: erasure(leaf, 'text') });
  const runtime = testRuntime(await testReplica(on, 1));
  await acknowledged(runtime, record);
  await runtime.receive(0, await record.push(0, 0));
  await runtime.reader.idle();
  await assert.rejects(runtime.receive(0, await other.push(0, 2)), { code: 'fork' });
  const words = await branchWords(runtime);
  assert.ok(words.includes('Another history') && !words.includes('A word.'));
});

test('an erasure reaches what is kept of another history', async () => {
  const { record, leaf } = await started();
  const runtime = testRuntime(await testReplica(on, 1));
  await acknowledged(runtime, record);
  const origin = (await runtime.heads())[0]?.origin ?? '';
  await keepBranch(runtime.store, origin, { from: 2, entries: [{ bytes: leaf.bytes, ...(leaf.body === undefined ? {} : { body: leaf.body }) }] });
  assert.ok((await branchWords(runtime)).includes('A word.'));
  await record.say(0, petrova, { kind: 'body_erased', refs: [leaf.id], fields: erasure(leaf, 'text') });
  await runtime.receive(0, await record.push(0, 0));
  await runtime.reader.idle();
  const words = await branchWords(runtime);
  assert.ok(words.includes('A word') && !words.includes('A word.'), 'its subject stays');
});

test('what was erased does not come back with a copy of its entry', async () => {
  const { record, leaf } = await started();
  await record.say(0, petrova, { kind: 'body_erased', refs: [leaf.id], fields: erasure(leaf, 'text') });
  // The same entry once more, with its whole text: void, held, and it says the text again.
  record.append(0, { ...leaf });
  const runtime = testRuntime(await testReplica(on, 1));
  await acknowledged(runtime, record);
  await runtime.receive(0, await record.push(0, 0));
  await runtime.reader.idle();
  const rows = await runtime.store.entries((await runtime.heads())[0]?.origin ?? '', 0, record.size(0));
  for (const row of rows) assert.ok(!Buffer.from(row.body ?? []).includes('A word.'), `entry ${row.index}`);
});

test('a copy of what others said lets nobody erase it: not in their log, and not in the log of whoever copied it', async () => {
  const record = new TestRecord(on);
  const reyes = testPerson('Reyes');
  await record.accredit(0, petrova);
  await record.accredit(1, reyes);
  const word = await record.message(0, petrova, 'A word');
  record.append(1, word);
  await record.say(1, reyes, { kind: 'body_erased', refs: [word.id], fields: erasure(word, 'text') });
  const runtime = testRuntime(await testReplica(on, 0));
  await runtime.store.putLocal(`acknowledged/${runtime.id}`, record.logs[1]?.[1]?.id ?? '', JSON.stringify({ by: 'Officer', at: 1 }));
  assert.equal((await runtime.receive(1, await record.push(1, 0))).status, 200);
  await runtime.reader.idle();
  const rows = await runtime.store.entries((await runtime.heads())[1]?.origin ?? '', 0, 9);
  assert.ok(Buffer.from(rows[2]?.body ?? []).includes('A word.'));
  assert.deepEqual(await runtime.store.listLocal('erased'), [], 'and nothing is remembered as erased');
});

/** A value that a field allows. */
function sampleOf(field: Field | Cell): Json {
  switch (field.shape) {
    case 'line':
      return { language: 'en', email: 'a@example.org', telephone: '+41 22', time_zone: 'Europe/Zurich', pointer: '/text', plain: 'Words' }[
        field.as ?? 'plain'
      ];
    case 'text':
      return 'Some words.';
    case 'choice':
      return field.name === 'facet' ? 'attribution' : field.name === 'marking' ? 'green' : (field.of[0] ?? '');
    case 'choices':
      return field.of.slice(0, 1);
    case 'lines':
      return [sampleOf({ ...field, shape: 'line', max: field.maxEach })];
    case 'instant':
      return field.name === 'occurred_at' ? 1_600_000_000 : 1_700_000_000;
    case 'whole':
      return field.min;
    case 'flag':
      return true;
    case 'bytes':
      return toBase64url(new Uint8Array(field.size).fill(4));
    case 'entries':
      return [toBase64url(new Uint8Array(32).fill(5))];
    case 'attachments':
      return [{ root: toBase64url(new Uint8Array(32).fill(6)), salt: toBase64url(new Uint8Array(16)), size: 1, media: 'text/plain', name: 'a.txt' }];
    case 'rows':
      return [Object.fromEntries(field.of.map((cell) => [cell.name, sampleOf(cell)]))];
    case 'opaque':
      return ['Words'];
  }
}

const nothing: FoldSource = {
  acts: async (ids) => ids.map(() => undefined),
  waiting: async () => new Map<string, Matter>(),
  folded: async () => new Set<VerifiedEntry>(),
};

async function stateOf(record: TestRecord): Promise<{ verdicts: readonly object[]; matters: readonly string[]; root: string }> {
  const { entries } = await record.read(0);
  const fold = await foldEntries(nothing, entries);
  const verdicts = entries.map(({ id, valid, level, automatic }) => ({ id, valid, level, automatic }));
  return {
    verdicts,
    matters: fold.matters.map((change) => formatMatter(changedMatter(undefined, change))).sort(),
    root: toBase64url(record.rootAt(0, record.size(0))),
  };
}

test('erasing any content fields of any kind changes no verdict, no matter and no root', async () => {
  const kinds = KINDS.filter((kind) => kind.signedBy === 'representative');
  const pick = fc.constantFrom(...kinds).chain((kind) =>
    fc.record({
      kind: fc.constant(kind),
      erased: fc.subarray(kind.fields.filter(({ name }) => isContent(kind, name)).map(({ name }) => name)),
      given: fc.subarray(kind.fields.filter((field) => !field.required).map(({ name }) => name)),
    }),
  );
  await fc.assert(
    fc.asyncProperty(pick, async ({ kind, erased, given }: { kind: Kind; erased: string[]; given: string[] }) => {
      const record = new TestRecord(on, `property ${kind.id} ${erased.join()} ${given.join()}`);
      await record.accredit(0, petrova, { may_recall: true });
      const fields = kind.fields
        .filter((field) => field.required || given.includes(field.name))
        .map((field) => [field.name, sampleOf(field)] as const);
      const leaf = await record.say(0, petrova, { kind: kind.id, fields });
      const before = await stateOf(record);
      record.logs[0]?.splice(2, 1, { ...leaf, body: erasedBody(leaf, ...erased) });
      assert.deepEqual(await stateOf(record), before);
    }),
    { numRuns: 300 },
  );
});
