/** Chunks that are not the file that was announced: whoever gives them, or whatever line they come over, keeps nobody from the file for good. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBase64url } from '../src/base/bytes.ts';
import { ParleyError } from '../src/base/errors.ts';
import { CHUNK_SIZE, FETCH_TURN, MAX_SPOILED_FETCHES, SPOILED_REST } from '../src/base/limits.ts';
import type { AttachmentValue } from '../src/document/kind.ts';
import { attachmentValue, chunkHash, chunksOf } from '../src/entry/attachment.ts';
import { announceBlob, isComplete, keepChunk, readAttachment } from '../src/node/attachments.ts';
import type { ChannelRuntime } from '../src/node/channel-runtime.ts';
import { nodeRandom, nodeSha256, systemNow } from '../src/node/crypto.ts';
import { SPOILED } from '../src/node/fetch-blobs.ts';
import type { PartyNode } from '../src/node/party-node.ts';
import { chunkPlace } from '../src/sync/chunk-place.ts';
import { Parties } from './several-parties.ts';
import { TwoParties, until } from './two-parties.ts';

type Three = [Parties['sides'][number], Parties['sides'][number], Parties['sides'][number]];

/** A file of two chunks, or more, handed over at its author's. */
async function handOver(channel: ChannelRuntime, count = 2): Promise<{ value: AttachmentValue; bytes: Uint8Array }> {
  const bytes = nodeRandom((count - 1) * CHUNK_SIZE + 1000);
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

/** A party that has junk for these chunks of a file, and none of the others. */
async function giveJunk(channel: ChannelRuntime, value: AttachmentValue, indexes: readonly number[]): Promise<void> {
  await announceBlob(channel, value);
  for (const index of indexes) await keepChunk(channel, value.root, index, nodeRandom(CHUNK_SIZE));
}

type Send = PartyNode['sendToParty'];

/** Lets `line` decide what becomes of a node's requests for chunks: it passes them on, late or not at all. */
function overLine(node: PartyNode, line: (to: number, index: number, pass: () => ReturnType<Send>) => ReturnType<Send>): void {
  const real: Send = node.sendToParty.bind(node);
  node.sendToParty = (channel, to, request, max) => {
    const pass = (): ReturnType<Send> => real(channel, to, request, max);
    return request.path.startsWith('/chunk/') ? line(to, Number(request.path.split('/').at(-1)), pass) : pass();
  };
}

async function three(work: (parties: Parties, sides: Three) => Promise<void>): Promise<void> {
  const parties = await Parties.found(3);
  try {
    await work(parties, parties.sides as unknown as Three);
  } finally {
    await parties.close();
  }
}

const withFile = (value: AttachmentValue): Record<string, string> => ({ subject: 'File', text: 'One.', attachments: [value] }) as never;

const spoiledBy = async (channel: ChannelRuntime, party: number): Promise<{ times: number } | undefined> =>
  JSON.parse((await channel.store.getLocal(SPOILED, `${channel.id}/${party}`)) ?? 'null') ?? undefined;

test('a file whose author gives wrong chunks comes from another party that holds it, and the author is noted', () =>
  three(async (parties, [a, b, c]) => {
    const petrova = await parties.accredit(a, 'Petrova');
    await parties.settled();
    await parties.introduce(a, [b]);
    await parties.introduce(c, []);
    const { value, bytes } = await handOver(parties.of(a));
    await parties.say(a, petrova, 'message', withFile(value));
    await until([a.node, b.node], () => isComplete(parties.of(b), value.root), 'Beta has the file');
    await giveInstead(parties.of(a), value, nodeRandom(1000));
    await parties.introduce(a, [b, c]);
    await parties.introduce(c, [a, b]);
    await until([a.node, b.node, c.node], () => isComplete(parties.of(c), value.root), 'Gamma has the file');
    assert.deepEqual(await readAttachment(parties.of(c), value.root), bytes);
    assert.deepEqual([(await spoiledBy(parties.of(c), 0))?.times, await spoiledBy(parties.of(c), 1)], [1, undefined]);
  }));

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

test('a party that names another’s file too, and gives junk for it meanwhile, is noted itself: its author is not, and the file comes', () =>
  three(async (parties, [a, b, c]) => {
    const [petrova, mallory] = [await parties.accredit(a, 'Petrova'), await parties.accredit(c, 'Mallory')];
    await parties.settled();
    const { value, bytes } = await handOver(parties.of(a));
    await giveJunk(parties.of(c), value, [0]);
    const [begun, given] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    overLine(b.node, async (to, index, pass) => {
      // The junk comes between the author's first chunk and its second.
      if (to === 0 && index === 1) begun.resolve();
      if (to === 0 && index === 1) await given.promise;
      if (to === 2 && index === 0) await begun.promise;
      if (to === 2 && index === 1) given.resolve();
      return pass();
    });
    await Promise.all([parties.say(a, petrova, 'message', withFile(value)), parties.say(c, mallory, 'message', withFile(value))]);
    await until([a.node, b.node, c.node], async () => {
      const wanted = await parties.of(b).store.listLocal('blobs');
      return (await isComplete(parties.of(b), value.root)) && wanted.every(({ json }) => JSON.parse(json).wanted.length === 0);
    });
    assert.deepEqual(await readAttachment(parties.of(b), value.root), bytes);
    assert.deepEqual([await spoiledBy(parties.of(b), 0), (await spoiledBy(parties.of(b), 2))?.times], [undefined, 1]);
  }));

test('a party that names another’s file with a size of its own has nobody noted for giving the file as it is', () =>
  three(async (parties, [a, b, c]) => {
    const mallory = await parties.accredit(c, 'Mallory');
    await parties.settled();
    const { value } = await handOver(parties.of(a));
    let asked = 0;
    overLine(b.node, (to, index, pass) => {
      if (to === 0 && index === 1) asked++;
      return pass();
    });
    await parties.say(c, mallory, 'message', withFile({ ...value, size: value.size + 1 }));
    await until([a.node, b.node, c.node], async () => {
      b.node.exchange.resubmit();
      return asked >= MAX_SPOILED_FETCHES;
    });
    await until([b.node], async () => (await parties.of(b).store.listLocal('blobs')).some(({ json }) => json.includes('"spoiled":{"0":3}')));
    assert.equal(await spoiledBy(parties.of(b), 0), undefined);
  }));

test('over a line that breaks again and again a file comes whole, each chunk once, whatever somebody else gives in between; who gave junk is noted', () =>
  three(async (parties, [a, b, c]) => {
    const petrova = await parties.accredit(a, 'Petrova');
    await parties.settled();
    const { value, bytes } = await handOver(parties.of(a), 5);
    await giveJunk(parties.of(c), value, [0, 3]);
    let [left, fromAuthor] = [3, 0];
    overLine(b.node, async (to, _index, pass) => {
      if (to === 2) left = 3;
      else if (left-- > 0) fromAuthor++;
      else throw new ParleyError('unreachable', 'the line broke');
      return pass();
    });
    await parties.say(a, petrova, 'message', withFile(value));
    await until([a.node, b.node, c.node], () => {
      b.node.exchange.resubmit();
      return isComplete(parties.of(b), value.root);
    });
    await until([b.node], async () => (await spoiledBy(parties.of(b), 2)) !== undefined);
    assert.deepEqual(await readAttachment(parties.of(b), value.root), bytes);
    assert.deepEqual([fromAuthor, await spoiledBy(parties.of(b), 0), (await spoiledBy(parties.of(b), 2))?.times], [5, undefined, 1]);
  }));

test('whoever gives a file slowly has one turn, then its author is asked again', async () => {
  let clock = systemNow();
  const parties = await Parties.found(3, () => clock);
  try {
    const [a, b, c] = parties.sides as Three;
    const petrova = await parties.accredit(a, 'Petrova');
    await parties.settled();
    const { value, bytes } = await handOver(parties.of(a), 4);
    await giveJunk(parties.of(c), value, [0, 1, 2]);
    const slow: number[] = [];
    overLine(b.node, async (to, index, pass) => {
      if (to === 0 && slow.length === 0) throw new ParleyError('unreachable', 'the line broke');
      if (to === 2) slow.push(index);
      if (to === 2) clock += FETCH_TURN;
      return pass();
    });
    await parties.say(a, petrova, 'message', withFile(value));
    await until([a.node, b.node, c.node], () => isComplete(parties.of(b), value.root));
    assert.deepEqual([await readAttachment(parties.of(b), value.root), slow], [bytes, [0]]);
  } finally {
    await parties.close();
  }
});
