import { toBase64url } from '../base/bytes.ts';
import { witnessName } from '../entry/card.ts';
import type { ChannelRuntime } from '../node/channel-runtime.ts';
import { dutiesOf } from '../projection/duties.ts';
import { parseMatter } from '../projection/matter.ts';
import { logIn } from '../sync/replica.ts';
import { standingAt, type Watch } from './checks.ts';
import type { Cast } from './faults.ts';
import type { PartyMachine } from './party-machine.ts';
import { accredit, openGeneration, say } from './people.ts';
import type { Twins } from './twins.ts';
import type { World } from './world.ts';

/** Rounds in which both sides must come to agree once everything works again. */
const ROUNDS = 8;
const ROUND_MS = 60_000;

/**
 * Everything works again: processes run, the network carries, clocks are right. In a few rounds, in which whoever runs a machine whose log has ended opens the
 * next generation, both sides write, hold and count the same, and know of every fork that was shown to them.
 */
export async function heal(world: World, cast: Cast, twins: Twins, watch: Watch): Promise<void> {
  const machines = [...cast.parties, cast.host];
  const run = (ms: number): Promise<void> => world.timeline.run(world.timeline.now + ms);
  for (const machine of machines) machine.life?.spare();
  cast.twin?.life?.spare();
  // A clock that was ahead is waited for: its times are not taken before they have come.
  const ahead = Math.max(0, ...machines.map(({ skewMs }) => skewMs));
  for (const machine of machines) machine.skewMs = 0;
  const seen = await twins.end(run);
  await run(25_000);
  if (ahead > 0) await run(ahead + 600_000);
  let left: string | undefined = 'nothing was tried';
  for (let round = 0; round < ROUNDS && left !== undefined; round++) {
    const wrote = [];
    for (const party of cast.parties) wrote.push(await writesAgain(world, party, run));
    await run(ROUND_MS);
    left = wrote.every(Boolean) ? await difference(world, cast) : 'somebody cannot write';
    world.trace(`after round ${round}: ${left ?? 'all is one'}`);
  }
  for (const party of cast.parties) await watch.look(party);
  if (left !== undefined) world.ledger.fault('both sides agree in the end', left);
  for (const party of cast.parties) await keptStanding(world, party, watch);
  if (world.hasMute) await startsAgainst(world, cast, run);
  const [, other] = cast.parties;
  if (seen !== undefined && other.channel?.replica.generations.isForked(seen) === false)
    world.ledger.fault('an equivocator is convicted', `${other.name} saw two histories of ${seen}`);
}

/** Whoever stamps nothing of its own owes what its own documents start all the same, on both sides since one moment. */
async function startsAgainst(world: World, { parties }: Cast, run: (ms: number) => Promise<void>): Promise<void> {
  await run(2 * ROUND_MS);
  const starts = await Promise.all(parties.map(startsAgainstSecond));
  const [ours = [], theirs = []] = starts;
  if (JSON.stringify(ours) !== JSON.stringify(theirs)) world.ledger.fault('both sides agree in the end', 'since when something is owed');
  if (ours.some(([, at]) => at === undefined)) world.ledger.fault('nobody puts off what it owes by stamping nothing', JSON.stringify(ours));
  world.trace(`${ours.length} clocks against whoever stamps nothing`);
}

async function startsAgainstSecond({ channel }: PartyMachine): Promise<readonly (readonly [string, number | undefined])[]> {
  if (channel === undefined) return [];
  const matters = (await channel.store.matters(channel.id, { kind: 'incident_notification' })).map(({ state }) => parseMatter(state));
  const duties = matters.flatMap((matter) => dutiesOf(matter, { ...channel.rules, standing: new Map() }));
  return duties.filter(({ debtor, clock }) => debtor === 1 && clock.anchor.by === 'receipt').map(({ anchor, startedAt }) => [anchor.id, startedAt]);
}

/** The party says something, in a new generation where there is no other way; its node is given the time it needs. */
async function writesAgain(world: World, machine: PartyMachine, run: (ms: number) => Promise<void>): Promise<boolean> {
  for (let attempt = 0; attempt < 4; attempt++) {
    const outcome = await within(world, run, say(machine, world.dice.of(`heals ${machine.name} ${world.timeline.now}`)));
    if (outcome === 'done') return true;
    if (outcome === 'not_accredited' || outcome === 'recalled') await within(world, run, accredit(machine));
    else if (outcome === 'unsafe_state') await within(world, run, openGeneration(machine));
    else await run(5_000);
  }
  return false;
}

/** What people asked for comes to its end in so much time. */
async function within(world: World, run: (ms: number) => Promise<void>, work: Promise<string>): Promise<string> {
  let outcome: string | undefined;
  void work.then((it) => {
    outcome = it;
  });
  for (let i = 0; i < 60 && outcome === undefined; i++) await run(1_000);
  if (outcome === undefined) world.ledger.fault('nothing hangs', 'something that people asked of a node');
  return outcome ?? 'hung';
}

/** What is not yet the same on both sides, or not yet held by all; `undefined` when all is one. */
async function difference(world: World, { parties, host }: Cast): Promise<string | undefined> {
  const [a, b] = parties.map(({ channel }) => channel);
  if (a === undefined || b === undefined) return 'a node is not at work';
  const counted = await Promise.all([a, b].map(countedText));
  if (counted[0] !== counted[1]) return `what counts differs: ${counted.join(' / ')}`;
  const heads = await Promise.all([a, b].map(headsText));
  if (heads[0] !== heads[1]) return `heads differ: ${heads.join(' / ')}`;
  const digests = await Promise.all([a.digest(), b.digest()]);
  if (digests[0] !== digests[1]) return 'the digests of what was folded differ';
  for (const channel of [a, b]) {
    const { replica, own } = channel;
    if (own.gate !== 'open') return `the log of party ${replica.us} is ${own.gate}`;
    const log = await logIn(replica, replica.us);
    const standing = await standingAt(channel, replica.store, log.origin);
    if (standing < log.size) return `of ${log.size} entries of party ${replica.us} ${standing} stand`;
    const card = host.host?.card;
    const pairs = await replica.store.cosignatures(log.origin, log.size, log.size);
    // Of a log with two histories a host goes on with the first it saw, and may have lost what would show which.
    const mayBeSeen = card !== undefined && !world.ledger.forked.has(log.origin);
    if (mayBeSeen && !pairs.some(({ cosigner }) => cosigner === witnessName(world.signing.crypto.sha256, card)))
      return `the host has not seen the last head of party ${replica.us}`;
  }
  return undefined;
}

async function countedText(channel: ChannelRuntime): Promise<string> {
  return (await channel.counted()).map(({ origin, size, root }) => `${origin.slice(10, 18)} ${size} ${toBase64url(root).slice(0, 8)}`).join(', ');
}

/** Heads of the logs that are written now: of the others what lies beyond what counts is not everybody's. */
async function headsText(channel: ChannelRuntime): Promise<string> {
  const { generations } = channel.replica;
  const written = new Set([0, 1].map((party) => generations.current(party).origin));
  const heads = (await channel.heads()).filter(({ origin }) => written.has(origin));
  return heads
    .map(({ origin, size, root }) => `${origin.slice(10, 18)} ${size} ${toBase64url(root).slice(0, 8)}`)
    .sort()
    .join(', ');
}

/** What stood at any machine, and was not lost with its disk, stands at both in the end. */
async function keptStanding(world: World, machine: PartyMachine, watch: Watch): Promise<void> {
  const { channel } = machine;
  if (channel === undefined) return;
  for (const { origin } of channel.replica.generations.all) {
    const counted = channel.replica.generations.status(origin)?.counted ?? 0;
    const [before, now] = [watch.stood(origin), Math.max(counted, await standingAt(channel, machine.disk.store, origin))];
    if (now < before) world.ledger.fault('what stands never shrinks', `${machine.name} ends with ${now} of ${origin}, ${before} stood`);
  }
}
