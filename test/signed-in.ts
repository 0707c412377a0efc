/** People who sign in at a party's door without a browser, with passkeys in software. */
import assert from 'node:assert/strict';
import { fromBase64url, toBase64url, utf8 } from '../src/base/bytes.ts';
import type { Signer } from '../src/base/ports.ts';
import { enrolmentText } from '../src/entry/enrolment-text.ts';
import type { EntrySigner } from '../src/entry/entry.ts';
import type { PasskeySigner } from '../src/entry/passkey-line.ts';
import { passkeyIn } from '../src/entry/signing-key.ts';
import type { PeopleApp } from '../src/node/people-door.ts';
import type { SessionView } from '../src/projection/views.ts';
import { Authenticator } from './authenticator.ts';

/** The origin under which the tests open a door. */
export const ORIGIN = 'http://localhost:8080';

/** Somebody signed in at party A's door, with what they sign with. */
export type Person = { readonly cookie: string; readonly name: string; readonly actor: string; readonly signer: EntrySigner };

/** What a browser sends of the key it made: the key, and its signature over this enrolment. */
export async function heldKey(
  signer: Signer,
  asked: { readonly challenge: string },
  made: { readonly id: string },
  origin = ORIGIN,
): Promise<{ readonly key: string; readonly proof: string }> {
  const proof = await signer.sign(utf8(enrolmentText(origin, asked.challenge, made.id)));
  return { key: toBase64url(signer.publicKey), proof: toBase64url(proof) };
}

/** Enrols somebody at a door; without a key of their browser they sign with the passkey itself. */
export async function enrol(door: PeopleApp, token: string, name: string, browserKey?: Signer): Promise<Person> {
  const authenticator = new Authenticator(ORIGIN);
  const options = await door.app.inject({
    method: 'POST',
    url: '/api/enrol/options',
    headers: { host: 'localhost:8080', origin: ORIGIN },
    payload: { token, name, signs: browserKey === undefined },
  });
  const response = authenticator.create(options.json());
  const key = browserKey === undefined ? {} : await heldKey(browserKey, options.json(), response);
  const answer = await door.app.inject({
    method: 'POST',
    url: '/api/enrol',
    headers: { host: 'localhost:8080', origin: ORIGIN },
    payload: { token, name, post: 'Officer', response, ...key },
  });
  assert.equal(answer.statusCode, 200, answer.body);
  const { person } = answer.json<SessionView>();
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
  return { cookie, name, actor: person?.actor ?? '', signer: browserKey ?? passkeySigner(authenticator, person?.passkey?.key ?? '') };
}

function passkeySigner(authenticator: Authenticator, key: string): PasskeySigner {
  const publicKey = fromBase64url(key) ?? assert.fail('the session names the passkey');
  const rpId = passkeyIn(publicKey)?.rpId ?? '';
  return {
    publicKey,
    assert: async (challenge) => {
      const { response } = authenticator.get({ challenge: toBase64url(challenge), rpId });
      const [authenticatorData, clientDataJson, signature] = [response.authenticatorData, response.clientDataJSON, response.signature].map(
        (text) => fromBase64url(text) ?? assert.fail(),
      ) as [Uint8Array, Uint8Array, Uint8Array];
      return { authenticatorData, clientDataJson, signature };
    },
  };
}
