import { equal } from '../base/bytes.ts';
import { MAX_BATCH_ENTRIES } from '../base/limits.ts';
import { ledPath } from '../tlog/fork.ts';
import { leafHash, nodeHash, rootOfRange } from '../tlog/merkle.ts';
import { assembleProof, type ProofPlan, planConsistency, planRoot, type TreeNode, tileRangeOf } from '../tlog/merkle-plan.ts';
import type { Replica } from './replica.ts';

/**
 * The path from `held` to `size` in the tree of our first `old` leaves of a log and then `entries`, in the form `proveFork` takes; `undefined` where that
 * tree does not have `root`, or is none that could decide.
 *
 * A node that was rolled back and went on sends from before what is held here. Its leaves on top of ours are the other history, whole: if they give the
 * root it signed, the path needs nobody's goodwill.
 */
export async function pathAcross(
  replica: Replica,
  origin: string,
  spans: { readonly old: number; readonly held: number; readonly size: number },
  entries: readonly Uint8Array[],
  root: Uint8Array,
): Promise<readonly Uint8Array[] | undefined> {
  const { old, held, size } = spans;
  if (old >= held || held >= size || entries.length !== size - old || entries.length > MAX_BATCH_ENTRIES) return undefined;
  const { sha256 } = replica.crypto;
  const theirs = entries.map((bytes) => leafHash(sha256, bytes));
  const nodeAt = async (node: TreeNode): Promise<Uint8Array> => {
    const [start, end] = [node.index * 2 ** node.height, (node.index + 1) * 2 ** node.height];
    if (start >= old) return rootOfRange(sha256, theirs, start - old, end - old);
    if (end <= old) {
      const { level, from, to } = tileRangeOf(node);
      return rootOfRange(sha256, await replica.store.tileHashes(origin, level, from, to), 0, to - from);
    }
    const height = node.height - 1;
    return nodeHash(sha256, await nodeAt({ height, index: 2 * node.index }), await nodeAt({ height, index: 2 * node.index + 1 }));
  };
  const assemble = async (plan: ProofPlan): Promise<readonly Uint8Array[]> => assembleProof(sha256, plan, await Promise.all(plan.nodes.map(nodeAt)));
  const [signed] = await assemble(planRoot(size));
  if (signed === undefined || !equal(signed, root)) return undefined;
  const [atHeld] = await assemble(planRoot(held));
  return atHeld === undefined ? undefined : ledPath(held, atHeld, await assemble(planConsistency(held, size)));
}
