import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../procedure/pack.ts';
import { act, matterOf } from '../../projection/joint/fixtures-acts.ts';
import { clockedSteps, exchangeItems } from './exchange-items.ts';

const exchange = act('a1', 'simultaneous_exchange', { exchange_at: 5000 });
const committed = matterOf(exchange, act('a2', 'commitment', {}, 'a1'), act('b2', 'commitment', {}, 'a1'), act('b3', 'message', {}, 'a1'));

function clocked(anchor: typeof exchange, kind: string, debtor: number): ReadonlySet<string> {
  const clock: Clock = {
    id: 'clock',
    title: 'A clock',
    anchor: { kind: anchor.type, at: 'receipt', by: 'receipt' },
    due: { hours: 1 },
    discharge: { kinds: [kind] },
    debtor: 'each',
    voluntary: false,
  };
  return clockedSteps([{ anchor, clock, debtor }]);
}

test('what an exchange waits for stays in sight, whatever clock somebody starts beside it in its matter, or runs for another step or party', () => {
  const waits = (...of: Parameters<typeof clocked>) =>
    exchangeItems(committed, 2, 6000, clocked(...of)).map(({ party, exchange: step }) => `${party} ${step}`);
  const both = ['0 reveal', '1 reveal'];
  assert.deepEqual(waits(act('b3', 'message', {}, 'a1'), 'message', 0), both);
  assert.deepEqual(waits(exchange, 'commitment', 0), both);
  assert.deepEqual(waits(exchange, 'reveal', 0), ['1 reveal']);
});
