import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { MAX_ATTACHMENT_SIZE, MAX_ATTACHMENTS, MAX_BODY_SIZE } from '../../base/limits.ts';
import { keepWords, keptWords } from '../kept-words.ts';
import { type Api, addRoute, closed, ID } from './api.ts';

const IN_CHANNEL = Type.Object({ c: ID, id: ID });
const SALT = Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' });
const FILE = closed({
  root: ID,
  salt: SALT,
  size: Type.Integer({ minimum: 0, maximum: MAX_ATTACHMENT_SIZE }),
  media: Type.String({ maxLength: 200 }),
  name: Type.String({ maxLength: 300 }),
});
/** Words as JSON writes them, each character escaped at worst. */
const LIMIT = 8 * MAX_BODY_SIZE;

/** What our side is going to reveal in an exchange, between its commitment and its reveal. Nothing of it leaves this node. */
export function exchangeRoutes(app: FastifyInstance, api: Api): void {
  const { node } = api;
  addRoute(app, api, {
    method: 'GET',
    url: '/api/channels/:c/exchanges/:id/kept',
    who: 'member',
    summary: 'What our side keeps to reveal in an exchange, by the digest that commits to it.',
    params: IN_CHANNEL,
    run: ({ params }) => keptWords(node.channel(params.c), params.id),
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/channels/:c/exchanges/:id/kept',
    who: 'member',
    summary: 'Keeps what our side is about to commit to, durably; answers with the digest that a commitment to it holds.',
    params: IN_CHANNEL,
    body: closed({
      text: Type.String({ minLength: 1, maxLength: MAX_BODY_SIZE }),
      secret: SALT,
      attachments: Type.Array(FILE, { maxItems: MAX_ATTACHMENTS }),
    }),
    bodyLimit: LIMIT,
    run: ({ params, body }) => keepWords(node.channel(params.c), params.id, body, node.parts.now()),
  });
}
