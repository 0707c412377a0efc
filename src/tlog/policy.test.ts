import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '../base/bytes.ts';
import { ed25519Signer, nodeSha256 as sha256 } from '../node/crypto.ts';
import { formatVerifierKey, SIGNATURE_TYPE } from './note.ts';
import { formatPolicy, meetsQuorum, type Policy, parsePolicy } from './policy.ts';

const vkey = (name: string, type: number, seed: number) =>
  formatVerifierKey(sha256, name, type, ed25519Signer(new Uint8Array(32).fill(seed)).publicKey);
const witness = (name: string, seed: number) => `witness ${name} ${vkey(`example.com/${name}`, SIGNATURE_TYPE.ed25519Cosignature, seed)}\n`;
const LOG = `log ${vkey('example.com/log', SIGNATURE_TYPE.ed25519, 1)}\n`;
// The example of the specification: two of the X and any of the Y.
const EXAMPLE = `${LOG}
# the first organisation
${witness('X1', 2)}${witness('X2', 3)}${witness('X3', 4)}group X-witnesses 2 X1 X2 X3
${witness('Y1', 5)}${witness('Y2', 6)}\t${witness('Y3', 7)}group Y-witnesses any Y1 Y2 Y3
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;
const opened = (text: string): Policy => {
  const parsed = parsePolicy(sha256, utf8(text));
  return 'policy' in parsed ? parsed.policy : assert.fail(`${parsed.line}: ${parsed.expected}`);
};

test('the example of the policy specification needs two of one group and one of the other', () => {
  const policy = opened(EXAMPLE);
  const met = (...names: string[]) => meetsQuorum(policy, new Set(names));
  assert.equal(met('X1', 'X3', 'Y2'), true);
  assert.equal(met('X1', 'X2', 'X3'), false);
  assert.equal(met('X1', 'Y1', 'Y2', 'Y3'), false);
  assert.equal(met('X-witnesses', 'Y-witnesses', 'X-and-Y'), false, 'a group is met by its members alone');
  assert.equal(met(), false);
  assert.equal(meetsQuorum(opened(`${LOG}quorum none\n`), new Set()), true);
  assert.equal(meetsQuorum(opened(`${witness('W', 2)}quorum W\n`), new Set(['W'])), true);
});

test('a policy that is written is read back', () => {
  const policy = opened(EXAMPLE);
  assert.deepEqual(opened(formatPolicy(sha256, policy)), policy);
});

test('a policy outside the specification is refused, with its line', () => {
  const W = witness('W', 2);
  for (const [text, line] of [
    ['', 1],
    ['quorum none', 1],
    [LOG, 2],
    ['quorum none\nquorum none\n', 2],
    ['quorum W\n', 1],
    [`quorum W\n${W}`, 1],
    [`${LOG}${LOG}quorum none\n`, 2],
    [`${W}${witness('V', 2)}quorum W\n`, 2],
    [`${W}${witness('W', 3)}quorum W\n`, 2],
    [`${witness('none', 2)}quorum none\n`, 1],
    [`${W}group none any W\nquorum none\n`, 2],
    [`${W}group G 0 W\nquorum G\n`, 2],
    [`${W}group G 2 W\nquorum G\n`, 2],
    [`${W}group G 01 W\nquorum G\n`, 2],
    [`${W}group G any\nquorum G\n`, 2],
    [`${W}group G any W W\nquorum G\n`, 2],
    [`${W}group G any W\ngroup H any W\nquorum G\n`, 3],
    [`${W}group G any G\nquorum G\n`, 2],
    [`${W}group G any none\nquorum G\n`, 2],
    [`${LOG.replace('log', 'Log')}quorum none\n`, 1],
    [`${LOG.replace('\n', ' https://a https://b\n')}quorum none\n`, 1],
    [`log ${vkey('example.com/log', SIGNATURE_TYPE.ed25519Cosignature, 1)}\nquorum none\n`, 1],
    [`witness W ${vkey('example.com/W', SIGNATURE_TYPE.ed25519, 1)}\nquorum none\n`, 1],
    ['quorum none\r\n', 1],
    ['# bell \u0007\nquorum none\n', 1],
  ] as const) {
    const parsed = parsePolicy(sha256, utf8(text));
    assert.equal('line' in parsed && parsed.line, line, JSON.stringify(text));
  }
  assert.ok('policy' in parsePolicy(sha256, utf8(`${LOG.replace('\n', ' https://log.example/ \n')}  # ć\n\n\t quorum \t none \t\n`)));
});

test('no bytes make reading a policy throw', () => {
  const word = fc.constantFrom(
    'log',
    'witness',
    'group',
    'quorum',
    'none',
    'any',
    'all',
    'W',
    'X',
    '1',
    ' ',
    '\t',
    '\n',
    '#',
    vkey('W', 4, 2),
    vkey('X', 4, 3),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.array(word, { maxLength: 40 }).map((words) => utf8(`${words.join(' ')}\n`)),
      ),
      (bytes) => {
        const parsed = parsePolicy(sha256, bytes);
        if ('policy' in parsed) assert.deepEqual(opened(formatPolicy(sha256, parsed.policy)), parsed.policy);
      },
    ),
    { numRuns: 300 },
  );
});
