/** `npm run -s sim -- --seeds N [--seed S] [--json] [--trace] [--flaw NAME]`: plays seeds of the simulation and says what they found. */
import { parseArgs } from 'node:util';
import { FLAWS } from './flaw.ts';
import { type SeedResult, simulate } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    flaw: { type: 'string' },
  },
});
const first = whole('seed', values.seed ?? '1');
const count = whole('seeds', values.seeds ?? (values.seed === undefined ? '50' : '1'));
const flaw = FLAWS.find((name) => name === values.flaw);
if (values.flaw !== undefined && flaw === undefined) refuse(`--flaw is one of ${FLAWS.join(', ')}`);
const started = performance.now();
const sums: Record<string, number> = {};
const failed: number[] = [];

for (let seed = first; seed < first + count; seed++) {
  const result = await simulate(seed, values.trace ? (line) => process.stderr.write(`${line}\n`) : undefined, flaw);
  add(result);
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else if (!result.ok || count === 1) process.stdout.write(`${sentence(result)}\n`);
  if (result.ok) continue;
  failed.push(seed);
  for (const { rule, detail } of result.violations) process.stderr.write(`seed ${seed}: ${rule}: ${detail}\n`);
  process.stderr.write(`run it again: npm run -s sim -- --seed ${seed} --trace\n`);
}

const seconds = (performance.now() - started) / 1000;
if (values.json)
  process.stdout.write(`${JSON.stringify({ seeds: count, failed, seconds: round(seconds), seconds_per_seed: round(seconds / count), ...sums })}\n`);
else process.stdout.write(`${count - failed.length} of ${count} seeds keep all rules, ${round(seconds)} s\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

function add(result: SeedResult): void {
  for (const [name, value] of Object.entries(result)) if (typeof value === 'number' && name !== 'seed') sums[name] = (sums[name] ?? 0) + value;
}

function sentence({ seed, ok, steps, entries, crashes, restores, generations, forks, digest }: SeedResult): string {
  return `seed ${seed}: ${ok ? 'ok' : 'NOT OK'}, ${steps} steps, ${entries} entries, ${crashes} crashes, ${restores} restores, ${generations} generations, ${forks} forks  ${digest}`;
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  return refuse(`--${name} is a whole number`);
}

function refuse(expected: string): never {
  process.stderr.write(`sim: ${expected}\n`);
  process.exit(2);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
