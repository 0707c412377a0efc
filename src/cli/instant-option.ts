import { ParleyError } from '../base/errors.ts';
import { readInput } from '../document/form.ts';
import type { Arguments } from './arguments.ts';
import { relativeInstant } from './scenario/values.ts';

/** An option that names a moment: `2026-06-16 11:35` in UTC, or `in 7 days`; refuses `usage`. */
export function readInstant(args: Arguments, name: string, now: number): number | undefined {
  const text = args.text(name)?.trim();
  if (text === undefined) return undefined;
  const relative = relativeInstant(text, now);
  if (relative !== undefined) return relative;
  const read = readInput({ name, shape: 'instant', frame: true, required: true }, text);
  if ('value' in read && typeof read.value === 'number') return read.value;
  throw new ParleyError('usage', `--${name} is a moment such as "2026-06-16 11:35" in UTC, or "in 7 days"`);
}
