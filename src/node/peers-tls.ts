import 'reflect-metadata';
import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { X509CertificateGenerator } from '@peculiar/x509';
import { ParleyError } from '../base/errors.ts';
import { MAX_PUSH_SIZE } from '../base/limits.ts';
import { ed25519PrivateKey } from './crypto.ts';
import { transportSeed } from './role-keys.ts';

/** What both ends of the peers' door insist on: TLS 1.3 with the hybrid key exchange, so that what is recorded today stays closed later. */
export const PEERS_TLS = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3', ecdhCurve: 'X25519MLKEM768' } as const;

/** Seconds and bytes of the peers' door. */
export const PEERS_LIMITS = {
  /** Names, signature and digest of one request are about 1 kB. */
  headerSize: 16 * 1024,
  /** A peer that opens a connection and says nothing. */
  handshakeTimeoutMs: 10_000,
  headersTimeoutMs: 15_000,
  /** A full push over a poor line (16 MiB at 1 Mbit/s). */
  requestTimeoutMs: 150_000,
  /** Longer than clients keep idle connections, so that the client closes first and no request meets a closing one. */
  keepAliveTimeoutMs: 65_000,
  /** A peer that reads nothing of its answer, and no request that long at work. */
  inactivityTimeoutMs: 120_000,
  /** Requests under way when the node stops. */
  closeGraceMs: 10_000,
  /** Peers are few; strangers must not take all descriptors. */
  connections: 512,
} as const;

/** A node's TLS key, its certificate, and the pin its peers compare. PEM texts; `spkiHash` is 32 bytes. */
export type TransportCertificate = { readonly key: string; readonly cert: string; readonly spkiHash: Uint8Array };

/**
 * The self-signed Ed25519 certificate of a node's transport key (RFC 8410), the same bytes for the same node seed.
 *
 * Nobody reads its name, dates or issuer: peers compare the SHA-256 of its SubjectPublicKeyInfo with the pin in the charter.
 */
export async function transportCertificate(seed: Uint8Array): Promise<TransportCertificate> {
  const privateKey = ed25519PrivateKey(transportSeed(seed));
  const publicKey = createPublicKey(privateKey);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=parley',
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: new Date('9999-12-31T23:59:59Z'),
    keys: {
      privateKey: await crypto.subtle.importKey('pkcs8', der(privateKey.export({ format: 'der', type: 'pkcs8' })), 'Ed25519', false, ['sign']),
      publicKey: await crypto.subtle.importKey('spki', der(publicKey.export({ format: 'der', type: 'spki' })), 'Ed25519', true, ['verify']),
    },
  });
  return {
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    cert: certificate.toString('pem'),
    spkiHash: spkiHash(publicKey),
  };
}

/** The pin of the key that the doors of a seed show, as it stands on cards. */
export function transportPin(seed: Uint8Array): Uint8Array {
  return spkiHash(createPublicKey(ed25519PrivateKey(transportSeed(seed))));
}

/** The pin of a public key: SHA-256 of its SubjectPublicKeyInfo in DER, 32 bytes. */
export function spkiHash(publicKey: KeyObject): Uint8Array {
  return new Uint8Array(hash('sha256', publicKey.export({ format: 'der', type: 'spki' }), 'buffer'));
}

/**
 * A server for the peers' door, not listening yet; for Fastify give it as `serverFactory: (handler) => peersServer(tls, handler)`.
 *
 * It bounds headers, time and bodies (16 MiB, 413) before the handler runs, and takes no chunked body (411): a length said first can be refused first.
 */
export function peersServer(tls: TransportCertificate, handler: RequestListener): Server {
  const server = createServer(
    {
      ...PEERS_TLS,
      key: tls.key,
      cert: tls.cert,
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: PEERS_LIMITS.handshakeTimeoutMs,
      maxHeaderSize: PEERS_LIMITS.headerSize,
      headersTimeout: PEERS_LIMITS.headersTimeoutMs,
      requestTimeout: PEERS_LIMITS.requestTimeoutMs,
      keepAliveTimeout: PEERS_LIMITS.keepAliveTimeoutMs,
      connectionsCheckingInterval: 5_000,
    },
    (request, response) => {
      if (isBounded(request, response)) handler(request, response);
    },
  );
  server.maxConnections = PEERS_LIMITS.connections;
  server.setTimeout(PEERS_LIMITS.inactivityTimeoutMs);
  // No WebSocket, no CONNECT, no interim answers here: each would leave the limits above.
  server.on('upgrade', (_request, socket: Socket) => socket.destroy());
  server.on('connect', (_request, socket: Socket) => socket.destroy());
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => refuse(request, response, 417));
  return server;
}

/** The peers' door, open: where it listens, and how to close it: connections at rest at once, running requests within `graceMs`. */
export type PeersDoor = { readonly host: string; readonly port: number; close(graceMs?: number): Promise<void> };

/** Opens the peers' door; port 0 takes a free one. Refuses with `locked` where the port is taken. */
export async function listenPeers(
  where: { readonly host: string; readonly port: number; readonly tls: TransportCertificate },
  handler: RequestListener,
): Promise<PeersDoor> {
  const server = peersServer(where.tls, handler);
  const sockets = new Set<Socket>();
  let closing = false;
  // A peer keeps its connection after an answer: one given while the door closes comes to rest only then.
  server.on('request', (_request, response: ServerResponse) =>
    response.once('close', () => {
      if (closing) setImmediate(() => server.closeIdleConnections());
    }),
  );
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(where.port, where.host);
  try {
    await once(server, 'listening');
  } catch (fault) {
    if ((fault as { code?: unknown }).code === 'EADDRINUSE') throw new ParleyError('locked', `port ${where.port} to be free`);
    throw fault;
  }
  const { address, port } = server.address() as AddressInfo;
  return {
    host: address,
    port,
    async close(graceMs = PEERS_LIMITS.closeGraceMs) {
      const closed = once(server, 'close');
      closing = true;
      server.close();
      server.closeIdleConnections();
      // Whoever is still in the handshake or reads nothing must not keep the node from stopping.
      const timer = setTimeout(() => sockets.forEach((socket) => void socket.destroy()), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function der(bytes: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function isBounded(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.headers['transfer-encoding'] !== undefined) return refuse(request, response, 411);
  if (Number(request.headers['content-length'] ?? 0) > MAX_PUSH_SIZE) return refuse(request, response, 413);
  return true;
}

/** Answers without reading the body, and closes, since what follows on the connection is that body. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number): false {
  response.writeHead(status, { connection: 'close', 'content-length': 0 }).end(() => request.socket.destroySoon());
  return false;
}
