/** Proofs through generations: documents of a party's first and of its later log stand in one file, and receipts by later keys are known. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBase64url } from '../src/base/bytes.ts';
import { makeProof } from '../src/sync/make-proof.ts';
import { verifyFile } from '../src/verify/verify-file.ts';
import { TwoParties } from './two-parties.ts';

test('documents before and after a new generation are proved in one file, with the receipts of a party that opened one itself', async () => {
  const two = await TwoParties.found({ hosts: 1 });
  try {
    const petrova = await two.accredit(two.a, 'Petrova');
    const message = (subject: string) => ({ kind: 'message', fields: { subject, text: `${subject}.` } });
    const before = await two.say(petrova, message('before'));
    await two.settled();
    await two.openGeneration(two.a);
    await two.openGeneration(two.b);
    await two.settled();
    const after = await two.say(petrova, message('after'));
    await two.settled();
    const channel = two.of(two.b);
    const places = await channel.store.findEntries(
      two.channel,
      [before, after].map((id) => fromBase64url(id) ?? new Uint8Array()),
    );
    assert.equal(new Set(places.map(({ origin }) => origin)).size, 2);
    const file = await makeProof(channel.replica, {
      documents: places.map(({ origin, index }) => ({ origin, index, shown: { only: ['subject'] } })),
      charterNote: fromBase64url(two.b.node.record(two.channel).note) ?? new Uint8Array(),
      readerOf: (party) => channel.reader.state(party),
      range: 'whole',
    });
    const { verdict, sentences, proved } = await verifyFile(two.crypto, file);
    assert.equal(verdict, 'verified', JSON.stringify(sentences));
    const said = sentences.map(({ phrase }) => phrase.id);
    assert.deepEqual(proved?.documents.map(({ fields }) => fields.get('subject')).sort(), ['after', 'before']);
    assert.equal(said.filter((id) => id === 'verify.held').length, 2);
    assert.ok(said.includes('verify.in_later_log') && said.includes('verify.accredited'));
  } finally {
    await two.close();
  }
});

test('what a later log corrects is not said to be uncorrected by a proof of the log before it alone', async () => {
  const two = await TwoParties.found({ hosts: 1 });
  try {
    const petrova = await two.accredit(two.a, 'Petrova');
    const id = await two.say(petrova, { kind: 'message', fields: { subject: 'Figure', text: 'There were 12.' } });
    await two.settled();
    await two.openGeneration(two.a);
    await two.settled();
    await two.say(petrova, { kind: 'correction', refs: [id], fields: { entry: id, pointers: ['/text'], values: ['There were 21.'] } });
    await two.settled();
    const channel = two.of(two.b);
    const [place] = await channel.store.findEntries(two.channel, [fromBase64url(id) ?? new Uint8Array()]);
    const file = await makeProof(channel.replica, {
      documents: [{ origin: place?.origin ?? '', index: place?.index ?? 0, shown: { only: ['subject', 'text'] } }],
      charterNote: fromBase64url(two.b.node.record(two.channel).note) ?? new Uint8Array(),
      readerOf: (party) => channel.reader.state(party),
      range: 'whole',
    });
    const { verdict, sentences } = await verifyFile(two.crypto, file);
    assert.equal(verdict, 'verified', JSON.stringify(sentences));
    const said = sentences.map(({ phrase }) => phrase.id);
    assert.ok(said.includes('verify.not_corrected'), 'in that log alone');
    assert.equal(said[said.indexOf('verify.not_corrected') + 1], 'verify.not_proved_later_logs');
  } finally {
    await two.close();
  }
});
