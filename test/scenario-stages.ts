/** Stages for shipped scenarios between two nodes in this process, with memory stores: no child process, no file but the ledgers'. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '../src/cli/client.ts';
import type { HeadsMemory } from '../src/cli/heads-file.ts';
import { overInject } from '../src/cli/in-process.ts';
import { readScenario } from '../src/cli/scenario/demonstration.ts';
import { foundBetween } from '../src/cli/scenario/found.ts';
import { Ledger } from '../src/cli/scenario/ledger.ts';
import { play } from '../src/cli/scenario/player.ts';
import type { Scenario } from '../src/cli/scenario/scenario.ts';
import { type Keys, Side } from '../src/cli/scenario/side.ts';
import type { Stage } from '../src/cli/scenario/stage.ts';
import { ed25519Signer, nodeRandom, systemNow } from '../src/node/crypto.ts';
import { peopleApp } from '../src/node/people-door.ts';
import { type Side as Node, TwoParties } from './two-parties.ts';

export const FOLDER = fileURLToPath(new URL('../scenarios', import.meta.url));

/** One pair of nodes and their host, on which any number of scenarios is played. */
export class Stages {
  readonly two: TwoParties;
  readonly #dir: string;
  readonly #clients: readonly Client[];
  readonly #clock: { now: number };

  private constructor(two: TwoParties, dir: string, clients: readonly Client[], clock: { now: number }) {
    this.#clock = clock;
    this.two = two;
    this.#dir = dir;
    this.#clients = clients;
  }

  static async open(): Promise<Stages> {
    const dir = await mkdtemp(join(tmpdir(), 'parley-scenarios-'));
    // It stands still but where a telling lets time pass: a second before something and a second after are then what they are called.
    const clock = { now: systemNow() };
    const two = await TwoParties.open({ now: () => clock.now });
    const clients = [two.a, two.b].map(async ({ node, url }) => new Client('', true, overInject(await peopleApp(node, { peersUrl: url }))));
    return new Stages(two, dir, await Promise.all(clients), clock);
  }

  /** The stage of a shipped scenario, in its own channel or, where one is given, in that: founded for the first that asks for it. */
  async of(name: string, shared?: Pick<Scenario, 'channel' | 'procedures'>): Promise<Stage> {
    const scenario = await readScenario(join(FOLDER, name));
    const { procedures, profile, ...told } = scenario;
    const sides = [this.two.a, this.two.b].map((node, i) => {
      const find = async (): Promise<Client> => this.#clients[i] ?? assert.fail();
      return new Side({ name: scenario.parties[i]?.name ?? '', dir: '', keys: memoryKeys(node), find });
    });
    const pass = (until: number): Promise<void> => this.#pass(channel, until);
    const parts = { ports: { crypto: this.two.crypto, random: nodeRandom, now: this.two.now }, pass, say: () => undefined };
    const channel = await foundBetween({
      scenario: shared === undefined ? scenario : { ...told, ...shared },
      sides,
      host: this.two.hosts[0]?.url ?? '',
      ...parts,
    });
    return { scenario, folder: FOLDER, channel, sides, ledger: await Ledger.open(join(this.#dir, name)), ...parts };
  }

  /** Both sides come to rest at each of the last two seconds, as they do where seconds are long. */
  async #pass(channel: string, until: number): Promise<void> {
    this.two.channel = channel;
    for (const at of [this.#clock.now, until - 1, until]) {
      if (at < this.#clock.now) continue;
      this.#clock.now = at;
      for (const { node } of [this.two.a, this.two.b]) node.exchange.resubmit();
      await this.two.settled();
    }
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await client.close();
    await this.two.close();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

/** Plays a stage whose every line is new: each is signed, and every expectation holds on both sides or this fails with its line. */
export async function playWhole(stage: Stage): Promise<void> {
  assert.deepEqual(await play(stage), { played: actsIn(stage), stood: 0 });
}

/** Plays a stage again: what stands is not said twice. */
export async function playAgain(stage: Stage): Promise<void> {
  assert.deepEqual(await play(stage), { played: 0, stood: actsIn(stage) });
}

function actsIn({ scenario }: Stage): number {
  return scenario.steps.filter(({ step }) => step === 'act').length;
}

/** Keys of people who live no longer than their test. */
export function memoryKeys({ identity }: Node): Keys {
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
