/** A backup from before the party's keys were replaced: what is pulled back says which are in force. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from '../src/cli/client.ts';
import { signAct } from '../src/cli/identity.ts';
import { nextIdentity } from '../src/cli/key-events.ts';
import { identityJson } from '../src/entry/card.ts';
import { formatIdentityNote, signAsIdentity } from '../src/entry/identity-note.ts';
import { keyEventAct } from '../src/entry/key-event.ts';
import { ed25519Signer, nodeRandom } from '../src/node/crypto.ts';
import { putKeyEvent } from '../src/node/key-events.ts';
import { peopleApp } from '../src/node/people-door.ts';
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
    // The key file of the backup is the one that was replaced.
    const people = await peopleApp(copy.node);
    const client = new Client('', true, {
      async ask({ method, path, body }) {
        const headers = { host: 'localhost', authorization: `Bearer ${people.operatorToken}`, 'content-type': 'application/json' };
        const response = await people.app.inject({ method, url: path, headers, ...(body === undefined ? {} : { payload: Buffer.from(body) }) });
        return { status: response.statusCode, body: new Uint8Array(response.rawPayload) };
      },
      stream: () => Promise.reject(new Error('not asked for here')),
      close: async () => undefined,
    });
    const act = { act: 'end', actor: 'A'.repeat(43) };
    const signed = signAct(client, sha256, parties.channel, act, async () => [a.identity]);
    await assert.rejects(signed, { code: 'invalid', detail: /was replaced since \(key event 1\).*"parley key recover"/ });
    await assert.rejects(
      signAct(client, sha256, parties.channel, act, async () => [a.next]),
      { code: 'invalid', detail: /with a mission here/ },
    );
    await people.app.close();
  } finally {
    await parties.close();
  }
});
