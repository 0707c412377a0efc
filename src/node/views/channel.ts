import type { Phrase } from '../../base/phrases.ts';
import { witnessName } from '../../entry/card.ts';
import { rolesOf } from '../../procedure/pack.ts';
import type { ChannelView, LogView, PersonView } from '../../projection/views.ts';
import type { CosignatureRow } from '../../store/store.ts';
import { logIn, rowOf, standingIn, standingOf } from '../../sync/replica.ts';
import type { Person } from '../../verify/reader-state.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import type { PartyNode } from '../party-node.ts';
import { shippedProfiles } from '../profiles.ts';
import { dutyCardsOf } from './duty-cards.ts';
import { peopleOf } from './facts.ts';
import { alarmOf, forksOf } from './forks.ts';
import { NODE_KINDS } from './rows.ts';

/** Own entries looked at, one by one, to say how many documents nobody else holds yet. */
const MAX_COUNTED = 1000;

/** A channel as its page shows it. The digest walks over all matters, so it is computed only where `withDigest` asks, and once for each state. */
export async function channelView(node: PartyNode, channel: ChannelRuntime, withDigest: boolean): Promise<Omit<ChannelView, 'clearance'>> {
  const { replica, store } = channel;
  const largest = await store.largestCosignatures(channel.id);
  const { parties, hosts } = replica.channel;
  const alarm = await alarmOf(channel);
  return {
    id: channel.id,
    title: node.record(channel.id).title,
    ...profileView(node.record(channel.id).profile),
    roles: rolesOf(channel.rules.packs),
    us: replica.us,
    parties: parties.map((card, party) => ({ name: card.name, ...partyStatus(node, channel, party, largest) })),
    hosts: await Promise.all(hosts.map(async (card, host) => ({ name: card.name, ...(await hostSeen(node, channel, host, largest)) }))),
    open: await channel.own.isOpen(),
    logs: await Promise.all(parties.map((_, party) => logView(channel, party, largest))),
    unheld: await unheldOf(channel, largest),
    people: await peopleViews(channel),
    dutyCards: await dutyCardsOf(channel),
    digest: withDigest ? await digestOf(channel) : (digests.get(channel)?.known ?? ''),
    ...(alarm === undefined ? {} : { alarm }),
    forks: await forksOf(channel),
    withheld: await withheldIn(channel),
  };
}

/** A profile that a later version had and this one has not is as none. */
function profileView(name: string | undefined): Pick<ChannelView, 'profile'> {
  const found = name === undefined ? undefined : shippedProfiles().get(name);
  return found === undefined ? {} : { profile: { name: found.name, title: found.title, menu: found.menu, words: found.words } };
}

/** Everybody the channel's logs name, ours first. */
export async function peopleViews(channel: ChannelRuntime): Promise<readonly PersonView[]> {
  const people = [...(await peopleOf(channel))].map(([key, person]) => personView(Number(key.split('/')[0]), person));
  return people.sort((a, b) => Number(b.party === channel.replica.us) - Number(a.party === channel.replica.us) || a.party - b.party);
}

/** When a host was last heard over any log of a channel, in seconds. */
export function hostsSeenAt(channel: ChannelRuntime, largest: readonly CosignatureRow[]): number | undefined {
  const names = new Set(channel.replica.channel.hosts.map((card) => witnessName(channel.replica.crypto.sha256, card)));
  return latest(largest.filter((row) => names.has(row.cosigner)));
}

/** Documents of ours, in whichever of our logs, that not all others hold; what nodes write for each other is none. */
export async function unheldOf(channel: ChannelRuntime, largest: readonly CosignatureRow[]): Promise<number> {
  let unheld = 0;
  for (const { origin, size, heldSize } of await countedOf(channel, channel.replica.us, largest)) {
    if (heldSize >= size) continue;
    const rows = await channel.store.verdictsOf(origin, heldSize, Math.min(size, heldSize + MAX_COUNTED));
    unheld += rows.filter((row) => row.index > 0 && !NODE_KINDS.includes(row.type)).length + Math.max(0, size - heldSize - MAX_COUNTED);
  }
  return unheld;
}

/** Heads that somebody signed and does not show to continue what is held: noted, and proof of nothing. */
async function withheldIn(channel: ChannelRuntime): Promise<readonly Phrase[]> {
  const kept = await channel.store.listLocal('withheld');
  return kept.flatMap(({ key, json }): readonly Phrase[] => {
    const of = channel.replica.generations.find(key);
    if (of === undefined) return [];
    const { size, held } = JSON.parse(json) as { size: number; held: number };
    return [{ id: 'alarm.withheld', values: { name: of.card.name, size, held } }];
  });
}

const digests = new WeakMap<ChannelRuntime, { version: number; digest: Promise<string>; known?: string }>();

/** The digest at the channel's present version; whoever asks while it is computed waits for the same one. */
function digestOf(channel: ChannelRuntime): Promise<string> {
  const cached = digests.get(channel);
  if (cached?.version === channel.version) return cached.digest;
  const entry: { version: number; digest: Promise<string>; known?: string } = { version: channel.version, digest: channel.digest() };
  void entry.digest.then(
    (digest) => {
      entry.known = digest;
    },
    () => digests.delete(channel),
  );
  digests.set(channel, entry);
  return entry.digest;
}

function partyStatus(
  node: PartyNode,
  channel: ChannelRuntime,
  party: number,
  largest: readonly CosignatureRow[],
): { reachable: boolean | null; lastSeen?: number; signs?: false } {
  const { replica } = channel;
  if (party === replica.us) return { reachable: true, lastSeen: replica.now() };
  const { reachable, lastSeen, signs } = node.exchange.status(channel.id, 'party', party);
  const seen = lastSeen ?? latest(largest.filter((row) => replica.generations.heldNames(party).includes(row.cosigner)));
  return { reachable, ...(seen === undefined ? {} : { lastSeen: seen }), ...(signs === undefined ? {} : { signs }) };
}

async function hostSeen(
  node: PartyNode,
  channel: ChannelRuntime,
  host: number,
  largest: readonly CosignatureRow[],
): Promise<Omit<ChannelView['hosts'][number], 'name'>> {
  const { replica } = channel;
  const card = replica.channel.hosts[host];
  const witness = card === undefined ? '' : witnessName(replica.crypto.sha256, card);
  const rows = largest.filter(({ cosigner }) => cosigner === witness);
  const { reachable, lastSeen = latest(rows) } = node.exchange.status(channel.id, 'host', host);
  const own = await countedOf(channel, replica.us, largest);
  const waiting = own.reduce((sum, { origin, size }) => sum + Math.max(0, size - (rows.find((row) => row.origin === origin)?.size ?? 0)), 0);
  return { reachable, waiting, ...(lastSeen === undefined ? {} : { lastSeen }) };
}

function latest(rows: readonly CosignatureRow[]): number | undefined {
  return rows.length === 0 ? undefined : Math.max(...rows.map((row) => row.time));
}

/** What counts of a party's logs, in their order: how much of it every other party holds, and how much is complete here. */
async function countedOf(channel: ChannelRuntime, party: number, largest: readonly CosignatureRow[]) {
  const { replica } = channel;
  return Promise.all(
    replica.generations.sequence(party).map(async ({ origin }) => {
      const row = await rowOf(replica, origin);
      const size = Math.min(row.size, replica.generations.status(origin)?.counted ?? row.size);
      const { heldSize } = standingIn(replica, { origin, party }, largest);
      return { origin, size, heldSize: Math.min(size, heldSize), missing: Math.max(0, size - row.openedSize) };
    }),
  );
}

async function logView(channel: ChannelRuntime, party: number, largest: readonly CosignatureRow[]): Promise<LogView> {
  const log = await logIn(channel.replica, party);
  const standing = standingOf(channel.replica, party, largest);
  const counted = await countedOf(channel, party, largest);
  const sum = (of: 'size' | 'heldSize' | 'missing'): number => counted.reduce((total, one) => total + one[of], 0);
  return {
    party,
    gen: log.gen,
    origin: log.origin,
    size: log.size,
    root: Buffer.from(log.root).toString('base64url'),
    heldSize: standing.heldSize,
    ...(standing.heldAt === undefined ? {} : { heldAt: standing.heldAt }),
    witnessedSize: standing.witnessedSize,
    ...(standing.witnessedAt === undefined ? {} : { witnessedAt: standing.witnessedAt }),
    missing: Math.max(0, log.size - log.openedSize),
    record: { size: sum('size'), heldSize: sum('heldSize'), missing: sum('missing') },
  };
}

function personView(party: number, person: Person): PersonView {
  return {
    actor: person.actor,
    party,
    name: person.name,
    post: person.post,
    automatic: person.automatic,
    state: person.state === 'recalled' ? 'recalled_for_consultations' : person.state,
    scope: { kinds: person.kinds, marking: person.marking, mayRecall: person.mayRecall },
    matter: person.matter,
    since: person.since,
  };
}
