import { join } from 'node:path';
import { ParleyError } from '../base/errors.ts';
import { isObject, type Json } from '../base/json.ts';
import { readBounded } from '../node/durable-file.ts';
import { FILES, readPartyFile } from '../node/party-files.ts';
import type { Answer, Ask, Streamed, Transport } from './client.ts';

/** What a running node says of itself in `run.json`, readable by its own user alone. */
export type RunFile = { readonly url: string; readonly token: string; readonly pid: number };

/** An export with its files is the longest answer there is. */
const TIMEOUT_MS = 600_000;
const PROBE_MS = 5_000;

/** The node that runs on a directory, else `undefined`: a node that was killed leaves its file behind, and its process id may be another's by now. */
export async function findRunning(dir: string): Promise<RunFile | undefined> {
  const run = await readRunFile(dir);
  if (run === undefined || !isAlive(run.pid)) return undefined;
  try {
    await fetch(new URL('/api/session', run.url), { redirect: 'error', signal: AbortSignal.timeout(PROBE_MS) });
  } catch (fault) {
    if (causeOf(fault) === 'ECONNREFUSED') return undefined;
  }
  return run;
}

/** Requests over HTTP with the operator's token; no redirect is followed, since the token would go along. */
export function overHttp(run: RunFile): Transport {
  const call = async (request: Ask): Promise<Response> => {
    const headers: Record<string, string> = { authorization: `Bearer ${run.token}` };
    if (request.type !== undefined) headers['content-type'] = request.type;
    const body = request.body === undefined ? {} : { body: new Uint8Array(request.body) };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    return fetch(new URL(request.path, run.url), { method: request.method, headers, redirect: 'error', signal, ...body });
  };
  const answered = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw new ParleyError('unreachable', `the node of this directory, process ${run.pid}, does not answer at ${run.url}`, {}, cause);
    }
  };
  return {
    ask: (request): Promise<Answer> =>
      answered(async () => {
        const response = await call(request);
        return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
      }),
    stream: (path): Promise<Streamed> =>
      answered(async () => {
        const response = await call({ method: 'GET', path });
        return { status: response.status, parts: partsOf(response) };
      }),
    async close() {
      // Connections are fetch's own; idle ones keep no process alive.
    },
  };
}

/** An export that breaks off is a failure, never a short file. */
async function* partsOf(response: Response): AsyncGenerator<Uint8Array> {
  try {
    if (response.body !== null) yield* response.body;
  } catch (cause) {
    throw new ParleyError('unreachable', 'the node stopped in the middle of its answer', {}, cause);
  }
}

async function readRunFile(dir: string): Promise<RunFile | undefined> {
  const bytes = await readBounded(join(dir, FILES.run), 16_384);
  if (bytes === undefined) return undefined;
  let value: Json;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes)) as Json;
  } catch {
    return undefined;
  }
  if (!isObject(value) || typeof value.url !== 'string' || typeof value.token !== 'string' || typeof value.pid !== 'number') return undefined;
  return { url: await addressOf(dir, value.url), token: value.token, pid: value.pid };
}

/** `localhost` may be two addresses, and another user of this machine may listen on the one that the node does not: the token goes to the node's own. */
async function addressOf(dir: string, url: string): Promise<string> {
  const parsed = URL.parse(url);
  if (parsed?.hostname !== 'localhost') return url;
  const { people } = await readPartyFile(dir);
  const host = people.host.includes(':') ? `[${people.host === '::' ? '::1' : people.host}]` : people.host === '0.0.0.0' ? '127.0.0.1' : people.host;
  return `${parsed.protocol}//${host}${parsed.port === '' ? '' : `:${parsed.port}`}`;
}

function causeOf(fault: unknown): unknown {
  const { cause } = fault as { cause?: { code?: unknown } };
  return cause?.code;
}

/** Whether a process with this number runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    // It lives, and belongs to another user.
    return (fault as { code?: unknown }).code === 'EPERM';
  }
}
