import type { Readable } from 'node:stream';
import { ParleyError } from '../base/errors.ts';
import { sayIn } from '../base/phrases.ts';
import { shippedPacks } from '../node/packs.ts';
import { explainPack } from '../procedure/explain.ts';
import { MAX_PACK_SIZE, type Pack } from '../procedure/pack.ts';
import { readInputFile } from './read-input.ts';

/** Bytes of a pack, by the name of one that ships, or in a file; a name that could be both is a file where it has a dot or a slash. */
export async function packBytes(name: string, stdin: Readable): Promise<Uint8Array> {
  const isFile = name === '-' || /[./\\]/.test(name);
  // One more than there may be, so that a file that is too large is refused as a pack, with what was expected of it.
  if (isFile) return readInputFile(name, stdin, MAX_PACK_SIZE + 1);
  const found = [...shippedPacks().values()].find(({ pack }) => pack.name === name);
  if (found !== undefined) return found.bytes;
  const names = [...shippedPacks().values()].map(({ pack }) => pack.name);
  throw new ParleyError('usage', `"${name.slice(0, 60)}" is no file (give it as ./${name.slice(0, 60)}) and none of ${names.join(', ')}`);
}

/** A pack in sentences, a line each. */
export function packText(pack: Pack, bold: (text: string) => string): string {
  const { about, clocks } = explainPack(pack, sayIn('en'));
  return [
    `${bold(pack.title)} (${pack.name})`,
    ...about.map((sentence) => `  ${sentence}`),
    ...clocks.flatMap(({ sentences: [first = '', ...more] }) => [`  - ${first}`, ...more.map((sentence) => `    ${sentence}`)]),
  ].join('\n');
}
