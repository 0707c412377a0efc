import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url } from '../base/bytes.ts';
import { nodeRandom } from '../node/crypto.ts';
import { formatHeader, type Header, parseHeader } from './header.ts';

const b16 = (): string => toBase64url(nodeRandom(16));
const b32 = (): string => toBase64url(nodeRandom(32));

function header(change: Partial<Header> = {}): Header {
  return {
    channel: b32(),
    party: 1,
    gen: b16(),
    type: 'message',
    time: 1_790_000_000,
    after: [0, 3].map((party) => ({ party, gen: b16(), size: 12, root: b32() })),
    salt: b16(),
    body: { root: b32(), n: 8, size: 913 },
    actor: b32(),
    refs: [b32(), b32()],
    ...change,
  };
}

test('a header is read as it was written, with the largest numbers and the longest lists there are', () => {
  const heads = Array.from({ length: 16 }, (_, party) => ({ party, gen: b16(), size: Number.MAX_SAFE_INTEGER - party, root: b32() }));
  const all = [
    header(),
    header({ after: [], refs: [] }),
    header({ time: Number.MAX_SAFE_INTEGER, after: heads, refs: Array.from({ length: 16 }, b32) }),
    header({ time: 0, party: 15, body: { root: b32(), n: 1024, size: 65_536 } }),
  ];
  for (const one of all) assert.deepEqual(parseHeader(formatHeader(one)), { header: one });
});

test('a header outside its limits is refused with what was expected', () => {
  const head = { party: 0, gen: b16(), size: 1, root: b32() };
  const id = b32();
  const cases: readonly [Partial<Header>, RegExp][] = [
    [{ party: 16 }, /party index/],
    [{ time: -1 }, /claimed time/],
    [{ after: [head, head] }, /cited heads/],
    [{ after: [{ ...head, party: 16 }] }, /cited heads/],
    [{ after: [{ ...head, size: 0 }] }, /cited heads/],
    [{ body: { root: b32(), n: 12, size: 1 } }, /body commitment/],
    [{ body: { root: b32(), n: 1032, size: 1 } }, /body commitment/],
    [{ body: { root: b32(), n: 8, size: 0 } }, /body commitment/],
    [{ body: { root: b32(), n: 8, size: 65_537 } }, /body commitment/],
    [{ refs: [id, id] }, /references/],
    [{ refs: Array.from({ length: 17 }, b32) }, /references/],
    [{ type: 'Message' }, /entry type/],
  ];
  for (const [change, expected] of cases) {
    const parsed = parseHeader(formatHeader(header(change)));
    assert.match('expected' in parsed ? parsed.expected : 'nothing', expected, JSON.stringify(change));
  }
});

test('whatever one character of a header is changed, taken away or doubled, it is refused or is written so again', () => {
  const line = formatHeader(header());
  let read = 0;
  for (let at = 0; at < line.length; at++) {
    for (const other of ['', '0', '1', '9', 'A', 'B', 'z', '-', '"', ',', '[', ']', '}', ' ', '\n', '\\', '\u00e9', `${line[at]}${line[at]}`]) {
      const changed = line.slice(0, at) + other + line.slice(at + 1);
      const parsed = parseHeader(changed);
      if (!('header' in parsed)) continue;
      read++;
      assert.equal(formatHeader(parsed.header), changed);
    }
  }
  assert.ok(read > 100, 'digits and numbers may be others');
});
