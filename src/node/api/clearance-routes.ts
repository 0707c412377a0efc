import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { fromBase64, utf8 } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { MAX_BODY_LEAVES, MAX_BODY_SIZE, MAX_ENTRY_SIZE } from '../../base/limits.ts';
import { openUnsigned } from '../../entry/entry.ts';
import { mustFit } from '../fitting.ts';
import type { Hand } from '../hands.ts';
import { clearanceDetail, clearanceList } from '../views/clearances.ts';
import { type Api, addRoute, BASE64, closed, ID } from './api.ts';
import { type Caller, isAdmin } from './guard.ts';

const CHANNEL = Type.Object({ c: ID });
const IN_CHANNEL = Type.Object({ c: ID, id: ID });
/** A statement signed with a key file: a note of one line. */
const STATEMENT = Type.Optional(Type.String({ minLength: 1, maxLength: 4096 }));
const REMARK_LENGTH = 1000;
/** A header and its body in base64, with room for their JSON. */
const LIMIT = MAX_ENTRY_SIZE * 2 + Math.ceil(((MAX_BODY_SIZE + 48 * MAX_BODY_LEAVES) * 4) / 3) + 1024;

/** Four eyes: the rule of the party, and documents that wait for a second person. Nothing of it leaves this node. */
export function clearanceRoutes(app: FastifyInstance, api: Api): void {
  const { node, clearances } = api;
  const detail = (c: string, id: string) => clearanceDetail(node, clearances, node.channel(c), id);
  addRoute(app, api, {
    method: 'GET',
    url: '/api/channels/:c/clearances',
    who: 'member',
    summary: 'Documents of ours that await clearance, or were cleared and not sent.',
    params: CHANNEL,
    run: ({ params }) => clearanceList(node, clearances, node.channel(params.c)),
  });
  addRoute(app, api, {
    method: 'GET',
    url: '/api/channels/:c/clearances/:id',
    who: 'member',
    summary: 'One of them, with the exact text to be signed.',
    params: IN_CHANNEL,
    run: ({ params }) => detail(params.c, params.id),
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/channels/:c/clearances',
    who: 'member',
    summary: 'Hands an unsigned document over for clearance by a second person.',
    params: CHANNEL,
    body: closed({ text: Type.String({ minLength: 1, maxLength: MAX_ENTRY_SIZE }), body: BASE64 }),
    bodyLimit: LIMIT,
    run: async ({ params, body, caller }) => {
      const bytes = fromBase64(body.body);
      if (bytes === undefined) throw new ParleyError('invalid', 'a body in base64');
      const channel = node.channel(params.c);
      const opened = openUnsigned(channel.replica.crypto.sha256, { text: body.text, body: bytes });
      // Nobody is asked to look at what this node would not send.
      if (!('expected' in opened)) await mustFit(node, channel, opened, opened.fields);
      const { id } = await clearances.ask(channel, handOf(caller), body.text, bytes);
      return detail(params.c, id);
    },
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/channels/:c/clearances/:id/clear',
    who: 'member',
    summary: 'Clears exactly these bytes: as whoever is signed in, or by a statement signed with a key file.',
    params: IN_CHANNEL,
    body: closed({ statement: STATEMENT }),
    run: async ({ params, body, caller }) => {
      await clearances.clear(node.channel(params.c), params.id, handOf(caller), statementIn(body.statement));
      return detail(params.c, params.id);
    },
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/channels/:c/clearances/:id/return',
    who: 'member',
    summary: 'Sends it back to its author, or, by the author, takes it back; a clearance is undone by who gave it, the author or an administrator.',
    params: IN_CHANNEL,
    body: closed({ remark: Type.String({ maxLength: REMARK_LENGTH }) }),
    run: async ({ params, body, caller }) => {
      await clearances.giveBack(node.channel(params.c), params.id, handOf(caller), body.remark, isAdmin(caller));
      return detail(params.c, params.id);
    },
  });
  ruleRoutes(app, api);
}

function ruleRoutes(app: FastifyInstance, api: Api): void {
  addRoute(app, api, {
    method: 'GET',
    url: '/api/settings/two-person',
    who: 'member',
    summary: 'The two-person rule of this party.',
    run: () => api.twoPerson.view(),
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/settings/two-person',
    who: 'admin',
    summary: 'Sets the kinds that a second person clears (* is all, none is off); what narrows the rule waits until a second person agrees.',
    body: closed({ kinds: Type.Array(Type.String({ maxLength: 32 }), { maxItems: 64 }) }),
    run: ({ body, caller }) => api.twoPerson.set(body.kinds, handOf(caller)),
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/settings/two-person/agree',
    who: 'member',
    summary: 'Agrees that the rule is narrowed as proposed: two people do, accredited for the kinds it takes out; who proposed it is one of them.',
    body: closed({ statement: STATEMENT }),
    run: ({ body, caller }) => api.twoPerson.agree(handOf(caller), statementIn(body.statement)),
  });
}

/** Whoever operates the machine is nobody in particular: what takes a person they cannot do without a person's key. */
function handOf(caller: Caller): Hand {
  if (caller.kind !== 'person') return { name: 'command line' };
  const { user, name, actor } = caller.user;
  return { user, name, actor };
}

function statementIn(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : utf8(text);
}
