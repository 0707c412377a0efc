/** The known word that was probably meant, or `undefined`: one that begins so, or that two changed letters make. */
export function closest(typed: string, known: readonly string[]): string | undefined {
  const word = typed.toLowerCase();
  if (word.length >= 2) {
    const beginning = known.filter((name) => name.startsWith(word));
    if (beginning.length === 1) return beginning[0];
  }
  const allowed = word.length <= 3 ? 1 : 2;
  const near = known.map((name) => ({ name, steps: stepsBetween(word, name) })).filter(({ steps }) => steps <= allowed);
  return near.sort((a, b) => a.steps - b.steps)[0]?.name;
}

/** Letters to add, leave out, change or swap with their neighbour (optimal string alignment). */
function stepsBetween(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return Number.POSITIVE_INFINITY;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let steps = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) steps = Math.min(steps, at(i - 2, j - 2) + 1);
      row.push(steps);
    }
  }
  return at(a.length, b.length);
}
