import { toBase64url } from '../../base/bytes.ts';
import { kindOf } from '../../document/registry.ts';
import { readAround } from '../../projection/joint/around.ts';
import { isJoint, type Joint, jointsOf } from '../../projection/joint/joint.ts';
import { type JointView, type Opened, withWords, wordedIn } from '../../projection/joint/words.ts';
import { type Matter, parseMatter } from '../../projection/matter.ts';
import { countedOf } from '../../sync/replica.ts';
import { usableMatters } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { nodeSha256 } from '../crypto.ts';
import { rawIds, readEntry } from './facts.ts';
import type { ChannelState } from './rows.ts';

/** Documents whose words are opened for joint states of one page: each has up to 64 KiB, and a page shows no more than a reader takes in. */
const MAX_OPENED = 200;

/**
 * The joint states of these matters, by matter id, with their words. `usable`: without what people say whom nobody here has acknowledged; `around`: what
 * belongs to the same affair, which they may name.
 */
export async function jointViews(
  channel: ChannelRuntime,
  { standing }: Pick<ChannelState, 'standing'>,
  usable: readonly Matter[],
  around: readonly Matter[] = usable,
): Promise<ReadonlyMap<string, readonly JointView[]>> {
  const { parties, quorum } = channel.rules;
  const known = readAround(around, parties);
  const names = channel.replica.channel.parties.map(({ name }) => name);
  const counted = new Map(
    await Promise.all(channel.replica.channel.parties.map(async (_, party) => [party, await countedOf(channel.replica, party)] as const)),
  );
  const joints = usable.flatMap(({ id }): readonly (readonly [string, readonly Joint[]])[] => {
    const reading = known.readings.get(id);
    return reading === undefined ? [] : [[id, jointsOf(reading, known, { quorum, standing, counted, names })]];
  });
  const opened = await openedOf(channel, joints.flatMap(([, list]) => list).flatMap(wordedIn));
  const by = { channel: channel.id, sha256: nodeSha256 };
  return new Map(joints.map(([id, list]) => [id, list.map((joint) => withWords(joint, opened, by))]));
}

/** The joint states of the matter that a document belongs to, among the matters of its affair, which are read only where there is something joint. */
export async function jointViewsOf(channel: ChannelRuntime, state: ChannelState, matter: Matter, dossier: Uint8Array): Promise<readonly JointView[]> {
  if (!isJoint(matter)) return [];
  const rows = await channel.store.matters(channel.id, { dossier });
  const usable = await usableMatters(
    channel,
    state.heldOut,
    rows.map((row) => parseMatter(row.state)),
  );
  const own = usable.filter(({ id }) => id === matter.id);
  return (await jointViews(channel, state, own, usable)).get(matter.id) ?? [];
}

/** The documents of these entries, as far as their bodies open here. */
async function openedOf(channel: ChannelRuntime, ids: readonly string[]): Promise<ReadonlyMap<string, Opened>> {
  const wanted = [...new Set(ids)].slice(0, MAX_OPENED);
  if (wanted.length === 0) return new Map();
  const verdicts = (await channel.store.verdicts(channel.id, rawIds(wanted))).filter((row) => row.valid);
  const entries = await channel.store.entriesAt(verdicts);
  return new Map(
    entries.flatMap((row): readonly (readonly [string, Opened])[] => {
      const { document } = readEntry(channel, row);
      const kind = document === undefined ? undefined : kindOf(document.kind);
      return document === undefined || kind === undefined ? [] : [[toBase64url(row.id), { kind, fields: document.fields, erased: document.erased }]];
    }),
  );
}
