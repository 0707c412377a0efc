import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '../base/bytes.ts';
import { readJson } from './json.ts';

const read = (text: string) => readJson(utf8(text));
const fault = (text: string) => {
  const got = read(text);
  return 'fault' in got ? got.fault : assert.fail(`read: ${text}`);
};
const problems = (text: string) => {
  const got = read(text);
  return 'problems' in got ? got.problems : assert.fail(got.fault);
};

const SUITE = new URL('../../../shared/data/json/JSONTestSuite/', import.meta.url);

test('the JSON test suite: what must be accepted is', { skip: existsSync(SUITE) ? false : 'the suite is not beside this repository' }, () => {
  const files = readdirSync(SUITE).filter((file) => file.startsWith('y_'));
  assert.ok(files.length > 50);
  for (const file of files) {
    const got = readJson(readFileSync(new URL(file, SUITE)));
    assert.ok('value' in got, `${file}: ${'fault' in got ? got.fault : ''}`);
  }
});

test('any text is accepted or refused as JSON.parse does', () => {
  const token = fc.constantFrom(
    ...'{ } [ ] , : "a" "b\\n" "\\u00e9" "\\x" "\\u12" 0 -1 01 1. .5 1e5 1e -0 true fals null \t \n " \\ é \u0001'.split(' '),
  );
  const text = fc.oneof(
    fc.json(),
    fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join('')),
    fc
      .tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 }))
      .map(([json, at, put]) => json.slice(0, at % (json.length + 1)) + put + json.slice(at % json.length)),
  );
  fc.assert(
    fc.property(text, (candidate) => {
      let expected: unknown;
      try {
        expected = JSON.parse(candidate);
      } catch {
        assert.ok('fault' in read(candidate), candidate);
        return;
      }
      const got = read(candidate);
      assert.ok('value' in got, 'fault' in got ? got.fault : '');
      assert.deepEqual(got.value, expected);
    }),
    { numRuns: 2000 },
  );
});

test('any bytes are read or refused, never thrown at', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      readJson(bytes);
    }),
  );
});

test('a fault has its line and column', () => {
  assert.equal(fault('{\n  "a": 1,\n  "b" 2\n}'), 'expected ":" at line 3, column 7');
  assert.equal(fault('[1,]'), 'expected a value at line 1, column 4');
  assert.equal(fault('{"a":1,}'), 'expected a key in double quotes at line 1, column 8');
  assert.equal(fault('[1 2]'), 'expected "," or "]" at line 1, column 4');
  assert.equal(fault('["a\nb"]'), 'expected no control character or line break inside a text at line 1, column 4');
  assert.equal(fault('["\\q"]'), 'expected one of the escapes of JSON at line 1, column 3');
  assert.equal(fault('{} x'), 'expected the end at line 1, column 4, found more text');
  assert.equal(fault(' '), 'holds no value');
});

test('a text cut off anywhere is refused, and mostly called cut off', () => {
  const whole = '{"a": ["b", {"c": 1.5, "d": null}], "e": "\\u00e9"}';
  for (let size = 1; size < whole.length; size++) assert.match(fault(whole.slice(0, size)), /cut off|expected/, whole.slice(0, size));
  assert.equal(fault('{"a": ["b", '), 'ends in the middle at line 1, column 13: it may be cut off');
});

test('a key said twice is told, also when it is written differently, and in its own object alone', () => {
  assert.deepEqual(problems('{"a":1,\n"\\u0061":2}'), ['line 2, column 1: the key "a" stands twice in one object (RFC 8259 section 4)']);
  assert.equal(problems('{"__proto__":1,"__proto__":2}').length, 1);
  assert.deepEqual(problems('[{"a":1},{"a":{"a":2}}]'), []);
});

test('prototype keys are ordinary keys', () => {
  const got = read('{"__proto__":{"x":1},"constructor":2}');
  assert.ok('value' in got && typeof got.value === 'object' && got.value !== null);
  assert.deepEqual(Object.keys(got.value), ['__proto__', 'constructor']);
  assert.equal(({} as { x?: number }).x, undefined);
});

test('numbers beyond a 64-bit float and halves of characters are told, a byte order mark too', () => {
  assert.match(problems('[1e400]')[0] ?? '', /the number 1e400 is larger than any 64-bit float/);
  assert.match(problems(`[${'9'.repeat(400)}]`)[0] ?? '', /larger than any/);
  assert.deepEqual(problems('[1e300, -1e-400, 0.1]'), []);
  assert.match(problems('["\\ud83d"]')[0] ?? '', /half a character/);
  assert.match(problems('{"\\udc00":1}')[0] ?? '', /half a character/);
  assert.deepEqual(problems('["\\ud83d\\ude00"]'), []);
  assert.match(problems('\ufeff{}')[0] ?? '', /byte order mark/);
  assert.equal(Object.hasOwn(readJson(Uint8Array.of(0x22, 0xff, 0x22)), 'fault'), true);
});

test('depth and keys are bounded before the parser sees them', () => {
  assert.match(fault('['.repeat(1_000_000)), /at most 64 levels/);
  assert.ok('value' in read('['.repeat(64) + ']'.repeat(64)));
  assert.match(fault(`{${Array.from({ length: 100_001 }, (_, i) => `"k${i}":0`).join(',')}}`), /at most 100000 keys in one object/);
});

test('what a sender repeats is told a bounded number of times', () => {
  assert.equal(problems(`[${'{"a":1,"a":2},'.repeat(5000)}0]`).length, 20);
});

test('long texts, keys and white space take linear time', () => {
  const cost = (make: (size: number) => string) => {
    const time = (size: number) => {
      const bytes = utf8(make(size));
      const start = performance.now();
      readJson(bytes);
      return performance.now() - start;
    };
    time(1000);
    // Quadratic time would be 1,600 times as much for 40 times the size.
    assert.ok(time(2_000_000) < 400 * Math.max(1, time(50_000)), make(3).slice(0, 40));
  };
  cost((size) => `["${'a'.repeat(size)}"]`);
  cost((size) => `["${'\\n'.repeat(size / 2)}"]`);
  cost((size) => ' '.repeat(size));
  cost((size) => `[${'1'.repeat(size)}]`);
  cost((size) => `{${Array.from({ length: size / 25 }, (_, i) => `"key_number_${i}":0`).join(',')}}`);
});
