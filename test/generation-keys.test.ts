import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url } from '../src/base/bytes.ts';
import { formatPartyCard, type PartyCard } from '../src/entry/card.ts';
import { formatGeneration, parseGeneration } from '../src/entry/generation.ts';
import { signAsIdentity } from '../src/entry/identity-note.ts';
import { ed25519Signer, nodeRandom } from '../src/node/crypto.ts';
import { takeGeneration } from '../src/node/opening.ts';
import { Parties } from './several-parties.ts';
import { until } from './two-parties.ts';

type HybridKeys = PartyCard['log'];

test('a party that puts the node key of another into its own card takes nobody’s place: requests under that key are still those of who made it', async () => {
  const parties = await Parties.found(3);
  try {
    const [a, b, c] = parties.sides as [Parties['sides'][number], Parties['sides'][number], Parties['sides'][number]];
    const speaker = await parties.accredit(a, 'Petrova');
    await parties.message(a, speaker, 'Before');
    await parties.settled();
    await c.hang();
    const origin = await parties.openGeneration(a);
    const later = parties.of(a).replica.generations.find(origin);
    assert.ok(later);
    // Beta learns of the card of Alpha first, and tells Gamma of a generation of its own with Alpha’s new node key on it.
    const { replica, reader } = parties.of(b);
    const log = replica.generations.current(1);
    const { identity, nonce, name, transport } = log.card;
    const fresh = () => ({ ed25519: ed25519Signer(nodeRandom(32)).publicKey, mlDsa44: nodeRandom(1312) });
    const gen = toBase64url(nodeRandom(16));
    const text = formatPartyCard({ name, nonce, gen, identity, log: fresh(), held: fresh(), node: later.card.node, transport });
    const size = (await replica.store.log(log.origin))?.size ?? 0;
    const continues = { gen: log.gen, size, root: toBase64url(await replica.store.rootAt(log.origin, size)) };
    const { n } = await reader.state(1);
    const said = formatGeneration({ channel: parties.channel, party: 1, n: n + 1, continues, card: { text } });
    await takeGeneration(c.node, await signAsIdentity(parties.crypto.sha256, said, [b.identity]));
    await c.answer();
    await parties.message(a, speaker, 'After');
    await until([a.node, c.node], async () => (await parties.heard(c, 0)).includes('After'), 'Gamma hears Alpha');
  } finally {
    await parties.close();
  }
});

test('a party that puts our own new log keys into its card does not take our generation from us, though nothing of it is signed yet', async () => {
  const parties = await Parties.found(2);
  try {
    const [a, b] = parties.sides as [Parties['sides'][number], Parties['sides'][number]];
    const note = async (of: typeof a, side: typeof a, keys?: { log: HybridKeys; held: HybridKeys; node: Uint8Array }) => {
      const { replica, reader } = parties.of(of);
      const party = parties.party(side);
      const log = replica.generations.current(party);
      const fresh = () => ({ ed25519: ed25519Signer(nodeRandom(32)).publicKey, mlDsa44: nodeRandom(1312) });
      const { identity, nonce, name, transport } = log.card;
      const made = { log: fresh(), held: fresh(), node: ed25519Signer(nodeRandom(32)).publicKey, ...keys };
      const text = formatPartyCard({ name, nonce, gen: toBase64url(nodeRandom(16)), identity, transport, ...made });
      const continues = { gen: log.gen, size: 1, root: toBase64url(await replica.store.rootAt(log.origin, 1)) };
      const { n } = await reader.state(party);
      const said = formatGeneration({ channel: parties.channel, party, n: n + 1, continues, card: { text } });
      return signAsIdentity(parties.crypto.sha256, said, [side.identity]);
    };
    const parsed = parseGeneration(parties.crypto.sha256, await note(a, a));
    assert.ok('note' in parsed);
    const { store, generations } = parties.of(a).replica;
    await generations.learn(store, parsed.note, true);
    const { log, held, node } = parsed.note.card;
    const theirs = await note(a, b, { log, held: { ...held, ed25519: ed25519Signer(nodeRandom(32)).publicKey }, node });
    await assert.rejects(takeGeneration(a.node, theirs), { code: 'not_found' });
    assert.equal(generations.find(parsed.note.origin)?.party, 0);
  } finally {
    await parties.close();
  }
});
