import { isObject, type Json, type JsonObject } from '../base/json.ts';
import type { Fault } from './kind.ts';

/**
 * Rows as a person writes them: a line a row, cells between bars, `Cyber | cyber`. A line that is indented, by two spaces or a tab which are
 * not part of it, goes on with the last cell of the row above; a row may begin with `- `, and `\\|` is a bar in a cell. Cells left empty, or left out at the
 * end, are not there.
 */
export function splitRows(text: string): readonly (readonly string[])[] {
  const rows: string[] = [];
  for (const line of text.replaceAll('\r\n', '\n').split('\n')) {
    const last = rows.length - 1;
    if (/^[ \t]/.test(line) && last >= 0) rows[last] = `${rows[last] ?? ''}\n${line.replace(/^( {1,2}|\t)/, '')}`;
    else if (line.trim() === '' && last >= 0) rows[last] = `${rows[last] ?? ''}\n`;
    else if (line.trim() !== '') rows.push(line.replace(/^- /, ''));
  }
  return rows.map((row) => row.split(/(?<!\\)\|/).map((cell) => cell.replaceAll('\\|', '|').trim()));
}

/** The text that {@link splitRows} takes apart into these cells. */
export function joinRows(rows: readonly (readonly string[])[]): string {
  const written = (cell: string): string => cell.replaceAll('|', '\\|').replaceAll('\n', '\n  ');
  const rowOf = (cells: readonly string[]): string =>
    cells
      .map(written)
      .join(' | ')
      .replace(/( \| )+$/, '');
  // What itself begins so would lose it, and an indented line would go on with the row above.
  return rows.map((cells) => rowOf(cells).replace(/^(?=- | )/, '- ')).join('\n');
}

/** Cells of a row by name, those of an object; anything else has none. */
export function rowCells(row: Json): JsonObject {
  return isObject(row) ? row : {};
}

/** The fault of rows two of which have the same word in a cell, the case of letters aside: `{title}` in its sentence is that word. */
export function twiceFaults(field: string, rows: Json | undefined, cell: string, id: string): readonly Fault[] {
  const seen = new Set<string>();
  for (const row of Array.isArray(rows) ? rows : []) {
    const word = rowCells(row)[cell];
    if (typeof word !== 'string') continue;
    const key = word.trim().toLowerCase();
    if (seen.has(key)) return [{ field, phrase: { id, values: { title: word } } }];
    seen.add(key);
  }
  return [];
}
