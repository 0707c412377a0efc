import type { TableRow } from '../projection/views.ts';

/** What a reader wants to see of a Table; `undefined` and `false` leave everything in. */
export type TableFilter = { readonly side: 'ours' | 'theirs' | undefined; readonly kind: string | undefined; readonly unanswered: boolean };

export const NO_FILTER: TableFilter = { side: undefined, kind: undefined, unanswered: false };

/** Whether a filter leaves anything out at all. */
export function isFiltering(filter: TableFilter): boolean {
  return filter.side !== undefined || filter.kind !== undefined || filter.unanswered;
}

/** The rows a filter lets through, in their order; `us` is our party. Unanswered is what has a duty that is not met. */
export function filterRows(rows: readonly TableRow[], filter: TableFilter, us: number): readonly TableRow[] {
  return rows.filter(
    (row) =>
      (filter.side === undefined || (filter.side === 'ours') === (row.party === us)) &&
      (filter.kind === undefined || row.kind === filter.kind) &&
      (!filter.unanswered || (row.valid && row.due !== undefined && row.due.metAt === undefined && !/^(met|withdrawn)/.test(row.due.status))),
  );
}
