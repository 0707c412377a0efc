/** Chunks that are not the file that was announced: whoever gives them, or whatever line they come over, keeps nobody from the file for good. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBase64url } from '../src/base/bytes.ts';
import { CHUNK_SIZE, MAX_SPOILED_FETCHES, SPOILED_REST } from '../src/base/limits.ts';
import type { AttachmentValue } from '../src/document/kind.ts';
import { attachmentValue, chunkHash, chunksOf } from '../src/entry/attachment.ts';
import { announceBlob, isComplete, keepChunk, readAttachment } from '../src/node/attachments.ts';
import type { ChannelRuntime } from '../src/node/channel-runtime.ts';
import { nodeRandom, nodeSha256, systemNow } from '../src/node/crypto.ts';
import { SPOILED } from '../src/node/fetch-blobs.ts';
import { chunkPlace } from '../src/sync/chunk-place.ts';
import { Parties } from './several-parties.ts';
import { TwoParties, until } from './two-parties.ts';

/** A file of two chunks, handed over at its author's. */
async function handOver(channel: ChannelRuntime): Promise<{ value: AttachmentValue; bytes: Uint8Array }> {
  const bytes = nodeRandom(CHUNK_SIZE + 1000);
  const salt = nodeRandom(16);
  const chunks = chunksOf(bytes);
  const hashes = chunks.map((chunk) => chunkHash(nodeSha256, salt, chunk));
  const value = attachmentValue(nodeSha256, { salt, size: bytes.length, media: 'text/plain', name: 'a.txt', hashes });
  await announceBlob(channel, value);
  for (const [i, chunk] of chunks.entries()) await keepChunk(channel, value.root, i, chunk);
  assert.equal(await isComplete(channel, value.root), true);
  return { value, bytes };
}

/** From now on a node gives this for the second chunk of its file. */
function giveInstead(channel: ChannelRuntime, { root }: AttachmentValue, chunk: Uint8Array): Promise<void> {
  return channel.store.putChunk(chunkPlace(nodeSha256, channel.id, fromBase64url(root, 32) ?? assert.fail()), 1, chunk);
}

const spoiledBy = async (channel: ChannelRuntime, party: number): Promise<{ times: number } | undefined> =>
  JSON.parse((await channel.store.getLocal(SPOILED, `${channel.id}/${party}`)) ?? 'null') ?? undefined;

test('a file whose author gives wrong chunks comes from another party that holds it, and the author is noted', async () => {
  const parties = await Parties.found(3);
  try {
    const [a, b, c] = parties.sides as [Parties['sides'][number], Parties['sides'][number], Parties['sides'][number]];
    const petrova = await parties.accredit(a, 'Petrova');
    await parties.settled();
    await parties.introduce(a, [b]);
    await parties.introduce(c, []);
    const { value, bytes } = await handOver(parties.of(a));
    await parties.say(a, petrova, 'message', { subject: 'File', text: 'One.', attachments: [value] } as unknown as Record<string, string>);
    await until([a.node, b.node], () => isComplete(parties.of(b), value.root), 'Beta has the file');
    await giveInstead(parties.of(a), value, nodeRandom(1000));
    await parties.introduce(a, [b, c]);
    await parties.introduce(c, [a, b]);
    await until([a.node, b.node, c.node], () => isComplete(parties.of(c), value.root), 'Gamma has the file');
    assert.deepEqual(await readAttachment(parties.of(c), value.root), bytes);
    assert.deepEqual([(await spoiledBy(parties.of(c), 0))?.times, await spoiledBy(parties.of(c), 1)], [1, undefined]);
  } finally {
    await parties.close();
  }
});

test('a file that nobody gives rightly is asked for a few times, rests for a day, and comes once it is given', async () => {
  let clock = systemNow();
  const two = await TwoParties.found({ now: () => clock });
  try {
    const anna = await two.accredit(two.a, 'Anna');
    const { value, bytes } = await handOver(two.of(two.a));
    const good = chunksOf(bytes)[1] ?? assert.fail();
    await giveInstead(two.of(two.a), value, nodeRandom(1000));
    await two.say(anna, { kind: 'message', fields: { subject: 'File', text: 'One.', attachments: [value as never] } });
    const times = async (): Promise<number> => (await spoiledBy(two.of(two.b), 0))?.times ?? 0;
    await until([two.a.node, two.b.node], async () => (await times()) === MAX_SPOILED_FETCHES && two.b.node.exchange.isQuiet, 'the rest');
    await giveInstead(two.of(two.a), value, good);
    for (const later of [0, SPOILED_REST - 10]) {
      clock += later;
      two.b.node.exchange.resubmit();
      await until([two.b.node], async () => two.b.node.exchange.isQuiet, 'quiet');
      assert.deepEqual([await times(), await isComplete(two.of(two.b), value.root)], [MAX_SPOILED_FETCHES, false]);
    }
    clock += 20;
    two.b.node.exchange.resubmit();
    await until([two.a.node, two.b.node], () => isComplete(two.of(two.b), value.root), 'the file');
    assert.deepEqual(await readAttachment(two.of(two.b), value.root), bytes);
    assert.equal(await times(), MAX_SPOILED_FETCHES);
  } finally {
    await two.close();
  }
});
