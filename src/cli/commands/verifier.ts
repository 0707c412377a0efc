import { readFile } from 'node:fs/promises';
import { ParleyError } from '../../base/errors.ts';
import type { Command } from '../command.ts';
import { writeOutput } from '../write-output.ts';

export const command: Command = {
  usage: '--out FILE',
  examples: [['parley verifier --out verifier.html', 'a page that anyone can open from disk to check a proof, a record, two histories']],
  notes: 'One file that fetches nothing and sends nothing: its own policy forbids both. Its sentences are those of "parley verify".',
  options: [{ name: 'out', value: 'FILE', help: 'where to write it; - is standard output' }],
  words: [0, 0],
  async run({ args, terminal }) {
    const out = args.required('out');
    const page = await readFile(new URL('../../../dist/web/verifier.html', import.meta.url)).catch(() => {
      throw new ParleyError('not_found', 'the screens are not built here; "npm run build" makes them');
    });
    const size = await writeOutput(terminal, out, [page]);
    if (out !== '-') terminal.data({ file: out, size }, out);
    return undefined;
  },
};
