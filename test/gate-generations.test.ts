/** The gate and the generations of a log: what ends in one goes on in the next, and what was opened once is not begun again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url, utf8 } from '../src/base/bytes.ts';
import { formatPartyCard, originOf, parseCard } from '../src/entry/card.ts';
import { formatGeneration, type GenerationNote, parseGeneration } from '../src/entry/generation.ts';
import { signAsIdentity } from '../src/entry/identity-note.ts';
import { testCrypto } from '../src/node/fixtures-channel.ts';
import { Mark } from '../src/sync/mark.ts';
import { logIn, originIn } from '../src/sync/replica.ts';
import { copyRecord, type Node, SILENT, say, TestMarkFile, World } from './gate-world.ts';

const { sha256 } = testCrypto;

/** A note, signed by Alpha's identity, that opens the generation named by `byte` where its log ends here. */
async function opening(world: World, { replica }: Node, byte: number): Promise<GenerationNote> {
  const party = world.on.parties[0] ?? assert.fail();
  const gen = toBase64url(new Uint8Array(16).fill(byte));
  const keys = party.keyring(gen);
  const pair = ({ ed25519, mlDsa44 }: typeof keys.log) => ({ ed25519: ed25519.publicKey, mlDsa44: mlDsa44.publicKey });
  const { name, nonce, identity, transport } = party.card;
  const text = formatPartyCard({ name, nonce, gen, identity, log: pair(keys.log), held: pair(keys.held), node: keys.node.publicKey, transport });
  const card = parseCard(text);
  assert.ok('card' in card && card.card.role === 'party');
  const log = await logIn(replica, 0);
  const continues = { gen: log.gen, size: log.size, root: toBase64url(log.root) };
  const note = await signAsIdentity(
    sha256,
    formatGeneration({ channel: world.on.channel.id, party: 0, n: 1, continues, card: card.card }),
    party.identity,
  );
  const parsed = parseGeneration(sha256, note);
  assert.ok('note' in parsed && utf8(text).length > 0);
  return parsed.note;
}

async function begun(): Promise<{ world: World; alpha: Node; first: string }> {
  const world = await World.make(2);
  const [alpha] = await world.found();
  assert.ok(alpha);
  for (let i = 0; i < 4; i++) {
    await say(alpha);
    await world.carry(alpha);
  }
  return { world, alpha, first: originOf(sha256, world.on.parties[0]?.card ?? assert.fail()) };
}

test('a log whose mark was lost is left for a new generation, which is written at once and again after a restart, though nobody answers', async () => {
  const { world, alpha } = await begun();
  const mark = new TestMarkFile();
  const alone = { parties: [SILENT, SILENT], hosts: [] };
  const store = await copyRecord(alpha.store, [3]);
  const node = await world.start(0, store, mark, undefined, alone);
  assert.equal(node.runtime.own.gate, 'recovering');
  assert.equal(await node.runtime.own.refill(), 'ended');
  await node.runtime.own.openGeneration(await opening(world, node, 77));
  await say(node);
  const again = await world.start(0, store, mark, undefined, alone);
  await say(again);
  const { size } = await logIn(again.replica, 0);
  assert.deepEqual([size, again.runtime.own.gate], [3, 'open']);
});

test('a log that recovers may be left for a new generation before anybody answered', async () => {
  const { world, alpha } = await begun();
  const mark = new TestMarkFile(alpha.mark.bytes?.slice());
  const node = await world.start(0, await copyRecord(alpha.store, [3]), mark, undefined, { parties: [SILENT, SILENT], hosts: [] });
  assert.equal(await node.runtime.own.refill(), 'recovering');
  await node.runtime.own.openGeneration(await opening(world, node, 77));
  await say(node);
  assert.equal(node.runtime.own.gate, 'open');
});

test('a store from before a generation was opened signs in neither: the log before is retired by the mark, and says so', async () => {
  const { world, alpha, first } = await begun();
  const backup = await copyRecord(alpha.store, [5]);
  await alpha.runtime.own.openGeneration(await opening(world, alpha, 77));
  await say(alpha);
  const mark = new TestMarkFile(alpha.mark.bytes?.slice());
  const node = await world.start(0, backup, mark);
  await assert.rejects(say(node), /a later generation of this log was opened/);
  assert.equal(await node.runtime.own.refill(), 'ended');
  assert.equal((await Mark.open(mark)).isRetired(first), true);
  // Another one may always be opened beside the one that is lost.
  await node.runtime.own.openGeneration(await opening(world, node, 78));
  await say(node);
});

test('a generation opened a second time, with the note it was opened with, in a store that was restored, is not begun again', async () => {
  const { world, alpha } = await begun();
  const backup = await copyRecord(alpha.store, [5]);
  const note = await opening(world, alpha, 77);
  await alpha.runtime.own.openGeneration(note);
  for (let i = 0; i < 3; i++) await say(alpha);
  const said = (await logIn(alpha.replica, 0)).size;
  const mark = new TestMarkFile(alpha.mark.bytes?.slice());
  const node = await world.start(0, backup, mark, undefined, { parties: [SILENT, SILENT], hosts: [] });
  await node.runtime.own.openGeneration(note).catch((error: { code?: string }) => assert.equal(error.code, 'unsafe_state'));
  await assert.rejects(say(node), { code: 'unsafe_state' });
  assert.equal((await Mark.open(mark)).own(originIn(node.replica, 0))?.size, said, 'its mark stays where it was');
  assert.equal((await logIn(node.replica, 0)).size, 0);
});
