import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { isObject, type Json } from '../base/json.ts';
import { sayIn } from '../base/phrases.ts';
import { kindOf } from '../document/registry.ts';
import { openBody } from '../entry/body.ts';
import { parseEntry, type SignedEntry } from '../entry/entry.ts';
import { nodeSha256 } from '../node/crypto.ts';
import { createFile, readBounded } from '../node/durable-file.ts';
import type { Client } from './client.ts';
import { postEntry } from './compose.ts';
import { readDocument } from './documents.ts';
import { aKind, when } from './rows.ts';

/** A signed document that may or may not have reached its node. */
export type Unsent = { readonly channel: string; readonly id: string; readonly bytes: Uint8Array; readonly body: Uint8Array };

/** An entry of 16 KiB and a body of 64 KiB in base64url, and their frame. */
const MAX_SIZE = 256 * 1024;
/** Answers after which the same bytes may still be taken later. */
const LATER = new Set(['unreachable', 'stopping', 'locked', 'disk_full', 'quota', 'unsafe_state', 'not_open']);

/** A refusal after which a signed document waits: its code is that of what happened, and what it says is safe is what became of the document. */
class Waits extends ParleyError {
  readonly #unsent: Unsent;

  constructor(unsent: Unsent, cause: ParleyError) {
    super(cause.code, cause.detail, { ...cause.facts, waits: unsent.id }, cause);
    this.#unsent = unsent;
  }

  override get safe(): string {
    return `It is signed and waits in this directory: ${unsentText(this.#unsent)}.`;
  }

  override get next(): string {
    return this.code === 'unreachable' ? whatNext(this.#unsent) : `${super.next}\n${whatNext(this.#unsent)}`;
  }
}

/**
 * Sends a signed document so that it is said once: its bytes are durable in `<dir>/outbox/` before they leave and go when the node answered. If the
 * answer is lost, the next call of {@link sendUnsent} sends the same bytes, which have the same place, while signing anew would say it twice.
 */
export async function sendOnce(client: Client, channel: string, signed: SignedEntry): Promise<{ readonly id: string; readonly index: number }> {
  await mkdir(folder(client.dir), { recursive: true, mode: 0o700 });
  const path = join(folder(client.dir), `${signed.id}.json`);
  const json = { v: 1, channel, id: signed.id, entry: toBase64url(signed.bytes), body: toBase64url(signed.body) };
  await createFile(path, utf8(`${JSON.stringify(json)}\n`));
  return post(client, path, { channel, id: signed.id, bytes: signed.bytes, body: signed.body });
}

/**
 * Sends what an earlier command signed and never knew to have arrived; returns what was placed, and what the node refused for good. `agree` is asked
 * before each leaves, and rejects where it must not.
 */
export async function sendUnsent(
  client: Client,
  agree: (unsent: Unsent) => Promise<void> = async () => undefined,
): Promise<readonly { readonly id: string; readonly refused?: ParleyError }[]> {
  const done: { id: string; refused?: ParleyError }[] = [];
  for (const unsent of await listUnsent(client.dir)) {
    await agree(unsent);
    try {
      await post(client, join(folder(client.dir), `${unsent.id}.json`), unsent);
      done.push({ id: unsent.id });
    } catch (error) {
      if (!(error instanceof ParleyError) || LATER.has(error.code)) throw error;
      done.push({ id: unsent.id, refused: error });
    }
  }
  return done;
}

/** What is still in the outbox. Refuses `invalid` where a file there is damaged. */
export async function listUnsent(dir: string): Promise<readonly Unsent[]> {
  const names = (await readdir(folder(dir)).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  const found = await Promise.all(names.map((name) => readUnsent(dir, name)));
  return found.filter((unsent) => unsent !== undefined);
}

/** How much is still in the outbox. */
export async function countUnsent(dir: string): Promise<number> {
  return (await readdir(folder(dir)).catch(() => [])).filter((name) => name.endsWith('.json')).length;
}

/**
 * Takes a document out of the outbox, by its id or the beginning of it, and so never sends it. Refuses `not_found`, `usage` where several fit, and
 * `conflict` where it has reached the node: what stands in the log is never taken back.
 */
export async function discardUnsent(client: Client, name: string): Promise<Unsent> {
  const [one, ...more] = (await listUnsent(client.dir)).filter(({ id }) => id === name || (name.length >= 6 && id.startsWith(name)));
  if (one === undefined) throw new ParleyError('not_found', `no signed document ${name.slice(0, 50)} waits in ${client.dir}`);
  if (more.length > 0) throw new ParleyError('usage', `several documents that wait begin with ${name}`);
  const arrived = await readDocument(client, one.channel, one.id).catch((error: unknown) => {
    if (error instanceof ParleyError && error.code === 'not_found') return undefined;
    throw error;
  });
  await rm(join(folder(client.dir), `${one.id}.json`), { force: true });
  if (arrived !== undefined) throw new ParleyError('conflict', 'it had reached the node and is sent; "parley withdraw" withdraws it, visibly');
  return one;
}

/** What a signed document is, by its own bytes: `a message "Pipeline" (q7Xb2kLw), signed 2021-06-16 11:35 UTC`. */
export function unsentText({ id, bytes, body }: Unsent): string {
  const parsed = parseEntry(nodeSha256, bytes);
  if ('expected' in parsed) return `a document that cannot be read (${id.slice(0, 8)})`;
  const { type, time, body: root } = parsed.entry.header;
  const opened = openBody(nodeSha256, root, body);
  const summary = 'expected' in opened ? undefined : kindOf(type)?.summary(Object.fromEntries(opened.body.fields));
  const title = summary === undefined ? '' : ` "${sayIn('en')(summary)}"`;
  return `${aKind(type)}${title} (${id.slice(0, 8)}), signed ${when(time)} UTC`;
}

/** What becomes of a signed document that waits, and how to keep it from being sent. */
export function whatNext({ id }: Unsent): string {
  return `The next "parley send" shows it, asks, and sends these same bytes, so that nothing is said twice. If it is not to be sent: "parley send --discard ${id.slice(0, 8)}".`;
}

async function post(client: Client, path: string, unsent: Unsent): Promise<{ readonly id: string; readonly index: number }> {
  try {
    const placed = await postEntry(client, unsent.channel, unsent);
    await rm(path, { force: true });
    return placed;
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error;
    if (LATER.has(error.code)) throw new Waits(unsent, error);
    await rm(path, { force: true });
    throw error;
  }
}

async function readUnsent(dir: string, name: string): Promise<Unsent | undefined> {
  const path = join(folder(dir), name);
  const bytes = await readBounded(path, MAX_SIZE);
  if (bytes === undefined) return undefined;
  const value = parse(bytes);
  const entry = isObject(value) && typeof value.entry === 'string' ? fromBase64url(value.entry) : undefined;
  const body = isObject(value) && typeof value.body === 'string' ? fromBase64url(value.body) : undefined;
  if (
    !isObject(value) ||
    typeof value.channel !== 'string' ||
    value.id !== name.slice(0, -'.json'.length) ||
    entry === undefined ||
    body === undefined
  )
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

function folder(dir: string): string {
  return join(dir, 'outbox');
}
