import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { judgedAt, type Lineage, type LineageSource, type LogFact, lineageOf } from './lineage.ts';

/** What happens to a party's logs in one run: each is a thing that becomes known, in any order. */
type Known =
  | { readonly kind: 'opened'; readonly log: number; readonly parent: number; readonly size: number; readonly n: number }
  | { readonly kind: 'head'; readonly log: number; readonly size: number }
  | { readonly kind: 'stands'; readonly log: number; readonly size: number }
  | { readonly kind: 'forked'; readonly log: number };

const LOGS = 4;
const SIZES = 6;

const known: fc.Arbitrary<Known> = fc.oneof(
  fc.record({
    kind: fc.constant('opened' as const),
    log: fc.integer({ min: 1, max: LOGS - 1 }),
    parent: fc.integer({ min: 0, max: LOGS - 1 }),
    size: fc.integer({ min: 1, max: SIZES }),
    n: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ kind: fc.constant('head' as const), log: fc.integer({ min: 0, max: LOGS - 1 }), size: fc.integer({ min: 1, max: SIZES }) }),
  fc.record({ kind: fc.constant('stands' as const), log: fc.integer({ min: 0, max: LOGS - 1 }), size: fc.integer({ min: 1, max: SIZES }) }),
  fc.record({ kind: fc.constant('forked' as const), log: fc.integer({ min: 0, max: LOGS - 1 }) }),
);

/** One opening a log, as one note is; whatever stands is held. */
function factsOf(happened: readonly Known[]): readonly LogFact[] {
  const facts = new Map<number, LogFact>([[0, founding(0)]]);
  const later = [...happened].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  for (const one of later) {
    if (one.kind !== 'opened' || facts.has(one.log) || one.parent === one.log) continue;
    const opening = { n: one.n, hash: `h${one.log}`, parent: `g${one.parent}`, size: one.size };
    facts.set(one.log, { ...founding(one.log), opening });
  }
  for (const one of happened) {
    const fact = facts.get(one.log);
    if (fact === undefined || one.kind === 'opened') continue;
    if (one.kind === 'head') facts.set(one.log, { ...fact, size: Math.max(fact.size, one.size) });
    if (one.kind === 'stands') facts.set(one.log, { ...fact, size: Math.max(fact.size, one.size), standing: Math.max(fact.standing, one.size) });
    if (one.kind === 'forked') facts.set(one.log, { ...fact, forked: true });
  }
  return [...facts.values()];
}

function founding(log: number): LogFact {
  return { origin: `o${log}`, party: 0, gen: `g${log}`, size: log === 0 ? 1 : 0, standing: log === 0 ? 1 : 0, forked: false };
}

/** Every note is signed; a prefix is true as far as the parent is held. */
const signed = (facts: readonly LogFact[]): LineageSource => ({
  isPrefix: (origin, parent) => {
    const size = facts.find((fact) => fact.origin === origin)?.opening?.size ?? 0;
    return size <= (facts.find((fact) => fact.origin === parent)?.size ?? 0) ? true : undefined;
  },
  isSigned: () => true,
});

const plain = (lineage: Lineage): unknown => ({ logs: [...lineage.logs].sort(), sequences: lineage.sequences });

test('whatever order things become known in, the lineage is the same', () => {
  fc.assert(
    fc.property(
      fc.array(known, { maxLength: 14 }).chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, other]) => {
        const [a, b] = [factsOf(all), factsOf(other)];
        assert.deepEqual(plain(lineageOf(a, signed(a))), plain(lineageOf([...b].reverse(), signed(b))));
      },
    ),
  );
});

test('what stands of a log that counts goes on counting, whatever else becomes known: receipts, heads, forks, generations, siblings', () => {
  fc.assert(
    fc.property(fc.array(known, { maxLength: 12 }), known, (before, more) => {
      const [a, b] = [factsOf(before), factsOf([...before, more])];
      // One note a log: a second one under the same keys is a fork at index 0, and what stands of it is decided by its receipts.
      fc.pre(a.every((fact) => JSON.stringify(fact.opening) === JSON.stringify(b.find(({ origin }) => origin === fact.origin)?.opening)));
      // A log is receipted only by who has receipted what it continues (spec/sync.md, "Push").
      fc.pre(
        a.every(
          (fact) =>
            fact.opening === undefined ||
            fact.standing === 0 ||
            (a.find(({ gen }) => gen === fact.opening?.parent)?.standing ?? 0) >= fact.opening.size,
        ),
      );
      const [was, is] = [lineageOf(a, signed(a)), lineageOf(b, signed(b))];
      for (const fact of a) {
        const status = was.logs.get(fact.origin);
        if (status === undefined || status.ordinal < 0 || fact.standing === 0) continue;
        const now = is.logs.get(fact.origin);
        assert.ok((now?.ordinal ?? -1) >= 0, `${fact.origin} no longer counts`);
        assert.ok((now?.counted ?? 0) >= Math.min(fact.standing, status.counted), `${fact.origin} counts less than stands`);
      }
    }),
  );
});

test('every log counts in one place, its parent before it, and never more than is held', () => {
  fc.assert(
    fc.property(fc.array(known, { maxLength: 14 }), (all) => {
      const facts = factsOf(all);
      const { logs, sequences } = lineageOf(facts, signed(facts));
      const [sequence = []] = sequences;
      assert.equal(new Set(sequence).size, sequence.length);
      assert.equal(logs.size, facts.length);
      for (const [ordinal, origin] of sequence.entries()) {
        const status = logs.get(origin);
        assert.equal(status?.ordinal, ordinal);
        assert.ok(ordinal === 0 ? status?.parent === undefined : (logs.get(status?.parent ?? '')?.ordinal ?? ordinal) < ordinal);
        assert.ok((status?.counted ?? 0) <= (facts.find((fact) => fact.origin === origin)?.size ?? 0));
      }
    }),
  );
});

const log = (name: string, more: Partial<LogFact> = {}): LogFact => ({
  origin: name,
  party: 0,
  gen: name,
  size: 10,
  standing: 0,
  forked: false,
  ...more,
});
const opening = (parent: string, size: number, n = 1, hash = 'h') => ({ opening: { parent, size, n, hash } });
const all: LineageSource = { isPrefix: () => true, isSigned: () => true };
const statusOf =
  (facts: readonly LogFact[], source = all) =>
  (name: string) =>
    lineageOf(facts, source).logs.get(name);

test('a log counts to its head; closed, to the larger of standing and what is continued; forked, to standing alone', () => {
  assert.deepEqual(statusOf([log('a')])('a')?.counted, 10);
  assert.deepEqual(statusOf([log('a', { standing: 4 }), log('b', opening('a', 7))])('a')?.counted, 7);
  assert.deepEqual(statusOf([log('a', { standing: 9 }), log('b', opening('a', 7))])('a')?.counted, 9);
  assert.deepEqual(statusOf([log('a', { standing: 4, forked: true }), log('b', opening('a', 7))])('a')?.counted, 4);
  assert.deepEqual(statusOf([log('a', { standing: 4, forked: true })])('a')?.takes, 0);
  assert.deepEqual(statusOf([log('a', { standing: 9 }), log('b', opening('a', 7))])('a')?.takes, 7);
});

test('siblings after two restores are no fork: both count, ordered by number, then by note hash', () => {
  const facts = [
    log('a'),
    log('x', opening('a', 5, 3, 'z')),
    log('y', opening('a', 6, 3, 'b')),
    log('w', opening('a', 4, 2, 'q')),
    log('v', opening('y', 2, 4)),
  ];
  assert.deepEqual(lineageOf(facts, all).sequences, [['a', 'w', 'y', 'v', 'x']]);
  assert.deepEqual(lineageOf([...facts].reverse(), all).sequences, [['a', 'w', 'y', 'v', 'x']]);
});

test('a note whose prefix is not the parent’s, or that nobody in force signed, is void, and its log closes nothing', () => {
  for (const source of [
    { ...all, isPrefix: () => false },
    { ...all, isSigned: () => false },
  ]) {
    const status = statusOf([log('a'), log('b', opening('a', 5))], source);
    assert.deepEqual([status('b')?.status, status('b')?.counted, status('a')?.status, status('a')?.counted], ['void', 0, 'open', 10]);
  }
});

test('while a note is to be judged its parent is read only to where that is done, and nothing is closed yet', () => {
  const facts = [log('a', { standing: 6 }), log('b', opening('a', 4))];
  const lineage = lineageOf(facts, { ...all, isSigned: () => undefined });
  assert.deepEqual(lineage.due, [{ origin: 'b', parent: 'a', at: 6 }]);
  const a = lineage.logs.get('a');
  assert.deepEqual([a?.status, a?.counted, a?.readTo, lineage.logs.get('b')?.status], ['open', 10, 6, 'waiting']);
});

test('a note is judged at what stands or what it continues, so that no sibling and no unreceipted word can undo it', () => {
  assert.equal(judgedAt({ standing: 6, forked: false }, 4), 6);
  assert.equal(judgedAt({ standing: 6, forked: false }, 8), 8);
  assert.equal(judgedAt({ standing: 6, forked: true }, 8), 6);
  // A sibling that continues further does not move where the first one was judged.
  const asked: number[] = [];
  const source = { ...all, isSigned: (origin: string, at: number) => (origin === 'b' ? asked.push(at) > 0 : true) };
  lineageOf([log('a', { standing: 3 }), log('b', opening('a', 4)), log('c', opening('a', 9, 2))], source);
  assert.deepEqual([...new Set(asked)], [4]);
});

test('of two logs under one name the one that stands counts, else the first; a name of a log that counts is never taken again', () => {
  const twins = [log('a'), { ...log('b1', opening('a', 5, 1, 'b')), gen: 'b' }, { ...log('b2', opening('a', 5, 1, 'c')), gen: 'b' }];
  assert.deepEqual(lineageOf(twins, all).sequences, [['a', 'b1']]);
  assert.deepEqual(
    lineageOf(
      twins.map((fact) => (fact.origin === 'b2' ? { ...fact, standing: 1 } : fact)),
      all,
    ).sequences,
    [['a', 'b2']],
  );
  // One that nobody signed does not stand in the way of the other.
  assert.deepEqual(lineageOf(twins, { ...all, isSigned: (origin) => origin !== 'b1' }).sequences, [['a', 'b2']]);
  assert.deepEqual(lineageOf([log('a'), { ...log('b', opening('a', 5)), gen: 'a' }], all).sequences, [['a']]);
});

test('logs that continue each other in a ring, or one that is not known, wait', () => {
  const status = statusOf([log('a'), log('x', opening('y', 1)), log('y', opening('x', 1)), log('z', opening('nowhere', 1))]);
  assert.deepEqual(
    ['x', 'y', 'z'].map((name) => status(name)?.status),
    ['waiting', 'waiting', 'waiting'],
  );
});

test('twice as many siblings, or twice as many in a row, are twice the work', () => {
  const work = (count: number, parentOf: (i: number) => string): number => {
    let reads = 0;
    const facts = [log('a'), ...Array.from({ length: count }, (_, i) => log(`s${i}`, opening(parentOf(i), 1, 1, `h${i}`)))].map(
      (fact) =>
        new Proxy(fact, {
          get(target, name) {
            reads++;
            return Reflect.get(target, name) as unknown;
          },
        }),
    );
    const { sequences } = lineageOf(facts, all);
    assert.equal(sequences[0]?.length, count + 1);
    return reads;
  };
  for (const parentOf of [() => 'a', (i: number) => (i === 0 ? 'a' : `s${i - 1}`)])
    assert.ok(work(400, parentOf) < 2.5 * work(200, parentOf), `${work(200, parentOf)} and ${work(400, parentOf)} reads`);
});
