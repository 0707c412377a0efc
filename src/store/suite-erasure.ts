import assert from 'node:assert/strict';
import { utf8 } from '../base/bytes.ts';
import { append, createLog, entryOf, type On, sha256, texts } from './suite-fixtures.ts';

/** What takes something away for good. */
export function erasureCases(on: On): void {
  on('puts what remains of a body in its place, and leaves tree, heads and openness as they were', async (store) => {
    const origin = await createLog(store, 0);
    await append(store, origin, texts(0, 5));
    const before = await store.log(origin);
    await store.erase({ bodies: [{ origin, index: 2, body: utf8('#hash\n') }], blobs: [], locals: [] });
    const rows = await store.entries(origin, 0, 5);
    assert.deepEqual(
      rows.map((row) => Buffer.from(row.body ?? []).toString()),
      ['body of entry 0', 'body of entry 1', '#hash\n', 'body of entry 3', 'body of entry 4'],
    );
    assert.deepEqual(await store.log(origin), before);
    assert.deepEqual(Buffer.from(await store.rootAt(origin, 5)), Buffer.from(before?.root ?? []));
  });
  on('erases no body that is not held', async (store) => {
    const origin = await createLog(store, 0);
    await store.stage(origin, 0, [entryOf('without', { body: undefined })], false);
    await store.erase({ bodies: [{ origin, index: 0, body: utf8('#hash\n') }], blobs: [], locals: [] });
    assert.equal((await store.entries(origin, 0, 1))[0]?.body, undefined);
    assert.equal((await store.log(origin))?.openedSize, 0);
  });
  on('drops all chunks of a blob and local records, and no others', async (store) => {
    const [gone, kept] = [sha256(utf8('gone')), sha256(utf8('kept'))];
    for (const root of [gone, kept]) for (const index of [0, 1]) await store.putChunk(root, index, utf8(`chunk ${index}`));
    for (const key of ['gone', 'kept']) await store.putLocal('blob', key, '{}');
    await store.erase({ bodies: [], blobs: [gone], locals: [{ collection: 'blob', key: 'gone' }] });
    assert.deepEqual([await store.heldChunks(gone), await store.heldChunks(kept)], [[], [0, 1]]);
    assert.deepEqual([await store.getLocal('blob', 'gone'), await store.getLocal('blob', 'kept')], [undefined, '{}']);
  });
  on('requires a body no more that its author lost, and then reads past it', async (store) => {
    const origin = await createLog(store, 0);
    const entries = [entryOf('a'), entryOf('lost', { body: undefined }), entryOf('c'), entryOf('late', { body: undefined })];
    await store.stage(origin, 0, entries, false);
    assert.equal((await store.log(origin))?.openedSize, 1);
    await store.waiveBodies(origin, [0, 1]);
    assert.equal((await store.log(origin))?.openedSize, 3);
    const rows = await store.entries(origin, 0, 2);
    assert.deepEqual(
      rows.map((row) => row.bodyRequired),
      [true, false],
    );
  });
}
