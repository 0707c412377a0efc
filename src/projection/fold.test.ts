import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KINDS as ALL_KINDS } from '../document/registry.ts';
import type { TestSaying } from '../node/fixtures-record.ts';
import { batchesOf, cut, foldedOf, Kept, people, randomEntries, started, stateOfWhole, withRepeats } from './fixtures-folds.ts';
import { foldNonsense } from './fixtures-nonsense.ts';
import { actsOf } from './matter.ts';

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

/** Random records that entries are drawn from: signing is what costs, so every property draws from the same few. */
const WORLDS = await Promise.all([1, 2, 3, 4, 5, 21].map((n) => randomEntries(n * 7919, 150)));
const WINDOW = 40;

/** Entries of one record in the order in which they come: from a stretch of it, with gaps, so that much waits for what never comes. */
const arrivals = fc
  .record({
    world: fc.nat({ max: WORLDS.length - 1 }),
    from: fc.nat({ max: 150 - WINDOW }),
    picks: fc.array(fc.nat({ max: WINDOW - 1 }), { minLength: 1, maxLength: 30, size: 'max' }),
  })
  .map(({ world, from, picks }) => [...new Set(picks)].flatMap((pick) => WORLDS[world]?.[from + pick] ?? []));
const cuts = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 12 });

test('every kind there is takes part in the records of these properties', () => {
  const types = new Set(WORLDS.flat().flatMap(({ valid, type }) => (valid ? [type] : [])));
  assert.deepEqual(
    ALL_KINDS.filter(({ id }) => !types.has(id)).map(({ id }) => id),
    [],
  );
});

test('the fold comes to what a plain reading of the whole record comes to', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, cuts, async (entries, sizes) => {
      assert.deepEqual((await foldedOf(...cut(entries, sizes))).state(), stateOfWhole(entries));
    }),
    { numRuns: 1000 },
  );
});

/** Ways in which the same entries can come: as they were drawn, some of them twice; where the first fold of each was lost; a log after the other; both at once. */
const WAYS = ['repeated', 'lost', 'theirs first', 'together'] as const;

test('any order of arrival, in any parts, with whatever comes again, gives both sides the same digest', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, cuts, fc.constantFrom(...WAYS), async (entries, sizes, way) => {
      const logs = Map.groupBy(entries, ({ party }) => party);
      const inOrder = [0, 1].map((party) => (logs.get(party) ?? []).toSorted((a, b) => a.index - b.index));
      const [ours = [], theirs = []] = inOrder;
      const expected = await foldedOf(ours, theirs);
      const other = await cameBy(way, entries, inOrder, sizes);
      assert.equal(other.digest(), expected.digest());
      assert.deepEqual(other.state(), expected.state());
    }),
    { numRuns: 1000 },
  );
});

type Entries = (typeof WORLDS)[number];

async function cameBy(way: (typeof WAYS)[number], entries: Entries, logs: readonly Entries[], sizes: readonly number[]): Promise<Kept> {
  if (way === 'theirs first') return foldedOf([...(logs[1] ?? []), ...(logs[0] ?? [])]);
  if (way === 'together') return foldedOf(...withRepeats(batchesOf(logs, sizes), sizes));
  if (way === 'repeated') return foldedOf(...withRepeats(cut(entries, sizes), sizes));
  const lost = new Kept();
  for (const batch of cut(entries, sizes)) {
    await lost.foldInVain(batch);
    await lost.fold(batch);
  }
  return lost;
}

test('neither the fold nor anything that is computed of it throws, and what is nonsense becomes a finding and changes nothing', async () => {
  const { voids, matters } = await foldNonsense(fc.readConfigureGlobal().seed ?? 1, 400);
  assert.ok(voids > 0 && matters > 50);
});

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
