import { equal } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';

/** What every driver refuses, in the same words. */

/** The refusal of a head whose root is not that of the entries held. */
export function rootDiffers(): ParleyError {
  return new ParleyError('store_damaged', 'the root to commit is not the root of the entries held');
}

/** The refusal of entries that do not follow on what is held; the fact `size` says from where they must. */
export function gap(size: number): ParleyError {
  return new ParleyError('gap', `entries are held up to ${size}`, { size });
}

/** The refusal of a log that was never created here. */
export function noLog(origin: string): ParleyError {
  return new ParleyError('not_found', `no log ${origin} is held`);
}

/** Whether a head may be cosigned after `last`, when the asker believes `oldSize` was last: never smaller, never another root of one size. */
export function mayFollow(
  last: { readonly size: number; readonly root: Uint8Array },
  oldSize: number,
  next: { readonly size: number; readonly root: Uint8Array },
): boolean {
  if (last.size !== oldSize) return false;
  return next.size > last.size || (next.size === last.size && equal(next.root, last.root));
}
