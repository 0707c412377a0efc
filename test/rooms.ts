/** Runs the test files that are its arguments in this one process: what `--test-isolation=none` does, in a runner that is loaded after what is imported first. */
import { resolve } from 'node:path';
import process from 'node:process';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const files = process.argv.slice(2).map((path) => resolve(path));
run({ files, isolation: 'none' })
  .on('test:fail', () => {
    process.exitCode = 1;
  })
  .compose(new spec())
  .pipe(process.stdout);
