import type { Json } from '../base/json.ts';
import type { Phrase } from '../base/phrases.ts';
import type { Fields } from './kind.ts';

/** Characters of a long text that a list shows. */
const MAX_SHOWN = 120;

/**
 * A summary that names `field` where it is held: `{id: 'summary.message', values: {title: 'Pipeline'}}`,
 * else `{id: 'summary.message.bare'}`. `more` are frame values, which are always there.
 */
export function titled(id: string, fields: Fields, field: string, more: readonly string[] = []): Phrase {
  const values: Record<string, string | number> = {};
  for (const name of more) values[name] = wordOf(fields[name]);
  const title = fields[field];
  return typeof title === 'string' ? { id: `summary.${id}`, values: { ...values, title: shortened(title) } } : { id: `summary.${id}.bare`, values };
}

/** A frame value as a word for an ICU select, whose keys have no hyphens: `accepts_in_part`; anything else is `other`. */
export function wordOf(value: Json | undefined): string {
  return typeof value === 'string' ? value.replaceAll('-', '_') : value === true ? 'yes' : 'other';
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= MAX_SHOWN
    ? line
    : `${characters
        .slice(0, MAX_SHOWN - 1)
        .join('')
        .trimEnd()}…`;
}
