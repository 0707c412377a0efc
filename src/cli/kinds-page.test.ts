import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { KINDS } from '../document/registry.ts';
import { run } from './fixtures-streams.ts';
import { kindsPage } from './kinds-page.ts';

const page = readFileSync(new URL('../../docs/kinds.md', import.meta.url), 'utf8');

test('docs/kinds.md is what the forms ask', () => {
  assert.equal(page, kindsPage(), 'write it anew: parley kinds --markdown > docs/kinds.md');
});

test('every kind has its section and every field its row, with words in each cell', () => {
  for (const kind of KINDS) {
    const section = page.split('\n## ').find((text) => text.includes(`\n\`${kind.id}\`. `));
    assert.ok(section !== undefined, kind.id);
    for (const { name } of kind.fields) assert.ok(section.includes(`\`${name}\``) || page.includes(`| \`${name}\` |`), `${kind.id}.${name}`);
  }
  assert.doesNotMatch(page, /undefined|\b(kind|field|choice)\.[a-z]|\{[a-z]/);
  const anchorOf = (heading: string): string =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-');
  const headings = [...page.matchAll(/^## (.+)$/gm)].map((match) => anchorOf(match[1] ?? ''));
  for (const match of page.matchAll(/\]\(#([^)]+)\)/g)) assert.equal(headings.filter((heading) => heading === match[1]).length, 1, match[1] ?? '');
});

test('kinds are listed, found by a word, and shown with what each field takes', async () => {
  const all = await run(['kinds']);
  for (const { id, signedBy } of KINDS) assert.equal(all.out.includes(`  ${id} `), signedBy === 'representative', id);
  const one = await run(['kinds', 'note', 'verbale']);
  assert.match(one.out, /^ {2}initials +Initials: one line, at most 12 characters \(needed, content\)$/m);
  assert.equal((await run(['kinds', 'duty card'])).out, (await run(['kinds', 'contact_nomination'])).out);
  const found = (await run(['kinds', 'incident', '--json'])).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string });
  assert.ok(found.some(({ kind }) => kind === 'incident_notification'));
});

test('a word that no kind has is refused with the nearest, and a non-paper with the reason', async () => {
  const near = await run(['kinds', 'mesage']);
  assert.equal(near.code, 2);
  assert.match(near.err, /did you mean message\?/);
  assert.match((await run(['kinds', 'non-paper'])).err, /non-paper/i);
});
