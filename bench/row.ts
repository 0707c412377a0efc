/** One line of the table: what was measured, what the machine alone would need for it, and what others need for the same. */
export type Row = {
  readonly name: string;
  readonly value: number;
  /** `us`, `s`, `1/s`, … */
  readonly unit: string;
  /** In the same unit, from the floors of the same run; `null` where there is none. */
  readonly floor: number | null;
  /** value / floor; for rates floor / value, so that 1 is always the best and 2 is twice as slow. */
  readonly ratio: number | null;
  /** The same work by others, in the same unit. */
  readonly peers: Readonly<Record<string, number>>;
};

/** A row with its ratio computed. */
export function toRow(name: string, value: number, unit: string, floor: number | null = null, peers: Readonly<Record<string, number>> = {}): Row {
  const ratio = floor === null ? null : unit.endsWith('/s') ? floor / value : value / floor;
  return { name, value: round(value), unit, floor: floor === null ? null : round(floor), ratio: ratio === null ? null : round(ratio), peers };
}

/** The rows as a table for people, columns aligned. */
export function formatTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    `${show(row.value)} ${row.unit}`,
    row.floor === null ? '' : show(row.floor),
    row.ratio === null ? '' : `${row.ratio.toFixed(1)} x`,
    Object.entries(row.peers)
      .map(([name, value]) => `${name} ${show(value)}`)
      .join(', '),
  ]);
  const table = [['what', 'measured', 'floor', 'ratio', 'others'], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((line) => (line[column] ?? '').length)));
  return `${table
    .map((line) =>
      line
        .map((cell, column) => (column === 0 || column === 4 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}

function show(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
