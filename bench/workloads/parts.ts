/** What one document costs at the least, in microseconds of one core; each workload says how often it counts these. */
import type { Floors } from '../floors.ts';

/** Hashes over one document: its body's eight leaves and seven nodes, its id, its leaf and one node of the tree; with all cores at work. */
export function hashing({ busy }: Floors): number {
  return 16 * busy.sha256Node + 2 * busy.sha256;
}

/** A head signed with both keys. */
export function hybridSign(floors: Floors): number {
  return floors.ed25519Sign + floors.mlDsa44Sign;
}

/** A head or a receipt checked under both keys. */
export function hybridVerify(floors: Floors): number {
  return floors.ed25519Verify + floors.mlDsa44Verify;
}

/** What makes one batch stand in an own log: entries durable, mark durable, head signed, head durable. */
export function checkpointing(floors: Floors): number {
  return 2 * floors.commit + floors.mark + hybridSign(floors);
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
