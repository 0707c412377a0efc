/** A copy of a document in another party's log is not that document, and whoever signed it is looked for where it stands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBase64url } from '../src/base/bytes.ts';
import { mustBeAcknowledged } from '../src/node/acknowledgements.ts';
import { Parties } from './several-parties.ts';
import { adopt } from './smuggling.ts';
import { type Side, until } from './two-parties.ts';

test('what somebody signed whom nobody here has acknowledged is not answered from here, though a third party copies it into its own log', async () => {
  const three = await Parties.found(3);
  try {
    const [a, b, c] = three.sides as [Side, Side, Side];
    const boris = await three.accredit(b, 'Boris');
    const clara = await three.accredit(c, 'Clara');
    const said = [await three.message(b, boris, 'of Beta'), await three.message(c, clara, 'of Gamma')] as const;
    await three.settled();
    // Each copies the other's words: whichever log is looked into first, one of the two copies comes before what it is a copy of.
    for (const [side, id] of [
      [c, said[0]],
      [b, said[1]],
    ] as const) {
      const channel = three.of(side);
      const [place] = await channel.store.findEntries(channel.id, [fromBase64url(id, 32) ?? new Uint8Array()]);
      const [row] = place === undefined ? [] : await channel.store.entriesAt([place]);
      assert.ok(row?.body !== undefined);
      await adopt(three, [{ bytes: row.bytes, body: row.body }], side);
      await channel.read();
      side.node.exchange.wake(three.channel);
    }
    const here = three.of(a);
    const placesOf = (id: string) => here.store.findEntries(here.id, [fromBase64url(id, 32) ?? new Uint8Array()]);
    await until([a.node, b.node, c.node], async () => (await Promise.all(said.map(placesOf))).every((places) => places.length === 2));
    await three.settled();
    for (const id of said) await assert.rejects(mustBeAcknowledged(here, [id]), { code: 'unacknowledged' });
  } finally {
    await three.close();
  }
});
