import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { Report } from '../report.ts';
import { DEFECTS } from './defects.ts';
import { dice, everyName, everyValue, mutate } from './fixtures-mutate.ts';
import { DATA, noData, oracle } from './fixtures-oracle.ts';
import { COMMON, SAMPLES } from './fixtures-samples.ts';
import { checkObject, STIX21_TYPES } from './object.ts';

type Plain = { [key: string]: unknown };
const skip = noData;

let shared: ReturnType<typeof oracle> | undefined;
/** The corrected schemas, compiled once. */
function corrected(): ReturnType<typeof oracle> {
  shared ??= oracle();
  return shared;
}

function errorsOf(object: Plain): readonly string[] {
  const at = new Report();
  checkObject(object as JsonObject, at);
  return at.found().errors;
}

test('the samples hold every type of STIX 2.1, and all are valid', () => {
  const sampled = new Set(SAMPLES.map(({ type }) => type));
  assert.deepEqual(
    STIX21_TYPES.filter((type) => !sampled.has(type)),
    [],
  );
  for (const sample of SAMPLES) assert.deepEqual(errorsOf(sample), [], sample.type);
});

/** The STIX 2.1 objects of all published examples beside the repository: OASIS, ATT&CK, MISP's converter, TLP 2.0. */
function examples(): { readonly from: string; readonly object: Plain }[] {
  const found: { from: string; object: Plain }[] = [];
  const gather = (from: string, value: Json): void => {
    if (Array.isArray(value)) for (const item of value) gather(from, item);
    else if (isObject(value)) {
      if (value.type === 'bundle' && value.spec_version === '2.0') return;
      if (value.type !== 'bundle' && typeof value.type === 'string' && typeof value.id === 'string' && value.id.includes('--'))
        found.push({ from, object: value });
      else for (const item of Object.values(value)) gather(from, item);
    }
  };
  for (const file of globSync('{stix,tlp2,misp/misp-stix-pairs}/**/*.json', { cwd: DATA.pathname })) {
    if (!file.endsWith('.schema.json')) gather(file, JSON.parse(readFileSync(new URL(file, DATA), 'utf8')));
  }
  return found;
}

test('every published example gets the verdict of the published schemas', { skip }, () => {
  const judge = corrected();
  const all = examples();
  assert.ok(all.length > 2000, `only ${all.length} objects`);
  const disputed = all.filter(({ object }) => (errorsOf(object).length === 0) !== judge(object));
  assert.deepEqual(
    disputed.map(({ from, object }) => `${from} ${object.id}: ${errorsOf(object)}`),
    [],
  );
});

function agree(object: Plain): boolean {
  const verdict = corrected()(object);
  const errors = errorsOf(object);
  if ((errors.length === 0) !== verdict) assert.fail(`${verdict ? 'refused' : 'accepted'} by us alone: ${JSON.stringify(object)} ${errors}`);
  return verdict;
}

/** One object of each kind keeps the properties that all have in common, so that each of their rules is tried once. */
function lean(sample: Plain): Plain {
  const object = structuredClone(sample);
  if (['tool', 'mutex', 'x-acme-treaty', 'x-acme-sensor'].includes(String(object.type)) || object.definition_type === 'x-acme') return object;
  for (const [name, value] of Object.entries(COMMON)) if (isDeepStrictEqual(object[name], value)) delete object[name];
  return object;
}

test('every sample gets the verdict of the published schemas, whichever of its properties is changed to what', { skip }, () => {
  for (const sample of SAMPLES) {
    const object = lean(sample);
    let valid = 0;
    const visit = (): void => {
      if (agree(object)) valid++;
    };
    everyValue(object, visit);
    everyName(object, visit);
    assert.ok(valid > 0);
    assert.deepEqual(errorsOf(object), [], 'the changes were taken back');
  }
});

test('published examples, changed in several places at random, get the verdict of the published schemas', { skip }, () => {
  const roll = dice(20210616);
  const pool: readonly Plain[] = [...SAMPLES, ...SAMPLES, ...spread(examples())];
  let valid = 0;
  for (let i = 0; i < 5_000; i++) {
    const object = structuredClone(pool[roll(pool.length)] ?? assert.fail());
    for (let changes = roll(3); changes >= 0; changes--) mutate(object, roll);
    if (agree(object)) valid++;
  }
  assert.ok(valid > 500 && valid < 3_500, `${valid} of the changed objects are valid: the changes are too strong or too weak`);
});

/** A few examples of each type. */
function spread(all: ReturnType<typeof examples>): readonly Plain[] {
  const byType = new Map<unknown, Plain[]>();
  for (const { object } of all) {
    const list = byType.get(object.type) ?? [];
    if (list.length < 2) byType.set(object.type, [...list, object]);
  }
  return [...byType.values()].flat();
}

const UUID = '8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f';
const scene = { spec_version: '2.1', created: '2021-06-16T11:35:00.000Z', modified: '2021-06-16T11:35:00.000Z' };
const domain = (type: string, own: object): Plain => ({ type, id: `${type}--${UUID}`, ...scene, ...own });
const thing = (type: string, own: object): Plain => ({ type, id: `${type}--${UUID}`, ...own });
const marking = (own: object): Plain => ({ type: 'marking-definition', id: `marking-definition--${UUID}`, ...scene, ...own });
const language = [{ selectors: ['name'], lang: 'fr' }];

/** For each row of the table, an object the published schemas and we judge differently, and our verdict. */
const DISPUTED: Record<keyof typeof DEFECTS, readonly [object: Plain, valid: boolean]> = {
  'type and extension names': [domain('tool', { name: 'a', extensions: { [`${'b'.repeat(250)}-ext`]: { any_value: 1 } } }), false],
  'property names': [domain('tool', { name: 'a', 'abc DEF': 1 }), false],
  alternatives: [thing('windows-registry-key', { key: 'HKEY_USERS\\a\\HKCU' }), true],
  integers: [thing('autonomous-system', { number: 2 ** 53 }), false],
  'granular markings': [domain('tool', { name: 'a', granular_markings: language }), true],
  'observed objects': [
    domain('observed-data', {
      first_observed: scene.created,
      last_observed: scene.created,
      number_observed: 1,
      objects: { 0: { type: 'mutex', name: 'a' } },
    }),
    true,
  ],
  'observed references': [
    domain('observed-data', { first_observed: scene.created, last_observed: scene.created, number_observed: 1, object_refs: ['file--1'] }),
    false,
  ],
  'ipv6-addr': [thing('ipv6-addr', { value: '::ffff:198.51.100.3' }), true],
  'some property': [thing('process', { created_time: '2021-06-16T11:35:00Z' }), true],
  'header fields': [thing('email-message', { is_multipart: false, additional_header_fields: { subject: 'a', 'X-Mailer': 'b' } }), false],
  'data streams': [thing('file', { name: 'a', extensions: { 'ntfs-ext': { sid: 's', alternate_data_streams: [5] } } }), false],
  cpe: [thing('software', { name: 'a', cpe: 'x cpe:2.3:a:b:c:*:*:*:*:*:*:*:* y' }), false],
  languages: [thing('software', { name: 'a', languages: ['zh-Hant'] }), true],
  URLs: [thing('url', { value: 'https://a:b:c' }), false],
  'TLP 2.0': [
    marking({
      id: 'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1',
      name: 'TLP:RED',
      extensions: { 'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d': { extension_type: 'property-extension', tlp_2_0: 'clear' } },
    }),
    false,
  ],
};

test('each row of the table of defects is a defect: the schemas as published say otherwise, and as corrected the same', { skip }, () => {
  const published = oracle(true);
  for (const [row, [object, valid]] of Object.entries(DISPUTED)) {
    assert.equal(errorsOf(object).length === 0, valid, `${row}: ${errorsOf(object)}`);
    assert.equal(published(object), !valid, `${row}: as published`);
    assert.equal(corrected()(object), valid, `${row}: as corrected`);
  }
  assert.deepEqual(Object.keys(DISPUTED), Object.keys(DEFECTS));
});
