import { ParleyError } from '../base/errors.ts';
import type { Channel } from '../entry/charter.ts';
import { Generations } from '../sync/generations.ts';
import { standingOf } from '../sync/replica.ts';
import { advance } from './founding.ts';
import { bytesOf, channelOf, type FoundingRecord, mustLoadFounding } from './founding-record.ts';
import type { PartyNode } from './party-node.ts';

const MAX_ANSWER_SIZE = 4096;

/**
 * Carries on a founding after a start or a change: repairs what a crash left between its steps, and delivers our notes to the other side.
 *
 * Everything is idempotent there, so whatever may not have arrived is sent again. Refuses `unreachable` while it has not arrived.
 */
export async function deliverFounding(node: PartyNode, invite: string): Promise<void> {
  if (await isOver(node, invite)) return;
  await advance(node, invite);
  const record = await mustLoadFounding(node, invite);
  const channel = await channelOf(node, record);
  const own = channel?.parties[record.us];
  const peer = channel?.parties[record.us === 0 ? 1 : 0];
  if (channel === undefined || own === undefined || peer === undefined || record.address === '') return;
  for (const { path, bytes } of await undelivered(node, invite, record, channel)) {
    const request = { method: 'POST', path, body: bytes } as const;
    const answer = await node.send({ url: record.address, spki: peer.transport }, node.keyring(own), request, MAX_ANSWER_SIZE);
    if (answer.status !== 200) throw new ParleyError('unreachable', `the other node answered ${answer.status}`);
  }
}

async function undelivered(
  node: PartyNode,
  invite: string,
  record: FoundingRecord,
  channel: Channel,
): Promise<readonly { path: string; bytes: Uint8Array }[]> {
  if (record.decline !== undefined) return [{ path: `/founding/${invite}/decline`, bytes: bytesOf(record.decline) }];
  if (record.ended !== undefined) return [];
  const items: { path: string; bytes: Uint8Array }[] = [];
  if (record.us === 1 && record.join !== undefined && record.theirs === undefined)
    items.push({ path: '/founding/join', bytes: bytesOf(record.join) });
  if (record.ours !== undefined && !(await isHeld(node, record.us, channel)))
    items.push({ path: `/founding/${invite}/charter`, bytes: bytesOf(record.ours) });
  return items;
}

/** Whether the other side receipted our first head: then it has our signature over the charter. A host's cosignature says nothing of that. */
async function isHeld(node: PartyNode, us: number, channel: Channel): Promise<boolean> {
  const largest = await node.store.largestCosignatures(channel.id);
  const { crypto } = node.parts;
  return standingOf({ channel, crypto, generations: new Generations(channel, crypto) }, us, largest).heldSize > 0;
}

/** Whether the channel stands and the other side holds our first head. Most foundings of a node are over, and their notes are not read at each start. */
async function isOver(node: PartyNode, invite: string): Promise<boolean> {
  const runtime = node.channels.find(({ replica }) => replica.channel.charter.invite === invite);
  return runtime !== undefined && (await isHeld(node, runtime.replica.us, runtime.replica.channel));
}
