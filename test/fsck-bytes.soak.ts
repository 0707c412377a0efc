import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DamagedFile } from './fsck-bytes.ts';
import { figures } from './gate-world.ts';

test('a random bit flipped in every byte of a file of 200 entries is said, or changes nothing that is held', {
  timeout: 4 * 3_600_000,
}, async (t) => {
  const file = await DamagedFile.make();
  const figure = figures(11);
  const seen = { noticed: 0, 'without effect': 0 };
  try {
    for (let at = 0; at < file.size; at++) seen[await file.flip(at, Math.floor(figure() * 8))]++;
  } finally {
    file.remove();
  }
  t.diagnostic(`${file.size} bytes: ${seen.noticed} noticed, ${seen['without effect']} without effect`);
  assert.ok(seen.noticed > 0);
});
