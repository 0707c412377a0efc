import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensureInstalled } from '../install.mjs';

/** What a peer's runner prints, seconds. `verify` only where a peer checks everything apart from replicating it. */
export type PeerResult = {
  readonly name: string;
  readonly records: number;
  readonly append: number;
  readonly replicate: number;
  readonly verify?: number;
};

const RUNNERS = { hypercore: 'hypercore.mjs', 'ssb-db2': 'ssb.mjs', git: 'git.mjs' } as const;

/** Runs every peer with the same records on the same disk, one after another; the first time installs them. A peer that does not run is left out, aloud. */
export async function runPeers(records: number, folder: string): Promise<readonly PeerResult[]> {
  const home = fileURLToPath(new URL('./peers/', import.meta.url));
  if (!(await ensureInstalled(home))) return [];
  const results: PeerResult[] = [];
  for (const [name, file] of Object.entries(RUNNERS)) {
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [`${home}${file}`, String(records)], {
        env: { ...process.env, TMPDIR: folder },
        timeout: 600_000,
      });
      results.push(JSON.parse(stdout) as PeerResult);
    } catch (error) {
      process.stderr.write(`bench: ${name} did not run: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}\n`);
    }
  }
  return results;
}
