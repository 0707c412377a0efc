import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { parseDecimal, utf8 } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { parseAct } from '../../document/accreditation.ts';
import { LAST_INSTANT } from '../../document/shape.ts';
import { parseIdentityNote } from '../../entry/identity-note.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { byTitle } from '../channel-titles.ts';
import { openingText, takeOpening } from '../opening.ts';
import { parsePeerUrl } from '../peer-address.ts';
import { profileNamed, shippedProfiles } from '../profiles.ts';
import { appendAsNode } from '../stamps.ts';
import { listUsers } from '../users.ts';
import { channelView, peopleViews } from '../views/channel.ts';
import { clearanceList, clearanceOf } from '../views/clearances.ts';
import { documentView } from '../views/document.ts';
import { dossierList, dossierView } from '../views/dossiers.ts';
import { lineageView } from '../views/lineage.ts';
import { overallView, reportView } from '../views/report.ts';
import { signingView } from '../views/signing.ts';
import { tableView } from '../views/table.ts';
import { todayView } from '../views/today.ts';
import { type Api, addRoute, closed, ID } from './api.ts';

const CHANNEL = Type.Object({ c: ID });
const IN_CHANNEL = Type.Object({ c: ID, id: ID });
const PAGE = 100;

/** What the pages read, and what is done to a channel as a whole. */
export function channelRoutes(app: FastifyInstance, api: Api): void {
  const { node } = api;
  const channelOf = async (channel: ChannelRuntime, withDigest: boolean) => ({
    ...(await channelView(node, channel, withDigest)),
    clearance: await api.twoPerson.kinds(),
  });
  const document = async (channel: ChannelRuntime, id: string) => {
    const clearance = await clearanceOf(node, api.clearances, channel, id);
    return { ...(await documentView(channel, id)), ...(clearance === undefined ? {} : { clearance }) };
  };
  const today = async () => ({
    ...(await todayView(node)),
    clearances: (await Promise.all(node.channels.map((channel) => clearanceList(node, api.clearances, channel)))).flat(),
  });
  const read = <P extends Type.TSchema>(url: string, summary: string, params: P, run: (params: Type.Static<P>) => Promise<unknown>): void =>
    addRoute(app, api, { method: 'GET', url, who: 'member', summary, params, run: (call) => run(call.params) });

  addRoute(app, api, { method: 'GET', url: '/api/today', who: 'member', summary: 'What awaits us, over all channels.', run: () => today() });
  addRoute(app, api, {
    method: 'GET',
    url: '/api/report',
    who: 'member',
    summary: 'How timely everybody was, and who has not answered, over all channels.',
    run: () => overallView(node),
  });
  addRoute(app, api, {
    method: 'GET',
    url: '/api/channels',
    who: 'member',
    summary: 'All channels, by title.',
    run: async () => (await Promise.all(node.channels.map((channel) => channelOf(channel, false)))).sort((a, b) => byTitle(a.title, b.title)),
  });
  read('/api/channels/:c', 'One channel, with the digest of its state.', CHANNEL, ({ c }) => channelOf(node.channel(c), true));
  addRoute(app, api, {
    method: 'GET',
    url: '/api/channels/:c/table',
    who: 'member',
    summary: 'A page of the Table, newest first, before a cursor.',
    params: CHANNEL,
    query: Type.Object({ before: Type.Optional(Type.String({ maxLength: 300 })), limit: Type.Optional(Type.String({ maxLength: 4 })) }),
    run: async ({ params, query }) => {
      const limit = query.limit === undefined ? PAGE : parseDecimal(query.limit);
      if (limit === undefined || limit === 0) throw new ParleyError('invalid', 'limit: a number from 1');
      return tableView(node.channel(params.c), query.before, limit);
    },
  });
  dossierRoutes(app, api);
  read('/api/channels/:c/documents/:id', 'One document, with its exact bytes.', IN_CHANNEL, ({ c, id }) => document(node.channel(c), id));
  read('/api/channels/:c/lineage', 'All logs with how they count, and both histories of each that has two.', CHANNEL, ({ c }) =>
    lineageView(node.channel(c)),
  );
  addRoute(app, api, {
    method: 'GET',
    url: '/api/channels/:c/signing',
    who: 'member',
    summary: 'Heads of all logs with proofs from the sizes a signing device remembers.',
    params: CHANNEL,
    query: Type.Object({ from: Type.Optional(Type.String({ maxLength: 1000 })) }),
    run: ({ params, query }) => signingView(node, node.channel(params.c), query.from ?? ''),
  });
  addRoute(app, api, {
    method: 'GET',
    url: '/api/channels/:c/report',
    who: 'member',
    summary: 'Who owes what, and how timely each party was: the same bytes on both sides.',
    params: CHANNEL,
    query: Type.Object({ at: Type.Optional(Type.String({ maxLength: 12 })) }),
    run: ({ params, query }) => {
      const at = query.at === undefined ? undefined : parseDecimal(query.at);
      if (query.at !== undefined && (at === undefined || at > LAST_INSTANT)) throw new ParleyError('invalid', 'at: whole seconds since 1970, UTC');
      return reportView(node.channel(params.c), at);
    },
  });
  read(
    '/api/channels/:c/packs',
    'The procedures of a channel, as far as their form is known here.',
    CHANNEL,
    async ({ c }) => node.channel(c).rules.packs,
  );
  read('/api/channels/:c/people', 'Who speaks for whom, and who here waits for an accreditation.', CHANNEL, ({ c }) => people(api, node.channel(c)));
  adminRoutes(app, api);
}

function dossierRoutes(app: FastifyInstance, api: Api): void {
  addRoute(app, api, {
    method: 'GET',
    url: '/api/channels/:c/dossiers',
    who: 'member',
    summary: 'Dossiers of a channel: those of what each party said last.',
    params: CHANNEL,
    run: ({ params }) => dossierList(api.node.channel(params.c)),
  });
  addRoute(app, api, {
    method: 'GET',
    url: '/api/channels/:c/dossiers/:id',
    who: 'member',
    summary: 'A part of a dossier, the first unless told.',
    params: IN_CHANNEL,
    query: Type.Object({ part: Type.Optional(Type.String({ maxLength: 9 })) }),
    run: ({ params, query }) => {
      const part = query.part === undefined ? 1 : parseDecimal(query.part);
      if (part === undefined) throw new ParleyError('invalid', 'part: a number from 1');
      return dossierView(api.node.channel(params.c), params.id, part);
    },
  });
}

function adminRoutes(app: FastifyInstance, api: Api): void {
  addRoute(app, api, {
    method: 'POST',
    url: '/api/channels/:c/identity',
    who: 'admin',
    summary: 'Puts an act of the party about its people, signed by its identity keys, into our log.',
    params: CHANNEL,
    body: closed({ note: Type.String({ minLength: 1, maxLength: 60_000 }) }),
    run: ({ params, body }) => putIdentity(api.node.channel(params.c), body.note),
  });
  addRoute(app, api, {
    method: 'GET',
    url: '/api/channels/:c/generation',
    who: 'admin',
    summary: 'What our identity keys sign to open our next generation.',
    params: CHANNEL,
    run: ({ params }) => openingText(api.node, api.node.channel(params.c)),
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/channels/:c/generation',
    who: 'admin',
    summary: 'Opens our next generation with a note signed by our identity keys.',
    params: CHANNEL,
    body: closed({ note: Type.String({ minLength: 1, maxLength: 16_384 }) }),
    run: ({ params, body }) => takeOpening(api.node, api.node.channel(params.c), body.note),
  });
  addRoute(app, api, {
    method: 'GET',
    url: '/api/profiles',
    who: 'member',
    summary: 'The profiles that ship: for whom a channel can be.',
    run: async () => [...shippedProfiles().values()].map(({ name, title }) => ({ name, title })),
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/channels/:c/addresses',
    who: 'admin',
    summary: 'Changes local settings of a channel: where its parties and hosts listen, its title, and its profile; null for none.',
    params: CHANNEL,
    body: closed({
      addresses: Type.Optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 16 })),
      hostAddresses: Type.Optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 8 })),
      title: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
      profile: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 48 }), Type.Null()])),
    }),
    run: async ({ params, body }) => {
      const { parties, hosts } = api.node.channel(params.c).replica.channel;
      if ((body.addresses?.length ?? parties.length) !== parties.length) throw new ParleyError('invalid', `${parties.length} addresses, one a party`);
      if ((body.hostAddresses?.length ?? hosts.length) !== hosts.length) throw new ParleyError('invalid', `${hosts.length} addresses, one a host`);
      for (const url of [...(body.addresses ?? []), ...(body.hostAddresses ?? [])]) if (url !== '') parsePeerUrl(url);
      if (typeof body.profile === 'string') profileNamed(body.profile);
      await api.node.updateRecord(params.c, body);
      const { addresses, hostAddresses, title, profile } = api.node.record(params.c);
      return { addresses, hostAddresses, title, ...(profile === undefined ? {} : { profile }) };
    },
  });
}

/** Who speaks here, the number of the next identity note, and users of this node whose key is not accredited in this channel. */
async function people(api: Api, channel: ChannelRuntime) {
  const { us } = channel.replica;
  const state = await channel.reader.state(us);
  const users = await listUsers(api.node.store);
  const { addresses, hostAddresses } = api.node.record(channel.id);
  return {
    us,
    next: state.n + 1,
    people: await peopleViews(channel),
    pending: users
      .filter(({ actor }) => (state.people.get(actor)?.state ?? 'ended') === 'ended')
      .map(({ user, name, post, actor, key }) => ({ user, name, post, actor, key })),
    addresses,
    hostAddresses,
  };
}

/** An accreditation opens a matter; every other act refers to the one it is about. What readers would hold void is refused by the log itself. */
async function putIdentity(channel: ChannelRuntime, text: string): Promise<{ id: string; index: number }> {
  const parsed = parseIdentityNote(utf8(text));
  if ('expected' in parsed) throw new ParleyError('invalid', `expected ${parsed.expected}`);
  if (parsed.note.act.act === 'rotate') throw new ParleyError('invalid', 'a key event goes into all channels at once: POST /api/identity/events');
  const act = parseAct(parsed.note.act);
  if ('expected' in act) throw new ParleyError('invalid', `expected ${act.expected}`);
  const state = await channel.reader.state(channel.replica.us);
  const person = state.people.get(act.act.actor);
  if (act.act.act !== 'accredit' && person === undefined) throw new ParleyError('invalid', 'an act about somebody with a mission here');
  return appendAsNode(channel, 'identity', act.act.act === 'accredit' || person === undefined ? [] : [person.matter], [['note', text]]);
}
