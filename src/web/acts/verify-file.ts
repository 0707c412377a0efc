import { MAX_CHECK_SIZE } from '../../base/limits.ts';
import type { FileVerdict } from '../../verify/verify-file.ts';
import type { CheckHere, CheckNews } from '../verify-worker.ts';

/** How far a long check has come. */
export type VerifyProgress = { readonly done: number; readonly total: number; readonly step: 'tree' | 'entries' };

/** What a browser's window offers here, beside what its types say: the check where it is in the page itself, and trusted addresses of scripts. */
type Window_ = {
  readonly parleyVerify?: CheckHere;
  readonly trustedTypes?: { createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string } };
};

const here = globalThis as unknown as Window_;
/** Our own script, or the one this very page holds: nothing else is ever started. */
const trusted = here.trustedTypes?.createPolicy('parley-worker', { createScriptURL: (url) => url });

/**
 * Checks bytes handed to a person, on this device and alone: nothing is sent and nothing is fetched but our own script. It runs beside the page, so
 * that a long check can be watched and, by `signal`, ended: then, and where the bytes are too many for a browser, `undefined` comes back.
 */
export async function verifyGiven(
  bytes: Uint8Array,
  onProgress: (progress: VerifyProgress) => void = () => undefined,
  signal?: AbortSignal,
): Promise<FileVerdict | undefined> {
  if (bytes.length > MAX_CHECK_SIZE) return undefined;
  const report = (done: number, total: number, step: VerifyProgress['step']): void => onProgress({ done, total, step });
  const inPage = here.parleyVerify;
  try {
    return await checkBeside(bytes, report, signal);
  } catch (fault) {
    // A browser that starts no worker for a page from disk: the page checks by itself, and cannot be interrupted meanwhile.
    if (inPage === undefined) throw fault;
    return inPage(bytes, report);
  }
}

/** A worker that has ended its check waits here for the next: starting one costs more than checking a proof. */
let waiting: Worker | undefined;

function checkBeside(bytes: Uint8Array, report: (...progress: [number, number, 'tree' | 'entries']) => void, signal?: AbortSignal) {
  return new Promise<FileVerdict | undefined>((resolve, reject) => {
    const worker = waiting ?? startWorker();
    waiting = undefined;
    signal?.addEventListener('abort', () => {
      if (worker !== waiting) worker.terminate();
      resolve(undefined);
    });
    worker.onerror = (event) => {
      worker.terminate();
      reject(new Error(`the check could not be started: ${event.message}`));
    };
    worker.onmessage = ({ data }: MessageEvent<CheckNews>) => {
      if (!('verdict' in data)) return report(...data);
      waiting = worker;
      resolve(data.verdict);
    };
    worker.postMessage(bytes);
  });
}

function startWorker(): Worker {
  const held = document.getElementById('verify-worker')?.textContent;
  const url = held === undefined ? '/verify-worker.js' : URL.createObjectURL(new Blob([held], { type: 'text/javascript' }));
  return new Worker(trusted?.createScriptURL(url) ?? url);
}
