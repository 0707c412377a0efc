import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url, utf8 } from '../base/bytes.ts';
import { type Json, type JsonObject, strictJson } from '../base/json.ts';
import { testChannel, testCrypto, testHost, testParty } from '../node/fixtures-channel.ts';
import { assembleChannel, channelId, formatCharter, parseCharter } from './charter.ts';

const parties = [testParty('Alpha', 10), testParty('Beta', 20)];
const hosts = [testHost('H1', 30), testHost('H2', 31), testHost('H3', 32)];
const { channel } = await testChannel(parties, hosts, [{ name: 'inquiry', hash: toBase64url(new Uint8Array(32)) }]);
const charter = JSON.parse(channel.charter.text) as JsonObject;
const hash = (byte: number): string => toBase64url(new Uint8Array(32).fill(byte));
const taken = (more: JsonObject): boolean => 'charter' in parseCharter(strictJson({ ...charter, ...more }));

test('a charter is read back as it was written, and its id is the hash of its text', () => {
  const { text, ...parts } = channel.charter;
  assert.equal(formatCharter(parts), text);
  assert.deepEqual(parseCharter(text), { charter: channel.charter });
  assert.equal(channel.id, channelId(testCrypto.sha256, text));
});

test('a charter has at most 60,000 bytes, whatever they spell', () => {
  // 16 parties, 8 hosts and 64 packs with long names in another script: few characters, many bytes.
  const long = (count: number, key: string): Json => Array.from({ length: count }, (_, i) => ({ name: '外'.repeat(200), [key]: hash(i) }));
  const most = { parties: long(16, 'card'), hosts: long(8, 'card'), packs: long(64, 'hash'), quorum: 5 };
  const tag = `en${'-abcdefgh'.repeat(20)}`;
  const text = strictJson({ ...charter, ...most, languages: { working: Array(12).fill(tag), authentic: Array(12).fill(tag) } });
  assert.ok(text.length < 60_000 && utf8(text).length > 60_000);
  assert.ok(!('charter' in parseCharter(text)));
});

test('the quorum is more than half of the hosts, and none without hosts', () => {
  for (const quorum of [2, 3]) assert.equal(taken({ quorum }), true);
  for (const quorum of [0, 1, 4, -1, '2', null] as Json[]) assert.equal(taken({ quorum }), false);
  assert.equal(taken({ hosts: [], quorum: 0 }), true);
  assert.equal(taken({ hosts: [], quorum: 1 }), false);
});

test('parties are two to sixteen, hosts at most eight, and nothing stands twice', () => {
  const named = (count: number): Json => Array.from({ length: count }, (_, i) => ({ name: `P${i}`, card: hash(i) }));
  for (const [count, good] of [
    [0, false],
    [1, false],
    [2, true],
    [16, true],
    [17, false],
  ] as const)
    assert.equal(taken({ parties: named(count) }), good);
  assert.equal(taken({ hosts: named(8), quorum: 5 }), true);
  assert.equal(taken({ hosts: named(9), quorum: 5 }), false);
  assert.equal(
    taken({
      parties: [
        { name: 'A', card: hash(1) },
        { name: 'B', card: hash(1) },
      ],
    }),
    false,
  );
  assert.equal(
    taken({
      packs: [
        { name: 'a', hash: hash(1) },
        { name: 'b', hash: hash(1) },
      ],
    }),
    false,
  );
});

test('limits, languages, predecessor, invitation and date have their form', () => {
  assert.equal(taken({ limits: { entry: 1 } }), false);
  assert.equal(taken({ predecessor: hash(3) }), true);
  for (const predecessor of ['', 7, 'x']) assert.equal(taken({ predecessor }), false);
  for (const working of [[], ['EN'], ['e'], ['en_US'], Array(13).fill('en'), 'en', [1]] as Json[])
    assert.equal(taken({ languages: { working, authentic: ['en'] } }), false, JSON.stringify(working));
  assert.equal(taken({ languages: { working: ['en', 'zh-Hant-TW'], authentic: ['ru'] } }), true);
  for (const more of [{ rules: 0 }, { rules: '1' }, { invite: 'x' }, { found_by: -1 }, { v: 2 }]) assert.equal(taken(more), false);
});

test('a channel has the cards that its charter names, each under its own name, and every key once', () => {
  const cards = [...parties, ...hosts].map(({ card }) => card);
  const good = (list: typeof cards, text = channel.charter.text): boolean => {
    const parsed = parseCharter(text);
    return 'charter' in parsed && 'channel' in assembleChannel(testCrypto.sha256, parsed.charter, list);
  };
  assert.equal(good(cards), true);
  for (let i = 0; i < cards.length; i++) assert.equal(good(cards.filter((_, at) => at !== i)), false);
  const other = [testParty('Alpha', 11).card, ...cards.slice(1)];
  assert.equal(good(other), false);
  const renamed = channel.charter.text.replace('"name":"Alpha"', '"name":"Omega"');
  assert.equal(good(cards, renamed), false);
});
