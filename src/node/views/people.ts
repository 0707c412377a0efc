import { wordlist } from '@scure/bip39/wordlists/english.js';
import { fromBase64url, toBase64url, utf8 } from '../../base/bytes.ts';
import { assert } from '../../base/errors.ts';
import { strictJson } from '../../base/json.ts';
import { keySentence } from '../../entry/actor.ts';
import { type IdentityKeys, identityJson } from '../../entry/card.ts';
import { eventOf } from '../../entry/key-event.ts';
import { type Posts, postsOf } from '../../projection/joint/posts.ts';
import { readMatter } from '../../projection/joint/reading.ts';
import { type Act, actsOf, type Matter, parseMatter } from '../../projection/matter.ts';
import type { BesideView, ChangeView, IdentityPage, PeoplePage, PersonAct, PersonPage } from '../../projection/people-views.ts';
import type { PersonView } from '../../projection/views.ts';
import { type Acknowledged, acknowledgedIn, type HeldOut, heldOutOf, usableMatters } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { identityForks } from '../identity-forks.ts';
import type { PartyNode } from '../party-node.ts';
import { type PeopleAct, peopleActsOf } from '../people-acts.ts';
import { peopleViews } from './channel.ts';
import { factsById, peopleOf, personKey, rawIds } from './facts.ts';

/** What a channel's people page starts from. */
type Known = { readonly acts: readonly PeopleAct[]; readonly acknowledged: ReadonlyMap<string, Acknowledged>; readonly heldOut: HeldOut };

/** Everybody who speaks in a channel, with their missions, what is said beside them, and what nobody here has acknowledged. */
export async function peoplePage(node: PartyNode, channel: ChannelRuntime): Promise<PeoplePage> {
  const known = await knownOf(channel);
  const people = await peopleViews(channel);
  const beside = await besideOf(channel, [...new Set(people.map(({ matter }) => matter))]);
  const pages = people.map((person) => personPage(person, known, beside.get(person.matter) ?? []));
  return {
    channel: channel.id,
    us: channel.replica.us,
    identities: await identityPages(node, channel, known),
    people: pages,
    posts: await postsIn(channel, known, pages),
    toAcknowledge: known.heldOut.pending.map((act) => changeView(channel, act)),
  };
}

/** Who was at which post when; what people say whom nobody here has acknowledged stands beside nobody. */
async function postsIn(channel: ChannelRuntime, { heldOut }: Known, pages: readonly PersonPage[]): Promise<Posts> {
  const people = pages.filter(({ automatic }) => !automatic);
  const rows = people.length === 0 ? [] : await channel.store.matters(channel.id, { ids: rawIds(people.map(({ matter }) => matter)) });
  const usable = await usableMatters(
    channel,
    heldOut,
    rows.map((row) => parseMatter(row.state)),
  );
  const readings = new Map(usable.map((matter) => [matter.id, readMatter(matter, channel.rules.parties)]));
  return postsOf(
    people.flatMap(({ party, name, post, acts, matter }) => {
      const reading = readings.get(matter);
      return reading === undefined ? [] : [{ party, name, post, acts, reading }];
    }),
  );
}

/** The person that the matter of an accreditation is about, or `undefined` where it is about nobody (a key event). */
export async function personOfMatter(channel: ChannelRuntime, matter: string): Promise<PersonPage | undefined> {
  const person = (await peopleViews(channel)).find((one) => one.matter === matter);
  if (person === undefined) return undefined;
  return personPage(person, await knownOf(channel), (await besideOf(channel, [matter])).get(matter) ?? []);
}

/** Since when a person's key is said to be in other hands, by whoever says the earliest. */
export async function compromisedSince(channel: ChannelRuntime, matter: string): Promise<number | undefined> {
  const since = (await besideOf(channel, [matter])).get(matter)?.flatMap((one) => one.compromisedSince ?? []) ?? [];
  return since.length === 0 ? undefined : Math.min(...since);
}

/** A change that awaits an acknowledgement, as lists show it. */
export function changeView(channel: ChannelRuntime, act: PeopleAct): ChangeView {
  assert(act.act !== 'recall' && act.act !== 'end', 'only what gives power awaits an acknowledgement');
  const { entry, party, name, post, time, event } = act;
  const partyName = channel.replica.channel.parties[party]?.name ?? '';
  return { entry, party, partyName, act: act.act, name, post, time, ...(event === undefined ? {} : { event }) };
}

async function knownOf(channel: ChannelRuntime): Promise<Known> {
  return { acts: await peopleActsOf(channel), acknowledged: await acknowledgedIn(channel), heldOut: await heldOutOf(channel) };
}

function personPage(person: PersonView, known: Known, beside: readonly BesideView[]): PersonPage {
  const acts = known.acts.filter(({ matter, party }) => matter === person.matter && party === person.party);
  const grant = known.heldOut.grantOf(person.party, Number.MAX_SAFE_INTEGER, person.actor);
  return {
    ...person,
    acts: acts.flatMap((act): readonly PersonAct[] => {
      const { act: name, entry, time, by, effectiveAt, reason } = act;
      if (name === 'rotate' || name === 'generation') return [];
      const base = { act: name, entry, time, by };
      return [
        {
          ...base,
          ...(effectiveAt === undefined ? {} : { effectiveAt }),
          ...(reason === undefined ? {} : { reason }),
          ...standingOf(known, entry),
        },
      ];
    }),
    beside,
    ...(grant === undefined ? {} : { pending: grant.entry }),
  };
}

/** Whether a change was acknowledged here, or still waits. */
function standingOf({ acknowledged, heldOut }: Known, entry: string): { acknowledged?: Acknowledged; pending?: true } {
  const seen = acknowledged.get(entry);
  if (seen !== undefined) return { acknowledged: seen };
  return heldOut.pending.some((one) => one.entry === entry) ? { pending: true } : {};
}

async function identityPages(node: PartyNode, channel: ChannelRuntime, known: Known): Promise<readonly IdentityPage[]> {
  const { sha256 } = node.parts.crypto;
  const forks = await identityForks(node);
  return Promise.all(
    channel.replica.channel.parties.map(async (card, party): Promise<IdentityPage> => {
      const { identity } = await channel.reader.state(party);
      const rotated = known.acts.findLast((act) => act.party === party && act.act === 'rotate');
      const found = forks.get(`${channel.id}/${party}`);
      return {
        party,
        name: card.name,
        sentence: keySentence(toBase64url(sha256(utf8(identityText(identity)))), wordlist),
        keys: identity.keys.length,
        threshold: identity.threshold,
        event: eventOf(identity),
        ...(rotated === undefined ? {} : { rotated: { entry: rotated.entry, time: rotated.time, ...standingOf(known, rotated.entry) } }),
        ...found,
      };
    }),
  );
}

function identityText(identity: IdentityKeys): string {
  return strictJson(identityJson(identity));
}

/** What stands beside the people of these accreditations: the latest statement of each party and kind, by matter. An agrément is the other sides' to give. */
async function besideOf(channel: ChannelRuntime, ids: readonly string[]): Promise<ReadonlyMap<string, readonly BesideView[]>> {
  const raw = ids.flatMap((id) => fromBase64url(id, 32) ?? []);
  const matters = raw.length === 0 ? [] : (await channel.store.matters(channel.id, { ids: raw })).map((row) => parseMatter(row.state));
  const said = matters.map((matter) => ({ matter, acts: actsOf(matter).filter((act) => isBeside(matter, act)) }));
  const facts = await factsById(
    channel,
    said.flatMap(({ acts }) => acts.map(({ id }) => id)),
  );
  const people = await peopleOf(channel);
  return new Map(
    said.map(({ matter, acts }) => {
      const latest = new Map(acts.map((act) => [`${act.type} ${act.party}`, act]));
      const views = [...latest.values()].map((act): BesideView => {
        const signer = people.get(personKey(act.party, facts.get(act.id)?.actor ?? ''))?.name ?? '';
        const { agrement, compromised_since: since } = act.frame;
        const base = { kind: act.type as BesideView['kind'], party: act.party, entry: act.id, time: act.time, signer };
        return {
          ...base,
          ...(typeof agrement === 'string' ? { agrement } : {}),
          ...(typeof since === 'number' ? { compromisedSince: since } : {}),
        };
      });
      return [matter.id, views];
    }),
  );
}

function isBeside(matter: Matter, act: Act): boolean {
  return act.type === 'compromise' || (act.type === 'agrement' && act.party !== matter.opener);
}
