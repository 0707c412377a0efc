import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { equal, utf8 } from '../base/bytes.ts';
import { nodeSha256 as sha256 } from '../node/crypto.ts';
import { checkSignature } from '../node/signature-check.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { leafHash, rootOf, verifyConsistency, verifyInclusion } from './merkle.ts';
import { consistencyProofOf, inclusionProofOf } from './merkle-plan.ts';
import { isLineOf, parseNote, parseVerifierKey } from './note.ts';
import { formatEntryBundle, formatTile, formatTilePath, parseEntryBundle, parseTile, parseTilePath, tileWidth } from './tile.ts';

const DATA = new URL('../../../shared/data/tlog/tessera-log/', import.meta.url);
const SKIP = existsSync(DATA) ? false : 'shared data is not here';
const read = (name: string) => new Uint8Array(readFileSync(new URL(name, DATA)));

test('a log grown by Tessera from 0 to 15 leaves is verified: checkpoints, tiles, entries and every proof between', { skip: SKIP }, () => {
  const vkey = parseVerifierKey(sha256, new TextDecoder().decode(read('vkey.txt')).trim());
  assert.ok('key' in vkey);
  const { name, keyId, key } = vkey.key;
  const roots: Uint8Array[] = [];
  let leaves: readonly Uint8Array[] = [];
  for (let size = 0; size <= 15; size++) {
    const parsed = parseNote(read(`checkpoint.${size}`));
    assert.ok('note' in parsed);
    const [line] = parsed.note.lines;
    assert.ok(line !== undefined && isLineOf(line, name, keyId));
    assert.ok(checkSignature({ algorithm: 'ed25519', key, message: utf8(parsed.note.text), signature: line.signature }));
    const head = parseCheckpoint(parsed.note.text);
    assert.ok('checkpoint' in head && head.checkpoint.size === size && head.checkpoint.origin === name);
    roots.push(head.checkpoint.root);
    if (size > 0) {
      const tile = parseTile(read(formatTilePath({ level: 0, index: 0, width: size })), size);
      const bundle = parseEntryBundle(read(formatTilePath({ level: 'entries', index: 0, width: size })), size);
      assert.ok('hashes' in tile && 'entries' in bundle);
      assert.deepEqual(
        bundle.entries.map((entry) => leafHash(sha256, entry)),
        tile.hashes.map((hash) => new Uint8Array(hash)),
      );
      leaves = tile.hashes;
    }
    assert.ok(equal(rootOf(sha256, leaves), head.checkpoint.root));
  }
  for (let to = 0; to <= 15; to++) {
    const some = leaves.slice(0, to);
    for (let from = 0; from <= to; from++) {
      const path = consistencyProofOf(sha256, some, from);
      assert.ok(verifyConsistency(sha256, from, to, roots[from] as Uint8Array, roots[to] as Uint8Array, path));
      if (from < to) {
        const proof = inclusionProofOf(sha256, some, from);
        assert.ok(verifyInclusion(sha256, leaves[from] as Uint8Array, from, to, proof, roots[to] as Uint8Array));
      }
    }
  }
});

test('a tile has one path, the one of the specification', () => {
  for (const [path, tile] of [
    ['tile/0/x001/x234/067', { level: 0, index: 1234067, width: 256 }],
    ['tile/0/000.p/1', { level: 0, index: 0, width: 1 }],
    ['tile/entries/x001/000.p/255', { level: 'entries', index: 1000, width: 255 }],
    ['tile/63/999', { level: 63, index: 999, width: 256 }],
  ] as const) {
    assert.equal(formatTilePath(tile), path);
    assert.deepEqual(parseTilePath(path), { tile });
  }
  for (const path of [
    '',
    'tile/0/0',
    '/tile/0/000',
    'tile/0/000/',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/x000/005',
    'tile/0/001/005',
    'tile/0/x005',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/05',
    'tile/0/000.p',
    'tile/data/000',
    'tile/0/x009/x999/x999/x999/x999/999',
    'tile/0/../000',
    'tile/0/000\n',
  ])
    assert.ok('expected' in parseTilePath(path), path);
  fc.assert(
    fc.property(fc.oneof(fc.constant('entries' as const), fc.nat(63)), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
      assert.deepEqual(parseTilePath(formatTilePath({ level, index, width })), { tile: { level, index, width } });
    }),
  );
});

test('a tree of 70,000 leaves has the tiles the specification counts', () => {
  assert.deepEqual([tileWidth(0, 272, 70_000), tileWidth(0, 273, 70_000), tileWidth(0, 274, 70_000)], [256, 112, 0]);
  assert.deepEqual([tileWidth(1, 0, 70_000), tileWidth(1, 1, 70_000), tileWidth(2, 0, 70_000), tileWidth(3, 0, 70_000)], [256, 17, 1, 0]);
  assert.deepEqual([tileWidth(0, 0, 256), tileWidth(1, 0, 256), tileWidth('entries', 0, 256), tileWidth(0, 0, 0)], [256, 1, 256, 0]);
});

test('entry bundles and tiles are read back, and only at their exact width', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { minLength: 1, maxLength: 20 }), (entries) => {
      const bytes = formatEntryBundle(entries);
      const parsed = parseEntryBundle(bytes, entries.length);
      assert.ok('entries' in parsed && parsed.entries.every((entry, i) => equal(entry, entries[i] as Uint8Array)));
      assert.ok('expected' in parseEntryBundle(bytes, entries.length + 1));
      assert.ok('expected' in parseEntryBundle(bytes, entries.length - 1));
      assert.ok('expected' in parseEntryBundle(bytes.slice(0, -1), entries.length));
      assert.ok('expected' in parseEntryBundle(Uint8Array.of(...bytes, 0), entries.length));
      assert.ok('expected' in parseEntryBundle(Uint8Array.of(...bytes, 0, 0), entries.length));
      const hashes = entries.map((entry) => leafHash(sha256, entry));
      const tile = parseTile(formatTile(hashes), hashes.length);
      assert.ok('hashes' in tile && tile.hashes.every((hash, i) => equal(hash, hashes[i] as Uint8Array)));
      assert.ok('expected' in parseTile(formatTile(hashes).slice(1), hashes.length));
    }),
  );
});
