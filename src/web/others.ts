import type { ChannelView } from '../projection/views.ts';

/** A party with its place in the charter. */
export type NumberedParty = ChannelView['parties'][number] & { readonly party: number };

/** The parties of a channel but ours, in the charter's order. */
export function othersOf(channel: ChannelView): readonly NumberedParty[] {
  return channel.parties.map((one, party) => ({ ...one, party })).filter((one) => one.party !== channel.us);
}

/** Their names in one line. */
export function otherNames(channel: ChannelView): string {
  return othersOf(channel)
    .map((one) => one.name)
    .join(', ');
}
