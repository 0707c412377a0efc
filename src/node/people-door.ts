import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance } from 'fastify';
import { toBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { Accreditation } from '../projection/views.ts';
import type { Api } from './api/api.ts';
import { backupRoutes } from './api/backup-routes.ts';
import { channelRoutes } from './api/channel-routes.ts';
import { clearanceRoutes } from './api/clearance-routes.ts';
import { eventRoutes } from './api/event-routes.ts';
import { exchangeRoutes } from './api/exchange-routes.ts';
import { fileRoutes } from './api/file-routes.ts';
import { foundingRoutes } from './api/founding-routes.ts';
import { guard } from './api/guard.ts';
import { noticeRoutes } from './api/notice-routes.ts';
import { peopleRoutes } from './api/people-routes.ts';
import { sendApiRefusal } from './api/refusals.ts';
import { sessionRoutes } from './api/session-routes.ts';
import { signingRoutes } from './api/signing-routes.ts';
import { Clearances } from './clearances.ts';
import { Enrolment } from './enrolment.ts';
import { lazyValidators } from './lazy-validators.ts';
import { Feeds } from './notices/feeds.ts';
import { Notices } from './notices/notices.ts';
import type { PartyNode } from './party-node.ts';
import { Passkeys } from './passkeys.ts';
import { removeRunFile, writeRunFile } from './serve.ts';
import { Sessions } from './sessions.ts';
import { TwoPerson } from './two-person.ts';
import { WebFiles } from './web-files.ts';

/** How the people's door is opened. */
export type PeopleOptions = {
  /** The folder of the built screens; without it the door answers the API alone. */
  readonly webRoot?: string | undefined;
  /** Where an ordinary reverse proxy shows this door, such as `https://parley.example`; loopback works beside it. */
  readonly publicOrigin?: string | undefined;
  /** Where our peers' door listens, for invitations. */
  readonly peersUrl?: string | undefined;
  readonly version?: string | undefined;
  /** The data directory, which a backup is made of. */
  readonly dir?: string | undefined;
  /** How whoever enrols comes to be accredited; where it is left out, by `parley representative add`. */
  readonly accreditation?: Accreditation | undefined;
};

/** The people's door as a Fastify instance, not listening, with the token that gives all rights: for `inject` from commands in the same process. */
export type PeopleApp = {
  readonly app: FastifyInstance;
  readonly operatorToken: string;
  readonly enrolment: Enrolment;
  /** Tells people of what they asked for; begins with {@link startPeople}, or where its `start` is called. */
  readonly notices: Notices;
  /** Takes the token that a run file names in place of {@link operatorToken}. */
  setToken(token: string): void;
};

/** JSON bodies at most, where a route says nothing else. */
const BODY_LIMIT = 64 * 1024;

/** Makes the people's door of a node: the API, its OpenAPI page at `/api/openapi.json`, and the screens. */
export async function peopleApp(node: PartyNode, options: PeopleOptions = {}): Promise<PeopleApp> {
  let operatorToken = toBase64url(node.parts.random(32));
  const passkeys = new Passkeys(node.parts.random);
  const twoPerson = new TwoPerson(node);
  const api: Api = {
    node,
    passkeys,
    sessions: new Sessions(node.parts),
    enrolment: new Enrolment(node, passkeys),
    twoPerson,
    clearances: new Clearances(node, twoPerson),
    notices: new Notices(node, { dir: options.dir }),
    feeds: new Feeds(node),
    storagePrefix: `parley_${node.partyId.slice(0, 8)}`,
    publicOrigin: options.publicOrigin,
    dir: options.dir,
    accreditation: options.accreditation ?? { add: ['parley representative add', ''] },
    peersUrl: options.peersUrl,
    version: options.version ?? '',
    operatorToken: () => operatorToken,
  };
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: 60_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    schemaController: lazyValidators as never,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
  });
  app.removeContentTypeParser('text/plain');
  // Answers are texts already: a serializer made for each schema of each route would never be called.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  app.setErrorHandler((error, _request, reply) => sendApiRefusal(reply, error));
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: `Parley: ${node.name}`, version: options.version ?? '0' } } });
  headers(app);
  guard(app, api);
  for (const routes of [
    sessionRoutes,
    channelRoutes,
    peopleRoutes,
    signingRoutes,
    clearanceRoutes,
    exchangeRoutes,
    fileRoutes,
    foundingRoutes,
    eventRoutes,
    backupRoutes,
    noticeRoutes,
  ])
    routes(app, api);
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  const files = options.webRoot === undefined ? undefined : new WebFiles(options.webRoot);
  app.setNotFoundHandler(async (request, reply) => {
    const isPage = request.method === 'GET' && !request.url.startsWith('/api');
    if (!isPage || files === undefined) throw new ParleyError('not_found', 'no such address on this door');
    return files.send(reply, request.url);
  });
  // While the store is still open: a message under way is noted as handed out, or goes again.
  app.addHook('onClose', () => api.notices.close());
  await app.ready();
  return {
    app,
    enrolment: api.enrolment,
    notices: api.notices,
    get operatorToken() {
      return operatorToken;
    },
    setToken(token) {
      operatorToken = token;
    },
  };
}

/** The people's door, listening. `url` is for people to open: passkeys work under `localhost` and not under an address of numbers. */
export type PeopleDoor = {
  readonly url: string;
  readonly app: FastifyInstance;
  readonly operatorToken: string;
  /** The link by which the first administrator enrols, while nobody has. */
  readonly enrolUrl: string | undefined;
  close(): Promise<void>;
};

/** Opens the people's door and leaves its address and token in `run.json` of `dir`. Refuses `locked` where the port is taken. */
export async function startPeople(
  dir: string,
  node: PartyNode,
  options: PeopleOptions & { readonly host: string; readonly port: number },
): Promise<PeopleDoor> {
  const people = await peopleApp(node, { ...options, dir });
  const { host, port } = options;
  let listening: URL;
  try {
    listening = new URL(await people.app.listen({ host, port }));
  } catch (fault) {
    await people.app.close();
    if ((fault as { code?: unknown }).code === 'EADDRINUSE') throw new ParleyError('locked', `port ${port} to be free`);
    throw fault;
  }
  const local = `http://localhost:${listening.port}`;
  const url = options.publicOrigin ?? local;
  const { token } = await writeRunFile(dir, { url: local, ...(options.peersUrl === undefined ? {} : { peers: options.peersUrl }) });
  people.setToken(token);
  people.notices.start(url);
  const first = await people.enrolment.inviteFirst();
  return {
    url,
    app: people.app,
    operatorToken: token,
    enrolUrl: first === undefined ? undefined : `${url}/enrol#${first}`,
    async close() {
      await people.app.close();
      await removeRunFile(dir);
    },
  };
}

function headers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    reply.headers({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    });
    if (!request.url.startsWith('/api')) return;
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  });
}
