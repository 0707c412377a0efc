import { createTransport } from 'nodemailer';
import { ParleyError } from '../../base/errors.ts';
import { readAuthority, readSecret, type SmtpConfig } from './config.ts';
import { parseMailbox } from './mailbox.ts';

/** One mail: plain text to one address. `id` and `at` make its Message-ID and date, the same at every attempt. */
export type Mail = { readonly id: string; readonly at: number; readonly to: string; readonly subject: string; readonly text: string };

/**
 * How an attempt to hand something out ended. `permanent`: another attempt would end the same; `down`: so would one of any other message now. `why` says
 * what was expected; it holds no secret and no words of the other end.
 */
export type Handed = { readonly done: true } | { readonly done: false; readonly permanent?: true; readonly down?: true; readonly why: string };

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

/** Codes and our own words. Refused for good is what the server says of this mail (5xx to an envelope or its data); a password can be put right. */
function faultOf(fault: unknown, isLate: boolean): Handed {
  const { code, responseCode } = fault as { code?: unknown; responseCode?: unknown };
  const answered = typeof responseCode === 'number' ? responseCode : undefined;
  const name = typeof code === 'string' && /^[A-Z_0-9]{1,32}$/.test(code) ? code : '';
  if (isLate || name === 'ETIMEDOUT' || name === 'EABORT') return { done: false, down: true, why: 'an answer of the mail server in time' };
  if (name === 'EAUTH' || name === 'ENOAUTH')
    return { done: false, down: true, why: `a login that the mail server takes${answered === undefined ? '' : ` (it answered ${answered})`}` };
  if (name === 'ETLS') return { done: false, down: true, why: 'a mail server with TLS as configured' };
  if (answered !== undefined) {
    const permanent = answered >= 500 && (name === 'EENVELOPE' || name === 'EMESSAGE');
    return { done: false, ...(permanent ? { permanent } : {}), why: `a mail server that takes it (it answered ${answered})` };
  }
  return { done: false, down: true, why: `a connection to the mail server${name === '' ? '' : ` (${name.toLowerCase()})`}` };
}
