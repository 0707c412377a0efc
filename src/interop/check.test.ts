import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '../base/bytes.ts';
import { checkFile, type Detector } from './check.ts';

const DATA = new URL('../../../shared/data/', import.meta.url);
const skip = existsSync(DATA) ? false : 'the published examples are not beside this repository';
const check = (content: string | Uint8Array, detectors: readonly Detector[] = []) =>
  checkFile('file', typeof content === 'string' ? utf8(content) : content, detectors);
const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const files = (pattern: string) => globSync(pattern, { cwd: DATA.pathname }).sort();

/** Format, version and validity of a file of the shared data. */
async function verdict(file: string): Promise<readonly unknown[]> {
  const got = await checkFile(file, readFileSync(new URL(file, DATA)), []);
  return [got.format, got.version, got.valid];
}

test('STIX 2 is checked whole', { skip }, async () => {
  for (const file of files('{stix/oasis-examples,stix/json-schemas-examples,stix/attack,tlp2}/*.json')) {
    if (!file.endsWith('.schema.json')) assert.deepEqual(await verdict(file), ['stix', '2.1', true], file);
  }
  assert.deepEqual(await verdict('stix/unit42/darkside-ransomware.json'), ['stix', '2.0', true]);
});

test('STIX 1, MISP, CSAF and IODEF are recognised and said not to be validated', { skip }, async () => {
  for (const file of files('misp/*.json')) assert.deepEqual(await verdict(file), ['misp', null, true], file);
  for (const file of files('csaf/{cisa,oasis-examples/csaf}/**/*.json')) assert.deepEqual(await verdict(file), ['csaf', '2.0', true], file);
  assert.deepEqual(await verdict('iodef/rfc7970-minimal.xml'), ['iodef', '2.0', true]);
  const got = await check('<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1" version="1.2"><a/></stix:STIX_Package>');
  assert.deepEqual([got.format, got.version, got.valid, got.counts], ['stix', '1.2', true, { elements: 2 }]);
  assert.match(got.warnings[0] ?? '', /recognised, not validated by this version/);
  const cut = await check('<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1" id="a"><b>');
  assert.deepEqual([cut.format, cut.version, cut.valid], ['stix', '1.x', false]);
  const light = await check('{"version":"2.0","lang":"en","Incident":[{}]}');
  assert.deepEqual([light.format, light.counts], ['iodef', { incidents: 1 }]);
});

test('what cannot be read has a sentence that says what to do or where it stops', async () => {
  const cases: readonly [content: string | Uint8Array, format: string, sentence: RegExp][] = [
    ['', 'unknown', /^the file is empty$/],
    [latin1('\x1f\x8b\x08\0'), 'unknown', /^this is gzip-compressed; unpack it first$/],
    [latin1('PK\x03\x04....'), 'unknown', /ZIP archive/],
    [`${'a'.repeat(257)}ustar`, 'unknown', /tar archive/],
    [latin1('SQLite format 3\0'), 'unknown', /a database/],
    [latin1('\xff\xfe{\0'), 'unknown', /UTF-16/],
    [latin1('\x00\x01\x02\xff'), 'unknown', /not text/],
    ['hello', 'unknown', /text of no format known here/],
    ['{"type":"bundle","objects":[', 'json', /cannot be read: ends in the middle at line 1/],
    ['{"a":1}', 'json', /JSON of no format known here/],
    ['[1,2]', 'json', /JSON of no format known here/],
    ['<html><body/></html>', 'xml', /XML of no format known here \(root element html\)/],
    ['<html>', 'xml', /ends inside <html>/],
    ['< ', 'unknown', /no root element/],
    ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'unknown', /no root element/],
  ];
  for (const [content, format, sentence] of cases) {
    const got = await check(content);
    assert.deepEqual([got.format, got.valid], [format, false]);
    assert.ok(
      got.errors.some((error) => sentence.test(error)),
      `${got.errors}`,
    );
  }
});

test('the name of a file decides nothing', async () => {
  const got = await checkFile('bundle.json', utf8('<a/>'), []);
  assert.deepEqual([got.file, got.format], ['bundle.json', 'xml']);
});

test('irregular JSON is not valid, whatever it holds', async () => {
  const tool = '"type":"tool","spec_version":"2.1","id":"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2021-06-16T11:35:00.000Z"';
  const rest = '"modified":"2021-06-16T11:35:00.000Z","name":"a"';
  assert.equal((await check(`{${tool},${rest}}`)).valid, true);
  assert.match((await check(`{${tool},${rest},"name":"b"}`)).errors[0] ?? '', /the key "name" stands twice/);
  assert.match((await check(`\ufeff{${tool},${rest}}`)).errors[0] ?? '', /byte order mark/);
  assert.match((await check('{"Event":{"uuid":1e999}}')).errors[0] ?? '', /larger than any 64-bit float/);
});

test('detectors are asked first and in order, and fill what they leave out', async () => {
  const starts = (format: string, text: string, outcome: Awaited<ReturnType<Detector['check']>>): Detector => ({
    format,
    recognise: (bytes) => new TextDecoder().decode(bytes).startsWith(text),
    check: async () => outcome,
  });
  const detectors = [starts('checkpoint', 'log.', { version: '1', errors: ['too old'] }), starts('note', 'l', { counts: { lines: 2 } })];
  assert.deepEqual(await check('log.example', detectors), {
    file: 'file',
    format: 'checkpoint',
    version: '1',
    valid: false,
    errors: ['too old'],
    warnings: [],
    counts: {},
  });
  assert.deepEqual(await check('line', detectors), {
    file: 'file',
    format: 'note',
    version: null,
    valid: true,
    errors: [],
    warnings: [],
    counts: { lines: 2 },
  });
  assert.equal((await check('{}', detectors)).format, 'json');
});

test('any bytes get an answer', async () => {
  const start = fc.constantFrom('', '{', '[', '<', '<a', '{"type":"bundle","objects":', '{"Event":{', '\ufeff', '{"document":{"csaf_version":');
  await fc.assert(
    fc.asyncProperty(start, fc.oneof(fc.string(), fc.json()), fc.uint8Array({ maxLength: 3 }), async (head, text, tail) => {
      const got = await check(Uint8Array.from([...new TextEncoder().encode(head + text), ...tail]));
      assert.equal(got.valid, got.errors.length === 0);
    }),
    { numRuns: 500 },
  );
});
