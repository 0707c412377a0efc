import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { isObject, type Json } from '../base/json.ts';
import type { SignedEntry } from '../entry/entry.ts';
import { createFile, readBounded } from '../node/durable-file.ts';
import type { Client } from './client.ts';
import { postEntry } from './compose.ts';

/** A signed document that may or may not have reached its node. */
export type Unsent = { readonly channel: string; readonly id: string; readonly bytes: Uint8Array; readonly body: Uint8Array };

/** An entry of 16 KiB and a body of 64 KiB in base64url, and their frame. */
const MAX_SIZE = 256 * 1024;
/** Answers after which the same bytes may still be taken later. */
const LATER = new Set(['unreachable', 'stopping', 'locked', 'disk_full', 'quota', 'unsafe_state', 'not_open']);

/**
 * Sends a signed document so that it is said once: its bytes are durable in `<dir>/outbox/` before they leave and go when the node answered. If the
 * answer is lost, the next call of {@link sendUnsent} sends the same bytes, which have the same place, while signing anew would say it twice.
 */
export async function sendOnce(client: Client, channel: string, signed: SignedEntry): Promise<{ readonly id: string; readonly index: number }> {
  await mkdir(folder(client), { recursive: true, mode: 0o700 });
  const path = join(folder(client), `${signed.id}.json`);
  const json = { v: 1, channel, id: signed.id, entry: toBase64url(signed.bytes), body: toBase64url(signed.body) };
  await createFile(path, utf8(`${JSON.stringify(json)}\n`));
  return post(client, path, { channel, id: signed.id, bytes: signed.bytes, body: signed.body });
}

/** Sends what an earlier command signed and never knew to have arrived; returns what was placed, and what the node refused for good. */
export async function sendUnsent(client: Client): Promise<readonly { readonly id: string; readonly refused?: ParleyError }[]> {
  const names = await readdir(folder(client)).catch(() => []);
  const done: { id: string; refused?: ParleyError }[] = [];
  for (const name of names.filter((one) => one.endsWith('.json')).sort()) {
    const path = join(folder(client), name);
    const unsent = await readUnsent(path);
    if (unsent === undefined) continue;
    try {
      await post(client, path, unsent);
      done.push({ id: unsent.id });
    } catch (error) {
      if (!(error instanceof ParleyError) || LATER.has(error.code)) throw error;
      done.push({ id: unsent.id, refused: error });
    }
  }
  return done;
}

/** What is still in the outbox. */
export async function countUnsent(dir: string): Promise<number> {
  return (await readdir(join(dir, 'outbox')).catch(() => [])).filter((name) => name.endsWith('.json')).length;
}

async function post(client: Client, path: string, unsent: Unsent): Promise<{ readonly id: string; readonly index: number }> {
  try {
    const placed = await postEntry(client, unsent.channel, unsent);
    await rm(path, { force: true });
    return placed;
  } catch (error) {
    if (error instanceof ParleyError && !LATER.has(error.code)) await rm(path, { force: true });
    throw error;
  }
}

async function readUnsent(path: string): Promise<Unsent | undefined> {
  const bytes = await readBounded(path, MAX_SIZE);
  if (bytes === undefined) return undefined;
  const value = parse(bytes);
  const entry = isObject(value) && typeof value.entry === 'string' ? fromBase64url(value.entry) : undefined;
  const body = isObject(value) && typeof value.body === 'string' ? fromBase64url(value.body) : undefined;
  if (!isObject(value) || typeof value.channel !== 'string' || typeof value.id !== 'string' || entry === undefined || body === undefined)
    throw new ParleyError('invalid', `a signed document that is not damaged: ${path}`);
  return { channel: value.channel, id: value.id, bytes: entry, body };
}

function parse(bytes: Uint8Array): Json {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Json;
  } catch {
    return null;
  }
}

function folder(client: Client): string {
  return join(client.dir, 'outbox');
}
