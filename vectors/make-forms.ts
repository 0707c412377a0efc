/**
 * Makes the vectors of plain forms from fixed seeds: strict JSON, cards, charters, founding notes, sentences, identity notes, bundles, kinds, clocks and
 * signed requests. Everything here is deterministic, so a second run writes the same bytes: a difference is a change of format. Run it with:
 * node vectors/make-forms.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { fromHex, toBase64url, toHex, utf8 } from '../src/base/bytes.ts';
import type { Json, JsonObject } from '../src/base/json.ts';
import { KINDS } from '../src/document/registry.ts';
import type { Signer } from '../src/base/ports.ts';
import { actorOf } from '../src/entry/actor.ts';
import { formatBundle } from '../src/entry/bundle.ts';
import { formatDecline, formatInvite, formatJoin, foundChannel, parseFoundingNote, sentenceOf } from '../src/entry/founding.ts';
import { formatIdentityNote, signAsIdentity } from '../src/entry/identity-note.ts';
import { ed25519Signer, nodeSha256 as sha256 } from '../src/node/crypto.ts';
import { testChannel, testHost, testParty, testPerson, textOf } from '../src/node/fixtures-channel.ts';
import { testPasskey } from '../src/node/fixtures-passkey.ts';
import { accreditation } from '../src/node/fixtures-record.ts';
import { signatureBase, signRequest } from '../src/node/http-signature.ts';

function write(name: string, value: unknown): void {
  const file = new URL(name, import.meta.url);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, undefined, 1)}\n`);
}

// Strict JSON ----------------------------------------------------------------------------------------------------------------------------
const nested = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
const goodJson: [string, string][] = [
  ['an empty object', '{}'],
  ['every kind of value', '{"a":null,"b":true,"c":false,"d":0,"e":"","f":[],"g":{}}'],
  ['the largest and smallest whole numbers', '{"a":9007199254740991,"b":-9007199254740991}'],
  ['members in any order, as their author wrote them', '{"b":1,"a":2}'],
  ['sixteen levels', nested(16)],
  ['the short escapes', '{"a":"\\"\\\\\\b\\f\\n\\r\\t"}'],
  ['other control characters as lower-case escapes', '{"a":"\\u0000\\u001f"}'],
  ['text of any script, unescaped', '{"a":"Женева 日本 🕊 \u2028\u007f/"}'],
  ['a member name of 32 characters', `{"a${'b'.repeat(31)}":1}`],
  ['digits and underscores in a member name', '{"ml_dsa_44":1}'],
  ['brackets in a text do not nest', `{"a":"${'['.repeat(40)}"}`],
];
const badJson: [string, string | Uint8Array][] = [
  ['nothing', ''],
  ['white space', '{"a": 1}'],
  ['a newline at the end', '{}\n'],
  ['a member twice', '{"a":1,"a":1}'],
  ['a member twice, once escaped', '{"a":1,"\\u0061":2}'],
  ['a fraction', '{"a":1.5}'],
  ['a whole number written as a fraction', '{"a":1.0}'],
  ['an exponent', '{"a":1e2}'],
  ['minus zero', '{"a":-0}'],
  ['a whole number beyond 2^53 - 1', '{"a":9007199254740992}'],
  ['a number of no end', '{"a":1e999}'],
  ['a leading zero', '{"a":01}'],
  ['a plus sign', '{"a":+1}'],
  ['a capital in a member name', '{"A":1}'],
  ['an empty member name', '{"":1}'],
  ['a member name of 33 characters', `{"a${'b'.repeat(32)}":1}`],
  ['a member name that begins with a digit', '{"1a":1}'],
  ['a member named __proto__', '{"__proto__":1}'],
  ['an escape that is not needed', '{"a":"\\u0041"}'],
  ['an escaped solidus', '{"a":"\\/"}'],
  ['an escape in capitals', '{"a":"\\u001F"}'],
  ['a raw control character', '{"a":"\u0001"}'],
  ['half a surrogate pair, escaped', '{"a":"\\ud800"}'],
  ['a surrogate pair, escaped', '{"a":"\\ud83d\\udd4a"}'],
  ['seventeen levels', nested(17)],
  ['a thousand levels', nested(1000)],
  ['an array at top level', '[]'],
  ['a text at top level', '"a"'],
  ['a comma after the last member', '{"a":1,}'],
  ['something after the object', '{}{}'],
  ['single quotes', "{'a':1}"],
  ['a comment', '{/**/}'],
  ['NaN', '{"a":NaN}'],
  ['a byte order mark', '\ufeff{}'],
  ['bytes that are not UTF-8', Uint8Array.of(0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d)],
  ['an overlong encoding', Uint8Array.of(0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc0, 0xaf, 0x22, 0x7d)],
  ['half a surrogate pair in UTF-8', Uint8Array.of(0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d)],
  ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x7b, 0, 0x7d, 0)],
];
write('json/strict.json', [
  ...goodJson.map(([comment, text]) => ({ comment, valid: true, text })),
  ...badJson.map(([why, input]) => ({
    comment: `refused: ${why}`,
    valid: false,
    ...(typeof input === 'string' ? { text: input } : { hex: toHex(input) }),
  })),
]);

// Cards and charters ---------------------------------------------------------------------------------------------------------------------
const alpha = testParty('Alpha', 10, 3, 2);
const beta = testParty('Beta', 20);
const host = testHost('Host', 30);
const packs = [{ name: 'incident-inquiry', hash: toBase64url(sha256(utf8('a pack'))) }];
const on = await testChannel([alpha, beta], [host], packs);
/** A text with the member at a path (`identity.threshold`) set, or taken out where no value is given; `[]` at the end appends. */
const edit = (text: string, path: string, value?: Json): string => {
  const set = (json: Json, [name = '', ...rest]: readonly string[]): Json => {
    if (Array.isArray(json)) return name === '[]' ? [...json, value ?? null] : json.map((item, i) => (String(i) === name ? set(item, rest) : item));
    const object = json as JsonObject;
    if (rest.length > 0) return { ...object, [name]: set(object[name] ?? null, rest) };
    const others = Object.fromEntries(Object.entries(object).filter(([key]) => value !== undefined || key !== name));
    return value === undefined ? others : { ...object, [name]: value };
  };
  return JSON.stringify(set(JSON.parse(text) as Json, path.split('.')));
};
const smallOrder = fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05') ?? new Uint8Array();
const identityKeys = alpha.identity.map((key) => toBase64url(key.publicKey));
const cardCase = (comment: string, text: string) => ({ comment, valid: true, text, hash: toBase64url(sha256(utf8(text))) });
const badCard = (why: string, text: string, path: string, value?: Json) => ({
  comment: `refused: ${why}`,
  valid: false,
  text: edit(text, path, value),
});
write('founding/cards.json', [
  { ...cardCase('a party whose identity is two of three keys', alpha.card.text), origin: originOf(alpha) },
  { ...cardCase('a party whose identity is one key', beta.card.text), origin: originOf(beta) },
  cardCase('a host', host.card.text),
  badCard('a host with a generation', host.card.text, 'gen', alpha.card.gen),
  badCard('a party without its node key', alpha.card.text, 'node'),
  badCard('another version', alpha.card.text, 'v', 2),
  badCard('an empty name', alpha.card.text, 'name', ''),
  badCard('a name of two lines', alpha.card.text, 'name', 'Alpha\nBeta'),
  badCard('a name that reads other than it is written', alpha.card.text, 'name', 'Alpha\u202e'),
  badCard('a nonce of 15 bytes', alpha.card.text, 'nonce', toBase64url(new Uint8Array(15))),
  badCard('a threshold of more keys than there are', alpha.card.text, 'identity.threshold', 4),
  badCard('an identity key twice', alpha.card.text, 'identity.keys.[]', identityKeys[0]),
  badCard('a node key of small order', alpha.card.text, 'node', toBase64url(smallOrder)),
  badCard('an identity key of small order', alpha.card.text, 'identity.keys.[]', toBase64url(smallOrder)),
  badCard('an ML-DSA-44 key of 1,311 bytes', alpha.card.text, 'held.ml_dsa_44', toBase64url(new Uint8Array(1311))),
  badCard('padding in base64', alpha.card.text, 'node', `${toBase64url(alpha.node.publicKey)}=`),
]);

const charterText = on.channel.charter.text;
const other = packs[0]?.hash ?? '';
const badCharter = (why: string, path: string, value?: Json) => ({ comment: `refused: ${why}`, valid: false, text: edit(charterText, path, value) });
write('founding/charters.json', [
  {
    comment: 'a charter, the channel that it and its cards make, and the note that all identity thresholds signed',
    valid: true,
    text: charterText,
    channel: on.channel.id,
    note: textOf(on.charterNote),
  },
  badCharter('one party', 'parties', [{ name: 'Alpha', card: other }]),
  badCharter('a party that has no card here', 'parties.1.card', other),
  badCharter('a party under another name than its card’s', 'parties.1.name', 'Gamma'),
  badCharter('a quorum of no host', 'quorum', 0),
  badCharter('a quorum of half the hosts', 'hosts.[]', { name: 'Other', card: other }),
  badCharter('a quorum of more hosts than there are', 'quorum', 2),
  badCharter('limits beside those of the rules number', 'limits', { entry: 1 }),
  badCharter('no working language', 'languages.working', []),
  badCharter('a member more', 'more', 1),
  badCharter('a member less', 'invite'),
  badCharter('a pack named twice', 'packs.[]', { name: 'again', hash: other }),
  badCharter('more than 60,000 bytes', 'languages.working', [`en${'-abcdefgh'.repeat(7000)}`]),
]);

// Founding notes and sentences -------------------------------------------------------------------------------------------------------------
const terms = { hosts: [], quorum: 1, packs, working: ['en'], authentic: ['en', 'fr'], predecessor: null, foundBy: 1_800_000_000 };
const inviteText = formatInvite({ card: alpha.card, hostCards: [host.card], terms, address: 'https://alpha.example:7443' });
const inviteHash = toBase64url(sha256(utf8(inviteText)));
const joinText = formatJoin({ card: beta.card, invite: inviteHash, address: 'https://beta.example:7443' });
const signed = async (text: string, signers: readonly Signer[]) => textOf(await signAsIdentity(sha256, text, signers));
const [first, second, third] = alpha.identity as [Signer, Signer, Signer];
const invite = await signed(inviteText, [first, third]);
const join = await signed(joinText, beta.identity);
const [asked, answered] = [invite, join].map((note) => parseFoundingNote(sha256, utf8(note)));
if (!asked || !answered || !('note' in asked && 'note' in answered)) throw new Error('both notes have their form');
if (asked.note.founding !== 'invite' || answered.note.founding !== 'join') throw new Error('an invitation and its answer');
const built = foundChannel(sha256, asked.note.invite, answered.note.join);
if ('expected' in built) throw new Error(built.expected);
const editNote = (text: string, path: string, value: Json): string => `${edit(text.slice(0, -1), path, value)}\n`;
write('founding/notes.json', [
  { comment: 'an invitation, signed by two of three keys', valid: true, founding: 'invite', note: invite, hash: inviteHash },
  {
    comment: 'the answer to it, and the charter both sides build',
    valid: true,
    founding: 'join',
    note: join,
    answers: inviteHash,
    charter: built.channel.charter.text,
    channel: built.channel.id,
  },
  { comment: 'a decline', valid: true, founding: 'decline', note: await signed(formatDecline(inviteHash), beta.identity), answers: inviteHash },
  { comment: 'refused: one signature where two are needed', valid: false, note: await signed(inviteText, [first]) },
  { comment: 'refused: one signature twice', valid: false, note: await signed(inviteText, [first, first]) },
  { comment: 'refused: a stranger’s signature beside', valid: false, note: await signed(inviteText, [first, second, ...beta.identity]) },
  { comment: 'refused: signed by the other side', valid: false, note: await signed(inviteText, beta.identity) },
  { comment: 'refused: a signature over another address', valid: false, note: invite.replace('alpha.example', 'omega.example') },
  { comment: 'refused: a member more', valid: false, note: await signed(editNote(inviteText, 'more', 1), [first, second]) },
  {
    comment: 'refused: a host’s card where the party’s should be',
    valid: false,
    note: await signed(editNote(joinText, 'card', host.card.text), beta.identity),
  },
  { comment: 'refused: another word', valid: false, note: await signed(editNote(joinText, 'founding', 'offer'), beta.identity) },
]);
const ids = [on.channel.id, toBase64url(new Uint8Array(32)), toBase64url(new Uint8Array(32).fill(255))];
write(
  'founding/sentences.json',
  ids.flatMap((channel, at) =>
    [0, 1, 15].map((reader) => ({
      comment: `the sentence that party ${reader} reads in channel ${at}`,
      channel,
      reader,
      sentence: sentenceOf(sha256, channel, reader, wordlist),
    })),
  ),
);

// Identity notes --------------------------------------------------------------------------------------------------------------------------
const person = testPerson('Petrova');
const accredit = accreditation(person, { kinds: ['message', 'request'], marking: 'amber', may_recall: true });
const identityNote = (act: JsonObject, n = 1) => formatIdentityNote({ channel: on.channel.id, party: 0, n, act });
const identity = { keys: identityKeys, threshold: 2 };
const act = async (comment: string, value: JsonObject, valid = true, signers: readonly Signer[] = [first, second]) => ({
  comment,
  valid,
  channel: on.channel.id,
  party: 0,
  identity,
  note: await signed(identityNote(value), signers),
});
const { actor } = person;
const passkey = accreditation(testPasskey('Petrova'));
const noPoint = testPasskey('Petrova').raw.map((byte, i) => (i === 64 ? byte ^ 1 : byte));
const without = (value: JsonObject, name: string): JsonObject => Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
const reordered = Object.fromEntries(Object.entries(accredit).reverse());
write('entry/identity-notes.json', [
  await act('an accreditation', accredit),
  await act('an accreditation with its members in another order', reordered),
  await act('a recall for consultations', {
    act: 'recall',
    actor,
    for_consultations: true,
    reason: 'Consultations in the capital.',
    effective_at: 1_790_000_000,
  }),
  await act('a return', { act: 'return', actor, effective_at: null }),
  await act('the end of a mission', { act: 'end', actor }),
  await act('all three keys of two', { act: 'end', actor }, true, [first, second, third]),
  await act('refused: one signature where two are needed', { act: 'end', actor }, false, [first]),
  await act('refused: a stranger’s signature beside', { act: 'end', actor }, false, [first, second, person.key]),
  await act('refused: one key twice', { act: 'end', actor }, false, [first, second, second]),
  await act('refused: an act nobody knows', { act: 'promote', actor }, false),
  await act('refused: a member more', { act: 'end', actor, reason: 'none' }, false),
  await act('refused: an actor of 31 bytes', { act: 'end', actor: toBase64url(new Uint8Array(31)) }, false),
  await act(
    'refused: a recall that is none for consultations',
    { act: 'recall', actor, for_consultations: false, reason: null, effective_at: null },
    false,
  ),
  await act('refused: an actor that is not the hash of its key', { ...accredit, actor: actorOf(sha256, beta.node.publicKey) }, false),
  await act('refused: a key of small order', { ...accredit, key: toBase64url(smallOrder), actor: actorOf(sha256, smallOrder) }, false),
  await act('refused: a name of two lines', { ...accredit, name: 'A\nB' }, false),
  await act('refused: a name that reads other than it is written', { ...accredit, name: 'A \u202eB' }, false),
  await act('refused: all kinds and another', { ...accredit, scope: { ...(accredit.scope as JsonObject), kinds: ['*', 'message'] } }, false),
  await act('refused: no kind', { ...accredit, scope: { ...(accredit.scope as JsonObject), kinds: [] } }, false),
  await act('refused: a marking that is none', { ...accredit, scope: { ...(accredit.scope as JsonObject), marking: 'white' } }, false),
  {
    comment: 'refused: a signature over another number',
    valid: false,
    channel: on.channel.id,
    party: 0,
    identity,
    note: (await signed(identityNote({ act: 'end', actor }), [first, second])).replace('"n":1', '"n":2'),
  },
  await act('an accreditation of an ES256 passkey', passkey),
  await act('an accreditation of an Ed25519 passkey', accreditation(testPasskey('Petrova', 'webauthn-ed25519'))),
  await act('a passkey bound to a domain above its site, and a port', {
    ...passkey,
    site_origin: 'https://node.parley.example:8443',
    rp_id: 'parley.example',
  }),
  await act('a passkey of this machine’s own screens', { ...passkey, site_origin: 'http://localhost:8080', rp_id: 'localhost' }),
  await act('refused: a passkey of an algorithm nobody knows', { ...passkey, algorithm: 'webauthn-rs256' }, false),
  await act('refused: a P-256 key that is no point', { ...passkey, key: toBase64url(noPoint) }, false),
  await act('refused: a passkey without its site', without(passkey, 'site_origin'), false),
  await act('refused: a plain key with a site', { ...accredit, site_origin: 'https://parley.example', rp_id: 'parley.example' }, false),
  await act('refused: a site without TLS', { ...passkey, site_origin: 'http://parley.example' }, false),
  await act('refused: a site with a path', { ...passkey, site_origin: 'https://parley.example/' }, false),
  await act('refused: a site in capitals', { ...passkey, site_origin: 'https://Parley.example' }, false),
  await act('refused: a port above 65,535', { ...passkey, site_origin: 'https://parley.example:65536' }, false),
  await act('refused: a name that is not the site’s', { ...passkey, rp_id: 'example.parley' }, false),
  await act('refused: a name that only ends like the site’s', { ...passkey, rp_id: 'ley.example' }, false),
]);

// Bundles ----------------------------------------------------------------------------------------------------------------------------------
const bundle = formatBundle([
  { name: 'charter', bytes: utf8('{}') },
  { name: 'bodies/a-b_c', bytes: utf8('a\nb') },
  { name: 'empty', bytes: new Uint8Array() },
]);
const bundleText = textOf(bundle);
write('bundle/bundles.json', [
  { comment: 'no item', valid: true, hex: toHex(formatBundle([])), items: [] },
  {
    comment: 'three items, one with a newline in it and one empty',
    valid: true,
    hex: toHex(bundle),
    items: [
      ['charter', toHex(utf8('{}'))],
      ['bodies/a-b_c', toHex(utf8('a\nb'))],
      ['empty', ''],
    ],
  },
  ...(
    [
      ['another first line', bundleText.replace('/1', '/2')],
      ['cut in an item', bundleText.slice(0, -3)],
      ['cut in an item line', 'parley-bundle/1\ncharter 2'],
      ['a length that is too small', bundleText.replace('charter 2', 'charter 1')],
      ['a length with a leading zero', bundleText.replace('charter 2', 'charter 02')],
      ['no length', bundleText.replace('charter 2', 'charter')],
      ['two spaces', bundleText.replace('charter 2', 'charter  2')],
      ['a name twice', `${bundleText}charter 2\n{}\n`],
      ['a name that climbs', bundleText.replace('charter', '../charter')],
      ['a hidden name', bundleText.replace('charter', '.charter')],
      ['an absolute name', bundleText.replace('charter', '/charter')],
      ['a name with an empty part', bundleText.replace('bodies/', 'bodies//')],
      ['a name of 201 characters', bundleText.replace('charter', 'a'.repeat(201))],
      ['something after the last item', `${bundleText}\n`],
    ] as [string, string][]
  ).map(([why, text]) => ({ comment: `refused: ${why}`, valid: false, hex: toHex(utf8(text)) })),
]);

// Kinds -----------------------------------------------------------------------------------------------------------------------------------
write(
  'entry/kinds.json',
  KINDS.map(({ id, signedBy, opens, joins, fields }) => ({
    comment: `the form of ${id}`,
    id,
    signed_by: signedBy,
    opens,
    joins,
    fields: fields.map(({ name, shape, frame, required, hidden: _, future: __, past: ___, ...limits }) => ({ name, shape, frame, required, ...limits })),
  })),
);

// Signed requests ---------------------------------------------------------------------------------------------------------------------------
const requester = ed25519Signer(new Uint8Array(32).fill(7));
const NOW = 1_790_000_000;
const nonce = () => Uint8Array.from({ length: 16 }, (_, i) => i);
const request = async (
  comment: string,
  method: string,
  path: string,
  body: string,
  valid = true,
  change: (headers: Record<string, string>) => void = () => undefined,
  more: object = {},
) => {
  const headers: Record<string, string> = { ...(await signRequest(requester, { method, path, body: utf8(body) }, NOW, nonce)) };
  change(headers);
  return {
    comment,
    valid,
    method,
    path,
    body,
    headers,
    now: NOW,
    key: toBase64url(requester.publicKey),
    keyid: actorOf(sha256, requester.publicKey),
    ...more,
  };
};
const good = await request('a push', 'POST', '/log/8c155a7fa638800c2419bb8689695592530e30b7/push', 'body');
const base = textOf(
  signatureBase(
    [
      ['@method', 'POST'],
      ['@path', good.path],
      ['@query', '?'],
      ['content-digest', good.headers['content-digest'] ?? ''],
    ],
    (good.headers['signature-input'] ?? '').slice('parley='.length),
  ),
);
write('sync/requests.json', [
  { ...good, base },
  await request('no body, and a query', 'GET', '/log/8c155a7fa638800c2419bb8689695592530e30b7/checkpoint?size=7', ''),
  await request('signed 300 seconds ago', 'GET', '/', '', true, undefined, { now: NOW + 300 }),
  await request('refused: signed 301 seconds ago', 'GET', '/', '', false, undefined, { now: NOW + 301 }),
  await request('refused: signed 301 seconds ahead', 'GET', '/', '', false, undefined, { now: NOW - 301 }),
  { ...good, comment: 'refused: another method', valid: false, method: 'PUT' },
  { ...good, comment: 'refused: another path', valid: false, path: good.path.replace('/push', '/pull') },
  { ...good, comment: 'refused: a query beside', valid: false, path: `${good.path}?a` },
  { ...good, comment: 'refused: a bare question mark', valid: false, path: `${good.path}?` },
  { ...good, comment: 'refused: another body', valid: false, body: 'bodY' },
  { ...good, comment: 'refused: nobody’s key', valid: false, key: toBase64url(person.key.publicKey), keyid: actor },
  await request('refused: no digest', 'POST', '/', 'body', false, (headers) => delete headers['content-digest']),
  await request('refused: the label of another', 'POST', '/', 'body', false, (headers) =>
    Object.assign(headers, { signature: headers.signature?.replace('parley=', 'sig1=') }),
  ),
  await request('refused: two signatures', 'POST', '/', 'body', false, (headers) =>
    Object.assign(headers, { signature: `${headers.signature}, b=:AAAA:` }),
  ),
  await request('refused: another tag', 'POST', '/', 'body', false, (headers) =>
    Object.assign(headers, { 'signature-input': headers['signature-input']?.replace('tag="parley"', 'tag="other"') }),
  ),
  await request('refused: fewer components', 'POST', '/', 'body', false, (headers) =>
    Object.assign(headers, { 'signature-input': headers['signature-input']?.replace('"@query" ', '') }),
  ),
]);

function originOf(party: typeof alpha): string {
  return `parley.v1/${toHex(sha256(new Uint8Array([...utf8('parley-origin/1\0'), ...party.card.log.ed25519, ...party.card.log.mlDsa44])).slice(0, 20))}`;
}
