import { createTransport } from 'nodemailer';
import { ParleyError } from '../../base/errors.ts';
import { readAuthority, readSecret, type SmtpConfig } from './config.ts';
import { parseMailbox } from './mailbox.ts';

/** One mail: plain text to one address. `id` and `at` make its Message-ID and date, the same at every attempt. */
export type Mail = { readonly id: string; readonly at: number; readonly to: string; readonly subject: string; readonly text: string };

/**
 * How an attempt to hand something out ended. `permanent`: another attempt would end the same; `down`: so would one of any other message now. `why` says
 * what was expected, `mend` what is to be looked at, where that is known; they hold no secret and no words of the other end.
 */
export type Handed =
  | { readonly done: true }
  | { readonly done: false; readonly permanent?: true; readonly down?: true; readonly why: string; readonly mend?: string };

/** Bounds of one attempt: how long it takes at most, where it is not the usual, and what breaks it off. */
export type Attempt = { readonly timeoutMs?: number; readonly signal?: AbortSignal };

/** From the first packet to the server's last word. */
const TIMEOUT_MS = 60_000;

/**
 * Hands one mail to the configured SMTP server over a connection of its own: TLS 1.2 or later with a certificate that the system's authorities, or the
 * one named, vouch for; where STARTTLS is asked for and not offered, nothing is said. Every fault is an answer; of what the server says its code alone
 * is kept, since its words may repeat ours. Accepted means that the server answered the data with 250.
 */
export async function handMail(config: SmtpConfig, mail: Mail, { timeoutMs = TIMEOUT_MS, signal }: Attempt = {}): Promise<Handed> {
  let secret: { user: string; pass: string } | undefined;
  let ca: string | undefined;
  try {
    if (config.login !== undefined) secret = { user: config.login.user, pass: await readSecret(config.login.passwordFile, 'smtp.password_file') };
    if (config.caFile !== undefined) ca = await readAuthority(config.caFile);
  } catch (error) {
    return { done: false, down: true, why: error instanceof ParleyError ? error.detail : 'a file of the configuration that can be read' };
  }
  const transport = createTransport({
    host: config.host,
    port: config.port,
    secure: config.tls === 'implicit',
    requireTLS: config.tls === 'starttls',
    ignoreTLS: config.tls === 'none',
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    ...(secret === undefined ? {} : { auth: secret }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });
  const late = new AbortController();
  // One clock for the whole exchange: a server that says a byte a second must not hold us.
  const timer = setTimeout(() => late.abort(), timeoutMs);
  try {
    await transport.sendMail({
      from: config.from,
      to: mail.to,
      envelope: { from: config.from, to: [mail.to] },
      subject: mail.subject,
      text: mail.text,
      messageId: messageIdOf(config, mail.id),
      date: new Date(mail.at * 1000),
      xMailer: false,
      // RFC 3834: no vacation answer to a machine.
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal: signal === undefined ? late.signal : AbortSignal.any([late.signal, signal]),
    });
    return { done: true };
  } catch (fault) {
    return faultOf(fault, late.signal.aborted);
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

/** The Message-ID of what has this id: `<id.parley@domain of the sender>`. */
export function messageIdOf(config: Pick<SmtpConfig, 'from'>, id: string): string {
  return `<${id}.parley@${parseMailbox(config.from)?.domain ?? 'invalid'}>`;
}

/** Which server is spoken to, and how: `the mail server mail.example, port 587, with STARTTLS`. */
export function serverInWords({ host, port, tls }: Pick<SmtpConfig, 'host' | 'port' | 'tls'>): string {
  return `the mail server ${host}, port ${port}, ${{ implicit: 'with TLS', starttls: 'with STARTTLS', none: 'without TLS' }[tls]}`;
}

/** Codes and our own words. Refused for good is what the server says of this mail (5xx to an envelope or its data); a password can be put right. */
function faultOf(fault: unknown, isLate: boolean): Handed {
  const { code, originalCode, responseCode } = fault as { code?: unknown; originalCode?: unknown; responseCode?: unknown };
  const answered = typeof responseCode === 'number' ? responseCode : undefined;
  const name = nameIn(code);
  if (isLate || name === 'ETIMEDOUT' || name === 'EABORT')
    return {
      done: false,
      down: true,
      why: 'an answer of the mail server in time',
      mend: 'look at host, port and tls in notices.json, and at what stands between',
    };
  if (name === 'EAUTH' || name === 'ENOAUTH') {
    const why = `a login that the mail server takes${answered === undefined ? '' : ` (it answered ${answered})`}`;
    return { done: false, down: true, why, mend: 'look at user and password_file in notices.json' };
  }
  if (name === 'ETLS')
    return { done: false, down: true, why: 'a mail server with TLS as configured', mend: 'look at tls, port and ca_file in notices.json' };
  if (answered !== undefined) {
    const permanent = answered >= 500 && (name === 'EENVELOPE' || name === 'EMESSAGE');
    const mend = permanent ? 'look at the address, and at from in notices.json, or ask whoever runs that server' : 'it may take it later';
    return { done: false, ...(permanent ? { permanent } : {}), why: `a mail server that takes it (it answered ${answered})`, mend };
  }
  return { done: false, down: true, ...unreached(nameIn(originalCode) || name) };
}

/** What is said where no connection came about, by the code of the system. */
function unreached(name: string): { readonly why: string; readonly mend: string } {
  const code = name === '' ? '' : ` (${name.toLowerCase()})`;
  if (name === 'ECONNREFUSED')
    return { why: 'a mail server that listens there: it refused the connection', mend: 'look at host and port in notices.json, and whether it runs' };
  if (name === 'ENOTFOUND' || name === 'EDNS' || name === 'EAI_AGAIN')
    return { why: 'a host name that can be found: it has no address', mend: 'look at host in notices.json, and at the name server of this machine' };
  if (/CERT|SIGNED|SIGNATURE|ISSUER|ALTNAME/.test(name))
    return { why: `a certificate of the mail server that is vouched for${code}`, mend: 'look at host and ca_file in notices.json' };
  return { why: `a connection to the mail server${code}`, mend: 'look at host, port and tls in notices.json' };
}

function nameIn(code: unknown): string {
  return typeof code === 'string' && /^[A-Z_0-9]{1,40}$/.test(code) ? code : '';
}
