import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { toBase64url, utf8 } from '../base/bytes.ts';
import { sayIn } from '../base/phrases.ts';
import { composeEntry } from '../entry/entry.ts';
import { formatJoin } from '../entry/founding.ts';
import { formatIdentityNote, signAsIdentity } from '../entry/identity-note.ts';
import { checkFile } from '../interop/check.ts';
import { ed25519Signer, nodeCrypto, nodeRandom, nodeSha256 } from '../node/crypto.ts';
import { signCosignaturePair } from '../tlog/cosignature.ts';
import { formatLines } from '../tlog/note.ts';
import { formatLogProof } from '../tlog/proof.ts';
import { readCases } from '../verify/fixtures-cases.ts';
import { testChannel, testHead, testLeaves, testParty } from '../verify/fixtures-heads.ts';
import { failedFirst, sayVerdict } from '../verify/say-verdict.ts';
import { verifyFile } from '../verify/verify-file.ts';
import { recordDetectors } from './detectors.ts';

const crypto = nodeCrypto();
after(() => crypto.close());
const detectors = recordDetectors(crypto);
const party = testParty('Alderney', 10);
const channel = testChannel([party, testParty('Borduria', 20)]);
const identity = ed25519Signer(new Uint8Array(32).fill(12));

async function samples(): Promise<Readonly<Record<string, Uint8Array>>> {
  const leaves = testLeaves(channel, 3);
  const checkpoint = utf8(await testHead(party, leaves));
  const signers = { ed25519: party.keys.heldEd, mlDsa44: party.keys.heldPq };
  const pair = await signCosignaturePair(
    nodeSha256,
    'example.com/held',
    signers,
    { origin: 'example.com/log', size: 3, root: new Uint8Array(32) },
    1e9,
  );
  const draft = { channel: channel.id, party: 0, gen: party.card.gen, type: 'message', time: 1_790_000_000, after: [], refs: [], fields: [] };
  return {
    entry: (await composeEntry(nodeSha256, nodeRandom, draft, identity, 'rep')).bytes,
    'identity-note': await signAsIdentity(nodeSha256, formatIdentityNote({ channel: channel.id, party: 0, n: 1, act: { act: 'end' } }), [identity]),
    founding: await signAsIdentity(
      nodeSha256,
      formatJoin({ card: party.card, invite: toBase64url(new Uint8Array(32)), address: 'https://node.example:7443' }),
      [identity],
    ),
    checkpoint,
    cosignature: formatLines(pair),
    card: utf8(`${party.card.text}\n`),
    'tlog-proof': formatLogProof({ extra: undefined, index: 1, path: [new Uint8Array(32), new Uint8Array(32)], checkpoint }),
    'signed-note': utf8(`a text\n\n\u2014 example.com/key ${Buffer.alloc(68).toString('base64')}\n`),
  };
}

test('what the record is made of is recognised by content and valid in its form', async () => {
  for (const [format, bytes] of Object.entries(await samples())) {
    const result = await checkFile('a.bin', bytes, detectors);
    assert.equal(result.format, format);
    assert.deepEqual(result.errors, [], format);
    assert.equal(result.valid, true, format);
  }
});

test('a file cut short, or with a character changed for one that cannot stand there, is not valid', async () => {
  for (const [format, bytes] of Object.entries(await samples())) {
    assert.equal((await checkFile('a', bytes.subarray(0, bytes.length - 40), detectors)).valid, false, `${format} cut short`);
    assert.equal((await checkFile('a', bytes.with(bytes.length - 3, 0x01), detectors)).valid, false, `${format} with a control character`);
  }
});

test('a founding is valid only under the signature of the identity on its own card', async () => {
  const { founding } = await samples();
  assert.ok(founding !== undefined);
  const text = Buffer.from(founding).toString('utf8').replace('7443', '7444');
  assert.deepEqual((await checkFile('a', utf8(text), detectors)).errors, ["the signatures of the party's identity do not verify"]);
});

test('what is wrong with a file of the record, and what it does not prove, is said as "verify" says it, entries counted alike', async () => {
  const cases = readCases().filter(({ expected }) =>
    expected.sentences.some(({ ok, phrase }) => ok !== true && ['index', 'to'].some((place) => phrase.values?.[place] !== undefined)),
  );
  assert.ok(cases.length >= 3, `${cases.length}`);
  for (const { comment, bytes } of cases.slice(0, 8)) {
    const said = failedFirst(sayVerdict(sayIn('en'), await verifyFile(crypto, bytes))).filter(({ ok }) => ok !== true);
    const { errors, warnings } = await checkFile('a', bytes, detectors);
    assert.deepEqual(
      [...errors, ...warnings],
      said.map(({ text }) => text),
      comment,
    );
  }
});

test('no bytes make a detector throw', async () => {
  const starts = Object.values(await samples());
  const cut = fc.tuple(fc.constantFrom(...starts), fc.nat(), fc.uint8Array({ maxLength: 64 }));
  await fc.assert(
    fc.asyncProperty(cut, async ([bytes, at, junk]) => {
      const place = at % bytes.length;
      const result = await checkFile('a', new Uint8Array([...bytes.subarray(0, place), ...junk, ...bytes.subarray(place)]), detectors);
      assert.equal(typeof result.valid, 'boolean');
    }),
    { numRuns: 200 },
  );
});

const shared = fileURLToPath(new URL('../../../shared/data/tlog/tessera-log/', import.meta.url));
test("another implementation's checkpoints are recognised and valid", {
  skip: existsSync(shared) ? false : 'the shared data are not here',
}, async () => {
  const names = readdirSync(shared, { recursive: true, encoding: 'utf8' }).filter((name) => /checkpoint(\.\d+)?$/.test(name));
  assert.ok(names.length >= 10);
  for (const name of names) {
    const { format, valid, errors } = await checkFile(name, new Uint8Array(readFileSync(shared + name)), detectors);
    assert.deepEqual({ format, valid, errors }, { format: 'checkpoint', valid: true, errors: [] }, name);
  }
});
