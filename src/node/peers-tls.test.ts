import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect as connectPlain } from 'node:net';
import { after, before, test } from 'node:test';
import { connect, createServer as createTlsServer, type SecureContextOptions } from 'node:tls';
import fastify from 'fastify';
import { utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { MAX_PUSH_SIZE } from '../base/limits.ts';
import { parsePeerUrl } from './peer-address.ts';
import { peerHttp } from './peer-http.ts';
import { listenPeers, type PeersDoor, peersServer, type TransportCertificate, transportCertificate } from './peers-tls.ts';

const http = peerHttp();
let tls: TransportCertificate;
let otherTls: TransportCertificate;
const doors: PeersDoor[] = [];
before(async () => {
  tls = await transportCertificate(new Uint8Array(32).fill(1));
  otherTls = await transportCertificate(new Uint8Array(32).fill(2));
});
after(async () => {
  http.close();
  await Promise.all(doors.map((door) => door.close()));
});

const refusal =
  (code: string, detail = /./) =>
  (fault: unknown) => {
    assert.ok(fault instanceof ParleyError, String(fault));
    assert.equal(fault.code, code, fault.message);
    assert.match(fault.message, detail);
    return true;
  };

async function door(handler: RequestListener, certificate = tls) {
  const opened = await listenPeers({ host: '127.0.0.1', port: 0, tls: certificate }, handler);
  doors.push(opened);
  return { url: `https://127.0.0.1:${opened.port}`, spki: tls.spkiHash, port: opened.port };
}

/** A TLS server that answers every request with the same bytes, for what our own server never does. */
async function rawDoor(answer: string, options: SecureContextOptions = {}) {
  let received = '';
  const server = createTlsServer({ key: tls.key, cert: tls.cert, ...options }, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received += chunk;
      socket.write(answer);
    });
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  doors.push({ host: '', port, close });
  return { url: `https://127.0.0.1:${port}`, spki: tls.spkiHash, received: () => received };
}

test('the certificate is the same for the same seed, holds until 9999 and carries the transport key', async () => {
  const again = await transportCertificate(new Uint8Array(32).fill(1));
  assert.equal(again.cert, tls.cert);
  assert.notDeepEqual(otherTls.spkiHash, tls.spkiHash);
  const certificate = new X509Certificate(tls.cert);
  assert.ok(certificate.verify(certificate.publicKey));
  assert.equal(certificate.validToDate.toISOString(), '9999-12-31T23:59:59.000Z');
});

test('a request and its answer pass through the pinned door, over one connection', async () => {
  const ports = new Set<number | undefined>();
  const peer = await door((request, response) => {
    ports.add(request.socket.remotePort);
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => response.writeHead(201, { 'x-seen': `${request.method} ${request.url}` }).end(Buffer.concat(parts)));
  });
  for (let i = 0; i < 3; i++) {
    const answer = await http(peer, { method: 'POST', path: `/log/ab?n=${i}`, body: utf8('the body') }, 100);
    assert.equal(answer.status, 201);
    assert.equal(answer.headers['x-seen'], `POST /log/ab?n=${i}`);
    assert.deepEqual(answer.body, utf8('the body'));
  }
  assert.equal(ports.size, 1);
});

test('another key is refused before a byte of the request is sent', async () => {
  const peer = await rawDoor('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
  assert.equal((await http(peer, { method: 'GET', path: '/' }, 10)).status, 200);
  const before = peer.received();
  // The connection just used stays open: it must not serve a request that is pinned to another key.
  await assert.rejects(http({ ...peer, spki: otherTls.spkiHash }, { method: 'GET', path: '/secret' }, 10), refusal('pin_mismatch'));
  assert.equal(peer.received(), before);
});

test('a server with TLS 1.2 alone or classical key exchange alone is refused', async () => {
  for (const options of [{ maxVersion: 'TLSv1.2' }, { ecdhCurve: 'X25519' }, { ecdhCurve: 'P-256:X25519' }] as const) {
    const peer = await rawDoor('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', options);
    await assert.rejects(http(peer, { method: 'GET', path: '/' }, 10), refusal('unreachable'));
    assert.equal(peer.received(), '');
  }
});

test('a client with TLS 1.2 alone or classical key exchange alone does not get in', async () => {
  const peer = await door((_request, response) => response.end());
  for (const options of [{ maxVersion: 'TLSv1.2' }, { ecdhCurve: 'X25519' }, { ecdhCurve: 'P-256' }] as const) {
    const socket = connect({ host: '127.0.0.1', port: peer.port, rejectUnauthorized: false, ...options });
    const [fault] = await once(socket, 'secureConnect').then(
      () => [undefined],
      (error) => [error as Error],
    );
    assert.match(String(fault), /alert|protocol|handshake/i);
    socket.destroy();
  }
  const socket = connect({ host: '127.0.0.1', port: peer.port, rejectUnauthorized: false, ecdhCurve: 'X25519MLKEM768' });
  await once(socket, 'secureConnect');
  socket.destroy();
});

test('an answer longer than allowed is refused, whether it says its length or not', async () => {
  const peer = await door((request, response) => {
    if (request.url === '/said') response.writeHead(200, { 'content-length': 101 });
    response.write(Buffer.alloc(50));
    response.end(Buffer.alloc(51));
  });
  for (const path of ['/said', '/unsaid'])
    await assert.rejects(http(peer, { method: 'GET', path }, 100), refusal('unreachable', /at most 100 bytes/));
  assert.equal((await http(peer, { method: 'GET', path: '/unsaid' }, 101)).body.length, 101);
});

test('a compressed, cut, slow or foreign answer is refused, and a redirect is given back as it is', async () => {
  const ask = async (answer: string, timeoutMs = 5000) => http(await rawDoor(answer), { method: 'GET', path: '/', timeoutMs }, 1000);
  await assert.rejects(ask('HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 1\r\n\r\nx'), refusal('unreachable', /compression/));
  await assert.rejects(ask('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf', 50), refusal('unreachable', /within 50 ms/));
  await assert.rejects(ask('\x00\x01 nonsense \r\n\r\n'), refusal('unreachable'));
  await assert.rejects(ask(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`), refusal('unreachable'));
  await assert.rejects(ask('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'), refusal('unreachable'));
  const redirect = await ask('HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n');
  assert.equal(redirect.status, 302);
});

test('a port where nobody listens is unreachable, and one that is taken is locked', async () => {
  const peer = await door((_request, response) => response.end());
  await assert.rejects(
    listenPeers({ host: '127.0.0.1', port: peer.port, tls }, () => undefined),
    refusal('locked'),
  );
  const gone = await listenPeers({ host: '127.0.0.1', port: 0, tls }, () => undefined);
  await gone.close();
  await assert.rejects(
    http({ url: `https://127.0.0.1:${gone.port}`, spki: tls.spkiHash }, { method: 'GET', path: '/' }, 1),
    refusal('unreachable', /econnrefused/),
  );
});

test('a body that is too long, or does not say its length, is refused before the handler runs', async () => {
  let handled = 0;
  const peer = await door((_request, response) => {
    handled++;
    response.end();
  });
  const status = async (head: string) => {
    const socket = connect({ host: '127.0.0.1', port: peer.port, rejectUnauthorized: false, ecdhCurve: 'X25519MLKEM768' });
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\n${head}\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    socket.destroy();
    return String(answer).slice(9, 12);
  };
  assert.equal(await status(`content-length: ${MAX_PUSH_SIZE + 1}`), '413');
  assert.equal(await status('transfer-encoding: chunked'), '411');
  assert.equal(await status('content-length: 5\r\nexpect: 100-continue'), '417');
  assert.equal(await status(`x: ${'y'.repeat(20_000)}`), '431');
  assert.equal(handled, 0);
  assert.equal(await status('content-length: 0'), '200');
});

test('Fastify stands behind the same door', async () => {
  const app = fastify({ serverFactory: (handler) => peersServer(tls, handler) });
  app.get('/hello', async () => 'from fastify');
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const answer = await http({ url: url.replace('http:', 'https:'), spki: tls.spkiHash }, { method: 'GET', path: '/hello' }, 100);
  assert.deepEqual(answer.body, utf8('from fastify'));
  http.close();
  await app.close();
});

test('plain HTTP reaches loopback, with no pin', async () => {
  const { createServer } = await import('node:http');
  const server = createServer((_request, response) => response.end('plain'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  for (const host of ['127.0.0.1', 'localhost']) {
    const answer = await http({ url: `http://${host}:${port}`, spki: new Uint8Array(0) }, { method: 'GET', path: '/' }, 100);
    assert.deepEqual(answer.body, utf8('plain'));
  }
  http.close();
  server.close();
  await once(server, 'close');
});

test('plain HTTP to anything but a loopback literal is refused without a socket, however it is spelled', async () => {
  const refused = [
    '10.0.0.1',
    '0.0.0.0',
    '[::ffff:10.0.0.1]',
    '[::ffff:127.0.0.1]',
    '0177.0.0.1',
    '127.0.0.01',
    '2130706433',
    '0x7f.1',
    '127.1',
    '127.0.0.256',
  ];
  refused.push(
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    'LOCALHOST',
    'localhost.',
    'localhost.example',
    '127.0.0.1.example',
    '127.0.0.1@10.0.0.1',
    'x@127.0.0.1',
    '10.0.0.1#127.0.0.1',
  );
  refused.push(
    '127.0.0.1:99999',
    '127.0.0.1:080',
    '127.0.0.1/path',
    '127.0.0.1?q',
    '①②⑦.0.0.1',
    '',
    '127.0.0.1\n',
    ' 127.0.0.1',
    '127.0.0.1\\@10.0.0.1',
  );
  for (const host of refused) {
    await assert.rejects(http({ url: `http://${host}`, spki: new Uint8Array(0) }, { method: 'GET', path: '/' }, 1), refusal('invalid'), host);
  }
  for (const url of [
    'ftp://127.0.0.1',
    'https://',
    'https://a/b',
    'https://a?b',
    'https://u@a',
    'HTTP://10.0.0.1',
    'nonsense',
    'file:///etc/passwd',
  ]) {
    assert.throws(() => parsePeerUrl(url), refusal('invalid'), url);
  }
  assert.deepEqual(parsePeerUrl('http://127.9.0.1:7001/'), { kind: 'loopback', host: '127.9.0.1', port: 7001 });
  assert.deepEqual(parsePeerUrl('http://[::1]:1'), { kind: 'loopback', host: '::1', port: 1 });
  assert.deepEqual(parsePeerUrl('https://Node.Example'), { kind: 'pinned', host: 'node.example', port: 443 });
});

test('a stranger who never ends the handshake does not hold up others or the closing', async () => {
  const opened = await listenPeers({ host: '127.0.0.1', port: 0, tls }, (_request, response) => response.end());
  const stranger = connectPlain(opened.port, '127.0.0.1');
  await once(stranger, 'connect');
  assert.equal((await http({ url: `https://127.0.0.1:${opened.port}`, spki: tls.spkiHash }, { method: 'GET', path: '/' }, 1)).status, 200);
  await opened.close(20);
  stranger.destroy();
});

test('a door that closes while it answers does not wait for whoever keeps the connection', { timeout: 20_000 }, async () => {
  let closed: Promise<void> | undefined;
  const opened = await listenPeers({ host: '127.0.0.1', port: 0, tls }, (_request, response) => {
    closed = opened.close(600_000);
    setImmediate(() => response.end('the last word'));
  });
  const answer = await http({ url: `https://127.0.0.1:${opened.port}`, spki: tls.spkiHash }, { method: 'GET', path: '/', headers: {} }, 100);
  assert.deepEqual(answer.body, utf8('the last word'));
  await closed;
});
