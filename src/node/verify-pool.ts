import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { SignatureCheck, VerifySignatures } from '../base/ports.ts';
import { checkSignature, packChecks } from './signature-check.ts';

/** Up to this many checks (about 4 ms of work) the way to a thread and back costs more than it saves. */
const MAX_INLINE_CHECKS = 31;
/** Checks of one slice: small enough that threads finish together, large enough that messages cost nothing. */
const SLICE_CHECKS = 128;
const MAX_THREADS = 4;
/** A thread holds what it was just sent: its own heap never needs more, and left alone it would take 20 MB. */
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 } as const;

type Thread = { readonly worker: Worker; readonly waiting: Map<number, (verdicts: Uint8Array | undefined) => void> };

/** Signature checks, inline for small sets and on threads for large ones. */
export type VerifyPool = {
  readonly verify: VerifySignatures;
  /** Ends the threads; checks under way are finished inline, and a later call starts threads again. */
  close(): Promise<void>;
};

/**
 * A {@link VerifyPool}; its threads start with the first large set and keep no process alive while idle.
 * By default a core is left to the thread that asks: a node goes on reading and answering meanwhile.
 */
export function verifyPool(threads: number = Math.min(Math.max(1, availableParallelism() - 1), MAX_THREADS)): VerifyPool {
  const pool: Thread[] = [];
  let next = 0;

  const inThread = async (slice: readonly SignatureCheck[]): Promise<readonly boolean[]> => {
    const thread = leastBusy(pool, threads);
    const id = next++;
    const packed = packChecks(slice);
    const { promise, resolve } = Promise.withResolvers<Uint8Array | undefined>();
    thread.worker.ref();
    thread.waiting.set(id, resolve);
    thread.worker.postMessage({ id, packed }, [packed]);
    const verdicts = await promise;
    // No verdict: the thread ended (memory, close). The checks are still there, so the answer is only slower.
    return verdicts === undefined ? slice.map(checkSignature) : Array.from(verdicts, (verdict) => verdict === 1);
  };

  return {
    async verify(checks) {
      if (checks.length <= MAX_INLINE_CHECKS) return checks.map(checkSignature);
      const size = Math.min(SLICE_CHECKS, Math.ceil(checks.length / threads));
      const slices: Promise<readonly boolean[]>[] = [];
      for (let at = 0; at < checks.length; at += size) slices.push(inThread(checks.slice(at, at + size)));
      return (await Promise.all(slices)).flat();
    },
    async close() {
      await Promise.all(pool.splice(0).map((thread) => thread.worker.terminate()));
    },
  };
}

function leastBusy(pool: Thread[], threads: number): Thread {
  const idle = pool.find((thread) => thread.waiting.size === 0);
  if (idle !== undefined) return idle;
  if (pool.length < threads) return start(pool);
  return pool.reduce((best, thread) => (thread.waiting.size < best.waiting.size ? thread : best));
}

function start(pool: Thread[]): Thread {
  // Packaged code is JavaScript; a checkout runs TypeScript directly.
  const worker = new Worker(new URL(import.meta.url.endsWith('.ts') ? './verify-worker.ts' : './verify-worker.js', import.meta.url), {
    resourceLimits: THREAD_LIMITS,
  });
  const thread: Thread = { worker, waiting: new Map() };
  const end = () => {
    const at = pool.indexOf(thread);
    if (at >= 0) pool.splice(at, 1);
    for (const resolve of thread.waiting.values()) resolve(undefined);
    thread.waiting.clear();
  };
  worker.on('message', ({ id, verdicts }: { id: number; verdicts: Uint8Array }) => {
    thread.waiting.get(id)?.(verdicts);
    thread.waiting.delete(id);
    if (thread.waiting.size === 0) worker.unref();
  });
  worker.on('error', end);
  worker.on('exit', end);
  worker.unref();
  pool.push(thread);
  return thread;
}
