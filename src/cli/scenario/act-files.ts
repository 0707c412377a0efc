import { join, normalize } from 'node:path';
import { fromBase64url } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { hashFile, type LocalFile } from '../attach.ts';
import type { Act } from './scenario.ts';
import type { Stage } from './stage.ts';
import { filesIn } from './values.ts';

/** The files that a line names, read and hashed: under fresh salts, or those that were drawn for them before. */
export function filesOf({ ports, folder }: Stage, act: Act, salts: readonly string[] = []): Promise<readonly LocalFile[]> {
  const drawing = { sha256: ports.crypto.sha256, random: ports.random };
  return Promise.all(pathsOf(act).map((path, i) => hashFile(pathIn(folder, path), drawing, undefined, fromBase64url(salts[i] ?? '', 16))));
}

/** The paths of those files, beside the scenario. */
export function pathsOf(act: Act): readonly string[] {
  return filesIn(act.fields.find(({ name }) => name === 'attachments')?.text ?? '');
}

/** A file beside the scenario; a scenario from elsewhere must not send what stands anywhere else on this machine. */
export function pathIn(folder: string, path: string): string {
  const inside = normalize(path);
  if (inside.startsWith('..') || inside.startsWith('/') || /^[A-Za-z]:|\\/.test(inside))
    throw new ParleyError('invalid', `a file beside the scenario, not ${path}`);
  return join(folder, inside);
}
