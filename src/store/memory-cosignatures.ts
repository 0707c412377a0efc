import { compare, equal } from '../base/bytes.ts';
import type { Sha256 } from '../base/ports.ts';
import { emptyRoot } from '../tlog/merkle.ts';
import type { MemoryLog } from './memory.ts';
import { mayFollow } from './refusals.ts';
import type { CosignatureRow, Store } from './store.ts';

type Cosigned = { origin: string; size: number; root: Uint8Array; time: number };

/** The part of the memory store that keeps cosignatures: others' and the heads this node cosigned. */
export function memoryCosignatures(
  sha256: Sha256,
  logs: ReadonlyMap<string, MemoryLog>,
): Pick<Store, 'putCosignatures' | 'cosignatures' | 'largestCosignatures' | 'firstCosignatureOver' | 'advanceCosigned' | 'cosigned' | 'allCosigned'> {
  const rows = new Map<string, CosignatureRow[]>();
  const cosigned = new Map<string, Cosigned>();
  return {
    async putCosignatures(given) {
      for (const row of given) {
        const held = rows.get(row.origin) ?? [];
        rows.set(row.origin, held);
        if (!held.some((other) => isSame(other, row))) held.push(copyOf(row));
      }
    },
    async cosignatures(origin, minSize = 0, maxSize = Number.MAX_SAFE_INTEGER) {
      const held = (rows.get(origin) ?? []).filter((row) => row.size >= minSize && row.size <= maxSize);
      return held.sort(largestFirst).map(copyOf);
    },
    async largestCosignatures(channel) {
      const largest = new Map<string, CosignatureRow>();
      for (const [origin, held] of rows) {
        if (channel !== undefined && logs.get(origin)?.fixed.channel !== channel) continue;
        for (const row of held) {
          const key = `${origin}\n${row.cosigner}`;
          const best = largest.get(key);
          if (best === undefined || largestFirst(row, best) < 0) largest.set(key, row);
        }
      }
      const sorted = [...largest.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
      return sorted.map(([, row]) => copyOf(row));
    },
    async firstCosignatureOver(origin, index, cosigner) {
      const over = (rows.get(origin) ?? []).filter((row) => row.cosigner === cosigner && row.size > index);
      const [first] = over.sort((a, b) => a.time - b.time || b.size - a.size);
      return first && copyOf(first);
    },
    async advanceCosigned(origin, oldSize, next, now) {
      const last = cosigned.get(origin) ?? { origin, size: 0, root: emptyRoot(sha256), time: 0 };
      if (!mayFollow(last, oldSize, next)) return { last: copyHead(last) };
      const time = Math.max(now, last.time);
      cosigned.set(origin, { origin, size: next.size, root: next.root.slice(), time });
      return { time };
    },
    async cosigned(origin) {
      const last = cosigned.get(origin);
      return last && copyHead(last);
    },
    async allCosigned() {
      const all = [...cosigned.values()].map((head) => ({ ...head, root: head.root.slice() }));
      return all.sort((a, b) => (a.origin < b.origin ? -1 : 1));
    },
  };
}

function copyHead({ size, root, time }: Cosigned): { size: number; root: Uint8Array; time: number } {
  return { size, root: root.slice(), time };
}

function copyOf(row: CosignatureRow): CosignatureRow {
  return { ...row, root: row.root.slice(), lines: row.lines.slice() };
}

function isSame(a: CosignatureRow, b: CosignatureRow): boolean {
  return a.size === b.size && a.time === b.time && a.cosigner === b.cosigner && equal(a.root, b.root);
}

function largestFirst(a: CosignatureRow, b: CosignatureRow): number {
  return b.size - a.size || b.time - a.time || (a.cosigner === b.cosigner ? compare(a.root, b.root) : a.cosigner < b.cosigner ? -1 : 1);
}
