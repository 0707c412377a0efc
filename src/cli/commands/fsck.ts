import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { EXIT, ParleyError } from '../../base/errors.ts';
import { nodeCrypto } from '../../node/crypto.ts';
import { markFile } from '../../node/mark-file.ts';
import { FILES } from '../../node/party-files.ts';
import { whoHasIt } from '../../node/serve.ts';
import { fsck } from '../../store/fsck.ts';
import { DATABASE_NAME, openSqliteStore } from '../../store/sqlite.ts';
import { Mark } from '../../sync/mark.ts';
import type { Command } from '../command.ts';
import { fsckChecks } from '../fsck-checks.ts';
import { exists } from '../read-input.ts';
import { type Repaired, repair } from '../repair.ts';
import type { Terminal } from '../terminal.ts';

export const command: Command = {
  usage: '[--repair]',
  examples: [
    ['parley fsck --dir /srv/ours', 'read everything back, while the node is stopped'],
    ['parley fsck --repair --dir /srv/ours', 'fetch what is damaged from the nodes of the other parties, which must be up'],
  ],
  notes:
    'Every entry, body, tree, signature, file and setting is compared with what it must be. Nothing is changed without --repair; with it, a new database is\n' +
    'made of what is whole and of what the others hold, checked, and put in place, and the damaged one is kept beside it. A repair signs nothing.\n' +
    'Exit codes: 0 all is as it must be, or is again; 7 something is damaged, or another process has the directory open.',
  options: [{ name: 'repair', help: 'fetch what is damaged from the other parties' }],
  words: [0, 0],
  async run({ args, terminal, dir }) {
    const isParty = await exists(join(dir, FILES.party));
    if (args.has('repair') && !isParty) throw new ParleyError('usage', 'no party lives here; a host that is damaged is replaced, never repaired');
    const isRecord = await exists(join(dir, DATABASE_NAME));
    if (isParty && !isRecord) return sayNoRecord(terminal, dir);
    if (!isRecord) throw new ParleyError('not_found', `no record in ${dir}`);
    const crypto = nodeCrypto(availableParallelism());
    const store = await openSqliteStore({ dir, sha256: crypto.sha256 }).catch(async (error: unknown) => {
      await crypto.close();
      throw await whoHasIt(dir, error);
    });
    const progress = terminal.progress('Reading entries');
    try {
      const checks = await fsckChecks(crypto, store);
      const { problems, ...counts } = await fsck(store, {
        ...checks,
        sha256: crypto.sha256,
        onProgress: ({ done, total }) => progress.update(done, total),
      });
      progress.end();
      for (const problem of problems) terminal.data({ problem }, `${terminal.style('✗', 'bad')} ${problem.sentence}`);
      const { entries, heads, cosignatures, problemCount, missingBodies, missingChunks } = counts;
      const read = `${entries} entries, ${heads} heads and ${cosignatures} cosignatures read`;
      const waiting = missingBodies + missingChunks === 0 ? '' : `; ${missingBodies} texts and ${missingChunks} parts of files have not arrived yet`;
      const verdict = problemCount === 0 ? terminal.style('all is as it must be', 'good') : terminal.style(`${problemCount} problems`, 'bad');
      terminal.data({ ok: problemCount === 0, ...counts }, `${read}: ${verdict}${waiting}`);
      if (problemCount === 0 || !args.has('repair')) return problemCount === 0 ? EXIT.ok : EXIT.unsafe;
      await store.close();
      sayRepaired(terminal, await repair(dir, crypto));
      return EXIT.ok;
    } finally {
      await store.close();
      await crypto.close();
    }
  },
};

/** A party that was just made has no record yet; one whose mark names a log has lost it. */
async function sayNoRecord(terminal: Terminal, dir: string): Promise<number> {
  if ((await Mark.open(markFile(dir))).ownOrigins.length > 0)
    throw new ParleyError('store_damaged', `no record in ${dir}, and the mark beside it says that one was signed there`);
  terminal.data({ ok: true, entries: 0 }, 'Nothing is recorded here yet, so there is nothing to check.');
  return EXIT.ok;
}

function sayRepaired(terminal: Terminal, { fetched, chunks, lost, kept }: Repaired): void {
  const by = Map.groupBy(fetched, ({ origin, from }) => `${from} ${origin}`);
  for (const some of by.values()) {
    const [first] = some;
    const which = some.map(({ index }) => index);
    const shown = `${which.slice(0, 10).join(', ')}${which.length > 10 ? ', …' : ''}`;
    terminal.data(
      { repaired: { origin: first?.origin, from: first?.from, entries: which } },
      `${which.length} entr${which.length === 1 ? 'y' : 'ies'} of log ${first?.origin} fetched from ${first?.from}: ${shown}`,
    );
  }
  if (chunks > 0) terminal.say(`${chunks} part${chunks === 1 ? '' : 's'} of files fetched.`);
  for (const what of lost) terminal.say(`Gone: ${what}. Nobody else has it; look whether it is missed.`);
  terminal.data({ ok: true, repaired: fetched.length, chunks, lost, kept }, 'All is as it must be again.');
  terminal.say(`What is computed from the entries is computed again at the next start. The damaged file is kept as ${kept}.`);
}
