import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cut, foldedOf, numbersOf, randomEntries, stateOfWhole, withRepeats } from '../src/projection/fixtures-folds.ts';
import { foldNonsense } from '../src/projection/fixtures-nonsense.ts';

const SEED = Number(process.env.PARLEY_SEED ?? 20_210_616);
const RECORDS = 10_000;
const NONSENSE = 100_000;

test(`${RECORDS} random records come to what a plain reading of them comes to, and to one digest on both sides, in whatever order and parts they come, and come again (PARLEY_SEED=${SEED})`, async () => {
  const next = numbersOf(SEED);
  for (let n = 0; n < RECORDS; n++) {
    const entries = [...(await randomEntries(SEED + n, 2 + next(40)))];
    const expected = stateOfWhole(entries);
    const ours = await foldedOf(...cut(entries, [next(10), next(10)]));
    assert.deepEqual(ours.state(), expected, `record ${n}`);
    for (let i = entries.length - 1; i > 0; i--) {
      const j = next(i + 1);
      [entries[i], entries[j]] = [entries[j] as (typeof entries)[number], entries[i] as (typeof entries)[number]];
    }
    const choices = [next(10), next(10), next(10)];
    const theirs = await foldedOf(...withRepeats(cut(entries, choices), choices));
    assert.deepEqual(theirs.state(), expected, `record ${n} as it comes`);
    assert.equal(theirs.digest(), ours.digest(), `record ${n} on both sides`);
  }
});

test(`${NONSENSE} well-signed documents that make no sense never make the fold throw, nor anything that is computed of it (PARLEY_SEED=${SEED})`, async (t) => {
  const { voids, matters } = await foldNonsense(SEED, NONSENSE);
  t.diagnostic(`${voids} are void, the others went into ${matters} matters`);
  assert.ok(voids > 0 && matters > 0);
});
