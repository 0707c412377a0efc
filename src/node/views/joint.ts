import { toBase64url } from '../../base/bytes.ts';
import { kindOf } from '../../document/registry.ts';
import type { Standing } from '../../procedure/clock.ts';
import { readAround } from '../../projection/joint/around.ts';
import { isJoint, type Joint, jointsOf } from '../../projection/joint/joint.ts';
import { inTurn, type JointView, type Opened, withWords, wordedIn } from '../../projection/joint/words.ts';
import type { Matter } from '../../projection/matter.ts';
import { countedOf } from '../../sync/replica.ts';
import { usableMatters } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { nodeSha256 } from '../crypto.ts';
import { aroundOf } from './around.ts';
import { rawIds, readEntry } from './facts.ts';
import type { ChannelState } from './rows.ts';

/** Documents whose words are opened for joint states of one page: each has up to 64 KiB, and a page shows no more than a reader takes in. */
const MAX_OPENED = 200;
/** Bytes of their bodies: what is full of brackets or figures comes to many times that once it is read. */
const MAX_OPENED_BYTES = 2 * 1024 * 1024;
/** Translations of one page whose figures are compared: each takes a good part of a tenth of a second at worst. */
const MAX_COMPARED = 12;

/**
 * The joint states of these matters of one dossier, by matter id, with their words. `usable`: without what people say whom nobody here has acknowledged;
 * `isWhole`: they are all of it; `drafted`: words that are not on the record yet; `read`: the document that somebody reads, whose words are opened before those of others. What else
 * stands in the dossier is read only where a state depends on it.
 */
export async function jointViews(
  channel: ChannelRuntime,
  { standing, heldOut }: Pick<ChannelState, 'standing' | 'heldOut'>,
  usable: readonly Matter[],
  dossier: Uint8Array,
  { drafted, read, isWhole = false }: { readonly drafted?: ReadonlyMap<string, Opened>; readonly read?: string; readonly isWhole?: boolean } = {},
): Promise<ReadonlyMap<string, readonly JointView[]>> {
  const { parties, quorum } = channel.rules;
  const around = await aroundOf(channel, heldOut, usable, isWhole ? undefined : dossier);
  const known = readAround([...usable, ...around.matters], parties);
  const names = channel.replica.channel.parties.map(({ name }) => name);
  const counted = await countedIn(channel);
  const joints = usable.flatMap(({ id }): readonly (readonly [string, readonly Joint[]])[] => {
    const reading = known.readings.get(id);
    return reading === undefined ? [] : [[id, jointsOf(reading, known, { quorum, standing, counted, names })]];
  });
  const wanted = wordedOf(
    joints.flatMap(([, list]) => list),
    read,
  );
  const opened = new Map([...(await openedOf(channel, wanted)), ...(drafted ?? [])]);
  const by = { channel: channel.id, sha256: nodeSha256 };
  const view = (joint: Joint): JointView => {
    const worded = withWords(joint, opened, by);
    return around.unread(joint) ? { ...worded, unread: true } : worded;
  };
  return new Map(joints.map(([id, list]) => [id, list.map(view)]));
}

/** How far each party's log counts. */
export async function countedIn({ replica }: ChannelRuntime): Promise<Standing> {
  return new Map(await Promise.all(replica.channel.parties.map(async (_, party) => [party, await countedOf(replica, party)] as const)));
}

/** The joint states of the matter that a document belongs to. */
export async function jointViewsOf(
  channel: ChannelRuntime,
  state: Pick<ChannelState, 'standing' | 'heldOut'>,
  matter: Matter,
  dossier: Uint8Array,
  words: { readonly drafted?: ReadonlyMap<string, Opened>; readonly read?: string } = {},
): Promise<readonly JointView[]> {
  if (!isJoint(matter)) return [];
  return (await jointViews(channel, state, await usableMatters(channel, state.heldOut, [matter]), dossier, words)).get(matter.id) ?? [];
}

/** What is opened for these joint states: first what belongs to the document that is read, then of each in turn. */
function wordedOf(joints: readonly Joint[], read: string | undefined): readonly string[] {
  const first = [...joints.filter(({ entry }) => entry === read), ...joints.filter(({ entry }) => entry !== read)];
  const compared = new Set(first.filter(({ kind }) => kind === 'translation').slice(0, MAX_COMPARED));
  const opening = first.filter((joint) => joint.kind !== 'translation' || compared.has(joint)).map((joint) => ({ joint, ids: wordedIn(joint) }));
  const lists = opening.map(({ ids }) => ids);
  const own = opening.filter(({ joint }) => joint.entry === read).flatMap(({ ids }) => ids);
  return [...(read !== undefined && lists.some((ids) => ids.includes(read)) ? [read] : []), ...own, ...inTurn(lists)];
}

/** The documents of these entries, as far as their bodies open here. */
async function openedOf(channel: ChannelRuntime, ids: readonly string[]): Promise<ReadonlyMap<string, Opened>> {
  const wanted = [...new Set(ids)].slice(0, MAX_OPENED);
  if (wanted.length === 0) return new Map();
  const verdicts = (await channel.store.verdicts(channel.id, rawIds(wanted))).filter((row) => row.valid);
  const entries = await channel.store.entriesAt(verdicts);
  let bytes = 0;
  return new Map(
    entries.flatMap((row): readonly (readonly [string, Opened])[] => {
      bytes += row.body?.length ?? 0;
      if (bytes > MAX_OPENED_BYTES) return [];
      const { document } = readEntry(channel, row);
      const kind = document === undefined ? undefined : kindOf(document.kind);
      return document === undefined || kind === undefined ? [] : [[toBase64url(row.id), { kind, fields: document.fields, erased: document.erased }]];
    }),
  );
}
