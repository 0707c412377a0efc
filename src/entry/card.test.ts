import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toBase64url } from '../base/bytes.ts';
import { type Json, type JsonObject, strictJson } from '../base/json.ts';
import { testHost, testParty } from '../node/fixtures-channel.ts';
import { parseCard } from './card.ts';

const party = testParty('Alpha', 10, 3, 2).card.text;
const host = testHost('Host', 30).card.text;
const object = (text: string): JsonObject => JSON.parse(text) as JsonObject;
const taken = (value: JsonObject): boolean => 'card' in parseCard(strictJson(value));

test('a card is read back as it was written', () => {
  for (const text of [party, host]) {
    const parsed = parseCard(text);
    assert.ok('card' in parsed && parsed.card.text === text);
  }
});

test('a key that nobody can hold is refused wherever it stands on a card', () => {
  // A point of small order, for which anybody can make signatures; one with a component of small order; one that is no point.
  const weak = ['0100000000000000000000000000000000000000000000000000000000000000', `${'00'.repeat(31)}80`, `02${'00'.repeat(31)}`];
  const mixed = 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a';
  for (const hex of [...weak, mixed]) {
    const key = toBase64url(fromHex(hex) ?? assert.fail());
    const card = object(party);
    const pair = (name: string): JsonObject => ({ ...(card[name] as JsonObject), ed25519: key });
    const identity = card.identity as JsonObject;
    assert.equal(taken({ ...card, log: pair('log') }), false, hex);
    assert.equal(taken({ ...card, held: pair('held') }), false, hex);
    assert.equal(taken({ ...card, node: key }), false, hex);
    assert.equal(taken({ ...card, identity: { ...identity, keys: [...(identity.keys as string[]).slice(1), key] } }), false, hex);
    const other = object(host);
    assert.equal(taken({ ...other, witness: { ...(other.witness as JsonObject), ed25519: key } }), false, hex);
  }
});

test('a name is one line that reads as it is written', () => {
  for (const name of ['A', 'Ministerio de Relaciones Exteriores', 'Министерство', '外務省', '🕊️ Peace', 'x'.repeat(200), '🕊'.repeat(200)])
    assert.equal(taken({ ...object(party), name }), true, name);
  for (const name of ['', ' ', 'x'.repeat(201), 'a\nb', 'a\u0000', 'a\u007fb', 'a\u2028b', 'evil \u202elaog', 7, null, ['a']])
    assert.equal(taken({ ...object(party), name }), false, String(name));
});

test('no card has a member more, a member less, or its members in another order', () => {
  for (const text of [party, host]) {
    const card = object(text);
    const names = Object.keys(card);
    for (const name of names) assert.equal(taken(Object.fromEntries(Object.entries(card).filter(([key]) => key !== name))), false, name);
    assert.equal(taken({ ...card, more: 1 }), false);
    assert.equal(taken(Object.fromEntries(Object.entries(card).reverse())), false);
  }
});

test('thresholds lie within their sets, and no key stands twice', () => {
  const card = object(party);
  const identity = card.identity as JsonObject;
  const keys = identity.keys as readonly string[];
  const withIdentity = (more: JsonObject): boolean => taken({ ...card, identity: { ...identity, ...more } });
  for (const threshold of [1, 2, 3]) assert.equal(withIdentity({ threshold }), true);
  for (const threshold of [0, 4, -1, '1', null] as Json[]) assert.equal(withIdentity({ threshold }), false);
  for (const list of [[], [keys[0] ?? '', keys[0] ?? '', keys[1] ?? ''], 'keys', [1]] as Json[]) assert.equal(withIdentity({ keys: list }), false);
  assert.equal(withIdentity({ next: { threshold: 4, digests: (identity.next as JsonObject).digests ?? [] } }), false);
});

test('whatever text it is given, reading a card gives a card or says what was expected', () => {
  const object_ = fc.dictionary(fc.constantFrom(...Object.keys(object(party))), fc.oneof(fc.jsonValue(), fc.constant(object(party).identity)));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string({ unit: 'binary' }),
        object_.map((value) => JSON.stringify(value)),
      ),
      (text) => {
        const parsed = parseCard(text);
        assert.ok('card' in parsed || parsed.expected.length > 0);
      },
    ),
    { numRuns: 40 },
  );
});
