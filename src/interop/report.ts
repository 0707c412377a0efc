import { MAX_CHECK_FINDINGS } from '../base/limits.ts';

/** What was found in one file: bounded sentences, each safe to print (no control or direction characters of the sender's). */
export type Found = { readonly errors: readonly string[]; readonly warnings: readonly string[] };

/** A step into a value: a property's name or a position in a list. */
type Step = string | number;

/**
 * Collects what is wrong with one file, and knows where the reader stands.
 *
 * `subject` is the object looked at (`objects[3] (indicator--…)`), `section` what is cited when a rule cites nothing itself.
 * Lists stop at {@link MAX_CHECK_FINDINGS}; beyond it only a number grows, so that a hostile file costs no memory.
 */
export class Report {
  subject = '';
  /** The type of the object looked at. */
  kind = '';
  section = '';
  readonly #path: Step[] = [];
  readonly #errors: string[] = [];
  readonly #warnings = new Map<string, number>();
  #moreErrors = 0;
  #moreWarnings = 0;

  /** Whether nothing wrong was found so far. */
  get clean(): boolean {
    return this.#errors.length === 0;
  }

  /** How many errors so far, listed or not. */
  get errorCount(): number {
    return this.#errors.length + this.#moreErrors;
  }

  /** Runs `rule` on the value one step further in. */
  inside<T>(step: Step, rule: (value: T, at: Report) => void, value: T): void {
    this.#path.push(step);
    rule(value, this);
    this.#path.pop();
  }

  /** An error at this place: `sentence` says what was expected. */
  error(sentence: string, section = this.section): void {
    if (this.#errors.length < MAX_CHECK_FINDINGS) this.#errors.push(this.#say(sentence, section));
    else this.#moreErrors++;
  }

  /** An error that shows the value found instead. */
  expected(what: string, found: unknown, section = this.section): void {
    if (this.#errors.length < MAX_CHECK_FINDINGS) this.error(`expected ${what}, found ${show(found)}`, section);
    else this.#moreErrors++;
  }

  /** A warning at this place. */
  warn(sentence: string, section = this.section): void {
    if (this.#warnings.size < MAX_CHECK_FINDINGS) this.#warnings.set(this.#say(sentence, section), 1);
    else this.#moreWarnings++;
  }

  /** A warning that says no place: the same sentence again is counted instead of listed. */
  note(sentence: string): void {
    const before = this.#warnings.get(sentence);
    if (before !== undefined) this.#warnings.set(sentence, before + 1);
    else if (this.#warnings.size < MAX_CHECK_FINDINGS) this.#warnings.set(sentence, 1);
    else this.#moreWarnings++;
  }

  /** A note that a value is not one of those a list suggests; told once for a type and property, however often it stands. */
  odd(value: string, list: string, section: string): void {
    const property = this.#path.filter((step) => typeof step === 'string').map(key);
    this.note(`${[this.kind, ...property].join('.')}: ${show(value)} is not among the values suggested by ${list} (${section})`);
  }

  /** The sentences, the last of them `and N more` when there were too many. */
  found(): Found {
    const warnings = [...this.#warnings].map(([sentence, times]) => (times > 1 ? `${sentence} (${times} times)` : sentence));
    return { errors: closed([...this.#errors], this.#moreErrors), warnings: closed(warnings, this.#moreWarnings) };
  }

  #say(sentence: string, section: string): string {
    let where = this.subject;
    let path = '';
    for (const step of this.#path) path += typeof step === 'number' ? `[${step}]` : path === '' ? key(step) : `.${key(step)}`;
    if (path !== '') where += where === '' ? path : `: ${path}`;
    const cited = section === '' ? '' : ` (${section})`;
    return where === '' ? `${sentence}${cited}` : `${where}: ${sentence}${cited}`;
  }
}

function closed(sentences: string[], more: number): string[] {
  if (more > 0) sentences.push(`and ${more} more`);
  return sentences;
}

/** A stranger's text made harmless: control, format, private and unassigned characters become `\u…`, and at most `max` characters stay. */
export function plain(text: string, max = 60): string {
  const cut = text.length > max ? `${text.slice(0, max)}…` : text;
  return cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

/** The text a JSON value is, or nothing: `String()` would call a `toString` the sender may have put there, and throw. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A stranger's value in a few words: `"2021"`, `17`, `a list of 3`, `an object`. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `"${plain(value)}"`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 ? 'an empty object' : 'an object';
  return String(value);
}

function key(name: string): string {
  return /^[A-Za-z0-9_.-]{1,80}$/.test(name) ? name : `"${plain(name)}"`;
}
