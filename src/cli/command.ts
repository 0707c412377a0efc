import { ParleyError } from '../base/errors.ts';
import type { Arguments } from './arguments.ts';
import type { Terminal } from './terminal.ts';

/** One option of a command: `--name VALUE`, or a flag where `value` is absent. */
export type Option = {
  readonly name: string;
  /** Placeholder of its value in help; absent for a flag. */
  readonly value?: string;
  /** Whether it may be given more than once. */
  readonly many?: boolean;
  readonly help: string;
};

/** What a command works with. */
export type Context = {
  readonly args: Arguments;
  readonly terminal: Terminal;
  /** The data directory, absolute. */
  readonly dir: string;
};

/** A command, one file each in `commands/`; its one-line summary stands in the table of `main.ts`. */
export type Command = {
  /** What follows the command's name: `FILE... [--json]`. */
  readonly usage: string;
  /** Shown first in its help: whole command lines, each with what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** More sentences for its help. */
  readonly notes?: string;
  readonly options: readonly Option[];
  /** Fewest and most words that are no option. */
  readonly words: readonly [min: number, max: number];
  /** Resolves with the exit code, 0 when it returns nothing; refusals are thrown. */
  run(context: Context): Promise<number | undefined>;
};

/** The option that names a channel, of a command that works in one. */
export const CHANNEL: Option = { name: 'channel', value: 'CHANNEL', help: 'title or id; may be left out where there is only one' };

/** The option that names a channel, of a command that looks through all. */
export const IN_CHANNEL: Option = { name: 'channel', value: 'CHANNEL', help: 'look in this channel only' };

/** The option by which a command that opens a key takes its passphrase. */
export const PASSPHRASE_FILE: Option = {
  name: 'passphrase-file',
  value: 'FILE',
  help: 'read the passphrase from the first line of FILE (- is standard input) instead of asking',
};

/** The option that answers the last question before something leaves. */
export const YES: Option = { name: 'yes', help: 'do not ask before it leaves' };

/** What is said where a question needs an answer and nobody is there to give it. */
const NOBODY = '--yes is needed where nobody can be asked';

/** Asks a person before something leaves, unless `--yes` was given; refuses `answered_no` where they say no, and `usage` where nobody can be asked. */
export async function mustAgree({ args, terminal }: Context, question: string, otherwise: string): Promise<void> {
  if (!args.has('yes') && !(await terminal.confirm(question, NOBODY))) throw new ParleyError('answered_no', otherwise);
}

/** Refuses `usage`, before anything is shown or done, where {@link mustAgree} could only refuse it later. */
export function mustBeAnswerable({ args, terminal }: Context): void {
  if (!args.has('yes') && !terminal.asks) throw new ParleyError('usage', NOBODY);
}
