import { equal, toBase64url } from '../../base/bytes.ts';
import type { Joint } from '../../projection/joint/joint.ts';
import { keyOfNeed, type Need, namedIn, needOf, needsOf, signedUnder } from '../../projection/joint/needs.ts';
import { type Matter, parseHead } from '../../projection/matter.ts';
import type { MatterRow } from '../../store/store.ts';
import { type HeldOut, usableMatters } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { homesOf } from './elsewhere.ts';
import { rawIds } from './facts.ts';

/** Matters that one party opened in an affair, read for what depends on them: an honest side takes a thing further a few times, and 500 cost some 20 ms. */
const MAX_AROUND = 500;
/** Characters of acts of one of them: what is said there is seldom what is looked for. */
const MAX_CHARACTERS = 400_000;

/** What was read of an affair, and whether more of it might say something of a joint state in a matter. */
export type AroundMatters = { readonly matters: readonly Matter[]; readonly unread: (joint: Joint) => boolean };

/**
 * What the joint states in these matters look at in the rest of their affair (`dossier` left out: there is no rest), by {@link needsOf}, and the full powers
 * that signatures name, in whichever affair, however many: those may be older than what is signed under them, and a signature under powers that were not
 * looked for would be shown as one without them.
 */
export async function aroundOf(
  channel: ChannelRuntime,
  heldOut: HeldOut,
  usable: readonly Matter[],
  dossier: Uint8Array | undefined,
): Promise<AroundMatters> {
  const here = new Set(usable.map(({ id }) => id));
  const found = new Map<string, MatterRow>();
  const unread = new Set<string>();
  // Of what comes with its acts and without, the former stays.
  const keep = (rows: readonly MatterRow[]): void => {
    for (const row of rows) {
      const id = toBase64url(row.id);
      if (!here.has(id) && (found.get(id)?.state.length ?? 0) < row.state.length) found.set(id, row);
    }
  };
  if (dossier !== undefined) {
    for (const [key, need] of new Map(usable.flatMap(needsOf).map((need) => [keyOfNeed(need), need]))) {
      const { rows, isAll } = await rowsFor(channel, dossier, need);
      keep(rows);
      if (!isAll) unread.add(key);
    }
    keep(await placesOf(channel, dossier, usable.flatMap(namedIn)));
  }
  const matters = await usableMatters(channel, heldOut, [...found.values()].map(matterOf));
  const powers = [...usable, ...matters].flatMap(signedUnder).filter((id) => !here.has(id) && !found.has(id));
  const rows = powers.length === 0 ? [] : await channel.store.matters(channel.id, { ids: rawIds(powers), kind: 'full_powers' });
  const all = [...matters, ...(await usableMatters(channel, heldOut, rows.map(matterOf)))];
  return {
    // In an order that does not depend on what came first.
    matters: all.sort((a, b) => (a.id < b.id ? -1 : 1)),
    unread: (joint) => {
      const need = needOf(joint.kind, 'party' in joint ? joint.party : -1);
      return need !== undefined && unread.has(keyOfNeed(need));
    },
  };
}

async function rowsFor(
  channel: ChannelRuntime,
  dossier: Uint8Array,
  need: Need,
): Promise<{ readonly rows: readonly MatterRow[]; readonly isAll: boolean }> {
  const { store, replica } = channel;
  const kinds = need.holds === undefined ? need.kinds : [...homesOf([need.holds])];
  const most = need.heads === true ? 0 : MAX_CHARACTERS;
  const openers = need.opener === undefined ? replica.channel.parties.map((_, party) => party) : [need.opener];
  const root = await store.matters(channel.id, { ids: [dossier], most });
  const rows = root.filter((row) => equal(row.dossier, dossier) && openers.includes(row.opener) && kinds?.includes(row.kind) !== false);
  let isAll = true;
  for (const opener of openers) {
    const part = { opener, from: 0, count: MAX_AROUND + 1, most, ...(kinds === undefined ? {} : { kinds }) };
    const some = await store.dossierPart(channel.id, dossier, part);
    isAll &&= some.length <= MAX_AROUND;
    rows.push(...some.slice(0, MAX_AROUND));
  }
  return { rows, isAll: isAll && (most === 0 || rows.every(({ state }) => parseHead(state).components !== undefined)) };
}

/** The matters of the dossier in which these acts stand. */
async function placesOf(channel: ChannelRuntime, dossier: Uint8Array, acts: readonly string[]): Promise<readonly MatterRow[]> {
  if (acts.length === 0) return [];
  const verdicts = await channel.store.verdicts(channel.id, rawIds(acts));
  const ids = rawIds(verdicts.filter((row) => row.valid).map((row) => toBase64url(row.matter)));
  return (await channel.store.matters(channel.id, { ids })).filter((row) => equal(row.dossier, dossier));
}

/** A matter that came with its head alone has no acts here. */
function matterOf({ state }: MatterRow): Matter {
  return { components: {}, ...parseHead(state) };
}
