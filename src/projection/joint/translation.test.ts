import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fields, Kind } from '../../document/kind.ts';
import { kindOf } from '../../document/registry.ts';
import { act, reading } from './fixtures-acts.ts';
import { compareFigures, MAX_FIGURES, translationCheck, translationFindings, translationOf } from './translation.ts';

const missing = (original: string, translation: string): readonly string[] => compareFigures(original, translation).missing.map(({ text }) => text);
const added = (original: string, translation: string): readonly string[] => compareFigures(original, translation).added.map(({ text }) => text);

test('a figure that was destroyed in translation is found, and the mark in its place is shown', () => {
  const original = 'La rencontre a duré environ 2h30, dont une séance de 93 minutes.';
  const check = compareFigures(original, 'The meeting lasted about 2hXNUMX, with a sitting of 93 minutes.');
  assert.deepEqual(
    check.missing.map(({ what, text }) => [what, text]),
    [['number', '30']],
  );
  assert.deepEqual(check.destroyed, ['2hXNUMX']);
});

test('a number is the same however its thousands are grouped and in whatever digits', () => {
  for (const other of ['1,234', '1 234', '1.234', '1\u202f234', "1'234", '1234', '١٬٢٣٤', '１２３４', '१,२३४'])
    assert.deepEqual([missing('1,234 entries', `${other} x`), added('1,234 entries', `${other} x`)], [[], []], other);
  assert.deepEqual(missing('1,234,567.5 and 2.50', '1 234 567,5 et 2,5'), []);
  assert.deepEqual(missing('1,234', '1 235'), ['1,234']);
  assert.deepEqual(missing('12 and 500', '12 500'), ['12', '500'], 'two numbers are not one');
});

test('a date is the same in every form that six languages give it', () => {
  const forms = [
    '16 June 2021',
    'June 16, 2021',
    '2021-06-16',
    '16.06.2021',
    '06/16/2021',
    '16 juin 2021',
    '16 de junio de 2021',
    '16 июня 2021',
    '2021年6月16日',
    '١٦ يونيو ٢٠٢١',
  ];
  for (const one of forms)
    for (const other of forms)
      assert.deepEqual([missing(`On ${one} x`, `on ${other} x`), added(`on ${one}`, `on ${other}`)], [[], []], `${one} / ${other}`);
  assert.deepEqual(missing('16 June 2021', '17 June 2021'), ['16 June 2021']);
  assert.deepEqual(missing('16 June 2021', '16. Juni 2021'), [], 'a month not known here is met by its figures');
  assert.deepEqual(added('16. Juni 2021', '16 June 2021'), []);
});

test('a word that only looks like a month is none', () => {
  assert.deepEqual(missing('Article 16 may be cited', 'L’article 16 peut être cité'), []);
});

test('each figure needs a counterpart of its own', () => {
  assert.deepEqual(missing('93, 45 and 65; again 93', '93, 45 et 65'), ['93']);
  assert.deepEqual(added('93', '93 et 65'), ['65']);
});

test('names in Latin letters are found again where the other language keeps their beginning', () => {
  assert.deepEqual(missing('They met in Geneva, at Villa La Grange.', 'Ils se sont vus à Genève, Villa La Grange.'), []);
  assert.deepEqual(missing('They met the American president in Geneva.', 'Ils ont vu le président américain à Lausanne.'), ['Geneva']);
  assert.deepEqual(missing('Атака на Colonial Pipeline', 'The attack on the Pipeline'), ['Colonial']);
  assert.deepEqual(missing('They met in Geneva.', 'Они встретились в Женеве.'), [], 'names are written otherwise in another script');
});

test('words of one name that is not found again are one name', () => {
  const original = 'They heard the President of the Russian Federation, the President of the United States and Anna Karin Moe of Oslo.';
  assert.deepEqual(missing(original, 'Ils ont entendu les deux présidents et Mme Moe.'), [
    'Russian Federation',
    'United States',
    'Anna Karin',
    'Oslo',
  ]);
});

test('a text set against itself lacks nothing', () => {
  const piece = fc.constantFrom(
    '16 June 2021',
    '1,234',
    '2.5',
    '٣٤',
    'Geneva',
    ' ',
    '. ',
    '-',
    '/',
    'may',
    'XNUMX',
    '年6月',
    '[',
    '1.2.3',
    "1'000",
    '\n',
    '𝟙𝟚',
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(' ')),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.array(piece).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(text, (one) => {
      const check = compareFigures(one, one);
      assert.deepEqual([check.missing, check.added], [[], []]);
    }),
    { numRuns: 300 },
  );
});

test('whichever figure of a text is destroyed, it is found', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 99_999 }), { minLength: 1, maxLength: 12 }), fc.nat(), (numbers, pick) => {
      const at = pick % numbers.length;
      const write = (destroyed: number): string => numbers.map((number, i) => `word ${i === destroyed ? 'XNUMX' : number};`).join(' ');
      assert.deepEqual(missing(write(-1), write(at)), [String(numbers[at])]);
    }),
    { numRuns: 100 },
  );
});

test('a hostile text takes no longer than its length allows', () => {
  const hostile = [
    '1,'.repeat(10_000),
    '1 '.repeat(10_000),
    'a'.repeat(20_000),
    '1'.repeat(20_000),
    'XNUM'.repeat(5_000),
    '1. '.repeat(6_000),
    '16 jun '.repeat(2_800),
    'A “'.repeat(6_000),
  ];
  const timeOf = (text: string): number => {
    const before = process.cpuUsage().user;
    compareFigures(text, text);
    return process.cpuUsage().user - before;
  };
  for (const text of hostile) assert.ok(timeOf(text) < 2_000_000, text.slice(0, 12));
});

test('a translation is set against the words of the document it answers, and says so when they are gone', () => {
  const kind = kindOf('message') ?? assert.fail();
  const check = translationCheck(
    { kind, fields: { subject: 'On 93 minutes', text: 'And 45.', ref: 'US-7', marking: 'green' } },
    { text: '93 минуты' },
  );
  assert.deepEqual(check === 'gone' ? check : check.missing.map(({ text }) => text), ['45']);
  assert.equal(translationCheck({ kind, fields: { marking: 'green' } }, { text: '93' }), 'gone');
  assert.equal(translationCheck({ kind, fields: { text: '93' } }, {}), 'gone');
});

test('a translation is authentic only where every party accepts that it is', () => {
  const original = act('a1', 'message');
  const says = act('a2', 'translation', { language: 'ru', authentic: true }, 'a1');
  const accepts = act('b2', 'position', { value: 'accepts' }, 'a2');
  assert.equal(translationOf(reading(original, says), says).authentic, false);
  assert.equal(translationOf(reading(original, says, accepts), says).authentic, true);
  const plain = act('a2', 'translation', { language: 'ru' }, 'a1');
  assert.equal(translationOf(reading(original, plain, accepts), plain).authentic, false);
});

test('what translates nothing is said to: into the language it is in, of a document without words, or word for word', () => {
  const message = kindOf('message') ?? assert.fail();
  const signature = kindOf('signature') ?? assert.fail();
  const found = (kind: Kind, fields: Fields, own: Fields, erased: readonly string[] = []): readonly string[] =>
    translationFindings({ kind, fields, erased }, own).map(({ id }) => id.replace('joint.finding.translation_', ''));
  const note = { subject: 'Note', text: 'Nous nous retirons.', lang: 'fr' };
  assert.deepEqual(found(message, note, { language: 'en', text: 'We withdraw.' }), []);
  assert.deepEqual(found(message, note, { language: 'fr', text: 'On part.' }), ['same_language']);
  assert.deepEqual(found(message, note, { language: 'FR-ca', text: 'On part.' }), ['same_language']);
  assert.deepEqual(found(message, { ...note, lang: 'zh' }, { language: 'zh-Hant', text: '我們離開。' }), [], 'another script is not the same');
  assert.deepEqual(found(message, { ...note, lang: 'en-US' }, { language: 'en-GB', text: 'On part.' }), [], 'nor are two countries');
  assert.deepEqual(found(message, note, { language: 'en', text: ' Nous  nous retirons. ' }), ['same_words']);
  assert.deepEqual(found(message, { text: '1 2 3' }, { language: 'en', text: '1 2 3' }), [], 'figures are the same everywhere');
  assert.deepEqual(found(signature, { step: 'signed' }, { language: 'en', text: 'Signed.' }), ['of_nothing']);
  assert.deepEqual(
    found(signature, { step: 'signed' }, { language: 'en', text: 'Signed.' }, ['remark']),
    [],
    'what was erased may have been translated',
  );
  const before = { language: 'en', text: 'We withdraw.' };
  assert.deepEqual(found(kindOf('translation') ?? assert.fail(), before, before), ['same_language', 'same_words'], 'a translation of itself');
});

test('of a page of numbers a few are listed, and how many more there are', () => {
  const numbers = Array.from({ length: MAX_FIGURES + 50 }, (_, at) => String(10_001 + at)).join(' and ');
  const check = compareFigures(numbers, 'none');
  assert.deepEqual([check.missing.length, check.beyond], [MAX_FIGURES, 50]);
  assert.equal(compareFigures('none', numbers).added.length, MAX_FIGURES);
});
