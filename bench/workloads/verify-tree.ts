import { hash } from 'node:crypto';
import { concat, utf8 } from '../../src/base/bytes.ts';
import { nodeSha256 } from '../../src/node/crypto.ts';
import { openParty } from '../../src/node/serve.ts';
import { originIn } from '../../src/sync/replica.ts';
import { Frontier } from '../../src/tlog/frontier.ts';
import { signCheckpoint } from '../../src/tlog/log-signature.ts';
import { leafHash } from '../../src/tlog/merkle.ts';
import { verifyTree } from '../../src/verify/verify-record.ts';
import { foundBenchChannel } from '../parley/channel.ts';
import type { Workload } from './workload.ts';

/**
 * A log of ten times as many entries, checked against its signed head as `parley check` does: every leaf hashed, the tree built, both signatures of the
 * head. The entries have their form and length (about 900 bytes); author signatures are the next row.
 *
 * Floor, measured before and after on the same bytes: one SHA-256 over each entry and one over 65 bytes for each node, in a bare loop.
 */
export const verifyTrees: Workload = {
  name: 'verify',
  unit: 's',
  asked: 2,
  floor: () => null,
  peer: undefined,
  async run({ folder, records }) {
    const { channel: id, dirs } = await foundBenchChannel(folder);
    const { node, close } = await openParty(dirs[0]);
    try {
      const { replica } = node.channel(id);
      const [entry] = await replica.store.entries(originIn(replica, replica.us), 1, 2);
      const entries = varied(entry?.bytes ?? new Uint8Array(), 10 * records);
      const frontier = new Frontier(nodeSha256);
      for (const bytes of entries) frontier.append(leafHash(nodeSha256, bytes));
      const origin = originIn(replica, replica.us);
      const note = await signCheckpoint(nodeSha256, replica.keys.log, { origin, size: entries.length, root: frontier.root() });
      const log = { party: replica.us, origin, gen: '', note, entries };
      const before = bareHashing(entries);
      const started = performance.now();
      const tree = await verifyTree(replica.crypto, replica, log, new Set());
      const value = (performance.now() - started) / 1000;
      if ('expected' in tree) throw new Error(`the tree was not verified: expected ${tree.expected}`);
      return { value, floor: (before + bareHashing(entries)) / 2 };
    } finally {
      await close();
    }
  },
};

/** Entries that differ from a real one in eight characters of its salt. */
function varied(entry: Uint8Array, count: number): Uint8Array[] {
  const at = Buffer.from(entry).indexOf('"salt":"') + '"salt":"'.length;
  const [head, tail] = [entry.subarray(0, at), entry.subarray(at + 8)];
  return Array.from({ length: count }, (_, i) => concat(head, utf8(i.toString(36).padStart(8, '0')), tail));
}

/** Seconds. */
function bareHashing(entries: readonly Uint8Array[]): number {
  const node = new Uint8Array(65);
  const started = performance.now();
  for (const bytes of entries) {
    hash('sha256', bytes, 'buffer');
    hash('sha256', node, 'buffer');
  }
  return (performance.now() - started) / 1000;
}
