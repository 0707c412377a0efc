import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { EXIT, ParleyError } from '../../base/errors.ts';
import { nodeCrypto } from '../../node/crypto.ts';
import { fsck } from '../../store/fsck.ts';
import { DATABASE_NAME, openSqliteStore } from '../../store/sqlite.ts';
import type { Command } from '../command.ts';
import { fsckChecks } from '../fsck-checks.ts';
import { exists } from '../read-input.ts';

export const command: Command = {
  usage: '',
  examples: [['parley fsck --dir /srv/ours', 'read everything back, while the node is stopped']],
  notes:
    'Every entry, body, tree, signature and file is compared with what it must be. Nothing is changed.\n' +
    'Exit codes: 0 all is as it must be, 7 something is damaged or another process has the directory open.',
  options: [],
  words: [0, 0],
  async run({ terminal, dir }) {
    if (!(await exists(join(dir, DATABASE_NAME)))) throw new ParleyError('not_found', `no record in ${dir}`);
    const crypto = nodeCrypto(availableParallelism());
    const store = await openSqliteStore({ dir, sha256: crypto.sha256 });
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
      return problemCount === 0 ? EXIT.ok : EXIT.unsafe;
    } finally {
      await store.close();
      await crypto.close();
    }
  },
};
