import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { toBase64url } from '../base/bytes.ts';
import { ParleyError, type RefusalCode } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { nodeCrypto, nodeSha256 } from '../node/crypto.ts';
import { rootOf } from '../tlog/merkle.ts';
import { consistencyProofOf } from '../tlog/merkle-plan.ts';
import { testChannel, testHead, testLeaves, testParty } from './fixtures-heads.ts';
import { acceptHeads, adviseHeads, formatHeads, foundingHead, type OfferedHead, parseHeads, type RememberedHead } from './heads.ts';

const crypto = nodeCrypto();
after(() => crypto.close());
const parties = [testParty('Alderney', 10), testParty('Borduria', 20)] as const;
const channel = testChannel(parties);

/** What an honest node answers: its head over these leaves, proved from `from`. */
async function offer(party: 0 | 1, leaves: readonly Uint8Array[], from: number): Promise<OfferedHead> {
  const proof = from > leaves.length ? [] : consistencyProofOf(nodeSha256, leaves, from);
  return { party, gen: parties[party].card.gen, note: await testHead(parties[party], leaves), proof: proof.map(toBase64url) };
}

async function remembered(party: 0 | 1, leaves: readonly Uint8Array[]): Promise<RememberedHead> {
  const note = await testHead(parties[party], leaves);
  return { party, gen: parties[party].card.gen, size: leaves.length, root: toBase64url(rootOf(nodeSha256, leaves)), note };
}

async function refused(code: RefusalCode, known: readonly RememberedHead[], offered: readonly OfferedHead[]): Promise<void> {
  await assert.rejects(acceptHeads(crypto, channel, known, offered), (error) => error instanceof ParleyError && error.code === code);
}

test('the first time, every log must grow from the charter itself', async () => {
  const offered = [await offer(0, testLeaves(channel, 7), 1), await offer(1, testLeaves(channel, 1), 1)];
  const heads = await acceptHeads(crypto, channel, [], offered);
  assert.deepEqual(
    heads.map(({ party, size }) => [party, size]),
    [
      [0, 7],
      [1, 1],
    ],
  );
  const other = testLeaves(channel, 7).with(0, new Uint8Array(32).fill(9));
  await refused('heads_unproved', [], [{ ...(await offer(0, other, 1)), proof: [] }, await offer(1, testLeaves(channel, 1), 1)]);
});

test('a log that grew from what is remembered is accepted, and what is remembered then is the new head', async () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 20 }));
  await fc.assert(
    fc.asyncProperty(sizes, async ([size, more]) => {
      const known = [await remembered(0, testLeaves(channel, size))];
      const offered = [await offer(0, testLeaves(channel, size + more), size), await offer(1, testLeaves(channel, 2), 1)];
      assert.equal(adviseHeads(known), `0:${size}:${parties[0].card.gen}`);
      const [first] = await acceptHeads(crypto, channel, known, offered);
      assert.equal(first?.size, size + more);
      assert.equal(first?.note, offered[0]?.note);
    }),
    { numRuns: 12 },
  );
});

test('a node that shows less than it once did is refused, and it is our own that is named, not theirs', async () => {
  const known = [await remembered(0, testLeaves(channel, 9))];
  await refused('heads_unproved', known, [await offer(0, testLeaves(channel, 8), 9), await offer(1, testLeaves(channel, 2), 1)]);
  const { message, next } = new ParleyError('heads_unproved');
  assert.match(`${message} ${next}`, /^Our own node .* "parley status"/);
});

test('two heads of one size with different roots are a fork', async () => {
  const known = [await remembered(0, testLeaves(channel, 9))];
  await refused('fork', known, [await offer(0, testLeaves(channel, 9, ' changed', 5), 9), await offer(1, testLeaves(channel, 2), 1)]);
});

test('a longer log that was rewritten below what is remembered is a fork', async () => {
  for (const size of [5, 6, 7, 9]) {
    const known = [await remembered(0, testLeaves(channel, size))];
    const rewritten = testLeaves(channel, 12, ' changed', size - 1);
    await refused('fork', known, [await offer(0, rewritten, size), await offer(1, testLeaves(channel, 2), 1)]);
  }
});

test('a rewriting that the path cannot show is still refused: from a power of two it leaves the old root out', async () => {
  const known = [await remembered(0, testLeaves(channel, 8))];
  await refused('heads_unproved', known, [await offer(0, testLeaves(channel, 12, ' changed', 3), 8), await offer(1, testLeaves(channel, 2), 1)]);
});

test('a continuation that is not proved is refused, and accuses nobody', async () => {
  const known = [await remembered(0, testLeaves(channel, 6))];
  const honest = await offer(0, testLeaves(channel, 12), 6);
  const other = await offer(1, testLeaves(channel, 2), 1);
  await refused('heads_unproved', known, [{ ...honest, proof: honest.proof.slice(1) }, other]);
  await refused('heads_unproved', known, [{ ...honest, proof: ['x', ...honest.proof] }, other]);
  await refused('heads_unproved', known, [{ ...honest, proof: [...honest.proof, ...honest.proof] }, other]);
  for (const [i, line] of honest.proof.entries()) {
    const wrong = `${line[0] === 'A' ? 'B' : 'A'}${line.slice(1)}`;
    await refused('heads_unproved', known, [{ ...honest, proof: honest.proof.with(i, wrong) }, other]);
  }
});

test('a head lacking one of its two lines, or of another generation, or left out, is refused', async () => {
  const honest = await offer(0, testLeaves(channel, 3), 1);
  const other = await offer(1, testLeaves(channel, 2), 1);
  const oneLine = honest.note.split('\n').slice(0, -2).join('\n');
  await refused('signature_invalid', [], [{ ...honest, note: `${oneLine}\n` }, other]);
  await refused('invalid', [], [{ ...honest, gen: other.gen }, other]);
  await refused('invalid', [], [honest]);
  await refused('invalid', [], [honest, honest]);
  await refused('signature_invalid', [], [{ ...honest, note: other.note }, other]);
});

test('remembered heads are read back as they were kept, and damaged ones are not taken for none', () => {
  const heads = [foundingHead(nodeSha256, channel, 0), foundingHead(nodeSha256, channel, 1)];
  assert.deepEqual(parseHeads(JSON.parse(formatHeads(heads)) as Json), heads);
  for (const damaged of [null, {}, [{}], [{ ...heads[0], size: 0 }], [{ ...heads[0], root: 'AA' }]] as Json[])
    assert.equal(parseHeads(damaged), undefined);
});
