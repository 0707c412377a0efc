/** Two histories of one log among three parties: what stands, on every side, is the same and goes on standing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alarmOf } from '../src/node/views/forks.ts';
import { originIn, rowOf } from '../src/sync/replica.ts';
import { verifyFile } from '../src/verify/verify-file.ts';
import { Parties, type Speaker } from './several-parties.ts';
import { type Side, until } from './two-parties.ts';

type Three = { readonly parties: Parties; readonly a: Side; readonly b: Side; readonly c: Side; readonly petrova: Speaker };

/** Three parties; the first has said something that all hold. */
async function three(work: (three: Three) => Promise<void>): Promise<void> {
  const parties = await Parties.found(3);
  try {
    const [a, b, c] = parties.sides as [Side, Side, Side];
    const petrova = await parties.accredit(a, 'Petrova');
    await parties.message(a, petrova, 'held by all');
    await parties.settled();
    await work({ parties, a, b, c, petrova });
  } finally {
    await parties.close();
  }
}

/** The first party shows one history to the second party and another, which a copy of its directory makes, to the third. */
async function equivocate({ parties, a, b, c, petrova }: Three): Promise<Side> {
  const other = await parties.copyOf(a);
  await parties.introduce(a, [b]);
  for (const subject of ['to Beta', 'more to Beta', 'much to Beta']) await parties.message(a, petrova, subject);
  await parties.introduce(other, [c]);
  await parties.message(other, petrova, 'to Gamma');
  await until([a.node, b.node], async () => (await parties.heard(b, 0)).includes('much to Beta'));
  await until([other.node, c.node], async () => (await parties.heard(c, 0)).includes('to Gamma'));
  return other;
}

test('a party that shows two histories is found out by the first who sees both; all come to one standing head, and what stood goes on standing', () =>
  three(async (all) => {
    const { parties, a, b, c, petrova } = all;
    const { size } = await rowOf(parties.of(b).replica, originIn(parties.of(b).replica, 0));
    await equivocate(all);
    // Each of them counts what it was shown, for as long as nobody knows.
    await parties.introduce(a, [b, c]);
    await until([b.node, c.node], async () => (await alarmOf(parties.of(b))) !== undefined && (await alarmOf(parties.of(c))) !== undefined);
    await parties.settled([b, c]);
    const standing = [b, c].map((side) => parties.of(side).replica.generations.standing(originIn(parties.of(side).replica, 0)));
    assert.ok((standing[0] ?? 0) >= size - 0 && standing[0] === standing[1], String(standing));
    for (const side of [b, c]) assert.deepEqual(await parties.heard(side, 0), ['held by all']);
    // The forker learns it, and opens its next log by its identity; what it says there counts everywhere.
    await until([a.node], async () => (await alarmOf(parties.of(a)))?.id === 'alarm.fork_own');
    await assert.rejects(parties.message(a, petrova, 'on the forked log'), { code: 'unsafe_state' });
    await parties.openGeneration(a);
    await parties.message(a, petrova, 'in the next');
    await parties.settled();
    for (const side of parties.sides) assert.deepEqual(await parties.heard(side, 0), ['in the next', 'held by all']);
  }));

test('the honest sides write on while a party is forked, and their records, checked by anyone, say the same', () =>
  three(async (all) => {
    const { parties, a, b, c } = all;
    await equivocate(all);
    await parties.introduce(a, [b, c]);
    await until([b.node, c.node], async () => (await alarmOf(parties.of(b))) !== undefined && (await alarmOf(parties.of(c))) !== undefined);
    const ruiz = await parties.accredit(b, 'Ruiz');
    await parties.message(b, ruiz, 'what was that?');
    await parties.settled([b, c]);
    assert.deepEqual(await parties.heard(c, 1), ['what was that?']);
    for (const side of [b, c]) {
      const verdict = await verifyFile(parties.crypto, await parties.record(side));
      assert.equal(verdict.verdict, 'fork', JSON.stringify(verdict.sentences));
      const counted = verdict.entries?.filter(({ party, type, valid }) => party === 0 && type === 'message' && valid).length;
      assert.equal(counted, 1, 'what stands, and no more');
      assert.ok(verdict.sentences.some(({ phrase }) => phrase.id === 'verify.entries_uncounted'));
    }
  }));

test('what both histories share stands, also where no two receipts are over one head: a receipt covers every prefix of its own', () =>
  three(async (all) => {
    const { parties, a, b, c, petrova } = all;
    // Gamma gets nothing for a while, and then the second history at once, with what both share in it.
    await c.hang();
    for (const subject of ['shared', 'shared too']) await parties.message(a, petrova, subject);
    await until([a.node, b.node], async () => (await parties.heard(b, 0)).includes('shared too'));
    const { size } = await rowOf(parties.of(b).replica, originIn(parties.of(b).replica, 0));
    const other = await parties.copyOf(a);
    await parties.introduce(a, [b]);
    await parties.message(a, petrova, 'to Beta');
    await parties.message(other, petrova, 'to Gamma');
    await c.answer();
    await parties.introduce(other, [c]);
    await until([a.node, b.node], async () => (await parties.heard(b, 0)).includes('to Beta'));
    await until([other.node, c.node], async () => (await parties.heard(c, 0)).includes('to Gamma'));
    await parties.introduce(a, [b, c]);
    await until([b.node, c.node], async () => (await alarmOf(parties.of(b))) !== undefined && (await alarmOf(parties.of(c))) !== undefined);
    await parties.settled([b, c]);
    for (const side of [b, c]) {
      assert.equal(parties.of(side).replica.generations.standing(originIn(parties.of(side).replica, 0)), size);
      assert.deepEqual(await parties.heard(side, 0), ['shared too', 'shared', 'held by all']);
      const verdict = await verifyFile(parties.crypto, await parties.record(side));
      assert.equal(verdict.entries?.filter(({ party, type, valid }) => party === 0 && type === 'message' && valid).length, 3);
    }
  }));
