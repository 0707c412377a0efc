/** Where notices go in tests: a real SMTP server and a real HTTP server on loopback, with certificates of their own. */
import 'reflect-metadata';
import { createPublicKey, hash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A mail as the server took it. */
export type TakenMail = {
  readonly to: readonly string[];
  readonly from: string;
  readonly raw: string;
  readonly secure: boolean;
  readonly user: string | undefined;
};

/** An SMTP server that keeps what it takes. */
export type MailReceiver = { readonly port: number; readonly taken: TakenMail[]; readonly refused: string[]; close(): Promise<void> };

export type MailOptions = {
  readonly tls?: { readonly key: string; readonly cert: string };
  /** TLS from the first byte. */
  readonly secure?: boolean;
  readonly login?: { readonly user: string; readonly password: string };
  /** What it answers to a recipient: 250 unless told. */
  readonly rcpt?: (to: string) => number;
  /** Called once a mail was taken whole, before it is answered; a code of 400 or more refuses it. */
  readonly data?: (mail: TakenMail) => Promise<number> | number;
};

export async function mailReceiver(options: MailOptions = {}): Promise<MailReceiver> {
  const taken: TakenMail[] = [];
  const refused: string[] = [];
  const { tls, secure = false, login, rcpt, data } = options;
  const settings: SMTPServerOptions = {
    secure,
    ...(tls ?? {}),
    authOptional: login === undefined,
    disabledCommands: [...(tls === undefined || secure ? ['STARTTLS'] : []), ...(login === undefined ? ['AUTH'] : [])],
    disableReverseLookup: true,
    allowInsecureAuth: true,
    closeTimeout: 1,
    onAuth(auth, _session, callback) {
      if (auth.username === login?.user && auth.password === login?.password) return callback(null, { user: auth.username ?? '' });
      refused.push(String(auth.username));
      // A server that repeats what it was told: nothing of it may reach an error of ours.
      callback(new Error(`no such login: ${auth.username} ${auth.password}`));
    },
    onRcptTo(address, _session, callback) {
      const code = rcpt?.(address.address) ?? 250;
      callback(code === 250 ? null : Object.assign(new Error(`not ${address.address}`), { responseCode: code }));
    },
    onData(stream, session, callback) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', async () => {
        const { mailFrom, rcptTo } = session.envelope;
        const mail: TakenMail = {
          to: rcptTo.map(({ address }) => address),
          from: mailFrom === false ? '' : mailFrom.address,
          raw: Buffer.concat(parts).toString('utf8'),
          secure: session.secure,
          user: session.user,
        };
        const code = (await data?.(mail)) ?? 250;
        if (code >= 400) return callback(Object.assign(new Error('not now'), { responseCode: code }));
        taken.push(mail);
        callback(null);
      });
    },
  };
  const server = new SMTPServer(settings);
  // What a client breaks off is the test's own doing.
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return { port, taken, refused, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** A header of a mail, unfolded. */
export function headerOf(mail: TakenMail, name: string): string | undefined {
  const head = mail.raw.split('\r\n\r\n')[0]?.replaceAll(/\r\n[ \t]+/g, ' ') ?? '';
  return new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1];
}

/** The text of a mail of ours: plain, or quoted-printable. */
export function textOf(mail: TakenMail): string {
  const body = mail.raw.split('\r\n\r\n').slice(1).join('\r\n\r\n');
  if (headerOf(mail, 'Content-Transfer-Encoding') !== 'quoted-printable') return body.replaceAll('\r\n', '\n');
  const bytes = body.replaceAll('=\r\n', '').replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\r\n', '\n');
}

export type Certificate = { readonly key: string; readonly cert: string; readonly spki: string };

/** A certificate of this machine's own names that vouches for itself. */
export async function certificate(names: readonly string[] = ['localhost']): Promise<Certificate> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
  const made = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${names[0]}`,
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: new Date('2099-12-31T23:59:59Z'),
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [
      new SubjectAlternativeNameExtension([...names.map((value) => ({ type: 'dns' as const, value })), { type: 'ip', value: '127.0.0.1' }]),
    ],
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const spki = createPublicKey(made.toString('pem')).export({ format: 'der', type: 'spki' });
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
    cert: made.toString('pem'),
    spki: hash('sha256', spki, 'buffer').toString('base64url'),
  };
}

/** A request as the receiver had it. */
export type Posted = { readonly url: string; readonly headers: IncomingMessage['headers']; readonly body: string };
export type HookReceiver = { readonly url: string; readonly port: number; readonly posted: Posted[]; close(): Promise<void> };

/** An HTTP server that keeps what is posted and answers as told: 204 unless `answer` does. */
export async function hookReceiver(tls?: Certificate, answer?: (response: ServerResponse, nth: number) => void): Promise<HookReceiver> {
  const posted: Posted[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    posted.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString('utf8') });
    if (answer === undefined) response.writeHead(204).end();
    else answer(response, posted.length);
  };
  const handler = (request: IncomingMessage, response: ServerResponse) => void take(request, response).catch(() => response.destroy());
  const server = tls === undefined ? createServer(handler) : createTlsServer({ key: tls.key, cert: tls.cert }, handler);
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${tls === undefined ? 'http://127.0.0.1' : 'https://localhost'}:${port}`,
    posted,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Writes `notices.json` into a directory. */
export async function configure(dir: string, config: object): Promise<void> {
  await writeFile(join(dir, 'notices.json'), JSON.stringify({ v: 1, url: 'https://parley.example', ...config }));
}

/** Writes a secret that its owner alone can read; resolves with its path. */
export async function secretFile(dir: string, name: string, text: string, mode = 0o600): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, `${text}\n`, { mode });
  await chmod(path, mode);
  return path;
}
