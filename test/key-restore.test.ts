/** A backup from before the party's keys were replaced: what is pulled back says which are in force. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextIdentity } from '../src/cli/key-events.ts';
import { identityJson } from '../src/entry/card.ts';
import { formatIdentityNote, signAsIdentity } from '../src/entry/identity-note.ts';
import { keyEventAct } from '../src/entry/key-event.ts';
import { ed25519Signer, nodeRandom } from '../src/node/crypto.ts';
import { putKeyEvent } from '../src/node/key-events.ts';
import { Parties } from './several-parties.ts';
import { type Side, until } from './two-parties.ts';

test('a node restored to before a key event knows the keys in force once its log is back, without another start', async () => {
  const parties = await Parties.found(2);
  try {
    const [a, b] = parties.sides as [Side, Side];
    const { sha256 } = parties.crypto;
    const backup = await parties.backupOf(a);
    const later = ed25519Signer(nodeRandom(32));
    const next = nextIdentity(a.node.identity, [{ key: a.next.publicKey, next: sha256(later.publicKey) }], 1);
    const { n } = await parties.of(a).reader.state(0);
    const text = formatIdentityNote({ channel: parties.channel, party: 0, n: n + 1, act: keyEventAct(next) });
    await putKeyEvent(a.node, [new TextDecoder().decode(await signAsIdentity(sha256, text, [a.next]))]);
    await parties.settled();
    await a.close();
    const copy = await parties.copyOf(a, backup);
    await parties.introduce(copy, [b]);
    await until([copy.node], async () => parties.of(copy).own.gate === 'open' && copy.node.identity.event === 1);
    assert.deepEqual(identityJson(copy.node.identity), identityJson(next));
  } finally {
    await parties.close();
  }
});
