import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParleyError } from '../base/errors.ts';
import { MAX_VAIN_TRIALS, VAIN_REST } from '../base/limits.ts';
import { VainTrials } from './vain-trials.ts';

test('who shows a history and does not give it rests after a few times, for one day; who does not answer does not', async () => {
  let now = 1000;
  const trials = new VainTrials(() => now);
  const refusing = (code: 'invalid' | 'unreachable') => () => trials.run('b', () => Promise.reject(new ParleyError(code)));
  for (let i = 0; i < MAX_VAIN_TRIALS + 1; i++) await assert.rejects(refusing('unreachable'), { code: 'unreachable' });
  for (let day = 0; day < 2; day++, now += VAIN_REST) {
    for (let i = 0; i < MAX_VAIN_TRIALS; i++) await assert.rejects(refusing('invalid'), { code: 'invalid' });
    assert.equal(await refusing('invalid')(), false);
    assert.equal(await trials.run('c', async () => undefined), true);
  }
  assert.equal(await trials.run('b', async () => undefined), true);
});
