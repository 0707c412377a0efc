import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mutateEverything } from './mutations.ts';

const ALL = 100_000;
const KINDS = 7;

test(`${ALL} changed entries, checkpoints, cosignatures, proofs, charters, invites and identity notes`, async (t) => {
  let total = 0;
  for (const [name, outcome] of await mutateEverything(Math.ceil(ALL / KINDS), 20_210_616)) {
    const { tried, refused, same, accepted, crashes, hangs } = outcome;
    t.diagnostic(
      `${name}: ${tried} tried, ${refused} refused, ${same} the same, ${accepted.length} accepted, ${crashes.length} crashes, ${hangs.length} hangs`,
    );
    assert.deepEqual({ accepted, crashes, hangs }, { accepted: [], crashes: [], hangs: [] }, name);
    total += tried;
  }
  assert.ok(total >= ALL, `${total} tried`);
});
