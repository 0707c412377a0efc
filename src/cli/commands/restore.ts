import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { EXIT, ParleyError } from '../../base/errors.ts';
import { unpackBackup } from '../../node/backup.ts';
import { nodeCrypto } from '../../node/crypto.ts';
import { markFile, markPath } from '../../node/mark-file.ts';
import { fsck } from '../../store/fsck.ts';
import { originOfRow } from '../../store/row-name.ts';
import type { LogRow, Store } from '../../store/store.ts';
import { Mark } from '../../sync/mark.ts';
import type { Command } from '../command.ts';
import { fsckChecks } from '../fsck-checks.ts';
import { when } from '../rows.ts';
import type { Terminal } from '../terminal.ts';

export const command: Command = {
  usage: 'FILE',
  examples: [
    ['parley restore ours-monday.backup --dir /srv/ours', 'make the directory of a party again, and say what its node will do at its next start'],
  ],
  notes:
    'The directory must be empty or not there yet; the mark beside it stays as it is. Everything in the backup is checked before it is put in place;\n' +
    'whether the disk has room for it is not.\n' +
    'At the next start the node asks the others for what it signed after the backup. It goes on where that gives exactly the head that the mark names;\n' +
    'else its log goes on in a new generation alone. Until then it signs nothing.\n' +
    'Exit codes: 0 restored, 1 the file is no backup or something lives in the directory, 7 the backup is damaged.',
  options: [],
  words: [1, 1],
  async run({ args, terminal, dir }) {
    const path = resolve(args.words[0] ?? '');
    const crypto = nodeCrypto(availableParallelism());
    const mark = await Mark.open(markFile(dir));
    const progress = terminal.progress('Checking');
    let own: readonly LogRow[] = [];
    try {
      const facts = await unpackBackup(path, dir, crypto.sha256, async (store: Store) => {
        const report = await fsck(store, {
          ...(await fsckChecks(crypto, store)),
          sha256: crypto.sha256,
          onProgress: ({ done, total }) => progress.update(done, total),
        });
        for (const { sentence } of report.problems) terminal.say(sentence);
        if (report.problemCount > 0) throw new ParleyError('store_damaged', `${report.problemCount} problems in the backup`);
        own = (await store.logs()).filter(({ own: isOwn, origin }) => isOwn && originOfRow(origin) === origin);
      });
      progress.end();
      terminal.data(
        { dir, name: facts.name, made_at: facts.madeAt, files: facts.files, mark: mark.existed, logs: own.map((log) => lineOf(mark, log)) },
        `${dir}: ${facts.name}, as it was on ${when(facts.madeAt)} UTC.`,
      );
      sayWhatHappens(terminal, dir, mark, own);
      return EXIT.ok;
    } finally {
      progress.end();
      await crypto.close();
    }
  },
};

function lineOf(mark: Mark, { channel, origin, size }: LogRow): { channel: string; size: number; marked: number | null } {
  return { channel, size, marked: mark.own(origin)?.size ?? null };
}

/** What the gate will do at the next start, channel by channel. */
function sayWhatHappens(terminal: Terminal, dir: string, mark: Mark, own: readonly LogRow[]): void {
  for (const log of own) {
    const { channel, size, marked } = lineOf(mark, log);
    const name = `Channel ${channel.slice(0, 8)}: ${size} entries of ours`;
    if (marked === null)
      terminal.say(`${name}; the mark does not name this log. It is read again, and goes on in a new generation alone ("parley generation open").`);
    else if (marked === size) terminal.say(`${name}, and the mark names the same. It goes on at the next start.`);
    else if (marked > size)
      terminal.say(
        `${name}; ${marked} were signed. At the next start the others are asked for the rest; where they have it, the log goes on, else in a new generation.`,
      );
    else
      terminal.say(
        `${name}; the mark beside the directory is older (${marked}). The log goes on in a new generation alone ("parley generation open").`,
      );
  }
  const known = new Set(own.map(({ origin }) => origin));
  const newer = mark.ownOrigins.filter((origin) => !known.has(origin) && (mark.own(origin)?.size ?? 0) > 0).length;
  if (newer > 0)
    terminal.say(`The mark names ${newer} log${newer === 1 ? '' : 's'} of channels founded after this backup; ask the other side for their record.`);
  if (!mark.existed)
    terminal.say(`There is no mark at ${markPath(dir)}. If it still exists on the old machine, put it there before the node is started.`);
}
