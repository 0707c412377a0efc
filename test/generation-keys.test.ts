/** Keys of one party on a card of another: whoever puts them there takes nobody's place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url, utf8 } from '../src/base/bytes.ts';
import { type BundleItem, formatBundle } from '../src/entry/bundle.ts';
import { formatPartyCard, type PartyCard } from '../src/entry/card.ts';
import { formatGeneration, parseGeneration } from '../src/entry/generation.ts';
import { signAsIdentity } from '../src/entry/identity-note.ts';
import { ed25519Signer, nodeRandom } from '../src/node/crypto.ts';
import { takeGeneration } from '../src/node/opening.ts';
import { roleKeys } from '../src/node/role-keys.ts';
import { rowOf } from '../src/sync/replica.ts';
import { formatHashLines } from '../src/tlog/hash-lines.ts';
import { Parties } from './several-parties.ts';
import { until } from './two-parties.ts';

type Side = Parties['sides'][number];
type Keys = Pick<PartyCard, 'log' | 'held' | 'node'>;

/** A note that opens a log of a side where its log ends, with keys of its own but for those that it takes from elsewhere. */
async function noteOf(parties: Parties, side: Side, taken: Partial<Keys> = {}, of: Side = side): Promise<Uint8Array> {
  const { replica, reader } = parties.of(of);
  const party = parties.party(side);
  const log = replica.generations.founding(party);
  const gen = toBase64url(nodeRandom(16));
  const made = roleKeys(side.node.parts.seed, log.card.nonce, gen);
  const own: Keys = {
    log: { ed25519: made.logEd.publicKey, mlDsa44: made.logPq.publicKey },
    held: { ed25519: made.heldEd.publicKey, mlDsa44: made.heldPq.publicKey },
    node: made.node.publicKey,
  };
  const { identity, nonce, name, transport } = log.card;
  const text = formatPartyCard({ name, nonce, gen, identity, transport, ...own, ...taken });
  const continues = { gen: log.gen, size: 1, root: toBase64url(await replica.store.rootAt(log.origin, 1)) };
  const { n } = await reader.state(party);
  const said = formatGeneration({ channel: parties.channel, party, n: n + 1, continues, card: { text } });
  return signAsIdentity(parties.crypto.sha256, said, [side.identity]);
}

async function among(count: number, run: (parties: Parties, sides: readonly [Side, Side, Side]) => Promise<void>): Promise<void> {
  const parties = await Parties.found(count);
  try {
    await run(parties, parties.sides as unknown as [Side, Side, Side]);
  } finally {
    await parties.close();
  }
}

test('a party that puts the node key of another into its own card takes nobody’s place: requests under that key are still those of who made it', () =>
  among(3, async (parties, [a, b, c]) => {
    const speaker = await parties.accredit(a, 'Petrova');
    await parties.message(a, speaker, 'Before');
    await parties.settled();
    await c.hang();
    const origin = await parties.openGeneration(a);
    const later = parties.of(a).replica.generations.find(origin);
    assert.ok(later);
    // Beta learns of the card of Alpha first, and tells Gamma of a generation of its own with Alpha’s new node key on it.
    await takeGeneration(c.node, await parties.announced(b, await noteOf(parties, b, { node: later.card.node })));
    await c.answer();
    await parties.message(a, speaker, 'After');
    await until([a.node, c.node], async () => (await parties.heard(c, 0)).includes('After'), 'Gamma hears Alpha');
  }));

test('a party that puts the new log keys of another into its own card stands in for it nowhere, whoever hears of which first', () =>
  among(3, async (parties, [a, b, c]) => {
    const speaker = await parties.accredit(a, 'Petrova');
    await parties.settled();
    await parties.introduce(a, [b]);
    const origin = await parties.openGeneration(a);
    await parties.message(a, speaker, 'After');
    await until([a.node, b.node], async () => (await parties.heard(b, 0)).includes('After'), 'Beta hears Alpha');
    // Gamma holds nothing of the new log. Beta has its keys, and every head of it.
    const { card } = parties.of(a).replica.generations.find(origin) ?? assert.fail();
    const note = await noteOf(parties, b, { log: card.log, held: card.held });
    const { store } = parties.of(b).replica;
    const [first, now] = [await store.headAtOrAbove(origin, 1), await rowOf({ store }, origin)];
    const path = utf8(formatHashLines(await store.consistencyProof(origin, 1, now.size)));
    const shown: readonly (readonly BundleItem[])[] = [
      [],
      [{ name: 'checkpoint', bytes: first?.note ?? assert.fail() }],
      [
        { name: 'checkpoint', bytes: now.note },
        { name: 'path', bytes: path },
      ],
    ];
    const tell = async (): Promise<void> => {
      for (const items of shown)
        await assert.rejects(takeGeneration(c.node, formatBundle([{ name: 'note', bytes: note }, ...items])), { code: 'not_found' });
      assert.notEqual(parties.of(c).replica.generations.find(origin)?.party, 1);
    };
    await tell();
    await parties.introduce(a, [b, c]);
    await until([a.node, c.node], async () => (await parties.heard(c, 0)).includes('After'), 'Gamma hears Alpha');
    await tell();
    assert.equal(parties.of(c).replica.generations.find(origin)?.party, 0);
  }));

test('a party that puts our own new log keys into its card does not take our generation from us, though nothing of it is signed yet', () =>
  among(2, async (parties, [a, b]) => {
    const parsed = parseGeneration(parties.crypto.sha256, await noteOf(parties, a));
    assert.ok('note' in parsed);
    const { store, generations } = parties.of(a).replica;
    await generations.learn(store, parsed.note, true);
    const { log, held, node } = parsed.note.card;
    const taken = { log, held: { ...held, ed25519: ed25519Signer(nodeRandom(32)).publicKey }, node };
    const theirs = await noteOf(parties, b, taken, a);
    await assert.rejects(takeGeneration(a.node, formatBundle([{ name: 'note', bytes: theirs }])), { code: 'not_found' });
    assert.equal(generations.find(parsed.note.origin)?.party, 0);
  }));
