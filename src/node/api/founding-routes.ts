import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { utf8 } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { type HostCard, parseCard } from '../../entry/card.ts';
import { parseFoundingNote } from '../../entry/founding.ts';
import { MAX_PACK_SIZE } from '../../procedure/pack.ts';
import {
  answerText,
  charterText,
  declineText,
  type FoundingView,
  foundings,
  inviteText,
  type KnownHost,
  takeAnswer,
  takeCharterNote,
  takeConfirmation,
  takeDecline,
  takeInvite,
  takeJoin,
  view,
} from '../founding.ts';
import { fetchHostCard } from '../host-card.ts';
import { shippedPackNames } from '../packs.ts';
import type { PartyNode } from '../party-node.ts';
import { type Api, addRoute, closed, ID } from './api.ts';

const NOTE = Type.String({ minLength: 1, maxLength: 300_000 });
const PACK = Type.String({ minLength: 1, maxLength: MAX_PACK_SIZE });
const LINE = Type.String({ minLength: 1, maxLength: 120 });
const ADDRESS = Type.String({ maxLength: 300 });
const LANGUAGES = Type.Array(Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' }), { minItems: 1, maxItems: 12 });
/** A host by where it listens; its card is fetched here unless it was fetched before and is given. */
const HOSTS = Type.Array(closed({ address: ADDRESS, card: Type.Optional(Type.String({ maxLength: 16_384 })) }), { maxItems: 8 });
const HOST_ADDRESSES = Type.Array(ADDRESS, { maxItems: 8 });
const LOCAL = { title: LINE, hostAddresses: HOST_ADDRESSES, profile: Type.Optional(LINE) };
/** Notes are signed outside: the node holds no identity key. A `text` route gives what is to be signed, its sibling takes it back signed. */
const SIGNED_LIMIT = 512 * 1024;

/** The founding of channels, step by step. */
export function foundingRoutes(app: FastifyInstance, api: Api): void {
  const { node } = api;
  const post = <B extends Type.TSchema>(path: string, summary: string, body: B, run: (body: Static<B>) => Promise<unknown>): void =>
    addRoute(app, api, {
      method: 'POST',
      url: `/api/foundings/${path}`,
      who: 'admin',
      summary,
      body,
      bodyLimit: SIGNED_LIMIT,
      run: (call) => run(call.body),
    });

  addRoute(app, api, { method: 'GET', url: '/api/foundings', who: 'member', summary: 'Foundings under way and done.', run: () => foundings(node) });
  addRoute(app, api, {
    method: 'GET',
    url: '/api/foundings/:invite',
    who: 'member',
    summary: 'One founding.',
    params: Type.Object({ invite: ID }),
    run: ({ params }) => view(node, params.invite),
  });
  post('hosts/card', 'The card that a host shows at an address.', closed({ address: ADDRESS }), async ({ address }) => ({
    card: (await fetchHostCard(address).catch((error: unknown) => Promise.reject(ofHost(error, address)))).text,
  }));

  post('packs', 'Keeps the text of a procedure pack, which an invitation may then name, or does.', closed({ text: PACK }), ({ text }) =>
    node.packs.keep(utf8(text)),
  );

  const terms = closed({
    hosts: HOSTS,
    working: LANGUAGES,
    authentic: LANGUAGES,
    foundBy: Type.Integer({ minimum: 0 }),
    packs: Type.Optional(Type.Array(closed({ name: LINE, hash: ID }), { maxItems: 64 })),
    address: Type.Optional(ADDRESS),
  });
  post('invite/text', 'The text of an invitation, for the identity keys to sign.', terms, async (body) => ({
    text: await inviteText(node, {
      ...body,
      packs: body.packs ?? shippedPackNames(),
      hosts: await knownHosts(body.hosts),
      address: body.address ?? ownAddress(api),
    }),
  }));
  post('invite', 'Keeps our signed invitation.', closed({ note: NOTE, ...LOCAL }), (body) => takeInvite(node, utf8(body.note), body));

  const answer = closed({ invitation: NOTE, hosts: HOSTS, address: Type.Optional(ADDRESS) });
  post('answer/text', 'The text that answers an invitation, for the identity keys to sign.', answer, async (body) =>
    answerText(node, utf8(body.invitation), { hosts: await knownHosts(body.hosts), address: body.address ?? ownAddress(api) }),
  );
  post('answer', 'Keeps our signed answer.', closed({ invitation: NOTE, note: NOTE, ...LOCAL }), (body) =>
    takeAnswer(node, utf8(body.invitation), utf8(body.note), body),
  );

  post('take', 'Takes a note of the other side that came by hand.', closed({ note: NOTE, invite: Type.Optional(ID) }), (body) =>
    take(node, utf8(body.note), body.invite),
  );

  const typed = { invite: ID, sentence: Type.String({ maxLength: 300 }) };
  post('confirm/text', 'The charter, for the identity keys to sign, once the other side’s sentence was typed.', closed(typed), async (body) => ({
    text: await charterText(node, body.invite, body.sentence),
  }));
  post('confirm', 'Keeps our signature over the charter.', closed({ ...typed, note: NOTE }), (body) =>
    takeConfirmation(node, body.invite, body.sentence, utf8(body.note)),
  );
  post('decline/text', 'The text that ends a founding, for the identity keys to sign.', closed({ invite: ID }), async (body) => ({
    text: await declineText(node, body.invite),
  }));
  post('decline', 'Ends a founding.', closed({ note: NOTE }), (body) => takeDecline(node, utf8(body.note)));
}

/** An answer, a decline, or a signature over the charter of `invite`. */
async function take(node: PartyNode, bytes: Uint8Array, invite: string | undefined): Promise<FoundingView> {
  const parsed = parseFoundingNote(node.parts.crypto.sha256, bytes);
  if ('note' in parsed && parsed.note.founding === 'join') return takeJoin(node, bytes);
  if ('note' in parsed && parsed.note.founding === 'decline') return takeDecline(node, bytes);
  if (invite === undefined) throw new ParleyError('invalid', 'an answer, a decline, or a signed charter with the invitation it comes from');
  await takeCharterNote(node, invite, bytes);
  return view(node, invite);
}

function knownHosts(hosts: Static<typeof HOSTS>): Promise<readonly KnownHost[]> {
  return Promise.all(hosts.map(async ({ address, card }) => ({ address, card: card === undefined ? await fetchHostCard(address) : cardIn(card) })));
}

function cardIn(text: string): HostCard {
  const parsed = parseCard(text);
  if ('expected' in parsed || parsed.card.role !== 'host') throw new ParleyError('invalid', 'the card of a neutral host');
  return parsed.card;
}

/** Where our peers' door listens on this machine; a party reached from elsewhere names its address itself. */
function ownAddress({ node, peersUrl }: Api): string {
  if (peersUrl !== undefined) return peersUrl;
  const { host, port } = node.parts.file.peers;
  if (port === 0) throw new ParleyError('invalid', 'an address where the other side reaches this node');
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A host that does not answer is not a node for which something waits here. */
function ofHost(error: unknown, address: string): unknown {
  return error instanceof ParleyError && error.code === 'unreachable' ? new ParleyError('host_unreachable', address) : error;
}
