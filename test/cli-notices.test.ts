/** Notices and the calendar on the command line, with a node that runs and without one. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Ran, run } from '../src/cli/fixtures-streams.ts';
import { nodeRandom, nodeSha256 } from '../src/node/crypto.ts';
import { createParty } from '../src/node/party-files.ts';
import { readCalendar } from './calendar-reader.ts';
import { configure, headerOf, type MailReceiver, mailReceiver, secretFile } from './receivers.ts';

const PASSWORD = 'hunter2-never-shown';
let dir: string;
let folder: string;
let mail: MailReceiver;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-cli-notices-'));
  dir = join(folder, 'ours');
  await createParty(dir, { name: 'Alpha', passphrase: 'only on this machine', random: nodeRandom, sha256: nodeSha256, workFactor: 1 });
  mail = await mailReceiver({ login: { user: 'parley', password: 'another' } });
});
after(async () => {
  await mail.close();
  await rm(folder, { recursive: true, force: true });
});

const parley = (...argv: readonly string[]): Promise<Ran> => run([...argv, '--dir', dir, '--json', '--no-input']);

test('without notices.json nobody can be told; with it somebody subscribes, is listed, tested and taken off', async () => {
  assert.match((await parley('notices', 'subscribe', '--mail', 'a@b.example')).err, /this node hands out no mail/);
  assert.match((await parley('notices', 'calendar')).err, /its address is not known yet/);
  const password = await secretFile(folder, 'password', PASSWORD);
  const smtp = { host: '127.0.0.1', port: mail.port, tls: 'none', from: 'parley@alpha.example' };
  await configure(dir, { smtp });
  const made = await parley('notices', 'subscribe', '--mail', 'duty@alpha.example', '--event', 'late', '--event', 'fork', '--digest', '6');
  assert.equal(made.code, 0, made.err);
  const { id, ...rest } = made.lines[0] as { id: string; createdAt: number };
  assert.deepEqual(
    { ...rest, createdAt: 0 },
    {
      target: { mail: 'duty@alpha.example' },
      channels: [],
      events: ['late', 'fork'],
      digestHour: 6,
      createdAt: 0,
      person: '',
      waiting: 0,
      failed: 0,
    },
  );
  const listed = await run(['notices', '--dir', dir]);
  assert.match(listed.out, new RegExp(`^${id}  duty@alpha\\.example: late, two histories exist, in all channels, once a day at 06:00 UTC; since `));

  await configure(dir, { smtp: { ...smtp, user: 'parley', password_file: password } });
  const wrong = await parley('notices', 'test-send', id);
  assert.notEqual(wrong.code, 0);
  assert.match(wrong.err, /The test message was not taken\. \(tried: the mail server 127\.0\.0\.1, port \d+, without TLS; expected: a login that/);
  assert.match(wrong.err, /a login that the mail server takes \(it answered 535\); look at user and password_file in notices\.json/);
  assert.doesNotMatch(wrong.err, /other node|Your document/);
  assert.ok(!`${wrong.err}${wrong.out}`.includes(PASSWORD));
  await secretFile(folder, 'password', 'another');
  assert.equal((await parley('notices', 'test-send', id)).code, 0);
  assert.equal(headerOf(mail.taken[0] ?? assert.fail('a mail'), 'Subject'), 'Parley: Test');
  assert.equal((await parley('notices', 'off', id)).code, 0);
  assert.deepEqual((await parley('notices', 'list')).lines, []);
  assert.match((await parley('notices', 'off', id)).err, /no such subscription/);
});

test('what cannot be is refused with what can', async () => {
  for (const [argv, said] of [
    [['subscribe'], /--mail or --webhook is needed/],
    [['subscribe', '--mail', 'a@b.example', '--event', 'nothing'], /--event is one of: document, owed/],
    [['subscribe', '--mail', 'a@b.example', '--digest', '24'], /from 0 to 23/],
    [['subscribe', '--mail', 'a b'], /one address such as/],
    [['off'], /the ID that "parley notices" shows is needed/],
    [['list', '--mail', 'a@b.example'], /belongs to "parley notices subscribe"/],
    [['sing'], /one of: list, subscribe, test-send, off, calendar/],
  ] as const) {
    const ran = await parley('notices', ...argv);
    assert.notEqual(ran.code, 0, argv.join(' '));
    assert.match(ran.err, said);
  }
});

test('deadlines are written as a calendar, whole and never over another file; an address is made and ended', async () => {
  const out = join(folder, 'deadlines.ics');
  assert.equal((await parley('calendar', '--out', out)).code, 0);
  assert.deepEqual(readCalendar(await readFile(out, 'utf8')), []);
  assert.notEqual((await parley('calendar', '--out', out)).code, 0);
  await configure(dir, {});
  const made = await parley('notices', 'calendar');
  assert.match(String(made.lines[0]?.calendar), /^https:\/\/parley\.example\/calendar\/[A-Za-z0-9_-]{43}\.ics$/);
  assert.equal((await parley('notices', 'calendar', 'off')).code, 0);
});
