/** What the machine itself costs: no program that does the same can be faster than the sum of these. Measured beside each workload. */
import { createPublicKey, generateKeyPairSync, hash, type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { Agent, createServer, request } from 'node:http';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { perCall } from './per-call.ts';

/** Bytes of one record in every workload, here and at the peers. */
export const RECORD_SIZE = 440;

/** Microseconds of one core, measured on all cores at once: what counts where everything runs at once. */
export type Busy = { readonly sha256: number; readonly sha256Node: number; readonly ed25519Sign: number; readonly ed25519Verify: number };

/** Microseconds for one of each, alone on the machine as far as it is ours, but for `busy`. */
export type Floors = {
  /** SHA-256 over one record. */
  readonly sha256: number;
  /** SHA-256 over the 65 bytes of a tree node; a body leaf costs about the same. */
  readonly sha256Node: number;
  readonly ed25519Sign: number;
  readonly ed25519Verify: number;
  readonly mlDsa44Sign: number;
  readonly mlDsa44Verify: number;
  /** One row in one SQLite transaction, WAL and `synchronous=FULL`. */
  readonly commit: number;
  /** One row of a transaction of 1,000. */
  readonly insert: number;
  /** 300 bytes made durable in a file that has its length already: one write, one fdatasync. */
  readonly mark: number;
  /** One POST of 1 kB and its answer over loopback, connection kept. */
  readonly trip: number;
  readonly busy: Busy;
};

/** Cores that work can be shared by; a part that may run on any of them counts as its time on one, divided by this. */
export const CORES = availableParallelism();

/** The mean of two measurements, one before and one after what they are set beside: a machine that others use does not stand still. */
export function between(a: Floors, b: Floors): Floors {
  const mean = <T extends object>(x: T, y: T): T =>
    Object.fromEntries(Object.entries(x).map(([name, value]) => [name, (value + (y as Record<string, number>)[name]) / 2])) as T;
  const { busy: busyA, ...restA } = a;
  const { busy: busyB, ...restB } = b;
  return { ...mean(restA, restB), busy: mean(busyA, busyB) };
}

/** Measures every floor; about 4 s. `folder` must lie on the disk that is meant. */
export async function measureFloors(folder: string): Promise<Floors> {
  await mkdir(folder, { recursive: true });
  const record = randomBytes(RECORD_SIZE);
  const ed25519 = await signing(generateKeyPairSync('ed25519').privateKey, record);
  const mlDsa44 = await signing(generateKeyPairSync('ml-dsa-44').privateKey, record);
  return {
    sha256: await perCall(() => hash('sha256', record, 'buffer'), 1000),
    sha256Node: await perCall(() => hash('sha256', record.subarray(0, 65), 'buffer'), 1000),
    ed25519Sign: ed25519.sign,
    ed25519Verify: ed25519.verify,
    mlDsa44Sign: mlDsa44.sign,
    mlDsa44Verify: mlDsa44.verify,
    ...(await database(join(folder, 'floor.db'), record)),
    mark: await markFloor(join(folder, 'floor.mark')),
    trip: await tripFloor(),
    busy: await busyFloors(),
  };
}

/** The mean over the cores of what a call costs while all of them work. */
async function busyFloors(): Promise<Busy> {
  const threads = Array.from({ length: CORES }, () => new Worker(new URL('./busy-thread.ts', import.meta.url), { workerData: RECORD_SIZE }));
  try {
    await Promise.all(threads.map((thread) => once(thread, 'message')));
    const answers = threads.map((thread) => once(thread, 'message'));
    for (const thread of threads) thread.postMessage('go');
    const all = (await Promise.all(answers)).map(([answer]) => answer as Busy);
    const mean = (name: keyof Busy): number => all.reduce((sum, one) => sum + one[name], 0) / all.length;
    return { sha256: mean('sha256'), sha256Node: mean('sha256Node'), ed25519Sign: mean('ed25519Sign'), ed25519Verify: mean('ed25519Verify') };
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

async function signing(key: KeyObject, message: Uint8Array): Promise<{ sign: number; verify: number }> {
  const signature = sign(null, message, key);
  const publicKey = createPublicKey(key);
  return {
    sign: await perCall(() => sign(null, message, key), 20),
    verify: await perCall(() => verify(null, message, publicKey, signature), 20),
  };
}

async function database(path: string, record: Uint8Array): Promise<{ commit: number; insert: number }> {
  rmSync(path, { force: true });
  const db = new DatabaseSync(path);
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE record (id INTEGER PRIMARY KEY, hash BLOB, bytes BLOB) STRICT');
    const insert = db.prepare('INSERT INTO record (hash, bytes) VALUES (?, ?)');
    const digest = randomBytes(32);
    const commit = await perCall(() => insert.run(digest, record));
    const thousand = await perCall(() => {
      db.exec('BEGIN');
      for (let i = 0; i < 1000; i++) insert.run(digest, record);
      db.exec('COMMIT');
    });
    return { commit, insert: thousand / 1000 };
  } finally {
    db.close();
  }
}

async function markFloor(path: string): Promise<number> {
  const bytes = randomBytes(300);
  const file = await open(path, 'w', 0o600);
  try {
    await file.write(randomBytes(4096), 0, 4096, 0);
    await file.sync();
    return await perCall(async () => {
      await file.write(bytes, 0, bytes.length, 0);
      await file.datasync();
    });
  } finally {
    await file.close();
  }
}

async function tripFloor(): Promise<number> {
  const server = createServer((incoming, response) => {
    incoming.resume().on('end', () => response.end('ok'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const body = randomBytes(1024);
  try {
    return await perCall(
      () =>
        new Promise<void>((resolve, reject) => {
          request({ host: '127.0.0.1', port, agent, method: 'POST', headers: { 'content-length': body.length } }, (response) => {
            response.resume().on('end', resolve);
          })
            .on('error', reject)
            .end(body);
        }),
    );
  } finally {
    agent.destroy();
    server.close();
  }
}
