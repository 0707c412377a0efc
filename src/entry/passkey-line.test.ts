import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, fromHex, toBase64url, u16, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { nodeSha256 as sha256 } from '../node/crypto.ts';
import { assertedLine, highS, type Lapse, type Spoil, testPasskey } from '../node/fixtures-passkey.ts';
import { checkSignature } from '../node/signature-check.ts';
import type { NoteLine } from '../tlog/note.ts';
import { p256SignatureOf } from './p256.ts';
import { passkeyLine, readPasskeyLine } from './passkey-line.ts';
import { formatPasskey, isAcceptableSigningKey, keyMembers, passkeyIn, signingKeyOf } from './signing-key.ts';

const NAME = 'rep/0123456789abcdef';
const TEXT = '{"v":1}\n';
const ES256 = 'webauthn-es256';

/** What a reader says of a line: `true`, `false` for a signature that does not verify, or the fault. */
function verdict(line: NoteLine, key: Uint8Array, text = TEXT, name = NAME): true | false | string {
  const read = readPasskeyLine(sha256, line, name, utf8(text), key);
  return 'fault' in read ? read.fault : checkSignature(read.check);
}

const part = (bytes: Uint8Array): Uint8Array => concat(u16(bytes.length), bytes);

/** The line over {@link TEXT} of an authenticator and a browser that need not be honest. */
const lineOf = (lapse: Lapse = {}, spoil?: Spoil): Promise<NoteLine> => assertedLine(testPasskey('Dana', ES256, lapse), NAME, TEXT, spoil);

for (const algorithm of [ES256, 'webauthn-ed25519'] as const) {
  const { key } = testPasskey('Dana', algorithm);

  test(`${algorithm}: what a passkey signs is read by whoever has its key, and by nobody over another text`, async () => {
    assert.ok(isAcceptableSigningKey(key.publicKey));
    const line = await passkeyLine(sha256, NAME, TEXT, key);
    assert.equal(verdict(line, key.publicKey), true);
    assert.equal(verdict(line, key.publicKey, '{"v":2}\n'), 'void.passkey_challenge');
    assert.equal(verdict(line, key.publicKey, TEXT, 'rep/0123456789abcdee'), 'void.passkey_line');
    assert.equal(verdict(line, testPasskey('Vera', algorithm).key.publicKey), 'void.passkey_line');
    const elsewhere = { siteOrigin: 'https://parley.example:8443', rpId: 'parley.example' } as const;
    assert.equal(verdict(line, formatPasskey({ ...(passkeyIn(key.publicKey) ?? assert.fail()), ...elsewhere })), 'void.passkey_site');
  });

  test(`${algorithm}: any changed byte of a line is refused`, async () => {
    const line = await passkeyLine(sha256, NAME, TEXT, key);
    fc.assert(
      fc.property(fc.nat(line.signature.length - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const signature = Uint8Array.from(line.signature);
        signature[at] = (signature[at] ?? 0) ^ bits;
        return verdict({ ...line, signature }, key.publicKey) !== true;
      }),
      { numRuns: 400 },
    );
    for (const length of [0, 1, 2, 38, line.signature.length - 1])
      assert.notEqual(verdict({ ...line, signature: line.signature.subarray(0, length) }, key.publicKey), true);
    assert.equal(verdict({ ...line, signature: concat(line.signature, Uint8Array.of(0)) }, key.publicKey), 'void.passkey_line');
    assert.equal(verdict({ ...line, signature: concat(line.signature, part(Uint8Array.of(1))) }, key.publicKey), 'void.passkey_line');
  });
}

const { publicKey } = testPasskey('Dana').key;
/** Each lapse of an authenticator or a browser, and what is said of it; all are signed by the very passkey that is accredited. */
const LAPSES: readonly (readonly [sentence: string, lapse: Lapse, verdict: string | true])[] = [
  ['an assertion as it should be', {}, true],
  ['a sign count is ignored: synchronised passkeys have none', { count: 9 }, true],
  ['a backed-up passkey counts as any other', { flags: 0x1d }, true],
  ['client data may grow at its end', { after: ',"other_keys_can_be_added_here":"do not compare"' }, true],
  [
    'a browser that does not say crossOrigin',
    { clientData: (c) => `{"type":"webauthn.get","challenge":"${c}","origin":"https://parley.example"}` },
    true,
  ],
  ['nobody was there (UP missing)', { flags: 0x04 }, 'void.passkey_user'],
  ['the authenticator did not know who (UV missing)', { flags: 0x01 }, 'void.passkey_user'],
  ['given for a registration', { type: 'webauthn.create' }, 'void.passkey_challenge'],
  ['given for a sign-in', { challenge: new Uint8Array(32).fill(1) }, 'void.passkey_challenge'],
  ['given over the bare hash of the text', { challenge: sha256(utf8(TEXT)) }, 'void.passkey_challenge'],
  ['given on another site', { origin: 'https://parley.example.evil.example' }, 'void.passkey_site'],
  ['given on another port', { origin: 'https://parley.example:444' }, 'void.passkey_site'],
  ['given without TLS', { origin: 'http://parley.example' }, 'void.passkey_site'],
  ['given inside a page of another origin', { crossOrigin: true }, 'void.passkey_site'],
  ['bound to another name', { rpId: 'evil.example' }, 'void.passkey_site'],
  [
    'members in another order',
    { clientData: (c) => `{"challenge":"${c}","type":"webauthn.get","origin":"https://parley.example","crossOrigin":false}` },
    'void.passkey_challenge',
  ],
  [
    'white space',
    { clientData: (c) => `{ "type":"webauthn.get","challenge":"${c}","origin":"https://parley.example","crossOrigin":false}` },
    'void.passkey_challenge',
  ],
  [
    'a top origin without crossOrigin',
    { clientData: (c) => `{"type":"webauthn.get","challenge":"${c}","origin":"https://parley.example","topOrigin":"https://evil.example"}` },
    'void.passkey_site',
  ],
  ['crossOrigin that only begins as it should', { after: 'ish' }, 'void.passkey_site'],
];
for (const [sentence, lapse, expected] of LAPSES)
  test(`a passkey’s answer is read for what it is: ${sentence}`, async () => {
    assert.equal(verdict(await lineOf(lapse), publicKey), expected);
    // The same in a signer’s own hands: what readers would not accept is refused before anything is sent.
    const signing = passkeyLine(sha256, NAME, TEXT, testPasskey('Dana', ES256, lapse).key);
    if (expected === true) await signing;
    else
      await assert.rejects(
        signing,
        (error: unknown) => error instanceof ParleyError && error.code === 'signature_invalid' && error.facts.reason === expected,
      );
  });

test('the larger of an ECDSA signature’s two s is refused: an entry has one line only', async () => {
  assert.equal(verdict(await lineOf({}, highS), publicKey), 'void.passkey_line');
});

test('an authenticator that signs nothing of the kind is refused before anything is sent', async () => {
  const { key } = testPasskey('Dana');
  for (const spoil of [(s: Uint8Array) => s.subarray(1), () => new Uint8Array(), () => new Uint8Array(64).fill(1)]) {
    const bad = { ...key, assert: async (c: Uint8Array) => key.assert(c).then((given) => ({ ...given, signature: spoil(given.signature) })) };
    await assert.rejects(
      passkeyLine(sha256, NAME, TEXT, bad),
      (error: unknown) => error instanceof ParleyError && error.code === 'signature_invalid',
    );
  }
});

test('a key that names a passkey says so in one form, and is the same in an accreditation', () => {
  const { key } = testPasskey('Dana');
  const members = keyMembers(key.publicKey);
  assert.deepEqual(Object.keys(members), ['algorithm', 'key', 'site_origin', 'rp_id']);
  const act = {
    act: 'accredit',
    actor: '',
    name: '',
    post: '',
    scope: { kinds: ['*'], marking: 'red', may_recall: false, automatic: false },
  } as const;
  assert.deepEqual(signingKeyOf({ ...act, ...members, effective_at: null }), key.publicKey);
  const form = (change: object) => utf8(JSON.stringify({ ...members, ...change }));
  for (const bad of [
    form({ algorithm: 'webauthn-rs256' }),
    form({ algorithm: 'webauthn-ed25519' }),
    form({ site_origin: 'http://parley.example' }),
    form({ site_origin: 'https://parley.example/' }),
    form({ site_origin: 'https://other.example' }),
    form({ rp_id: 'example.' }),
    form({ rp_id: 'arley.example' }),
    form({ more: 1 }),
    utf8('{}'),
    utf8('x'.repeat(65)),
    new Uint8Array(65),
  ]) {
    assert.equal(passkeyIn(bad), undefined);
    assert.equal(isAcceptableSigningKey(bad), false);
  }
  assert.ok(passkeyIn(form({ rp_id: 'example' })), 'a domain above the host');
});

type Published = {
  section: string;
  title: string;
  publicKey: { x_hex: string; y_hex: string };
  challenge: string;
  authenticatorData: string;
  clientDataJSON: string;
  signature: string;
};
const PUBLISHED = new URL('../../../shared/data/webauthn/l3-es256.json', import.meta.url);
test('the assertions that WebAuthn level 3 publishes: their signatures verify with the smaller s, and are not ours to accept', {
  skip: existsSync(PUBLISHED) ? false : 'the published vectors are not beside the checkout',
}, () => {
  const hex = (text: string): Uint8Array => fromHex(text) ?? assert.fail(text);
  const cases = JSON.parse(readFileSync(PUBLISHED, 'utf8')) as readonly Published[];
  assert.equal(cases.length, 2);
  const said = cases.map((given) => {
    const key = concat(Uint8Array.of(4), hex(given.publicKey.x_hex), hex(given.publicKey.y_hex));
    const [data, json, der] = [hex(given.authenticatorData), hex(given.clientDataJSON), hex(given.signature)];
    const low = p256SignatureOf(der) ?? assert.fail(given.title);
    // Both are published with the larger s.
    const high = highS(low, 2);
    assert.ok(Buffer.from(der).includes(Buffer.from(high.subarray(33))), given.title);
    const check = { algorithm: 'ecdsa-p256', key, message: concat(data, sha256(json)) } as const;
    assert.equal(checkSignature({ ...check, signature: low }), true, given.title);
    assert.equal(checkSignature({ ...check, signature: high }), false, given.title);
    // Its challenge is not drawn over any text, so it is read as a line over one in vain; what else is wrong with it is said once it is.
    const signingKey = formatPasskey({ algorithm: ES256, key, siteOrigin: 'https://example.org', rpId: 'example.org' });
    const { keyId } = { keyId: sha256(concat(utf8(`${NAME}\n`), Uint8Array.of(255), utf8('parley/webauthn/v1'), key)).slice(0, 4) };
    const line = { name: NAME, keyId, signature: concat(part(data), part(json), part(low)) };
    assert.equal(verdict(line, signingKey), 'void.passkey_challenge');
    const text = new TextDecoder().decode(json);
    assert.ok(
      text.startsWith(`{"type":"webauthn.get","challenge":"${toBase64url(hex(given.challenge))}","origin":"https://example.org","crossOrigin":`),
    );
    return { crossOrigin: text.includes('"crossOrigin":true'), verified: ((data[32] ?? 0) & 4) !== 0 };
  });
  assert.deepEqual(said, [
    { crossOrigin: false, verified: false },
    { crossOrigin: true, verified: true },
  ]);
});
