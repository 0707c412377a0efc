import { fromUtf8 } from '../base/bytes.ts';
import type { Json } from '../base/json.ts';
import { MAX_CHECK_DEPTH, MAX_CHECK_KEYS, MAX_CHECK_VALUES } from '../base/limits.ts';
import { plain } from './report.ts';

/**
 * Foreign JSON as read: the value and what is irregular about its text, or why it cannot be read.
 *
 * A problem is something programs disagree on (a repeated key, a number too large, half a character): the value is there, the file is not sound.
 */
export type ReadJson = { readonly value: Json; readonly problems: readonly string[] } | { readonly fault: string };

const MAX_PROBLEMS = 20;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them inside a text
const RUN = /[^"\\\u0000-\u001f]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const SPACE = /[ \t\n\r]*/y;
const LITERALS: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };

/**
 * Reads JSON of any origin (RFC 8259), never throwing, in linear time; base/json.ts is the strict reader of the record's own JSON.
 *
 * The text is scanned before `JSON.parse` sees it: depth and number of values are bounded, keys said twice are found (the parser would keep
 * the last and say nothing), and a fault has a line and a column.
 */
export function readJson(bytes: Uint8Array): ReadJson {
  const decoded = fromUtf8(bytes);
  if (decoded === undefined) return { fault: 'expected UTF-8 text' };
  const marked = decoded.startsWith('\ufeff');
  const text = marked ? decoded.slice(1) : decoded;
  const scan = new Scan(text);
  const fault = scan.run();
  if (fault !== undefined) return { fault };
  if (marked) scan.problems.unshift('starts with a byte order mark, which JSON must not have (RFC 8259 section 8.1)');
  return { value: JSON.parse(text) as Json, problems: scan.problems };
}

/** What may come next: a value, a value or `]`, a key, a key or `}`, a comma or the closing bracket. */
type Next = 'value' | 'item' | 'key' | 'first key' | 'comma';

class Scan {
  readonly problems: string[] = [];
  readonly #text: string;
  #at = 0;
  #values = 0;
  /** One frame a bracket: the keys of an object, `undefined` for a list. */
  readonly #frames: (Set<string> | undefined)[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** The first fault of the grammar, or `undefined` when the text is JSON. */
  run(): string | undefined {
    let next: Next | undefined = 'value';
    while (next !== undefined) {
      this.#skip(SPACE);
      if (this.#at >= this.#text.length) {
        return this.#values === 0 ? 'holds no value' : `ends in the middle at ${this.#place()}: it may be cut off`;
      }
      const step = this.#step(next);
      if (step !== undefined && 'fault' in step) return `${step.fault} at ${this.#place()}`;
      next = step?.next ?? (this.#frames.length === 0 ? undefined : 'comma');
    }
    this.#skip(SPACE);
    return this.#at < this.#text.length ? `expected the end at ${this.#place()}, found more text` : undefined;
  }

  /** Reads one token; `undefined` when it ended a value. */
  #step(next: Next): { next: Next } | { fault: string } | undefined {
    const c = this.#text.charAt(this.#at);
    if (next === 'value' || (next === 'item' && c !== ']')) return this.#value(c);
    if (next === 'key' || (next === 'first key' && c !== '}')) return this.#key(c);
    const keys = this.#frames.at(-1);
    if (c === (keys === undefined ? ']' : '}')) {
      this.#frames.pop();
      this.#at++;
      return undefined;
    }
    if (c !== ',') return { fault: `expected "," or "${keys === undefined ? ']' : '}'}"` };
    this.#at++;
    return { next: keys === undefined ? 'value' : 'key' };
  }

  #value(c: string): { next: Next } | { fault: string } | undefined {
    if (++this.#values > MAX_CHECK_VALUES) return { fault: `expected at most ${MAX_CHECK_VALUES} values` };
    if (c === '{' || c === '[') {
      if (this.#frames.length >= MAX_CHECK_DEPTH) return { fault: `expected at most ${MAX_CHECK_DEPTH} levels` };
      this.#at++;
      this.#frames.push(c === '{' ? new Set() : undefined);
      return { next: c === '{' ? 'first key' : 'item' };
    }
    if (c === '"') return this.#string() === undefined ? { fault: this.#badString() } : undefined;
    const literal = LITERALS[c];
    if (literal !== undefined && this.#text.startsWith(literal, this.#at)) {
      this.#at += literal.length;
      return undefined;
    }
    return this.#number() ? undefined : { fault: 'expected a value' };
  }

  #key(c: string): { next: Next } | { fault: string } {
    if (c !== '"') return { fault: 'expected a key in double quotes' };
    const from = this.#at;
    const key = this.#string();
    if (key === undefined) return { fault: this.#badString() };
    const keys = this.#frames.at(-1);
    if (keys?.has(key)) this.#problem(`the key "${plain(key)}" stands twice in one object`, 'RFC 8259 section 4', from);
    keys?.add(key);
    if (keys !== undefined && keys.size > MAX_CHECK_KEYS) return { fault: `expected at most ${MAX_CHECK_KEYS} keys in one object` };
    this.#skip(SPACE);
    if (this.#text.charAt(this.#at) !== ':') return { fault: 'expected ":"' };
    this.#at++;
    return { next: 'value' };
  }

  /** Passes a string and gives its text; `undefined` leaves the position at what is wrong. */
  #string(): string | undefined {
    const from = this.#at;
    let escapes = false;
    let surrogate = false;
    this.#at++;
    for (;;) {
      this.#skip(RUN);
      const c = this.#text.charAt(this.#at);
      if (c === '"') break;
      if (c !== '\\') return undefined;
      escapes = true;
      const written = /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(this.#text.slice(this.#at, this.#at + 6))?.[0];
      if (written === undefined) return undefined;
      surrogate ||= /^\\u[dD][89a-fA-F]/.test(written);
      this.#at += written.length;
    }
    this.#at++;
    if (!escapes) return this.#text.slice(from + 1, this.#at - 1);
    const value = JSON.parse(this.#text.slice(from, this.#at)) as string;
    if (surrogate && !value.isWellFormed()) this.#problem('a text holds half a character (a lone surrogate)', 'RFC 8259 section 8.2', from);
    return value;
  }

  #badString(): string {
    const c = this.#text.charAt(this.#at);
    if (c === '') return 'expected the closing quote of a text that may be cut off';
    return c === '\\' ? 'expected one of the escapes of JSON' : 'expected no control character or line break inside a text';
  }

  #number(): boolean {
    const from = this.#at;
    if (this.#skip(NUMBER) === 0) return false;
    // The shortest number beyond 1.8e308, where parsers give infinity, an error, or something else, is five characters long.
    if (this.#at - from > 4 && !Number.isFinite(Number(this.#text.slice(from, this.#at)))) {
      this.#problem(`the number ${plain(this.#text.slice(from, this.#at), 30)} is larger than any 64-bit float`, 'RFC 8259 section 6', from);
    }
    return true;
  }

  /** Passes what the sticky pattern matches here and gives its length. */
  #skip(pattern: RegExp): number {
    const from = this.#at;
    pattern.lastIndex = from;
    if (pattern.test(this.#text)) this.#at = pattern.lastIndex;
    return this.#at - from;
  }

  #problem(sentence: string, source: string, at: number): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(`${this.#place(at)}: ${sentence} (${source})`);
  }

  #place(at = this.#at): string {
    let line = 1;
    let start = 0;
    for (let i = this.#text.indexOf('\n'); i !== -1 && i < at; i = this.#text.indexOf('\n', i + 1)) {
      line++;
      start = i + 1;
    }
    return `line ${line}, column ${at - start + 1}`;
  }
}
