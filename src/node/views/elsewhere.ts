import { kindOf } from '../../document/registry.ts';
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
    matters: mattersOfKinds(
      channel,
      kindsElsewhere(channel.rules.packs, (kind) => kindOf(kind)?.joins ?? []),
    ),
  };
  read.set(channel, entry);
  void entry.matters.catch(() => read.delete(channel));
  return entry.matters;
}

/** All matters of these kinds, in the order of their ids. */
export async function mattersOfKinds(channel: ChannelRuntime, kinds: ReadonlySet<string>): Promise<readonly Matter[]> {
  const rows = await Promise.all([...kinds].sort().map((kind) => channel.store.matters(channel.id, { kind })));
  return rows.flat().map((row) => parseMatter(row.state));
}
