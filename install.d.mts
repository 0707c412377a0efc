/** Makes `node_modules` of the package at `root` what its lockfile names; resolves with false where npm failed. */
export function ensureInstalled(root: string): Promise<boolean>;
