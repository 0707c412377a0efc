import { availableParallelism } from 'node:os';
import { EXIT } from '../../base/errors.ts';
import { formatInstant } from '../../base/instants.ts';
import { sayIn } from '../../base/phrases.ts';
import { nodeCrypto } from '../../node/crypto.ts';
import { verifyFile } from '../../verify/verify-file.ts';
import type { Command } from '../command.ts';
import { readInputFile } from '../read-input.ts';

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
      const { verdict, format, sentences } = await verifyFile(crypto, bytes, (done, of) => progress.update(done, of));
      progress.end();
      const say = sayIn('en');
      const texts = sentences.map(({ phrase }) => {
        const time = phrase.values?.time;
        return typeof time === 'number' && time > 0 ? `${say(phrase)} (${formatInstant(time)})` : say(phrase);
      });
      const facts = sentences.map(({ ok, phrase }) => ({ ok, id: phrase.id, values: phrase.values ?? {} }));
      const lines = sentences.map(({ ok }, i) => {
        const mark = ok === true ? terminal.style('✓', 'good') : ok === false ? terminal.style('✗', 'bad') : terminal.style('!', 'warn');
        return `${mark} ${texts[i] ?? ''}`;
      });
      const title = verdict === 'verified' ? 'Verified' : verdict === 'fork' ? 'Two histories exist' : 'NOT verified';
      terminal.data({ file, format, verdict, sentences: texts, facts }, [terminal.style(title, 'bold'), ...lines].join('\n'));
      return EXITS[verdict];
    } finally {
      await crypto.close();
    }
  },
};
