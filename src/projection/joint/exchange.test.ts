import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url, utf8 } from '../../base/bytes.ts';
import { sayIn } from '../../base/phrases.ts';
import { exchangeBytes } from '../../document/exchange.ts';
import { nodeSha256 } from '../../node/crypto.ts';
import type { Act } from '../matter.ts';
import { type ExchangeJoint, exchangeOf, missingReveals, revealedIn } from './exchange.ts';
import { act, foundIn, reading } from './fixtures-acts.ts';
import { exchangeLines } from './lines-cases.ts';

const id = (name: string): string => toBase64url(nodeSha256(utf8(name)));
const channel = id('channel');
const matter = id('matter');
const secret = toBase64url(nodeSha256(utf8('secret')).subarray(0, 16));
const file = { root: id('root'), salt: secret, size: 3, media: 'text/plain', name: 'list.txt' };

const opening: Act = { ...act('a1', 'simultaneous_exchange', { exchange_at: 5000 }), id: matter };
const digestOf = (party: number, text: string, attachments = [file]): string =>
  toBase64url(nodeSha256(exchangeBytes({ channel, party, matter }, { text, secret, attachments }) ?? assert.fail()));
const commits = (at: string, digest: string): Act => act(at, 'commitment', { digest }, matter);
const reveals = (at: string): Act => act(at, 'reveal', {}, matter);
const joint = (...acts: readonly Act[]): ExchangeJoint => exchangeOf(reading(opening, ...acts), opening);
const results = (read: ExchangeJoint, words: Readonly<Record<string, object>>): readonly string[] =>
  revealedIn(read, { channel, sha256: nodeSha256 }, new Map(Object.entries(words)) as never).revealed.map(({ result }) => result);

const both = [commits('a2', digestOf(0, 'ours')), commits('b2', digestOf(1, 'theirs'))];
const words = { a3: { text: 'ours', secret, attachments: [file] }, b3: { text: 'theirs', secret, attachments: [file] } };

test('each side commits, then reveals what it committed to', () => {
  assert.equal(joint().state, 'awaiting_commitments');
  assert.equal(joint(...both).state, 'committed');
  const whole = joint(...both, reveals('a3'), reveals('b3'));
  assert.equal(whole.state, 'revealed');
  assert.deepEqual(results(whole, words), ['as_committed', 'as_committed']);
});

test('nothing of a reveal counts before every side is committed', () => {
  const early = joint(both[0] as Act, reveals('a3'));
  assert.deepEqual([early.state, foundIn(early), results(early, words)], ['awaiting_commitments', ['a3 reveal_early'], ['waiting', 'waiting']]);
  assert.deepEqual(foundIn(joint(...both, reveals('a1'))), ['a1 reveal_uncommitted']);
});

test('another text, other files, another party’s words, or words that were erased are not what was committed to', () => {
  const whole = joint(...both, reveals('a3'), reveals('b3'));
  const other = { a3: { ...words.a3, text: 'ours!' }, b3: { ...words.b3, attachments: [] } };
  assert.deepEqual(results(whole, other), ['differs', 'differs']);
  assert.equal(revealedIn(whole, { channel, sha256: nodeSha256 }, new Map(Object.entries(other))).findings.length, 2);
  assert.deepEqual(results(whole, { a3: words.b3, b3: {} }), ['differs', 'gone']);
  const copied = joint(commits('a2', digestOf(1, 'theirs')), both[1] as Act, reveals('a3'), reveals('b3'));
  assert.deepEqual(results(copied, { ...words, a3: words.b3 }), ['differs', 'as_committed'], 'a commitment is bound to its party');
});

test('a second commitment binds nobody, and of several reveals the one committed to counts', () => {
  const again = joint(...both, commits('a4', digestOf(0, 'changed')), reveals('a5'), reveals('a6'));
  assert.deepEqual(foundIn(again), ['a4 committed_again']);
  assert.deepEqual(results(again, { a5: { text: 'changed', secret }, a6: words.a3 }), ['as_committed', 'waiting']);
});

test('other words that are revealed beside those committed to are found, each of them', () => {
  const whole = joint(...both, reveals('a3'), reveals('b3'), reveals('b4'), reveals('b5'));
  const opened = new Map<string, object>(Object.entries({ ...words, b4: { text: 'better', secret }, b5: { text: 'best', secret } }));
  const { revealed, findings } = revealedIn(whole, { channel, sha256: nodeSha256 }, opened as never);
  assert.deepEqual(
    revealed.map(({ result }) => result),
    ['as_committed', 'as_committed'],
  );
  assert.deepEqual(foundIn({ findings }), ['b4 reveal_differs', 'b5 reveal_differs']);
});

test('a reveal that never comes is found once the moment of the exchange has passed, and only where all are committed', () => {
  const half = joint(...both, reveals('a3'));
  assert.deepEqual(missingReveals(half, 5000), []);
  assert.deepEqual(
    missingReveals(half, 5001).map(({ entry }) => entry),
    ['b2'],
  );
  assert.deepEqual(missingReveals(joint(both[0] as Act), 9000), []);
});

test('a commitment and a reveal stand, whoever withdraws or corrects them, which is found', () => {
  const back = (at: string, type: string, entry: string): Act => act(at, type, { entry }, entry);
  const acts = [back('a5', 'withdrawal', 'a2'), back('a6', 'withdrawal', 'a3'), back('b6', 'correction', 'b3')];
  const plain = joint(...both, reveals('a3'), reveals('b3'));
  const taken = joint(...both, reveals('a3'), reveals('b3'), ...acts);
  assert.deepEqual([taken.state, taken.sides], [plain.state, plain.sides]);
  assert.deepEqual(foundIn(taken), ['a5 exchange_stands', 'a6 exchange_stands', 'b6 exchange_stands']);
  assert.deepEqual(results(taken, words), ['as_committed', 'as_committed']);
  const other = [act('b7', 'withdrawal', { entry: 'a2' }, 'a2'), act('a7', 'message', {}, 'a3'), back('a8', 'correction', matter)];
  assert.deepEqual(foundIn(joint(...both, reveals('a3'), ...other)), [], 'what says nothing of them is no such thing');
});

test('who opened an exchange calls it off until they have committed to it, and no more then', () => {
  const off = act('a9', 'withdrawal', { entry: matter }, matter);
  assert.deepEqual(foundIn(joint(off)), []);
  assert.deepEqual(foundIn(joint(both[1] as Act, off)), [], 'whoever else commits holds nobody to it');
  assert.deepEqual(foundIn(joint(...both, reveals('b3'), off)), ['a9 exchange_committed']);
});

test('each side is said with when it committed and when it revealed, and the moment was only once it is past', () => {
  const whole = joint(...both, reveals('a3'));
  const opened = new Map(Object.entries(words)) as never;
  const { revealed } = revealedIn(whole, { channel, sha256: nodeSha256 }, opened);
  const lines = (now: number): readonly string[] =>
    exchangeLines({ ...whole, revealed }, { names: ['A', 'B'], now }).map(
      ({ phrase, at }) => `${sayIn('en')(phrase)}${at === undefined ? '' : ` ${at}`}`,
    );
  assert.deepEqual(lines(4999), [
    'Every side is committed; the exchange is set for 5000',
    'A committed 1002',
    'A: revealed what it had committed to 1003',
    'B committed 1002',
    'B: committed, nothing revealed yet',
  ]);
  assert.equal(lines(5000)[0], 'Every side is committed; the exchange was set for 5000');
  assert.deepEqual(
    exchangeLines({ ...joint(), revealed: [] }, { names: ['A', 'B'], now: 0 }).map(({ at }) => at),
    [5000, undefined, undefined],
  );
});

test('a text that ends in the bytes of a root is not the text with that file', () => {
  const bytes = (text: string, attachments: readonly (typeof file)[]) => exchangeBytes({ channel, party: 0, matter }, { text, secret, attachments });
  const ascii = 'a'.repeat(32);
  assert.notDeepEqual(bytes(`x${ascii}`, []), bytes('x', [{ ...file, root: toBase64url(utf8(ascii)) }]));
});

test('the bytes that a commitment hashes are these', () => {
  const bytes = exchangeBytes({ channel, party: 1, matter }, { text: 'é', secret, attachments: [file] }) ?? assert.fail();
  assert.equal(bytes.length, 18 + 32 + 1 + 32 + 16 + 4 + 2 + 32);
  assert.equal(toBase64url(nodeSha256(bytes)), digestOf(1, 'é'));
  assert.equal(exchangeBytes({ channel: 'x', party: 1, matter }, { text: '', secret, attachments: [] }), undefined);
});
