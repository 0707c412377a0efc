import type { ChannelView } from '../projection/views.ts';

/** How instants are written on pages: 24 hours, day before month, always with the zone said. */

type Style = 'time' | 'day' | 'date' | 'short' | 'full';

const OPTIONS: Readonly<Record<Style, Intl.DateTimeFormatOptions>> = {
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  date: { day: 'numeric', month: 'short', year: 'numeric' },
  short: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  full: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
};

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/** An instant in words, in a zone (`UTC` unless told); `undefined` when the zone, which may come from a peer, is not known. */
export function writeInstant(seconds: number, style: Style, language: string, zone = 'UTC'): string | undefined {
  const key = `${style} ${language} ${zone}`;
  if (!formats.has(key)) formats.set(key, formatOf(style, language, zone));
  return formats
    .get(key)
    ?.format(seconds * 1000)
    .replace(', ', ' ');
}

/** The zone this device is set to, such as `Europe/Zurich`. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Time zones of the duty offices of both sides, as far as their duty cards name them. */
export type Zones = { readonly ours?: string | undefined; readonly theirs?: string | undefined };

/** The time zones of the duty offices, where duty cards name them: ours, and in a bilateral channel the other side's. */
export function zonesOf(channel: Pick<ChannelView, 'us' | 'parties' | 'dutyCards'>): Zones {
  const of = (isOurs: boolean) => channel.dutyCards.find((card) => (card.party === channel.us) === isOurs)?.zone;
  return { ours: of(true), theirs: channel.parties.length === 2 ? of(false) : undefined };
}

/**
 * The clocks that stand beside UTC at a deadline: ours and theirs, in the zones of the duty cards, so that every screen of a party says the same. Where no
 * card of ours names a zone that is known, this device's stands there, as what it is: here.
 */
export function clocksBeside(
  at: number,
  { ours, theirs }: Zones,
  language: string,
  device: string,
): readonly { readonly id: 'when.ours' | 'when.here' | 'when.theirs'; readonly when: string }[] {
  const our = inZone(at, ours, language);
  const clocks = [
    our === undefined ? ({ id: 'when.here', when: inZone(at, device, language) } as const) : ({ id: 'when.ours', when: our } as const),
    { id: 'when.theirs', when: inZone(at, theirs, language) } as const,
  ];
  return clocks.flatMap(({ id, when }) => (when === undefined ? [] : [{ id, when }]));
}

/** The time of day in a zone, with the day when it is another one than in UTC. */
function inZone(at: number, zone: string | undefined, language: string): string | undefined {
  if (zone === undefined) return undefined;
  const time = writeInstant(at, 'time', language, zone);
  const same = writeInstant(at, 'day', language, zone) === writeInstant(at, 'day', language);
  return same ? time : writeInstant(at, 'short', language, zone);
}

/** `2026-11-24`, the UTC day of an instant. */
export function utcDay(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

function formatOf(style: Style, language: string, zone: string): Intl.DateTimeFormat | undefined {
  try {
    // English is written the way duty officers do: 14 Jun, not Jun 14.
    return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { ...OPTIONS[style], timeZone: zone });
  } catch {
    return undefined;
  }
}
