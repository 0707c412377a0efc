import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBase64url, toBase64, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { parseStrictObject, strictJson } from '../base/json.ts';
import { type OpenedEntry, openUnsigned, type UnsignedEntry } from '../entry/entry.ts';
import { nodeSha256 } from '../node/crypto.ts';
import { createFile, readBounded } from '../node/durable-file.ts';
import type { ClearanceDetail } from '../projection/clearance-views.ts';
import { type Client, channelPath } from './client.ts';

/** A text of 16 KiB and a body of 64 KiB in base64url, and their frame. */
const MAX_SIZE = 256 * 1024;

/** A document that was handed over for clearance here: its text is kept by whoever is going to sign it, so the node cannot have another one signed. */
export type Awaiting = UnsignedEntry & { readonly channel: string };

/** Keeps the text in `<dir>/clearance/<id>.json`, durably, and hands it to the node. */
export async function askClearance(client: Client, channel: string, unsigned: UnsignedEntry): Promise<ClearanceDetail> {
  const folder = join(client.dir, 'clearance');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const json = { v: 1, channel, text: unsigned.text, body: toBase64url(unsigned.body) };
  await createFile(join(folder, `${unsigned.id}.json`), utf8(`${strictJson(json)}\n`));
  return client.post(channelPath(channel, '/clearances'), { text: unsigned.text, body: toBase64(unsigned.body) });
}

/** What was kept under an id, and what it says; refuses `not_found` where it was handed over elsewhere, `invalid` where the file is damaged. */
export async function readAwaiting(dir: string, id: string): Promise<{ readonly awaiting: Awaiting; readonly opened: OpenedEntry }> {
  const bytes = await readBounded(pathOf(dir, id), MAX_SIZE);
  if (bytes === undefined) throw new ParleyError('not_found', `a document handed over for clearance from ${dir}`);
  const parsed = parseStrictObject(bytes.subarray(0, -1));
  const { channel, text, body: bodyText } = 'value' in parsed ? parsed.value : {};
  const body = typeof bodyText === 'string' ? fromBase64url(bodyText) : undefined;
  const opened = typeof text === 'string' && body !== undefined ? openUnsigned(nodeSha256, { text, body }) : { expected: 'it' };
  if ('expected' in opened || opened.id !== id || typeof channel !== 'string' || typeof text !== 'string' || body === undefined)
    throw new ParleyError('invalid', 'a document kept for clearance that is not damaged');
  return { awaiting: { channel, id, text, body }, opened };
}

/** Forgets it: it was sent. */
export async function forgetAwaiting(dir: string, id: string): Promise<void> {
  await rm(pathOf(dir, id), { force: true });
}

/** What a document at the node is, by its own bytes; refuses `proof_invalid` where the node shows another than the one of this id. */
export function openShown(detail: ClearanceDetail): { readonly opened: OpenedEntry; readonly text: string } {
  const body = detail.body === undefined ? undefined : new Uint8Array(Buffer.from(detail.body, 'base64'));
  if (detail.text === undefined || body === undefined) throw new ParleyError('conflict', 'it was sent already');
  const opened = openUnsigned(nodeSha256, { text: detail.text, body });
  if ('expected' in opened || opened.id !== detail.id) throw new ParleyError('proof_invalid', 'the node shows another text than the one of this id');
  return { opened, text: detail.text };
}

function pathOf(dir: string, id: string): string {
  return join(dir, 'clearance', `${id}.json`);
}
