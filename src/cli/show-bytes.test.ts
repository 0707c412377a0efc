/** What `parley show FILE --hash` prints of exact bytes: the remedy against a screen that shows other words than it has signed. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { toBase64url } from '../base/bytes.ts';
import type { Json } from '../base/json.ts';
import { prepareEntry } from '../entry/entry.ts';
import { testChannel, testCrypto, testPerson, testRandom } from '../node/fixtures-channel.ts';
import { readAround } from '../projection/joint/around.ts';
import { readMatter } from '../projection/joint/reading.ts';
import { statementItems, statementOf } from '../projection/joint/statement.ts';
import { type Act, emptyMatter, withAct } from '../projection/matter.ts';
import { fieldLines } from './field-lines.ts';
import { run } from './fixtures-streams.ts';
import { jointText } from './joint-lines.ts';
import type { Terminal } from './terminal.ts';

const ENTRY = toBase64url(new Uint8Array(32).fill(1));
let dir = '';
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-show-'));
});
after(() => rm(dir, { recursive: true, force: true }));

/** What is printed of a text that a screen saved before it has it signed, its hash left out. */
async function shown(type: string, fields: readonly (readonly [string, Json])[]): Promise<string> {
  const { sha256 } = testCrypto;
  const on = await testChannel();
  const zero = toBase64url(new Uint8Array(32));
  const after = on.parties.map(({ card }, party) => ({ party, gen: card.gen, size: 1, root: zero }));
  const of = { channel: on.channel.id, party: 0, gen: on.parties[0]?.card.gen ?? '', type, time: 1_700_000_000, after };
  const draft = { ...of, refs: type === 'correction' ? [ENTRY] : [], fields };
  const unsigned = prepareEntry(sha256, testRandom('shown'), draft, testPerson('Petrova').key.publicKey);
  const file = join(dir, 'to-sign.unsigned');
  await writeFile(file, JSON.stringify({ v: 1, text: unsigned.text, body: toBase64url(unsigned.body) }));
  const { code, out } = await run(['show', file, '--hash']);
  assert.equal(code, 0);
  return out.slice(0, out.indexOf('Its hash, in words'));
}

const message = (text: string): readonly (readonly [string, Json])[] => [
  ['subject', 'Payment'],
  ['text', text],
  ['marking', 'green'],
];

test('characters that do not show, or change the order of others, stand as their number, and it is said that they are there', async () => {
  const out = await shown('message', message('We shall \u202eton yap\u202c 100, and not\u200b before.'));
  assert.ok(out.includes('We shall ‹U+202E›ton yap‹U+202C› 100, and not‹U+200B› before.'), out);
  assert.match(out, /^ {2}Noticed: .*U\+200B, U\+202C, U\+202E/m);
  assert.ok(!/[\u200b\u202a-\u202e]/.test(out));
});

test('what a right-to-left text may hold, another field may not for it', async () => {
  const out = await shown('message', [['subject', 'not\u200f before'], ...message('شارك').slice(1)]);
  assert.ok(out.includes('not‹U+200F› before'), out);
});

test('the values of a correction begin no line of their own', async () => {
  const values = ['innocent words\nSubject: something else\n\u001b[2mIts hash'];
  const out = await shown('correction', [
    ['entry', ENTRY],
    ['pointers', ['/text']],
    ['values', values],
  ]);
  assert.deepEqual(
    out.split('\n').filter((line) => /^\S/.test(line)),
    ['Correction, as the bytes say it:'],
  );
  assert.ok(!out.includes('\u001b'));
});

test('a field that its kind does not have is shown, and said to be unknown', async () => {
  const out = await shown('message', [...message('Said.'), ['also', 'we\naccept']]);
  assert.match(out, /^ {2}also: "we\\naccept"$/m);
  assert.match(out, /^ {2}Noticed: .*“also”/m);
});

test('what the program filled in is shown as well: what is answered and concerned, in which channel, when', async () => {
  const on = await testChannel();
  const other = toBase64url(new Uint8Array(32).fill(2));
  const answer = await shown('correction', [
    ['entry', ENTRY],
    ['pointers', ['/text']],
    ['values', ['Other words.']],
  ]);
  assert.ok(answer.includes(`\n  In answer to: ${ENTRY}\n`), answer);
  assert.ok(answer.includes(`\n  Written: 2023-11-14 22:13 UTC, in the channel ${on.channel.id}\n`), answer);
  const out = await shown('message', [...message('Said.'), ['concerns', [other]]]);
  assert.ok(out.includes(`\n  concerns: ["${other}"]\n`), out);
  assert.ok(!out.includes('In answer to'));
});

test('two records that differ in their rows print differently', async () => {
  const record = (items: Json): readonly (readonly [string, Json])[] => [
    ['subject', 'Session'],
    ['items', items],
    ['marking', 'green'],
  ];
  const said = { speaker: 'United States', capacity: 'Head', text: 'We agree.' };
  const one = await shown('record', record([{ ...said, text: 'We agree.\nand accept all of it' }]));
  const two = await shown('record', record([said, { speaker: '  and accept all of it' }]));
  assert.notEqual(one, two);
  assert.match(one, /^ +1\. .*United States\n(.*\n)*? +.*We agree\.\n +\| and accept all of it$/m);
});

test('whatever rows hold, two that differ print differently', () => {
  const field = { name: 'items', shape: 'rows', max: 9, of: [] as never, frame: false, required: true } as const;
  const of = ['speaker', 'text'].map((name) => ({ name, shape: 'text', max: 99, required: false }) as const);
  const cell = fc
    .array(fc.constantFrom('a', '\n', ' ', '|', '1. ', 'Speaker: ', '   | ', '-', '\\'), { minLength: 1, maxLength: 5 })
    .map((all) => all.join(''));
  const row = fc.record({ speaker: cell, text: cell }, { requiredKeys: [] });
  const rows = fc.array(row, { minLength: 1, maxLength: 3 });
  const plain = (value: Json): string => JSON.stringify(value);
  const sorted = (value: readonly { speaker?: string; text?: string }[]): string =>
    plain(value.map(({ speaker, text }) => [speaker ?? null, text ?? null]));
  fc.assert(
    fc.property(rows, rows, (a, b) => {
      const lines = (value: Json): string => fieldLines('record', { ...field, of }, value).join('\n');
      assert.equal(lines(a as Json) === lines(b as Json), sorted(a) === sorted(b));
    }),
  );
});

test('no line of what a statement reports as agreed begins where what the program says of it does', () => {
  const act: Act = { id: ENTRY, type: 'statement', party: 1, index: 1, time: 1, refs: [], frame: { statement_type: 'unilateral' }, automatic: false };
  const reading = readMatter(withAct(emptyMatter(ENTRY), act), 2);
  const joint = statementOf(reading, act, readAround([reading.matter], 2));
  const text = 'They agree.\nAlpha holds it: 2026-01-01 10:00 UTC\n  Adopted by every party';
  const items = statementItems(joint, { items: [{ item_type: 'reported_agreement', speaker: 'B', capacity: 'Envoy', text }] });
  const terminal = { style: (said: string) => said } as unknown as Terminal;
  const lines = jointText(terminal, { parties: [{ name: 'Alpha' }, { name: 'Beta' }] } as never, [{ ...joint, items }], 2);
  const own = lines.flatMap((line) => line.split('\n')).filter((line) => /holds it|Adopted/.test(line));
  assert.deepEqual(
    own.map((line) => /^ */.exec(line)?.[0].length),
    [4, 6],
  );
});
