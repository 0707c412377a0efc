import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { fromBase64url } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { passkeyIn } from '../../entry/signing-key.ts';
import type { SessionView } from '../../projection/views.ts';
import type { SiteOrigin } from '../passkeys.ts';
import { listUsers, removeUser, type User } from '../users.ts';
import { type Api, addRoute, type Call, closed } from './api.ts';
import { callerOf, sessionCookie } from './guard.ts';

const TOKEN = Type.String({ pattern: '^[A-Za-z0-9_-]{16,200}$' });
const LINE = Type.String({ minLength: 1, maxLength: 120 });
/** What a browser hands back from a passkey ceremony; its parts are for the library to judge. */
const RESPONSE = Type.Object({ id: Type.String({ maxLength: 2000 }) }, { additionalProperties: true });

/** Signing in and out, enrolment, and who may sign in here. */
export function sessionRoutes(app: FastifyInstance, api: Api): void {
  addRoute(app, api, {
    method: 'GET',
    url: '/api/session',
    who: 'anyone',
    summary: 'Whose node this is, and who is signed in.',
    run: async ({ caller }) => sessionView(api, caller.kind === 'person' ? caller.user : undefined),
  });
  enrolmentRoutes(app, api);
  addRoute(app, api, {
    method: 'POST',
    url: '/api/login/options',
    who: 'anyone',
    summary: 'What a browser needs to sign in with a passkey.',
    body: closed({}),
    run: ({ site }) => api.passkeys.loginOptions(site, api.node.parts.now()),
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/login',
    who: 'anyone',
    summary: 'Signs in with a passkey; sets the session cookie.',
    body: closed({ response: RESPONSE }),
    run: async (call) => {
      const { response } = call.body;
      const user = (await listUsers(api.node.store)).find((one) => one.passkey.id === response.id);
      if (user === undefined) throw new ParleyError('not_allowed', 'no person here has this passkey');
      await api.passkeys.verifyLogin(call.site, response, user.passkey, api.node.parts.now());
      return signIn(api, call, user);
    },
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/logout',
    who: 'anyone',
    summary: 'Ends the session.',
    body: closed({}),
    run: async ({ caller, site, reply }) => {
      if (caller.kind === 'person') await api.sessions.end(caller.token);
      reply.header('set-cookie', sessionCookie(api, site, ''));
      // Everything this origin kept outside its own storage: back and forward caches included.
      reply.header('clear-site-data', '"cache"');
      return {};
    },
  });
}

function enrolmentRoutes(app: FastifyInstance, api: Api): void {
  addRoute(app, api, {
    method: 'POST',
    url: '/api/enrol/options',
    who: 'anyone',
    summary: 'What a browser needs to make a passkey, under a one-time token.',
    body: closed({ token: TOKEN, name: LINE, signs: Type.Optional(Type.Boolean()) }),
    run: ({ body, site }) => api.enrolment.options(site, body.token, body.name, body.signs ?? false),
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/enrol',
    who: 'anyone',
    summary:
      'Enrols a person: a passkey to sign in with, and the public key of their browser that signs documents, with its signature over "parley-enrolment-key/1", the page’s origin, the challenge and the passkey’s id, a line each; left out, the passkey signs them.',
    body: closed({
      token: TOKEN,
      name: LINE,
      post: LINE,
      response: RESPONSE,
      key: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' })),
      proof: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{86}$' })),
    }),
    run: async (call) => {
      const { token, name, post, key, proof, response } = call.body;
      const browser = key === undefined ? undefined : { key, ...(proof === undefined ? {} : { proof }) };
      return signIn(api, call, await api.enrolment.enrol(call.site, token, { name, post }, response, browser));
    },
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/enrol/tokens',
    who: 'admin',
    summary: 'Makes a one-time token for one more person.',
    body: closed({ admin: Type.Optional(Type.Boolean()) }),
    run: async ({ body, site }) => {
      const { token, expires } = await api.enrolment.invite(body.admin ?? false);
      return { token, expires, url: enrolUrl(api, site, token) };
    },
  });
  addRoute(app, api, {
    method: 'GET',
    url: '/api/users',
    who: 'admin',
    summary: 'Everybody who may sign in here.',
    run: async () =>
      (await listUsers(api.node.store)).map(({ user, name, post, admin, actor, createdAt }) => ({ user, name, post, admin, actor, createdAt })),
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/users/:user/remove',
    who: 'admin',
    summary: 'Takes somebody’s way in away; what they signed stands.',
    params: Type.Object({ user: Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' }) }),
    body: closed({}),
    run: async ({ params }) => {
      await removeUser(api.node.store, params.user);
      await api.sessions.endAllOf(params.user);
      return {};
    },
  });
}

/** The link of an enrolment token, as a page under the same origin. */
function enrolUrl(api: Api, site: SiteOrigin, token: string): string {
  return `${api.publicOrigin ?? site.origin.replace('//127.0.0.1', '//localhost')}/enrol#${token}`;
}

/** Always a new session: whatever the browser came with is ended, so that nobody is signed in to a session somebody else prepared. */
async function signIn(api: Api, { request, reply, site }: Pick<Call<unknown, unknown, unknown>, 'request' | 'reply' | 'site'>, user: User) {
  const before = callerOf(request);
  if (before.kind === 'person') await api.sessions.end(before.token);
  const token = await api.sessions.start(user.user, api.node.parts.now());
  reply.header('set-cookie', sessionCookie(api, site, token));
  return sessionView(api, user);
}

function sessionView(api: Api, user: User | undefined): SessionView {
  return {
    party: { id: api.node.partyId, name: api.node.name },
    storagePrefix: api.storagePrefix,
    ...(user === undefined ? {} : { person: personIn(user), accreditation: api.accreditation }),
    version: api.version,
  };
}

function personIn({ user, name, admin, actor, key, passkey }: User): NonNullable<SessionView['person']> {
  const signing = passkeyIn(fromBase64url(key) ?? new Uint8Array());
  return { user, name, admin, actor, ...(signing === undefined ? {} : { passkey: { credential: passkey.id, key } }) };
}
