import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sayIn } from '../base/phrases.ts';
import { testCrypto as crypto } from '../node/fixtures-channel.ts';
import { caseSentence, layoutOf, readCaseFile, readCases } from './fixtures-cases.ts';
import { NOT_PROVED_TRUE, sayVerdict } from './say-verdict.ts';
import { verifyFile } from './verify-file.ts';

const cases = readCases();

test('there are at least sixty cases, verified ones and others', () => {
  assert.ok(cases.length >= 60, `${cases.length}`);
  for (const verdict of ['verified', 'not-verified']) assert.ok(cases.filter(({ expected }) => expected.verdict === verdict).length >= 20, verdict);
});

for (const { comment, bytes, expected } of cases)
  test(`case: ${comment}`, async () => {
    const found = await verifyFile(crypto, bytes);
    assert.equal(found.verdict, expected.verdict);
    assert.deepEqual(found.sentences.map(caseSentence), expected.sentences.map(caseSentence));
    const said = sayVerdict(sayIn('en'), found);
    assert.equal(said.at(-1)?.text, 'NOT proved: that the content is true');
    assert.ok(
      said.every(({ text }) => !/^(verify|void|finding)\.|[\u202a-\u202e]/.test(text)),
      said.map(({ text }) => text).join('\n'),
    );
    assert.equal(said.filter(({ text }) => text === sayIn('en')(NOT_PROVED_TRUE)).length, 1);
  });

test('what the specification shows of the cases is what lies in them', () => {
  const layout: unknown = JSON.parse(readFileSync(new URL('../../vectors/verify/layout.json', import.meta.url), 'utf8'));
  assert.deepEqual(layout, layoutOf(readCaseFile().files));
});
