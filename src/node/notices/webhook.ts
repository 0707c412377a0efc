import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { fromBase64, toBase64, utf8 } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { parsePeerUrl } from '../peer-address.ts';
import { exchange, loopbackOnly, PinnedAgent } from '../peer-http.ts';
import { readAuthority, readSecret, type WebhookConfig } from './config.ts';
import type { Attempt, Handed } from './mailer.ts';

/** From the first packet to the last byte of the answer. */
const TIMEOUT_MS = 20_000;
/** Of an answer the status counts; what else it says is read this far and thrown away. */
const MAX_ANSWER_SIZE = 64 * 1024;
/** As long as the hash that it keys, and as the specification allows. */
const MIN_KEY_SIZE = 24;
const MAX_KEY_SIZE = 64;
const PREFIX = 'whsec_';

/**
 * The headers of a signed request as Standard Webhooks has them (standardwebhooks.com): HMAC-SHA-256 in base64 over `id.timestamp.body`, keyed with the
 * bytes after `whsec_`. Refuses `invalid` for a secret out of form.
 */
export function signWebhook(secret: string, id: string, at: number, body: string): Readonly<Record<string, string>> {
  const key = secret.startsWith(PREFIX) ? fromBase64(secret.slice(PREFIX.length)) : undefined;
  if (key === undefined || key.length < MIN_KEY_SIZE || key.length > MAX_KEY_SIZE)
    throw new ParleyError('invalid', `secret_file: ${PREFIX} and ${MIN_KEY_SIZE} to ${MAX_KEY_SIZE} bytes in base64`);
  const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest();
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${toBase64(signature)}` };
}

/**
 * Posts a signed body to a pinned receiver over a connection of its own; any 2xx is acceptance. A redirect is a fault like any other answer. The receiver's
 * key, or its certificate under the authority named, is checked before a byte is written. `at`: when it is signed, seconds.
 */
export async function handWebhook(
  config: WebhookConfig,
  message: { readonly id: string; readonly body: string },
  at: number,
  { timeoutMs = TIMEOUT_MS, signal }: Attempt = {},
): Promise<Handed> {
  try {
    const signed = signWebhook(await readSecret(config.secretFile, 'secret_file'), message.id, at, message.body);
    const body = utf8(message.body);
    const headers = {
      ...signed,
      'content-type': 'application/json',
      'content-length': String(body.length),
      'accept-encoding': 'identity',
      'user-agent': 'parley',
      host: new URL(config.origin).host,
    };
    const request = open(
      config,
      { method: 'POST', path: config.path, headers, maxHeaderSize: MAX_ANSWER_SIZE, insecureHTTPParser: false, signal },
      await caOf(config),
    );
    const { status } = await exchange(request, { method: 'POST', path: config.path, body, timeoutMs }, MAX_ANSWER_SIZE);
    return status >= 200 && status < 300 ? { done: true } : { done: false, why: `an answer of the receiver in 2xx (it answered ${status})` };
  } catch (error) {
    const why = error instanceof ParleyError ? (error.detail === '' ? error.code : error.detail) : 'a receiver as configured';
    return { done: false, down: true, why };
  }
}

function open(config: WebhookConfig, shared: RequestOptions, ca: string | undefined) {
  const { kind, host, port } = parsePeerUrl(config.origin);
  if (kind === 'loopback') return httpRequest({ ...shared, host, port, agent: false, lookup: loopbackOnly });
  const tls = { minVersion: 'TLSv1.2', ...(isIP(host) === 0 ? { servername: host } : {}) } as const;
  if (config.spki === undefined) return httpsRequest({ ...shared, ...tls, host, port, agent: false, ...(ca === undefined ? {} : { ca }) });
  const pinned = { ...shared, host, port, pin: config.spki, tls, agent: new PinnedAgent({ keepAlive: false }) };
  return httpsRequest(pinned as RequestOptions);
}

async function caOf({ ca }: WebhookConfig): Promise<string | undefined> {
  return typeof ca === 'object' ? readAuthority(ca.file) : undefined;
}
