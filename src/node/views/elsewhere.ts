import { KINDS, kindOf } from '../../document/registry.ts';
import { kindsElsewhere } from '../../projection/duties.ts';
import { type Matter, parseMatter } from '../../projection/matter.ts';
import { type HeldOut, usableMatters } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';

/** Matters in which a document may end a clock of another matter, and as far as they may be used here. */
export type Elsewhere = { readonly all: readonly Matter[]; readonly usable: readonly Matter[] };

const read = new WeakMap<ChannelRuntime, { version: number; matters: Promise<readonly Matter[]> }>();

/** The matters that clocks of this channel's packs look into beside their own; none where no pack has such a clock. Read once for each state of the channel. */
export async function elsewhereOf(channel: ChannelRuntime, heldOut: HeldOut): Promise<Elsewhere> {
  const all = await mattersElsewhere(channel);
  return { all, usable: all.length === 0 ? all : await usableMatters(channel, heldOut, all) };
}

/** {@link elsewhereOf} as the logs have it, whoever is acknowledged here. */
export function mattersElsewhere(channel: ChannelRuntime): Promise<readonly Matter[]> {
  const cached = read.get(channel);
  if (cached?.version === channel.version) return cached.matters;
  const entry = {
    version: channel.version,
    matters: mattersWith(channel, kindsElsewhere(channel.rules.packs)),
  };
  read.set(channel, entry);
  void entry.matters.catch(() => read.delete(channel));
  return entry.matters;
}

/** All matters in which a document of these kinds may stand: those that they open, and those that they join, through whatever joins what. */
export async function mattersWith(channel: ChannelRuntime, kinds: readonly string[]): Promise<readonly Matter[]> {
  const rows = await Promise.all([...homesOf(kinds)].sort().map((kind) => channel.store.matters(channel.id, { kind })));
  return rows.flat().map((row) => parseMatter(row.state));
}

/** Kinds of the matters in which a document of these kinds may stand. */
export function homesOf(kinds: readonly string[]): ReadonlySet<string> {
  const homes = new Set(kinds);
  // A set that grows while it is gone through is gone through to its end.
  for (const kind of homes)
    for (const other of kindOf(kind)?.joins ?? []) for (const home of other === '*' ? KINDS.map(({ id }) => id) : [other]) homes.add(home);
  return homes;
}
