import { isObject, type Json } from '../base/json.ts';
import type { Say } from '../base/phrases.ts';
import { cellLabelOf } from './form.ts';
import type { Cell } from './kind.ts';

/**
 * Rows as whoever checks them reads them: a row begins with its number, a cell with its label, and a further line of a cell with a bar, so that no text in
 * one cell can pass for another cell or row, and rows that differ read differently.
 *
 * `1. Speaker: United States\n   Text: We agree.\n   | And so do they.`; `sayCell` says the value of one cell. What is no row or no cell stands as its JSON.
 */
export function sayRows(
  say: Say,
  field: { readonly name: string; readonly of: readonly Cell[] },
  rows: readonly Json[],
  sayCell: (cell: Cell, value: Json) => string,
): string {
  return rows
    .map((row, at) => {
      if (!isObject(row)) return `${at + 1}. ${JSON.stringify(row)}`;
      const known = field.of.flatMap((cell) => {
        const value = row[cell.name];
        if (value === undefined) return [];
        return [`${say(cellLabelOf(field.name, cell.name))}: ${sayCell(cell, value).replaceAll('\n', '\n   | ')}`];
      });
      const others = Object.entries(row).filter(([name]) => !field.of.some((cell) => cell.name === name));
      return `${at + 1}. ${[...known, ...others.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)].join('\n   ')}`;
    })
    .join('\n');
}
