import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { equal, fromUtf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { type HostCard, parseCard } from '../entry/card.ts';
import { parsePeerUrl } from './peer-address.ts';
import { peerHttp } from './peer-http.ts';
import { PEERS_TLS, spkiHash } from './peers-tls.ts';

const MAX_CARD_SIZE = 16 * 1024;
const TIMEOUT_MS = 10_000;

/**
 * A host's card as it shows it at its address. Each side of a founding fetches it itself, and they compare: whoever stands before a host
 * would have to stand before it on both sides. Refuses `pin_mismatch` where the connection does not hold the key on the card.
 */
export async function fetchHostCard(url: string): Promise<HostCard> {
  const target = parsePeerUrl(url);
  const { body, pin } = target.kind === 'loopback' ? await overLoopback(url) : await overTls(target.host, target.port);
  const parsed = parseCard(fromUtf8(body) ?? '');
  if ('expected' in parsed || parsed.card.role !== 'host') throw new ParleyError('unreachable', 'a neutral host at this address');
  if (pin !== undefined && !equal(pin, parsed.card.transport)) throw new ParleyError('pin_mismatch');
  return parsed.card;
}

async function overLoopback(url: string): Promise<{ body: Uint8Array; pin: undefined }> {
  const http = peerHttp();
  try {
    const answer = await http({ url, spki: new Uint8Array() }, { method: 'GET', path: '/card', timeoutMs: TIMEOUT_MS }, MAX_CARD_SIZE);
    if (answer.status !== 200) throw new ParleyError('unreachable', `the host answered ${answer.status}`);
    return { body: answer.body, pin: undefined };
  } finally {
    http.close();
  }
}

/** The one request whose pin is not known before: the card in its answer says which key it must have been. */
function overTls(host: string, port: number): Promise<{ body: Uint8Array; pin: Uint8Array }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ body: Uint8Array; pin: Uint8Array }>();
  const fail = (detail: string) => reject(new ParleyError('unreachable', detail));
  const request = httpsRequest(
    {
      ...PEERS_TLS,
      ...{ host, port, path: '/card', agent: false, timeout: TIMEOUT_MS, rejectUnauthorized: false, checkServerIdentity: () => undefined },
      ...(isIP(host) === 0 ? { servername: host } : {}),
    },
    (response) => {
      const certificate = (response.socket as TLSSocket).getPeerX509Certificate();
      const parts: Uint8Array[] = [];
      let size = 0;
      response.on('data', (part: Uint8Array) => {
        size += part.length;
        if (size > MAX_CARD_SIZE) request.destroy(new Error('too long'));
        else parts.push(part);
      });
      response.on('error', () => fail('a whole answer'));
      response.on('end', () => {
        if (certificate === undefined || response.statusCode !== 200) fail(`the host answered ${response.statusCode}`);
        else resolve({ body: new Uint8Array(Buffer.concat(parts)), pin: spkiHash(certificate.publicKey) });
      });
    },
  );
  request.on('timeout', () => request.destroy(new Error('timeout')));
  request.on('error', () => fail('a host at this address'));
  request.end();
  return promise;
}
