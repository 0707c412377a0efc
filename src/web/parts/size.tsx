import { useVoice } from '../say.tsx';

/** A size in the unit people say: bytes, kB, MB, GB. */
export function Size({ bytes }: { readonly bytes: number }) {
  const { language } = useVoice();
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const format = new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[unit] ?? 'byte',
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
  });
  return <>{format.format(value)}</>;
}
