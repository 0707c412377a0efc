import { ParleyError } from '../base/errors.ts';
import { seedFromRecovery } from '../node/recovery.ts';
import type { Context, Option } from './command.ts';
import { readInputFile } from './read-input.ts';

/** The option that gives the words of a printed recovery to a script. */
export const RECOVERY_FILE: Option = {
  name: 'recovery-file',
  value: 'FILE',
  help: 'read the words of the printed recovery from FILE (- is standard input) instead of asking',
};

/** 24 words of eight letters, numbered, with room. */
const MAX_RECOVERY_SIZE = 2048;

/** The seed in a printed recovery, from `--recovery-file` or typed; refuses `invalid` naming the place of a wrong word, never the word. */
export async function readRecovery({ args, terminal }: Context): Promise<Uint8Array> {
  const file = args.text('recovery-file');
  if (file === undefined) return seedFromRecovery(await terminal.ask('The 24 words of the printed recovery:', '--recovery-file is needed'));
  const bytes = await readInputFile(file, terminal.streams.stdin, MAX_RECOVERY_SIZE);
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === '') throw new ParleyError('usage', 'the words of a printed recovery');
  // What was printed may be given whole, its heading included.
  return seedFromRecovery(text.slice(Math.max(0, text.search(/^\s*1\. /m))));
}

/** The words of a recovery in the form in which they are printed: six rows of four, numbered. */
export function recoveryText(name: string, words: readonly string[]): string {
  const rows = Array.from({ length: 6 }, (_, row) =>
    Array.from({ length: 4 }, (_, column) => `${String(4 * row + column + 1).padStart(2)}. ${words[4 * row + column] ?? ''}`.padEnd(16))
      .join('')
      .trimEnd(),
  );
  return [`Recovery of ${name}. Write it down now; it is not shown again.`, '', ...rows, ''].join('\n');
}
