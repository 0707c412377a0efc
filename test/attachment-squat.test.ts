import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url } from '../src/base/bytes.ts';
import type { Json } from '../src/base/json.ts';
import { attachmentValue, chunkHash, chunksOf } from '../src/entry/attachment.ts';
import { announceBlob, isComplete, keepChunk, readAttachment } from '../src/node/attachments.ts';
import { nodeRandom } from '../src/node/crypto.ts';
import { Parties } from './several-parties.ts';
import { until } from './two-parties.ts';

test('a party that names another’s file first, with a salt and size of its own, keeps nobody from getting it', async () => {
  const parties = await Parties.found(3);
  try {
    const [a, b, c] = parties.sides as [Parties['sides'][number], Parties['sides'][number], Parties['sides'][number]];
    const [petrova, mallory] = [await parties.accredit(a, 'Petrova'), await parties.accredit(b, 'Mallory')];
    await parties.settled();
    await parties.introduce(a, [b]);
    const bytes = nodeRandom(1000);
    const salt = nodeRandom(16);
    const hashes = chunksOf(bytes).map((chunk) => chunkHash(parties.crypto.sha256, salt, chunk));
    const value = attachmentValue(parties.crypto.sha256, { salt, size: bytes.length, media: 'text/plain', name: 'a.txt', hashes });
    await announceBlob(parties.of(a), value);
    await keepChunk(parties.of(a), value.root, 0, bytes);
    const name = (side: typeof a, who: typeof petrova, subject: string, file: object) =>
      parties.say(side, who, 'message', { subject, text: 'With a file.', attachments: [file] } as unknown as Record<string, string>);
    await name(b, mallory, 'First', { ...value, salt: toBase64url(nodeRandom(16)), size: 7 } as unknown as Record<string, Json>);
    await until([b.node, c.node], async () => (await parties.of(c).store.getLocal('blob', `${parties.channel}/${value.root}`)) !== undefined);
    await name(a, petrova, 'Second', value);
    await parties.introduce(a, [b, c]);
    await until([a.node, c.node], async () => isComplete(parties.of(c), value.root), 'Gamma has the file');
    assert.deepEqual(await readAttachment(parties.of(c), value.root), bytes);
  } finally {
    await parties.close();
  }
});
