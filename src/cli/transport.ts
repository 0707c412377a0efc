import { join } from 'node:path';
import { ParleyError } from '../base/errors.ts';
import { isObject, type Json } from '../base/json.ts';
import { readBounded } from '../node/durable-file.ts';
import { FILES } from '../node/party-files.ts';
import type { Answer, Ask, Transport } from './client.ts';

/** What a running node says of itself in `run.json`, readable by its own user alone. */
export type RunFile = { readonly url: string; readonly token: string; readonly pid: number };

/** An export with its files is the longest answer there is. */
const TIMEOUT_MS = 600_000;

/** The run file of a directory whose node is alive, else `undefined`: a killed node leaves its file behind. */
export async function readRunFile(dir: string): Promise<RunFile | undefined> {
  const bytes = await readBounded(join(dir, FILES.run), 16_384);
  if (bytes === undefined) return undefined;
  let value: Json;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes)) as Json;
  } catch {
    return undefined;
  }
  if (!isObject(value) || typeof value.url !== 'string' || typeof value.token !== 'string' || typeof value.pid !== 'number') return undefined;
  return isAlive(value.pid) ? { url: value.url, token: value.token, pid: value.pid } : undefined;
}

/** Requests over HTTP with the operator's token; no redirect is followed, since the token would go along. */
export function overHttp(run: RunFile): Transport {
  return {
    async ask(request: Ask): Promise<Answer> {
      const headers: Record<string, string> = { authorization: `Bearer ${run.token}` };
      if (request.type !== undefined) headers['content-type'] = request.type;
      const body = request.body === undefined ? {} : { body: new Uint8Array(request.body) };
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      try {
        const response = await fetch(new URL(request.path, run.url), { method: request.method, headers, redirect: 'error', signal, ...body });
        return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
      } catch (cause) {
        throw new ParleyError('unreachable', `the node of this directory, process ${run.pid}, does not answer at ${run.url}`, {}, cause);
      }
    },
    async close() {
      // Connections are fetch's own; they end with the process.
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    // It lives, and belongs to another user.
    return (fault as { code?: unknown }).code === 'EPERM';
  }
}
