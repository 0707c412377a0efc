import { isObject, type Json } from '../base/json.ts';
import type { Phrase } from '../base/phrases.ts';
import type { Fault } from './kind.ts';

/** One bracket of an article: whose it is, where it says so, and what it holds, brackets inside it included. */
export type Bracket = { readonly whose?: string; readonly text: string; readonly depth: number };

/** Brackets of one article that are counted: nobody negotiates over more, and nobody who sends them may make us show more. */
export const MAX_BRACKETS = 1000;
/** Brackets inside one another. */
const MAX_DEPTH = 8;
const WHOSE = /^([\p{Lu}][\p{L}\p{N} .-]{0,30}):/u;

/**
 * The brackets of a text, outermost first in the order of their opening: `[RU: shall] [US: should]`; or what is wrong with them. Takes linear time and
 * never throws: `depth` (too deep), `count` (more than {@link MAX_BRACKETS}), `pairs` (one that is not closed or not opened).
 */
export function bracketsOf(text: string): { readonly brackets: readonly Bracket[] } | { readonly wrong: 'depth' | 'count' | 'pairs' } {
  const open: { at: number; index: number }[] = [];
  const found: Bracket[] = [];
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (c === '[') {
      if (open.length === MAX_DEPTH) return { wrong: 'depth' };
      if (found.length === MAX_BRACKETS) return { wrong: 'count' };
      open.push({ at, index: found.length });
      found.push({ text: '', depth: open.length });
    } else if (c === ']') {
      const begun = open.pop();
      if (begun === undefined) return { wrong: 'pairs' };
      const inner = text.slice(begun.at + 1, at);
      const whose = WHOSE.exec(inner)?.[1];
      found[begun.index] = {
        ...(whose === undefined ? {} : { whose }),
        text: inner.slice(whose === undefined ? 0 : whose.length + 1).trim(),
        depth: open.length + 1,
      };
    }
  }
  return open.length > 0 ? { wrong: 'pairs' } : { brackets: found };
}

/** What is wrong with the brackets of the articles of a text, an article each. */
export function bracketFaults(articles: Json | undefined): readonly Fault[] {
  if (!Array.isArray(articles)) return [];
  return articles.flatMap((article: Json): readonly Fault[] => {
    const phrase = isObject(article) ? bracketFault(article.text, article.number) : undefined;
    return phrase === undefined ? [] : [{ field: 'articles', phrase }];
  });
}

/** What is wrong with the brackets of one article, or `undefined`: so too of what is no text. */
export function bracketFault(text: Json | undefined, article: Json | undefined): Phrase | undefined {
  const read = typeof text === 'string' ? bracketsOf(text) : undefined;
  if (read === undefined || 'brackets' in read) return undefined;
  const values = { article: typeof article === 'string' ? article : '', max: read.wrong === 'depth' ? MAX_DEPTH : MAX_BRACKETS };
  return { id: `fault.brackets_${read.wrong}`, values };
}
