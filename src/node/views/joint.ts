import { toBase64url } from '../../base/bytes.ts';
import { kindOf } from '../../document/registry.ts';
import type { Standing } from '../../procedure/clock.ts';
import { readAround } from '../../projection/joint/around.ts';
import { isJoint, type Joint, jointsOf, looksAround } from '../../projection/joint/joint.ts';
import { textsIn } from '../../projection/joint/reading.ts';
import { inTurn, type JointView, type Opened, withWords, wordedIn } from '../../projection/joint/words.ts';
import { actsOf, type Matter, parseMatter } from '../../projection/matter.ts';
import { countedOf } from '../../sync/replica.ts';
import { usableMatters } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { nodeSha256 } from '../crypto.ts';
import { rawIds, readEntry } from './facts.ts';
import type { ChannelState } from './rows.ts';

/** Documents whose words are opened for joint states of one page: each has up to 64 KiB, and a page shows no more than a reader takes in. */
const MAX_OPENED = 200;
/** Bytes of their bodies: what is full of brackets or figures comes to many times that once it is read. */
const MAX_OPENED_BYTES = 2 * 1024 * 1024;
/** Translations of one page whose figures are compared: each takes a good part of a tenth of a second at worst. */
const MAX_COMPARED = 12;

/**
 * The joint states of these matters, by matter id, with their words. `usable`: without what people say whom nobody here has acknowledged; `around`: what
 * belongs to the same affair, which they may name; `drafted`: words that are not on the record yet; `read`: the document that somebody reads, whose words
 * are opened before those of others.
 */
export async function jointViews(
  channel: ChannelRuntime,
  { standing, heldOut }: Pick<ChannelState, 'standing' | 'heldOut'>,
  usable: readonly Matter[],
  around: readonly Matter[] = usable,
  drafted: ReadonlyMap<string, Opened> = new Map(),
  read?: string,
): Promise<ReadonlyMap<string, readonly JointView[]>> {
  const { parties, quorum } = channel.rules;
  const known = readAround([...around, ...(await powersNamed(channel, heldOut, usable, around))], parties);
  const names = channel.replica.channel.parties.map(({ name }) => name);
  const counted = await countedIn(channel);
  const joints = usable.flatMap(({ id }): readonly (readonly [string, readonly Joint[]])[] => {
    const reading = known.readings.get(id);
    return reading === undefined ? [] : [[id, jointsOf(reading, known, { quorum, standing, counted, names })]];
  });
  const opened = await openedOf(
    channel,
    wordedOf(
      joints.flatMap(([, list]) => list),
      read,
    ),
  );
  const by = { channel: channel.id, sha256: nodeSha256 };
  return new Map(joints.map(([id, list]) => [id, list.map((joint) => withWords(joint, new Map([...opened, ...drafted]), by))]));
}

/** How far each party's log counts. */
export async function countedIn({ replica }: ChannelRuntime): Promise<Standing> {
  return new Map(await Promise.all(replica.channel.parties.map(async (_, party) => [party, await countedOf(replica, party)] as const)));
}

/** The joint states of the matter that a document belongs to, among the matters of its affair, which are read only where something joint looks at them. */
export async function jointViewsOf(
  channel: ChannelRuntime,
  state: Pick<ChannelState, 'standing' | 'heldOut'>,
  matter: Matter,
  dossier: Uint8Array,
  { drafted, read }: { readonly drafted?: ReadonlyMap<string, Opened>; readonly read?: string } = {},
): Promise<readonly JointView[]> {
  if (!isJoint(matter)) return [];
  const rows = looksAround(matter) ? await channel.store.matters(channel.id, { dossier }) : [];
  const others = rows.map((row) => parseMatter(row.state)).filter(({ id }) => id !== matter.id);
  const usable = await usableMatters(channel, state.heldOut, [matter, ...others]);
  const own = usable.filter(({ id }) => id === matter.id);
  return (await jointViews(channel, state, own, usable, drafted, read)).get(matter.id) ?? [];
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

/**
 * The full powers that signatures in these matters name, where they belong to another affair: powers may be older than what is signed under them. However
 * many there are, since a signature under powers that were not looked for would be shown as one without them.
 */
async function powersNamed(
  channel: ChannelRuntime,
  heldOut: ChannelState['heldOut'],
  matters: readonly Matter[],
  around: readonly Matter[],
): Promise<readonly Matter[]> {
  const here = new Set(around.map(({ id }) => id));
  const signatures = matters.flatMap(actsOf).filter(({ type }) => type === 'signature');
  const named = [...new Set(signatures.flatMap(({ frame }) => textsIn(frame, 'concerns')))].filter((id) => !here.has(id));
  const rows = named.length === 0 ? [] : await channel.store.matters(channel.id, { ids: rawIds(named), kind: 'full_powers' });
  return usableMatters(
    channel,
    heldOut,
    rows.map((row) => parseMatter(row.state)),
  );
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
