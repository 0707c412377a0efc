import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { ParleyError } from '../../base/errors.ts';
import type { Json } from '../../base/json.ts';
import { acknowledge } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { identityView, putKeyEvent, replaceUnseen } from '../key-events.ts';
import { peoplePage } from '../views/people.ts';
import { type Api, addRoute, closed, ID } from './api.ts';
import type { Caller } from './guard.ts';

const CHANNEL = Type.Object({ c: ID });
/** Changes that one call acknowledges at most. */
const MAX_ACKNOWLEDGED = 500;

/** Who speaks for whom in full, what is acknowledged here, and our own identity keys. */
export function peopleRoutes(app: FastifyInstance, api: Api): void {
  const { node } = api;
  addRoute(app, api, {
    method: 'GET',
    url: '/api/channels/:c/representatives',
    who: 'member',
    summary: 'Everybody who speaks in a channel, with their missions and what stands beside them.',
    params: CHANNEL,
    run: ({ params }) => peoplePage(node, node.channel(params.c)),
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/channels/:c/acknowledgements',
    who: 'member',
    summary: 'Keeps that somebody here has looked at changes of other parties’ people and keys; from then on they are used.',
    params: CHANNEL,
    body: closed({ entries: Type.Array(ID, { minItems: 1, maxItems: MAX_ACKNOWLEDGED }) }),
    run: async ({ params, body, caller }) => {
      const channel = node.channel(params.c);
      await acknowledge(node, channel, body.entries, await acknowledger(channel, caller));
      return peoplePage(node, channel);
    },
  });
  addRoute(app, api, {
    method: 'GET',
    url: '/api/identity',
    who: 'admin',
    summary: 'The identity keys of our party, one set after another, and how far each channel has come with them.',
    run: () => identityView(node),
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/identity/events',
    who: 'admin',
    summary: 'Puts a key event into channels, one note a channel; a party without a channel gives the new keys instead.',
    body: closed({
      notes: Type.Array(Type.String({ minLength: 1, maxLength: 60_000 }), { maxItems: 1000 }),
      identity: Type.Optional(Type.Object({}, { additionalProperties: true })),
    }),
    run: ({ body }) => (body.notes.length === 0 ? replaceUnseen(node, (body.identity ?? null) as Json) : putKeyEvent(node, body.notes)),
  });
}

/** Who looked: an administrator, or a representative of ours in that channel. Anybody else who can sign in sees, and does not decide whom we hear. */
async function acknowledger(channel: ChannelRuntime, caller: Caller): Promise<string> {
  if (caller.kind !== 'person') return '';
  const { user } = caller;
  const { people } = await channel.reader.state(channel.replica.us);
  if (!user.admin && people.get(user.actor)?.state !== 'accredited')
    throw new ParleyError('not_allowed', 'an administrator or a representative in this channel acknowledges');
  return user.name;
}
