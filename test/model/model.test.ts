import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BROKEN } from './broken.ts';
import { explore } from './explore.ts';
import { system } from './invariants.ts';
import { SMALL } from './spaces.ts';
import type { Broken } from './world.ts';

for (const { about, config } of SMALL) {
  test(`the rules of the record hold in every state: ${about}`, (t) => {
    const { states, steps, depth, complete, violation } = explore(system(config));
    t.diagnostic(`${states} states, ${steps} steps, ${depth} deep`);
    if (violation !== undefined) assert.fail([violation.sentence, ...violation.trace].join('\n  '));
    assert.ok(complete);
  });
}

for (const [rule, { config, finds }] of Object.entries(BROKEN)) {
  test(`the search finds what a broken rule does: ${rule}`, (t) => {
    const { states, violation } = explore(system({ ...config, broken: rule as Broken }), 200_000);
    assert.ok(violation !== undefined, `nothing found in ${states} states`);
    assert.match(violation.sentence, finds);
    t.diagnostic(`${states} states; in ${violation.trace.length} steps: ${violation.sentence}`);
  });
}
