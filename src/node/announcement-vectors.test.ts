import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bytesOfShared, type Shared } from '../verify/fixtures-shared.ts';
import { testChannel, testHost, testParty } from './fixtures-channel.ts';
import { testNode } from './fixtures-replica.ts';
import { peersDoor } from './peers-door.ts';

type Case = { comment: string; status: number; announcement: Shared };
type Announcements = { charter: string; parts: Shared[]; cases: Case[] };
const given = JSON.parse(readFileSync(new URL('../../vectors/sync/announcements.json', import.meta.url), 'utf8')) as Announcements;

test('generations are taken at the peers’ door, or refused, as the vectors say', async (t) => {
  const on = await testChannel([testParty('Alpha', 10, 3, 2), testParty('Beta', 20)], [testHost('Host', 30)]);
  assert.equal(on.channel.charter.text, given.charter, 'the parties of the vectors are those of the fixtures');
  for (const { comment, status, announcement } of given.cases)
    await t.test(`announcement: ${comment}`, async () => {
      const node = await testNode(on, 1);
      const door = peersDoor(node);
      const payload = Buffer.from(bytesOfShared(given.parts, announcement));
      const headers = { 'content-type': 'application/octet-stream' };
      const tell = async (): Promise<number> => (await door.inject({ method: 'POST', url: '/generations', payload, headers })).statusCode;
      assert.equal(await tell(), status);
      const { generations } = node.channel(on.channel.id).replica;
      assert.equal(generations.all.filter(({ party }) => party === 0).length, status === 200 ? 2 : 1);
      assert.equal(await tell(), status, 'a second time changes nothing');
      await door.close();
    });
});
