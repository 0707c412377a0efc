import type { UnsignedEntry } from '../../entry/entry.ts';
import { forgetDevice, readDevice, writeDevice } from '../device-store.ts';

/** The text of a draft as it is going to be signed. `said` is what the draft said then; `awaits`: a second person was asked to clear it. */
export type Prepared = UnsignedEntry & { readonly said: string; readonly awaits: boolean };

/** Keeps the prepared text of a draft on this device: it carries a fresh salt, so nobody could make the same bytes again. */
export function writePrepared(prefix: string, draftKey: string, prepared: Prepared): Promise<void> {
  return writeDevice(prefix, 'drafts', preparedKey(draftKey), prepared);
}

/** What is prepared of a draft, if anything. */
export function readPrepared(prefix: string, draftKey: string): Promise<Prepared | undefined> {
  return readDevice<Prepared>(prefix, 'drafts', preparedKey(draftKey));
}

/** Forgets it: it was sent. */
export function forgetPrepared(prefix: string, draftKey: string): Promise<void> {
  return forgetDevice(prefix, 'drafts', preparedKey(draftKey));
}

function preparedKey(draftKey: string): string {
  return `${draftKey} prepared`;
}
