import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = globSync('src/**/*.test.ts', { cwd: root }).filter((path) => !path.startsWith(join('src', 'sim')));

for (const seed of Array.from({ length: 10 }, () => randomInt(2 ** 31))) {
  test(`the rooms' properties hold from another seed as well (PARLEY_SEED=${seed})`, { timeout: 600_000 }, async () => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const runner = spawn(process.execPath, ['--import', './test/one-seed.ts', '--test', '--test-isolation=none', '--test-reporter=dot', ...files], {
      cwd: root,
      env: { ...env, PARLEY_SEED: String(seed) },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    assert.deepEqual(await once(runner, 'exit'), [0, null]);
  });
}
