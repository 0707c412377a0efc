/** Two histories of one log: noticed in one exchange, proved to anyone, and what stood goes on standing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '../src/base/bytes.ts';
import { formatBundle } from '../src/entry/bundle.ts';
import { newestForkProof } from '../src/node/alarms.ts';
import { alarmOf, channelView } from '../src/node/views/channel.ts';
import { originIn, rowOf } from '../src/sync/replica.ts';
import { ledPath } from '../src/tlog/fork.ts';
import { formatHashLines } from '../src/tlog/hash-lines.ts';
import { signCheckpoint } from '../src/tlog/log-signature.ts';
import { leafHash, rootOf } from '../src/tlog/merkle.ts';
import { consistencyProofOf } from '../src/tlog/merkle-plan.ts';
import { originHash } from '../src/tlog/origin.ts';
import { formatEntryBundle } from '../src/tlog/tile.ts';
import { verifyFile } from '../src/verify/verify-file.ts';
import { TwoParties, until } from './two-parties.ts';

const message = (subject: string) => ({ kind: 'message', fields: { subject, text: `${subject}.` } });

/** A party that said three things, all of them held, and then shows a second history under its own keys. */
async function withForger(work: (two: TwoParties, forger: Forger, say: (subject: string) => Promise<unknown>) => Promise<void>): Promise<void> {
  const two = await TwoParties.found({ hosts: 1 });
  try {
    const petrova = await two.accredit(two.a, 'Petrova');
    for (const subject of ['one', 'two', 'three']) await two.say(petrova, message(subject));
    await two.settled();
    await work(two, await Forger.of(two), (subject) => two.say(petrova, message(subject)));
  } finally {
    await two.close();
  }
}

/** What a dishonest copy of a's node can do: it has the leaves and the keys, and no scruples. */
class Forger {
  readonly #two: TwoParties;
  readonly leaves: readonly Uint8Array[];

  private constructor(two: TwoParties, leaves: readonly Uint8Array[]) {
    this.#two = two;
    this.leaves = leaves;
  }

  static async of(two: TwoParties): Promise<Forger> {
    const { replica } = two.of(two.a);
    const log = await rowOf(replica, originIn(replica, replica.us));
    const rows = await replica.store.entries(log.origin, 0, log.size);
    return new Forger(
      two,
      rows.map(({ bytes }) => bytes),
    );
  }

  /** The leaves with another one at `index`, cut or lengthened to `size`. */
  second(index: number, size: number): readonly Uint8Array[] {
    const longer = [...this.leaves, ...Array.from({ length: Math.max(0, size - this.leaves.length) }, (_, i) => utf8(`more ${i}`))];
    return longer.with(index, utf8('something else')).slice(0, size);
  }

  /** Pushes a head over these leaves from `old` on; `withPath` shows how it comes from there. */
  async push(leaves: readonly Uint8Array[], old: number, withPath: boolean, sent = leaves): Promise<number> {
    const { replica } = this.#two.of(this.#two.a);
    const { sha256 } = replica.crypto;
    const origin = originIn(replica, replica.us);
    const hashes = leaves.map((bytes) => leafHash(sha256, bytes));
    const note = await signCheckpoint(sha256, replica.keys.log, { origin, size: leaves.length, root: rootOf(sha256, hashes) });
    const path =
      old < leaves.length ? ledPath(old, rootOf(sha256, hashes.slice(0, old)), consistencyProofOf(sha256, hashes, old, leaves.length)) : [];
    const body = formatBundle([
      { name: 'old', bytes: utf8(String(old)) },
      { name: 'checkpoint', bytes: note },
      ...(leaves.length > old ? [{ name: 'entries', bytes: formatEntryBundle(sent.slice(old)) }] : []),
      ...(withPath && path.length > 0 ? [{ name: 'proof', bytes: utf8(formatHashLines(path)) }] : []),
    ]);
    const request = { method: 'POST' as const, path: `/log/${originHash(origin) ?? ''}/push`, body };
    return (await this.#two.a.node.sendToParty(this.#two.channel, 1, request, 65_536)).status;
  }
}

for (const [sentence, size, from] of [
  ['a head of the size that is held', 0, 0],
  ['a shorter head', -1, 0],
  ['a longer head with the path to it', 3, 0],
] as const) {
  test(`${sentence} and of another history is noticed in one exchange, and proved to anyone`, () =>
    withForger(async (two, forger) => {
      const held = forger.leaves.length;
      // Everywhere but at the charter, by turns: which leaf differs makes no difference.
      const index = 1 + ((held + size) % 2) + from;
      await forger.push(forger.second(index, held + size), held, true);
      assert.deepEqual(await alarmOf(two.of(two.b)), { id: 'alarm.fork', values: { name: two.a.name } });
      const proof = await newestForkProof(two.b.node, two.of(two.b));
      const { verdict, sentences } = await verifyFile(two.crypto, proof);
      assert.equal(verdict, 'fork');
      assert.ok(sentences.some(({ phrase }) => phrase.id === 'verify.fork' && phrase.values?.name === two.a.name));
      assert.equal((await verifyFile(two.crypto, proof.with(proof.length - 40, proof[proof.length - 40] === 65 ? 66 : 65))).verdict, 'not-verified');
    }));
}

test('a longer head without a path is noted, accuses nobody, and the honest history goes on', () =>
  withForger(async (two, forger, say) => {
    const held = forger.leaves.length;
    assert.equal(await forger.push(forger.second(2, held + 2), held, false), 422);
    assert.equal(await alarmOf(two.of(two.b)), undefined);
    const [withheld] = (await channelView(two.b.node, two.of(two.b), false)).withheld;
    assert.deepEqual(withheld, { id: 'alarm.withheld', values: { name: two.a.name, size: held + 2, held } });
    await say('four');
    await two.settled();
    assert.deepEqual((await channelView(two.b.node, two.of(two.b), false)).withheld, []);
  }));

test('wrong entries under a true head are refused and accuse nobody', () =>
  withForger(async (two, forger) => {
    const held = forger.leaves.length;
    const signed = forger.second(held, held + 1);
    assert.equal(await forger.push(signed, held, true, signed.with(held, utf8('not what was signed'))), 422);
    assert.deepEqual((await channelView(two.b.node, two.of(two.b), false)).withheld, []);
    assert.equal(await alarmOf(two.of(two.b)), undefined);
  }));

test('fork at index 0 and everywhere: what stands is unchanged, the forked log takes nothing more, and both its owner and the victim write again', () =>
  withForger(async (two, forger, say) => {
    const view = async () =>
      (await two.of(two.b).digest()).length > 0 && (await two.of(two.b).store.matters(two.channel)).map(({ state }) => state).sort();
    const before = await view();
    await forger.push(forger.second(0, forger.leaves.length), forger.leaves.length, true);
    assert.equal((await alarmOf(two.of(two.b)))?.id, 'alarm.fork');
    assert.deepEqual(await view(), before);
    await until([two.a.node], async () => (await alarmOf(two.of(two.a)))?.id === 'alarm.fork_own');
    await assert.rejects(say('four'), { code: 'unsafe_state' });
    // The victim needs nobody for it.
    const ruiz = await two.accredit(two.b, 'Ruiz');
    await two.say(ruiz, message('what was that?'));
    await two.openGeneration(two.a);
    await say('four');
    await two.settled();
    assert.deepEqual(await two.of(two.a).digest(), await two.of(two.b).digest());
    for (const side of [two.a, two.b]) {
      const { generations } = two.of(side).replica;
      assert.equal(generations.sequence(0).length, 2);
    }
  }));
