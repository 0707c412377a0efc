/** One accept set for Ed25519, and one verdict on ML-DSA-44: the node, its threads, the command line, and what pages fall back to. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { run } from '../src/cli/fixtures-streams.ts';
import { parseFoundingNote } from '../src/entry/founding.ts';
import { nodeCrypto, nodeSha256 } from '../src/node/crypto.ts';
import { testCrypto } from '../src/node/fixtures-channel.ts';
import { isAcceptableEd25519Key } from '../src/tlog/ed25519-key.ts';
import { edgeCases, mlDsaCases, wycheproofCases } from './edge-signatures.ts';

const cases = edgeCases();
const threads = nodeCrypto(2);
after(() => threads.close());

/** Enough of the same to be sent to threads, whose verdicts come back in order. */
const MANY = 8;

test('the edge cases are what they say: the bare equation holds for keys that only the accept set refuses', async () => {
  assert.ok(cases.length > 50 && cases.filter(({ valid }) => valid).length === 4);
  const believed = await testCrypto.verify(cases.map(({ check }) => check));
  const wrongly = cases.filter(({ valid }, i) => !valid && believed[i] === true);
  assert.ok(wrongly.length >= 3, `${wrongly.length}`);
  assert.ok(wrongly.every(({ check }) => !isAcceptableEd25519Key(check.key)));
});

test('an invitation signed so is taken or refused alike by the node, its threads and the command line', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'parley-edge-'));
  try {
    const files: string[] = [];
    for (const [i, { name, invite, valid }] of cases.entries()) {
      const parsed = parseFoundingNote(nodeSha256, invite);
      for (const crypto of [testCrypto, threads]) {
        const checks =
          'note' in parsed && 'checks' in parsed.note
            ? Array.from({ length: MANY }, () => parsed.note).flatMap((note) => ('checks' in note ? note.checks : []))
            : [];
        const verdict = checks.length > 0 && (await crypto.verify(checks)).every(Boolean);
        assert.equal(verdict, valid, name);
      }
      files.push(join(dir, `${String(i).padStart(3, '0')}.parley`));
      await writeFile(files[i] ?? '', invite);
    }
    const { lines } = await run(['check', '--json', ...files]);
    assert.deepEqual(
      lines.map(({ format, valid }, i) => [cases[i]?.name, format, valid]),
      cases.map(({ name, valid }) => [name, 'founding', valid]),
    );
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

const wycheproof = wycheproofCases();
test('every case of Wycheproof has its verdict on the threads of a node', {
  skip: wycheproof.length > 0 ? false : 'the file is not beside the checkout',
}, async () => {
  const verdicts = await threads.verify(wycheproof.map(({ check }) => check));
  assert.ok(wycheproof.length >= 150);
  assert.deepEqual(
    wycheproof.filter(({ valid, check }, i) => (verdicts[i] === true && isAcceptableEd25519Key(check.key)) !== valid),
    [],
  );
});

test('ML-DSA-44: good signatures verify; another length, a changed bit anywhere, and hints out of order do not', async () => {
  const all = await mlDsaCases();
  const verdicts = await threads.verify(all.map(({ check }) => check));
  assert.deepEqual(
    all.filter(({ valid }, i) => verdicts[i] !== valid).map(({ name }) => name),
    [],
  );
});
