import { fromUtf8 } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { signAsIdentity } from '../../entry/identity-note.ts';
import type { FoundingView } from '../../node/founding.ts';
import { shippedPackNames } from '../../node/packs.ts';
import { profileNamed } from '../../node/profiles.ts';
import type { ChannelView } from '../../projection/views.ts';
import { channelPath } from '../client.ts';
import type { Side } from './side.ts';
import type { Stage } from './stage.ts';

/** How long two officers of a demonstration may take, in seconds. */
const FOUND_WITHIN = 86_400;
/** Longest that nothing moves. */
const PATIENCE_MS = 60_000;
const BETWEEN_MS = 50;

/** Who founds a channel: who invites, who answers, and what either calls it. */
export type Pair = { readonly first: Side; readonly second: Side; readonly titles: readonly [string, string] };

type Parts = Pick<Stage, 'scenario' | 'ports' | 'say'> & { readonly host: string };
/** What the first side has at the start: channels, and foundings under way. */
type Known = { readonly channels: readonly ChannelView[]; readonly foundings: readonly FoundingView[] };

/**
 * The channel of a scenario between its two sides, founded step by step where it is not: invitation, answer, both sentences read and typed, both
 * signatures over the charter, both first heads held and witnessed.
 *
 * Each turn looks at how far both nodes are and does the next thing, so it does not matter where an earlier run stopped.
 * Refuses `founding_ended` where it does not come about in time.
 */
export async function foundBetween(parts: Parts & Pick<Stage, 'sides'>): Promise<string> {
  const [first, second] = parts.sides;
  if (first === undefined || second === undefined) throw new ParleyError('invalid', 'a scenario of two parties');
  return foundPair(parts, { first, second, titles: [parts.scenario.channel, parts.scenario.channel] }, await knownTo(first));
}

/** What a side has of channels and foundings; it lists all of them, so that many foundings of one side ask once. */
export async function knownTo(side: Side): Promise<Known> {
  const foundings = await side.ask((client) => client.get<readonly FoundingView[]>('/api/foundings'));
  return { channels: await side.channels(), foundings };
}

/** As {@link foundBetween}, for one pair of several. */
export async function foundPair(parts: Parts, pair: Pair, known: Known): Promise<string> {
  const { first, second, titles } = pair;
  const { say } = parts;
  for (const { id } of known.channels.filter(({ title }) => title === titles[0]).toReversed()) if (await isOpen(pair, id)) return id;
  let invite = known.foundings.filter((one) => one.title === titles[0] && one.us === 0 && one.state !== 'ended').at(-1)?.invite;
  let told = '';
  for (let late = Date.now() + PATIENCE_MS; Date.now() < late; await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS))) {
    const invited = invite === undefined ? undefined : await foundingOf(first, invite);
    if (invited?.channel !== undefined && invited.state === 'founded' && (await isOpen(pair, invited.channel))) {
      if (told !== '') say('The channel is open: both sides hold the charter, and the host has seen it.');
      return invited.channel;
    }
    if (invited === undefined || invited.state === 'ended') {
      invite = (await invitation(parts, first, titles[0])).invite;
      say(`${first.name} invites ${second.name} to found the channel "${titles[0]}".`);
      continue;
    }
    const did = await nextStep(parts, pair, invited);
    if (did === undefined || did === told) continue;
    say(did);
    told = did;
    late = Date.now() + PATIENCE_MS;
  }
  throw new ParleyError('founding_ended', `the channel of ${first.name} and ${second.name} did not open in time`);
}

/** Whether a channel is open on both sides. */
async function isOpen({ first, second }: Pair, id: string): Promise<boolean> {
  const views = await Promise.all([first, second].map((side) => ifThere(side.ask((client) => client.get<ChannelView>(channelPath(id))))));
  return views.every((view) => view?.open === true);
}

function foundingOf(side: Side, invite: string): Promise<FoundingView | undefined> {
  return ifThere(side.ask((client) => client.get<FoundingView>(`/api/foundings/${invite}`)));
}

async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ParleyError && error.code === 'not_found') return undefined;
    throw error;
  }
}

/** Does what is next after the invitation and says it; `undefined` while the nodes are at work themselves. */
async function nextStep(parts: Parts, { first, second, titles }: Pair, invited: FoundingView): Promise<string | undefined> {
  const answered = await foundingOf(second, invited.invite);
  if (answered === undefined) {
    await answer(parts, second, invited.note, titles[1]);
    return `${second.name} answers the invitation.`;
  }
  if (invited.state === 'compare' && answered.read !== undefined) {
    await confirm(parts, first, invited.invite, answered.read);
    return `${second.name} reads "${answered.read}"; ${first.name} has typed it and signs the charter.`;
  }
  if (answered.state === 'compare' && invited.read !== undefined) {
    await confirm(parts, second, answered.invite, invited.read);
    return `${first.name} reads "${invited.read}"; ${second.name} has typed it and signs the charter.`;
  }
  return undefined;
}

async function invitation(parts: Parts, side: Side, title: string): Promise<FoundingView> {
  const { scenario, host, ports } = parts;
  const names = scenario.profile === undefined ? scenario.procedures : profileNamed(scenario.profile).packs;
  const terms = {
    hosts: [{ address: host }],
    working: scenario.languages,
    authentic: scenario.languages,
    foundBy: ports.now() + FOUND_WITHIN,
    packs: shippedPackNames(names),
  };
  return side.ask(async (client) => {
    const { text } = await client.post<{ text: string }>('/api/foundings/invite/text', terms);
    return client.post<FoundingView>('/api/foundings/invite', { note: await signed(parts, side, text), ...localOf(parts, title) });
  });
}

async function answer(parts: Parts, side: Side, invitation: string, title: string): Promise<void> {
  const { host } = parts;
  await side.ask(async (client) => {
    const { text } = await client.post<{ text: string }>('/api/foundings/answer/text', { invitation, hosts: [{ address: host }] });
    await client.post('/api/foundings/answer', { invitation, note: await signed(parts, side, text), ...localOf(parts, title) });
  });
}

/** What either side chooses for itself. */
function localOf({ scenario, host }: Parts, title: string): { title: string; hostAddresses: readonly string[]; profile?: string } {
  const { profile } = scenario;
  return { title, hostAddresses: [host], ...(profile === undefined ? {} : { profile }) };
}

async function confirm(parts: Parts, side: Side, inviteHash: string, sentence: string): Promise<void> {
  await side.ask(async (client) => {
    const { text } = await client.post<{ text: string }>('/api/foundings/confirm/text', { invite: inviteHash, sentence });
    await client.post('/api/foundings/confirm', { invite: inviteHash, sentence, note: await signed(parts, side, text) });
  });
}

async function signed(parts: Parts, side: Side, text: string): Promise<string> {
  return fromUtf8(await signAsIdentity(parts.ports.crypto.sha256, text, [await side.keys.identity()])) ?? '';
}
