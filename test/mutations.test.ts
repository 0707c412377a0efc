import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mutateEverything } from './mutations.ts';

test('entries, checkpoints, cosignatures, proofs, charters, invites and identity notes that were changed prove nothing new, and stop nothing', async () => {
  for (const [name, { tried, refused, same, accepted, crashes, hangs }] of await mutateEverything(200, 1)) {
    assert.deepEqual({ accepted, crashes, hangs }, { accepted: [], crashes: [], hangs: [] }, name);
    assert.ok(tried === 200 && refused + same === tried && refused > 130, `${name}: ${refused} of ${tried} refused`);
  }
});
