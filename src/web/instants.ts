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

/** `2026-11-24`, the UTC day of an instant. */
export function utcDay(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

/** A span as `02:14` hours and minutes up to two days, else `3 d 4 h`; rounded down, never negative. */
export function writeSpan(seconds: number): string {
  const minutes = Math.max(0, Math.floor(seconds / 60));
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${String(hours).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function formatOf(style: Style, language: string, zone: string): Intl.DateTimeFormat | undefined {
  try {
    // English is written the way duty officers do: 14 Jun, not Jun 14.
    return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { ...OPTIONS[style], timeZone: zone });
  } catch {
    return undefined;
  }
}
