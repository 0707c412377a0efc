import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leftPhrase, writeSpan } from './instants.ts';
import { sayIn } from './phrases.ts';

test('a span always says its units, the two largest that it has', () => {
  const spans = [-5, 0, 29, 59.9, 60, 58 * 60 + 30, 3600, 86_399, 86_400, 30 * 3600, 10 * 86_400 + 59];
  assert.deepEqual(spans.map(writeSpan), ['0 s', '0 s', '29 s', '59 s', '1 min', '58 min', '1 h', '23 h 59 min', '1 d', '1 d 6 h', '10 d']);
});

test('what is left of a time, or by how much it is over, says its unit down to the last minute', () => {
  const say = sayIn('en');
  assert.deepEqual(
    [86_280, 240, 59, 0, -1, -59, -60, -93_600].map((left) => say(leftPhrase(left))),
    [
      '23 h 58 min left',
      '4 min left',
      'less than a minute left',
      'less than a minute left',
      'less than a minute over',
      'less than a minute over',
      '1 min over',
      '1 d 2 h over',
    ],
  );
});
