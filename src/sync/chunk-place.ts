import { concat, utf8 } from '../base/bytes.ts';
import type { Sha256 } from '../base/ports.ts';

/**
 * Under which root the store keeps the chunks of a channel's blob: SHA-256("parley-chunk/1\0" || channel id || root), 32 bytes.
 *
 * Each channel has its own copy. Whoever learned the root of a file elsewhere (a proof tells it) could otherwise name it in a channel of theirs, and be
 * served what was never said there, or replace it.
 */
export function chunkPlace(sha256: Sha256, channel: string, root: Uint8Array): Uint8Array {
  return sha256(concat(utf8(`parley-chunk/1\0${channel}`), root));
}

/** Under which root the store keeps the chunks of a channel's blob that somebody gives (`giver` names them) until they are known to be the file; 32 bytes. */
export function comingPlace(sha256: Sha256, channel: string, root: Uint8Array, giver: string): Uint8Array {
  return sha256(concat(utf8(`parley-coming/1\0${channel}/${giver}\0`), root));
}
