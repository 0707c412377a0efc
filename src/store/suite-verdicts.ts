import assert from 'node:assert/strict';
import { utf8 } from '../base/bytes.ts';
import type { MatterUpdate, Store, VerdictRow } from './store.ts';
import { append, CHANNEL, createLog, entryOf, isRefused, type On, originOf, sha256, texts } from './suite-fixtures.ts';
/** The projection's rows. */
export function verdictCases(on: On): void {
  const verdictOf = (n: number, index: number, extra: Partial<VerdictRow> = {}): VerdictRow => ({
    origin: originOf(n),
    index,
    id: entryOf(`v${n} ${index}`).id,
    channel: CHANNEL,
    valid: true,
    type: 'message',
    matter: sha256(utf8('matter')),
    level: 2 * index,
    time: 1_790_000_000 + index,
    findings: '[]',
    ...extra,
  });
  const byLevel = (a: VerdictRow, b: VerdictRow) => a.level - b.level;
  const key = (row: VerdictRow) => `${row.origin} ${row.index}`;

  on('pages through a channel by level, the highest first, without loss or repeat', async (store) => {
    await createLog(store, 0);
    await createLog(store, 1);
    await createLog(store, 2, 'g'.repeat(43));
    const rows = [0, 1].flatMap((n) => Array.from({ length: 40 }, (_, i) => verdictOf(n, i, { type: i % 4 === 0 ? 'stamp' : 'message' })));
    // Several logs have a row of the same level: a page must not end between them.
    await createLog(store, 3);
    const twin = verdictOf(3, 20, { level: 40, type: 'message', time: -5 });
    await store.putVerdicts({ verdicts: [...rows, twin, verdictOf(2, 0, { channel: 'g'.repeat(43) })], matters: [], readers: [] });
    for (const exclude of [[], ['stamp'], ['stamp', 'message']]) {
      const expected = [...rows, twin].filter((row) => !exclude.includes(row.type)).sort((a, b) => -byLevel(a, b));
      for (const limit of [1, 7, 200]) {
        const seen: VerdictRow[] = [];
        for (let page = await store.tableBefore(CHANNEL, undefined, limit, exclude); page.length > 0; ) {
          seen.push(...page);
          page = await store.tableBefore(CHANNEL, page.at(-1)?.level, limit, exclude);
        }
        assert.equal(seen.length, expected.length);
        assert.equal(new Set(seen.map(key)).size, seen.length);
        seen.reduce((a, b) => {
          assert.ok(byLevel(a, b) >= 0);
          return b;
        }, seen[0] as VerdictRow);
      }
    }
    assert.deepEqual(await store.tableBefore('nowhere', undefined, 10, []), []);
  });
  on('gives verdicts back as they were put, by id, by log and by matter; a second put replaces', async (store) => {
    await createLog(store, 0);
    await createLog(store, 1);
    const other = sha256(utf8('other matter'));
    const rows = [verdictOf(0, 0), verdictOf(0, 1, { valid: false, type: '', findings: '[{"id":"x"}]', matter: other }), verdictOf(1, 0)];
    await store.putVerdicts({ verdicts: rows, matters: [], readers: [] });
    const plain = (row: VerdictRow | undefined) => row && { ...row, id: [...row.id], matter: [...row.matter] };
    const [found] = await store.verdictsOf(originOf(0), 1, 2);
    assert.deepEqual(plain(found), plain(rows[1]));
    await store.putVerdicts({ verdicts: [verdictOf(0, 1, { matter: other, findings: '[]' })], matters: [], readers: [] });
    const ids = [entryOf('v1 0').id, entryOf('none').id, entryOf('v0 1').id];
    const byId = await store.verdicts(CHANNEL, ids);
    assert.deepEqual(byId.map(key), [key(verdictOf(1, 0)), key(verdictOf(0, 1))]);
    assert.equal(byId[1]?.valid, true);
    assert.deepEqual(
      (await store.verdictsOf(originOf(0), 0, 9)).map((row) => row.index),
      [0, 1],
    );
    const matter = await store.matterVerdicts(CHANNEL, sha256(utf8('matter')));
    assert.deepEqual(matter.map(key), [verdictOf(0, 0), verdictOf(1, 0)].sort(byLevel).map(key));
    assert.deepEqual((await store.matterVerdicts(CHANNEL, other)).map(key), [key(verdictOf(0, 1))]);
    assert.deepEqual(await store.verdicts('nowhere', ids), []);
  });
  on('finds the matters whose dossier nobody has opened here', async (store) => {
    await createLog(store, 0);
    const row = (text: string, kind: string, dossier: string): MatterUpdate => {
      const of = { channel: CHANNEL, id: sha256(utf8(text)), kind, dossier: sha256(utf8(dossier)) };
      return { ...of, level: 0, open: false, opener: 0, head: JSON.stringify({ id: text }), acts: [], anew: false };
    };
    const matters = [row('own', 'text', 'own'), row('below', 'claim', 'own'), row('early', 'reply', 'late'), row('waits', '', 'waits')];
    await store.putVerdicts({ verdicts: [], matters: [...matters, row('on waiting', 'reply', 'waits')], readers: [] });
    const found = async () =>
      (await store.matters(CHANNEL, { unrooted: true, most: 0 })).map(({ state }) => (JSON.parse(state) as { id: string }).id);
    assert.deepEqual((await found()).sort(), ['early', 'on waiting']);
    await store.putVerdicts({ verdicts: [], matters: [row('late', 'request', 'late')], readers: [] });
    assert.deepEqual(await found(), ['on waiting']);
  });
  on('keeps matters and readers with the verdicts they come from, all or nothing', async (store) => {
    await createLog(store, 0);
    const matterOf = (text: string, kind: string, dossier: string, level: number): MatterUpdate => ({
      channel: CHANNEL,
      id: sha256(utf8(text)),
      kind,
      dossier: sha256(utf8(dossier)),
      level,
      open: kind === 'text',
      opener: 0,
      head: '{}',
      acts: [],
      anew: false,
    });
    const [a, b, c] = [matterOf('a', 'claim', 'a', 3), matterOf('b', 'claim', 'a', 1), matterOf('c', 'text', 'a', 2)];
    await store.putVerdicts({ verdicts: [verdictOf(0, 0)], matters: [a, b, c], readers: [{ origin: originOf(0), size: 1, state: '{"n":1}' }] });
    await store.putVerdicts({ verdicts: [], matters: [{ ...a, level: 0, head: '{"x":1}' }], readers: [] });
    const states = async (filter?: Parameters<Store['matters']>[1]) => (await store.matters(CHANNEL, filter)).map((row) => [row.kind, row.level]);
    assert.deepEqual(await states(), [
      ['claim', 0],
      ['claim', 1],
      ['text', 2],
    ]);
    assert.deepEqual(await states({ kind: 'text' }), [['text', 2]]);
    assert.deepEqual(await states({ dossier: sha256(utf8('a')), kind: 'claim' }), [
      ['claim', 0],
      ['claim', 1],
    ]);
    assert.deepEqual(await states({ ids: [c.id, sha256(utf8('none')), b.id] }), [
      ['claim', 1],
      ['text', 2],
    ]);
    assert.deepEqual(await states({ ids: [] }), []);
    assert.deepEqual(await states({ open: true }), [['text', 2]]);
    assert.deepEqual(await states({ open: true, kind: 'claim' }), []);
    assert.equal((await store.matters(CHANNEL, { ids: [a.id] }))[0]?.state, '{"x":1,"components":{}}');
    assert.deepEqual(await store.reader(originOf(0)), { size: 1, state: '{"n":1}' });
    assert.equal(await store.reader(originOf(1)), undefined);
    // A verdict on a log that is not held is refused, and nothing of its update stays.
    await assert.rejects(
      store.putVerdicts({ verdicts: [verdictOf(0, 1), verdictOf(8, 0)], matters: [matterOf('d', 'claim', 'd', 9)], readers: [] }),
      isRefused('not_found'),
    );
    assert.equal((await store.verdictsOf(originOf(0), 0, 9)).length, 1);
    assert.equal((await store.matters(CHANNEL)).length, 3);
    await store.resetProjection('another channel');
    assert.equal((await store.matters(CHANNEL)).length, 3);
    await store.resetProjection();
    assert.deepEqual([await store.matters(CHANNEL), await store.verdictsOf(originOf(0), 0, 9), await store.reader(originOf(0))], [[], [], undefined]);
  });
  on('puts the acts of a matter beside those it has, by party and place, or in their stead', async (store) => {
    const id = sha256(utf8('a'));
    const put = async (anew: boolean, ...acts: MatterUpdate['acts']) => {
      const matter = { channel: CHANNEL, id, kind: 'claim', dossier: id, level: 0, open: true, opener: 0, head: '{"id":"a"}', acts, anew };
      await store.putVerdicts({ verdicts: [], matters: [matter], readers: [] });
      return (await store.matters(CHANNEL, { ids: [id] }))[0]?.state;
    };
    const act = (party: number, place: number, text = `"${party}/${place}"`) => ({ party, place, text });
    assert.equal(await put(false), '{"id":"a","components":{}}');
    assert.equal(await put(false, act(10, 7), act(2, 2 ** 33)), '{"id":"a","components":{"2":["2/8589934592"],"10":["10/7"]}}');
    assert.equal(await put(false, act(2, 9), act(10, 8), act(10, 7, '7')), '{"id":"a","components":{"2":["2/9","2/8589934592"],"10":[7,"10/8"]}}');
    const stateUpTo = async (most: number) => (await store.matters(CHANNEL, { open: true, most }))[0]?.state;
    assert.equal(await stateUpTo(0), '{"id":"a"}');
    assert.equal(await stateUpTo(25), '{"id":"a"}');
    assert.equal(await stateUpTo(26), '{"id":"a","components":{"2":["2/9","2/8589934592"],"10":[7,"10/8"]}}');
    assert.equal(await put(true, act(0, 1)), '{"id":"a","components":{"0":["0/1"]}}');
    assert.equal(await stateUpTo(0), '{"id":"a"}');
    assert.equal(await put(true), '{"id":"a","components":{}}');
    assert.deepEqual((await store.checkIntegrity?.()) ?? [], []);
    await put(false, act(0, 1));
    await store.resetProjection(CHANNEL);
    assert.equal(await put(false), '{"id":"a","components":{}}');
  });
  on('gives two histories of a log each other’s place, whole and in one step', async (store) => {
    const origin = await createLog(store);
    await append(store, origin, texts(0, 300));
    const before = await store.log(origin);
    assert.ok(before);
    await store.putVerdicts({ verdicts: [verdictOf(0, 0)], matters: [], readers: [{ origin, size: 1, state: '{}' }] });
    const [aside, kept] = [`${origin}/aside/1`, `${origin}/kept`];
    await store.createLog({ ...before, origin: aside });
    await store.renameLogs([
      [origin, kept],
      [aside, origin],
    ]);
    const [held, fresh] = [await store.log(kept), await store.log(origin)];
    assert.deepEqual([held?.size, held?.gen, held?.own, await store.log(aside)], [300, before.gen, true, undefined]);
    assert.deepEqual([fresh?.size, fresh?.pendingSize, fresh?.gen, fresh?.own, fresh?.note.length], [0, 0, before.gen, true, 0]);
    assert.deepEqual(await store.rootAt(kept, 300), before.root);
    assert.equal((await store.entries(kept, 0, 9))[0]?.origin, kept);
    assert.deepEqual([await store.verdictsOf(origin, 0, 9), await store.reader(origin)], [[], undefined]);
    await append(store, origin, texts(500, 520));
    await append(store, kept, texts(300, 301));
    await store.renameLogs([
      [origin, kept],
      [kept, origin],
    ]);
    assert.deepEqual([(await store.log(origin))?.size, (await store.log(kept))?.size], [301, 20]);
    assert.equal((await store.entries(origin, 300, 301))[0]?.origin, origin);
    await assert.rejects(
      store.renameLogs([
        [origin, aside],
        ['parley.v1/none', 'x'],
      ]),
      isRefused('not_found'),
    );
    assert.equal((await store.log(origin))?.size, 301);
  });
  on('forgets a log whole, and nothing of it is in the log made after it', async (store) => {
    const origin = await createLog(store);
    await append(store, origin, texts(0, 300));
    const before = await store.log(origin);
    assert.ok(before);
    const other = `${origin}/tried`;
    for (const to of [600, 20]) {
      await store.createLog({ ...before, origin: other });
      assert.deepEqual(await store.headAtOrAbove(other, 1), undefined);
      await append(store, other, texts(0, to));
      assert.equal((await store.log(other))?.size, to);
      await store.stage(other, to, (await store.entries(origin, 299, 300)).slice(), false);
      await store.deleteLog(other);
      assert.equal(await store.log(other), undefined);
    }
    await store.deleteLog(other);
    const [first] = await store.entries(origin, 0, 1);
    assert.equal((await store.findEntries(before.channel, [first?.id ?? new Uint8Array()])).length, 1);
    assert.deepEqual([(await store.log(origin))?.size, await store.rootAt(origin, 300)], [300, before.root]);
    assert.deepEqual((await store.checkIntegrity?.()) ?? [], []);
  });
}
