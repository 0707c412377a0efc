import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeNonsense } from './hostile-views.ts';

test('whatever nonsense the other side signs, every page of both sides opens, says its findings and computes the same', async () => {
  const { rows, voids, documents, dossiers } = await seeNonsense(1, 160);
  assert.ok(voids > 20 && rows.length - voids > 60 && documents > 160 && dossiers > 5);
});
