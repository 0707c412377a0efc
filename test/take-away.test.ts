/** What people take away - a record, a proof - is checked with nothing but its bytes, and one changed byte shows. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { concatAll, fromBase64url } from '../src/base/bytes.ts';
import { sayIn } from '../src/base/phrases.ts';
import { nodeCrypto } from '../src/node/crypto.ts';
import { exportRecord } from '../src/sync/export.ts';
import { makeProof } from '../src/sync/make-proof.ts';
import { originIn } from '../src/sync/replica.ts';
import { type FileVerdict, verifyFile } from '../src/verify/verify-file.ts';
import { TwoParties } from './two-parties.ts';

let two: TwoParties;
let record: Uint8Array;
let proof: Uint8Array;
let partial: Uint8Array;
const crypto = nodeCrypto();

before(async () => {
  two = await TwoParties.found();
  const anna = await two.accredit(two.a, 'Anna');
  const boris = await two.accredit(two.b, 'Boris');
  const id = await two.say(anna, { kind: 'request', fields: { request_type: 'information', subject: 'Pipeline', text: 'What happened?' } });
  await two.settled();
  await two.say(boris, { kind: 'reply', refs: [id], fields: { disposition: 'declined', final: true, text: 'Nothing to do with it.' } });
  await two.settled();
  const channel = two.of(two.a);
  const charterNote = fromBase64url(two.a.node.record(two.channel).note) ?? new Uint8Array();
  const parts: Uint8Array[] = [];
  for await (const part of exportRecord(channel.replica, { charterNote, packs: [], files: [] })) parts.push(part);
  record = concatAll(parts);
  const [place] = await channel.store.findEntries(two.channel, [fromBase64url(id) ?? new Uint8Array()]);
  const options = { charterNote, readerOf: (party: number) => channel.reader.state(party) };
  const document = { origin: place?.origin ?? '', index: place?.index ?? 0, shown: { without: [] as string[] } };
  assert.equal(place?.origin, originIn(channel.replica, 0));
  proof = await makeProof(channel.replica, { ...options, documents: [document] });
  partial = await makeProof(channel.replica, { ...options, documents: [{ ...document, shown: { without: ['text'] } }] });
});
after(async () => {
  await two.close();
  await crypto.close();
});

const say = sayIn('en');
const sentences = (verdict: FileVerdict): string => verdict.sentences.map(({ phrase }) => say(phrase)).join('\n');

test('a record verifies, and says who signed, who holds it and who witnessed', async () => {
  const verdict = await verifyFile(crypto, record);
  assert.equal(verdict.verdict, 'verified');
  assert.match(sentences(verdict), /signed by Alpha, Beta/);
  assert.match(sentences(verdict), /Beta acknowledged that it holds Alpha’s log/);
  assert.match(sentences(verdict), /(?<!Host )Host 1 witnessed Beta’s log/);
  assert.match(sentences(verdict), /NOT proved: that the content is true/);
  assert.ok(verdict.entries?.every((entry) => entry.valid));
});

test('a proof verifies, and discloses what was chosen and nothing else', async () => {
  const whole = await verifyFile(crypto, proof);
  assert.equal(whole.verdict, 'verified');
  assert.equal(whole.proved?.documents[0]?.fields.get('text'), 'What happened?');
  const some = await verifyFile(crypto, partial);
  assert.equal(some.verdict, 'verified');
  assert.equal(some.proved?.documents[0]?.fields.has('text'), false);
  assert.equal(some.proved?.documents[0]?.fields.get('subject'), 'Pipeline');
  assert.match(sentences(some), /1 field is withheld, not altered/);
  assert.match(sentences(some), /NOT proved: that the signer was accredited/);
});

test('one changed byte anywhere in a record or a proof never verifies as the same', async () => {
  for (const [file, step] of [
    [record, 211],
    [proof, 97],
  ] as const) {
    const before_ = sentences(await verifyFile(crypto, file));
    for (let at = 0; at < file.length; at += step) {
      const changed = file.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      const verdict = await verifyFile(crypto, changed);
      // A changed receipt line loses the receipt's sentence and nothing else: what is left still verifies, and says less.
      assert.ok(verdict.verdict === 'not-verified' || sentences(verdict) !== before_, `byte ${at}`);
    }
  }
});

test('a record cut off anywhere does not verify', async () => {
  for (const keep of [0, 10, 100, record.length >> 1, record.length - 1]) {
    assert.equal((await verifyFile(crypto, record.slice(0, keep))).verdict, 'not-verified');
  }
});
