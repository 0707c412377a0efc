import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { toBase64url } from '../src/base/bytes.ts';
import { ed25519Signer, nodeRandom } from '../src/node/crypto.ts';
import { peopleApp, startPeople } from '../src/node/people-door.ts';
import type { SessionView } from '../src/projection/views.ts';
import { Authenticator } from './authenticator.ts';
import { heldKey } from './signed-in.ts';
import { TwoParties } from './two-parties.ts';

const ORIGIN = 'http://localhost:8080';
const PUBLIC = 'https://parley.example';

let clock = Math.floor(Date.now() / 1000);
let two: TwoParties;
let door: Awaited<ReturnType<typeof peopleApp>>;
let admin: { cookie: string; key: Authenticator; session: SessionView };
let member: typeof admin;
const id = 'A'.repeat(43);

type Sent = { body?: unknown; cookie?: string; headers?: Record<string, string>; operator?: boolean };

function send(method: 'GET' | 'POST', url: string, { body, cookie, headers = {}, operator = false }: Sent = {}) {
  const auth: Record<string, string> = operator ? { authorization: `Bearer ${door.operatorToken}` } : { origin: ORIGIN };
  return door.app.inject({
    method,
    url,
    headers: {
      host: 'localhost:8080',
      ...auth,
      ...(cookie === undefined ? {} : { cookie }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
}

async function enrol(token: string, name: string, origin = ORIGIN): Promise<typeof admin> {
  const key = new Authenticator(origin);
  const options = await send('POST', '/api/enrol/options', { body: { token, name } });
  assert.equal(options.statusCode, 200, options.body);
  const response = key.create(options.json());
  const held = await heldKey(ed25519Signer(nodeRandom(32)), options.json(), response);
  const answer = await send('POST', '/api/enrol', { body: { token, name, post: 'Officer', response, ...held } });
  assert.equal(answer.statusCode, 200, answer.body);
  return { cookie: cookieIn(answer), key, session: answer.json() };
}

async function login(key: Authenticator, cookie?: string) {
  const options = await send('POST', '/api/login/options', { body: {} });
  return send('POST', '/api/login', { body: { response: key.get(options.json()) }, ...(cookie === undefined ? {} : { cookie }) });
}

function cookieIn(answer: { headers: Record<string, unknown> }): string {
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

const isIn = async (cookie: string): Promise<boolean> => (await send('GET', '/api/today', { cookie })).statusCode === 200;

before(async () => {
  two = await TwoParties.open({ now: () => clock });
  door = await peopleApp(two.a.node, { publicOrigin: PUBLIC, version: '1.2.3' });
  admin = await enrol((await door.enrolment.inviteFirst()) ?? '', 'Ada');
  const { token } = (await send('POST', '/api/enrol/tokens', { body: {}, cookie: admin.cookie })).json();
  member = await enrol(token, 'Max');
});
after(async () => {
  await door.app.close();
  await two.close();
});

test('the first to enrol is the administrator, the next is not', async () => {
  assert.deepEqual([admin.session.person?.admin, member.session.person?.admin], [true, false]);
  assert.equal(await door.enrolment.inviteFirst(), undefined);
  const session: SessionView = (await send('GET', '/api/session', { cookie: member.cookie })).json();
  assert.deepEqual([session.person?.name, session.party.name, session.version], ['Max', 'Alpha', '1.2.3']);
  assert.deepEqual(session.accreditation, { add: ['parley representative add', ''] });
  const stranger: SessionView = (await send('GET', '/api/session')).json();
  assert.deepEqual([stranger.person, stranger.accreditation], [undefined, undefined], 'a stranger learns nothing of the machine');
});

test('every route asks for who may call it: nobody, a member, an administrator, the operator', async () => {
  const paths = Object.entries((await send('GET', '/api/openapi.json')).json().paths as Record<string, Record<string, unknown>>);
  assert.ok(paths.length > 35, String(paths.length));
  // The address of a calendar is itself what lets somebody in.
  const anyone = ['/api/session', '/api/enrol/options', '/api/enrol', '/api/login/options', '/api/login', '/api/logout', '/calendar/{file}'];
  const admins =
    /^\/api\/(users|identity|enrol\/tokens|foundings\/.+\/(text|card)|foundings\/(invite|answer|take|confirm|decline)$|channels\/\{c\}\/(identity|addresses))/;
  for (const [path, methods] of paths) {
    for (const method of Object.keys(methods)) {
      if (path === '/api/events') continue;
      const verb = method === 'get' ? 'GET' : 'POST';
      const url = path
        .replaceAll(/\{(c|id|root|invite)\}/g, id)
        .replaceAll(/\{(index)\}/g, '0')
        .replaceAll('{user}', 'A'.repeat(22));
      const who = anyone.includes(path) ? 'anyone' : verb === 'POST' || path === '/api/users' ? (admins.test(path) ? 'admin' : 'member') : 'member';
      const bytes = path.includes('{index}') ? { 'content-type': 'application/octet-stream' } : {};
      const status = async (as: Sent): Promise<number> =>
        (await send(verb, url, { ...as, headers: { ...bytes }, ...(verb === 'POST' ? { body: {} } : {}) })).statusCode;
      const seen = [
        await status({}),
        await status({ cookie: member.cookie }),
        await status({ cookie: admin.cookie }),
        await status({ operator: true }),
      ];
      const barred = seen.map((code) => code === 401 || (code === 403 && who === 'admin'));
      const expected = { anyone: [false, false, false, false], member: [true, false, false, false], admin: [true, true, false, false] }[who];
      if (path === '/api/logout') {
        // It ended both sessions on its way.
        admin.cookie = cookieIn(await login(admin.key));
        member.cookie = cookieIn(await login(member.key));
      }
      assert.deepEqual(barred, expected, `${verb} ${path}: ${seen.join()}`);
      assert.ok(
        seen.every((code) => code < 500),
        `${verb} ${path}: ${seen.join()}`,
      );
    }
  }
});

test('a token enrols one person once, and not after its time', async () => {
  const { token, url } = (await send('POST', '/api/enrol/tokens', { body: { admin: true }, operator: true })).json();
  assert.equal(url, `${PUBLIC}/enrol#${token}`);
  const options = async (given: string) => (await send('POST', '/api/enrol/options', { body: { token: given, name: 'X' } })).json();
  assert.equal((await options('x'.repeat(43))).code, 'not_allowed');
  const asked = await options(token);
  const [one, other] = [new Authenticator(ORIGIN), new Authenticator(ORIGIN)];
  const body = async (key: Authenticator) => {
    const response = key.create(asked);
    return { token, name: 'X', post: 'Y', response, ...(await heldKey(ed25519Signer(nodeRandom(32)), asked, response)) };
  };
  const answers = await Promise.all([one, other].map(async (key) => send('POST', '/api/enrol', { body: await body(key) })));
  assert.deepEqual(answers.map((answer) => answer.statusCode).sort(), [200, 403]);
  assert.equal((await options(token)).code, 'not_allowed');
  const late = (await send('POST', '/api/enrol/tokens', { body: {}, operator: true })).json();
  clock += 48 * 3600 + 1;
  assert.equal((await options(late.token)).code, 'not_allowed');
  admin.cookie = cookieIn(await login(admin.key));
  member.cookie = cookieIn(await login(member.key));
});

test('a passkey of another page, a challenge used twice, one too old, and a key that is no key are refused', async () => {
  const options = (await send('POST', '/api/login/options', { body: {} })).json();
  const response = member.key.get(options);
  assert.equal((await send('POST', '/api/login', { body: { response } })).statusCode, 200);
  assert.equal((await send('POST', '/api/login', { body: { response } })).json().code, 'signature_invalid');
  assert.equal((await login(new Authenticator(ORIGIN))).json().code, 'not_allowed');
  const old = (await send('POST', '/api/login/options', { body: {} })).json();
  clock += 301;
  assert.equal((await send('POST', '/api/login', { body: { response: member.key.get(old) } })).json().code, 'signature_invalid');
  assert.equal((await send('POST', '/api/login', { body: { response: { id: response.id } } })).json().code, 'signature_invalid');
  const { token } = (await send('POST', '/api/enrol/tokens', { body: {}, operator: true })).json();
  const fresh = ed25519Signer(nodeRandom(32));
  const refused = async (key: Authenticator, changed: { key?: string } = {}) => {
    const asked = (await send('POST', '/api/enrol/options', { body: { token, name: 'X' } })).json();
    const made = key.create(asked);
    const body = { token, name: 'X', post: 'Y', response: made, ...(await heldKey(fresh, asked, made)), ...changed };
    return (await send('POST', '/api/enrol', { body })).json().code;
  };
  assert.equal(await refused(new Authenticator('http://localhost:9999')), 'signature_invalid');
  assert.equal(await refused(new Authenticator(ORIGIN), { key: toBase64url(new Uint8Array(32)) }), 'invalid');
  const numbers = await send('POST', '/api/login/options', { body: {}, headers: { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' } });
  assert.equal(numbers.json().code, 'invalid', 'passkeys need a name');
});

test('a session is new at each sign-in, ends at sign-out, when idle, and after a day', async () => {
  const before = cookieIn(await login(member.key));
  const next = cookieIn(await login(member.key, before));
  assert.notEqual(next, before);
  assert.deepEqual([await isIn(before), await isIn(next)], [false, true]);
  const fixed = 'parley_fixed=x; '.concat(next.replace(/=.*/, `=${'z'.repeat(43)}`));
  assert.equal(await isIn(fixed), false);
  const answer = await send('POST', '/api/logout', { body: {}, cookie: next });
  assert.match(String(answer.headers['set-cookie']), /Max-Age=0/);
  assert.equal(await isIn(next), false);
  const idle = cookieIn(await login(member.key));
  clock += 2 * 3600 + 1;
  assert.equal(await isIn(idle), false);
  const long = cookieIn(await login(member.key));
  for (let hours = 0; hours < 24; hours++) {
    clock += 3599;
    assert.equal(await isIn(long), true, `after ${hours} hours`);
  }
  clock += 100;
  assert.equal(await isIn(long), false);
  admin.cookie = cookieIn(await login(admin.key));
  member.cookie = cookieIn(await login(member.key));
});

test('nobody enrols with a key that they do not hold, whether it is another’s before it is accredited or signs for another enrolment', async () => {
  // Read aloud, or sent to be accredited: her public key is no secret.
  const [vera, mallory] = [ed25519Signer(nodeRandom(32)), ed25519Signer(nodeRandom(32))];
  const { token } = (await send('POST', '/api/enrol/tokens', { body: {}, operator: true })).json();
  const attempt = async (proofOf: (asked: { challenge: string }, made: { id: string }) => Promise<object>) => {
    const asked = (await send('POST', '/api/enrol/options', { body: { token, name: 'Mallory' } })).json();
    const response = new Authenticator(ORIGIN).create(asked);
    const body = { token, name: 'Mallory', post: 'Officer', response, key: toBase64url(vera.publicKey), ...(await proofOf(asked, response)) };
    return send('POST', '/api/enrol', { body });
  };
  const proof = async (signer: typeof vera, ...of: [{ challenge: string }, { id: string }, string?]) => ({
    proof: (await heldKey(signer, ...of)).proof,
  });
  const other = (await send('POST', '/api/enrol/options', { body: { token, name: 'Vera' } })).json();
  for (const proofOf of [
    async () => ({}),
    (asked: { challenge: string }, made: { id: string }) => proof(mallory, asked, made),
    (_: unknown, made: { id: string }) => proof(vera, other, made),
    (asked: { challenge: string }) => proof(vera, asked, { id: 'another passkey' }),
    (asked: { challenge: string }, made: { id: string }) => proof(vera, asked, made, 'https://mallory.example'),
  ]) {
    const answer = await attempt(proofOf);
    assert.equal(answer.json().code, 'signature_invalid', answer.body);
    assert.equal(answer.headers['set-cookie'], undefined);
  }
  assert.equal((await attempt((asked, made) => proof(vera, asked, made))).statusCode, 200);
});

test('the cookie is the browser’s alone, and bound to https where the page is', async () => {
  const plain = String((await login(member.key)).headers['set-cookie']);
  assert.match(plain, /^parley_[A-Za-z0-9_-]{8}=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  const headers = { host: 'parley.example', origin: PUBLIC };
  const { token } = (await send('POST', '/api/enrol/tokens', { body: {}, operator: true })).json();
  const key = new Authenticator(PUBLIC);
  const options = (await send('POST', '/api/enrol/options', { body: { token, name: 'P' }, headers })).json();
  assert.equal(options.rp.id, 'parley.example');
  const response = key.create(options);
  const held = await heldKey(ed25519Signer(nodeRandom(32)), options, response, PUBLIC);
  const answer = await send('POST', '/api/enrol', { body: { token, name: 'P', post: 'Q', response, ...held }, headers });
  assert.match(String(answer.headers['set-cookie']), /^__Host-parley_.*; Secure$/);
});

test('a write from another page, another host name, a form or a guessed token does nothing', async () => {
  const body = { admin: true };
  const code = async (sent: Sent) => (await send('POST', '/api/enrol/tokens', { body, ...sent })).json().code;
  const { cookie } = admin;
  assert.equal(await code({ cookie, headers: { origin: 'http://evil.example' } }), 'not_allowed');
  assert.equal(await code({ cookie, headers: { origin: 'http://localhost:9999' } }), 'not_allowed');
  assert.equal(await code({ cookie, headers: { origin: 'null' } }), 'not_allowed');
  assert.equal(await code({ cookie, headers: { 'sec-fetch-site': 'same-site' } }), 'not_allowed');
  assert.equal(await code({ cookie, headers: { host: 'evil.example:8080', origin: 'http://evil.example:8080' } }), 'not_allowed');
  assert.equal(await code({ cookie, headers: { authorization: `Bearer ${'x'.repeat(43)}` } }), 'not_signed_in');
  const form = await send('POST', '/api/enrol/tokens', { body, cookie, headers: { 'content-type': 'text/plain' } });
  assert.deepEqual([form.statusCode, form.json().code], [415, 'invalid']);
  assert.equal((await send('GET', '/api/session', { headers: { host: 'rebound.example' } })).json().code, 'not_allowed');
  const extra = await send('POST', '/api/enrol/tokens', { body: { ...body, role: 'operator' }, cookie });
  assert.deepEqual([extra.statusCode, extra.json().code], [400, 'invalid']);
  const large = await send('POST', '/api/enrol/tokens', { body: { pad: 'x'.repeat(70_000) }, cookie });
  assert.deepEqual([large.statusCode, large.json().code], [413, 'too_large']);
});

test('somebody removed is out at once, and the last administrator stays', async () => {
  const { token } = (await send('POST', '/api/enrol/tokens', { body: {}, operator: true })).json();
  const gone = await enrol(token, 'Gone');
  const remove = (user: string | undefined) => send('POST', `/api/users/${user}/remove`, { body: {}, cookie: admin.cookie });
  assert.equal((await remove(gone.session.person?.user)).statusCode, 200);
  assert.equal(await isIn(gone.cookie), false);
  assert.equal((await login(gone.key)).json().code, 'not_allowed');
  for (const user of (await send('GET', '/api/users', { operator: true })).json())
    if (user.admin && user.user !== admin.session.person?.user) await remove(user.user);
  assert.equal((await remove(admin.session.person?.user)).json().code, 'conflict');
});

test('pages are served with a policy that runs nothing but ours, each with a nonce of its own', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'parley-web-'));
  await writeFile(join(dir, 'index.html'), '<meta property="csp-nonce" nonce="__NONCE__">');
  await writeFile(join(dir, 'secret.key'), 'no');
  await writeFile(join(dir, 'icon.svg'), '<svg/>');
  const data = await mkdtemp(join(tmpdir(), 'parley-data-'));
  const people = await startPeople(data, two.b.node, { host: '127.0.0.1', port: 0, webRoot: dir });
  try {
    assert.match(people.url, /^http:\/\/localhost:\d+$/);
    assert.match(people.enrolUrl ?? '', /\/enrol#[A-Za-z0-9_-]{43}$/);
    const run = JSON.parse(await readFile(join(data, 'run.json'), 'utf8'));
    const asOperator = await fetch(`${run.url}/api/channels`, { headers: { authorization: `Bearer ${run.token}` } });
    assert.equal(asOperator.status, 200);
    const nonces = await Promise.all(
      ['/', '/c/x/documents/y', '/secret.key', '/%2e%2e/run.json.html'].map(async (path) => {
        const answer = await fetch(people.url + path);
        const policy = answer.headers.get('content-security-policy') ?? '';
        const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
        assert.ok((await answer.text()).includes(`nonce="${nonce}"`), path);
        assert.ok(policy.includes("default-src 'none'; script-src 'self';") && policy.includes("frame-ancestors 'none'"));
        return nonce;
      }),
    );
    assert.equal(new Set(nonces).size, 4);
    const icon = await fetch(`${people.url}/icon.svg`);
    assert.deepEqual([icon.status, icon.headers.get('content-type'), icon.headers.get('x-content-type-options')], [200, 'image/svg+xml', 'nosniff']);
    assert.equal((await fetch(`${people.url}/run.json`)).status, 404, 'only what was built is served');
    assert.equal((await fetch(`${people.url}/api/nothing`)).status, 404);
  } finally {
    await people.close();
    for (const folder of [dir, data]) await rm(folder, { recursive: true });
  }
});

test('an open page hears which channel changed, until its session ends with the door', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'parley-events-'));
  const people = await startPeople(dir, two.b.node, { host: '127.0.0.1', port: 0 });
  try {
    assert.equal((await fetch(`${people.url}/api/events`)).status, 401);
    const answer = await fetch(`${people.url}/api/events`, { headers: { authorization: `Bearer ${people.operatorToken}` } });
    assert.equal(answer.headers.get('content-type'), 'text/event-stream');
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let heard = '';
    const read = async (): Promise<boolean> => {
      const part = await reader?.read();
      heard += part?.value ?? '';
      return part?.done !== true;
    };
    await read();
    for (let i = 0; i < 500; i++) two.b.node.emit({ type: 'changed', channel: 'c1' });
    two.b.node.emit({ type: 'changed', channel: 'c2' });
    while (!heard.includes('c2')) await read();
    assert.equal(heard.split('event: changed').length - 1, 2, 'a burst is told once');
    assert.ok(heard.includes('data: {"channel":"c1"}'));
    const closed = people.close();
    while (await read());
    await closed;
  } finally {
    await rm(dir, { recursive: true });
  }
});
