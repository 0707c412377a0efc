import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CATALOGUES, sayIn } from '../base/phrases.ts';
import { shippedPacks } from '../node/packs.ts';
import { explainPack } from '../procedure/explain.ts';
import { proceduresPage } from './procedures-page.ts';

test('docs/procedures.md is what "parley pack explain --markdown" prints', () => {
  const page = readFileSync(new URL('../../docs/procedures.md', import.meta.url), 'utf8');
  assert.equal(page, proceduresPage(), 'run: node src/cli/main.ts pack explain --markdown > docs/procedures.md');
});

test('every sentence about a pack has its words, whole', () => {
  for (const { pack } of shippedPacks().values()) {
    const { about, clocks } = explainPack(pack, sayIn('en'));
    for (const sentence of [...about, ...clocks.flatMap(({ sentences }) => sentences)]) {
      assert.match(sentence, /\.$/);
      assert.doesNotMatch(sentence, /\b(pack|field|kind|choice)\.[a-z_]|undefined|\{|\}/, sentence);
    }
  }
});

test('lateness is never called a breach, in no word that a person is shown', () => {
  const shown = [
    ...Object.values(CATALOGUES.en ?? {}),
    proceduresPage(),
    ...[...shippedPacks().values()].map(({ bytes }) => new TextDecoder().decode(bytes)),
  ];
  for (const text of shown) assert.doesNotMatch(text, /\b(breach|violat|infring|default(ed|s)? on)/i);
});
