import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Clock, conditionsOf, type Guard, parsePack } from '../procedure/pack.ts';
import { awaitsSomething, dutiesOf, mayAwait, maySettle } from './duties.ts';
import { isExchanging } from './exchanging.ts';
import { type Act, emptyMatter, withAct } from './matter.ts';

const FOLDER = new URL('../../procedures/', import.meta.url);
/** The shipped packs that have clocks which run once for each anchor, each with those. */
const PACKS = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json') && !name.endsWith('.schema.json'))
  .map((name) => {
    const parsed = parsePack(readFileSync(new URL(name, FOLDER)));
    if ('expected' in parsed) throw new Error(`${name}: ${parsed.expected.join('; ')}`);
    return { pack: parsed.pack, clocks: parsed.pack.clocks.filter(({ due }) => due.every === undefined) };
  })
  .filter(({ clocks }) => clocks.length > 0);

type Drawn = {
  readonly role: string;
  readonly clock: number;
  readonly party: number;
  readonly about: number;
  readonly fits: boolean;
  readonly time: number;
};

/** A document that may start or end some clock, or a stamp, a position or a withdrawal; `about` counts back to the act it is about. */
const drawn: fc.Arbitrary<Drawn> = fc.record({
  role: fc.constantFrom('anchor', 'anchor', 'answer', 'answer', 'stamp', 'stamp', 'word', 'withdrawal', 'correction', 'position'),
  clock: fc.nat({ max: 99 }),
  party: fc.nat({ max: 1 }),
  about: fc.nat({ max: 5 }),
  fits: fc.boolean(),
  time: fc.nat({ max: 9 }),
});
const histories = fc
  .record({
    of: fc.constantFrom(...PACKS),
    opening: fc.option(fc.nat({ max: 99 }), { freq: 5 }),
    acts: fc.array(drawn, { minLength: 1, maxLength: 14 }),
    keys: fc.array(fc.nat({ max: 3 }), { minLength: 14, maxLength: 14 }),
  })
  .map(({ of: { pack, clocks }, opening, acts, keys }) => {
    const kind = opening === null ? 'claim' : (clocks[opening % clocks.length]?.anchor.kind ?? '');
    // Some come later than what was said after them.
    const arrivals = actsOf(acts, clocks, kind).map((act, i) => ({ act, at: i + (keys[i] === 0 ? 6 : 0) }));
    return { pack, acts: arrivals.sort((a, b) => a.at - b.at).map(({ act }) => act) };
  });

test('a matter awaits something exactly while it owes something by its own stamps, and begins and ceases to only with an act that may make it', () => {
  let changes = 0;
  let spared = 0;
  fc.assert(
    fc.property(histories, ({ pack, acts }) => {
      const rules = { packs: [pack], parties: 2, quorum: 1 };
      let matter = emptyMatter('0');
      for (const act of acts) {
        const before = awaitsSomething(matter, rules);
        const isAsked = maySettle(matter, [act], rules);
        matter = withAct(matter, act);
        const after = awaitsSomething(matter, rules);
        if (after !== before) changes++;
        if (after && !before) assert.ok(mayAwait('0', act, rules), act.type);
        if (before && !after) assert.ok(isAsked, act.type);
        if (before && !isAsked) spared++;
        const owed = dutiesOf(matter, { ...rules, standing: new Map() }).some(
          ({ metAt, withdrawn }) => metAt === undefined && withdrawn === undefined,
        );
        if (matter.kind !== 'claim') assert.equal(after, owed || isExchanging(matter, rules.parties));
      }
    }),
    { numRuns: 1700 },
  );
  assert.ok(changes > 1500 && spared > 500, `${changes} ${spared}`);
});

function actsOf(list: readonly Drawn[], clocks: readonly Clock[], opener: string): readonly Act[] {
  const acts: Act[] = [];
  for (const [index, { role, clock: at, party, about, fits, time }] of list.entries()) {
    const target = acts.at(-1 - (about % Math.max(1, acts.length)));
    // Mostly about a clock that runs: a document that ends another one says little.
    const running = clocks.find(({ anchor }) => fits && anchor.kind === (target?.type ?? opener)) ?? clocks[at % clocks.length];
    assert.ok(running);
    const { anchor, discharge } = running;
    const base = { id: String(index), party, index, time, refs: target === undefined ? [] : [target.id], frame: {}, automatic: false };
    if (target === undefined || role === 'anchor')
      acts.push({ ...base, type: target === undefined ? opener : anchor.kind, frame: frameOf(running, anchor.when, fits) });
    else if (role === 'answer')
      acts.push({ ...base, type: discharge.kinds[at % discharge.kinds.length] ?? '', frame: frameOf(running, discharge.when, fits) });
    else if (role !== 'stamp' && role !== 'word')
      acts.push({ ...base, type: role, frame: role === 'withdrawal' || role === 'correction' ? { entry: target.id } : {} });
    else {
      const held = [{ party: 1 - target.party, time }];
      acts.push({
        ...base,
        type: 'stamp',
        // Of what somebody said, by themselves or by whoever holds it.
        party: role === 'stamp' ? target.party : 1 - target.party,
        stamp: { entry: target.id, party: target.party, size: target.index + 1, held, witnessed: [] },
      });
    }
  }
  return acts;
}

function frameOf({ anchor, due, discharge }: Clock, guard: Guard | undefined, fits: boolean): Act['frame'] {
  const instants = [anchor.by === 'field' ? anchor.field : undefined, due.field, due.at_most?.field].filter((name) => name !== undefined);
  const guarded = conditionsOf(guard).map(({ field, one_of }) => [field, fits ? (one_of[0] ?? '') : 'another'] as const);
  return Object.fromEntries([
    ...instants.map((name) => [name, 5] as const),
    ...(discharge.matches ?? []).map((name) => [name, 'same'] as const),
    ...guarded,
  ]);
}
