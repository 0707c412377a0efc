import { equal, toBase64url } from '../../base/bytes.ts';
import type { Phrase } from '../../base/phrases.ts';
import type { ChannelView, ForkView } from '../../projection/views.ts';
import { alarmsOf } from '../../sync/alarm.ts';
import type { KnownLog } from '../../sync/generations.ts';
import { firstReceipt, rowOf } from '../../sync/replica.ts';
import { acknowledgedIn, heldOutOf } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';

/** Why a channel needs eyes, if it does: two histories of a log that nothing has taken up since, or our own log stopped. */
export async function alarmOf(channel: ChannelRuntime): Promise<Phrase | undefined> {
  const { generations, us } = channel.replica;
  for (const log of generations.all) {
    if (!generations.isForked(log.origin) || isSettled(await goesOnAfter(channel, log))) continue;
    return log.party === us ? { id: 'alarm.fork_own' } : { id: 'alarm.fork', values: { name: log.card.name } };
  }
  const { stopped, gate } = channel.own;
  if (stopped !== undefined && (gate === 'recovering' || gate === 'ended')) return { id: `alarm.${gate}` };
  return stopped === undefined ? undefined : { id: `refusal.${stopped.code}` };
}

/** The logs of a channel with two histories: both heads that were signed, which of them stands, and whether its owner goes on in a later log. */
export async function forksOf(channel: ChannelRuntime): Promise<ChannelView['forks']> {
  const { replica } = channel;
  return Promise.all(
    (await alarmsOf(replica)).map(async ({ of, fork }): Promise<ForkView> => {
      const standing = replica.generations.standing(of.origin) ?? 0;
      const goesOn = await goesOnAfter(channel, of);
      return {
        party: of.party,
        gen: of.gen,
        heads: await headsOf(channel, of, fork.heads, standing),
        standing,
        ...(goesOn === undefined ? {} : { goesOn }),
      };
    }),
  );
}

function isSettled(goesOn: ForkView['goesOn']): boolean {
  return goesOn !== undefined && goesOn.pending === undefined && goesOn.late === undefined;
}

type Shown = { readonly size: number; readonly root: Uint8Array };

/**
 * Both heads of a fork. The history held here stands as far as everybody else receipted it; of the other one nothing does beyond what both share. Whoever
 * forks chooses which heads prove it: where both say more than is held here, which of them continues that is not known.
 */
async function headsOf(channel: ChannelRuntime, { origin }: KnownLog, heads: readonly Shown[], standing: number): Promise<ForkView['heads']> {
  const { store } = channel.replica;
  const { size: held } = await rowOf(channel.replica, origin);
  const isHeld = await Promise.all(heads.map(async ({ size, root }) => size <= held && equal(await store.rootAt(origin, size), root)));
  return heads.map(({ size, root }, i) => {
    const ours = size <= standing ? ('whole' as const) : ('part' as const);
    const other = size > held && !isHeld.includes(true) ? ('unknown' as const) : ('not' as const);
    return { size, root: toBase64url(root), stands: isHeld[i] ? ours : other };
  });
}

/**
 * The later log in which the owner of one with two histories writes now, if there is one that nobody doubts. What was acknowledged before the two
 * histories were known was acknowledged without knowing: whoever signs two histories must not have the alarm spared by opening a log first.
 */
async function goesOnAfter(channel: ChannelRuntime, forked: KnownLog): Promise<ForkView['goesOn']> {
  const { generations, us, store, channel: facts } = channel.replica;
  const log = generations.current(forked.party);
  if (log.note === undefined || generations.isForked(log.origin) || generations.ordinal(log.origin) <= generations.ordinal(forked.origin))
    return undefined;
  const names = facts.parties.flatMap((_, party) => (party === forked.party ? [] : generations.heldNames(party)));
  const first = await firstReceipt(store, log.origin, 0, names);
  const since = first === undefined ? {} : { since: first.time };
  if (forked.party === us) return channel.own.stopped === undefined ? since : undefined;
  const { pending } = await heldOutOf(channel);
  if (pending.some(({ act, party }) => act === 'generation' && party === forked.party)) return { ...since, pending: true };
  const acknowledged = (await acknowledgedIn(channel)).get(log.note.hash);
  // Where nothing says that somebody looked at it, nobody did.
  if (acknowledged === undefined) return { ...since, pending: true };
  const { by, at, knowing = [] } = acknowledged;
  return { ...since, acknowledged: { by, at }, ...(knowing.includes(forked.origin) ? {} : { late: true as const }) };
}
