import { setTimeout as sleep } from 'node:timers/promises';
import type { DocumentView } from '../projection/views.ts';
import type { Client } from './client.ts';
import { readDocument } from './documents.ts';

const FIRST_MS = 50;
const LAST_MS = 1000;

/** Waits until the other side holds a document, at most `timeoutMs`; resolves with how it then stands, held or not. */
export async function waitUntilHeld(client: Client, channel: string, id: string, timeoutMs: number): Promise<DocumentView> {
  const started = Date.now();
  for (let pause = FIRST_MS; ; pause = Math.min(LAST_MS, pause * 1.5)) {
    const document = await readDocument(client, channel, id);
    if (isHeld(document) || Date.now() - started >= timeoutMs) return document;
    await sleep(Math.min(pause, Math.max(1, started + timeoutMs - Date.now())));
  }
}

/** Whether every other party holds a document of ours. */
export function isHeld({ row }: Pick<DocumentView, 'row'>): boolean {
  return row.heldAt !== undefined || row.delivery === 'held';
}
