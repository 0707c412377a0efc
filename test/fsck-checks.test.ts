/** `parley fsck` knows what the store alone does not: bodies, signatures and files of a real channel. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fsckChecks } from '../src/cli/fsck-checks.ts';
import { fsck } from '../src/store/fsck.ts';
import type { FsckReport } from '../src/store/fsck-report.ts';
import type { Store } from '../src/store/store.ts';
import { TwoParties } from './two-parties.ts';

let two: TwoParties;
before(async () => {
  two = await TwoParties.found();
  const person = await two.accredit(two.a, 'A. Petrova');
  await two.say(person, { kind: 'message', fields: { subject: 'A', text: 'One.' } });
  await two.settled();
});
after(() => two?.close());

/** Checks a store that a failing disk changes on the way out. */
async function check(disk: Partial<Store> = {}): Promise<FsckReport> {
  const { store } = two.a.node;
  const damaged = new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(disk, name) ?? Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return fsck(damaged, { sha256: two.crypto.sha256, ...(await fsckChecks(two.crypto, damaged)) });
}

test('a channel at work has nothing wrong in it, on either side', async () => {
  const report = await check();
  assert.deepEqual(report.problems, []);
  assert.ok(report.entries >= 4 && report.heads >= 2 && report.cosignatures >= 2);
});

test('a body that does not open, and signatures that do not verify, are named', async () => {
  const { store } = two.a.node;
  const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, bytes[at] === 0x41 ? 0x42 : 0x41);
  const bodies = await check({
    entries: async (origin, from, to) =>
      (await store.entries(origin, from, to)).map((row) => (row.body === undefined ? row : { ...row, body: flip(row.body, 3) })),
  });
  assert.match(
    bodies.problems.map(({ sentence }) => sentence).join('\n'),
    /has a body that does not open: expected leaves that give the signed body root/,
  );
  const receipts = await check({
    cosignatures: async (origin, from, to) =>
      (await store.cosignatures(origin, from, to)).map((row) => ({ ...row, lines: flip(row.lines, row.lines.length - 20) })),
  });
  assert.match(receipts.problems.map(({ sentence }) => sentence).join('\n'), /cosignature of .* that does not verify/);
  const stranger = await check({ listLocal: async () => [] });
  assert.match(stranger.problems.map(({ sentence }) => sentence).join('\n'), /it is of no channel known here/);
});
