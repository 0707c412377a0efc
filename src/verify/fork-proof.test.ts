import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { originOf } from '../entry/card.ts';
import { testCrypto as crypto, testChannel, testHost, testParty, textOf } from '../node/fixtures-channel.ts';
import { formatCheckpoint } from '../tlog/checkpoint.ts';
import { signCosignaturePair } from '../tlog/cosignature.ts';
import { TestTree } from '../tlog/fixtures-tree.ts';
import { ledPath } from '../tlog/fork.ts';
import { signCheckpoint } from '../tlog/log-signature.ts';
import { formatNote } from '../tlog/note.ts';
import { makeCosignerFault, verifyCosignerFault } from './cosigner-fault.ts';
import { makeForkProof, verifyForkProof } from './fork-proof.ts';
import { heldKeys } from './head.ts';
import { verifyFile } from './verify-file.ts';

const { sha256 } = crypto;
const [alpha, beta] = [testParty('Alpha', 10, 3, 2), testParty('Beta', 20)];
const on = await testChannel([alpha, beta], [testHost('Host', 30)]);
const who = { charterNote: on.charterNote, channel: on.channel, generations: [] };
const [tree, other] = [new TestTree(sha256, 9), new TestTree(sha256, 9, 2)];
const path = ledPath(5, other.root(5), other.consistency(5, 9));
const head = (of: TestTree, size: number) => ({ origin: originOf(sha256, alpha.card), size, root: of.root(size) });
const evidence = {
  keys: alpha.card.log,
  first: await signCheckpoint(sha256, alpha.log, head(tree, 5)),
  second: await signCheckpoint(sha256, alpha.log, head(other, 9)),
  path,
};
const proof = makeForkProof(sha256, evidence, who);

async function cosigned(of: TestTree, size: number, time: number): Promise<Uint8Array> {
  const { name } = heldKeys(sha256, beta.card);
  return formatNote({ text: formatCheckpoint(head(of, size)), lines: await signCosignaturePair(sha256, name, beta.held, head(of, size), time) });
}
const fault = makeCosignerFault(sha256, { first: await cosigned(tree, 9, 100), second: await cosigned(tree, 5, 101), path: [] }, who);

test('a fork proof names the party, the log and both heads, to somebody who has the file alone', async () => {
  const verified = await verifyForkProof(crypto, proof);
  assert.ok('fork' in verified);
  const { origin, heads, who: accused } = verified.fork;
  assert.deepEqual([origin, heads.map(({ size }) => size)], [originOf(sha256, alpha.card), [5, 9]]);
  assert.deepEqual([accused?.party, accused?.card.name, accused?.channel.id, accused?.later], [0, 'Alpha', on.channel.id, false]);
  // And whoever has it can hand it on, with or without what names the party.
  assert.deepEqual(makeForkProof(sha256, verified.fork.evidence, who), proof);
  const bare = await verifyForkProof(crypto, makeForkProof(sha256, verified.fork.evidence));
  assert.ok('fork' in bare && bare.fork.who === undefined && bare.fork.origin === origin);
});

test('a proof that proves nothing cannot be made', () => {
  assert.throws(() => makeForkProof(sha256, { ...evidence, path: [] }), /bug/);
  assert.throws(() => makeForkProof(sha256, { ...evidence, second: evidence.first }), /bug/);
});

for (const [name, file] of [
  ['a fork proof', proof],
  ['a proof against a cosigner', fault],
] as const) {
  test(`${name} with any byte changed is not verified, and nothing throws`, async () => {
    assert.equal((await verifyFile(crypto, file)).verdict, 'fork');
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: file.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        assert.equal((await verifyFile(crypto, file.with(at, (file[at] as number) ^ flip))).verdict, 'not-verified', `byte ${at}`);
      }),
      { numRuns: 250 },
    );
  });

  test(`${name} that is cut, doubled or followed by something is not verified`, async () => {
    const text = textOf(file);
    const starts = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
    for (const end of starts.slice(0, -1)) {
      const { verdict, sentences } = await verifyFile(crypto, file.slice(0, end));
      // What names the party can be left out of a fork proof as a whole: it is the same proof against the keys alone.
      const bare = sentences.some(({ phrase }) => phrase.id === 'verify.fork_unnamed');
      assert.equal(verdict, bare ? 'fork' : 'not-verified', `cut at ${end}`);
    }
    for (const more of [file, new TextEncoder().encode('\n'), new TextEncoder().encode('more 0\n\n')])
      assert.equal((await verifyFile(crypto, Uint8Array.from([...file, ...more]))).verdict, 'not-verified');
  });
}

test('what is proved against a cosigner names it and its fault, and not the log', async () => {
  const verified = await verifyCosignerFault(crypto, fault);
  assert.ok('fault' in verified);
  const { fault: kind, name, role, party, heads } = verified.fault;
  assert.deepEqual([kind, name, role, party], ['back', 'Beta', 'held', 0]);
  assert.deepEqual(
    heads.map(({ checkpoint, time }) => [checkpoint.size, time]),
    [
      [9, 100],
      [5, 101],
    ],
  );
});
