import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { utf8 } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { nodeSha256 } from '../crypto.ts';
import type { SiteOrigin } from '../passkeys.ts';
import { findUser, type User } from '../users.ts';
import type { Api } from './api.ts';

/** Who may call a route: anyone at all, somebody signed in, an administrator. The operator of the machine may call them all. */
export type Who = 'anyone' | 'member' | 'admin';

/** Who calls. The operator is whoever can read `run.json`: the command line of the same user. */
export type Caller =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'person'; readonly user: User; readonly token: string }
  | { readonly kind: 'operator' };

const callers = new WeakMap<FastifyRequest, Caller>();
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?$/i;
const NOBODY: Caller = { kind: 'nobody' };

/** Who calls, as the guard found before the route ran. */
export function callerOf(request: FastifyRequest): Caller {
  return callers.get(request) ?? NOBODY;
}

/** Whether a caller has an administrator's rights. */
export function isAdmin(caller: Caller): boolean {
  return caller.kind === 'operator' || (caller.kind === 'person' && caller.user.admin);
}

/** Puts the guard before every route of `app`; a route says in its config who may call it. */
export function guard(app: FastifyInstance, api: Api): void {
  app.addHook('onRequest', async (request) => {
    // Another name that resolves to this machine (DNS rebinding) must reach nothing, not even a page.
    const site = siteOf(api, request);
    const caller = await findCaller(api, request, site);
    callers.set(request, caller);
    if (request.method !== 'GET' && request.method !== 'HEAD') mustBeSameOrigin(request, site, caller);
    const { who = 'anyone' } = request.routeOptions.config as { who?: Who };
    if (who === 'anyone') return;
    if (caller.kind === 'nobody') throw new ParleyError('not_signed_in');
    if (who === 'admin' && !isAdmin(caller)) throw new ParleyError('not_allowed', 'an administrator does this');
  });
}

/** The page's origin as the request names it; refuses `not_allowed` for a host that this door is not known under. */
export function siteOf(api: Api, request: FastifyRequest): SiteOrigin {
  const host = request.headers.host ?? '';
  if (api.publicOrigin !== undefined) {
    const known = new URL(api.publicOrigin);
    if (host === known.host) return { origin: known.origin, hostname: known.hostname };
  }
  const url = LOOPBACK.test(host) ? URL.parse(`http://${host}`) : null;
  if (url === null) throw new ParleyError('not_allowed', 'this door is not known under that name');
  return { origin: url.origin, hostname: url.hostname };
}

/** Name of the session cookie: unlike any other party's on this machine, since cookies do not keep ports apart. */
export function cookieName(api: Api, site: SiteOrigin): string {
  return `${site.origin.startsWith('https:') ? '__Host-' : ''}${api.storagePrefix}`;
}

/** A `set-cookie` that keeps a session in the browser, or ends it where `token` is empty. */
export function sessionCookie(api: Api, site: SiteOrigin, token: string): string {
  const secure = site.origin.startsWith('https:') ? '; Secure' : '';
  return `${cookieName(api, site)}=${token}; Path=/; HttpOnly; SameSite=Strict${secure}${token === '' ? '; Max-Age=0' : ''}`;
}

async function findCaller(api: Api, request: FastifyRequest, site: SiteOrigin): Promise<Caller> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const token = /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(authorization)?.[1];
    if (token !== undefined && isSame(token, api.operatorToken())) return { kind: 'operator' };
    throw new ParleyError('not_signed_in', 'the token of this node');
  }
  const token = cookieOf(request.headers.cookie ?? '', cookieName(api, site));
  const session = token === undefined ? undefined : await api.sessions.of(token, api.node.parts.now());
  const user = session === undefined ? undefined : await findUser(api.node.store, session.user);
  return token === undefined || user === undefined ? NOBODY : { kind: 'person', user, token };
}

/** A write must come from our own page; a program that carries the operator's token is no page. */
function mustBeSameOrigin(request: FastifyRequest, site: SiteOrigin, caller: Caller): void {
  const { origin } = request.headers;
  const fetchSite = request.headers['sec-fetch-site'];
  if (origin !== undefined && origin !== site.origin) throw new ParleyError('not_allowed', 'a request from this page');
  if (fetchSite !== undefined && fetchSite !== 'same-origin') throw new ParleyError('not_allowed', 'a request from this page');
  // Browsers always name the origin of a write; a cookie without it comes from no page of ours.
  if (caller.kind === 'person' && origin === undefined && fetchSite === undefined)
    throw new ParleyError('not_allowed', 'a request that names its origin');
}

function cookieOf(header: string, name: string): string | undefined {
  const found = header
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`));
  const value = found.length === 1 ? found[0]?.slice(name.length + 1) : undefined;
  return value !== undefined && /^[A-Za-z0-9_-]{20,200}$/.test(value) ? value : undefined;
}

/** Hashed first, so that neither length nor content shows in the time it takes. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(nodeSha256(utf8(a)), nodeSha256(utf8(b)));
}
