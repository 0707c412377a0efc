/**
 * Makes vectors/record/people.json: what a reader of one log says of entries that passkeys and services signed, in the form of verdicts.json and in
 * its channel.
 * Deterministic (RFC 6979, RFC 8032): a second run writes the same bytes. Run it with: node vectors/make-people.ts
 */
import { writeFileSync } from 'node:fs';
import { toBase64url } from '../src/base/bytes.ts';
import { lineName } from '../src/entry/actor.ts';
import { testChannel, testHost, testParty, testPerson, textOf } from '../src/node/fixtures-channel.ts';
import { assertedLine, changed, highS, type Lapse, type Spoil, type TestPasskey, testPasskey } from '../src/node/fixtures-passkey.ts';
import { accreditation, type TestLeaf, TestRecord } from '../src/node/fixtures-record.ts';
import { formatNote } from '../src/tlog/note.ts';

const on = await testChannel([testParty('Alpha', 10, 3, 2), testParty('Beta', 20)], [testHost('Host', 30)]);
const dana = testPasskey('Dana');
const vera = testPasskey('Vera', 'webauthn-ed25519');
const stranger = testPasskey('Stranger');

/** A log in which Dana may do everything with an ES256 passkey, and Vera may send amber messages with an Ed25519 one. */
async function started(): Promise<TestRecord> {
  const record = new TestRecord(on, 'people');
  await record.accredit(0, dana, { may_recall: true });
  await record.accredit(0, vera, { kinds: ['message'], marking: 'amber' });
  return record;
}

const prefix = await started();
const leafJson = ({ bytes, body }: TestLeaf): object => ({ entry: textOf(bytes), ...(body === undefined ? {} : { body: textOf(body) }) });
const message = (marking = 'green') => ({ kind: 'message', fields: { subject: 'A word', text: 'Said.', marking } });
const cases: object[] = [];

async function verdict(comment: string, expected: readonly string[], play: (record: TestRecord) => Promise<unknown>): Promise<void> {
  const record = await started();
  const from = record.size(0);
  await play(record);
  const { entries } = await record.read(0);
  const verdicts = entries.slice(from).map(({ valid, automatic, type, findings }) => ({ valid, findings: findings.map(({ id }) => id), type, automatic }));
  const said = verdicts.map(({ findings }) => findings.join(' '));
  if (said.join('|') !== expected.join('|')) throw new Error(`${comment}: expected ${expected.join('|')}, not ${said.join('|')}`);
  cases.push({ comment, leaves: (record.logs[0] ?? []).slice(from).map(leafJson), verdicts });
}

/** An entry of Dana's with what her authenticator, her browser, and whoever passed it on made of the line. */
async function answered(record: TestRecord, lapse: Lapse, spoil?: Spoil, by: TestPasskey = testPasskey('Dana', 'webauthn-es256', lapse)): Promise<void> {
  const leaf = await record.sign(0, dana.key, 'rep', message());
  const text = `${textOf(leaf.bytes).split('\n\n')[0] ?? ''}\n`;
  const line = await assertedLine(by, lineName('rep', dana.actor), text, spoil);
  record.append(0, { ...leaf, bytes: formatNote({ text, lines: [line] }) });
}

const lapse = (comment: string, expected: string, given: Lapse, spoil?: Spoil): Promise<void> =>
  verdict(comment, [expected], (record) => answered(record, given, spoil));

await verdict('an ES256 passkey', [''], (record) => record.say(0, dana, message()));
await verdict('an Ed25519 passkey', [''], (record) => record.say(0, vera, message()));
await verdict('a passkey that nobody accredited', ['void.not_accredited'], (record) => record.say(0, stranger, message()));
await verdict('a marking out of the scope of a passkey', ['void.marking_out_of_scope', ''], async (record) => {
  await record.say(0, vera, message('red'));
  await record.say(0, vera, message('amber'));
});
await lapse('client data with members after crossOrigin, a sign count, and the flags of a synchronised passkey', '', {
  after: ',"other_keys_can_be_added_here":"x"',
  flags: 0x1d,
  count: 7,
});
await lapse('client data that says nothing of crossOrigin', '', {
  clientData: (challenge) => `{"type":"webauthn.get","challenge":"${challenge}","origin":"https://parley.example"}`,
});
await lapse('client data without crossOrigin, and more', 'void.passkey_site', {
  clientData: (challenge) => `{"type":"webauthn.get","challenge":"${challenge}","origin":"https://parley.example","more":1}`,
});
await lapse('client data whose members stand in another order', 'void.passkey_challenge', {
  clientData: (challenge) => `{"challenge":"${challenge}","type":"webauthn.get","origin":"https://parley.example","crossOrigin":false}`,
});
await lapse('an answer to another challenge', 'void.passkey_challenge', { challenge: new Uint8Array(32) });
await lapse('an answer of another type', 'void.passkey_challenge', { type: 'webauthn.create' });
await lapse('an answer given on another site', 'void.passkey_site', { origin: 'https://evil.example' });
await lapse('an answer given on another port', 'void.passkey_site', { origin: 'https://parley.example:8443' });
await lapse('an answer given inside a page of another origin', 'void.passkey_site', { crossOrigin: true });
await lapse('an answer bound to another name', 'void.passkey_site', { rpId: 'evil.example' });
await lapse('an answer without user verification', 'void.passkey_user', { flags: 0x01 });
await lapse('an answer without user presence', 'void.passkey_user', { flags: 0x04 });
await lapse('authenticator data changed', 'void.signature', {}, changed(0, -1));
await lapse('authenticator data of 36 bytes', 'void.passkey_line', {}, (part, i) => (i === 0 ? part.subarray(0, 36) : part));
await lapse('client data changed', 'void.signature', { after: ',"more":"x"' }, changed(1, -3));
await lapse('a signature changed', 'void.signature', {}, changed(2, 10));
await lapse('the larger s', 'void.passkey_line', {}, highS);
await lapse('a signature in DER', 'void.passkey_line', {}, (part, i) =>
  i === 2 ? Uint8Array.from([0x30, 0x44, 0x02, 0x20, ...part.subarray(0, 32), 0x02, 0x20, ...part.subarray(32)]) : part,
);
await verdict('the line of another passkey', ['void.passkey_line'], (record) => answered(record, {}, undefined, stranger));
await verdict('the answer to another entry', ['void.passkey_challenge'], async (record) => {
  const [leaf, other] = [await record.sign(0, dana.key, 'rep', message()), await record.sign(0, dana.key, 'rep', message())];
  const [header = '', line = ''] = [textOf(leaf.bytes).split('\n')[0], textOf(other.bytes).split('\n')[2]];
  record.append(0, { ...leaf, bytes: new TextEncoder().encode(`${header}\n\n${line}\n`) });
});

const clerk = testPerson('Clerk');
const end = { act: 'end', actor: clerk.actor };
const anew = (record: TestRecord, automatic: boolean) => record.identity(0, accreditation(clerk, { automatic }), { n: 5 });
for (const [was, is] of [
  [true, false],
  [false, true],
] as const)
  await verdict(
    `a key that ${was ? 'a service' : 'a person'} held, accredited anew for ${is ? 'a service' : 'a person'}`,
    ['', '', '', 'void.key_changed_hands', '', ''],
    async (record) => {
      const { id } = await record.identity(0, accreditation(clerk, { automatic: was }), { n: 3 });
      await record.say(0, clerk, message());
      await record.identity(0, end, { n: 4, refs: [id] });
      await anew(record, is);
      await anew(record, was);
      await record.say(0, clerk, message());
    },
  );

const other = prefix.logs[1] ?? [];
writeFileSync(
  new URL('record/people.json', import.meta.url),
  `${JSON.stringify(
    {
      comment: 'as verdicts.json, in its channel: each case is the log of party 0, the leaves of `prefix` and then its own',
      charter: on.channel.charter.text,
      cards: [...on.channel.parties, ...on.channel.hosts].map((card) => card.text),
      prefix: (prefix.logs[0] ?? []).map(leafJson),
      others: [{ party: 1, gen: on.channel.parties[1]?.gen, roots: other.map((_, i) => toBase64url(prefix.rootAt(1, i + 1))) }],
      cases,
    },
    undefined,
    1,
  )}\n`,
);
