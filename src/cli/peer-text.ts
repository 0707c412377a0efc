import { writeSpan } from '../base/instants.ts';
import type { ChannelView } from '../projection/views.ts';
import { hostCalled, waitingOf, when } from './rows.ts';

/** Over all generations: what of ours not all others hold, and what of theirs is not whole here. */
export function countsOf(channel: ChannelView, party: number): { readonly waiting: number; readonly missing: number } {
  const own = channel.logs.find((log) => log.party === channel.us);
  const theirs = channel.logs.find((log) => log.party === party);
  return { waiting: own === undefined ? 0 : waitingOf(own), missing: theirs?.record.missing ?? 0 };
}

/** One other party in a sentence: whether its node answers, and what it and we have of each other. */
export function peerText(channel: ChannelView, party: number, now: number): string {
  const peer = channel.parties[party];
  const { waiting, missing } = countsOf(channel, party);
  const seen = peer?.lastSeen === undefined ? 'never seen' : `last seen ${when(peer.lastSeen)} UTC, ${writeSpan(now - peer.lastSeen)} ago`;
  const answers =
    peer?.signs === false
      ? 'answers, and does not sign for what it is given'
      : peer?.reachable === true
        ? 'answers'
        : peer?.reachable === false
          ? `does not answer; ${seen}`
          : `not asked since the start; ${seen}`;
  return `${peer?.name ?? `party ${party}`}: ${answers}; ${holdsText(channel, party, waiting)}${missing === 0 ? '' : `; ${missing} of its entries have not arrived whole here`}`;
}

/** One host in a sentence; what it does not answer for waits. */
export function hostText({ name, reachable, lastSeen, waiting }: ChannelView['hosts'][number], now: number): string {
  const seen = lastSeen === undefined ? 'not heard yet' : `last witnessed ${writeSpan(now - lastSeen)} ago`;
  const answers = reachable === false ? 'does not answer; ' : '';
  const waits = waiting === 0 ? '' : `; ${waiting} entr${waiting === 1 ? 'y' : 'ies'} of ours not witnessed yet`;
  return `${hostCalled(name)}: ${answers}${seen}${waits}`;
}

/** How much of ours a party holds, said no more plainly than it is known. */
function holdsText({ alarm, forks }: ChannelView, party: number, waiting: number): string {
  const count = `${waiting} entr${waiting === 1 ? 'y' : 'ies'} of ours not acknowledged yet`;
  if (alarm?.id === 'alarm.fork_own')
    return `${waiting === 0 ? 'it holds what of ours stands' : count}; two histories of our log exist, and it takes nothing more of it`;
  const isTwofold = alarm?.id === 'alarm.fork' && forks.some((fork) => fork.party === party);
  if (isTwofold) return `${waiting === 0 ? 'it acknowledged everything of ours' : count}; two histories of its own log exist`;
  // A copy of an earlier day holds less of ours than they may.
  const isOld = alarm?.id === 'alarm.recovering' || alarm?.id === 'alarm.ended';
  if (isOld && waiting === 0) return 'how much it holds of what was said after this copy is not known here';
  return waiting === 0 ? 'it holds everything of ours' : count;
}
