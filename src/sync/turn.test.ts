import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FETCH_TURN, MIN_PULL_RATE } from '../base/limits.ts';
import { inOneTurn, LogTurn } from './turn.ts';

test('whoever leaves a log comes next though somebody waits in its turn for an answer that never comes', async () => {
  const turn = new LogTurn();
  const never = new Promise<never>(() => undefined);
  const first = assert.rejects(
    turn.run(() => turn.waitFor(() => never)),
    { code: 'conflict' },
  );
  const second = assert.rejects(
    turn.run(() => turn.waitFor(async () => 'asked')),
    { code: 'conflict' },
  );
  const left = await turn.leave(async () => turn.waitFor(async () => 'left'));
  await Promise.all([first, second]);
  assert.equal(left, 'left');
  assert.equal(await turn.run(() => turn.waitFor(async () => 'written on')), 'written on');
});

test('two who leave a log at once take their turns one after the other, and those who wait before the last are refused', async () => {
  const turn = new LogTurn();
  const done: string[] = [];
  const one = turn.leave(async () => {
    done.push('one');
    assert.throws(() => turn.mustStay(), { code: 'conflict' });
  });
  const two = turn.leave(async () => {
    done.push('two');
    turn.mustStay();
  });
  await Promise.all([one, two]);
  assert.deepEqual(done, ['one', 'two']);
});

test('a holder that gives little at a time loses its turn after a minute, and one that gives as much as a slow line does not', async () => {
  let now = 0;
  const given = (size: number) =>
    inOneTurn(
      async () => new Uint8Array(size),
      () => now,
    );
  const slow = given(MIN_PULL_RATE * 30);
  const miser = given(10);
  for (now = 0; now <= FETCH_TURN; now += 30) {
    await slow('/since/1');
    await miser('/since/1');
  }
  await slow('/since/1');
  await assert.rejects(miser('/since/1'), { code: 'unreachable' });
});
