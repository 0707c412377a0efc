import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compare, utf8 } from '../base/bytes.ts';
import { emptyRoot, rootOf, verifyConsistency } from '../tlog/merkle.ts';
import type { Store } from './store.ts';
import { cosignatureCases, cosignedCases } from './suite-cosignatures.ts';
import { dossierCases } from './suite-dossiers.ts';
import { erasureCases } from './suite-erasure.ts';
import { append, CHANNEL, createLog, entryOf, isRefused, type On, originOf, sha256, texts } from './suite-fixtures.ts';
import { headCases, treeCases } from './suite-trees.ts';
import { verdictCases } from './suite-verdicts.ts';
/** What every driver must do. `open` gives a store on fresh ground, which the test closes. */
export function storeSuite(name: string, open: () => Promise<Store>): void {
  const on = (title: string, work: (store: Store) => Promise<void>) =>
    test(title, async () => {
      const store = await open();
      try {
        await work(store);
      } finally {
        await store.close();
      }
    });
  describe(`the ${name} store`, () => {
    localCases(on);
    stageCases(on);
    treeCases(on);
    headCases(on);
    cosignatureCases(on);
    cosignedCases(on);
    verdictCases(on);
    dossierCases(on);
    erasureCases(on);
  });
}

function localCases(on: On): void {
  on('keeps named values, and the last one put wins', async (store) => {
    assert.equal(await store.getValue('a'), undefined);
    await store.putValue('a', utf8('one'));
    await store.putValue('a', utf8('two'));
    await store.putValue('empty', new Uint8Array(0));
    assert.deepEqual(Buffer.from((await store.getValue('a')) ?? []), Buffer.from('two'));
    assert.equal((await store.getValue('empty'))?.length, 0);
  });
  on('keeps local records by collection, listed by the bytes of their key', async (store) => {
    for (const key of ['é', 'b', 'a', '\u{1f54a}', '\uff5e']) await store.putLocal('drafts', key, JSON.stringify({ key, nul: '\0' }));
    await store.putLocal('users', 'a', '"other"');
    await store.putLocal('drafts', 'b', '"again"');
    await store.deleteLocal('drafts', 'a');
    await store.deleteLocal('drafts', 'never there');
    const rows = await store.listLocal('drafts');
    assert.deepEqual(
      rows.map((row) => row.key),
      ['b', 'é', '\uff5e', '\u{1f54a}'],
    );
    assert.equal(rows[0]?.json, '"again"');
    assert.equal(rows[1]?.json, JSON.stringify({ key: 'é', nul: '\0' }));
    assert.equal(await store.getLocal('users', 'a'), '"other"');
    assert.equal(await store.getLocal('drafts', 'a'), undefined);
    assert.deepEqual(await store.listLocal('nothing'), []);
  });
  on('keeps attachment chunks and says which it holds', async (store) => {
    const root = sha256(utf8('blob'));
    await store.putChunk(root, 3, utf8('three'));
    await store.putChunk(root, 0, utf8('zero'));
    await store.putChunk(root, 0, utf8('zero'));
    await store.putChunk(sha256(utf8('other')), 7, new Uint8Array(1024 * 1024).fill(7));
    assert.deepEqual(await store.heldChunks(root), [0, 3]);
    assert.deepEqual(Buffer.from((await store.chunk(root, 3)) ?? []), Buffer.from('three'));
    assert.equal(await store.chunk(root, 1), undefined);
    await store.putChunk(root, 3, utf8('repaired'));
    assert.deepEqual(Buffer.from((await store.chunk(root, 3)) ?? []), Buffer.from('repaired'));
    assert.equal((await store.chunk(sha256(utf8('other')), 7))?.length, 1024 * 1024);
  });
}

function stageCases(on: On): void {
  on('creates a log once and gives it back as it was created', async (store) => {
    const origin = await createLog(store, 0);
    await createLog(store, 2);
    await createLog(store, 1, 'd'.repeat(43));
    await store.createLog({ origin, channel: CHANNEL, party: 9, gen: 'another', own: false });
    const log = await store.log(origin);
    assert.ok(log);
    assert.deepEqual([log.channel, log.party, log.own, log.size, log.pendingSize, log.openedSize, log.note.length], [CHANNEL, 0, true, 0, 0, 0, 0]);
    assert.equal(compare(log.root, emptyRoot(sha256)), 0);
    assert.deepEqual(
      (await store.logs()).map((row) => row.party),
      [0, 1, 2],
    );
    assert.deepEqual(
      (await store.logs(CHANNEL)).map((row) => row.party),
      [0, 2],
    );
    assert.equal(await store.log(originOf(77)), undefined);
    assert.deepEqual(await store.logs('nowhere'), []);
  });
  on('stages entries in place and gives the exact bytes back', async (store) => {
    const origin = await createLog(store);
    const odd = entryOf('odd', { bytes: Uint8Array.of(0, 255, 10, 10), body: undefined, bodyRequired: false });
    assert.deepEqual(await store.stage(origin, 0, [entryOf('a'), odd, entryOf('c', { body: undefined })], false), [0, 1, 2]);
    const held = await store.entries(origin, 0, 99);
    assert.deepEqual(
      held.map(({ index, origin: from, bodyRequired }) => [index, from, bodyRequired]),
      [
        [0, origin, true],
        [1, origin, false],
        [2, origin, true],
      ],
    );
    assert.deepEqual([...(held[1]?.bytes ?? [])], [0, 255, 10, 10]);
    assert.equal(held[1]?.body, undefined);
    assert.equal(held[2]?.body, undefined);
    assert.deepEqual(Buffer.from(held[0]?.body ?? []), Buffer.from('body of a'));
    assert.equal((await store.log(origin))?.pendingSize, 3);
    assert.deepEqual(
      (await store.entries(origin, 1, 2)).map((entry) => entry.index),
      [1],
    );
    assert.deepEqual(await store.entries(origin, 2, 1), []);
    assert.deepEqual(
      (await store.leafHashes(origin, 1, 3)).map((leaf) => Buffer.from(leaf)),
      held.slice(1).map((entry) => Buffer.from(entry.leafHash)),
    );
    assert.deepEqual(
      await store.leaves(origin, 1, 99),
      held.slice(1).map(({ bytes, leafHash }) => ({ bytes, leafHash })),
    );
    assert.deepEqual(await store.leaves(origin, 2, 1), []);
  });
  on('refuses a gap, an overlap and an unknown log, and says from where to send', async (store) => {
    const origin = await createLog(store);
    await store.stage(origin, 0, [entryOf('a')], false);
    for (const from of [0, 2]) {
      await assert.rejects(store.stage(origin, from, [entryOf('b')], false), (error: unknown) => {
        assert.ok(isRefused('gap')(error));
        assert.equal((error as { facts: { size: number } }).facts.size, 1);
        return true;
      });
    }
    await assert.rejects(store.stage(originOf(5), 0, [entryOf('b')], false), isRefused('not_found'));
    assert.equal((await store.log(origin))?.pendingSize, 1);
  });
  on('gives a retry the index that its first try got, and writes nothing', async (store) => {
    const origin = await createLog(store);
    assert.deepEqual(await store.stage(origin, 0, [entryOf('a'), entryOf('b')], true), [0, 1]);
    const root = await store.rootAt(origin, 2);
    // The caller died before it learned the answer and tries with the size it knew.
    assert.deepEqual(await store.stage(origin, 0, [entryOf('a'), entryOf('b')], true), [0, 1]);
    assert.deepEqual(await store.stage(origin, 2, [entryOf('b'), entryOf('c'), entryOf('c'), entryOf('a')], true), [1, 2, 2, 0]);
    await assert.rejects(store.stage(origin, 0, [entryOf('a'), entryOf('new')], true), isRefused('gap'));
    assert.equal((await store.log(origin))?.pendingSize, 3);
    assert.equal(compare(await store.rootAt(origin, 2), root), 0);
  });
  on('writes received entries as they came, a repeated id included, and finds the first', async (store) => {
    const origin = await createLog(store, 0);
    const other = await createLog(store, 1);
    const elsewhere = await createLog(store, 2, 'e'.repeat(43));
    assert.deepEqual(await store.stage(origin, 0, [entryOf('x'), entryOf('a'), entryOf('a')], false), [0, 1, 2]);
    await store.stage(other, 0, [entryOf('a')], false);
    await store.stage(elsewhere, 0, [entryOf('a')], false);
    const placed = await store.entriesAt([
      { origin: other, index: 0 },
      { origin, index: 7 },
      { origin, index: 2 },
    ]);
    assert.deepEqual(
      placed.map((row) => [row.origin, row.index, Buffer.from(row.id).toString('hex')]),
      [
        [other, 0, Buffer.from(entryOf('a').id).toString('hex')],
        [origin, 2, Buffer.from(entryOf('a').id).toString('hex')],
      ],
    );
    const [a, x, none] = [entryOf('a').id, entryOf('x').id, entryOf('none').id];
    const places = await store.findEntries(CHANNEL, [a, none, x]);
    assert.deepEqual(
      places.map((place) => [Buffer.compare(place.id, a) === 0 ? 'a' : 'x', place.origin, place.index]),
      [
        ['a', origin, 1],
        ['a', other, 0],
        ['x', origin, 0],
      ],
    );
    assert.deepEqual(await store.findEntries('nowhere', [a]), []);
    for (const { origin } of places) {
      const only = await store.findEntries(CHANNEL, [a, none, x], origin);
      assert.deepEqual(
        only.map((place) => [compare(place.id, a) === 0, place.origin, place.index]),
        places.filter((place) => place.origin === origin).map((place) => [compare(place.id, a) === 0, origin, place.index]),
      );
    }
  });
  on('adds bodies that come later and says up to where nothing is missing', async (store) => {
    const origin = await createLog(store);
    const late = (text: string) => entryOf(text, { body: undefined });
    const opened = async () => (await store.log(origin))?.openedSize;
    await store.stage(origin, 0, [entryOf('a'), late('b'), entryOf('n', { body: undefined, bodyRequired: false }), late('c'), entryOf('d')], false);
    assert.equal(await opened(), 1);
    await store.putBodies(origin, [
      { index: 3, body: utf8('C') },
      { index: 0, body: utf8('not again') },
      { index: 2, body: utf8('not required') },
      { index: 99, body: utf8('unknown') },
    ]);
    assert.equal(await opened(), 1);
    await store.putBodies(origin, [{ index: 1, body: utf8('B') }]);
    assert.equal(await opened(), 5);
    const bodies = (await store.entries(origin, 0, 5)).map((entry) => entry.body && Buffer.from(entry.body).toString());
    assert.deepEqual(bodies, ['body of a', 'B', undefined, 'C', 'body of d']);
  });
  on('forgets pending entries without a trace, and never committed ones', async (store) => {
    const origin = await createLog(store);
    await append(store, origin, texts(0, 300));
    const before = await store.rootAt(origin, 300);
    await store.stage(origin, 300, [...texts(300, 1100).map((text) => entryOf(text)), entryOf('late', { body: undefined })], false);
    await store.unstage(origin, 520);
    assert.equal(compare(await store.rootAt(origin, 300), before), 0);
    assert.deepEqual(await store.findEntries(CHANNEL, [entryOf('entry 520').id]), []);
    assert.equal((await store.findEntries(CHANNEL, [entryOf('entry 519').id])).length, 1);
    const log = await store.log(origin);
    assert.deepEqual([log?.size, log?.pendingSize, log?.openedSize], [300, 520, 520]);
    assert.equal((await store.tileHashes(origin, 1, 0, 9)).length, 2);
    await store.consistencyProof(origin, 300, 520);
    await store.unstage(origin, 500);
    await store.stage(
      origin,
      500,
      texts(7000, 7020).map((text) => entryOf(text)),
      false,
    );
    const [oldRoot, newRoot] = [await store.rootAt(origin, 300), await store.rootAt(origin, 520)];
    // What the proof before was made from is gone, wherever it may have been kept.
    assert.ok(verifyConsistency(sha256, 300, 520, oldRoot, newRoot, await store.consistencyProof(origin, 300, 520)));
    await store.unstage(origin, 900);
    await store.stage(
      origin,
      520,
      texts(5000, 5600).map((text) => entryOf(text)),
      false,
    );
    const leaves = [...texts(0, 500), ...texts(7000, 7020), ...texts(5000, 5600)].map((text) => entryOf(text).leafHash);
    assert.equal(compare(await store.rootAt(origin, 1120), rootOf(sha256, leaves)), 0);
    await assert.rejects(store.unstage(origin, 299), /bug/);
  });
}
