import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '../src/cli/client.ts';
import { latestRows } from '../src/cli/documents.ts';
import { readScenario } from '../src/cli/scenario/demonstration.ts';
import type { Scenario } from '../src/cli/scenario/scenario.ts';
import { settingOf } from '../src/cli/scenario/setting.ts';
import { findRunning, overHttp } from '../src/cli/transport.ts';
import { openParty } from '../src/node/serve.ts';
import { MAX_TABLE_PAGE, tableView } from '../src/node/views/table.ts';
import type { ChannelView, TableRow } from '../src/projection/views.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const GENEVA = fileURLToPath(new URL('../scenarios/geneva-2021.scenario', import.meta.url));
const MAX_ROWS = 10_000;

/** The line that `parley demo --once --json` ends with. */
export type Facts = {
  readonly channel: string;
  readonly parties: readonly { name: string; url: string; dir: string; entries: number; receipts: number; digest: string }[];
  readonly host: { readonly url: string; readonly cosignatures: number };
  readonly matters: Readonly<Record<string, number>>;
};

/** A demonstration under way. */
export class Run {
  readonly dir: string;
  readonly process: ChildProcess;
  readonly #exit: Promise<number | null>;
  #out = '';
  #err = '';
  #said = 0;
  #waiting: { readonly lines: number; readonly resolve: () => void }[] = [];

  constructor(dir: string) {
    this.dir = dir;
    const args = ['--disable-warning=ExperimentalWarning', MAIN, 'demo', '--once', '--json', '--no-input', '--dir', dir];
    this.process = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#out += text;
    });
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#err += text;
      this.#said += text.split('\n').length - 1;
      this.#wake();
    });
    this.#exit = once(this.process, 'close').then(([code]) => {
      this.#said = Number.POSITIVE_INFINITY;
      this.#wake();
      return code as number | null;
    });
  }

  get isOver(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** Process numbers by name, of this very run; empty until all are up. */
  async pids(): Promise<ReadonlyMap<string, number>> {
    const text = await readFile(join(this.dir, 'demo.json'), 'utf8').catch(() => '{}');
    const { pid, nodes = [] } = JSON.parse(text) as { pid?: number; nodes?: readonly { name: string; pid: number }[] };
    return pid === this.process.pid ? new Map(nodes.map((node) => [node.name, node.pid])) : new Map();
  }

  /** Resolves once so many lines of progress were said from now on, or the run is over. */
  saysMore(lines: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ lines: this.#said + lines, resolve });
      this.#wake();
    });
  }

  #wake(): void {
    const ready = this.#waiting.filter((one) => one.lines <= this.#said);
    this.#waiting = this.#waiting.filter((one) => one.lines > this.#said);
    for (const { resolve } of ready) resolve();
  }

  /** Waits for the end, however it comes. */
  ended(): Promise<number | null> {
    return this.#exit;
  }

  /** Waits for the end and gives its last line; fails with everything that was said where it did not end well. */
  async facts(): Promise<Facts> {
    const code = await this.#exit;
    assert.equal(code, 0, this.#err);
    return JSON.parse(this.#out.trimEnd().split('\n').at(-1) ?? '') as Facts;
  }
}

/** Documents by kind that the record must hold, neither more nor less, once the scenario is played. */
export function expectedDocuments(scenario: Scenario): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const kinds = scenario.steps.flatMap((step) => (step.step === 'act' && step.acknowledges === undefined ? [step.kind] : []));
  for (const kind of [...kinds, ...scenario.people.map(() => 'identity')]) counts[kind] = (counts[kind] ?? 0) + 1;
  return sorted(counts);
}

/** Documents by kind in rows of the table. */
export function documentsIn(rows: readonly TableRow[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of rows) counts[kind] = (counts[kind] ?? 0) + 1;
  return sorted(counts);
}

/** What both nodes of a running demonstration show of its channel; `undefined` where one does not answer just now. */
export async function lookAt(dir: string, scenario: Scenario): Promise<readonly (readonly TableRow[])[] | undefined> {
  try {
    return await Promise.all(
      settingOf(dir, scenario).parties.map(async (party) => {
        // Over HTTP alone: opened here, the directory would be locked when its node comes back.
        const running = await findRunning(party);
        if (running === undefined) throw new Error('the node does not run');
        const client = new Client(party, true, overHttp(running));
        const [channel] = await client.get<readonly ChannelView[]>('/api/channels');
        return channel === undefined ? [] : (await latestRows(client, channel.id, MAX_ROWS)).rows;
      }),
    );
  } catch {
    return undefined;
  }
}

/** What both directories hold once their nodes have stopped, read without them. */
export async function readAfterwards(dir: string, scenario: Scenario): Promise<readonly (readonly TableRow[])[]> {
  const sides: (readonly TableRow[])[] = [];
  for (const party of settingOf(dir, scenario).parties) {
    const { node, close } = await openParty(party);
    try {
      const [channel] = node.channels;
      sides.push(channel === undefined ? [] : (await tableView(channel, undefined, MAX_TABLE_PAGE)).rows);
    } finally {
      await close();
    }
  }
  return sides;
}

/** Ids of the documents that the other side holds, as their authors' nodes say. */
export function heldIn(sides: readonly (readonly TableRow[])[]): readonly string[] {
  return sides
    .flatMap((rows, party) => rows.filter((row) => row.party === party && (row.delivery === 'held' || row.delivery === 'witnessed')))
    .map(({ id }) => id);
}

/** The shipped scenario. */
export function geneva(): Promise<Scenario> {
  return readScenario(GENEVA);
}

/**
 * Plays the scenario in `dir` while processes are killed with SIGKILL: `victims` in order, each some lines of progress after the one before. A killed node
 * comes back by itself, a killed demonstration is started again. Resolves with the end's facts and the documents that were held at the moment of a kill.
 */
export async function playKilling(
  dir: string,
  scenario: Scenario,
  victims: readonly number[],
  figure: () => number,
): Promise<{ facts: Facts; held: ReadonlySet<string>; kills: number }> {
  const held = new Set<string>();
  let kills = 0;
  let run = new Run(dir);
  for (const victim of victims) {
    await run.saysMore(1 + Math.floor(figure() * 7));
    // Within a step too, not only at its end.
    await new Promise((resolve) => setTimeout(resolve, figure() * 80));
    if (run.isOver) break;
    for (const id of heldIn((await lookAt(dir, scenario)) ?? [])) held.add(id);
    while (!(await killOne(run, victim)) && !run.isOver) await new Promise((resolve) => setTimeout(resolve, 10));
    kills++;
    if (victim !== 0) continue;
    await run.ended();
    run = new Run(dir);
  }
  return { facts: await run.facts(), held, kills };
}

/** Ends one process of a run; `false` while it is not up: the one killed before is being replaced. */
async function killOne(run: Run, victim: number): Promise<boolean> {
  const pid = victim === 0 ? run.process.pid : [...(await run.pids()).values()][victim - 1];
  try {
    return pid !== undefined && process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** What must stand after any number of kills: every line once on both sides, and everything that was ever held. */
export async function mustStand(dir: string, scenario: Scenario, facts: Facts, held: ReadonlySet<string>): Promise<void> {
  const sides = await readAfterwards(dir, scenario);
  assert.equal(new Set(facts.parties.map(({ digest }) => digest)).size, 1, 'both sides compute the same');
  for (const [party, rows] of sides.entries()) {
    assert.deepEqual(documentsIn(rows), expectedDocuments(scenario), `every line stands once with party ${party}`);
    assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
    assert.ok(rows.every(({ valid }) => valid));
    const ids = new Set(rows.map(({ id }) => id));
    for (const id of held) assert.ok(ids.has(id), `${id} was held and is still there`);
  }
  for (const { entries, receipts } of facts.parties) assert.equal(receipts, entries);
}

/** Runs a task in a directory of its own that is gone afterwards. */
export async function inTemporary(task: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-demo-'));
  try {
    await task(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Repeatable figures in [0, 1): mulberry32. */
export function figuresFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function sorted(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
