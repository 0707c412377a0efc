import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, equal, fromBase64, fromUtf8, utf8 } from '../base/bytes.ts';
import { nodeSha256 as sha256 } from '../node/crypto.ts';
import { checkSignature } from '../node/signature-check.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { leafHash, rootOf, verifyInclusion } from './merkle.ts';
import { inclusionProofOf } from './merkle-plan.ts';
import { formatNote, isLineOf, parseNote, parseVerifierKey } from './note.ts';
import { formatLogProof, parseLogProof, provesInclusion } from './proof.ts';
import { formatAddCheckpoint, formatSizeAnswer, parseAddCheckpoint, parseSizeAnswer } from './witness-request.ts';

const DATA = new URL('../../../shared/data/tlog/', import.meta.url);
const SKIP = existsSync(DATA) ? false : 'shared data is not here';

const note = formatNote({
  text: 'example.com/log\n9\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n',
  lines: [{ name: 'a', keyId: new Uint8Array(4), signature: new Uint8Array(64) }],
});
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });

test('a proof file is read back as it was written, with its checkpoint verbatim', () => {
  const extras = fc.option(fc.uint8Array({ minLength: 1 }), { nil: undefined });
  fc.assert(
    fc.property(extras, fc.maxSafeNat(), fc.array(hash, { maxLength: 63 }), (extra, index, path) => {
      const proof = { extra, index, path, checkpoint: note };
      const bytes = formatLogProof(proof);
      const parsed = parseLogProof(bytes);
      assert.deepEqual('proof' in parsed && { ...parsed.proof, checkpoint: parsed.proof.checkpoint.slice() }, proof);
    }),
  );
});

test('whatever bytes are taken for a proof or a request, writing it again gives the same bytes', () => {
  const proof = formatLogProof({ extra: utf8('more'), index: 73894, path: [sha256(utf8('a')), sha256(utf8('b'))], checkpoint: note });
  const request = formatAddCheckpoint({ oldSize: 7, path: [sha256(utf8('a'))], checkpoint: note });
  fc.assert(
    fc.property(fc.nat(), fc.nat(255), fc.boolean(), (at, value, insert) => {
      const change = (bytes: Uint8Array) => {
        const i = at % bytes.length;
        return concat(bytes.slice(0, i), Uint8Array.of(value), bytes.slice(insert ? i : i + 1));
      };
      const parsedProof = parseLogProof(change(proof));
      if ('proof' in parsedProof) assert.deepEqual(formatLogProof(parsedProof.proof), change(proof));
      const parsedRequest = parseAddCheckpoint(change(request));
      if ('request' in parsedRequest) assert.deepEqual(formatAddCheckpoint(parsedRequest.request), change(request));
    }),
    { numRuns: 2000 },
  );
});

test('a proof outside the one form is refused', () => {
  const parsed = (head: string) => parseLogProof(concat(utf8(head), note));
  const first = 'c2sp.org/tlog-proof@v1\n';
  assert.ok('proof' in parsed(`${first}index 0\n\n`));
  assert.ok('proof' in parsed(`${first}extra AA==\nindex 0\n\n`));
  const line = `${'A'.repeat(43)}=\n`;
  assert.ok('proof' in parsed(`${first}index 0\n${line.repeat(63)}\n`));
  for (const head of [
    '',
    first,
    `${first}\n`,
    `${first}index 0\n`,
    `c2sp.org/tlog-proof@v2\nindex 0\n\n`,
    `${first}extra \nindex 0\n\n`,
    `${first}extra A\nindex 0\n\n`,
    `${first}index 0\nextra AA==\n\n`,
    `${first}extra AA==\nextra AA==\nindex 0\n\n`,
    `${first}index 00\n\n`,
    `${first}index -1\n\n`,
    `${first}index  1\n\n`,
    `${first}index 0\nAAAA\n\n`,
    `${first}index 0\n${line.repeat(64)}\n`,
    `${first}index 0\r\n\n`,
  ])
    assert.ok('expected' in parsed(head), head);
  assert.ok('expected' in parseLogProof(utf8(`${first}index 0\n\n`)), 'no checkpoint');
});

test('a proof leads from its leaf to the root of its head, and from no other leaf', () => {
  const leaves = Array.from({ length: 9 }, (_, i) => leafHash(sha256, utf8(`leaf ${i}`)));
  const head = { origin: 'example.com/log', size: 9, root: rootOf(sha256, leaves) };
  leaves.forEach((leaf, index) => {
    const proof = { extra: undefined, index, path: inclusionProofOf(sha256, leaves, index), checkpoint: note };
    assert.ok(provesInclusion(sha256, proof, leaf, head));
    assert.ok(!provesInclusion(sha256, proof, leaves[(index + 1) % 9] as Uint8Array, head));
    assert.ok(!provesInclusion(sha256, { ...proof, index: index ^ 1 }, leaf, head));
  });
});

type SigstoreBundle = {
  verificationMaterial: {
    tlogEntries: {
      canonicalizedBody: string;
      inclusionProof: { logIndex: string; rootHash: string; treeSize: string; hashes: string[]; checkpoint: { envelope: string } };
    }[];
  };
};

test('real Rekor entries are in the tree of the checkpoint that came with them', { skip: SKIP }, () => {
  let seen = 0;
  for (const name of readdirSync(new URL('sigstore-bundles/', DATA))) {
    const bundle = JSON.parse(readFileSync(new URL(`sigstore-bundles/${name}`, DATA), 'utf8')) as SigstoreBundle;
    for (const { canonicalizedBody, inclusionProof } of bundle.verificationMaterial.tlogEntries) {
      const parsed = parseNote(utf8(inclusionProof.checkpoint.envelope));
      assert.ok('note' in parsed);
      assert.ok('expected' in parseCheckpoint(parsed.note.text), 'Rekor adds a time stamp line');
      const head = parseCheckpoint(parsed.note.text, true);
      assert.ok('checkpoint' in head);
      const path = inclusionProof.hashes.map((text) => fromBase64(text) ?? assert.fail(text));
      const leaf = leafHash(sha256, fromBase64(canonicalizedBody) ?? assert.fail('body'));
      const index = Number(inclusionProof.logIndex);
      assert.ok(verifyInclusion(sha256, leaf, index, head.checkpoint.size, path, head.checkpoint.root), name);
      const proof = parseLogProof(formatLogProof({ extra: undefined, index, path, checkpoint: utf8(inclusionProof.checkpoint.envelope) }));
      assert.ok('proof' in proof && provesInclusion(sha256, proof.proof, leaf, head.checkpoint));
      seen++;
    }
  }
  assert.ok(seen >= 2);
});

test('a real sumdb request is read, and its checkpoint verifies under the published key', { skip: SKIP }, () => {
  const { requests } = JSON.parse(readFileSync(new URL('torchwood-witness/sumdb.requests.json', DATA), 'utf8')) as { requests: { body: string }[] };
  const published = parseVerifierKey(sha256, 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8');
  assert.ok('key' in published);
  const { name, keyId, key } = published.key;
  for (const { body } of requests) {
    const parsed = parseAddCheckpoint(utf8(body));
    assert.ok('request' in parsed && parsed.request.oldSize === 0);
    assert.deepEqual(formatAddCheckpoint(parsed.request), utf8(body));
    const opened = parseNote(parsed.request.checkpoint);
    assert.ok('note' in opened);
    const head = parseCheckpoint(opened.note.text);
    assert.ok('checkpoint' in head && head.checkpoint.origin === 'go.sum database tree' && head.checkpoint.size === 35225469);
    const line = opened.note.lines.find((l) => isLineOf(l, name, keyId)) ?? assert.fail('no line by the published key');
    assert.ok(checkSignature({ algorithm: 'ed25519', key, message: utf8(opened.note.text), signature: line.signature }));
  }
});

test('verifier keys of real logs are read, and those of ECDSA refused', { skip: SKIP }, () => {
  const keys = [...readFileSync(new URL('omniwitness-logs.yaml', DATA), 'utf8').matchAll(/PublicKey: (\S+)/g)].map(([, key]) => key as string);
  const types = keys.map((text) => {
    const parsed = parseVerifierKey(sha256, text);
    return 'key' in parsed ? parsed.key.type : 'refused';
  });
  assert.ok(types.filter((type) => type === 1).length >= 3, types.join());
  keys.forEach((text, i) => {
    if (types[i] === 'refused') assert.equal(fromBase64(text.slice(text.indexOf('+', text.indexOf('+') + 1) + 1))?.[0], 2, text);
  });
});

test('an add-checkpoint request outside the one form is refused', () => {
  const parsed = (head: string) => parseAddCheckpoint(concat(utf8(head), note));
  const line = `${'A'.repeat(43)}=\n`;
  assert.ok('request' in parsed('old 0\n\n'));
  assert.ok('request' in parsed(`old 7\n${line.repeat(63)}\n`));
  for (const head of [
    '',
    '\n',
    'old\n\n',
    'old \n\n',
    'old 07\n\n',
    'old 7 \n\n',
    'Old 7\n\n',
    'old 7\n',
    `old 0\n${line}\n`,
    `old 7\n${line.repeat(64)}\n`,
    'old 7\nAAAA\n\n',
    'old 7\n\n\n',
  ])
    assert.ok('expected' in parsed(head), JSON.stringify(head));
  assert.ok('expected' in parseAddCheckpoint(new Uint8Array(1_000_000)));
  const good = parsed(`old 7\n${line}\n`);
  assert.ok('request' in good && equal(good.request.checkpoint, note) && good.request.path.length === 1);
});

test('the size answer of a 409 is one strict decimal line', () => {
  fc.assert(fc.property(fc.maxSafeNat(), (size) => assert.equal(parseSizeAnswer(formatSizeAnswer(size)), size)));
  for (const text of ['', '7', '7\n\n', '07\n', ' 7\n', '7\r\n', '-1\n', '99999999999999999\n'])
    assert.equal(parseSizeAnswer(utf8(text)), undefined, JSON.stringify(text));
  assert.equal(fromUtf8(formatSizeAnswer(20852014)), '20852014\n');
});
