import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url } from '../base/bytes.ts';
import { originOf } from '../entry/card.ts';
import { cut, numbersOf, on, randomEntries, stateOfWhole } from '../projection/fixtures-folds.ts';
import { openMemoryStore } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import { testCrypto } from './fixtures-channel.ts';
import { KeptFold } from './kept-fold.ts';

const { channel } = on;
const { sha256 } = testCrypto;
const rules = { packs: [], parties: 2, quorum: 1 };
const foldOver = (store: Store): KeptFold => new KeptFold(store, sha256, channel.id, rules);

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
