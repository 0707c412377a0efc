import { MAX_CHECK_SIZE } from '../../base/limits.ts';
import { type FileVerdict, verifyFile } from '../../verify/verify-file.ts';
import { browserCrypto } from '../browser-crypto.ts';

/** How far a long check has come. */
export type VerifyProgress = { readonly done: number; readonly total: number; readonly step: 'tree' | 'entries' };

/** Checks bytes handed to a person, here and alone: nothing is sent and nothing is fetched. `undefined` when they are too many for a browser. */
export async function verifyGiven(bytes: Uint8Array, onProgress: (progress: VerifyProgress) => void): Promise<FileVerdict | undefined> {
  if (bytes.length > MAX_CHECK_SIZE) return undefined;
  return verifyFile(browserCrypto, bytes, (done, total, step) => onProgress({ done, total, step }));
}
