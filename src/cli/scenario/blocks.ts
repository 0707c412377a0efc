import type { ScenarioFault } from './scenario.ts';

/** An indented line, without its indentation. */
export type Inner = { readonly line: number; readonly indent: number; readonly text: string };

/** A line at the margin with the lines indented below it; `line` counts from 1. */
export type Block = { readonly line: number; readonly text: string; readonly inner: readonly Inner[] };

/** Lines of one scenario: far more than a telling has, few enough to read at once. */
const MAX_LINES = 10_000;

/**
 * Cuts a text into blocks. Empty lines separate nothing at the margin; below it they stay, as `text` empty, since they part paragraphs.
 * Lines whose first character is `#` are remarks. Tabs do not indent: what looks deeper must be deeper.
 */
export function cutBlocks(text: string): { readonly blocks: readonly Block[]; readonly faults: readonly ScenarioFault[] } {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const faults: ScenarioFault[] = [];
  if (lines.length > MAX_LINES) return { blocks: [], faults: [{ line: MAX_LINES, sentence: `expected at most ${MAX_LINES} lines` }] };
  const blocks: { line: number; text: string; inner: Inner[] }[] = [];
  for (const [i, raw] of lines.entries()) {
    const line = i + 1;
    const written = raw.trimEnd();
    const indent = written.length - written.trimStart().length;
    const current = blocks.at(-1);
    if (written.trimStart().startsWith('#')) continue;
    if (written === '') current?.inner.push({ line, indent: 0, text: '' });
    else if (written.slice(0, indent).includes('\t')) faults.push({ line, sentence: 'expected spaces before the words, not a tab' });
    else if (indent === 0) blocks.push({ line, text: written, inner: [] });
    else if (current === undefined) faults.push({ line, sentence: 'expected a line at the margin first; this one is indented below nothing' });
    else current.inner.push({ line, indent, text: written.trimStart() });
  }
  return { blocks: blocks.map((block) => ({ ...block, inner: withoutTrailing(block.inner) })), faults };
}

/** `Party: United States` as key and value, where the key is one of those given; the key's first letter is a capital. */
export function headingOf(text: string, keys: readonly string[]): { readonly key: string; readonly value: string } | undefined {
  const colon = text.indexOf(':');
  const key = text.slice(0, Math.max(colon, 0));
  return keys.includes(key) ? { key, value: text.slice(colon + 1).trim() } : undefined;
}

function withoutTrailing(inner: readonly Inner[]): readonly Inner[] {
  let end = inner.length;
  while (end > 0 && inner[end - 1]?.text === '') end--;
  return inner.slice(0, end);
}
