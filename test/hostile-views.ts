/** Documents of a hostile counterparty that make no sense, in a real channel, and everything that can be looked at there. */
import assert from 'node:assert/strict';
import { composeEntry } from '../src/entry/entry.ts';
import { nodeRandom } from '../src/node/crypto.ts';
import { citedHeads } from '../src/node/stamps.ts';
import { numbersOf } from '../src/projection/fixtures-folds.ts';
import { PACKS } from '../src/projection/fixtures-interleavings.ts';
import { hollow, nonsenseNext, SIGNED, type Standing } from '../src/projection/fixtures-nonsense.ts';
import { cardOf } from '../src/sync/replica.ts';
import { everyView, type Seen } from './every-view.ts';
import { type Leaf, smuggle } from './smuggling.ts';
import { TwoParties } from './two-parties.ts';

/** Asks something of each kind of procedure, lets the other side put so much nonsense into its log, beginning with a hollow document of each kind, and opens every page on both sides; what ours saw. */
export async function seeNonsense(seed: number, count: number): Promise<Seen & { readonly voids: number }> {
  const two = await TwoParties.found({ shipped: PACKS.map(({ name }) => name) });
  try {
    const honest = await two.accredit(two.a, 'Anna Honest');
    const mallory = await two.accredit(two.b, 'Mallory');
    await two.acknowledge();
    const said: Standing[] = [];
    for (const asked of [
      { kind: 'request', fields: { request_type: 'explanation', subject: 'Pipeline', text: 'Why?' } },
      { kind: 'claim', fields: { facet: 'fact', statement: 'It stood still.' } },
      { kind: 'text', fields: { title: 'Draft', articles: [{ number: '1', text: 'The parties [RU: shall] consult.' }] } },
      { kind: 'session', fields: { title: 'First', planned_start: two.now() + 60 } },
    ])
      said.push({ kind: asked.kind, id: await two.say(honest, asked) });
    const next = numbersOf(seed);
    const channel = two.of(two.b);
    const { replica } = channel;
    const leaves: Leaf[] = [];
    const after = await citedHeads(channel);
    for (let i = 0; i < count; i++) {
      const empty = SIGNED[i];
      const { kind, fields, refs, byNode } = empty === undefined ? nonsenseNext(next, said) : hollow(empty, said);
      const draft = {
        channel: two.channel,
        party: 1,
        gen: cardOf(replica, 1).gen,
        type: kind,
        time: two.now(),
        after,
        refs,
        fields: Object.entries(fields),
      };
      const signed = await composeEntry(two.crypto.sha256, nodeRandom, draft, byNode ? replica.keys.node : mallory.key, byNode ? 'node' : 'rep');
      leaves.push({ bytes: signed.bytes, body: signed.body });
      said.push({ kind, id: signed.id });
    }
    await smuggle(two, leaves);
    const good = await two.say(honest, { kind: 'message', fields: { subject: 'We go on', text: 'Unaffected.' } });
    await two.settled();
    await everyView(two, two.b);
    const seen = await everyView(two, two.a);
    assert.ok(
      seen.rows.some(({ id, delivery }) => id === good && delivery === 'held'),
      'what we say is held as before',
    );
    assert.equal(await two.of(two.a).digest(), await two.of(two.b).digest(), 'both sides have one state');
    const voids = seen.rows.filter(({ valid }) => !valid);
    for (const row of voids) assert.ok(row.findings.length > 0, 'what is not accepted says why');
    return { ...seen, voids: voids.length };
  } finally {
    await two.close();
  }
}
