/** One mail to one SMTP server, well or ill disposed; and what the configuration of mail may say. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readNoticesConfig, type SmtpConfig } from '../src/node/notices/config.ts';
import { parseMailbox } from '../src/node/notices/mailbox.ts';
import { type Handed, handMail } from '../src/node/notices/mailer.ts';
import {
  type Certificate,
  certificate,
  configure,
  headerOf,
  type MailOptions,
  type MailReceiver,
  mailReceiver,
  secretFile,
  textOf,
} from './receivers.ts';

const PASSWORD = 'p4ss w0rd-that-nobody-may-see';
const MAIL = { id: 'abc', at: 1_800_000_000, to: 'duty@alpha.example', subject: 'Parley: Té st', text: 'Line one\n.\nLine: ü\n' };

let dir: string;
let tls: Certificate;
let passwordFile: string;
let caFile: string;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-mail-'));
  tls = await certificate();
  passwordFile = await secretFile(dir, 'password', PASSWORD);
  caFile = join(dir, 'ca.pem');
  await writeFile(caFile, tls.cert);
});
after(() => rm(dir, { recursive: true, force: true }));

/** Hands the mail to a server made for it; resolves with how that ended and what the server took. */
async function hand(options: MailOptions, config: Partial<SmtpConfig> = {}, timeoutMs = 5000): Promise<{ handed: Handed; server: MailReceiver }> {
  const server = await mailReceiver(options);
  try {
    const smtp = { host: 'localhost', port: server.port, tls: 'starttls', from: 'parley@alpha.example', caFile, ...config } as const;
    const handed = await handMail(smtp, MAIL, { timeoutMs });
    assert.ok(!JSON.stringify(handed).includes(PASSWORD));
    return { handed, server };
  } finally {
    await server.close();
  }
}

test('a mail is taken over STARTTLS and over TLS from the first byte, after a login, word for word', async () => {
  const login = { user: 'parley', password: PASSWORD };
  for (const mode of ['starttls', 'implicit'] as const) {
    const { handed, server } = await hand({ tls, secure: mode === 'implicit', login }, { tls: mode, login: { user: 'parley', passwordFile } });
    assert.deepEqual(handed, { done: true });
    const [mail] = server.taken;
    assert.ok(mail !== undefined);
    assert.deepEqual([mail.secure, mail.user, mail.from, mail.to], [true, 'parley', 'parley@alpha.example', ['duty@alpha.example']]);
    assert.equal(headerOf(mail, 'Message-ID'), '<abc.parley@alpha.example>');
    assert.equal(Date.parse(headerOf(mail, 'Date') ?? ''), MAIL.at * 1000);
    assert.equal(textOf(mail).trimEnd(), MAIL.text.trimEnd());
    assert.doesNotMatch(mail.raw, /X-Mailer|nodemailer/i);
  }
});

test('where STARTTLS is asked for and not offered, neither a login nor a mail is said', async () => {
  const { handed, server } = await hand({ login: { user: 'parley', password: PASSWORD } }, { login: { user: 'parley', passwordFile } });
  assert.deepEqual([handed.done, server.taken.length, server.refused.length], [false, 0, 0]);
  assert.match(handed.done ? '' : handed.why, /TLS|mail server/);
});

test('a certificate that nobody vouches for, or that is for another name, is not spoken to', async () => {
  const stranger = await certificate();
  const elsewhere = await certificate(['mail.example']);
  const other = join(dir, 'other.pem');
  await writeFile(other, elsewhere.cert);
  for (const [shown, ca] of [
    [stranger, caFile],
    [elsewhere, other],
  ] as const) {
    const { handed, server } = await hand({ tls: shown }, { caFile: ca });
    assert.deepEqual([handed.done, server.taken.length], [false, 0]);
    assert.match(handed.done ? '' : handed.why, /^a certificate of the mail server that is vouched for/);
  }
});

test('a wrong password is said as such, and stands in no error even where the server repeats it', async () => {
  const { handed } = await hand({ tls, login: { user: 'parley', password: 'another' } }, { login: { user: 'parley', passwordFile } });
  assert.deepEqual(handed, {
    done: false,
    down: true,
    why: 'a login that the mail server takes (it answered 535)',
    mend: 'look at user and password_file in notices.json',
  });
});

test('a server that says not now is asked again, one that says never is not', async () => {
  const LATER = 'it may take it later';
  const NEVER = 'look at the address, and at from in notices.json, or ask whoever runs that server';
  const later = await hand({ tls, rcpt: () => 450 });
  assert.deepEqual(later.handed, { done: false, why: 'a mail server that takes it (it answered 450)', mend: LATER });
  const never = await hand({ tls, rcpt: () => 550 });
  assert.deepEqual(never.handed, { done: false, permanent: true, why: 'a mail server that takes it (it answered 550)', mend: NEVER });
  const full = await hand({ tls, data: () => 452 });
  assert.deepEqual(full.handed, { done: false, why: 'a mail server that takes it (it answered 452)', mend: LATER });
  const unwanted = await hand({ tls, data: () => 554 });
  assert.deepEqual(unwanted.handed, { done: false, permanent: true, why: 'a mail server that takes it (it answered 554)', mend: NEVER });
});

test('a server that stalls, drips or is not there costs its time and no more', async () => {
  const sockets: Socket[] = [];
  let isDripping = false;
  const stalling = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    if (isDripping) {
      const drip = setInterval(() => socket.write('2'), 20);
      socket.on('close', () => clearInterval(drip));
    }
  });
  stalling.listen(0, '127.0.0.1');
  await once(stalling, 'listening');
  const config: SmtpConfig = { host: '127.0.0.1', port: (stalling.address() as AddressInfo).port, tls: 'starttls', from: 'p@a.example' };
  const mend = 'look at host, port and tls in notices.json, and at what stands between';
  const late = { done: false, down: true, why: 'an answer of the mail server in time', mend } as const;
  assert.deepEqual(await handMail(config, MAIL, { timeoutMs: 100 }), late);
  isDripping = true;
  assert.deepEqual(await handMail(config, MAIL, { timeoutMs: 150 }), late);
  for (const socket of sockets) socket.destroy();
  stalling.close();
  await once(stalling, 'close');
  const gone = await handMail(config, MAIL, { timeoutMs: 1000 });
  assert.deepEqual(gone, {
    done: false,
    down: true,
    why: 'a mail server that listens there: it refused the connection',
    mend: 'look at host and port in notices.json, and whether it runs',
  });
});

test('a password is read from a file that its owner alone can read, and from nowhere else', async () => {
  const open = await secretFile(dir, 'open', PASSWORD, 0o644);
  const { handed } = await hand({ tls }, { login: { user: 'parley', passwordFile: open } });
  assert.match(handed.done ? '' : handed.why, /mode 0600/);
  const smtp = { host: 'mail.example', port: 587, tls: 'starttls', from: 'parley@a.example' };
  const faults = async (config: object): Promise<string> => {
    await configure(dir, config);
    return readNoticesConfig(dir).then(
      () => '',
      (error: { detail: string }) => error.detail,
    );
  };
  assert.equal(await faults({ smtp }), '');
  const said = await faults({ smtp: { ...smtp, user: 'parley', password: PASSWORD } });
  assert.match(said, /^notices\.json, smtp: no member "password"; there are /);
  assert.ok(!said.includes(PASSWORD));
  assert.match(await faults({ smtp: { ...smtp, user: 'parley' } }), /password_file/);
  assert.match(await faults({ smtp: { ...smtp, tls: 'none' } }), /none for this machine alone/);
  assert.match(await faults({ smtp: { ...smtp, from: 'a@b.example\r\nBcc: c@d.example' } }), /smtp\.from/);
  await writeFile(join(dir, 'notices.json'), '{"v":1');
  await assert.rejects(readNoticesConfig(dir), { code: 'invalid' });
  await rm(join(dir, 'notices.json'));
  assert.deepEqual([...(await readNoticesConfig(dir)).webhooks], [], 'without the file nothing leaves');
});

test('an address is one plain mailbox: nothing in it ends a header, names a second one or begins a command', () => {
  for (const good of ['a@b.example', "o'neil+parley@sub.ministry.example", 'a@localhost']) assert.ok(parseMailbox(good) !== undefined, good);
  for (const bad of [
    '',
    'a',
    '@b',
    'a@',
    'a b@c.example',
    'a@b.example,c@d.example',
    'a@b.example\n',
    '<a@b.example>',
    '"a"@b.example',
    'a@-b.example',
    'a..b@c.example',
    `${'a'.repeat(250)}@b.example`,
  ])
    assert.equal(parseMailbox(bad), undefined, bad);
});
