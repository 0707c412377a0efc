import { fromUtf8 } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { signAsIdentity } from '../../entry/identity-note.ts';
import type { FoundingView } from '../../node/founding.ts';
import { shippedPackNames } from '../../node/packs.ts';
import { profileNamed } from '../../node/profiles.ts';
import type { ChannelView } from '../../projection/views.ts';
import { channelPath } from '../client.ts';
import type { Scenario } from './scenario.ts';
import type { Side } from './side.ts';
import type { Stage } from './stage.ts';

/** How long two officers of a demonstration may take, in seconds. */
const FOUND_WITHIN = 86_400;
const PATIENCE_MS = 60_000;
const BETWEEN_MS = 50;

type Parts = Pick<Stage, 'scenario' | 'sides' | 'ports' | 'say'> & { readonly host: string };

/**
 * The channel of a scenario between its two sides, founded step by step where it is not: invitation, answer, both sentences read and typed, both
 * signatures over the charter, both first heads held and witnessed.
 *
 * Each turn looks at how far both nodes are and does the next thing, so it does not matter where an earlier run stopped.
 * Refuses `founding_ended` where it does not come about in time.
 */
export async function foundBetween(parts: Parts): Promise<string> {
  const { scenario, sides, say } = parts;
  const [first, second] = sides;
  if (first === undefined || second === undefined) throw new ParleyError('invalid', 'a scenario of two parties');
  let told = '';
  for (const late = Date.now() + PATIENCE_MS; Date.now() < late; await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS))) {
    const open = await openChannel(first, second, scenario);
    if (open !== undefined) {
      if (told !== '') say('The channel is open: both sides hold the charter, and the host has seen it.');
      return open;
    }
    const did = await nextStep(parts, first, second);
    if (did !== undefined && did !== told) say(did);
    told = did ?? told;
  }
  throw new ParleyError('founding_ended', 'the channel did not open in time');
}

/** The scenario's channel, where it is open on both sides: the newest with its title that both have. */
async function openChannel(first: Side, second: Side, scenario: Scenario): Promise<string | undefined> {
  const [ours, theirs] = [await first.channels(), await second.channels()];
  const shared = ours.filter(({ id, title }) => title === scenario.channel && theirs.some((other) => other.id === id));
  for (const { id } of shared.toReversed()) {
    const views = await Promise.all([first, second].map((side) => side.ask((client) => client.get<ChannelView>(channelPath(id)))));
    if (views.every((view) => view.open)) return id;
  }
  return undefined;
}

/** Does what is next and says it; `undefined` while the nodes are at work themselves. */
async function nextStep(parts: Parts, first: Side, second: Side): Promise<string | undefined> {
  const { scenario } = parts;
  const current = async (side: Side, us: 0 | 1): Promise<FoundingView | undefined> =>
    (await side.ask((client) => client.get<readonly FoundingView[]>('/api/foundings')))
      .filter((one) => one.title === scenario.channel && one.us === us && one.state !== 'ended')
      .at(-1);
  const invited = await current(first, 0);
  if (invited === undefined) {
    await invite(parts, first);
    return `${first.name} invites ${second.name} to found the channel "${scenario.channel}".`;
  }
  const answered = await current(second, 1);
  if (answered === undefined || answered.invite !== invited.invite) {
    await answer(parts, second, invited.note);
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

async function invite(parts: Parts, side: Side): Promise<void> {
  const { scenario, host, ports } = parts;
  const names = scenario.profile === undefined ? scenario.procedures : profileNamed(scenario.profile).packs;
  const terms = {
    hosts: [{ address: host }],
    working: scenario.languages,
    authentic: scenario.languages,
    foundBy: ports.now() + FOUND_WITHIN,
    packs: shippedPackNames(names),
  };
  await side.ask(async (client) => {
    const { text } = await client.post<{ text: string }>('/api/foundings/invite/text', terms);
    await client.post('/api/foundings/invite', { note: await signed(parts, side, text), ...localOf(parts) });
  });
}

async function answer(parts: Parts, side: Side, invitation: string): Promise<void> {
  const { host } = parts;
  await side.ask(async (client) => {
    const { text } = await client.post<{ text: string }>('/api/foundings/answer/text', { invitation, hosts: [{ address: host }] });
    await client.post('/api/foundings/answer', { invitation, note: await signed(parts, side, text), ...localOf(parts) });
  });
}

/** What either side chooses for itself. */
function localOf({ scenario, host }: Parts): { title: string; hostAddresses: readonly string[]; profile?: string } {
  const { channel, profile } = scenario;
  return { title: channel, hostAddresses: [host], ...(profile === undefined ? {} : { profile }) };
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
