import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figuresFrom, geneva, inTemporary, mustStand, playKilling } from './demo-runs.ts';

const ROUNDS = 50;
const KILLS = 5;
/** The demonstration itself, its two parties' nodes and its host. */
const PROCESSES = 4;

for (let seed = 1; seed <= ROUNDS; seed++) {
  test(`killed ${KILLS} times while it plays, it loses and doubles nothing (seed ${seed})`, () =>
    inTemporary(async (dir) => {
      const scenario = await geneva();
      const figure = figuresFrom(seed);
      const victims = Array.from({ length: KILLS }, () => Math.floor(figure() * PROCESSES));
      const { facts, held, kills } = await playKilling(dir, scenario, victims, figure);
      await mustStand(dir, scenario, facts, held);
      assert.ok(kills > 0);
    }));
}
