import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { fromBase64url, fromUtf8 } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { isObject, type Json } from '../../base/json.ts';
import { readBounded } from '../durable-file.ts';
import { parsePeerUrl } from '../peer-address.ts';
import { parseMailbox } from './mailbox.ts';

/** The file of the data directory that says where notices may leave to. Without it nothing leaves. */
export const NOTICES_FILE = 'notices.json';
const MAX_CONFIG_SIZE = 64 * 1024;
const MAX_SECRET_SIZE = 4096;
/** A bundle of authorities as operating systems ship it is some 250 KiB. */
const MAX_CA_SIZE = 1024 * 1024;

/** How mail is handed out. `tls`: `implicit` from the first byte, `starttls` or nothing, `none` for loopback alone. */
export type SmtpConfig = {
  readonly host: string;
  readonly port: number;
  readonly tls: 'implicit' | 'starttls' | 'none';
  readonly from: string;
  readonly login?: { readonly user: string; readonly passwordFile: string };
  readonly caFile?: string;
};

/** A pinned receiver: its one address, the key or the authority it is known by (none on loopback), and the file of the shared secret. */
export type WebhookConfig = {
  readonly origin: string;
  readonly path: string;
  readonly spki?: Uint8Array;
  readonly ca?: 'system' | { readonly file: string };
  readonly secretFile: string;
};

export type NoticesConfig = {
  /** Where people find the pages; left out: where the people's door listens. */
  readonly url?: string;
  readonly smtp?: SmtpConfig;
  readonly webhooks: ReadonlyMap<string, WebhookConfig>;
};

/** Reads `notices.json` of a directory; nothing is on where there is none. Refuses `invalid` with the member that is wrong. */
export async function readNoticesConfig(dir: string | undefined): Promise<NoticesConfig> {
  const bytes = dir === undefined ? undefined : await readBounded(join(dir, NOTICES_FILE), MAX_CONFIG_SIZE);
  if (dir === undefined || bytes === undefined) return { webhooks: new Map() };
  let value: Json;
  try {
    value = JSON.parse(fromUtf8(bytes) ?? '') as Json;
  } catch {
    throw wrong('', 'JSON');
  }
  const file = members(value, '', ['v', 'url', 'smtp', 'webhooks']);
  if (file.v !== 1) throw wrong('v', '1');
  const url = file.url === undefined ? undefined : pageUrl(file.url);
  const hooks = file.webhooks === undefined ? {} : file.webhooks;
  if (!isObject(hooks)) throw wrong('webhooks', 'an object of receivers by name');
  const webhooks = Object.entries(hooks).map(([name, hook]) => [name, webhook(dir, name, hook)] as const);
  return {
    ...(url === undefined ? {} : { url }),
    ...(file.smtp === undefined ? {} : { smtp: smtp(dir, file.smtp) }),
    webhooks: new Map(webhooks),
  };
}

/** The first line of a file that its owner alone may read; refuses `invalid` for any other. What it says never stands in a refusal. */
export async function readSecret(path: string, what: string): Promise<string> {
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined || !facts.isFile()) throw new ParleyError('invalid', `${what}: a file that is there`);
  // Windows keeps who may read a file elsewhere than in its mode.
  if (process.platform !== 'win32' && (facts.mode & 0o077) !== 0)
    throw new ParleyError('invalid', `${what}: a file that nobody else can read (mode 0600)`);
  const text = fromUtf8((await readBounded(path, MAX_SECRET_SIZE)) ?? new Uint8Array());
  const line = text?.split(/\r?\n/)[0] ?? '';
  if (line === '') throw new ParleyError('invalid', `${what}: a first line that is not empty`);
  return line;
}

/** Certificates of an authority in PEM. */
export async function readAuthority(path: string): Promise<string> {
  const bytes = await readBounded(path, MAX_CA_SIZE);
  const text = bytes === undefined ? undefined : fromUtf8(bytes);
  if (text === undefined || !text.includes('-----BEGIN CERTIFICATE-----')) throw new ParleyError('invalid', 'ca_file: certificates in PEM');
  return text;
}

function smtp(dir: string, value: Json): SmtpConfig {
  const is = members(value, 'smtp', ['host', 'port', 'tls', 'from', 'user', 'password_file', 'ca_file']);
  const host = text(is.host, 'smtp.host');
  if (!/^[A-Za-z0-9.:-]{1,253}$/.test(host)) throw wrong('smtp.host', 'a name or an address');
  const { port, tls } = is;
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535) throw wrong('smtp.port', 'a port');
  if (tls !== 'implicit' && tls !== 'starttls' && tls !== 'none') throw wrong('smtp.tls', 'implicit, starttls or none');
  if (tls === 'none' && !/^(127(\.[0-9]{1,3}){3}|::1|localhost)$/.test(host)) throw wrong('smtp.tls', 'none for this machine alone');
  const from = text(is.from, 'smtp.from');
  if (parseMailbox(from) === undefined) throw wrong('smtp.from', 'an address such as parley@ministry.example');
  if ((is.user === undefined) !== (is.password_file === undefined)) throw wrong('smtp.password_file', 'beside user, and user beside it');
  return {
    host,
    port,
    tls,
    from,
    ...(is.user === undefined
      ? {}
      : { login: { user: text(is.user, 'smtp.user'), passwordFile: path(dir, is.password_file, 'smtp.password_file') } }),
    ...(is.ca_file === undefined ? {} : { caFile: path(dir, is.ca_file, 'smtp.ca_file') }),
  };
}

function webhook(dir: string, name: string, value: Json): WebhookConfig {
  const at = `webhooks.${name.slice(0, 32)}`;
  if (!/^[a-z0-9_-]{1,32}$/.test(name)) throw wrong('webhooks', 'names of 1 to 32 small letters, digits, - and _');
  const is = members(value, at, ['url', 'spki', 'ca', 'ca_file', 'secret_file']);
  const url = URL.parse(text(is.url, `${at}.url`));
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '')
    throw wrong(`${at}.url`, 'an address such as https://pager.example/parley');
  const { kind } = parsePeerUrl(url.origin);
  const spki = is.spki === undefined ? undefined : fromBase64url(text(is.spki, `${at}.spki`), 32);
  if (is.spki !== undefined && spki === undefined) throw wrong(`${at}.spki`, 'the SHA-256 of the key in base64url, 43 characters');
  if (is.ca !== undefined && is.ca !== 'system') throw wrong(`${at}.ca`, 'system');
  const named = [is.spki, is.ca, is.ca_file].filter((one) => one !== undefined).length;
  if (named !== (kind === 'loopback' ? 0 : 1)) throw wrong(at, 'one of spki, ca and ca_file for another machine, none for http:// on this one');
  const ca = is.ca_file === undefined ? (is.ca === undefined ? undefined : ('system' as const)) : { file: path(dir, is.ca_file, `${at}.ca_file`) };
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    ...(spki === undefined ? {} : { spki }),
    ...(ca === undefined ? {} : { ca }),
    secretFile: path(dir, is.secret_file, `${at}.secret_file`),
  };
}

function members(value: Json, at: string, known: readonly string[]): { readonly [key: string]: Json } {
  if (!isObject(value)) throw wrong(at, 'an object');
  const stray = Object.keys(value).find((name) => !known.includes(name));
  // A password where it must not be would be a member like any other: its name is said, never what it holds.
  if (stray !== undefined) throw wrong(at, `no member ${JSON.stringify(stray.slice(0, 32))}; there are ${known.join(', ')}`);
  return value;
}

function text(value: Json | undefined, at: string): string {
  if (typeof value !== 'string' || value === '') throw wrong(at, 'a text');
  return value;
}

function path(dir: string, value: Json | undefined, at: string): string {
  const name = text(value, at);
  return isAbsolute(name) ? name : join(dir, name);
}

function pageUrl(value: Json): string {
  const url = URL.parse(text(value, 'url'));
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '')
    throw wrong('url', 'an address such as https://parley.example');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function wrong(at: string, expected: string): ParleyError {
  return new ParleyError('invalid', `${NOTICES_FILE}${at === '' ? '' : `, ${at}`}: ${expected}`);
}
