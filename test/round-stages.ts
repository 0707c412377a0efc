/** The stage of a round between nodes in this process, with memory stores and a clock that a test moves: no child process, no file but the ledgers'. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '../src/cli/client.ts';
import { overInject } from '../src/cli/in-process.ts';
import { Ledger } from '../src/cli/scenario/ledger.ts';
import type { Round } from '../src/cli/scenario/round-player.ts';
import { openRound } from '../src/cli/scenario/round-stage.ts';
import type { Scenario } from '../src/cli/scenario/scenario.ts';
import { Side } from '../src/cli/scenario/side.ts';
import { nodeCrypto, nodeRandom, systemNow } from '../src/node/crypto.ts';
import { peopleApp } from '../src/node/people-door.ts';
import { openMemoryStore } from '../src/store/memory.ts';
import { FOLDER, memoryKeys } from './scenario-stages.ts';
import { type Side as Node, openHost, openSide } from './two-parties.ts';

/** A round with its nodes; party `i` is `nodes[i]`. */
export type RoundStages = { readonly round: Round; readonly nodes: readonly Node[]; readonly clients: readonly Client[]; close(): Promise<void> };

/** Opens a node for each party and one host, and founds the channels; what is said is handed to `say`. */
export async function openRoundStages(scenario: Scenario, say: (text: string) => void = () => undefined): Promise<RoundStages> {
  const crypto = nodeCrypto();
  let ahead = 0;
  const now = (): number => systemNow() + ahead;
  const dir = await mkdtemp(join(tmpdir(), 'parley-round-'));
  const store = () => openMemoryStore({ sha256: crypto.sha256 });
  const host = await openHost(scenario.host, store(), crypto, now);
  const nodes: Node[] = [];
  const clients: Client[] = [];
  for (const { name } of scenario.parties) {
    const node = await openSide(name, store(), crypto, now);
    nodes.push(node);
    clients.push(new Client('', true, overInject(await peopleApp(node.node, { peersUrl: node.url }))));
  }
  const sides = nodes.map((node, i) => new Side({ name: node.name, dir: '', keys: memoryKeys(node), find: async () => clients[i] ?? assert.fail() }));
  const pass = async (instant: number): Promise<void> => {
    ahead += Math.max(0, instant + 1 - now());
  };
  const ports = { crypto, random: nodeRandom, now };
  const ledger = (channel: string): Promise<Ledger> => Ledger.open(join(dir, channel));
  const close = async (): Promise<void> => {
    for (const client of clients) await client.close();
    for (const node of [...nodes, host]) await node.close();
    await crypto.close();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const round = await openRound({ scenario, folder: FOLDER, sides, host: host.url, ports, pass, say, ledger });
    return { round, nodes, clients, close };
  } catch (error) {
    await close();
    throw error;
  }
}
