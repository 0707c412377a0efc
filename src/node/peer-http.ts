import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { connect, type SecureContextOptions, type TLSSocket } from 'node:tls';
import { equal, toHex } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import type { Http, HttpRequest, HttpResponse, PeerAddress } from '../base/ports.ts';
import { type PeerTarget, parsePeerUrl } from './peer-address.ts';
import { PEERS_LIMITS, PEERS_TLS, spkiHash } from './peers-tls.ts';

/** From the first packet to the last byte of the answer, where the caller names no time. */
const DEFAULT_TIMEOUT_MS = 30_000;
/** Shorter than a server keeps them ({@link PEERS_LIMITS}). */
const IDLE_CONNECTION_MS = 30_000;
const POOL = {
  keepAlive: true,
  keepAliveMsecs: 10_000,
  maxSockets: 8,
  maxFreeSockets: 2,
  maxTotalSockets: 256,
  timeout: IDLE_CONNECTION_MS,
} as const;

type PinnedOptions = RequestOptions & {
  readonly pin: Uint8Array;
  readonly host: string;
  readonly port: number;
  /** Other terms than those among peers, for a receiver that is none. */
  readonly tls?: SecureContextOptions;
};

/**
 * The {@link Http} port: pinned TLS 1.3 with X25519MLKEM768 to other machines, plain HTTP to loopback literals.
 *
 * The peer's key is compared before any byte of the request is written. Refuses with `pin_mismatch`; with `unreachable` for everything that goes wrong
 * on the way (no connection, no answer in time, an answer that is too long or compressed); with `invalid` for an address it never connects to.
 * A redirect is an answer like another. Nothing is sent twice.
 */
export function peerHttp(): Http & { close(): void } {
  const pinned = new PinnedAgent(POOL);
  const plain = new HttpAgent(POOL);
  const http: Http = (peer, request, maxSize) => {
    const target = parsePeerUrl(peer.url);
    assert(target.kind === 'loopback' || peer.spki.length === 32, 'a pin has 32 bytes');
    return exchange(open(target, peer, request, pinned, plain), request, maxSize);
  };
  return Object.assign(async (...all: Parameters<Http>) => http(...all), {
    close() {
      pinned.destroy();
      plain.destroy();
    },
  });
}

function open(target: PeerTarget, peer: PeerAddress, request: HttpRequest, pinned: PinnedAgent, plain: HttpAgent): ClientRequest {
  assert(/^\/[!-~]*$/.test(request.path), 'a request path starts with / and is printable');
  const headers: Record<string, string> = { ...request.headers, 'accept-encoding': 'identity' };
  if (request.method === 'POST') headers['content-length'] = String(request.body?.length ?? 0);
  const { host, port } = target;
  const { method, path } = request;
  const shared = { host, port, method, path, headers, maxHeaderSize: PEERS_LIMITS.headerSize, insecureHTTPParser: false };
  if (target.kind === 'loopback') return httpRequest({ ...shared, agent: plain, lookup: loopbackOnly });
  const options: PinnedOptions = { ...shared, agent: pinned, pin: peer.spki };
  return httpsRequest(options);
}

/** Sends, and collects the answer within its bounds; refuses `unreachable` for what goes wrong on the way. */
export function exchange(request: ClientRequest, { body, timeoutMs = DEFAULT_TIMEOUT_MS }: HttpRequest, maxSize: number): Promise<HttpResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const fail = (refusal: ParleyError) => {
    clearTimeout(timer);
    reject(refusal);
    request.destroy();
  };
  // One clock for the whole exchange: a peer that sends a byte a second must not hold us.
  const timer = setTimeout(() => fail(unreachable(`an answer within ${timeoutMs} ms`)), timeoutMs);
  request.on('error', (fault) => fail(fault instanceof ParleyError ? fault : unreachable(causeOf(fault))));
  // A listener, since without one an unasked-for switch of protocol would end in silence until the timeout.
  request.on('upgrade', (_response, socket) => {
    socket.destroy();
    fail(unreachable('an answer in HTTP'));
  });
  request.on('response', (response) => {
    const encoding = response.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') return fail(unreachable('an answer without compression'));
    const tooLong = () => fail(unreachable(`an answer of at most ${maxSize} bytes`));
    if (Number(response.headers['content-length'] ?? 0) > maxSize) return tooLong();
    const parts: Uint8Array[] = [];
    let size = 0;
    response.on('data', (part: Uint8Array) => {
      size += part.length;
      if (size > maxSize) return tooLong();
      parts.push(part);
    });
    response.on('error', (fault) => fail(unreachable(causeOf(fault))));
    response.on('end', () => {
      if (!response.complete) return fail(unreachable('a whole answer'));
      clearTimeout(timer);
      resolve({ status: response.statusCode ?? 0, headers: flat(response), body: new Uint8Array(Buffer.concat(parts)) });
    });
  });
  request.end(body);
  return promise;
}

/** Connections belong to one (host, port, pin) and are handed over only when the pin was seen. */
export class PinnedAgent extends HttpsAgent {
  override getName(options?: RequestOptions): string {
    const { host, port, pin } = options as PinnedOptions;
    return `${host}:${port}:${toHex(pin)}`;
  }

  override createConnection(options: RequestOptions, callback?: (fault: Error | null, socket: TLSSocket) => void): undefined {
    const { host, port, pin, tls = PEERS_TLS } = options as PinnedOptions;
    assert(callback !== undefined, 'the agent waits for its connection');
    const socket = connect({
      ...tls,
      host,
      port,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ALPNProtocols: ['http/1.1'],
      // The chain, names and dates say nothing here; the key, which the handshake proves, is all.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    const timer = setTimeout(() => socket.destroy(new Error('handshake timeout')), PEERS_LIMITS.handshakeTimeoutMs);
    const done = (fault: Error | null) => {
      clearTimeout(timer);
      socket.off('error', done);
      socket.off('close', closed);
      // An error after the refusal must not become an uncaught one.
      if (fault !== null) socket.on('error', () => undefined).destroy();
      callback(fault, socket);
    };
    const closed = () => done(new Error('closed in the handshake'));
    socket.once('error', done);
    socket.once('close', closed);
    socket.once('secureConnect', () => done(holds(socket, pin, tls === PEERS_TLS) ? null : new ParleyError('pin_mismatch')));
    return undefined;
  }
}

function holds(socket: TLSSocket, pin: Uint8Array, isPeer: boolean): boolean {
  try {
    const certificate = socket.getPeerX509Certificate();
    return certificate !== undefined && (!isPeer || socket.getProtocol() === 'TLSv1.3') && equal(spkiHash(certificate.publicKey), pin);
  } catch {
    // A certificate that does not parse holds no key we know.
    return false;
  }
}

/** `localhost` is this machine whatever a name server says. */
export const loopbackOnly: LookupFunction = (_host, options, callback) => {
  const addresses = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ];
  if (options.all === true) callback(null, addresses);
  else callback(null, '127.0.0.1', 4);
};

function flat(response: IncomingMessage): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) if (value !== undefined) out[name] = Array.isArray(value) ? value.join(', ') : value;
  return out;
}

function unreachable(detail: string): ParleyError {
  return new ParleyError('unreachable', detail);
}

/** A stable word for a fault of the network, such as `econnrefused`; its message may hold what the peer sent. */
function causeOf(fault: Error): string {
  const code = (fault as { code?: unknown }).code;
  return typeof code === 'string' && /^[A-Z_0-9]{1,64}$/.test(code) ? code.toLowerCase() : 'a connection that holds';
}
