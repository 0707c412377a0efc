import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519Signer, nodeRandom } from '../src/node/crypto.ts';
import { tableView } from '../src/node/views/table.ts';
import { cardOf, originIn, rowOf } from '../src/sync/replica.ts';
import { TwoParties, until } from './two-parties.ts';

/** Runs a test over two parties with one representative each. */
async function withTwo(work: (two: TwoParties, petrova: Awaited<ReturnType<TwoParties['accredit']>>) => Promise<void>, hosts = 1): Promise<void> {
  const two = await TwoParties.found({ hosts });
  try {
    const petrova = await two.accredit(two.a, 'Petrova');
    await two.settled();
    await work(two, petrova);
  } finally {
    await two.close();
  }
}

const message = (subject: string) => ({ kind: 'message', fields: { subject, text: `${subject}.` } });
const summaries = async (two: TwoParties, side: TwoParties['a']): Promise<readonly string[]> =>
  (await tableView(two.of(side), undefined, 100)).rows
    .filter(({ kind }) => kind === 'message')
    .map(({ summary }) => String(summary.values?.title ?? ''));

test('a party opens its next generation by its identity alone, writes on, and both sides come to the same state', () =>
  withTwo(async (two, petrova) => {
    await two.say(petrova, message('before'));
    await two.settled();
    const first = originIn(two.of(two.a).replica, 0);
    const next = await two.openGeneration(two.a);
    assert.notEqual(next, first);
    // Petrova was accredited in the log before; that runs through.
    await two.say(petrova, message('after'));
    await two.settled();
    for (const side of [two.a, two.b]) {
      const { generations } = two.of(side).replica;
      assert.deepEqual(
        generations.sequence(0).map(({ origin }) => origin),
        [first, next],
      );
      assert.equal(generations.status(first)?.status, 'closed');
      assert.deepEqual(await summaries(two, side), ['after', 'before']);
    }
    // The other side goes on too, and cites the new log.
    const ruiz = await two.accredit(two.b, 'Ruiz');
    await two.say(ruiz, message('answer'));
    await two.settled();
    assert.deepEqual(await summaries(two, two.a), ['answer', 'after', 'before']);
    assert.equal(generationOf(two), cardOf(two.of(two.a).replica, 0).gen);
  }));

function generationOf(two: TwoParties): string {
  return cardOf(two.of(two.b).replica, 0).gen;
}

test('the victim of a stopped log writes again though the counterparty is silent', () =>
  withTwo(async (two, petrova) => {
    await two.say(petrova, message('before'));
    await two.settled();
    await two.b.hang();
    await two.say(petrova, message('not held'));
    await two.openGeneration(two.a);
    await two.say(petrova, message('again'));
    assert.deepEqual(await summaries(two, two.a), ['again', 'not held', 'before']);
    await two.b.answer();
    two.a.node.exchange.resubmit();
    await two.settled();
    assert.deepEqual(await summaries(two, two.b), ['again', 'not held', 'before']);
    const { replica } = two.of(two.b);
    assert.equal((await rowOf(replica, originIn(replica, 0))).size >= 2, true);
  }));

test('a note signed by another key opens nothing, on the own node and at the other door', () =>
  withTwo(async (two) => {
    await assert.rejects(two.openGeneration(two.a, ed25519Signer(nodeRandom(32))), { code: 'signature_invalid' });
    assert.equal(two.of(two.a).replica.generations.isPlain, true);
    await two.openGeneration(two.a);
    await until([two.b.node], async () => !two.of(two.b).replica.generations.isPlain);
  }));
