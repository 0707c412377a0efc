import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextAsking } from './silences.ts';

const silence = (expiresAt: number) => ({ id: String(expiresAt), expiresAt, shown: [] });

test('hosts are asked at the first expiry that is to come, and soon again while too few of them have answered for one that has passed', () => {
  assert.equal(nextAsking([], 100), undefined);
  assert.equal(nextAsking([silence(500), silence(300)], 100), 300);
  assert.equal(nextAsking([silence(500), silence(100)], 100), 160);
  assert.equal(nextAsking([silence(110), silence(50)], 100), 110);
});
