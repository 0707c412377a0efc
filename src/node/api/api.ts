import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static, type TSchema } from 'typebox';
import type { Accreditation } from '../../projection/views.ts';
import type { Clearances } from '../clearances.ts';
import type { Enrolment } from '../enrolment.ts';
import type { Feeds } from '../notices/feeds.ts';
import type { Notices } from '../notices/notices.ts';
import type { PartyNode } from '../party-node.ts';
import type { Passkeys, SiteOrigin } from '../passkeys.ts';
import type { Sessions } from '../sessions.ts';
import type { TwoPerson } from '../two-person.ts';
import { type Caller, callerOf, siteOf, type Who } from './guard.ts';

/** What the routes of the people's door share. */
export type Api = {
  readonly node: PartyNode;
  readonly sessions: Sessions;
  readonly passkeys: Passkeys;
  readonly enrolment: Enrolment;
  readonly twoPerson: TwoPerson;
  readonly clearances: Clearances;
  readonly notices: Notices;
  readonly feeds: Feeds;
  /** `parley_<first 8 of the party's id>`. */
  readonly storagePrefix: string;
  /** Where an ordinary reverse proxy shows this door, such as `https://parley.example`. */
  readonly publicOrigin: string | undefined;
  /** The data directory, where there is one. */
  readonly dir: string | undefined;
  readonly accreditation: Accreditation;
  /** Where our peers' door listens, if it is open in this process. */
  readonly peersUrl: string | undefined;
  readonly version: string;
  /** The token of `run.json`. */
  operatorToken(): string;
};

/** One route: what it takes, who may call it, and what it does. */
type Route<P extends TSchema, Q extends TSchema, B extends TSchema> = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly who: Who;
  /** One line for the OpenAPI page. */
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Bytes of the body at most; the server's own limit where it is left out. */
  readonly bodyLimit?: number;
  /** The answer is sent as JSON, unless it is the reply itself. */
  readonly run: (call: Call<Static<P>, Static<Q>, Static<B>>) => Promise<unknown>;
};

/** One call of a route, its parts checked. */
export type Call<P, Q, B> = {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly caller: Caller;
  readonly site: SiteOrigin;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
};

const REFUSAL = Type.Object({
  code: Type.String(),
  sentence: Type.String(),
  detail: Type.String(),
  safe: Type.String(),
  next: Type.String(),
  facts: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))),
});

/** Adds a route to the door. */
export function addRoute<P extends TSchema, Q extends TSchema, B extends TSchema>(app: FastifyInstance, api: Api, route: Route<P, Q, B>): void {
  app.route({
    method: route.method,
    url: route.url,
    config: { who: route.who } as FastifyContextConfig,
    ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
    schema: {
      summary: route.summary,
      ...(route.params === undefined ? {} : { params: route.params }),
      ...(route.query === undefined ? {} : { querystring: route.query }),
      ...(route.body === undefined ? {} : { body: route.body }),
      response: { '4xx': REFUSAL, '5xx': REFUSAL },
    },
    handler: async (request, reply) => {
      const answer = await route.run({
        params: request.params as Static<P>,
        query: request.query as Static<Q>,
        body: request.body as Static<B>,
        caller: callerOf(request),
        site: siteOf(api, request),
        request,
        reply,
      });
      if (answer === reply) return reply;
      return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer ?? {}));
    },
  });
}

/** An object that takes no members but these. */
export function closed<T extends Type.TProperties>(properties: T): Type.TObject<T> {
  return Type.Object(properties, { additionalProperties: false });
}

/** A 32-byte id in unpadded base64url. */
export const ID = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
/** Bytes in base64 with padding. */
export const BASE64 = Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$' });
