/** The long versions of tests, `test/*.soak.ts`, one after another; words given choose those whose path holds one of them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const flags = process.argv.slice(2).filter((word) => word.startsWith('-'));
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.soak.ts') && (words.length === 0 || words.some((word) => name.includes(word))))
  .sort()
  .map((name) => join(folder, name));
const runner = spawn(process.execPath, ['--test', '--test-concurrency=1', ...flags, ...files], { stdio: 'inherit' });
const [code] = (await once(runner, 'exit')) as [number | null];
process.exitCode = code ?? 1;
