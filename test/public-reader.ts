/**
 * Reads a log, and asks a witness, knowing nothing but public specifications: C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles and
 * tlog-witness, and RFC 6962. It shares no line with the product, so that both can only agree by being right.
 */
import assert from 'node:assert/strict';
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { Agent, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { TLSSocket } from 'node:tls';

/** What came back over HTTP. */
export type Answer = { readonly status: number; readonly type: string; readonly body: Buffer };

/** A verifier key of signed-note, `name+hash+base64(type || key)`. */
export type Vkey = { readonly name: string; readonly id: Buffer; readonly type: number; readonly key: Buffer };

/** A note taken apart, with the lines as they stand. */
type Note = { readonly text: string; readonly lines: readonly { readonly name: string; readonly id: Buffer; readonly payload: Buffer }[] };

/** A checkpoint that verified. */
export type Head = { readonly origin: string; readonly size: number; readonly root: Buffer };

/** Connections that stay open between requests, as tlog-witness asks of clients. */
const KEPT = new Agent({ keepAlive: true });

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
};
const leafHash = (entry: Uint8Array): Buffer => sha256(Uint8Array.of(0), entry);
const nodeHash = (left: Buffer, right: Buffer): Buffer => sha256(Uint8Array.of(1), left, right);

/** The verifier key in its text; its id must be SHA-256(name || newline || type || key)[:4]. */
export function parseVkey(text: string): Vkey {
  const [, name = '', id = '', material = ''] = /^([^+ ]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? assert.fail('a verifier key');
  const raw = Buffer.from(material, 'base64');
  const expected = sha256(Buffer.from(`${name}\n`), raw).subarray(0, 4);
  assert.equal(expected.toString('hex'), id, 'the id of a verifier key');
  return { name, id: expected, type: raw[0] ?? 0, key: raw.subarray(1) };
}

/** The note in bytes (signed-note, "Format"). */
export function parseNote(bytes: Uint8Array): Note {
  const whole = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  const cut = whole.lastIndexOf('\n\n');
  assert.ok(cut >= 0 && whole.endsWith('\n'), 'a note');
  const lines = whole
    .slice(cut + 2, -1)
    .split('\n')
    .map((line) => {
      const [, name = '', base64 = ''] =
        /^\u2014 ([^ +]+) ([A-Za-z0-9+/]+=*)$/.exec(line) ?? assert.fail(`a signature line, not "${line.slice(0, 40)}"`);
      const raw = Buffer.from(base64, 'base64');
      return { name, id: raw.subarray(0, 4), payload: raw.subarray(4) };
    });
  return { text: whole.slice(0, cut + 1), lines };
}

/** Whether a note has a valid signature by a key: Ed25519 (0x01), Ed25519 cosignature (0x04) or ML-DSA-44 cosignature (0x06). */
export function isSignedBy({ text, lines }: Note, { name, id, type, key }: Vkey): boolean {
  const found = lines.filter((line) => line.name === name && line.id.equals(id));
  return found.length > 0 && found.every(({ payload }) => isSignature(text, name, type, key, payload));
}

function isSignature(text: string, name: string, type: number, key: Buffer, payload: Buffer): boolean {
  if (type === 0x01) return payload.length === 64 && verify(null, Buffer.from(text), ed25519Key(key), payload);
  const time = payload.readBigUInt64BE(0);
  const signature = payload.subarray(8);
  if (type === 0x04) return signature.length === 64 && verify(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), ed25519Key(key), signature);
  assert.equal(type, 0x06);
  const { origin, size, root } = readCheckpoint(text);
  return verify(null, cosignedMessage(name, time, origin, size, root), mlDsaKey(key), signature);
}

/** `struct cosigned_message` of tlog-cosignature. */
function cosignedMessage(name: string, time: bigint, origin: string, size: number, root: Buffer): Buffer {
  const u64 = (value: bigint): Buffer => {
    const out = Buffer.alloc(8);
    out.writeBigUInt64BE(value);
    return out;
  };
  const opaque = (value: string): Buffer => Buffer.concat([Buffer.from([Buffer.byteLength(value)]), Buffer.from(value)]);
  return Buffer.concat([Buffer.from('subtree/v1\n\0'), opaque(name), u64(time), opaque(origin), u64(0n), u64(BigInt(size)), root]);
}

function ed25519Key(raw: Buffer): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' });
}

function mlDsaKey(raw: Buffer): KeyObject {
  // SubjectPublicKeyInfo of RFC 9881: id-ml-dsa-44, then the 1,312 bytes.
  const prefix = Buffer.from('30820532300b06096086480165030403110382052100', 'hex');
  return createPublicKey({ key: Buffer.concat([prefix, raw]), format: 'der', type: 'spki' });
}

/** Origin, size and root of a checkpoint's text (tlog-checkpoint). */
export function readCheckpoint(text: string): Head {
  const [origin = '', size = '', root = ''] = text.split('\n');
  assert.match(size, /^(0|[1-9][0-9]*)$/);
  const hash = Buffer.from(root, 'base64');
  assert.ok(origin !== '' && hash.length === 32 && hash.toString('base64') === root, 'a checkpoint');
  return { origin, size: Number(size), root: hash };
}

/** Sends one request and gives the answer; over TLS only to the holder of the pinned key. */
export async function send(
  url: string,
  options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: Uint8Array; readonly pin?: Buffer } = {},
): Promise<Answer> {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const isTls = protocol === 'https:';
  const { method = 'GET', headers = {}, body, pin } = options;
  return new Promise((resolve, reject) => {
    const make = isTls ? tlsRequest : plainRequest;
    const sent = make(
      {
        hostname,
        port,
        path: `${pathname}${search}`,
        method,
        headers,
        timeout: 10_000,
        ...(isTls ? { agent: false, rejectUnauthorized: false } : { agent: KEPT }),
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, type: String(response.headers['content-type']), body: Buffer.concat(parts) }),
        );
      },
    );
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new Error(`no answer to ${method} ${pathname}`)));
    if (!isTls) return void sent.end(body);
    sent.on('socket', (socket) =>
      socket.once('secureConnect', () => {
        const spki = (socket as TLSSocket).getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' });
        if (spki === undefined || pin === undefined || !sha256(spki).equals(pin))
          return void sent.destroy(new Error('another key than the one pinned'));
        sent.end(body);
      }),
    );
  });
}

/** A log behind a URL prefix. `get` fetches what stands below the prefix; `keys` are those whose signatures a checkpoint must all have. */
export class PublicReader {
  readonly #get: (path: string) => Promise<Answer>;
  readonly #keys: readonly Vkey[];
  readonly #origin: string;
  /** Paths fetched, in order. */
  readonly fetched: string[] = [];
  /** Tiles and bundles are immutable: each is fetched once. */
  readonly #kept = new Map<string, Buffer>();
  #head: Head | undefined;

  constructor(origin: string, keys: readonly string[], get: (path: string) => Promise<Answer>) {
    this.#origin = origin;
    this.#keys = keys.map(parseVkey);
    this.#get = get;
  }

  /** The newest checkpoint, verified; the tree that was followed before must be its beginning. */
  async follow(): Promise<Head> {
    const note = parseNote(await this.#fetch('checkpoint', 'text/plain; charset=utf-8'));
    for (const key of this.#keys) assert.ok(isSignedBy(note, key), `a signature by ${key.name}, type ${key.type}`);
    const head = readCheckpoint(note.text);
    assert.equal(head.origin, this.#origin);
    const before = this.#head;
    if (before !== undefined) {
      assert.ok(head.size >= before.size, 'a log grows');
      assert.deepEqual(await this.#rootOf(before.size, head), before.root, 'the tree followed so far is the beginning of the new one');
    }
    if (head.size > 0) assert.deepEqual(await this.#rootOf(head.size, head), head.root, 'the tiles give the signed root');
    this.#head = head;
    return head;
  }

  /** The entry at an index of the tree followed last: fetched in its bundle, and proved to be in the signed tree. */
  async entry(index: number): Promise<Buffer> {
    const head = this.#head ?? assert.fail('a checkpoint first');
    assert.ok(index < head.size);
    const entry = (await this.#bundle(Math.floor(index / 256), head))[index % 256] ?? assert.fail('an entry');
    const path = await this.#inclusion(index, 0, head.size, head);
    let hash = leafHash(entry);
    for (const { sibling, left } of path) hash = left ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    assert.deepEqual(hash, head.root, 'the path leads from the entry to the signed root');
    return entry;
  }

  /** Every entry, each hashing to its place in the level 0 tiles. */
  async entries(): Promise<readonly Buffer[]> {
    const head = this.#head ?? assert.fail('a checkpoint first');
    const all: Buffer[] = [];
    for (let n = 0; 256 * n < head.size; n++) {
      const bundle = await this.#bundle(n, head);
      const hashes = await this.#tile(0, n, head);
      for (const [i, entry] of bundle.entries()) assert.deepEqual(leafHash(entry), hashes[i]);
      all.push(...bundle);
    }
    return all;
  }

  /** The Merkle Tree Hash of the first `size` leaves, from tiles of a larger tree. */
  async #rootOf(size: number, head: Head): Promise<Buffer> {
    return this.#range(0, size, head);
  }

  /** MTH(D[start:end]) of RFC 6962, down to what tiles hold. */
  async #range(start: number, end: number, head: Head): Promise<Buffer> {
    const width = end - start;
    if (Number.isInteger(Math.log2(width)) && start % width === 0) return this.#node(Math.log2(width), start / width, head);
    const k = 2 ** Math.ceil(Math.log2(width) - 1);
    return nodeHash(await this.#range(start, start + k, head), await this.#range(start + k, end, head));
  }

  /** PATH(m, D[n]) of RFC 6962, the leaf's sibling first. */
  async #inclusion(index: number, start: number, end: number, head: Head): Promise<{ sibling: Buffer; left: boolean }[]> {
    if (end - start === 1) return [];
    const k = 2 ** Math.ceil(Math.log2(end - start) - 1);
    const middle = start + k;
    if (index < middle)
      return [...(await this.#inclusion(index, start, middle, head)), { sibling: await this.#range(middle, end, head), left: false }];
    return [...(await this.#inclusion(index, middle, end, head)), { sibling: await this.#range(start, middle, head), left: true }];
  }

  /** A complete subtree: the hash of 2^(height mod 8) neighbours in a tile of level floor(height / 8). */
  async #node(height: number, index: number, head: Head): Promise<Buffer> {
    const level = Math.floor(height / 8);
    const count = 2 ** (height % 8);
    const first = index * count;
    const tile = await this.#tile(level, Math.floor(first / 256), head);
    let row = tile.slice(first % 256, (first % 256) + count);
    assert.equal(row.length, count);
    while (row.length > 1) row = Array.from({ length: row.length / 2 }, (_, i) => nodeHash(row[2 * i] as Buffer, row[2 * i + 1] as Buffer));
    return row[0] as Buffer;
  }

  async #tile(level: number, index: number, head: Head): Promise<Buffer[]> {
    const width = Math.min(256, Math.floor(head.size / 256 ** level) - 256 * index);
    const bytes = await this.#fetch(`tile/${level}/${tileIndex(index)}${width === 256 ? '' : `.p/${width}`}`, 'application/octet-stream');
    assert.equal(bytes.length, 32 * width, 'a tile of its width');
    return Array.from({ length: width }, (_, i) => bytes.subarray(32 * i, 32 * i + 32));
  }

  async #bundle(index: number, head: Head): Promise<Buffer[]> {
    const width = Math.min(256, head.size - 256 * index);
    const bytes = await this.#fetch(`tile/entries/${tileIndex(index)}${width === 256 ? '' : `.p/${width}`}`, 'application/octet-stream');
    const entries: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = at + 2 + bytes.readUInt16BE(at);
      entries.push(bytes.subarray(at + 2, end));
      at = end;
    }
    assert.equal(entries.length, width, 'a bundle of its width');
    return entries;
  }

  async #fetch(path: string, type: string): Promise<Buffer> {
    const kept = this.#kept.get(path);
    if (kept !== undefined) return kept;
    this.fetched.push(path);
    const answer = await this.#get(path);
    assert.equal(answer.status, 200, path);
    assert.equal(answer.type, type, path);
    if (path !== 'checkpoint') this.#kept.set(path, answer.body);
    return answer.body;
  }
}

/** The index of a tile in groups of three digits, all but the last after an `x`. */
export function tileIndex(index: number): string {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0');
  const groups = digits.match(/.{3}/g) ?? [];
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
}

/** A log of one's own to show a witness: both keys, the origin they are known by, and a tree over leaves `<name> 0`, `<name> 1`, … */
export class OwnLog {
  readonly origin: string;
  readonly #ed: KeyObject;
  readonly #pq: KeyObject;
  readonly #leaves: Buffer[];
  readonly #hashes = new Map<string, Buffer>();

  constructor(origin: string, ed25519: KeyObject, mlDsa44: KeyObject, name: string, size: number) {
    this.origin = origin;
    this.#ed = ed25519;
    this.#pq = mlDsa44;
    this.#leaves = Array.from({ length: size }, (_, i) => leafHash(Buffer.from(`${name} ${i}`)));
  }

  root(size: number): Buffer {
    return this.#mth(0, size);
  }

  /** PROOF(m, D[n]) of RFC 6962. */
  proof(from: number, to: number): readonly Buffer[] {
    return from === 0 || from === to ? [] : this.#subproof(from, 0, to, true);
  }

  checkpoint(size: number, root = this.root(size), origin = this.origin): string {
    return `${origin}\n${size}\n${root.toString('base64')}\n`;
  }

  /** The signed note of a checkpoint; `lines` chooses and changes what stands below it: Ed25519, then ML-DSA-44. */
  note(text: string, lines: (lines: readonly [string, string]) => readonly string[] = (all) => all): Buffer {
    const { origin, size, root } = readCheckpoint(text);
    const line = (type: number, key: KeyObject, payload: Buffer): string => {
      const raw = rawKey(key, type === 0x01 ? 32 : 1312);
      const id = sha256(Buffer.from(`${this.origin}\n`), Buffer.from([type]), raw).subarray(0, 4);
      return `\u2014 ${this.origin} ${Buffer.concat([id, payload]).toString('base64')}\n`;
    };
    const classical = line(0x01, this.#ed, sign(null, Buffer.from(text), this.#ed));
    const message = cosignedMessage(this.origin, 0n, origin, size, root);
    const postQuantum = line(0x06, this.#pq, Buffer.concat([Buffer.alloc(8), sign(null, message, this.#pq)]));
    return Buffer.from(`${text}\n${lines([classical, postQuantum]).join('')}`);
  }

  #mth(start: number, end: number): Buffer {
    if (end === start) return sha256();
    if (end - start === 1) return this.#leaves[start] ?? assert.fail('a leaf');
    const known = this.#hashes.get(`${start} ${end}`);
    if (known !== undefined) return known;
    const k = start + 2 ** Math.ceil(Math.log2(end - start) - 1);
    const hash = nodeHash(this.#mth(start, k), this.#mth(k, end));
    this.#hashes.set(`${start} ${end}`, hash);
    return hash;
  }

  #subproof(m: number, start: number, end: number, whole: boolean): Buffer[] {
    if (m === end - start) return whole ? [] : [this.#mth(start, end)];
    const k = 2 ** Math.ceil(Math.log2(end - start) - 1);
    if (m <= k) return [...this.#subproof(m, start, start + k, whole), this.#mth(start + k, end)];
    return [...this.#subproof(m - k, start + k, end, false), this.#mth(start, start + k)];
  }
}

/** The raw public key of a private one: the last bytes of its SubjectPublicKeyInfo. */
export function rawKey(key: KeyObject, size: number): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-size);
}

/** The body of an add-checkpoint request (tlog-witness). */
export function addCheckpointBody(oldSize: number | string, proof: readonly Buffer[], note: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`old ${oldSize}\n${proof.map((hash) => `${hash.toString('base64')}\n`).join('')}\n`), note]);
}
