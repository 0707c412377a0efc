/** Two histories of one log: noticed in one exchange, proved to anyone, and what stood goes on standing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '../src/base/bytes.ts';
import type { Now } from '../src/base/ports.ts';
import { formatBundle } from '../src/entry/bundle.ts';
import { originOf, witnessName } from '../src/entry/card.ts';
import { parseGeneration } from '../src/entry/generation.ts';
import { signAsIdentity } from '../src/entry/identity-note.ts';
import { acknowledge, heldOutOf } from '../src/node/acknowledgements.ts';
import { newestForkProof } from '../src/node/alarms.ts';
import { openingText } from '../src/node/opening.ts';
import { channelView } from '../src/node/views/channel.ts';
import { alarmOf } from '../src/node/views/forks.ts';
import { takeAlarm } from '../src/sync/alarm.ts';
import { forkAt } from '../src/sync/host-fork.ts';
import { type Keyring, originIn, rowOf } from '../src/sync/replica.ts';
import { addCheckpoint } from '../src/sync/witness.ts';
import { ledPath } from '../src/tlog/fork.ts';
import { formatHashLines } from '../src/tlog/hash-lines.ts';
import { signCheckpoint } from '../src/tlog/log-signature.ts';
import { isPowerOfTwo, leafHash, rootOf } from '../src/tlog/merkle.ts';
import { consistencyProofOf } from '../src/tlog/merkle-plan.ts';
import { originHash } from '../src/tlog/origin.ts';
import { formatEntryBundle } from '../src/tlog/tile.ts';
import { formatAddCheckpoint } from '../src/tlog/witness-request.ts';
import { makeForkProof } from '../src/verify/fork-proof.ts';
import { verifyFile } from '../src/verify/verify-file.ts';
import { TwoParties, until } from './two-parties.ts';

const message = (subject: string) => ({ kind: 'message', fields: { subject, text: `${subject}.` } });

/** A party that said three things, all of them held, and then shows a second history under its own keys. */
async function withForger(
  work: (two: TwoParties, forger: Forger, say: (subject: string) => Promise<unknown>) => Promise<void>,
  options: { readonly now?: Now } = {},
): Promise<void> {
  const two = await TwoParties.found({ hosts: 1, ...options });
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
  readonly #origin: string;
  readonly #keys: Keyring['log'];
  readonly leaves: readonly Uint8Array[];

  private constructor(two: TwoParties, origin: string, keys: Keyring['log'], leaves: readonly Uint8Array[]) {
    this.#two = two;
    this.#origin = origin;
    this.#keys = keys;
    this.leaves = leaves;
  }

  static async of(two: TwoParties): Promise<Forger> {
    const { replica } = two.of(two.a);
    const log = await rowOf(replica, originIn(replica, replica.us));
    const rows = await replica.store.entries(log.origin, 0, log.size);
    return new Forger(
      two,
      log.origin,
      replica.keys.log,
      rows.map(({ bytes }) => bytes),
    );
  }

  /** The leaves with another one at `index`, cut or lengthened to `size`. */
  second(index: number, size: number): readonly Uint8Array[] {
    const longer = [...this.leaves, ...Array.from({ length: Math.max(0, size - this.leaves.length) }, (_, i) => utf8(`more ${i}`))];
    return longer.with(index, utf8('something else')).slice(0, size);
  }

  /** A head over these leaves. */
  sign(leaves: readonly Uint8Array[]): Promise<Uint8Array> {
    const { sha256 } = this.#two.crypto;
    const root = rootOf(
      sha256,
      leaves.map((bytes) => leafHash(sha256, bytes)),
    );
    return signCheckpoint(sha256, this.#keys, { origin: this.#origin, size: leaves.length, root });
  }

  /** Pushes a head over these leaves from `old` on; `withPath` shows how it comes from there. */
  async push(leaves: readonly Uint8Array[], old: number, withPath: boolean, sent = leaves): Promise<number> {
    const { sha256 } = this.#two.crypto;
    const origin = this.#origin;
    const hashes = leaves.map((bytes) => leafHash(sha256, bytes));
    const note = await this.sign(leaves);
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
    assert.equal(await forger.push(forger.second(2, held + 50), held, false), 422);
    assert.equal(await alarmOf(two.of(two.b)), undefined);
    const [withheld] = (await channelView(two.b.node, two.of(two.b), false)).withheld;
    assert.deepEqual(withheld, { id: 'alarm.withheld', values: { name: two.a.name, size: held + 50, held } });
    await say('four');
    await two.settled();
    assert.equal(await alarmOf(two.of(two.b)), undefined);
    assert.equal((await channelView(two.b.node, two.of(two.b), false)).withheld.length, 1, 'it is looked at again when as many leaves are held');
  }));

test('a longer head that was noted convicts once as many leaves are held, though its path never came', () =>
  withForger(async (two, forger, say) => {
    const held = forger.leaves.length;
    assert.equal(await forger.push(forger.second(2, held + 1), held, false), 422);
    assert.equal(await alarmOf(two.of(two.b)), undefined);
    await say('four');
    await until([two.b.node], async () => (await alarmOf(two.of(two.b)))?.id === 'alarm.fork');
    const { verdict } = await verifyFile(two.crypto, await newestForkProof(two.b.node, two.of(two.b)));
    assert.equal(verdict, 'fork');
    assert.deepEqual((await channelView(two.b.node, two.of(two.b), false)).withheld, []);
  }));

test('a longer head that was noted and turns out true is forgotten', () =>
  withForger(async (two, forger, say) => {
    const held = forger.leaves.length;
    // The true next head, over other entries than it signs.
    const next = await two.sign(await two.accredit(two.a, 'Second'), { kind: 'message', fields: { subject: 'x', text: 'x', marking: 'green' } });
    await two.settled();
    const now = (await Forger.of(two)).leaves;
    assert.ok(now.length > held);
    const signed = [...now, next.bytes];
    const forged = await Forger.of(two);
    assert.equal(await forged.push(signed, now.length, false, [...now, utf8('not what was signed')]), 422);
    assert.equal((await channelView(two.b.node, two.of(two.b), false)).withheld.length, 1);
    await two.of(two.a).append({ bytes: next.bytes, body: next.body });
    await say('four');
    await two.settled();
    assert.equal(await alarmOf(two.of(two.b)), undefined);
    assert.deepEqual((await channelView(two.b.node, two.of(two.b), false)).withheld, []);
  }));

for (const [back, on] of [
  ['one entry', 2],
  ['everything', 1],
] as const) {
  test(`a node that was rolled back by ${back} and went on is noticed in one exchange, without its help`, () =>
    withForger(async (two, forger) => {
      const held = forger.leaves.length;
      const old = back === 'everything' ? 1 : held - 1;
      assert.equal(await forger.push(forger.second(old, held + on), old, false), 409);
      assert.equal((await alarmOf(two.of(two.b)))?.id, 'alarm.fork');
      assert.equal((await verifyFile(two.crypto, await newestForkProof(two.b.node, two.of(two.b)))).verdict, 'fork');
    }));
}

test('an honest node that sends again from before what is held is told where to go on, and accused of nothing', () =>
  withForger(async (two, forger) => {
    const held = forger.leaves.length;
    const longer = forger.second(held, held + 2);
    for (const old of [1, held - 1]) assert.equal(await forger.push(longer, old, false), 409);
    assert.equal(await alarmOf(two.of(two.b)), undefined);
    assert.equal((await channelView(two.b.node, two.of(two.b), false)).withheld.length, 0);
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

test('an alarm is over once its owner goes on in a new log and somebody here has acknowledged that; what happened and which head stands is still said', () =>
  withForger(async (two, forger) => {
    const held = forger.leaves.length;
    await forger.push(forger.second(2, held + 2), held, true);
    await until([two.a.node], async () => (await alarmOf(two.of(two.a)))?.id === 'alarm.fork_own');
    const view = async (side: typeof two.a) => channelView(side.node, two.of(side), false);
    const [before] = (await view(two.b)).forks;
    assert.deepEqual(
      before?.heads.map(({ size, stands }) => [size, stands]),
      [
        [held, 'whole'],
        [held + 2, 'not'],
      ],
    );
    assert.equal(before?.goesOn, undefined);
    await two.openGeneration(two.a);
    await two.settled();
    assert.equal((await view(two.a)).alarm, undefined, 'its owner has nothing left to do');
    const opened = await view(two.b);
    assert.deepEqual([opened.alarm?.id, opened.forks[0]?.goesOn?.pending], ['alarm.fork', true]);
    const [change] = (await heldOutOf(two.of(two.b))).pending.filter(({ act }) => act === 'generation');
    await acknowledge(two.b.node, two.of(two.b), [change?.entry ?? assert.fail('a generation to acknowledge')], 'Ruiz');
    const { alarm, forks } = await view(two.b);
    assert.deepEqual([alarm, forks.length, forks[0]?.goesOn?.pending, forks[0]?.goesOn?.acknowledged?.by], [undefined, 1, undefined, 'Ruiz']);
    assert.ok((forks[0]?.goesOn?.since ?? 0) > 0);
    assert.equal((await verifyFile(two.crypto, await newestForkProof(two.b.node, two.of(two.b)))).verdict, 'fork', 'the proof stays');
  }));

test('of two heads that both name more than is held it is not said that neither stands', () =>
  withForger(async (two, forger) => {
    const { length } = forger.leaves;
    const first = await forger.sign([...forger.leaves, utf8('x'), utf8('y')]);
    const second = await forger.sign(forger.second(1, length + 2));
    const { log: keys } = two.of(two.b).replica.generations.founding(0).card;
    await takeAlarm(two.of(two.b).replica, makeForkProof(two.crypto.sha256, { keys, first, second, path: [] }));
    const [fork] = (await channelView(two.b.node, two.of(two.b), false)).forks;
    assert.deepEqual([fork?.standing, fork?.heads.map(({ size, stands }) => [size, stands])], [length, Array(2).fill([length + 2, 'unknown'])]);
  }));

/** Tells b of the next generation of a, with a head that its keys signed, and sends nothing of it; resolves with the note's hash. */
async function announceAlone(two: TwoParties): Promise<string> {
  const { sha256 } = two.crypto;
  const { text } = await openingText(two.a.node, two.of(two.a));
  const parsed = parseGeneration(sha256, await signAsIdentity(sha256, text, [two.a.identity]));
  assert.ok('note' in parsed);
  const { bytes, card, hash } = parsed.note;
  const root = leafHash(sha256, bytes);
  const checkpoint = await signCheckpoint(sha256, two.a.node.keyring(card).log, { origin: originOf(sha256, card), size: 1, root });
  const body = formatBundle([
    { name: 'note', bytes },
    { name: 'checkpoint', bytes: checkpoint },
  ]);
  const tell = () => two.a.node.sendToParty(two.channel, 1, { method: 'POST', path: '/generations', body }, 65_536);
  assert.equal((await tell()).status, 200);
  let changes = 0;
  const stop = two.b.node.listen(() => changes++);
  for (let again = 0; again < 5; again++) assert.equal((await tell()).status, 200);
  stop();
  // The fork itself may still be told about meanwhile.
  assert.ok(changes < 5, 'what is known already moves nothing');
  return hash;
}

test('a generation that was announced and that nobody here looked at ends no alarm, though nothing of it is brought', () =>
  withForger(async (two, forger) => {
    const held = forger.leaves.length;
    const look = () => channelView(two.b.node, two.of(two.b), false);
    await forger.push(forger.second(2, held + 2), held, true);
    await until([two.b.node], async () => (await look()).alarm !== undefined);
    const changes = async () => (await heldOutOf(two.of(two.b))).pending.flatMap(({ act, entry }) => (act === 'generation' ? [entry] : []));
    assert.deepEqual(await changes(), []);
    const entry = await announceAlone(two);
    const { alarm, forks } = await look();
    assert.deepEqual([alarm?.id, forks[0]?.goesOn?.pending], ['alarm.fork', true]);
    assert.deepEqual(await changes(), [entry]);
    await acknowledge(two.b.node, two.of(two.b), [entry], 'Ruiz');
    assert.equal((await look()).alarm, undefined);
  }));

/** Shows the host a head over these leaves, from `old` on, and gives its answer. */
async function showHost(two: TwoParties, leaves: readonly Uint8Array[], old: number): Promise<number> {
  const [host] = two.hosts;
  assert.ok(host !== undefined);
  const { replica } = two.of(two.a);
  const { sha256 } = replica.crypto;
  const origin = originIn(replica, replica.us);
  const hashes = leaves.map((bytes) => leafHash(sha256, bytes));
  const checkpoint = await signCheckpoint(sha256, replica.keys.log, { origin, size: leaves.length, root: rootOf(sha256, hashes) });
  const path = consistencyProofOf(sha256, hashes, old, leaves.length);
  return (await addCheckpoint(host.host.witness, formatAddCheckpoint({ oldSize: old, path, checkpoint }))).status;
}

test('whoever opens a new log first, has it acknowledged and then shows two histories of the old one is spared no alarm', async () => {
  // The same second throughout: what was known when somebody acknowledged is no question of clocks.
  const second = Math.floor(Date.now() / 1000);
  await withForger(
    async (two, forger) => {
      await two.openGeneration(two.a);
      await two.acknowledge([two.b]);
      await forger.push(forger.second(2, forger.leaves.length), forger.leaves.length, false);
      const { alarm, forks } = await channelView(two.b.node, two.of(two.b), false);
      assert.deepEqual([alarm?.id, forks[0]?.goesOn?.late, forks[0]?.goesOn?.acknowledged?.by], ['alarm.fork', true, 'Officer']);
    },
    { now: () => second },
  );
});

test('a host that was shown a second history keeps the proof, answers as tlog-witness does, and hands it to whoever asks', () =>
  withForger(async (two, forger) => {
    const [host] = two.hosts;
    assert.ok(host !== undefined);
    const held = forger.leaves.length;
    const { witness } = host.host;
    const origin = originIn(two.of(two.a).replica, 0);
    assert.equal(await showHost(two, forger.leaves, held), 200);
    assert.equal(await forkAt(witness.store, origin), undefined, 'an honest log is not accused');
    // With the path of its own history, and at the same size: 422 and 409, as ever. The first is proof as it stands unless the size is a power of two.
    assert.equal(await showHost(two, forger.second(2, held + 3), held), 422);
    assert.equal((await forkAt(witness.store, origin)) === undefined, isPowerOfTwo(held));
    assert.equal(await showHost(two, forger.second(2, held), held), 409);
    const proof = await forkAt(witness.store, origin);
    assert.ok(proof !== undefined);
    const { verdict, sentences } = await verifyFile(two.crypto, proof);
    assert.equal(verdict, 'fork');
    assert.ok(sentences.some(({ phrase }) => phrase.id === 'verify.fork_unnamed' && phrase.values?.origin === origin));
    // Whoever holds the first history hears of it with the next heartbeat, and can say whose log it is.
    two.b.node.exchange.resubmit();
    await until([two.b.node], async () => (await alarmOf(two.of(two.b)))?.id === 'alarm.fork');
    const named = await verifyFile(two.crypto, await newestForkProof(two.b.node, two.of(two.b)));
    assert.ok(named.sentences.some(({ phrase }) => phrase.id === 'verify.fork' && phrase.values?.name === two.a.name));
  }));

test('a host that was shown another history first contradicts what is held, in one exchange, and stops no other log', () =>
  withForger(async (two, forger) => {
    const held = forger.leaves.length;
    // The host goes another way than the other party, who then holds more than the host does.
    assert.equal(await showHost(two, [...forger.leaves, utf8('for the host')], held), 200);
    assert.equal(await forger.push([...forger.leaves, utf8('for them'), utf8('and more')], held, true), 200, 'void entries are receipted too');
    await until([two.b.node], async () => (await alarmOf(two.of(two.b)))?.id === 'alarm.fork');
    const { verdict } = await verifyFile(two.crypto, await newestForkProof(two.b.node, two.of(two.b)));
    assert.equal(verdict, 'fork');
    const ruiz = await two.accredit(two.b, 'Ruiz');
    await two.say(ruiz, message('what was that?'));
    const { replica, store } = two.of(two.b);
    const own = originIn(replica, 1);
    const name = witnessName(two.crypto.sha256, replica.channel.hosts[0] ?? assert.fail());
    await until([two.b.node], async () => {
      const rows = await store.largestCosignatures(two.channel);
      return rows.find((row) => row.origin === own && row.cosigner === name)?.size === (await rowOf(replica, own)).size;
    });
  }));
