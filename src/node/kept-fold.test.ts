import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url } from '../base/bytes.ts';
import { originOf } from '../entry/card.ts';
import { awaitsSomething } from '../projection/duties.ts';
import { cut, numbersOf, on, people, randomEntries, started, stateOfWhole } from '../projection/fixtures-folds.ts';
import { parseMatter } from '../projection/matter.ts';
import { openMemoryStore } from '../store/memory.ts';
import type { MatterRow, Store, VerdictRow } from '../store/store.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import { testCrypto } from './fixtures-channel.ts';
import { KeptFold } from './kept-fold.ts';
import { shippedPacks } from './packs.ts';

const { channel } = on;
const { sha256 } = testCrypto;
const rules = { packs: [], parties: 2, quorum: 1 };
const foldOver = (store: Store): KeptFold => new KeptFold(store, channel.id, rules);

async function storeOfChannel(): Promise<Store> {
  const store = openMemoryStore({ sha256 });
  for (const [party, card] of channel.parties.entries())
    await store.createLog({ origin: originOf(sha256, card), channel: channel.id, party, gen: card.gen, own: party === 0 });
  return store;
}

async function keep(kept: KeptFold, store: Store, batch: readonly VerifiedEntry[]): Promise<void> {
  const fold = await kept.fold(batch);
  const rows = await kept.rows(fold);
  await store.putVerdicts({ ...rows, readers: [] });
  kept.keep(fold, rows);
}

/** Matters in which anything stands, and where every entry went, as the store has them. */
async function stateIn(store: Store): Promise<unknown> {
  const matters = (await store.matters(channel.id)).map(({ state }) => state).filter((state) => !state.endsWith('"components":{}}'));
  const logs = await Promise.all(channel.parties.map((card) => store.verdictsOf(originOf(sha256, card), 0, 1_000)));
  const places = logs.flatMap((rows, party) => rows.map(({ index, matter }) => `${party}/${index} ${toBase64url(matter)}`));
  return { matters: matters.sort(), places: places.sort() };
}

function expected(entries: readonly VerifiedEntry[]): unknown {
  const { matters, places } = stateOfWhole(entries);
  return { matters, places: places.map((place) => place.split(' ').slice(0, 2).join(' ')) };
}

test('what a store keeps of a fold is the state of the whole record, whether it was remembered or read back', async () => {
  for (const seed of [11, 12]) {
    const next = numbersOf(seed);
    const entries = await randomEntries(seed, 120);
    const remembering = await storeOfChannel();
    const restarted = await storeOfChannel();
    const kept = foldOver(remembering);
    for (const batch of cut(
      entries.toSorted(() => next(3) - 1),
      [next(9), next(9), next(9)],
    )) {
      await keep(kept, remembering, batch);
      // A process started anew knows nothing but what the store has.
      await keep(foldOver(restarted), restarted, batch);
    }
    assert.deepEqual(await stateIn(remembering), expected(entries));
    assert.deepEqual(await stateIn(restarted), expected(entries));
  }
});

/** All rows that a store has of a fold, as text; but matters that everything has left. */
async function rowsIn(
  store: Store,
): Promise<{ readonly matters: readonly string[]; readonly verdicts: readonly string[]; readonly inAnother: number }> {
  const matters = (await store.matters(channel.id)).filter(({ state }) => !state.endsWith('"components":{}}'));
  const logs = await Promise.all(channel.parties.map((card) => store.verdictsOf(originOf(sha256, card), 0, 1_000)));
  const textOf = (row: MatterRow | VerdictRow): string =>
    JSON.stringify(row, (_, value: unknown) => (value instanceof Uint8Array ? toBase64url(value) : value));
  const inAnother = matters.filter(({ id, dossier }) => toBase64url(id) !== toBase64url(dossier)).length;
  return { matters: matters.map(textOf), verdicts: logs.flat().map(textOf), inAnother };
}

test('every row is the same in whatever order and parts the entries come, the dossier of what concerns another document among them', async () => {
  for (const seed of [21, 22, 23]) {
    const next = numbersOf(seed);
    const entries = await randomEntries(seed, 120);
    const shuffled = (): VerifiedEntry[] => {
      const left = [...entries];
      return entries.flatMap(() => left.splice(next(left.length), 1));
    };
    const orders = [[entries], cut(entries, [0]), cut(shuffled(), [next(9), next(9)]), cut(shuffled(), [30]), [shuffled()]];
    const rows: Awaited<ReturnType<typeof rowsIn>>[] = [];
    for (const batches of orders) {
      const store = await storeOfChannel();
      for (const batch of batches) await keep(foldOver(store), store, batch);
      rows.push(await rowsIn(store));
    }
    assert.ok((rows[0]?.inAnother ?? 0) > 3, 'some matters stand in the dossier of another');
    for (const other of rows.slice(1)) assert.deepEqual(other, rows[0]);
  }
});

test('entries that are folded again change nothing, whether they come with what follows or alone, or twice at once', async () => {
  const next = numbersOf(31);
  const entries = await randomEntries(31, 100);
  const once = await storeOfChannel();
  const again = await storeOfChannel();
  const kept = foldOver(again);
  for (const batch of cut(entries, [6])) await keep(foldOver(once), once, batch);
  for (const [i, batch] of cut(entries, [6]).entries()) {
    const before = entries.slice(0, 7 * i).filter(() => next(3) === 0);
    await keep(kept, again, [...before, ...batch, ...batch.slice(0, 2)]);
    await keep(foldOver(again), again, batch);
  }
  assert.deepEqual(await rowsIn(again), await rowsIn(once));
  await keep(kept, again, entries.toReversed());
  assert.deepEqual(await rowsIn(again), await rowsIn(once));
});

test('a fold that was not kept is not remembered, and neither is what was dropped', async () => {
  const entries = await randomEntries(13, 60);
  const store = await storeOfChannel();
  const kept = foldOver(store);
  for (const batch of cut(entries, [4])) {
    await kept.rows(await kept.fold(batch));
    await keep(kept, store, batch);
  }
  assert.deepEqual(await stateIn(store), expected(entries));
  await store.resetProjection(channel.id);
  kept.forget();
  const half = entries.slice(0, 30);
  for (const batch of cut(half, [2])) await keep(kept, store, batch);
  assert.deepEqual(await stateIn(store), expected(half));
});

test('the row of a matter says that it awaits something exactly while it does', async () => {
  const packs = [...shippedPacks().values()].map(({ pack }) => pack);
  for (const seed of [14, 15]) {
    const store = await storeOfChannel();
    const kept = new KeptFold(store, channel.id, { ...rules, packs });
    for (const batch of cut(await randomEntries(seed, 150), [0, 3, 11])) {
      await keep(kept, store, batch);
      for (const { open, state } of await store.matters(channel.id))
        assert.equal(open, awaitsSomething(parseMatter(state), { ...rules, packs }), state);
    }
  }
});

test('what comes to a matter in which very much was said is kept without reading that again, and the matter is one to look at', async () => {
  const record = await started('very much');
  const claim = await record.say(0, people[0], { kind: 'claim', refs: [], fields: { facet: 'fact', statement: 'It was so.', marking: 'green' } });
  const position = { kind: 'position', refs: [claim.id], fields: { value: 'denies', marking: 'green' } };
  await record.say(1, people[1], position);
  const [ours, theirs] = await Promise.all([record.read(0), record.read(1)]);
  const last = theirs.entries.at(-1);
  assert.ok(last?.valid);
  // As if they had gone on and on, which nobody need sign for a test of the fold.
  const many = (from: number, to: number): readonly VerifiedEntry[] =>
    Array.from({ length: to - from }, (_, i) => ({
      ...last,
      index: last.index + 1 + from + i,
      id: toBase64url(sha256(Uint8Array.of((from + i) >> 8, from + i))),
    }));
  const store = await storeOfChannel();
  let read = 0;
  const counting: Store = {
    ...store,
    matters: async (of, filter) => {
      const rows = await store.matters(of, filter);
      for (const { state } of rows) read += state.length;
      return rows;
    },
  };
  const kept = foldOver(counting);
  await keep(kept, counting, [...ours.entries, ...theirs.entries]);
  await keep(kept, counting, many(0, 2_400));
  assert.equal(read, 0);
  for (let at = 2_400; at < 2_450; at++) await keep(kept, counting, many(at, at + 1));
  for (let at = 2_450; at < 2_460; at++) await keep(foldOver(counting), counting, many(at, at + 1));
  assert.ok(read < 10_000, `${read} characters`);
  const claimed = async () =>
    (await store.matters(channel.id, { kind: 'claim' })).map(({ open, state }) => ({ open, matter: parseMatter(state) }))[0];
  const before = await claimed();
  assert.equal(before?.matter.components['1']?.length, 2_461);
  assert.equal(before?.open, false, 'what is known to await nothing goes on awaiting nothing');
  for (const withdrawal of many(2_460, 2_463)) await keep(foldOver(counting), counting, [{ ...withdrawal, type: 'withdrawal' }]);
  assert.equal((await claimed())?.open, true);
  assert.ok(read < 30_000, `${read} characters`);
});
