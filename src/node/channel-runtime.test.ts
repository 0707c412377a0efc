import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, toBase64url, utf8 } from '../base/bytes.ts';
import { splitLines } from '../entry/body.ts';
import { formatBundle } from '../entry/bundle.ts';
import { originOf } from '../entry/card.ts';
import { exportRecord } from '../sync/export.ts';
import { leafHash } from '../tlog/merkle.ts';
import { verifyFile } from '../verify/verify-file.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { testChannel, testCrypto, testParty, testPerson } from './fixtures-channel.ts';
import { TestRecord } from './fixtures-record.ts';
import { testReplica, testRuntime } from './fixtures-replica.ts';

/** The third party only listens: both logs come to it, in any order. */
const on = await testChannel([testParty('Alpha', 10), testParty('Beta', 20), testParty('Gamma', 40)], []);
const [petrova, miller] = [testPerson('Petrova'), testPerson('Miller')];

async function started(): Promise<TestRecord> {
  const record = new TestRecord(on);
  await record.accredit(0, petrova);
  await record.accredit(1, miller);
  return record;
}

async function listener(): Promise<ChannelRuntime> {
  return testRuntime(await testReplica(on, 2));
}

async function stateOf(runtime: ChannelRuntime): Promise<unknown> {
  const rows = [];
  for (const card of on.channel.parties.slice(0, 2)) {
    const verdicts = await runtime.store.verdictsOf(originOf(testCrypto.sha256, card), 0, 1000);
    rows.push(verdicts.map(({ index, valid, matter, findings }) => [index, valid, toBase64url(matter), findings]));
  }
  const matters = (await runtime.store.matters(runtime.id)).filter((row) => row.kind !== '');
  return { rows, digest: await runtime.digest(), dossiers: matters.map((row) => [toBase64url(row.id), toBase64url(row.dossier)]) };
}

/** Both sides talk across each other; party 1 copies an act of party 0 into its own log. */
async function talk(): Promise<TestRecord> {
  const record = await started();
  const ask = { kind: 'request', fields: { request_type: 'information', subject: 'a', text: 'b', marking: 'green' } };
  const request = await record.say(0, petrova, ask);
  record.append(1, request);
  const reply = await record.say(1, miller, { kind: 'reply', fields: { final: false, text: 'b', marking: 'green' }, refs: [request.id] });
  await record.message(0, petrova, 'about the reply', { refs: [reply.id] });
  await record.message(1, miller, 'about the request', {
    refs: [request.id],
    fields: { subject: 'c', text: 'd', marking: 'green', concerns: [reply.id] },
  });
  await record.say(1, miller, { kind: 'position', fields: { value: 'denies', marking: 'green' }, refs: [reply.id] });
  return record;
}

test('pushes of two logs in any order, in pieces of any size, lead to one state', async () => {
  const record = await talk();
  const reference = await listener();
  for (const party of [0, 1]) await reference.receive(party, await record.push(party, 0));
  await reference.read();
  const expected = await stateOf(reference);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ party: fc.nat({ max: 1 }), count: fc.integer({ min: 1, max: 4 }) }), { maxLength: 12 }), async (pieces) => {
      const runtime = await listener();
      const held = [0, 0];
      for (const { party, count } of [...pieces, { party: 1, count: 99 }, { party: 0, count: 99 }]) {
        const from = held[party] ?? 0;
        const to = Math.min(record.size(party), from + count);
        if (to === from) continue;
        assert.equal((await runtime.receive(party, await record.push(party, from, to))).status, 200);
        held[party] = to;
      }
      await runtime.read();
      assert.deepEqual(await stateOf(runtime), expected);
    }),
    { numRuns: 25 },
  );
});

test('what was dropped is computed again, though one side cites a head that the other never had', async () => {
  const record = await started();
  const after = [record.cite(0), { ...record.cite(1), size: 8, root: toBase64url(new Uint8Array(32).fill(7)) }, record.cite(2)];
  await record.message(0, petrova, 'false', { after });
  while (record.size(1) < 8) await record.message(1, miller, `honest ${record.size(1)}`);
  const runtime = await listener();
  for (const party of [0, 1]) await runtime.receive(party, await record.push(party, 0));
  await runtime.read();
  await runtime.store.resetProjection();
  const again = testRuntime(runtime.replica);
  await again.read();
  for (const party of [0, 1]) assert.equal((await again.reader.state(party)).size, record.size(party));
});

test('a body with a leaf that is only a hash is no opened body: it is not receipted until every leaf is there', async () => {
  const record = await started();
  const leaf = await record.message(1, miller, 'with a hidden leaf');
  const lines = splitLines(leaf.body ?? new Uint8Array());
  const last = lines.at(-1) ?? new Uint8Array();
  const hidden = utf8(`#${toBase64url(leafHash(testCrypto.sha256, last))}`);
  const body = concat(...[...lines.slice(0, -1), hidden].flatMap((line) => [line, utf8('\n')]));
  record.logs[1]?.splice(-1, 1, { ...leaf, body });
  const runtime = await listener();
  const first = await runtime.receive(1, await record.push(1, 0));
  assert.deepEqual('missing' in first && first.missing, [leaf.id]);
  const again = async (text: Uint8Array): Promise<number> => {
    const items = [
      { name: 'old', bytes: utf8(String(record.size(1))) },
      { name: 'checkpoint', bytes: await record.head(1) },
      { name: `bodies/${leaf.id}`, bytes: text },
    ];
    return (await runtime.receive(1, formatBundle(items))).status;
  };
  assert.equal(await again(body), 202, 'sent again as it is, it is asked for again');
  assert.equal(await again(leaf.body ?? new Uint8Array()), 200, 'whole, it is receipted');
});

test('a channel is exported though one side copied an entry of the other, and the export verifies', async () => {
  const record = await talk();
  const runtime = await listener();
  for (const party of [0, 1]) await runtime.receive(party, await record.push(party, 0));
  await runtime.read();
  const parts: Uint8Array[] = [];
  for await (const part of exportRecord(runtime.replica, { charterNote: on.charterNote, packs: [], files: [] })) parts.push(part);
  const verdict = await verifyFile(testCrypto, concat(...parts));
  assert.deepEqual(
    verdict.sentences.filter(({ ok }) => ok === false),
    [],
  );
  assert.equal(verdict.entries?.length, record.size(0) + record.size(1));
});
