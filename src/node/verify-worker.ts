/** A thread that checks signatures: takes `{id, packed}`, answers `{id, verdicts}`. */
import { parentPort } from 'node:worker_threads';
import { checkPacked } from './signature-check.ts';

parentPort?.on('message', ({ id, packed }: { id: number; packed: ArrayBuffer }) => {
  const verdicts = checkPacked(packed);
  parentPort?.postMessage({ id, verdicts }, [verdicts.buffer as ArrayBuffer]);
});
