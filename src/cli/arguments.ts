import { parseDecimal } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { closest } from './closest.ts';
import type { Command, Option } from './command.ts';

/** What was typed after a command's name, in its form; accessors refuse with `usage`. */
export class Arguments {
  readonly words: readonly string[];
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(words: readonly string[], values: ReadonlyMap<string, readonly string[]>) {
    this.words = words;
    this.#values = values;
  }

  /** Whether a flag or option was given. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The value of an option, the last one given. */
  text(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  /** As {@link text}, refusing where it is missing or empty. */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw new ParleyError('usage', `--${name} is needed`);
    return value;
  }

  /** All values of an option that may be given more than once. */
  many(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** A whole number within bounds, such as a port. */
  whole(name: string, min: number, max: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = parseDecimal(text);
    if (value === undefined || value < min || value > max) throw new ParleyError('usage', `--${name} is a whole number from ${min} to ${max}`);
    return value;
  }

  /** The word at a place, refusing where there is none. */
  word(index: number, what: string): string {
    const word = this.words[index];
    if (word === undefined || word === '') throw new ParleyError('usage', `${what} is needed`);
    return word;
  }
}

/**
 * Reads `--name value`, `--name=value` and words; after `--` all are words, and `-` alone is a word. Refuses with `usage` what is not known,
 * with the nearest name that is.
 */
export function readArguments(
  argv: readonly string[],
  options: readonly Option[],
  [min, max]: readonly [number, number],
  how?: Pick<Command, 'usage' | 'examples'>,
): Arguments {
  const known = new Map(options.map((option) => [option.name, option]));
  const words: string[] = [];
  const values = new Map<string, readonly string[]>();
  for (let i = 0; i < argv.length; i++) {
    const item = argv[i] ?? '';
    if (item === '--') {
      words.push(...argv.slice(i + 1));
      break;
    }
    if (item === '-h') values.set('help', ['']);
    else if (!item.startsWith('-') || item === '-' || isId(item)) words.push(item);
    else {
      const [, name = '', , inline] = /^--([^=]*)(=(.*))?$/s.exec(item) ?? [];
      const option = known.get(name);
      if (option === undefined) throw new ParleyError('usage', unknownOption(item, [...known.keys()]));
      if (option.value === undefined && inline !== undefined) throw new ParleyError('usage', `--${name} takes no value`);
      // A value may begin with a dash only where it is an id or joined by "=": a forgotten value must not swallow the next option.
      const next = argv[i + 1];
      const value = option.value === undefined ? '' : (inline ?? (next === undefined || (/^-./.test(next) && !isId(next)) ? undefined : argv[++i]));
      if (value === undefined) throw new ParleyError('usage', `--${name} needs ${option.value ?? 'a value'}`);
      const before = values.get(name) ?? [];
      if (before.length > 0 && option.many !== true && option.value !== undefined) throw new ParleyError('usage', `--${name} is given once`);
      values.set(name, [...before, value]);
    }
  }
  if (!values.has('help')) {
    if (words.length < min) throw new ParleyError('usage', missingWord(how, words.length));
    if (words.length > max) throw new ParleyError('usage', `"${shown(words[max] ?? '')}" is one word too many`);
  }
  return new Arguments(words, values);
}

/** What is missing, by its name in the usage of the command, and how it is written. */
function missingWord(how: Pick<Command, 'usage' | 'examples'> | undefined, given: number): string {
  const name = how?.usage.split(' ')[given]?.replace(/\.\.\.$/, '') ?? '';
  const example = how?.examples[0]?.[0];
  const needed = /^[A-Z]+$|^[a-z]+(\|[a-z]+)+$/.test(name) ? `${name.replaceAll('|', ' or ')} is needed` : 'a word more is needed';
  return example === undefined ? needed : `${needed}, as in: ${example}`;
}

/**
 * Ids of entries, channels, foundings and actors are 43 characters of base64url, of which one in 64 begins with a dash, also where `:field,field` follows;
 * lists show the first 8 of them. No option is called so.
 */
function isId(item: string): boolean {
  return /^-[A-Za-z0-9_-]{42}(:|$)/.test(item) || /^-[A-Za-z0-9_][A-Za-z0-9_-]{6}(:|$)/.test(item);
}

function unknownOption(item: string, known: readonly string[]): string {
  const name = item.replace(/^-+/, '').replace(/=.*$/s, '');
  const near = closest(name, known);
  return `--${shown(name)} is not an option here${near === undefined ? '' : `; did you mean --${near}?`}`;
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
