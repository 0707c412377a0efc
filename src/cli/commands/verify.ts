import { availableParallelism } from 'node:os';
import { EXIT } from '../../base/errors.ts';
import { sayIn } from '../../base/phrases.ts';
import { nodeCrypto } from '../../node/crypto.ts';
import { sayVerdict } from '../../verify/say-verdict.ts';
import { verifyFile } from '../../verify/verify-file.ts';
import type { Command } from '../command.ts';
import { readInputFile } from '../read-input.ts';
import { verdictLines } from '../verdict-lines.ts';

/** What one array of Node holds; larger exports are verified without their files. */
const MAX_VERIFY_SIZE = 2 ** 31 - 1;
const EXITS = { verified: EXIT.ok, 'not-verified': EXIT.notVerified, fork: EXIT.fork } as const;

export const command: Command = {
  usage: 'FILE',
  examples: [
    ['parley verify record.parley', 'check a record that was exported'],
    ['parley verify statement.proof', 'check the proof of one document'],
    ['curl -s https://example/record | parley verify - --json', 'check what comes on standard input'],
  ],
  notes:
    'Nothing but the file is used: no account, no network, none of our servers.\n' + 'Exit codes: 0 verified, 3 not verified, 4 two histories exist.',
  options: [],
  words: [1, 1],
  async run({ args, terminal }) {
    const file = args.word(0, 'a file');
    const bytes = await readInputFile(file, terminal.streams.stdin, MAX_VERIFY_SIZE);
    const crypto = nodeCrypto(availableParallelism());
    const progress = terminal.progress('Verifying');
    try {
      const found = await verifyFile(crypto, bytes, (done, of) => progress.update(done, of));
      progress.end();
      const { verdict, format, sentences } = found;
      const said = sayVerdict(sayIn('en'), found);
      const facts = sentences.map(({ ok, phrase, document }) => ({
        ok,
        id: phrase.id,
        values: phrase.values ?? {},
        ...(document === undefined ? {} : { document }),
      }));
      terminal.data({ file, format, verdict, sentences: said.map(({ text }) => text), facts }, verdictLines(terminal, found).join('\n'));
      return EXITS[verdict];
    } finally {
      await crypto.close();
    }
  },
};
