import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex } from '../base/bytes.ts';
import { formatCheckpoint, MAX_ORIGIN_SIZE, parseCheckpoint } from './checkpoint.ts';

const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';
const GOOD = `example.com/behind-the-sofa\n20852163\n${ROOT}\n`;

test('the example of the checkpoint specification is read', () => {
  const parsed = parseCheckpoint(GOOD);
  assert.ok('checkpoint' in parsed);
  assert.equal(parsed.checkpoint.origin, 'example.com/behind-the-sofa');
  assert.equal(parsed.checkpoint.size, 20852163);
  assert.equal(toHex(parsed.checkpoint.root), '0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62');
  assert.equal(formatCheckpoint(parsed.checkpoint), GOOD);
});

test('a size is strict decimal and a root canonical base64 of 32 bytes', () => {
  const taken = (size: string, root = ROOT, origin = 'o') => 'checkpoint' in parseCheckpoint(`${origin}\n${size}\n${root}\n`);
  for (const size of ['0', '1', '9007199254740991']) assert.equal(taken(size), true, size);
  for (const size of ['', '00', '007', '+1', '-1', '-0', ' 5', '5 ', '0x10', '1e3', '1.0', '1_0', '٣', '9007199254740992', '99999999999999999999'])
    assert.equal(taken(size), false, size);
  for (const root of ['', ROOT.slice(0, -1), `${ROOT}=`, ROOT.replace('I=', 'J='), ROOT.replaceAll('/', '_'), 'AAAA', ` ${ROOT}`])
    assert.equal(taken('1', root), false, root);
  assert.equal(taken('1', ROOT, ''), false, 'no origin');
  assert.equal(taken('1', ROOT, 'é'.repeat(127)), true);
  assert.equal(taken('1', ROOT, 'é'.repeat(128)), false, `more than ${MAX_ORIGIN_SIZE} bytes`);
});

test('extension lines are refused unless asked for, and empty ones always', () => {
  assert.ok('expected' in parseCheckpoint(`${GOOD}extra\n`));
  const parsed = parseCheckpoint(`${GOOD}extra\nmore\n`, true);
  assert.deepEqual('extensions' in parsed && parsed.extensions, ['extra', 'more']);
  for (const text of [`${GOOD}\n`, `${GOOD}a\n\n`, `${GOOD}a`, GOOD.slice(0, -1), '', '\n\n\n'])
    assert.ok('expected' in parseCheckpoint(text, true), text);
});

test('a checkpoint that is written is read back, and every one-character change is another checkpoint or none', () => {
  const anyCheckpoint = fc
    .tuple(fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme-ascii' }), fc.maxSafeNat(), fc.uint8Array({ minLength: 32, maxLength: 32 }))
    .map(([origin, size, root]) => ({ origin, size, root }));
  fc.assert(
    fc.property(anyCheckpoint, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (checkpoint, at, character) => {
      const text = formatCheckpoint(checkpoint);
      assert.deepEqual(parseCheckpoint(text), { checkpoint, extensions: [] });
      const i = at % text.length;
      const changed = `${text.slice(0, i)}${character}${text.slice(i + 1)}`;
      const parsed = parseCheckpoint(changed);
      if ('checkpoint' in parsed) assert.equal(formatCheckpoint(parsed.checkpoint), changed);
    }),
  );
});
