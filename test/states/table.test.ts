/** Every state that documents have is come to by a shipped scenario, and what scenarios expect of joint states holds as they are told. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { MACHINES } from './all-machines.ts';
import { TABLE } from './table.ts';
import { type Reached, reachedIn } from './told.ts';

/** A round is of very many channels, each of them like that of another scenario. */
const ROUND = 'check-round.scenario';
const SCENARIOS = readdirSync(new URL('../../scenarios/', import.meta.url)).filter((name) => name.endsWith('.scenario') && name !== ROUND);
const REACHED: ReadonlyMap<string, Reached> = new Map(SCENARIOS.map((name) => [name, reachedIn(name)]));

for (const [kind, rows] of Object.entries(TABLE))
  test(`every state of "${kind}" is come to in the scenario that the table names`, () => {
    const missing = rows.filter(({ parley, told }) => REACHED.get(told)?.states.has(parley) !== true);
    assert.deepEqual(
      missing.map(({ practice, parley, told }) => `${practice} (${parley}) in ${told}`),
      [],
    );
  });

test('what a scenario expects of joint states holds as it is told', () => {
  assert.deepEqual(
    [...REACHED].flatMap(([name, { unheld }]) => unheld.map((line) => `${name} ${line}`)),
    [],
  );
});

test('every scenario that ships is one that the table names', () => {
  const named = new Set(Object.values(TABLE).flatMap((rows) => rows.map(({ told }) => told)));
  assert.deepEqual(
    SCENARIOS.filter((name) => !named.has(name)),
    [],
  );
});

test('every state that the machines of documents have is in the table, come to by a scenario, or one that only a test comes to', () => {
  const all = new Set([...REACHED.values()].flatMap(({ states }) => [...states]));
  const named = MACHINES.flatMap(({ names, states }) => (names === undefined ? [] : Object.keys(states).map((state) => `${names}: ${state}`)));
  assert.deepEqual(
    named.filter((state) => !all.has(state) && !ONLY_IN_TESTS.has(state)),
    [],
  );
});

/** Withdrawn before anybody else had signed or answered: the tables of the machines have them all the same. */
const ONLY_IN_TESTS: ReadonlySet<string> = new Set([
  'record: withdrawn',
  'consultation: withdrawn',
  'text: withdrawn',
  'undertaking: withdrawn',
  'communication_check: withdrawn',
  'demarche: withdrawn',
  'treaty_notification: withdrawn',
  'agrement_request: withdrawn',
  'silence_procedure: withdrawn',
]);
