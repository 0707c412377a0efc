import { ParleyError } from '../../base/errors.ts';
import { sayIn } from '../../base/phrases.ts';
import { nodeSha256 } from '../../node/crypto.ts';
import { explainPack } from '../../procedure/explain.ts';
import { packHash, parsePack } from '../../procedure/pack.ts';
import type { Command } from '../command.ts';
import { packBytes, packText } from '../pack-files.ts';
import { proceduresPage } from '../procedures-page.ts';

export const command: Command = {
  usage: 'FILE|NAME...',
  examples: [
    ['parley pack explain our-procedure.json', 'what a pack does: who owes what to whom, from when, until when, by which document'],
    ['parley pack explain incident-inquiry', 'the same of a pack that ships'],
  ],
  notes: 'docs/procedures.md is what this command says of the packs that ship.',
  options: [{ name: 'markdown', help: 'print the page of all packs that ship' }],
  words: [0, 1000],
  async run({ args, terminal }) {
    if (args.has('markdown')) {
      const page = proceduresPage();
      terminal.data({ page }, page.trimEnd());
      return undefined;
    }
    if (args.words.length === 0) throw new ParleyError('usage', 'a file, or the name of a pack that ships');
    for (const name of args.words) {
      const bytes = await packBytes(name, terminal.streams.stdin);
      const parsed = parsePack(bytes);
      if ('expected' in parsed) throw new ParleyError('invalid', `${name} is no procedure pack: expected ${parsed.expected.slice(0, 3).join('; ')}`);
      const { pack } = parsed;
      const { about, clocks } = explainPack(pack, sayIn('en'));
      const line = { name: pack.name, title: pack.title, hash: packHash(nodeSha256, bytes), about, sources: pack.sources ?? [], clocks };
      terminal.data(
        line,
        packText(pack, (text) => terminal.style(text, 'bold')),
      );
    }
    return undefined;
  },
};
