import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from '../src/cli/fixtures-streams.ts';
import { type Facts, figuresFrom, geneva, mustStand, playKilling, Run } from './demo-runs.ts';

/** Printed where a kill test fails, so that the same moments can be tried again. */
const SEED = 20_210_616;

let dir = '';
let first: Facts;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-demo-'));
});
after(() => rm(dir, { recursive: true, force: true }));

test(`whatever is killed while a demonstration plays, every line stands once and nothing held is lost (seed ${SEED})`, async () => {
  const scenario = await geneva();
  // Each of the four processes: the demonstration, its two parties' nodes, its host; and the first once more.
  const { facts, held, kills } = await playKilling(dir, scenario, [1, 0, 3, 2, 0], figuresFrom(SEED));
  await mustStand(dir, scenario, facts, held);
  assert.equal(kills, 5);
  assert.ok(held.size > 0);
  assert.ok(facts.host.cosignatures > 0);
  first = facts;
});

test('played again on the same directory it goes on, says nothing twice, and both sides still compute the same', async () => {
  const second = await new Run(dir).facts();
  assert.deepEqual(second.matters, first.matters);
  assert.deepEqual(second.parties, first.parties);
  assert.equal(second.channel, first.channel);
  assert.ok(second.host.cosignatures >= first.host.cosignatures - 32, 'a killed host forgets no more than a few of its count');
});

test('what is on the record of the ambassadors reads in the order of the log, and says from which day it counts', async () => {
  const { out } = await run(['representative', 'list', '--dir', first.parties[0]?.dir ?? '']);
  const [, missions = ''] = /Margaret Hale[^\n]*\n[^\n]*\n((?: {4}[^\n]*\n)*)/.exec(out) ?? [];
  assert.match(
    missions,
    /^ {4}Accredited [^\n]*\n {4}Recalled [^\n]*, with effect from 2021-04-22 12:00\n {4}Returned [^\n]*, with effect from 2021-06-/,
  );
});
