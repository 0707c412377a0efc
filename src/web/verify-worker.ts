import { type FileVerdict, verifyFile } from '../verify/verify-file.ts';
import type { Progress } from '../verify/verify-record.ts';
import { browserCrypto } from './browser-crypto.ts';

/** What a check tells on its way: how far it has come, then its verdict. */
export type CheckNews = Parameters<Progress> | { readonly verdict: FileVerdict };

/** The check itself, as a page finds it that runs this script where it may start no worker. */
export type CheckHere = (bytes: Uint8Array, onProgress: Progress) => Promise<FileVerdict>;

/** Where this script runs: as a worker, or in the page that holds it. */
type Scope = {
  readonly document?: unknown;
  parleyVerify?: CheckHere;
  onmessage: ((event: { readonly data: Uint8Array }) => void) | null;
  postMessage(news: CheckNews): void;
};

const scope = globalThis as unknown as Scope;

const check: CheckHere = async (bytes, onProgress) => {
  const { entries: _, ...verdict } = await verifyFile(browserCrypto, bytes, onProgress);
  return verdict;
};

if (scope.document !== undefined) scope.parleyVerify = check;
else {
  scope.onmessage = ({ data }) => {
    void check(data, (...progress) => scope.postMessage(progress)).then((verdict) => scope.postMessage({ verdict }));
  };
}
