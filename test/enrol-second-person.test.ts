/** An administrator who tries to be two people: the second one's public key stands in the record, for everybody to read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url } from '../src/base/bytes.ts';
import { actorOf } from '../src/entry/actor.ts';
import { keyMembers } from '../src/entry/signing-key.ts';
import { ed25519Signer, nodeRandom, nodeSha256 } from '../src/node/crypto.ts';
import { peopleApp } from '../src/node/people-door.ts';
import { appendAsNode } from '../src/node/stamps.ts';
import { Authenticator } from './authenticator.ts';
import { enrol, heldKey, ORIGIN } from './signed-in.ts';
import { TwoParties } from './two-parties.ts';

test('nobody enrols with a key that is accredited already: neither a colleague’s key file, nor the browser key of one taken out', async () => {
  const two = await TwoParties.found();
  const door = await peopleApp(two.a.node);
  try {
    const ada = await enrol(door, (await door.enrolment.inviteFirst()) ?? '', 'Ada');
    const browser = ed25519Signer(nodeRandom(32));
    const vera = await enrol(door, (await door.enrolment.invite(false)).token, 'Vera', browser);
    const kofi = ed25519Signer(nodeRandom(32));
    for (const [name, key] of [
      ['Vera', vera.signer.publicKey],
      ['Kofi', kofi.publicKey],
    ] as const) {
      const scope = { kinds: ['*'], marking: 'red', may_recall: true, automatic: false };
      const actor = actorOf(nodeSha256, key);
      const act = { act: 'accredit', actor, ...keyMembers(key), name, post: 'Officer', scope, effective_at: null };
      const note = new TextDecoder().decode(await two.identityNote(two.a, act));
      await appendAsNode(two.of(two.a), 'identity', [], [['note', note]]);
    }
    await two.of(two.a).read();
    const headers = { host: 'localhost:8080', origin: ORIGIN, cookie: ada.cookie };
    const post = (url: string, payload: object) => door.app.inject({ method: 'POST', url, headers, payload });
    const users = (await door.app.inject({ method: 'GET', url: '/api/users', headers })).json<readonly { user: string; actor: string }[]>();
    await post(`/api/users/${users.find(({ actor }) => actor === vera.actor)?.user}/remove`, {});
    for (const key of [kofi, browser]) {
      const { token } = (await post('/api/enrol/tokens', {})).json<{ token: string }>();
      const options = await post('/api/enrol/options', { token, name: 'Kofi', signs: false });
      const response = new Authenticator(ORIGIN).create(options.json());
      const named = { token, name: 'Kofi', post: 'Officer', response };
      // The administrator has the public key alone; and whoever holds the key enrols with a new one.
      const bare = await post('/api/enrol', { ...named, key: toBase64url(key.publicKey) });
      assert.equal(bare.json<{ code: string }>().code, 'signature_invalid', bare.body);
      const again = (await post('/api/enrol/options', { token, name: 'Kofi', signs: false })).json<{ challenge: string }>();
      const made = new Authenticator(ORIGIN).create(again);
      const answer = await post('/api/enrol', { ...named, response: made, ...(await heldKey(key, again, made)) });
      assert.equal(answer.statusCode, 409, answer.body);
      assert.equal(answer.headers['set-cookie'], undefined);
    }
  } finally {
    await door.app.close();
    await two.close();
  }
});
