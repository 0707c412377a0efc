import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { SignatureCheck } from '../../src/base/ports.ts';
import { ed25519Signer, nodeRandom } from '../../src/node/crypto.ts';
import { verifyPool } from '../../src/node/verify-pool.ts';
import { CORES } from '../floors.ts';
import { median } from './parts.ts';
import type { Workload } from './workload.ts';

const ROUNDS = 7;
const COUNT = 6000;

/**
 * Author signatures checked by the pool that `parley check` uses, a thread a core; per signature, the median of seven rounds. Floor: as many raw
 * verifications in as many threads, each round right before the pool's, nothing handed over.
 */
export const verifyAuthors: Workload = {
  name: 'verify-authors',
  unit: 'us',
  asked: 1.25,
  floor: () => null,
  peer: undefined,
  async run() {
    const signer = ed25519Signer(nodeRandom(32));
    const checks: SignatureCheck[] = [];
    for (let i = 0; i < COUNT; i++) {
      const message = nodeRandom(700);
      checks.push({ algorithm: 'ed25519', key: signer.publicKey, message, signature: await signer.sign(message) });
    }
    const pool = verifyPool(CORES);
    const threads = Array.from({ length: CORES }, () => new Worker(new URL('./raw-verify.ts', import.meta.url)));
    try {
      await Promise.all(threads.map((thread) => once(thread, 'message')));
      await pool.verify(checks);
      const [raw, pooled]: [number[], number[]] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        raw.push(await perCheck(() => Promise.all(threads.map((thread) => answerTo(thread, COUNT / CORES)))));
        pooled.push(await perCheck(() => pool.verify(checks)));
      }
      return { value: median(pooled), floor: median(raw) };
    } finally {
      await pool.close();
      await Promise.all(threads.map((thread) => thread.terminate()));
    }
  },
};

async function perCheck(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return ((performance.now() - started) * 1000) / COUNT;
}

async function answerTo(thread: Worker, count: number): Promise<void> {
  const answer = once(thread, 'message');
  thread.postMessage(count);
  await answer;
}
