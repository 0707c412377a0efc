import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeNonsense } from './hostile-views.ts';

const SEED = Number(process.env.PARLEY_SEED ?? 20_210_616);
const CHANNELS = 20;
const DOCUMENTS = 400;

test(`every page of ${CHANNELS} channels opens over ${DOCUMENTS} documents each that make no sense (PARLEY_SEED=${SEED})`, {
  timeout: 1_800_000,
}, async (t) => {
  for (let n = 0; n < CHANNELS; n++) {
    const { rows, voids } = await seeNonsense(SEED + n, DOCUMENTS);
    assert.ok(voids > 0 && rows.length > voids);
    t.diagnostic(`channel ${n}: ${rows.length} rows, ${voids} of them void`);
  }
});
