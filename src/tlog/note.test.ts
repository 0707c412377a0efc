import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromBase64, fromUtf8, toHex, utf8 } from '../base/bytes.ts';
import { MAX_NOTE_LINES } from '../base/limits.ts';
import { nodeSha256 } from '../node/crypto.ts';
import {
  computeKeyId,
  formatLines,
  formatNote,
  formatVerifierKey,
  isKeyName,
  type NoteLine,
  parseLines,
  parseNote,
  parseVerifierKey,
  type SignedNote,
} from './note.ts';

const POEM = `Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
`;

const opened = (bytes: Uint8Array): SignedNote => {
  const parsed = parseNote(bytes);
  return 'note' in parsed ? parsed.note : assert.fail(parsed.expected);
};
const refused = (text: string | Uint8Array) => 'expected' in parseNote(typeof text === 'string' ? utf8(text) : text);

const anyName = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter(isKeyName);
const anyLine: fc.Arbitrary<NoteLine> = fc
  .tuple(anyName, fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 1, maxLength: 100 }))
  .map(([name, keyId, signature]) => ({ name, keyId, signature }));
const anyText = fc
  .array(
    fc.string({ unit: 'grapheme' }).map((line) => [...line].filter((c) => c >= ' ').join('')),
    { minLength: 1, maxLength: 6 },
  )
  .map((lines) => `${lines.join('\n')}\n`);
const anyNote: fc.Arbitrary<SignedNote> = fc
  .tuple(anyText, fc.array(anyLine, { minLength: 1, maxLength: 5 }))
  .map(([text, lines]) => ({ text, lines }));

test('the example of the signed-note specification is taken apart at its last empty line', () => {
  const note = opened(utf8(POEM));
  assert.equal(note.text, POEM.slice(0, POEM.indexOf('\n\n—') + 1));
  assert.equal(note.lines.length, 1);
  assert.equal(note.lines[0]?.name, 'quasimodo.example/salvatore');
  assert.equal(toHex(note.lines[0]?.keyId ?? new Uint8Array()), '367ba04b');
  assert.equal(note.lines[0]?.signature.length, 64);
  assert.deepEqual(formatNote(note), utf8(POEM));
});

test('a note that is written is read back as it was', () => {
  fc.assert(fc.property(anyNote, (note) => assert.deepEqual(opened(formatNote(note)), note)));
});

test('whatever bytes are taken for a note, writing it again gives the same bytes', () => {
  const mutated = fc.tuple(anyNote.map(formatNote), fc.nat(), fc.nat(255)).map(([bytes, at, value]) => {
    const out = bytes.slice();
    out[at % out.length] = value;
    return out;
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), mutated), (bytes) => {
      const parsed = parseNote(bytes);
      if ('note' in parsed) assert.deepEqual(formatNote(parsed.note), bytes);
    }),
    { numRuns: 1000 },
  );
});

test('notes outside the one form are refused', () => {
  const line = '— a AAAAAAA=\n';
  assert.equal(refused(`x\n\n${line}`), false);
  assert.equal(refused(`\ufeffx\n\n${line}`), false, 'a byte order mark is text like any other');
  for (const [why, text] of Object.entries({
    'no signature': 'x\n\n',
    'no empty line': `x\n${line}`,
    'no newline at the end': `x\n\n${line.slice(0, -1)}`,
    'a carriage return': `x\r\n\n${line}`,
    'a tab': `\tx\n\n${line}`,
    'a NUL': `\0\n\n${line}`,
    'an empty line after': `x\n\n${line}\n`,
    'text after': `x\n\n${line}y\n`,
    'a hyphen for the dash': 'x\n\n- a AAAAAAA=\n',
    'no name': 'x\n\n—  AAAAAAA=\n',
    'two spaces': 'x\n\n— a  AAAAAAA=\n',
    'a space after': 'x\n\n— a AAAAAAA= \n',
    'a plus in the name': 'x\n\n— a+b AAAAAAA=\n',
    'a no-break space in the name': 'x\n\n— a\u00a0b AAAAAAA=\n',
    'a key id alone': 'x\n\n— a AAAAAA==\n',
    'no padding': 'x\n\n— a AAAAAAA\n',
    'padding bits that are not zero': 'x\n\n— a AAAAAAB=\n',
    base64url: 'x\n\n— a AAAAAA__AAAA\n',
    'too many lines': `x\n\n${line.repeat(MAX_NOTE_LINES + 1)}`,
    nothing: '',
    newlines: '\n\n\n',
  }))
    assert.equal(refused(text), true, why);
  assert.equal(refused(`x\n\n${line.repeat(MAX_NOTE_LINES)}`), false);
  assert.equal(refused(Uint8Array.of(0xff, 10, 10, ...utf8(line))), true, 'not UTF-8');
  assert.equal(refused(Uint8Array.of(0xed, 0xa0, 0x80, 10, 10, ...utf8(line))), true, 'a lone surrogate');
});

test('signature lines alone are read as an add-checkpoint answer and written back the same', () => {
  fc.assert(
    fc.property(fc.array(anyLine, { minLength: 1, maxLength: 5 }), (lines) => {
      assert.deepEqual(parseLines(formatLines(lines)), { lines });
    }),
  );
  for (const text of ['', '\n', '— a AAAAAAA=', '— a AAAAAAA=\n\n', 'x\n\n— a AAAAAAA=\n']) assert.ok('expected' in parseLines(utf8(text)), text);
});

test('a verifier key gives the key id that its note lines carry', () => {
  const vkey = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';
  const parsed = parseVerifierKey(nodeSha256, vkey);
  assert.ok('key' in parsed);
  assert.equal(parsed.key.name, 'example.com/log/testdata');
  assert.equal(parsed.key.type, 1);
  assert.equal(formatVerifierKey(nodeSha256, parsed.key.name, parsed.key.type, parsed.key.key), vkey);
  assert.equal(
    toHex(computeKeyId(nodeSha256, parsed.key.name, 1, fromBase64('4dO7hDeEQgwc2pzp8BIyyreso3HbzQ0j6g7nEIWSRLE=') ?? new Uint8Array())),
    '33d7b496',
  );
  for (let at = 0; at < vkey.length; at++) {
    const bytes = utf8(vkey);
    bytes[at] = (bytes[at] as number) ^ 1;
    assert.ok('expected' in parseVerifierKey(nodeSha256, fromUtf8(bytes) ?? ''), `changed at ${at}`);
  }
});
