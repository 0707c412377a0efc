/** `npm run bench [-- --json] [--only NAME] [--peers] [--records N]`: what Parley costs, beside what the machine costs and what others cost. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Busy, between, type Floors, measureFloors, RECORD_SIZE } from './floors.ts';
import { type PeerResult, runPeers } from './peers.ts';
import { formatTable, type Row, toRow } from './row.ts';
import { WORKLOADS } from './workloads/index.ts';
import type { Workload } from './workloads/workload.ts';

const FLOOR_NAMES: Readonly<Record<Exclude<keyof Floors, 'busy'>, string>> = {
  sha256: `sha256-${RECORD_SIZE}-bytes`,
  sha256Node: 'sha256-65-bytes',
  ed25519Sign: 'ed25519-sign',
  ed25519Verify: 'ed25519-verify',
  mlDsa44Sign: 'ml-dsa-44-sign',
  mlDsa44Verify: 'ml-dsa-44-verify',
  commit: 'durable-commit',
  insert: 'insert-in-batches',
  mark: 'mark-write',
  trip: 'http-trip',
};

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    peers: { type: 'boolean', default: false },
    records: { type: 'string', default: '100000' },
  },
});
const records = Number(values.records);
if (!Number.isSafeInteger(records) || records < 1) throw new Error('--records: expected a whole number of at least 1');

// On the disk of the checkout: a temporary folder may be memory, and then nothing is durable and everything fast.
const base = fileURLToPath(new URL('./.run/', import.meta.url));
mkdirSync(base, { recursive: true });
const folder = mkdtempSync(join(base, 'run-'));
const rows: Row[] = [];
let peerResults: readonly PeerResult[] | undefined;
try {
  await measure();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (!values.json) process.stdout.write(formatTable(rows));

/** Prints each row as soon as it stands where a program reads it; people get the table at the end. */
function add(row: Row): void {
  if (values.only !== undefined && !row.name.includes(values.only)) return;
  rows.push(row);
  process.stdout.write(values.json ? `${JSON.stringify(row)}\n` : '');
}

async function measure(): Promise<void> {
  let floors = await measureFloors(join(folder, 'floors'));
  for (const [key, name] of Object.entries(FLOOR_NAMES)) add(toRow(`floor/${name}`, floors[key as keyof typeof FLOOR_NAMES], 'us'));
  for (const [key, value] of Object.entries(floors.busy)) add(toRow(`floor/all-cores/${FLOOR_NAMES[key as keyof Busy]}`, value, 'us'));
  for (const workload of WORKLOADS) {
    if (values.only !== undefined && !workload.name.includes(values.only)) continue;
    const own = join(folder, workload.name);
    mkdirSync(own);
    const { value, floor, beside = [] } = await workload.run({ folder: own, records });
    rmSync(own, { recursive: true, force: true });
    const after = await measureFloors(join(folder, 'floors'));
    const peers = values.peers && workload.peer !== undefined ? await peersOnce() : [];
    add(toRow(workload.name, value, workload.unit, floor ?? workload.floor(between(floors, after), records), figuresOf(workload, peers)));
    for (const one of beside) add(toRow(one.name, one.value, one.unit));
    floors = after;
  }
  for (const peer of await peersOnce()) {
    for (const figure of ['append', 'replicate', 'verify'] as const) {
      const seconds = peer[figure];
      if (seconds !== undefined) add(toRow(`peer/${peer.name}/${figure}`, seconds, 's'));
    }
  }
}

/** The peers' results: run when the first workload asks, right beside it. */
async function peersOnce(): Promise<readonly PeerResult[]> {
  if (values.peers) peerResults ??= await runPeers(records, folder);
  return peerResults ?? [];
}

function figuresOf({ peer, unit }: Workload, results: readonly PeerResult[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const result of results) {
    const seconds = peer === undefined ? undefined : peer === 'exchange' ? result.append + result.replicate : result[peer];
    if (seconds !== undefined) found[result.name] = Number((unit === '1/s' ? result.records / seconds : seconds).toPrecision(4));
  }
  return found;
}
