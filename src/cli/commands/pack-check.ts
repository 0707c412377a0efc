import type { Readable } from 'node:stream';
import { EXIT, ParleyError } from '../../base/errors.ts';
import { nodeSha256 } from '../../node/crypto.ts';
import { MAX_PACK_SIZE, packHash, parsePack } from '../../procedure/pack.ts';
import type { Command } from '../command.ts';
import { readInputFile } from '../read-input.ts';

export const command: Command = {
  usage: 'FILE...',
  examples: [
    ['parley pack check our-procedure.json', 'whether a file is a procedure pack; if not, everything that was expected of it'],
    ['parley pack check --json packs/*.json', 'a JSON line a file, with the hash that a charter names'],
  ],
  notes:
    'The form is published as procedures/pack.schema.json. Beyond it, kinds and fields must be known to this version, and the file must be written as\n' +
    'JSON indented by two spaces with one newline at its end: a charter names the hash of its exact bytes. Exit codes: 0 all are packs, 1 one is not.',
  options: [],
  words: [1, 1000],
  async run({ args, terminal }) {
    let all = true;
    for (const file of args.words) {
      const found = await read(file, terminal.streams.stdin);
      if ('expected' in found) {
        all = false;
        terminal.data(
          { file, valid: false, expected: found.expected },
          [terminal.style(`${file}: not a procedure pack`, 'bad'), ...found.expected.map(expectedText)].join('\n'),
        );
      } else
        terminal.data(
          { file, valid: true, name: found.name, hash: found.hash, clocks: found.clocks },
          `${file}: procedure pack "${found.name}", ${found.clocks} clock${found.clocks === 1 ? '' : 's'}, hash ${found.hash}`,
        );
    }
    return all ? EXIT.ok : EXIT.failure;
  },
};

/** Where in the file, then what was expected there: `  kinds: expected 1 to 64 different ids`. */
function expectedText(one: string): string {
  const [, at, what] = /^([a-z0-9_.[\]]+): (.*)$/s.exec(one) ?? [];
  return at === undefined ? `  expected ${one}` : `  ${at}: expected ${what}`;
}

/** A file that cannot be read is a line like another: one bad item never stops the next. */
async function read(file: string, stdin: Readable) {
  try {
    const bytes = await readInputFile(file, stdin, MAX_PACK_SIZE + 1);
    const parsed = parsePack(bytes);
    return 'expected' in parsed ? parsed : { name: parsed.pack.name, hash: packHash(nodeSha256, bytes), clocks: parsed.pack.clocks.length };
  } catch (error) {
    if (error instanceof ParleyError) return { expected: [error.code === 'not_found' ? 'a file at this path' : error.message] };
    if ((error as { code?: unknown }).code === 'EISDIR') return { expected: ['a file, not a directory'] };
    throw error;
  }
}
