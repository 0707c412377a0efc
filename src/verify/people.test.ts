import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { JsonObject } from '../base/json.ts';
import { lineName } from '../entry/actor.ts';
import { passkeyIn } from '../entry/signing-key.ts';
import { type TestChannel, type TestSigner, testChannel, testPerson, textOf } from '../node/fixtures-channel.ts';
import { assertedLine, changed, highS, type Lapse, type Spoil, type TestPasskey, testPasskey } from '../node/fixtures-passkey.ts';
import { accreditation, type TestLeaf, TestRecord } from '../node/fixtures-record.ts';
import { formatNote, type NoteLine, parseNote } from '../tlog/note.ts';
import { keyOf } from './reader-state.ts';

let on: TestChannel;
before(async () => {
  on = await testChannel();
});

/** Reasons for the entries of party 0 after its charter; empty where an entry counts and nothing is remarkable. */
async function reasons(record: TestRecord): Promise<readonly string[]> {
  const { entries } = await record.read(0);
  return entries.slice(1).map(({ findings }) => findings.map(({ id }) => id).join(' '));
}

const SAID = { kind: 'message', fields: { subject: 'A word', text: 'Said.', marking: 'green' } };

/** An entry of a passkey as its authenticator and whoever passed it on made it: no signer of ours would. */
async function asserted(record: TestRecord, passkey: TestPasskey, lapse: Lapse = {}, spoil?: Spoil): Promise<TestLeaf> {
  const honest = await record.sign(0, passkey.key, 'rep', SAID);
  const text = textOf(honest.bytes).split('\n\n')[0] ?? '';
  const algorithm = passkeyIn(passkey.key.publicKey)?.algorithm;
  const lying = testPasskey(passkey.name, algorithm, lapse);
  return withLine(honest, await assertedLine(lying, lineName('rep', passkey.actor), `${text}\n`, spoil));
}

function withLine(leaf: TestLeaf, line: NoteLine): TestLeaf {
  const parsed = parseNote(leaf.bytes);
  if ('expected' in parsed) throw new Error(parsed.expected);
  return { ...leaf, bytes: formatNote({ text: parsed.note.text, lines: [line] }) };
}

for (const algorithm of ['webauthn-es256', 'webauthn-ed25519'] as const)
  test(`${algorithm}: somebody accredited with a passkey signs, and nobody else does in their name`, async () => {
    const record = new TestRecord(on);
    const dana = testPasskey('Dana', algorithm);
    await record.accredit(0, dana);
    await record.message(0, dana, 'A word');
    await record.message(0, testPasskey('Vera', algorithm), 'Another');
    assert.deepEqual(await reasons(record), ['', '', 'void.not_accredited']);
    const person = (await record.read(0)).state.people.get(dana.actor) ?? assert.fail();
    assert.deepEqual(keyOf(person), dana.key.publicKey);
  });

/** What is wrong with an answer, and why its entry is void. */
const WRONG: Readonly<Record<string, readonly [lapse: Lapse, reason: string, spoil?: Spoil]>> = {
  'given on another site': [{ origin: 'https://evil.example' }, 'void.passkey_site'],
  'given inside a page of another origin': [{ crossOrigin: true }, 'void.passkey_site'],
  'bound to another name': [{ rpId: 'evil.example' }, 'void.passkey_site'],
  'given without user verification': [{ flags: 0x01 }, 'void.passkey_user'],
  'given without user presence': [{ flags: 0x04 }, 'void.passkey_user'],
  'given over another challenge': [{ challenge: new Uint8Array(32) }, 'void.passkey_challenge'],
  'given for something else than an assertion': [{ type: 'payment.get' }, 'void.passkey_challenge'],
  'whose authenticator data was changed in its hash of the name': [{}, 'void.passkey_site', changed(0, 0)],
  'whose authenticator data was changed in its counter': [{}, 'void.signature', changed(0, -1)],
  'whose client data was changed in its challenge': [{}, 'void.passkey_challenge', changed(1, 45)],
  'whose client data was changed at its end': [{ after: ',"more":"x"' }, 'void.signature', changed(1, -3)],
  'whose signature was changed': [{}, 'void.signature', changed(2, 10)],
  'with the larger s': [{}, 'void.passkey_line', highS],
};
for (const [what, [lapse, reason, spoil]] of Object.entries(WRONG))
  test(`an entry signed by an accredited passkey is void with an answer ${what}`, async () => {
    const record = new TestRecord(on);
    const dana = testPasskey('Dana');
    await record.accredit(0, dana);
    record.append(0, await asserted(record, dana, lapse, spoil));
    record.append(0, await asserted(record, dana));
    // It stops nothing that comes after it.
    assert.deepEqual(await reasons(record), ['', reason, '']);
  });

test('a passkey’s answer over one document is no signature under another, of the same words', async () => {
  const record = new TestRecord(on);
  const dana = testPasskey('Dana');
  await record.accredit(0, dana);
  const [one, other] = [await record.sign(0, dana.key, 'rep', SAID), await record.sign(0, dana.key, 'rep', SAID)];
  const parsed = parseNote(other.bytes);
  const line = 'note' in parsed ? parsed.note.lines[0] : undefined;
  record.append(0, withLine(one, line ?? assert.fail()));
  assert.deepEqual(await reasons(record), ['', 'void.passkey_challenge']);
});

test('one Ed25519 key is a plain key or a passkey, as it was accredited: a line of the other kind is void', async () => {
  // The actor is the hash of the key alone, so both have the same name.
  const passkey = testPasskey('Dana', 'webauthn-ed25519');
  const plain: TestSigner = { ...passkey, key: { algorithm: 'ed25519', publicKey: passkey.raw, sign: async () => new Uint8Array(64).fill(1) } };
  for (const [accredited, signing, reason] of [
    [passkey, plain, 'void.passkey_line'],
    [plain, passkey, 'void.signature'],
  ] as const) {
    const record = new TestRecord(on);
    await record.accredit(0, accredited);
    await record.message(0, signing, 'A word');
    assert.deepEqual(await reasons(record), ['', reason]);
  }
});

test('an accreditation of a passkey that is none is void: another actor, no point of the curve, a torsion component, a site it cannot have', async () => {
  const dana = testPasskey('Dana');
  const good = accreditation(dana);
  const ed = accreditation(testPasskey('Dana', 'webauthn-ed25519'));
  const smallOrder = `${Buffer.from([1, ...new Uint8Array(31)]).toString('base64url')}`;
  const offCurve = Buffer.from(dana.raw.map((byte, i) => (i === 64 ? byte ^ 1 : byte))).toString('base64url');
  const acts: readonly (readonly [JsonObject, string])[] = [
    [{ ...good, actor: testPerson('Vera').actor }, 'void.key_unacceptable'],
    [{ ...good, key: offCurve }, 'void.key_unacceptable'],
    [{ ...ed, key: smallOrder }, 'void.key_unacceptable'],
    [{ ...good, algorithm: 'webauthn-rs256' }, 'void.identity_act'],
    [{ ...good, algorithm: 'ed25519' }, 'void.identity_act'],
    [{ ...good, site_origin: 'http://parley.example' }, 'void.identity_act'],
    [{ ...good, site_origin: 'https://PARLEY.example' }, 'void.identity_act'],
    [{ ...good, site_origin: 'https://parley.example"' }, 'void.identity_act'],
    [{ ...good, rp_id: 'other.example' }, 'void.identity_act'],
    [{ ...good, rp_id: 'ley.example' }, 'void.identity_act'],
    [{ ...accreditation(testPerson('Vera')), site_origin: 'https://parley.example', rp_id: 'parley.example' }, 'void.identity_act'],
  ];
  for (const [act, reason] of acts) {
    const record = new TestRecord(on);
    await record.identity(0, act);
    assert.deepEqual(await reasons(record), [reason], JSON.stringify(act));
  }
});
