import { deepEqual, equal, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { utf8 } from '../base/bytes.ts';
import type { Json, JsonObject } from '../base/json.ts';
import { CATALOGUES, sayIn } from '../base/phrases.ts';
import { menuOf } from '../document/menu.ts';
import { type Profile, parseProfile } from './profile.ts';

const FOLDER = new URL('../../profiles/', import.meta.url);
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith('.json') && name !== 'profile.schema.json');
const PACKS = readdirSync(new URL('../../procedures/', import.meta.url)).map((name) => name.replace(/\.json$/, ''));
const matchesSchema = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(new URL('profile.schema.json', FOLDER), 'utf8')));

function shipped(name: string): Profile {
  const parsed = parseProfile(readFileSync(new URL(name, FOLDER)));
  if ('expected' in parsed) throw new Error(`${name}: ${parsed.expected.join('; ')}`);
  return parsed.profile;
}

test('the profiles shipped are read, match the published schema, and name packs that ship', () => {
  deepEqual(NAMES.toSorted(), ['cert-cert.json', 'psirt-vendor.json', 'regulator-operator.json', 'state-state.json']);
  for (const name of NAMES) {
    const profile = shipped(name);
    equal(`${profile.name}.json`, name);
    ok(matchesSchema(profile), JSON.stringify(matchesSchema.errors));
    for (const pack of profile.packs) ok(PACKS.includes(pack), `${name}: ${pack}`);
  }
});

test('nobody but states ever meets the words of diplomats that others do not use', () => {
  for (const profile of NAMES.map(shipped).filter(({ name }) => name !== 'state-state')) {
    const words = { ...CATALOGUES.en, ...profile.words };
    for (const [id, text] of Object.entries(words))
      ok(!/agr[ée]ment|notes? verbale|d[ée]marche|chargé d|non grata/i.test(text.replaceAll(/\{\w+,/g, '')), `${profile.name}: ${id}: ${text}`);
  }
});

test('a profile says its own words with the values of the catalogue’s, and keeps all others', () => {
  const { words } = shipped('cert-cert.json');
  const say = sayIn('en', words);
  equal(say('kind.agrement'), 'Answer about a contact');
  equal(say({ id: 'summary.note_verbale', values: { subtype: 'protest', title: 'Ships' } }), 'Formal objection: Ships');
  equal(say('kind.request'), sayIn('en')('kind.request'));
});

test('the first menu is the profile’s, in its order', () => {
  for (const profile of NAMES.map(shipped))
    deepEqual(
      menuOf(profile.menu).first.map(({ id }) => id),
      profile.menu,
    );
});

test('what is no profile is refused, saying what was expected', () => {
  const profile = shipped('cert-cert.json') as unknown as JsonObject;
  for (const [member, value, expected] of [
    ['menu', ['message'], 'menu: 7 kinds'],
    ['menu', ['stamp', ...(profile.menu as string[]).slice(1)], 'menu: a kind that people open a matter with, not stamp'],
    ['words', { 'kind.nothing': 'Nothing' }, 'words.kind.nothing: an id of the catalogue'],
    ['words', { 'kind.claim': 'Claim of {who}' }, "words.kind.claim: no values but those of the catalogue's own words"],
    ['packs', [], 'packs: 1 to 64 different texts'],
    ['title', '', 'title: one line of 1 to 120 characters'],
  ] as const) {
    const parsed = parseProfile(utf8(JSON.stringify({ ...profile, [member]: value })));
    equal('expected' in parsed ? parsed.expected[0] : 'nothing', expected);
  }
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('menu', 'words', 'packs'), (json, member) => {
      const changed = { ...profile, [member]: json as Json };
      if ('profile' in parseProfile(utf8(JSON.stringify(changed)))) ok(matchesSchema(changed));
    }),
    { numRuns: 50 },
  );
});
