/** A Node on this machine. */
export type Runtime = { readonly path: string; readonly version: string };
/** Negative, zero or positive as version `a` (`26.10.0`) is older than, the same as or newer than `b`. */
export function compareVersions(a: string, b: string): number;
/** The one sentence about a Node that lacks known security fixes, or `undefined` where nothing is to be said. */
export function warningFor(version: string): string | undefined;
/** The newest of the candidates that is new enough, the first of equals. */
export function newest(candidates: readonly Runtime[]): Runtime | undefined;
/** The machine's own Node. */
export function ownNode(env?: Readonly<Record<string, string | undefined>>): Runtime;
/** The Node that came with the dependencies of the package at `root`. */
export function pinnedNode(root: string): Runtime | undefined;
