import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '../src/base/bytes.ts';
import { sayIn } from '../src/base/phrases.ts';
import { parseGeneration } from '../src/entry/generation.ts';
import { formatIdentityNote, signAsIdentity } from '../src/entry/identity-note.ts';
import { ed25519Signer, nodeRandom } from '../src/node/crypto.ts';
import { openingText, takeGeneration, takeOpening } from '../src/node/opening.ts';
import { originIn, rowOf } from '../src/sync/replica.ts';
import { sayVerdict } from '../src/verify/say-verdict.ts';
import { verifyFile } from '../src/verify/verify-file.ts';
import { Parties } from './several-parties.ts';
import type { Side } from './two-parties.ts';
import { until } from './two-parties.ts';

/** Runs a test over some parties. */
async function among(count: number, work: (parties: Parties, sides: readonly [Side, Side, ...Side[]]) => Promise<void>): Promise<void> {
  const parties = await Parties.found(count);
  try {
    await work(parties, parties.sides as unknown as [Side, Side, ...Side[]]);
  } finally {
    await parties.close();
  }
}

const originOf = (parties: Parties, side: Side, party: number): string => originIn(parties.of(side).replica, party);

test('a party opens its next generation by its identity alone, writes on, and both sides come to the same state', () =>
  among(2, async (parties, [a, b]) => {
    const petrova = await parties.accredit(a, 'Petrova');
    await parties.message(a, petrova, 'before');
    await parties.settled();
    const first = originOf(parties, a, 0);
    const next = await parties.openGeneration(a);
    // Petrova was accredited in the log before; that runs on.
    await parties.message(a, petrova, 'after');
    const ruiz = await parties.accredit(b, 'Ruiz');
    await parties.message(b, ruiz, 'answer');
    await parties.settled();
    const verdict = await verifyFile(parties.crypto, await parties.record(b));
    const said = sayVerdict(sayIn('en'), verdict).map(({ text }) => text);
    for (const named of [
      'Alpha’s first log: 3 entries under both of its signatures, none altered, added or left out',
      'Alpha’s 2nd log: 2 entries under both of its signatures, none altered, added or left out',
      'Beta’s log: 3 entries under both of its signatures, none altered, added or left out',
      'Alpha (2nd log): 2 entries count, each signed by somebody accredited where it stands',
    ])
      assert.ok(said.includes(named), said.join('\n'));
    for (const side of [a, b]) {
      const { generations } = parties.of(side).replica;
      assert.deepEqual(
        generations.sequence(0).map(({ origin }) => origin),
        [first, next],
      );
      assert.equal(generations.status(first)?.status, 'closed');
      assert.deepEqual(await parties.heard(side, 0), ['after', 'before']);
      assert.deepEqual(await parties.heard(side, 1), ['answer']);
    }
  }));

test('a party writes again though every other is silent; what it never brought of the log before counts once it comes', () =>
  among(3, async (parties, [a, b, c]) => {
    const petrova = await parties.accredit(a, 'Petrova');
    await parties.message(a, petrova, 'before');
    await parties.settled();
    await b.hang();
    await c?.hang();
    await parties.message(a, petrova, 'not held');
    await parties.openGeneration(a);
    await parties.message(a, petrova, 'again');
    assert.deepEqual(await parties.heard(a, 0), ['again', 'not held', 'before']);
    await b.answer();
    await c?.answer();
    a.node.exchange.resubmit();
    await parties.settled();
    for (const side of parties.sides) assert.deepEqual(await parties.heard(side, 0), ['again', 'not held', 'before']);
  }));

test('a note that a thief signed, of the node’s seed or of another key, opens nothing here or there', () =>
  among(2, async (parties, [a, b]) => {
    const stranger = ed25519Signer(nodeRandom(32));
    const { keys } = parties.of(a).replica;
    for (const signer of [stranger, keys.node, keys.log.ed25519]) {
      await assert.rejects(parties.openGeneration(a, signer), { code: 'signature_invalid' });
      const { text } = await openingText(a.node, parties.of(a));
      const note = await signAsIdentity(parties.crypto.sha256, text, [signer]);
      await assert.rejects(takeGeneration(b.node, await parties.announced(a, note)), { code: 'not_found' });
    }
    for (const side of [a, b]) assert.equal(parties.of(side).replica.generations.isPlain, true);
  }));

test('a note of another node, or with a number ahead, opens nothing', () =>
  among(2, async (parties, [a, b]) => {
    const { text } = await openingText(a.node, parties.of(a));
    const parsed = parseGeneration(parties.crypto.sha256, await signAsIdentity(parties.crypto.sha256, text, [a.identity]));
    assert.ok('note' in parsed);
    const { channel, party, n, signed } = parsed.note;
    const act = (JSON.parse(signed.text) as { act: Parameters<typeof formatIdentityNote>[0]['act'] }).act;
    const ahead = await signAsIdentity(parties.crypto.sha256, formatIdentityNote({ channel, party, n: n + 1, act }), [a.identity]);
    await assert.rejects(takeOpening(a.node, parties.of(a), new TextDecoder().decode(ahead)), { code: 'signature_invalid' });
    // The other side cannot know at its door that the number is ahead; it holds the note, and nothing of it counts.
    await takeGeneration(b.node, await parties.announced(a, ahead));
    assert.equal(parties.of(b).replica.generations.status(parsed.note.origin)?.status, 'void');
    assert.equal(originOf(parties, b, 0), originOf(parties, a, 0));
    const other = await openingText(b.node, parties.of(b));
    await assert.rejects(takeOpening(a.node, parties.of(a), other.text), { code: 'invalid' });
  }));

test('a note that was signed before the mark was lost opens nothing in a store that was restored: that log may have been written since', () =>
  among(2, async (parties, [a, b]) => {
    const backup = await parties.backupOf(a);
    const { text } = await openingText(a.node, parties.of(a));
    const note = new TextDecoder().decode(await signAsIdentity(parties.crypto.sha256, text, [a.identity]));
    await takeOpening(a.node, parties.of(a), note);
    await a.close();
    const restored = await parties.copyOf(a, backup, 'lost');
    await parties.introduce(restored, [b]);
    await assert.rejects(takeOpening(restored.node, parties.of(restored), note), { code: 'invalid' });
    await parties.openGeneration(restored);
  }));

test('a generation note carried by an identity entry says nothing there, and an accreditation at the door opens no log', () =>
  among(2, async (parties, [a, b]) => {
    await parties.accredit(a, 'Petrova');
    const { text } = await openingText(a.node, parties.of(a));
    const act = (JSON.parse(text) as { act: Parameters<typeof formatIdentityNote>[0]['act'] }).act;
    await assert.rejects(parties.putAct(a, act), { code: 'invalid' });
    await assert.rejects(takeGeneration(b.node, utf8('{"v":1}\n\n')), { code: 'not_found' });
  }));

test('two restores that open two generations are no fork: both count on every side, in one order, and neither takes anything from the other', () =>
  among(3, async (parties, [a, b, c]) => {
    const petrova = await parties.accredit(a, 'Petrova');
    await parties.message(a, petrova, 'before');
    await parties.settled();
    // Two copies of the directory, each of which opens a generation without knowing of the other.
    const [one, two] = [await parties.copyOf(a), await parties.copyOf(a)];
    await a.close();
    for (const [copy, subject] of [
      [one, 'after the first restore'],
      [two, 'after the second restore'],
    ] as const) {
      await parties.openGeneration(copy);
      await parties.message(copy, petrova, subject);
      // One ends the mission of Petrova in its own log; what she signed in the other stands.
      await parties.introduce(copy, parties.sides);
      await until([copy.node, b.node], async () => (await parties.heard(b, 0)).includes(subject));
    }
    const others = [b, c].filter((side) => side !== undefined);
    await parties.agreed(others);
    for (const side of others) {
      const { generations } = parties.of(side).replica;
      assert.deepEqual(
        generations.all.map(({ origin }) => generations.isForked(origin)),
        generations.all.map(() => false),
      );
      assert.equal(generations.sequence(0).length, 3);
      assert.deepEqual(new Set(await parties.heard(side, 0)), new Set(['after the second restore', 'after the first restore', 'before']));
    }
    const [first] = await parties.of(two).store.matters(parties.channel, { kind: 'accreditation' });
    assert.equal(first, undefined);
    const verdicts = await parties.of(two).store.verdictsOf(parties.of(two).replica.generations.founding(0).origin, 1, 2);
    const matter = Buffer.from(verdicts[0]?.id ?? []).toString('base64url');
    await parties.putAct(two, { act: 'end', actor: petrova.actor }, [matter]);
    await until([two.node, b.node], async () => (await parties.of(b).reader.state(0)).people.get(petrova.actor)?.state === 'ended');
    await parties.agreed(others);
    for (const side of others) assert.ok((await parties.heard(side, 0)).includes('after the first restore'));
  }));

test('a log of a later generation is open from its first entry: being open is asked of the founding alone', () =>
  among(2, async (parties, [a, b]) => {
    await b.hang();
    await parties.openGeneration(a);
    const petrova = await parties.accredit(a, 'Petrova');
    await parties.message(a, petrova, 'at once');
    assert.equal(await parties.of(a).own.isOpen(), true);
    assert.equal((await rowOf(parties.of(a).replica, originOf(parties, a, 0))).size, 3);
  }));

test('the node that opened a generation goes on with it after a restart, and a backup from before it signs nothing in the log left behind', () =>
  among(2, async (parties, [a, b]) => {
    const petrova = await parties.accredit(a, 'Petrova');
    await parties.settled();
    const backup = await parties.backupOf(a);
    await parties.openGeneration(a);
    await parties.message(a, petrova, 'after');
    await parties.settled();
    const again = await parties.copyOf(a);
    await parties.message(again, petrova, 'after the restart');
    assert.deepEqual(await parties.heard(again, 0), ['after the restart', 'after']);
    // The backup ends where the log left behind does: but for the mark nothing would tell it that this is not the last of it.
    const restored = await parties.copyOf(a, backup);
    assert.equal(originOf(parties, restored, 0), parties.of(a).replica.generations.founding(0).origin);
    await assert.rejects(parties.message(restored, petrova, 'from the backup'), { code: 'unsafe_state' });
    await parties.openGeneration(restored);
    await parties.message(restored, petrova, 'from the backup, in a log of its own');
    await parties.introduce(restored, parties.sides);
    await until([restored.node, b.node], async () => (await parties.heard(b, 0)).includes('from the backup, in a log of its own'));
    assert.ok((await parties.heard(b, 0)).includes('after'));
  }));
