/** A receipt over one log: by which party, over which head (root in base64url). */
export type Receipted = { readonly party: number; readonly size: number; readonly root: string };

/** One history of a log: its roots, as far as held, and the largest size of it that a host quorum saw. */
export type Branch = { readonly size: number; readonly witnessed: number; readonly rootAt: (size: number) => string | undefined };

/**
 * The standing head of a log (spec/generations.md): the largest prefix that every other party receipted, and the history it is a prefix of.
 *
 * A receipt covers every prefix of its head. Hosts never make anything stand; they decide only between two histories that both stand beyond what they
 * share (all others then lied or were restored): the witnessed one, else what both share. Given more receipts it never becomes smaller, unless
 * they are of that kind.
 */
export function standingHead(
  others: readonly number[],
  receipts: readonly Receipted[],
  branches: readonly Branch[],
): { branch: number; size: number } {
  const sizes = branches.map((branch) => standingOn(others, receipts, branch));
  let best = 0;
  for (const [i, size] of sizes.entries()) {
    if (i === 0) continue;
    const [a, b] = [branches[best], branches[i]];
    if (a === undefined || b === undefined) continue;
    const kept = sizes[best] ?? 0;
    const shared = commonPrefix(a, b);
    if (kept > shared && size > shared) {
      const [seenA, seenB] = [a.witnessed > shared, b.witnessed > shared];
      if (seenA === seenB) return { branch: best, size: shared };
      if (seenB) best = i;
    } else if (size > kept) best = i;
  }
  return { branch: best, size: sizes[best] ?? 0 };
}

/** The largest size of one history that every other party receipted; 0 where one of them receipted nothing of it. */
export function standingOn(others: readonly number[], receipts: readonly Receipted[], branch: Branch): number {
  const largest = new Map<number, number>();
  for (const { party, size, root } of receipts) {
    if (size <= (largest.get(party) ?? 0) || size > branch.size) continue;
    if (branch.rootAt(size) === root) largest.set(party, size);
  }
  return Math.min(...others.map((party) => largest.get(party) ?? 0));
}

/** The largest size at which two histories have one root: prefixes of equal roots are equal, so the sizes are searched by halves. */
export function commonPrefix(a: Branch, b: Branch): number {
  let [low, high] = [0, Math.min(a.size, b.size)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const root = a.rootAt(middle);
    if (root !== undefined && root === b.rootAt(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
