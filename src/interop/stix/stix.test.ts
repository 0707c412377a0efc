import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '../../base/bytes.ts';
import type { Json } from '../../base/json.ts';
import { Report } from '../report.ts';
import { dice, mutate } from './fixtures-mutate.ts';
import { SAMPLES } from './fixtures-samples.ts';
import { checkStix, isStix, summariseStix } from './stix.ts';

const UUID = '8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f';
const DATA = new URL('../../../../shared/data/', import.meta.url);
const skip = existsSync(DATA) ? false : 'the published examples are not beside this repository';
const load = (path: string) => readFileSync(new URL(path, DATA));
const summary = (value: unknown) => summariseStix(utf8(JSON.stringify(value)));
const bundle = (...objects: unknown[]) => ({ type: 'bundle', id: `bundle--${UUID}`, objects });
const time = '2021-06-16T11:35:00.000Z';
const tool = { type: 'tool', spec_version: '2.1', id: `tool--${UUID}`, created: time, modified: time, name: 'a' };

test('an error names the object, the property, what was expected and the section', () => {
  const { errors } = summary(bundle(tool, { ...tool, modified: '2021', labels: [] }));
  assert.deepEqual(errors, [
    `objects[1] (tool--${UUID}): modified: expected a timestamp with milliseconds, like 2021-06-16T11:35:00.000Z, found "2021" (STIX 2.1 section 3.2)`,
    `objects[1] (tool--${UUID}): labels: expected a list of at least one item, found an empty list (STIX 2.1 section 2.12)`,
  ]);
  const { name, ...nameless } = tool;
  assert.deepEqual(summary(nameless).errors, [`tool--${UUID}: ${Object.keys({ name })[0]} is required (STIX 2.1 section 4.18)`]);
});

test('a bundle of every type is valid, and its objects are counted', () => {
  const got = summary(bundle(...SAMPLES));
  assert.deepEqual([got.valid, got.version, got.errors], [true, '2.1', []]);
  assert.equal(got.counts.file, 1);
  assert.equal(got.counts['marking-definition'], 4);
});

test('ATT&CK for ICS is valid and named, in well under two seconds', { skip }, () => {
  const bytes = load('stix/attack/ics-attack-18.1.json');
  const start = performance.now();
  const got = summariseStix(bytes);
  assert.ok(performance.now() - start < 2000);
  assert.deepEqual([got.valid, got.version, got.counts.relationship, got.counts.malware, got.names.length], [true, '2.1', 1373, 30, 50]);
  assert.ok(got.warnings.some((warning) => warning.includes('no type x-mitre-tactic: only its common properties were checked (12 times)')));
});

test('STIX 2.0 is told from 2.1 and checked for its shape', { skip }, () => {
  const bytes = load('stix/unit42/darkside-ransomware.json');
  const got = summariseStix(bytes);
  assert.deepEqual([got.valid, got.version, got.counts.indicator, got.errors], [true, '2.0', 74, []]);
  const spoiled = JSON.parse(bytes.toString()) as { objects: { type: string; [key: string]: unknown }[] };
  for (const object of spoiled.objects) if (object.type === 'indicator') delete object.pattern;
  assert.equal(summary(spoiled).errors.length, 74);
});

test('an object alone, a bare list and a TAXII envelope are STIX too; other JSON is not', () => {
  for (const value of [tool, [tool], { more: false, objects: [tool] }, bundle()]) assert.equal(isStix(value as Json), true);
  for (const value of [{}, [], null, 'a', { type: 'tool' }, { type: 'bundle' }, { objects: [1] }, { type: 'tool', id: 'x' }])
    assert.equal(isStix(value), false);
  assert.equal(summary(tool).valid, true);
  assert.match(summary([tool]).warnings[0] ?? '', /a bare list/);
});

test('objects without a version of their own are STIX 2.0, cyber-observables aside', () => {
  const { spec_version, ...old } = tool;
  assert.equal(spec_version, '2.1');
  assert.equal(summary(bundle({ ...old, labels: ['remote-access'] })).version, '2.0');
  assert.equal(summary(bundle({ type: 'mutex', id: `mutex--${UUID}`, name: 'a' })).version, '2.1');
  assert.deepEqual(summary(bundle(tool, { ...old, id: tool.id.replace('8', '9') })).errors, [
    `objects[1] (tool--9e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f): spec_version is required (STIX 2.1 section 4.18)`,
  ]);
});

test('what only the text of the standard requires is a warning', () => {
  const odd = { ...tool, modified: '2020-06-16T11:35:00.000Z', created_by_ref: `tool--${UUID}`, tool_types: ['hammer', 'hammer'] };
  const got = summary(bundle(odd, odd));
  assert.equal(got.valid, true);
  assert.deepEqual(got.warnings.slice(0, 3), [
    `objects[0] (tool--${UUID}): created_by_ref: should identify: identity (STIX 2.1 section 3.2)`,
    'tool.tool_types: "hammer" is not among the values suggested by tool-type-ov (STIX 2.1 section 10.26) (4 times)',
    `objects[0] (tool--${UUID}): modified is before created (STIX 2.1 section 3.2)`,
  ]);
  assert.match(got.warnings.at(-1) ?? '', /objects\[1\].*stands twice in this file/);
  assert.match(summary({ ...tool, created: '2021-02-30T00:00:00.000Z' }).warnings[0] ?? '', /no calendar has this day/);
});

test('TLP 1 without TLP 2.0 is warned of, and nothing is converted', () => {
  const amber = `marking-definition--f88d31f6-486f-44da-b317-01333bde0b82`;
  const strict = 'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003';
  assert.match(summary({ ...tool, object_marking_refs: [amber] }).warnings[0] ?? '', /marked with TLP 1 \(TLP:AMBER\) and with no TLP 2.0/);
  assert.match(summary({ ...tool, granular_markings: [{ selectors: ['name'], marking_ref: amber }] }).warnings[0] ?? '', /TLP 1/);
  assert.deepEqual(summary({ ...tool, object_marking_refs: [amber, strict] }).warnings, []);
});

test('the four other TLP 2.0 markings of the examples are recognised', { skip }, () => {
  for (const name of ['clear', 'amber', 'amber+strict']) assert.equal(summariseStix(load(`tlp2/tlp-${name}.json`)).valid, true, name);
  const red = JSON.parse(load('tlp2/tlp-clear.json').toString().replace('"clear"', '"red"'));
  assert.match(summary(red).errors[0] ?? '', /expected tlp_2_0 clear, for which this id stands, found "red"/);
});

test('names are those a person knows the objects by, bounded and without control characters', () => {
  const got = summary(bundle({ ...tool, name: 'Dark\u001b[31mSide\u202e' }, { type: 'url', id: `url--${UUID}`, value: 'https://example.org/' }));
  assert.deepEqual(got.names, [
    { type: 'tool', name: 'Dark\\u001b[31mSide\\u202e' },
    { type: 'url', name: 'https://example.org/' },
  ]);
  assert.equal(summary({ ...tool, name: 'n'.repeat(5000) }).names[0]?.name.length, 81);
});

test('what is not STIX has no version and one error', () => {
  assert.deepEqual(summariseStix(utf8('{"a":1}')), {
    valid: false,
    version: undefined,
    counts: {},
    errors: ['expected a STIX 2 bundle or object'],
    warnings: [],
    names: [],
  });
  assert.match(summariseStix(utf8('{"type":"bundle"')).errors[0] ?? '', /cut off/);
  assert.deepEqual(summary({ ...bundle(), id: 5 }).errors.length, 2);
  assert.deepEqual(summary({ type: 'bundle', id: `bundle--${UUID}` }).valid, true);
});

test('a hostile file yields bounded sentences and counts', () => {
  const many = summary(bundle(...Array.from({ length: 3000 }, (_, i) => ({ type: `x-t${i}`, id: 5 }))));
  assert.deepEqual([many.errors.length, many.errors.at(-1)], [101, 'and 8900 more']);
  assert.equal(many.warnings.length, 101);
  assert.ok(Object.keys(many.counts).length <= 201);
  const odd = summary(bundle({ type: '__proto__', id: 5 }, { type: { toString: 1 }, id: { toString: 1 }, modified: { toString: 1 } }, null, 5, []));
  assert.equal(odd.valid, false);
  assert.deepEqual(odd.counts, { '(no type)': 5 });
  assert.ok(summary({ ...tool, [`a${'\u202e'.repeat(5000)}`]: 'b' }).errors.every((error) => error.length < 1000 && !error.includes('\u202e')));
});

test('a name of 50,000 letters costs no more than its length', () => {
  const cost = (letters: number) => {
    const value = { ...tool, extensions: { ['a'.repeat(letters)]: {} }, ['b'.repeat(letters)]: 1, type: 'tool' };
    const bytes = utf8(JSON.stringify(bundle(value, { ...value, type: 'c'.repeat(letters) })));
    const start = performance.now();
    assert.equal(summariseStix(bytes).valid, false);
    return performance.now() - start;
  };
  cost(10);
  // 26 letters cost the published schemas a tenth of a second, and each further letter doubles it.
  assert.ok(cost(50_000) < 500);
});

test('any object, however changed, is checked without an exception', () => {
  const roll = dice(93);
  for (let i = 0; i < 1500; i++) {
    const object = structuredClone(SAMPLES[i % SAMPLES.length]) as { type: string; [key: string]: unknown };
    for (let changes = roll(8); changes >= 0; changes--) mutate(object, roll);
    summary(bundle(object));
    summary({ type: 'bundle', spec_version: '2.0', id: 5, objects: [object, [object]] });
  }
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...SAMPLES), fc.nat(), (value, sample, at) => {
      const key = Object.keys(sample)[at % Object.keys(sample).length] ?? '';
      checkStix(bundle({ ...sample, [key]: value }) as unknown as Json, new Report());
    }),
  );
});
