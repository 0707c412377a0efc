import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FLAWS, type Flaw } from './flaw.ts';
import { type SeedResult, simulate } from './simulate.ts';

const SEEDS = 50;
const COMMAND = fileURLToPath(new URL('main.ts', import.meta.url));

/** Seeds that find each flaw, so that they need not be searched each time; each of them is one of the {@link SEEDS} as well. */
const FOUND_BY: Readonly<Record<Flaw, number>> = {
  late_mark: 38,
  lazy_disk: 9,
  mark_in_backup: 15,
  time_goes_back: 1,
};

let played: readonly SeedResult[];

/** In a process of its own, as people play it: a test's process looks at every promise of what runs in it, which would take a third of the time. */
before(async () => {
  const child = spawn(process.execPath, [COMMAND, '--seeds', String(SEEDS), '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [lines] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  played = lines.slice(0, -1).map((line) => JSON.parse(line) as SeedResult);
});

async function text(stream: AsyncIterable<Buffer>): Promise<readonly string[]> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString('utf8').trim().split('\n');
}

test(`${SEEDS} seeds of two parties and a host, with everything that goes wrong between them, keep all rules`, () => {
  assert.deepEqual(
    played.map(({ seed }) => seed),
    Array.from({ length: SEEDS }, (_, i) => i + 1),
  );
  for (const { seed, ok, violations } of played) assert.deepEqual([ok, violations], [true, []], `npm run -s sim -- --seed ${seed} --trace`);
});

test('a seed is played the same each time and in whatever process, to the last request', async () => {
  assert.deepEqual(await simulate(7), played[6]);
  assert.notEqual(played[7]?.digest, played[6]?.digest);
});

for (const flaw of FLAWS)
  test(`a port that breaks its promise is found: ${flaw.replaceAll('_', ' ')}`, async () => {
    const { ok, violations } = await simulate(FOUND_BY[flaw], undefined, flaw);
    assert.equal(ok, false);
    assert.ok(violations.length > 0);
    assert.equal(played[FOUND_BY[flaw] - 1]?.ok, true);
  });
