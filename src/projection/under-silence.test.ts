import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { awaitsSomething, mayAwait } from './duties.ts';
import { readMatter } from './joint/reading.ts';
import { silenceOf } from './joint/silence.ts';
import { type Act, emptyMatter, type Matter, withAct } from './matter.ts';
import { silencesIn } from './under-silence.ts';

const EXPIRES = 1000;
const PARTIES = 3;
const rules = { packs: [], parties: PARTIES, quorum: 1 };

const types = ['silence_procedure', 'silence_procedure', 'objection', 'amendment', 'withdrawal', 'stamp', 'message'] as const;
const histories = fc.array(
  fc.record({ type: fc.constantFrom(...types), party: fc.nat({ max: PARTIES - 1 }), about: fc.nat({ max: 3 }), of: fc.nat({ max: PARTIES - 1 }) }),
  { minLength: 1, maxLength: 12 },
);

test('while a silence is open and some side has not spoken its matter awaits something, and begins to only with an act that may make it', () => {
  let open = 0;
  fc.assert(
    fc.property(histories, (drawn) => {
      let matter = emptyMatter('0');
      const acts: Act[] = [act('0', 'text', 0, 0)];
      for (const [i, { type, party, about, of }] of drawn.entries()) {
        const target = acts.at(-1 - (about % acts.length));
        assert.ok(target);
        const one = act(String(i + 1), type, type === 'withdrawal' ? target.party : party, i + 1, [type === 'amendment' ? '0' : target.id]);
        acts.push(type === 'stamp' ? { ...one, stamp: stampOf(target.id, of, i, EXPIRES - 1) } : { ...one, frame: frameOf(type, target.id) });
      }
      for (const one of acts) {
        const before = awaitsSomething(matter, rules);
        matter = withAct(matter, one);
        const after = awaitsSomething(matter, rules);
        if (after && !before) assert.ok(mayAwait('0', one, rules), one.type);
        if (!isRunning(matter)) continue;
        open++;
        assert.ok(after);
      }
    }),
    { numRuns: 400 },
  );
  assert.ok(open > 200, `${open}`);
});

test('what was under silence awaits nothing once it was objected to, taken back, or seen by hosts to have expired in the log of everybody who held it', () => {
  const under = [act('0', 'text', 0, 0), { ...act('1', 'silence_procedure', 0, 1, ['0']), frame: frameOf('silence_procedure', '0') }];
  const stamp = (index: number, of: number, time: number, held: readonly { party: number; time: number }[] = [{ party: 0, time }]): Act => ({
    ...act(`s${index}`, 'stamp', 0, index, ['1']),
    stamp: { ...stampOf('1', of, 9, time), held },
  });
  const asked = (time: number): Act =>
    stamp(
      10,
      0,
      EXPIRES - 1,
      [1, 2].map((party) => ({ party, time })),
    );
  const awaits = (...more: readonly Act[]): boolean => awaitsSomething([...under, ...more].reduce(withAct, emptyMatter('0')), rules);
  assert.equal(awaits(), true);
  assert.equal(awaits(act('2', 'objection', 0, 2, ['1'])), true, 'its author cannot object to it');
  assert.equal(awaits(act('2', 'objection', 1, 0, ['1'])), false);
  assert.equal(awaits({ ...act('2', 'withdrawal', 0, 2, ['1']), frame: { entry: '1' } }), false);
  const [held, both] = [asked(EXPIRES - 1), [stamp(2, 1, EXPIRES), stamp(3, 2, EXPIRES)]];
  assert.equal(awaits(held, stamp(2, 1, EXPIRES)), true, 'the third party may still speak');
  assert.equal(awaits(held, stamp(2, 1, EXPIRES), stamp(3, 2, EXPIRES - 1)), true);
  assert.equal(awaits(held, ...both), false);
  assert.equal(awaits(...both), true, 'nothing shows that anybody held it, and so it lets nothing pass');
  assert.equal(awaits(asked(EXPIRES), ...both), true, 'they held it too late');
  assert.equal(awaits(held, stamp(2, 1, EXPIRES), stamp(3, 2, EXPIRES, [])), true, 'not all of that log was open');
  assert.equal(awaitsSomething(under.reduce(withAct, emptyMatter('0')), { ...rules, quorum: 0 }), false, 'without hosts it has no effect');
});

function act(id: string, type: string, party: number, index: number, refs: readonly string[] = []): Act {
  return { id, type, party, index, time: index, refs, frame: {}, automatic: false };
}

function stampOf(entry: string, party: number, size: number, time: number): NonNullable<Act['stamp']> {
  return { entry, party, size, held: [{ party: size % PARTIES, time: size }], witnessed: [{ host: 0, time }] };
}

function frameOf(type: string, target: string): Act['frame'] {
  if (type === 'withdrawal') return { entry: target };
  return type === 'silence_procedure' ? { expires_at: EXPIRES } : {};
}

function isRunning(matter: Matter): boolean {
  const reading = readMatter(matter, PARTIES);
  return silencesIn(matter).some((one) => {
    const { state, sides } = silenceOf(reading, one, { quorum: 1, standing: new Map(), counted: new Map() });
    return state === 'open' && sides.some((side) => side.state === 'awaiting' || side.state === 'unasked');
  });
}
