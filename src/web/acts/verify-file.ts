import { MAX_CHECK_SIZE } from '../../base/limits.ts';
import type { VerifyView } from '../../projection/views.ts';
import { verifyFile } from '../../verify/verify-file.ts';
import { browserCrypto } from '../browser-crypto.ts';

/** Checks bytes handed to a person, here and alone: nothing is sent and nothing is fetched. `undefined` when they are too many to check. */
export async function verifyGiven(bytes: Uint8Array): Promise<VerifyView | undefined> {
  return bytes.length > MAX_CHECK_SIZE ? undefined : verifyFile(bytes, browserCrypto);
}
