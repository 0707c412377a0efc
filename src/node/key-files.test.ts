import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { armor, Encrypter } from 'age-encryption';
import fc from 'fast-check';
import { fromUtf8, toHex, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { nodeRandom } from './crypto.ts';
import { createNodeSeed, openKey, parseKeyFile, readKeyFile, readNodeSeed, sealKey, writeKeyFile } from './key-files.ts';
import { recoveryWords, seedFromRecovery } from './recovery.ts';

const FAST = 4;
const seed = new Uint8Array(32).fill(9);
let directory = '';
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-keys-'));
});
after(() => rm(directory, { recursive: true }));
const refusal = (code: string) => (fault: unknown) => fault instanceof ParleyError && fault.code === code;

test('a sealed key opens with its passphrase, composed or decomposed, and with no other', async () => {
  const file = await sealKey(seed, 'café au lait', 'identity', FAST);
  assert.deepEqual(await openKey(file, 'cafe\u0301 au lait'), { kind: 'identity', seed });
  await assert.rejects(openKey(file, 'cafe au lait'), refusal('passphrase_wrong'));
  await assert.rejects(openKey(file, ''), refusal('passphrase_wrong'));
  await assert.rejects(sealKey(seed, 'short', 'identity', FAST), refusal('invalid'));
  assert.equal(parseKeyFile(file).kind, 'identity');
});

test('where nothing else is said a try at a passphrase costs about half a second', async () => {
  const { sealed } = JSON.parse(fromUtf8(await sealKey(seed, 'a passphrase', 'identity')) ?? '') as { sealed: string };
  assert.match(Buffer.from(armor.decode(sealed)).toString('latin1'), /\n-> scrypt \S+ 17\n/);
});

test('no changed byte of a key file opens as another key', async () => {
  const file = await sealKey(seed, 'a passphrase', 'representative', FAST);
  await fc.assert(
    fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 1, max: 127 }), async (at, flip) => {
      const changed = Uint8Array.from(file);
      changed[at] = (changed[at] ?? 0) ^ flip;
      const opened = await openKey(changed, 'a passphrase').catch((fault) => {
        assert.ok(fault instanceof ParleyError, String(fault));
        return undefined;
      });
      // A kind is not a secret and is not sealed; the only other change that may open is none.
      assert.ok(opened === undefined || toHex(opened.seed) === toHex(seed));
    }),
    { numRuns: 150 },
  );
});

test('a key file that asks for too much work, or is too large, is refused before any work', async () => {
  const file = fromUtf8(await sealKey(seed, 'a passphrase', 'identity', FAST)) ?? '';
  const { sealed } = JSON.parse(file) as { sealed: string };
  const heavy = Buffer.from(armor.decode(sealed))
    .toString('latin1')
    .replace(/^(age.*\n-> scrypt \S+) 4\n/, '$1 40\n');
  const swapped = utf8(JSON.stringify({ ...JSON.parse(file), sealed: armor.encode(Buffer.from(heavy, 'latin1')) }));
  const start = performance.now();
  await assert.rejects(openKey(swapped, 'a passphrase'), refusal('too_large'));
  await assert.rejects(openKey(new Uint8Array(100_000), 'a passphrase'), refusal('too_large'));
  assert.ok(performance.now() - start < 100);
});

test('a key file whose public key is not that of its seed, or sealed for other recipients, is refused', async () => {
  const [one, two] = await Promise.all([
    sealKey(seed, 'a passphrase', 'identity', FAST),
    sealKey(new Uint8Array(32), 'a passphrase', 'identity', FAST),
  ]);
  const mixed = { ...JSON.parse(fromUtf8(one) ?? ''), sealed: JSON.parse(fromUtf8(two) ?? '').sealed };
  await assert.rejects(openKey(utf8(JSON.stringify(mixed)), 'a passphrase'), refusal('invalid'));
  const encrypter = new Encrypter();
  encrypter.addRecipient('age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg');
  const foreign = { ...mixed, sealed: armor.encode(await encrypter.encrypt(seed)) };
  assert.throws(() => parseKeyFile(utf8(JSON.stringify(foreign))), refusal('invalid'));
});

test('key and seed files are written once, for their owner alone, and leave no other file', async () => {
  const path = join(directory, 'seed');
  const made = await createNodeSeed(path, nodeRandom);
  assert.deepEqual(await readNodeSeed(path), made);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  await assert.rejects(createNodeSeed(path, nodeRandom), refusal('exists'));
  assert.deepEqual(await readNodeSeed(path), made);
  const file = await sealKey(seed, 'a passphrase', 'identity', FAST);
  await writeKeyFile(join(directory, 'identity.key'), file);
  assert.deepEqual(await readKeyFile(join(directory, 'identity.key')), file);
  await assert.rejects(writeKeyFile(join(directory, 'identity.key'), file), refusal('exists'));
  assert.deepEqual((await readdir(directory)).sort(), ['identity.key', 'seed']);
});

test('a seed file that others may read, is damaged, large or missing is refused', async () => {
  const path = join(directory, 'open-seed');
  await createNodeSeed(path, nodeRandom);
  await chmod(path, 0o640);
  await assert.rejects(readNodeSeed(path), refusal('invalid'));
  await writeFile(path, '{"v":1,"kind":"node","seed":"AAAA"}');
  await chmod(path, 0o600);
  await assert.rejects(readNodeSeed(path), refusal('invalid'));
  await writeFile(path, Buffer.alloc(1_000_000));
  await assert.rejects(readNodeSeed(path), refusal('too_large'));
  await assert.rejects(readNodeSeed(join(directory, 'none')), refusal('not_found'));
});

test('the printed recovery of zeros is the one of BIP 39', () => {
  assert.equal(recoveryWords(new Uint8Array(32)).join(' '), `${'abandon '.repeat(23)}art`);
});

test('a recovery comes back from its words, numbered, broken into lines and capitalized too', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const words = recoveryWords(bytes);
      const printed = words.map((word, i) => `${i + 1}. ${word.toUpperCase()}`).join('\n');
      return toHex(seedFromRecovery(words.join(' '))) === toHex(bytes) && toHex(seedFromRecovery(printed)) === toHex(bytes);
    }),
    { numRuns: 20 },
  );
});

test('a recovery with a wrong, missing or exchanged word is refused by its place and the word is not repeated', () => {
  const words = [...recoveryWords(new Uint8Array(32).fill(200))];
  const message = (typed: readonly string[]) => {
    try {
      seedFromRecovery(typed.join(' '));
    } catch (fault) {
      assert.ok(refusal('invalid')(fault));
      return (fault as Error).message;
    }
    return assert.fail('not refused');
  };
  assert.match(message(words.with(6, 'secretword')), /word 7 is not one/);
  assert.doesNotMatch(message(words.with(6, 'secretword')), /secretword/);
  assert.match(message(words.slice(1)), /there are 23/);
  assert.match(message(words.with(0, 'zoo')), /last one does not fit/);
});
