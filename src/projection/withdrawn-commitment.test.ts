import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parsePack } from '../procedure/pack.ts';
import { awaitsSomething, dutiesOf, statusOf } from './duties.ts';
import { type Act, emptyMatter, type Matter, withAct } from './matter.ts';

const parsed = parsePack(readFileSync(new URL('../../procedures/simultaneous-exchange.json', import.meta.url)));
const context = { packs: ['pack' in parsed ? parsed.pack : assert.fail()], parties: 2, quorum: 0, standing: new Map() };

function act(id: string, type: string, party: number, index: number, frame: Act['frame'] = {}, ...refs: readonly string[]): Act {
  return { id, type, party, index, time: 1000 + index, refs, frame, automatic: false };
}

/** Held by the other party at a time, as its author's own stamp says. */
function held({ id, party, index }: Act, time: number): Act {
  const facts = { entry: id, party, size: index + 1, held: [{ party: 1 - party, time }], witnessed: [] };
  return { ...act(`held ${id}`, 'stamp', party, index + 1, {}, id), stamp: facts };
}

test('what was committed or revealed is owed once, and no more by who says that they take it back: it stands all the same', () => {
  const exchange = act('x', 'simultaneous_exchange', 0, 2, { exchange_at: 5000 });
  const said = [
    ['commitment', 'a1', 0, 10, 3000],
    ['commitment', 'b1', 1, 10, 3000],
    ['reveal', 'a2', 0, 20, 5100],
    ['reveal', 'b2', 1, 20, 5100],
  ] as const;
  const acts = said.flatMap(([type, id, party, index, time]) => {
    const one = act(id, type, party, index, {}, 'x');
    return [one, held(one, time)];
  });
  const back = said.map(([, id, party, index]) => act(`back ${id}`, 'withdrawal', party, index + 5, { entry: id }, id));
  const started = [exchange, held(exchange, 2000), ...acts];
  const matterOf = (list: readonly Act[]): Matter => list.reduce(withAct, emptyMatter('x'));
  const statuses = (matter: Matter): readonly string[] =>
    dutiesOf(matter, context).map((duty) => `${duty.clock.id} ${duty.debtor} ${statusOf(duty, 9e9)}`);
  const met = ['commitment', 'reveal'].flatMap((clock) => [1, 0].map((party) => `${clock} ${party} met`));
  assert.deepEqual(statuses(matterOf(started)), met);
  assert.deepEqual(statuses(matterOf([...started, ...back])), met);
  assert.equal(awaitsSomething(matterOf([...started, ...back]), context), false);
});

test('who has committed to an exchange that they opened owes what they committed to, though they call the exchange off once the other has revealed', () => {
  const exchange = act('x', 'simultaneous_exchange', 0, 2, { exchange_at: 5000 });
  const off = act('off', 'withdrawal', 0, 30, { entry: 'x' }, 'x');
  const theirs = act('b2', 'reveal', 1, 20, {}, 'x');
  const committed = [exchange, act('a1', 'commitment', 0, 10, {}, 'x'), act('b1', 'commitment', 1, 10, {}, 'x'), theirs, held(theirs, 5100)];
  const matterOf = (...list: readonly Act[]): Matter => list.reduce(withAct, emptyMatter('x'));
  const owed = (matter: Matter): readonly string[] =>
    dutiesOf(matter, context).flatMap((duty) => (duty.clock.id === 'reveal' ? [`${duty.debtor} ${statusOf(duty, 9e9)}`] : []));
  assert.deepEqual(owed(matterOf(...committed)), ['1 met', '0 late_so_far']);
  assert.deepEqual(owed(matterOf(...committed, off)), ['1 met', '0 late_so_far']);
  const without = { ...context, packs: [] };
  assert.deepEqual(
    [matterOf(...committed, off), matterOf(exchange, off)].map((matter) => awaitsSomething(matter, without)),
    [true, false],
  );
});

test('an exchange in which a side revealed before it had committed is under way until it reveals what it committed to', () => {
  const said = (id: string, type: string, party: number, index: number): Act => act(id, type, party, index, {}, 'x');
  const exchange = act('x', 'simultaneous_exchange', 0, 2, { exchange_at: 5000 });
  const early = [exchange, said('b0', 'reveal', 1, 5), said('b1', 'commitment', 1, 6), said('a1', 'commitment', 0, 10), said('a2', 'reveal', 0, 20)];
  const isUnderWay = (list: readonly Act[]): boolean => awaitsSomething(list.reduce(withAct, emptyMatter('x')), { ...context, packs: [] });
  assert.deepEqual([isUnderWay(early), isUnderWay([...early, said('b2', 'reveal', 1, 30)])], [true, false]);
});
