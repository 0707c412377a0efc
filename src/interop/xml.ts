import { MAX_CHECK_DEPTH } from '../base/limits.ts';
import { plain } from './report.ts';

/** The root element of an XML text: local name, namespace, attributes; `fault` says why the rest is not well formed. */
export type LookedAtXml = {
  readonly root: string;
  readonly namespace: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly elements: number;
  readonly fault?: string;
};

const NAME = String.raw`[\p{L}_:][\p{L}\p{N}\p{M}_:.\-]*`;
const OPEN = new RegExp(`<(${NAME})`, 'uy');
const ATTRIBUTE = new RegExp(String.raw`[ \t\r\n]+(${NAME})[ \t\r\n]*=[ \t\r\n]*(?:"([^"<]*)"|'([^'<]*)')`, 'uy');
const OPEN_END = /[ \t\r\n]*(\/?)>/y;
const CLOSE = new RegExp(String.raw`</(${NAME})[ \t\r\n]*>`, 'uy');
const REFERENCE = /&(?!(?:lt|gt|amp|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)/;

/**
 * Looks at XML (1.0) without reading it: finds the root element, and checks that tags nest and references are the predefined ones.
 *
 * No document type is accepted and no entity is ever expanded, so that a small file cannot become a large one. Linear time, bounded depth.
 * A text that has no root element is `undefined`.
 */
export function lookAtXml(text: string): LookedAtXml | undefined {
  const look = new Look(text.startsWith('\ufeff') ? text.slice(1) : text);
  const fault = look.run();
  if (look.root === undefined) return undefined;
  const { name, attributes } = look.root;
  const [prefix, local] = name.includes(':') ? [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)] : ['', name];
  const namespace = attributes.get(prefix === '' ? 'xmlns' : `xmlns:${prefix}`) ?? '';
  return { root: local, namespace, attributes, elements: look.elements, ...(fault === undefined ? {} : { fault }) };
}

class Look {
  root: { readonly name: string; readonly attributes: ReadonlyMap<string, string> } | undefined;
  elements = 0;
  readonly #text: string;
  readonly #open: string[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** What is not well formed, or `undefined`. */
  run(): string | undefined {
    while (this.#at < this.#text.length) {
      const next = this.#text.indexOf('<', this.#at);
      const fault = this.#prose(this.#text.slice(this.#at, next === -1 ? undefined : next)) ?? (next === -1 ? undefined : this.#markup(next));
      if (fault !== undefined) return fault;
      if (next === -1) break;
    }
    const inner = this.#open.at(-1);
    return inner === undefined ? undefined : `ends inside <${plain(inner)}>: it may be cut off`;
  }

  #prose(text: string): string | undefined {
    if (this.#open.length === 0 && /[^ \t\r\n]/.test(text)) return 'expected nothing but the root element';
    return REFERENCE.test(text) ? 'expected no reference beside &lt; &gt; &amp; &quot; &apos; and character numbers' : undefined;
  }

  #markup(from: number): string | undefined {
    this.#at = from;
    if (this.#passes('<?', '?>') || this.#passes('<!--', '-->')) return undefined;
    if (this.#open.length > 0 && this.#passes('<![CDATA[', ']]>')) return undefined;
    if (this.#text.startsWith('<!DOCTYPE', from)) return 'expected no document type: its entities could make a small file large, so it is not read';
    const close = this.#match(CLOSE);
    if (close !== undefined) return this.#open.pop() === close[1] ? undefined : `expected another end tag than </${plain(close[1] ?? '')}>`;
    const open = this.#match(OPEN);
    return open === undefined ? 'expected a tag' : this.#element(open[1] ?? '');
  }

  #element(name: string): string | undefined {
    if (this.#open.length === 0 && this.root !== undefined) return 'expected one root element';
    if (this.#open.length >= MAX_CHECK_DEPTH) return `expected at most ${MAX_CHECK_DEPTH} levels`;
    const attributes = new Map<string, string>();
    this.root ??= { name, attributes };
    this.elements++;
    for (let found = this.#match(ATTRIBUTE); found !== undefined; found = this.#match(ATTRIBUTE)) {
      const [, key = '', double, single] = found;
      const value = double ?? single ?? '';
      if (attributes.has(key)) return `expected attribute ${plain(key)} once`;
      if (REFERENCE.test(value)) return 'expected no reference beside &lt; &gt; &amp; &quot; &apos; and character numbers';
      attributes.set(key, value);
    }
    const end = this.#match(OPEN_END);
    if (end === undefined) return `expected the end of the tag <${plain(name)}>`;
    if (end[1] === '') this.#open.push(name);
    return undefined;
  }

  /** Passes what begins with `start`, up to `end` or the end of the text. */
  #passes(start: string, end: string): boolean {
    if (!this.#text.startsWith(start, this.#at)) return false;
    const to = this.#text.indexOf(end, this.#at + start.length);
    this.#at = to === -1 ? this.#text.length : to + end.length;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text) ?? undefined;
    if (found !== undefined) this.#at = pattern.lastIndex;
    return found;
  }
}
