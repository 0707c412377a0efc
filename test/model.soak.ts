import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explore } from './model/explore.ts';
import { system } from './model/invariants.ts';
import { LARGE } from './model/spaces.ts';

/** A space that is larger is searched this far, breadth first, and said to be incomplete. */
const MAX_STATES = 3_000_000;

for (const { about, config } of LARGE) {
  test(`the rules of the record hold in every state: ${about}`, (t) => {
    const { states, steps, depth, complete, violation } = explore(system(config), MAX_STATES);
    t.diagnostic(`${states} states, ${steps} steps, ${depth} deep${complete ? '' : ', more were not searched'}`);
    if (violation !== undefined) assert.fail([violation.sentence, ...violation.trace].join('\n  '));
  });
}
