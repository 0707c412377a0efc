import { isAboutEntry } from './about-entries.ts';

/**
 * Whether a two-person rule over these kinds asks for a clearance of a document of one (`*`: of all). `about`: of what kind the document is that a
 * correction, withdrawal, erasure or loss is about; who may not say something alone may not say it anew, or take it back, alone either.
 */
export function needsClearance(kinds: readonly string[], kind: string, about?: string): boolean {
  return kinds.includes('*') || kinds.includes(kind) || (about !== undefined && isAboutEntry(kind) && kinds.includes(about));
}
