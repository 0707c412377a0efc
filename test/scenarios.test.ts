/** Every shipped scenario but Geneva (which `demo.test.ts` plays through processes) is played here, its expectations asked of both sides. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from '../src/cli/client.ts';
import type { HeadsMemory } from '../src/cli/heads-file.ts';
import { overInject } from '../src/cli/in-process.ts';
import { readScenario } from '../src/cli/scenario/demonstration.ts';
import { foundBetween } from '../src/cli/scenario/found.ts';
import { Ledger } from '../src/cli/scenario/ledger.ts';
import { play } from '../src/cli/scenario/player.ts';
import { type Keys, Side } from '../src/cli/scenario/side.ts';
import type { Stage } from '../src/cli/scenario/stage.ts';
import { ed25519Signer, nodeRandom } from '../src/node/crypto.ts';
import { peopleApp } from '../src/node/people-door.ts';
import { type Side as Node, TwoParties } from './two-parties.ts';

const FOLDER = fileURLToPath(new URL('../scenarios', import.meta.url));
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith('.scenario') && name !== 'geneva-2021.scenario');

let dir = '';
let two: TwoParties;
let clients: readonly Client[] = [];

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-scenarios-'));
  // One pair of nodes for all: each scenario founds a channel of its own between them.
  two = await TwoParties.open();
  clients = await Promise.all(
    [two.a, two.b].map(async ({ node, url }) => new Client('', true, overInject(await peopleApp(node, { peersUrl: url })))),
  );
});
after(async () => {
  for (const client of clients) await client.close();
  await two.close();
  await rm(dir, { recursive: true, force: true });
});

for (const name of NAMES) {
  test(`${name} plays to its end, and both sides see what it expects`, async () => {
    const stage = await stageOf(name);
    const acts = stage.scenario.steps.filter(({ step }) => step === 'act').length;
    assert.deepEqual(await play(stage), { played: acts, stood: 0 });
    assert.deepEqual(await play(stage), { played: 0, stood: acts }, 'played again, nothing is said twice');
  });
}

async function stageOf(name: string): Promise<Stage> {
  const scenario = await readScenario(join(FOLDER, name));
  const sides = [two.a, two.b].map(
    (node, i) => new Side({ name: scenario.parties[i]?.name ?? '', dir: '', keys: memoryKeys(node), find: async () => clients[i] ?? assert.fail() }),
  );
  const parts = { ports: { crypto: two.crypto, random: nodeRandom, now: two.now }, say: () => undefined };
  const channel = await foundBetween({ scenario, sides, host: two.hosts[0]?.url ?? '', ...parts });
  return { scenario, folder: FOLDER, channel, sides, ledger: await Ledger.open(join(dir, name)), ...parts };
}

/** Keys of people who live no longer than their test. */
function memoryKeys({ identity }: Node): Keys {
  const authors = new Map<string, Awaited<ReturnType<Keys['author']>>>();
  return {
    async author(slug) {
      const known = authors.get(slug) ?? { signer: ed25519Signer(nodeRandom(32)), heads: memoryHeads() };
      authors.set(slug, known);
      return known;
    },
    identity: async () => identity,
  };
}

function memoryHeads(): HeadsMemory {
  const kept = new Map<string, Awaited<ReturnType<HeadsMemory['read']>>>();
  return {
    read: async (channel) => kept.get(channel) ?? [],
    remember: async (channel, heads) => void kept.set(channel, heads),
  };
}
