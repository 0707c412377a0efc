/** Every act in every state, both ways: it counts and leads on, or it changes nothing, says why, and our own node would not send it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sayIn } from '../../src/base/phrases.ts';
import { readAround } from '../../src/projection/joint/around.ts';
import { withDraft } from '../../src/projection/joint/drafted.ts';
import { irregularIn, type Joint, jointsOf } from '../../src/projection/joint/joint.ts';
import type { Act, Matter } from '../../src/projection/matter.ts';
import { MACHINES } from './all-machines.ts';
import { type Machine, mattersBeside, matterWith, said, stepsOf } from './machines.ts';
import { CASES } from './of-cases.ts';

const say = sayIn('en');

function jointsIn(machine: Machine, matter: Matter): readonly Joint[] {
  const around = readAround([matter, ...mattersBeside(machine)], 2);
  const reading = around.readings.get(matter.id) ?? assert.fail();
  const standing = new Map([
    [0, 50],
    [1, 50],
  ]);
  return jointsOf(reading, around, { quorum: machine.quorum ?? 1, standing, counted: standing, names: ['Alpha', 'Beta'] });
}

const foundIn = (joints: readonly Joint[], { id }: Act): readonly string[] =>
  irregularIn(
    joints.map((joint) => ('findings' in joint ? joint : {})),
    id,
  ).map(({ phrase }) => {
    assert.doesNotMatch(say(phrase), /^joint\.|[{}]|undefined/, 'it has its sentence');
    return phrase.id;
  });

for (const machine of MACHINES)
  test(`${machine.name}: each act counts in its state, or changes nothing and is not sent`, () => {
    const { now = 0, state } = machine;
    for (const { from, before, act: line, to } of stepsOf([machine])) {
      const where = `${machine.name}: "${line}" while ${from}`;
      const matter = matterWith(machine, before);
      const then = said(line);
      assert.equal(state(jointsIn(machine, matter), now), from, `${machine.name} comes to be ${from}`);
      // Well signed, by whichever side: nobody's node was asked.
      const after = jointsIn(machine, matterWith(machine, [...before, then]));
      const { party, index: _, automatic: __, ...draft } = then;
      const drafted = foundIn(jointsIn(machine, withDraft(matter, draft, party)), then);
      if (to.startsWith('no ')) {
        const finding = `joint.finding.${to.slice(3)}`;
        assert.ok(foundIn(after, then).includes(finding), `${where}: expected ${finding}, not "${foundIn(after, then).join()}"`);
        assert.ok(drafted.includes(finding), `${where}: it is not sent`);
        assert.equal(state(after, now), from, `${where}: it changes nothing`);
      } else {
        assert.deepEqual(foundIn(after, then), [], where);
        assert.deepEqual(drafted, [], where);
        assert.equal(state(after, now), to, where);
      }
    }
  });

test('every cell of every table is filled, and every state is led to or begun with', () => {
  for (const machine of MACHINES) {
    const states = Object.keys(machine.states);
    for (const [line, cells] of Object.entries(machine.acts)) assert.equal(cells.length, states.length, `${machine.name}: ${line}`);
  }
});

test('a notification that opens a matter corrects and cancels nothing', () => {
  const machine = CASES.find(({ name }) => name === 'a treaty notification') ?? assert.fail();
  const opening = said('a1 treaty_notification change=cancels');
  const joints = jointsIn(
    { ...machine, opens: 'a1 treaty_notification change=cancels' },
    matterWith({ ...machine, opens: 'a1 treaty_notification change=cancels' }, []),
  );
  assert.deepEqual(foundIn(joints, opening), ['joint.finding.notifies_nothing']);
});
