import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { testChannel, testPerson } from '../node/fixtures-channel.ts';
import { type TestLeaf, TestRecord, type TestSaying } from '../node/fixtures-record.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import { type FoldedEntry, type FoldSource, foldEntries, isAct, type KnownAct } from './fold.ts';
import { actsOf, formatMatter, type Matter, parseMatter } from './matter.ts';

const people = [testPerson('Petrova'), testPerson('Miller')] as const;
const on = await testChannel();

/** A record in which both sides have somebody who may sign anything. */
async function started(seed?: string): Promise<TestRecord> {
  const record = new TestRecord(on, seed);
  for (const [party, person] of people.entries()) await record.accredit(party, person, { may_recall: true });
  return record;
}

/** What a node keeps of what it folded, in memory. */
class Kept {
  readonly matters = new Map<string, Matter>();
  readonly acts = new Map<string, KnownAct>();
  readonly folded = new Map<string, FoldedEntry>();

  async fold(entries: readonly VerifiedEntry[]): Promise<void> {
    const pick =
      <T>(map: ReadonlyMap<string, T>) =>
      (ids: readonly string[]) =>
        Promise.resolve(new Map(ids.flatMap((id) => (map.has(id) ? [[id, map.get(id) as T]] : []))));
    const source: FoldSource = { acts: pick(this.acts), matters: pick(this.matters), waiting: pick(this.waiting()) };
    const fold = await foldEntries(source, entries);
    for (const matter of fold.matters) this.matters.set(matter.id, parseMatter(formatMatter(matter)));
    for (const one of fold.entries) {
      this.folded.set(`${one.entry.party}/${one.entry.index}`, one);
      if (isAct(one.entry.type, one.entry.findings))
        this.acts.set(one.entry.id, { type: one.entry.type, matter: one.matter, valid: one.entry.valid && one.findings.length === 0 });
    }
    for (const { id, matter, findings } of fold.moved) {
      const known = this.acts.get(id);
      assert.ok(known !== undefined, 'what is moved was folded before');
      this.acts.set(id, { ...known, matter, valid: known.valid && findings.length === 0 });
      for (const [key, one] of this.folded)
        if (one.entry.id === id && one.entry.valid) this.folded.set(key, { ...one, matter, findings: [...one.findings, ...findings] });
    }
  }

  waiting(): ReadonlyMap<string, Matter> {
    return new Map([...this.matters].filter(([, matter]) => matter.kind === ''));
  }

  /** Matters that somebody opened, and where every entry went. */
  state(): unknown {
    const matters = [...this.matters.values()].filter((matter) => matter.kind !== '').map(formatMatter);
    const places = [...this.folded].map(([key, one]) => [key, one.matter, one.findings.map(({ id }) => id)]);
    return { matters: matters.sort(), places: places.sort() };
  }
}

async function foldedOf(...batches: readonly (readonly VerifiedEntry[])[]): Promise<Kept> {
  const kept = new Kept();
  for (const batch of batches) await kept.fold(batch);
  return kept;
}

const KINDS: readonly Omit<TestSaying, 'refs'>[] = [
  { kind: 'message', fields: { subject: 'a', text: 'b', marking: 'green' } },
  { kind: 'request', fields: { request_type: 'information', subject: 'a', text: 'b', marking: 'green' } },
  { kind: 'reply', fields: { final: false, text: 'b', marking: 'green' } },
  { kind: 'claim', fields: { facet: 'fact', statement: 'a', marking: 'green' } },
  { kind: 'position', fields: { value: 'denies', marking: 'green' } },
  // A frame field is missing: void.
  { kind: 'request', fields: { subject: 'a', text: 'b', marking: 'green' } },
  // A kind nobody knows here.
  { kind: 'treaty_of_peace', fields: { anything: [1, 2, 3], marking: 'green' } },
];

type Step = { readonly party: number; readonly kind: number; readonly back: number; readonly copy: boolean };
const steps = fc.array(
  fc.record({
    party: fc.nat({ max: 1 }),
    kind: fc.nat({ max: KINDS.length - 1 }),
    back: fc.nat({ max: 6 }),
    copy: fc.nat({ max: 4 }).map((draw) => draw === 0),
  }),
  { minLength: 1, maxLength: 14 },
);

/** Plays steps: each says something about an earlier act (or about none), or repeats an entry of either side in one's own log. */
async function played(list: readonly Step[]): Promise<TestRecord> {
  const record = await started();
  const said: TestLeaf[] = [];
  for (const { party, kind, back, copy } of list) {
    const chosen = said.at(-back);
    if (copy && chosen !== undefined) record.append(party, chosen);
    else {
      const saying = KINDS[kind] as (typeof KINDS)[number];
      const refs = back === 0 || chosen === undefined ? [] : [chosen.id];
      said.push(await record.say(party, people[party] as (typeof people)[number], { ...saying, refs }));
    }
  }
  return record;
}

/** One interleaving of two logs, cut into batches, as choices say. */
function batchesOf(logs: readonly (readonly VerifiedEntry[])[], choices: readonly number[]): VerifiedEntry[][] {
  const left = logs.map((log) => [...log]);
  const out: VerifiedEntry[][] = [];
  for (let i = 0; left.some((log) => log.length > 0); i++) {
    const choice = choices[i % choices.length] ?? 0;
    const log = left[choice % left.length] as VerifiedEntry[];
    const batch = log.splice(0, 1 + (choice >> 1));
    if (batch.length > 0) out.push(batch);
    else out.push((left.find((other) => other.length > 0) as VerifiedEntry[]).splice(0, 1));
  }
  return out;
}

test('any order of arrival of the same two logs gives the same matters and the same places', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 20 }), async (list, choices) => {
      const record = await played(list);
      const logs = await Promise.all([0, 1].map(async (party) => (await record.read(party)).entries));
      const [ours, theirs] = logs as [readonly VerifiedEntry[], readonly VerifiedEntry[]];
      const expected = (await foldedOf(ours, theirs)).state();
      assert.deepEqual((await foldedOf(theirs, ours)).state(), expected);
      assert.deepEqual((await foldedOf(...batchesOf(logs, choices))).state(), expected);
      assert.deepEqual((await foldedOf([...theirs, ...ours])).state(), expected);
    }),
    { numRuns: 120 },
  );
});

test('the fold never throws, whatever was signed', async () => {
  const value = fc.jsonValue({ maxDepth: 2 }).filter((json) => !/[.]|[eE][+-]?[0-9]|-0/.test(JSON.stringify(json)));
  const kinds = fc.constantFrom(
    'message',
    'reply',
    'stamp',
    'identity',
    'blob_held',
    'gate',
    'recall',
    'return_to_post',
    'correction',
    'unknown_thing',
  );
  const fields = fc.dictionary(fc.constantFrom('marking', 'text', 'entry', 'actor', 'note', 'concerns', 'final', 'lines'), value);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ kind: kinds, fields, node: fc.boolean() }), { maxLength: 8 }), async (nonsense) => {
      const record = await started();
      for (const { kind, fields: said, node } of nonsense) {
        const strict = Object.entries(said).flatMap(([name, json]) => (isStrict(json) ? [[name, json] as [string, never]] : []));
        const refs = [record.logs[0]?.at(-1)?.id ?? ''];
        const key = node ? on.parties[0]?.node : people[0].key;
        if (key !== undefined) record.append(0, await record.sign(0, key, node ? 'node' : 'rep', { kind, fields: strict, refs }));
      }
      const { entries } = await record.read(0);
      assert.equal(entries.length, nonsense.length + 2);
      await foldedOf(entries);
    }),
    { numRuns: 100 },
  );
});

function isStrict(json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return typeof json !== 'number' || (Number.isSafeInteger(json) && !Object.is(json, -0));
  if (Array.isArray(json)) return json.every(isStrict);
  return Object.entries(json).every(([key, one]) => /^[a-z][a-z0-9_]{0,31}$/.test(key) && isStrict(one));
}

test('an entry of one side copied into the other side’s log takes nothing away from the act it copies', async () => {
  const record = await started();
  const request = await record.say(0, people[0], { ...(KINDS[1] as (typeof KINDS)[number]) });
  record.append(1, request);
  const reply = await record.say(1, people[1], { ...(KINDS[2] as (typeof KINDS)[number]), refs: [request.id] });
  const [ours, theirs] = await Promise.all([record.read(0), record.read(1)]);
  for (const kept of [await foldedOf(ours.entries, theirs.entries), await foldedOf(theirs.entries, ours.entries)]) {
    const matter = kept.matters.get(request.id);
    assert.deepEqual(matter === undefined ? [] : actsOf(matter).map(({ id }) => id), [request.id, reply.id]);
  }
});

test('an entry repeated in its own log is still answered', async () => {
  const record = await started();
  const request = await record.say(0, people[0], { ...(KINDS[1] as (typeof KINDS)[number]) });
  record.append(0, request);
  const reply = await record.say(1, people[1], { ...(KINDS[2] as (typeof KINDS)[number]), refs: [request.id] });
  const [ours, theirs] = await Promise.all([record.read(0), record.read(1)]);
  const kept = await foldedOf(ours.entries, theirs.entries);
  assert.equal(kept.matters.get(request.id)?.components[1]?.[0]?.id, reply.id);
});

test('bytes that are the text of an act, without its signature, do not stand for it', async () => {
  const record = await started();
  const request = await record.say(0, people[0], { ...(KINDS[1] as (typeof KINDS)[number]) });
  const text = request.bytes.subarray(0, request.bytes.lastIndexOf(10, request.bytes.length - 2));
  record.append(1, { id: request.id, bytes: text });
  const reply = await record.say(1, people[1], { ...(KINDS[2] as (typeof KINDS)[number]), refs: [request.id] });
  const [ours, theirs] = await Promise.all([record.read(0), record.read(1)]);
  assert.equal(theirs.entries.at(-2)?.id, request.id, 'the bytes hash to the id of the act');
  const kept = await foldedOf(theirs.entries, ours.entries);
  assert.equal(kept.matters.get(request.id)?.components[1]?.[0]?.id, reply.id);
});

test('an act whose kind cannot answer what it names changes nothing, and what answers it changes nothing either', async () => {
  const record = await started();
  const claim = await record.say(0, people[0], { ...(KINDS[3] as (typeof KINDS)[number]) });
  const reply = await record.say(1, people[1], { ...(KINDS[2] as (typeof KINDS)[number]), refs: [claim.id] });
  await record.message(0, people[0], 'about that reply', { refs: [reply.id] });
  const [ours, theirs] = await Promise.all([record.read(0), record.read(1)]);
  const kept = await foldedOf(ours.entries, theirs.entries);
  assert.deepEqual(Object.keys(kept.matters.get(claim.id)?.components ?? {}), ['0']);
  assert.deepEqual(
    [...kept.folded.values()].flatMap(({ findings }) => findings.map(({ id }) => id)),
    ['finding.cannot_join', 'finding.cannot_join'],
  );
});

test('a matter holds frame fields alone', async () => {
  const record = await started();
  const request = await record.say(0, people[0], { ...(KINDS[1] as (typeof KINDS)[number]) });
  const kept = await foldedOf((await record.read(0)).entries);
  assert.deepEqual(kept.matters.get(request.id)?.components[0]?.[0]?.frame, { request_type: 'information', marking: 'green' });
});
