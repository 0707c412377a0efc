/** What a hostile counterparty writes into its own log, past its own door. */
import assert from 'node:assert/strict';
import { heldId } from '../src/entry/entry.ts';
import { originIn } from '../src/sync/replica.ts';
import { signCheckpoint } from '../src/tlog/log-signature.ts';
import { leafHash } from '../src/tlog/merkle.ts';
import type { Side, TwoParties } from './two-parties.ts';

/** One leaf of such a log. */
export type Leaf = { readonly bytes: Uint8Array; readonly body: Uint8Array | undefined };

/** Puts leaves into the log of `b`, or of another side, as its own keys allow it, and waits until the other has receipted and read them; gives the place of the first. */
export async function smuggle(two: TwoParties, leaves: readonly Leaf[], side = two.b): Promise<number> {
  await two.settled();
  const size = await adopt(two, leaves, side);
  await two.of(side).read();
  side.node.exchange.wake(two.channel);
  await two.settled();
  return size;
}

/** Puts leaves into the store of a side under a head of their own; the size before them. */
export async function adopt(two: Pick<TwoParties, 'of' | 'crypto'>, leaves: readonly Leaf[], side: Side): Promise<number> {
  const { replica, store } = two.of(side);
  const { sha256 } = two.crypto;
  const origin = originIn(replica, replica.us);
  const log = await store.log(origin);
  assert.ok(log !== undefined);
  const rows = leaves.map(({ bytes, body }) => ({
    id: heldId(sha256, bytes),
    leafHash: leafHash(sha256, bytes),
    bytes,
    body,
    bodyRequired: body !== undefined,
  }));
  await store.stage(origin, log.size, rows, false);
  const next = { origin, size: log.size + leaves.length, root: await store.rootAt(origin, log.size + leaves.length) };
  await replica.mark.setOwn(origin, next);
  assert.equal(await store.commitHead(origin, log, { ...next, note: await signCheckpoint(sha256, replica.keys.log, next) }), true);
  return log.size;
}
