import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import fc from 'fast-check';
import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { type Json, type JsonObject, strictJson } from '../base/json.ts';
import { testCrypto as crypto, testHost, testParty, textOf } from '../node/fixtures-channel.ts';
import { type FoundingNote, formatDecline, formatInvite, formatJoin, foundChannel, parseFoundingNote, sameSentence, sentenceOf } from './founding.ts';
import { signAsIdentity } from './identity-note.ts';

const [alpha, beta, host] = [testParty('Alpha', 10, 2, 2), testParty('Beta', 20), testHost('Host', 30)];
const terms = {
  hosts: [],
  quorum: 1,
  packs: [{ name: 'inquiry', hash: toBase64url(new Uint8Array(32)) }],
  working: ['en'],
  authentic: ['en', 'ru'],
  predecessor: null,
  foundBy: 1_800_000_000,
};
const inviteText = formatInvite({ card: alpha.card, hostCards: [host.card], terms, address: 'https://a.example:7443' });
const inviteHash = toBase64url(crypto.sha256(utf8(inviteText)));
const joinText = formatJoin({ card: beta.card, invite: inviteHash, address: 'https://b.example:7443' });
const invite = await signAsIdentity(crypto.sha256, inviteText, alpha.identity);
const join = await signAsIdentity(crypto.sha256, joinText, beta.identity);

function parse(bytes: Uint8Array): FoundingNote {
  const parsed = parseFoundingNote(crypto.sha256, bytes);
  assert.ok('note' in parsed, 'expected' in parsed ? parsed.expected : '');
  return parsed.note;
}

async function holds(bytes: Uint8Array): Promise<boolean> {
  const parsed = parseFoundingNote(crypto.sha256, bytes);
  return 'note' in parsed && 'checks' in parsed.note && (await crypto.verify(parsed.note.checks)).every(Boolean);
}

test('invitation and answer lead both sides to one charter', () => {
  const [asked, answered] = [parse(invite), parse(join)];
  assert.ok(asked.founding === 'invite' && answered.founding === 'join');
  assert.equal(asked.invite.hash, inviteHash);
  const built = foundChannel(crypto.sha256, asked.invite, answered.join);
  assert.ok('channel' in built);
  assert.deepEqual(
    built.channel.parties.map(({ name }) => name),
    ['Alpha', 'Beta'],
  );
  assert.equal(built.channel.charter.invite, inviteHash);
  assert.deepEqual(built.channel.charter.authentic, ['en', 'ru']);
});

test('an answer to another invitation founds nothing, and neither does one by a party with the inviter’s keys', async () => {
  const asked = parse(invite);
  assert.ok(asked.founding === 'invite');
  for (const text of [
    formatJoin({ card: beta.card, invite: toBase64url(new Uint8Array(32)), address: '' }),
    formatJoin({ card: alpha.card, invite: inviteHash, address: '' }),
  ]) {
    const signers = text.includes('Alpha') ? alpha.identity : beta.identity;
    const answered = parse(await signAsIdentity(crypto.sha256, text, signers));
    assert.ok(answered.founding === 'join' && !('channel' in foundChannel(crypto.sha256, asked.invite, answered.join)));
  }
});

test('every one-byte change of an invitation or an answer is refused', async () => {
  for (const note of [invite, join]) {
    assert.ok(await holds(note));
    const places = fc.nat({ max: note.length - 1 });
    await fc.assert(
      fc.asyncProperty(places, fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = note.slice();
        changed[at] = (changed[at] as number) ^ flip;
        assert.equal(await holds(changed), false);
      }),
      { numRuns: 150 },
    );
  }
});

test('one signature fewer than the threshold, one twice, or a stranger’s beside, is refused', async () => {
  const [first, second] = alpha.identity;
  assert.ok(first !== undefined && second !== undefined);
  for (const signers of [[first], [first, first], [first, second, second], [first, second, ...beta.identity]])
    assert.equal(await holds(await signAsIdentity(crypto.sha256, inviteText, signers)), false);
});

test('members are those of the form, in its order, and no others', async () => {
  for (const [text, signers] of [
    [inviteText, alpha.identity],
    [joinText, beta.identity],
    [formatDecline(inviteHash), beta.identity],
  ] as const) {
    const value = JSON.parse(text) as JsonObject;
    const readable = async (changed: JsonObject): Promise<boolean> =>
      'note' in parseFoundingNote(crypto.sha256, await signAsIdentity(crypto.sha256, `${strictJson(changed)}\n`, signers));
    assert.equal(await readable(value), true);
    assert.equal(await readable({ ...value, more: 1 }), false);
    assert.equal(await readable(Object.fromEntries(Object.entries(value).reverse())), false);
    for (const name of Object.keys(value)) {
      assert.equal(await readable(Object.fromEntries(Object.entries(value).filter(([key]) => key !== name))), false, `without ${name}`);
      assert.equal(await readable({ ...value, [name]: { a: 1 } }), false, `another ${name}`);
    }
  }
});

test('each party reads another sentence, and another charter gives other ones', () => {
  const asked = parse(invite);
  const answered = parse(join);
  assert.ok(asked.founding === 'invite' && answered.founding === 'join');
  const built = foundChannel(crypto.sha256, asked.invite, answered.join);
  assert.ok('channel' in built);
  const other = toBase64url(crypto.sha256(utf8('another')));
  const sentences = [0, 1].flatMap((reader) => [built.channel.id, other].map((id) => sentenceOf(crypto.sha256, id, reader, wordlist)));
  assert.equal(new Set(sentences).size, 4);
  for (const sentence of sentences) assert.equal(sentence.split(' ').length, 10);
});

test('a typed sentence is compared by its words alone', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat({ max: 15 }), fc.nat({ max: 9 }), (id, reader, at) => {
      const sentence = sentenceOf(crypto.sha256, toBase64url(id), reader, wordlist);
      assert.ok(sameSentence(` ${sentence.toUpperCase().replaceAll(' ', ',  ')}.`, sentence));
      const words = sentence.split(' ');
      assert.equal(sameSentence(words.filter((_, i) => i !== at).join(' '), sentence), false);
      const swapped = words.map((word, i) => (i === at ? wordlist[(wordlist.indexOf(word) + 1) % 2048] : word)).join(' ');
      assert.equal(sameSentence(swapped, sentence), false);
    }),
  );
});

test('reading a founding note never throws', async () => {
  const members = ['v', 'founding', 'card', 'hosts', 'quorum', 'packs', 'working', 'authentic', 'predecessor', 'found_by', 'address', 'invite'];
  const value: fc.Arbitrary<unknown> = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(1, 'invite', 'join', 'decline', alpha.card.text, inviteHash, [host.card.text]),
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.constantFrom(...members), value), async (object) => {
      const note = await signAsIdentity(crypto.sha256, `${JSON.stringify(object as Json)}\n`, alpha.identity.slice(0, 1));
      const parsed = parseFoundingNote(crypto.sha256, note);
      assert.ok('note' in parsed || parsed.expected.length > 0);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assert.ok('expected' in parseFoundingNote(crypto.sha256, bytes));
    }),
  );
  assert.ok(textOf(invite).length > 0 && fromBase64url(inviteHash) !== undefined);
});
