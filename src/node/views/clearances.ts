import type { ClearanceDetail, ClearanceView } from '../../projection/clearance-views.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import type { Clearance, Clearances } from '../clearances.ts';
import type { PartyNode } from '../party-node.ts';
import { type People, peopleOf, personKey } from './facts.ts';

/** Documents of a channel handed over for clearance and not sent, newest first. */
export async function clearanceList(node: PartyNode, clearances: Clearances, channel: ChannelRuntime): Promise<readonly ClearanceView[]> {
  const all = (await clearances.list(channel)).filter(({ sentAt, takenBackAt }) => sentAt === undefined && takenBackAt === undefined);
  if (all.length === 0) return [];
  const people = await peopleOf(channel);
  return all.map((one) => viewOf(node, channel, one, people));
}

/** Who cleared a document, sent or not; `undefined` where nobody was asked. */
export async function clearanceOf(node: PartyNode, clearances: Clearances, channel: ChannelRuntime, id: string): Promise<ClearanceView | undefined> {
  const one = await clearances.find(channel, id);
  return one === undefined ? undefined : viewOf(node, channel, one, await peopleOf(channel));
}

/** One of them with its bytes; refuses `not_found`. */
export async function clearanceDetail(node: PartyNode, clearances: Clearances, channel: ChannelRuntime, id: string): Promise<ClearanceDetail> {
  const one = await clearances.get(channel, id);
  const { text, body } = one;
  return { ...viewOf(node, channel, one, await peopleOf(channel)), ...(text === undefined || body === undefined ? {} : { text, body }) };
}

function viewOf(node: PartyNode, channel: ChannelRuntime, one: Clearance, people: People): ClearanceView {
  const { id, kind, summary, asked, cleared, returned, sentAt, takenBackAt } = one;
  return {
    ...{ id, channel: channel.id, channelTitle: node.record(channel.id).title, kind, summary },
    signer: { actor: one.signer, name: people.get(personKey(channel.replica.us, one.signer))?.name ?? '' },
    state:
      sentAt !== undefined
        ? 'sent'
        : takenBackAt !== undefined
          ? 'taken_back'
          : returned !== undefined
            ? 'returned'
            : cleared !== undefined
              ? 'cleared'
              : 'awaiting',
    asked: { name: asked.name, ...(asked.user === undefined ? {} : { user: asked.user }), at: asked.at },
    ...(cleared === undefined ? {} : { cleared: { name: cleared.name, at: cleared.at } }),
    ...(returned === undefined ? {} : { returned: { name: returned.name, at: returned.at, remark: returned.remark } }),
    ...(sentAt === undefined ? {} : { sentAt }),
  };
}
