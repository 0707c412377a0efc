/** Webhooks to a real receiver: what is signed, who is spoken to, and what becomes of answers. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { noticeJson } from '../src/interop/notice-text.ts';
import { readNoticesConfig, type WebhookConfig } from '../src/node/notices/config.ts';
import { handWebhook, signWebhook } from '../src/node/notices/webhook.ts';
import { type Certificate, certificate, configure, type HookReceiver, hookReceiver, secretFile } from './receivers.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const MESSAGE = { id: 'q83vEjRWeJCrze8SNFZ4kA', body: '{"v":1}' };
const AT = 1_781_609_700;

let dir: string;
let tls: Certificate;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-hooks-'));
  tls = await certificate();
  await secretFile(dir, 'secret', SECRET);
  await writeFile(join(dir, 'ca.pem'), tls.cert);
});
after(() => rm(dir, { recursive: true, force: true }));

async function configured(receiver: HookReceiver, more: object): Promise<WebhookConfig> {
  await configure(dir, { webhooks: { pager: { url: `${receiver.url}/parley?x=1`, secret_file: 'secret', ...more } } });
  return (await readNoticesConfig(dir)).webhooks.get('pager') ?? assert.fail('it is configured');
}

test('a receiver known by its key, by its authority or on loopback gets the exact body, signed', async () => {
  for (const [certified, more] of [
    [undefined, {}],
    [tls, { spki: tls.spki }],
    [tls, { ca_file: 'ca.pem' }],
  ] as const) {
    const receiver = await hookReceiver(certified);
    assert.deepEqual(await handWebhook(await configured(receiver, more), MESSAGE, AT), { done: true });
    const [{ url, headers, body }] = receiver.posted as [HookReceiver['posted'][number]];
    assert.deepEqual([url, body, headers['content-type'], headers['webhook-id']], ['/parley?x=1', MESSAGE.body, 'application/json', MESSAGE.id]);
    const mac = createHmac('sha256', Buffer.alloc(32, 7)).update(`${MESSAGE.id}.${AT}.${body}`).digest('base64');
    assert.equal(headers['webhook-signature'], `v1,${mac}`);
    await receiver.close();
  }
});

test('another key, another authority and another name get not one byte', async () => {
  const other = await certificate();
  const elsewhere = await certificate(['pager.example']);
  await writeFile(join(dir, 'elsewhere.pem'), elsewhere.cert);
  for (const [shown, more] of [
    [other, { spki: tls.spki }],
    [other, { ca_file: 'ca.pem' }],
    [other, { ca: 'system' }],
    [elsewhere, { ca_file: 'elsewhere.pem' }],
  ] as const) {
    const receiver = await hookReceiver(shown);
    const handed = await handWebhook(await configured(receiver, more), MESSAGE, AT);
    assert.deepEqual([handed.done, receiver.posted.length], [false, 0], JSON.stringify(more));
    await receiver.close();
  }
});

test('a redirect is followed nowhere; an error, a flood, a stall and silence are each a fault that is tried again', async () => {
  const trap = await hookReceiver();
  const answers = {
    redirect: await hookReceiver(undefined, (response) => response.writeHead(307, { location: `${trap.url}/` }).end()),
    error: await hookReceiver(undefined, (response) => response.writeHead(500).end('no')),
    flood: await hookReceiver(undefined, (response) => response.writeHead(200).end(Buffer.alloc(100_000))),
    stall: await hookReceiver(undefined, (response) => response.writeHead(200).write('a')),
    silence: await hookReceiver(undefined, () => undefined),
  };
  const whys: Record<string, string> = {};
  for (const [name, receiver] of Object.entries(answers)) {
    const handed = await handWebhook(await configured(receiver, {}), MESSAGE, AT, { timeoutMs: 200 });
    assert.ok(!handed.done && handed.permanent === undefined);
    whys[name] = handed.why;
    await receiver.close();
  }
  assert.deepEqual(whys, {
    redirect: 'an answer of the receiver in 2xx (it answered 307)',
    error: 'an answer of the receiver in 2xx (it answered 500)',
    flood: 'an answer of at most 65536 bytes',
    stall: 'an answer within 200 ms',
    silence: 'an answer within 200 ms',
  });
  assert.equal(trap.posted.length, 0);
  await trap.close();
});

test('the configuration pins every receiver on another machine, and secrets have their form', async () => {
  const fault = async (hook: object): Promise<string> => {
    await configure(dir, { webhooks: { pager: { secret_file: 'secret', ...hook } } });
    return readNoticesConfig(dir).then(
      () => '',
      (error: { detail: string }) => error.detail,
    );
  };
  const url = 'https://pager.example/parley';
  assert.equal(await fault({ url, ca: 'system' }), '');
  assert.match(await fault({ url }), /one of spki, ca and ca_file/);
  assert.match(await fault({ url, ca: 'system', spki: tls.spki }), /one of spki, ca and ca_file/);
  assert.match(await fault({ url: 'http://pager.example/' }), /https:\/\/ for another machine/);
  assert.match(await fault({ url: 'http://127.0.0.1:9/', spki: tls.spki }), /none for http/);
  assert.match(await fault({ url: 'https://user:secret@pager.example/', ca: 'system' }), /an address such as/);
  assert.throws(() => signWebhook('whsec_c2hvcnQ=', 'id', 1, ''), { code: 'invalid' });
  assert.throws(
    () => signWebhook('hunter2', 'id', 1, ''),
    (error: Error) => !error.message.includes('hunter2'),
  );
});

test('the worked example of docs/notices.md holds, and its body is what leaves', async () => {
  const page = await readFile(new URL('../docs/notices.md', import.meta.url), 'utf8');
  const [, secret = ''] = /secret `(whsec_[^`]+)`/.exec(page) ?? [];
  const header = (name: string): string => new RegExp(`^${name}: (.+)$`, 'm').exec(page)?.[1] ?? '';
  const made = signWebhook(secret, header('webhook-id'), Number(header('webhook-timestamp')), '{"v":1}');
  assert.equal(made['webhook-signature'], header('webhook-signature'));

  const body = /^\{"v":1,"id".*$/m.exec(page)?.[0] ?? '';
  const { id, items } = JSON.parse(body) as { id: string; items: { channel: string; entry: string }[] };
  const { channel = '', entry = '' } = items[0] ?? {};
  const item = { event: 'owed', channel, channelTitle: 'Consultations', with: 'Beta', kind: 'request', entry, urgency: 'flash', owes: 'us' } as const;
  const due = { dueAt: Date.parse('2026-06-18T09:00:00Z') / 1000, path: `/c/${channel}/documents/${entry}` };
  const message = { id, event: 'owed', at: Date.parse('2026-06-16T11:35:00Z') / 1000, items: [{ ...item, ...due }], more: 0 } as const;
  assert.equal(noticeJson(message, { party: 'Alpha', base: 'https://parley.ministry.example' }), body);

  const [, config = ''] = /```json\n(\{\n[\s\S]*?)```/.exec(page) ?? [];
  await writeFile(join(dir, 'notices.json'), config);
  assert.deepEqual([...(await readNoticesConfig(dir)).webhooks.keys()], ['pager']);
});
