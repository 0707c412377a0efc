import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBase64url, toBase64url, utf8 } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { isObject, parseStrictObject, strictJson } from '../../base/json.ts';
import { readBounded, replaceFile } from '../../node/durable-file.ts';

/** One line as it was signed: what is sent again, byte for byte, when nobody knows whether it arrived. */
export type Played = {
  readonly key: string;
  /** Of what the line said then ({@link Act.digest}). */
  readonly digest: string;
  readonly channel: string;
  /** Entry id; of an act of the party, the digest of its identity note. */
  readonly id: string;
  /** The signed entry, or the signed identity note. */
  readonly bytes: Uint8Array;
  /** The body that opens the entry; empty for an identity note. */
  readonly body: Uint8Array;
  /** Files that go along, by the salt that was drawn for each and its path beside the scenario. */
  readonly files: readonly { readonly path: string; readonly salt: string }[];
};

const KEY = /^[A-Za-z0-9_-]{1,80}$/;
/** An entry of 16 KiB and a body of 64 KiB in base64url, and their frame. */
const MAX_SIZE = 256 * 1024;

/**
 * What was signed for each line, a file each in one folder: written whole and durable before the bytes leave, so that a crash at any moment
 * leads to the same bytes being sent again and never to other ones.
 */
export class Ledger {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  static async open(dir: string): Promise<Ledger> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return new Ledger(dir);
  }

  /** The line's signed bytes, or `undefined` where it was never signed; refuses `invalid` where the file has lost its form. */
  async get(key: string): Promise<Played | undefined> {
    const bytes = await readBounded(this.#path(key), MAX_SIZE);
    if (bytes === undefined) return undefined;
    const played = parsePlayed(bytes);
    if (played?.key !== key) throw new ParleyError('invalid', `${this.#path(key)} has lost its form`);
    return played;
  }

  /** Keeps a line; what returns is durable. */
  async put(played: Played): Promise<void> {
    const json = {
      v: 1,
      ...played,
      bytes: toBase64url(played.bytes),
      body: toBase64url(played.body),
      files: played.files.map((file) => ({ ...file })),
    };
    await replaceFile(this.#path(played.key), utf8(strictJson(json)));
  }

  /** Keys of all lines that were signed. */
  async keys(): Promise<readonly string[]> {
    return (await readdir(this.#dir)).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : [])).sort();
  }

  #path(key: string): string {
    if (!KEY.test(key)) throw new ParleyError('invalid', 'the key of a line');
    return join(this.#dir, `${key}.json`);
  }
}

function parsePlayed(text: Uint8Array): Played | undefined {
  const parsed = parseStrictObject(text);
  if ('expected' in parsed) return undefined;
  const { v, key, digest, channel, id, bytes, body, files } = parsed.value;
  if (v !== 1 || typeof key !== 'string' || typeof digest !== 'string' || typeof channel !== 'string' || typeof id !== 'string') return undefined;
  const raw = typeof bytes === 'string' ? fromBase64url(bytes) : undefined;
  const opened = typeof body === 'string' ? fromBase64url(body) : undefined;
  if (raw === undefined || opened === undefined || !Array.isArray(files)) return undefined;
  const named = files.flatMap((file) =>
    isObject(file) && typeof file.path === 'string' && typeof file.salt === 'string' ? [{ path: file.path, salt: file.salt }] : [],
  );
  return named.length === files.length ? { key, digest, channel, id, bytes: raw, body: opened, files: named } : undefined;
}
