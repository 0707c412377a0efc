import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { fromBase64url, fromHex, toBase64, toBase64url, toHex, utf8 } from '../base/bytes.ts';
import type { Json } from '../base/json.ts';
import { parseAct } from '../document/accreditation.ts';
import type { AttachmentValue } from '../document/kind.ts';
import { KINDS } from '../document/registry.ts';
import { testCrypto as crypto } from '../node/fixtures-channel.ts';
import { leafHash } from '../tlog/merkle.ts';
import { formatNote, parseNote } from '../tlog/note.ts';
import { actorOf } from './actor.ts';
import { isWholeAttachment } from './attachment.ts';
import { openBody } from './body.ts';
import { formatBundle, parseBundle } from './bundle.ts';
import { cardHash, originOf, parseCard, parseIdentityKeys } from './card.ts';
import { assembleChannel, parseCharter } from './charter.ts';
import { entryCheck, parseEntry } from './entry.ts';
import { foundChannel, type Invite, parseFoundingNote, sentenceOf } from './founding.ts';
import { formatGeneration, generationFault, parseGeneration } from './generation.ts';
import type { BodyCommitment } from './header.ts';
import { parseIdentityNote, thresholdChecks } from './identity-note.ts';
import { followChecks, keyEventAct, parseKeyEvent } from './key-event.ts';
import { isAcceptableSigningKey, signingKeyOf } from './signing-key.ts';

type Vector = { readonly comment: string };
const read = <T extends Vector>(name: string) => JSON.parse(readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8')) as readonly T[];
const { sha256 } = crypto;
const url = (text: string): Uint8Array => fromBase64url(text) ?? assert.fail(text);
const holds = async (checks: Parameters<typeof crypto.verify>[0]): Promise<boolean> => (await crypto.verify(checks)).every(Boolean);

type EntryVector = Vector & {
  valid: boolean;
  entry: string;
  text: string;
  id: string;
  leaf_hash: string;
  actor: string;
  key: string;
  signed: boolean;
};
for (const given of read<EntryVector>('entry/entries.json'))
  test(`entry: ${given.comment}`, async () => {
    const parsed = parseEntry(sha256, utf8(given.entry));
    assert.equal('entry' in parsed, given.valid);
    if (!('entry' in parsed)) return;
    const { entry } = parsed;
    assert.deepEqual(
      [entry.text, entry.id, toBase64(leafHash(sha256, entry.bytes)), entry.header.actor],
      [given.text, given.id, given.leaf_hash, given.actor],
    );
    assert.deepEqual(formatNote({ text: entry.text, lines: [entry.line] }), utf8(given.entry));
    assert.equal(actorOf(sha256, url(given.key)), given.actor);
    const check = entryCheck(sha256, entry, url(given.key), 'rep');
    assert.equal(check !== undefined && (await holds([check])), given.signed);
    assert.equal(entryCheck(sha256, entry, url(given.key), 'node'), undefined, 'the line is a representative’s');
  });

type BodyVector = Vector & { opens: boolean; void: boolean; body: BodyCommitment; text: string; erased: number; fields: [string, Json][] };
for (const given of read<BodyVector>('entry/bodies.json'))
  test(`body: ${given.comment}`, () => {
    const opened = openBody(sha256, given.body, utf8(given.text));
    assert.equal('body' in opened, given.opens);
    if (!('body' in opened)) return;
    assert.equal(opened.body.voids.length > 0, given.void);
    assert.equal(opened.body.erasedLeaves, given.erased);
    assert.deepEqual([...opened.body.fields], given.fields);
  });

type FileVector = Vector & { whole: boolean; value: AttachmentValue; file_size: number; chunk_sizes: number[] };
for (const given of read<FileVector>('entry/attachments.json'))
  test(`attachment: ${given.comment}`, () => {
    const file = Uint8Array.from({ length: given.file_size }, (_, i) => i % 251);
    const ends = given.chunk_sizes.map((_, i) => given.chunk_sizes.slice(0, i + 1).reduce((sum, size) => sum + size, 0));
    const chunks = ends.map((end, i) => file.subarray(ends[i - 1] ?? 0, end));
    assert.equal(isWholeAttachment(sha256, given.value, chunks), given.whole);
  });

type CardVector = Vector & { valid: boolean; text: string; hash: string; origin?: string };
const cards = read<CardVector>('founding/cards.json');
for (const given of cards)
  test(`card: ${given.comment}`, () => {
    const parsed = parseCard(given.text);
    assert.equal('card' in parsed, given.valid);
    if (!('card' in parsed)) return;
    assert.equal(cardHash(sha256, parsed.card), given.hash);
    if (given.origin !== undefined) assert.equal(parsed.card.role === 'party' && originOf(sha256, parsed.card), given.origin);
  });

type CharterVector = Vector & { valid: boolean; text: string; channel: string; note: string };
const known = cards.flatMap(({ text }) => {
  const parsed = parseCard(text);
  return 'card' in parsed ? [parsed.card] : [];
});
for (const given of read<CharterVector>('founding/charters.json'))
  test(`charter: ${given.comment}`, async () => {
    const parsed = parseCharter(given.text);
    const channel = 'charter' in parsed ? assembleChannel(sha256, parsed.charter, known) : parsed;
    assert.equal('channel' in channel, given.valid);
    if (!('channel' in channel)) return;
    assert.equal(channel.channel.id, given.channel);
    const note = parseNote(utf8(given.note));
    assert.ok('note' in note && note.note.text === `${given.text}\n`);
    for (const party of channel.channel.parties) {
      const threshold = thresholdChecks(sha256, note.note, party.identity, false);
      assert.ok('checks' in threshold && (await holds(threshold.checks)));
    }
  });

type FoundingVector = Vector & {
  valid: boolean;
  note: string;
  founding: string;
  hash?: string;
  answers?: string;
  charter?: string;
  channel?: string;
};
const foundings = read<FoundingVector>('founding/notes.json');
for (const given of foundings)
  test(`founding: ${given.comment}`, async () => {
    const parsed = parseFoundingNote(sha256, utf8(given.note));
    const valid = 'note' in parsed && (!('checks' in parsed.note) || (await holds(parsed.note.checks)));
    assert.equal(valid, given.valid);
    if (!valid) return;
    assert.equal(parsed.note.founding, given.founding);
    if (parsed.note.founding === 'invite') assert.equal(parsed.note.invite.hash, given.hash);
    if (parsed.note.founding === 'decline') assert.equal(parsed.note.invite, given.answers);
    if (parsed.note.founding !== 'join') return;
    assert.equal(parsed.note.join.invite, given.answers);
    const built = foundChannel(sha256, inviteOf(given.answers), parsed.note.join);
    assert.ok('channel' in built);
    assert.deepEqual([built.channel.charter.text, built.channel.id], [given.charter, given.channel]);
  });

function inviteOf(hash: string | undefined): Invite {
  const given = foundings.find((one) => one.hash === hash && hash !== undefined);
  const parsed = parseFoundingNote(sha256, utf8(given?.note ?? ''));
  return 'note' in parsed && parsed.note.founding === 'invite' ? parsed.note.invite : assert.fail('the invitation answered');
}

type SentenceVector = Vector & { channel: string; reader: number; sentence: string };
for (const given of read<SentenceVector>('founding/sentences.json'))
  test(`sentence: ${given.comment}`, () => {
    assert.equal(sentenceOf(sha256, given.channel, given.reader, wordlist), given.sentence);
  });

type NoteVector = Vector & { valid: boolean; channel: string; party: number; identity: { keys: string[]; threshold: number }; note: string };
for (const given of read<NoteVector>('entry/identity-notes.json'))
  test(`identity note: ${given.comment}`, async () => {
    const { keys, threshold } = given.identity;
    const identity = parseIdentityKeys({ threshold, keys, next: { threshold: 1, digests: keys } });
    assert.ok(identity !== undefined);
    const parsed = parseIdentityNote(utf8(given.note));
    assert.ok('note' in parsed && parsed.note.channel === given.channel && parsed.note.party === given.party);
    const found = thresholdChecks(sha256, parsed.signed, identity);
    const act = parseAct(parsed.note.act);
    const signed = 'checks' in found && (await holds(found.checks));
    const key = 'act' in act && act.act.act === 'accredit' ? signingKeyOf(act.act) : undefined;
    const own = key === undefined || (isAcceptableSigningKey(key) && 'act' in act && actorOf(sha256, key) === act.act.actor);
    assert.equal(signed && 'act' in act && own, given.valid);
  });

type GenerationVector = Vector & { valid: boolean; note: string; origin?: string; hash?: string; leaf_hash?: string };
const generations = JSON.parse(readFileSync(new URL('../../vectors/entry/generations.json', import.meta.url), 'utf8')) as {
  charter: string;
  cards: string[];
  cases: GenerationVector[];
};
for (const given of generations.cases)
  test(`generation note: ${given.comment}`, async () => {
    const charter = parseCharter(generations.charter);
    const cards = generations.cards.map(parseCard).flatMap((card) => ('card' in card ? [card.card] : []));
    const found = 'charter' in charter ? assembleChannel(sha256, charter.charter, cards) : charter;
    assert.ok('channel' in found);
    const parsed = parseGeneration(sha256, utf8(given.note));
    const identity = 'note' in parsed ? found.channel.parties[parsed.note.party]?.identity : undefined;
    const fits = 'note' in parsed && identity !== undefined && generationFault(found.channel, parsed.note) === undefined;
    const checks = fits ? thresholdChecks(sha256, parsed.note.signed, identity) : { expected: 'it' };
    assert.equal('checks' in checks && (await holds(checks.checks)), given.valid);
    if (!given.valid || !('note' in parsed)) return;
    assert.deepEqual([parsed.note.origin, parsed.note.hash], [given.origin, given.hash]);
    assert.equal(toBase64url(leafHash(sha256, utf8(given.note))), given.leaf_hash);
    const { channel, party, n, continues, card } = parsed.note;
    assert.equal(formatGeneration({ channel, party, n, continues, card }), parsed.note.signed.text);
  });

type KeyEventVector = Vector & { valid: boolean; fault?: string; known: Json[]; act: string; note: string };
for (const given of read<KeyEventVector>('entry/key-events.json'))
  test(`key event: ${given.comment}`, async () => {
    const known = given.known.map((keys) => parseIdentityKeys(keys) ?? assert.fail());
    const parsed = parseIdentityNote(utf8(given.note));
    assert.ok('note' in parsed && JSON.stringify(parsed.note.act) === given.act);
    const event = parseKeyEvent(parsed.note.act);
    const follows = 'event' in event ? followChecks(sha256, known as [(typeof known)[0]], event.event.identity, parsed.signed) : { fault: 'form' };
    assert.deepEqual('fault' in follows ? follows.fault : undefined, given.fault);
    assert.equal('checks' in follows && (await holds(follows.checks)), given.valid);
    if ('event' in event) assert.deepEqual(keyEventAct(event.event.identity), parsed.note.act);
  });

type BundleVector = Vector & { valid: boolean; hex: string; items: [string, string][] };
for (const given of read<BundleVector>('bundle/bundles.json'))
  test(`bundle: ${given.comment}`, () => {
    const bytes = fromHex(given.hex) ?? assert.fail();
    const parsed = parseBundle(bytes);
    assert.equal('items' in parsed, given.valid);
    if (!('items' in parsed)) return;
    assert.deepEqual(
      parsed.items.map(({ name, bytes: item }) => [name, toHex(item)]),
      given.items,
    );
    assert.deepEqual(formatBundle(parsed.items), bytes);
  });

test('the kinds in the vectors are those of this software: node vectors/make-forms.ts writes them anew', () => {
  const kinds = read<Vector & { id: string; signed_by: string; opens: boolean; joins: string[]; fields: { [name: string]: Json }[] }>(
    'entry/kinds.json',
  );
  assert.deepEqual(
    kinds.map(({ comment: _, ...kind }) => kind),
    KINDS.map(({ id, signedBy, opens, joins, fields }) => ({
      id,
      signed_by: signedBy,
      opens,
      joins,
      fields: fields.map(({ hidden: _hidden, future: _future, past: _past, ...field }) => JSON.parse(JSON.stringify(field))),
    })),
  );
});
