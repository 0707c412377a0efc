import { join } from 'node:path';
import { ParleyError } from '../../base/errors.ts';
import { isObject } from '../../base/json.ts';
import { readBounded } from '../../node/durable-file.ts';
import { readHostFile } from '../../node/party-files.ts';
import { findRunning, isAlive } from '../transport.ts';
import type { Scenario } from './scenario.ts';
import type { Setting } from './setting.ts';

/** A node that is left behind stops within so long; longer, somebody started it by hand. */
const PATIENCE_MS = 12_000;
const BETWEEN_MS = 200;
/** An answer of a host on this machine; what else listens on its port may never give one. */
const PROBE_MS = 2000;
const MAX_SIZE = 16_384;

/**
 * Refuses `locked`, saying what runs where, while a node of the demonstration runs: at once while the process that started it lives, else once it has
 * had the time that a node takes to stop when that process is gone.
 */
export async function mustBeFree(dir: string, scenario: Scenario, setting: Setting, patienceMs: number = PATIENCE_MS): Promise<void> {
  for (const late = Date.now() + patienceMs; ; await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS))) {
    const running = await runningOf(scenario, setting);
    if (running.length === 0) return;
    const parent = await parentOf(dir);
    const all = running.join(', ');
    if (parent !== undefined) throw new ParleyError('locked', `this demonstration is running already, as process ${parent}: ${all}`);
    if (Date.now() > late) throw new ParleyError('locked', `of this demonstration there runs already: ${all}`);
  }
}

/** Nodes that answer, each with its address; a host has no file that tells its process. */
async function runningOf(scenario: Scenario, setting: Setting): Promise<readonly string[]> {
  const parties = await Promise.all(
    setting.parties.map(async (party, i) => {
      const run = await findRunning(party);
      const url = run?.url.replace('//127.0.0.1', '//localhost');
      return run === undefined ? [] : [`${scenario.parties[i]?.name ?? ''} at ${url} (process ${run.pid})`];
    }),
  );
  return [...parties.flat(), ...(await hostOf(setting.host))];
}

async function hostOf(dir: string): Promise<readonly string[]> {
  const { name, door } = await readHostFile(dir);
  if (door.port === 0) return [];
  try {
    const answer = await fetch(`http://127.0.0.1:${door.port}/status`, { redirect: 'error', signal: AbortSignal.timeout(PROBE_MS) });
    const status: unknown = await answer.json();
    return isObject(status) && status.name === name ? [`${name} at http://localhost:${door.port}`] : [];
  } catch {
    return [];
  }
}

/** The process that `demo.json` says started the nodes, where it lives and is not this one. */
async function parentOf(dir: string): Promise<number | undefined> {
  try {
    const bytes = await readBounded(join(dir, 'demo.json'), MAX_SIZE);
    const { pid } = JSON.parse(new TextDecoder().decode(bytes ?? new Uint8Array())) as { pid?: unknown };
    return typeof pid === 'number' && pid !== process.pid && isAlive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}
