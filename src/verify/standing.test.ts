import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Branch, commonPrefix, type Receipted, standingHead, standingOn } from './standing.ts';

/** Two histories that part after `shared` entries; roots are names of prefixes. */
function branches(shared: number, sizes: readonly [number, number], witnessed: readonly [number, number] = [0, 0]): readonly Branch[] {
  return sizes.map((size, i) => ({
    size,
    witnessed: witnessed[i] ?? 0,
    rootAt: (at) => (at < 1 || at > size ? undefined : at <= shared ? `both ${at}` : `${i} ${at}`),
  }));
}

const over = (party: number, branch: Branch, size: number): Receipted => ({ party, size, root: branch.rootAt(size) ?? '' });

test('what one other party has not receipted does not stand; sizes may differ', () => {
  const [a] = branches(9, [9, 0]);
  assert.ok(a);
  assert.equal(standingOn([1], [], a), 0);
  assert.equal(standingOn([1], [over(1, a, 4), over(1, a, 7)], a), 7);
  assert.equal(standingOn([1, 2], [over(1, a, 4)], a), 0);
  assert.equal(standingOn([1, 2], [over(1, a, 4), over(2, a, 9)], a), 4);
  assert.equal(standingOn([1], [{ party: 1, size: 5, root: 'another' }], a), 0);
  assert.equal(standingOn([1], [over(1, a, 4), over(1, { ...a, size: 99, rootAt: String }, 50)], a), 4);
});

test('a host makes nothing stand, and takes nothing away', () => {
  const [a, b] = branches(3, [9, 9], [0, 9]);
  assert.ok(a && b);
  assert.deepEqual(standingHead([1], [over(1, a, 7)], [a, b]), { branch: 0, size: 7 });
  assert.deepEqual(standingHead([1], [], [a, b]), { branch: 0, size: 0 });
});

test('between two histories that both stand, the witnessed one; else what both share', () => {
  const both = branches(3, [9, 9]);
  const [a, b] = both;
  assert.ok(a && b);
  const receipts = [over(1, a, 7), over(1, b, 8)];
  assert.deepEqual(standingHead([1], receipts, [a, b]), { branch: 0, size: 3 });
  assert.deepEqual(standingHead([1], receipts, [a, { ...b, witnessed: 8 }]), { branch: 1, size: 8 });
  assert.deepEqual(standingHead([1], receipts, [{ ...a, witnessed: 7 }, b]), { branch: 0, size: 7 });
  assert.deepEqual(
    standingHead([1], receipts, [
      { ...a, witnessed: 7 },
      { ...b, witnessed: 8 },
    ]),
    { branch: 0, size: 3 },
  );
  // One host that saw only what both share says nothing about either.
  assert.deepEqual(standingHead([1], receipts, [{ ...a, witnessed: 3 }, b]), { branch: 0, size: 3 });
});

test('where the prefixes part is found by halves', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (shared, x, y) => {
      const [a, b] = branches(shared, [x, y]);
      assert.ok(a && b);
      assert.equal(commonPrefix(a, b), Math.min(shared, x, y));
    }),
  );
});

for (const parties of [2, 3])
  test(`with ${parties} parties, honest cosigners and a log forked anywhere, index 0 included: standing never shrinks, whatever comes in whatever order`, () => {
    const others = Array.from({ length: parties - 1 }, (_, i) => i + 1);
    const run = fc.record({
      shared: fc.integer({ min: 0, max: 8 }),
      sizes: fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 })),
      // Which history each honest party was shown; it receipts no other.
      shown: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: others.length, maxLength: others.length }),
      heads: fc.array(fc.tuple(fc.nat({ max: others.length - 1 }), fc.integer({ min: 1, max: 12 })), { maxLength: 12 }),
    });
    fc.assert(
      fc.property(run, ({ shared, sizes, shown, heads }) => {
        const both = branches(shared, sizes);
        const receipts = heads.flatMap(([i, size]) => {
          const branch = both[shown[i] ?? 0];
          return branch === undefined || size > branch.size ? [] : [over(i + 1, branch, size)];
        });
        let before = 0;
        for (let count = 0; count <= receipts.length; count++) {
          const { size, branch } = standingHead(others, receipts.slice(0, count), both);
          assert.ok(size >= before, `${size} after ${before}`);
          before = size;
          // It is a prefix of what each of them receipted.
          assert.ok(size === 0 || others.every((party) => receipts.some((one) => one.party === party && one.size >= size)));
          assert.ok(branch === 0 || branch === 1);
        }
        // The order of arrival decides nothing.
        const reversed = standingHead(others, [...receipts].reverse(), both);
        assert.equal(reversed.size, before);
      }),
    );
  });
