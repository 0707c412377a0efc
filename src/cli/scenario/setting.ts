import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random, Sha256 } from '../../base/ports.ts';
import { markPath } from '../../node/mark-file.ts';
import { createHost, createParty, FILES } from '../../node/party-files.ts';
import { exists } from '../read-input.ts';
import { WORK_FACTOR } from './keys.ts';
import type { Scenario } from './scenario.ts';

/**
 * Where a demonstration keeps what: `<dir>/united-states`, `<dir>/russian-federation`, `<dir>/host`. Of a round the first party is there, and the others, whose
 * nodes are run by one process, in `others`: `<dir>/others/elder`.
 */
export type Setting = { readonly parties: readonly string[]; readonly others?: string; readonly host: string };

/** The directories of a scenario's parties and host. */
export function settingOf(dir: string, scenario: Scenario): Setting {
  const host = join(dir, 'host');
  if (scenario.round === undefined) return { parties: scenario.parties.map(({ slug }) => join(dir, slug)), host };
  const others = join(dir, 'others');
  return { parties: scenario.parties.map(({ slug }, i) => join(i === 0 ? dir : others, slug)), others, host };
}

/** Makes the parties and the host of a scenario where they are not yet; each directory is there whole or not at all. */
export async function makeSetting(dir: string, scenario: Scenario, parts: { passphrase: string; random: Random; sha256: Sha256 }): Promise<Setting> {
  const setting = settingOf(dir, scenario);
  await mkdir(setting.others ?? dir, { recursive: true, mode: 0o700 });
  for (const [i, party] of setting.parties.entries()) {
    await whole(party, FILES.party, async (path) => {
      await createParty(path, { name: scenario.parties[i]?.name ?? '', workFactor: WORK_FACTOR, ...parts });
    });
  }
  await whole(setting.host, FILES.host, async (path) => {
    await createHost(path, { name: scenario.host, random: parts.random });
  });
  return setting;
}

/** What a crash left half made is thrown away: nobody has seen its keys. A mark that was made with the directory goes first, so that neither stands without it. */
async function whole(path: string, last: string, make: (path: string) => Promise<void>): Promise<void> {
  if (await exists(join(path, last))) return;
  const beside = `${path}.making`;
  for (const left of [beside, markPath(beside)]) await rm(left, { recursive: true, force: true });
  await make(beside);
  if (await exists(markPath(beside))) await rename(markPath(beside), markPath(path));
  await rename(beside, path);
}
