import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { utf8 } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { isObject } from '../../base/json.ts';
import { Mutex } from '../../base/mutex.ts';
import type { Crypto } from '../../base/ports.ts';
import { nodeRandom, nodeSha256, systemNow } from '../../node/crypto.ts';
import { replaceFile } from '../../node/durable-file.ts';
import { readHostFile } from '../../node/party-files.ts';
import { findRunning } from '../transport.ts';
import { Child } from './children.ts';
import { foundBetween } from './found.ts';
import { demoKeys, demoPassphrase } from './keys.ts';
import { Ledger } from './ledger.ts';
import { parseScenario, sayFaults } from './parse-scenario.ts';
import type { Round } from './round-player.ts';
import { openRound } from './round-stage.ts';
import { mustBeFree } from './running.ts';
import type { Scenario } from './scenario.ts';
import { makeSetting, type Setting, settingOf } from './setting.ts';
import { patiently, Side } from './side.ts';
import type { Stage } from './stage.ts';

/** A scenario read from its file. Refuses `not_found`, and `invalid` with a line for every fault. */
export async function readScenario(path: string): Promise<Scenario> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new ParleyError('not_found', path);
  });
  const parsed = parseScenario(text);
  if ('faults' in parsed) throw new ParleyError('invalid', `${path}\n${sayFaults(parsed.faults)}`);
  return parsed.scenario;
}

/** The file that keeps a node from being started while it exists: `<dir>/russian-federation.hold`. */
export function holdFile(dir: string, slug: string): string {
  return join(dir, `${slug}.hold`);
}

/** The nodes of a scenario on this machine, each a process of its own; of a round, one for the nodes of all but the first party. */
export class Demonstration {
  readonly scenario: Scenario;
  readonly dir: string;
  readonly setting: Setting;
  readonly #children: readonly Child[];
  readonly #writing = new Mutex();

  private constructor(scenario: Scenario, dir: string, setting: Setting, say: (text: string) => void) {
    this.scenario = scenario;
    this.dir = dir;
    this.setting = setting;
    const changed = (): void => void this.#writePids();
    const child = (name: string, slug: string, args: readonly string[], runs: () => Promise<number | undefined>): Child =>
      new Child({ name, args, log: join(dir, 'logs', `${slug}.log`), hold: holdFile(dir, slug), say, changed, runs });
    const alone = setting.others === undefined ? scenario.parties : scenario.parties.slice(0, 1);
    const runs = (party: string) => async (): Promise<number | undefined> => (await findRunning(party))?.pid;
    this.#children = [
      ...alone.map(({ name, slug }, i) => {
        const party = setting.parties[i] ?? '';
        return child(name, slug, ['serve', '--dir', party, '--demonstration'], runs(party));
      }),
      ...(setting.others === undefined
        ? []
        : [child(othersName(scenario), 'others', ['serve', '--all', '--dir', setting.others, '--demonstration'], runs(setting.parties[1] ?? ''))]),
      // A host leaves nothing in its directory that tells its process.
      child(scenario.host, 'host', ['host', '--dir', setting.host], async () => undefined),
    ];
  }

  /** As {@link start}; `undefined` where a node of a party runs already, whoever started it: the scenario is played through what runs. */
  static async startWhereNoneRuns(scenario: Scenario, dir: string, say: (text: string) => void): Promise<Demonstration | undefined> {
    const running = await Promise.all(settingOf(dir, scenario).parties.map((party) => findRunning(party)));
    return running.some((one) => one !== undefined) ? undefined : Demonstration.start(scenario, dir, say);
  }

  /** Makes what is missing and starts the nodes; resolves once all listen. Refuses `locked` where they run already, and as `Child.start`. */
  static async start(scenario: Scenario, dir: string, say: (text: string) => void): Promise<Demonstration> {
    await mkdir(join(dir, 'logs'), { recursive: true, mode: 0o700 });
    const passphrase = await demoPassphrase(dir);
    const setting = await makeSetting(dir, scenario, { passphrase, random: nodeRandom, sha256: nodeSha256 });
    await mustBeFree(dir, scenario, setting);
    const demonstration = new Demonstration(scenario, dir, setting, say);
    try {
      await Promise.all(demonstration.#children.map((one) => one.start()));
    } catch (error) {
      await demonstration.stop();
      throw error;
    }
    return demonstration;
  }

  /** By name, where each process listens: of a round, of the others the first. */
  async addresses(): Promise<readonly { readonly name: string; readonly url: string }[]> {
    const urls = await this.urls();
    return this.#children.map(({ name }, i) => ({ name: i === urls.length - 1 ? `${name} (host)` : name, url: urls[i] ?? '' }));
  }

  /** Where each node listens, parties first, the host last; `localhost`, since browsers refuse passkeys under a number. */
  async urls(): Promise<readonly string[]> {
    return (await Promise.all(this.#children.map((one) => one.ready()))).map(({ url }) => url.replace('//127.0.0.1', '//localhost'));
  }

  /** Witness cosignatures that the host has given since it was made. */
  async cosignatures(): Promise<number> {
    const [url = ''] = (await this.urls()).slice(-1);
    return patiently(async () => {
      const answer = await fetch(new URL('/status', url), { redirect: 'error' }).catch((cause: unknown) => {
        throw new ParleyError('unreachable', 'the host does not answer', {}, cause);
      });
      const status: unknown = await answer.json();
      return isObject(status) && typeof status.cosignatures === 'number' ? status.cosignatures : 0;
    });
  }

  /** Stops the nodes, by their pids. */
  async stop(): Promise<void> {
    await Promise.all(this.#children.map((one) => one.stop()));
  }

  /** `demo.json`: which process is which node, for whoever wants to stop one and see what the other side says. */
  #writePids(): Promise<void> {
    // One at a time: two nodes killed together come back together, and the file has one writer.
    return this.#writing.run(async () => {
      const nodes = this.#children.map(({ name, pid }) => ({ name, pid: pid ?? 0 }));
      await replaceFile(join(this.dir, 'demo.json'), utf8(`${JSON.stringify({ pid: process.pid, nodes }, null, 2)}\n`));
    });
  }
}

/** The parties of a round but the first, as one: they are one process. */
function othersName(scenario: Scenario): string {
  return `The ${scenario.parties.length - 1} others`;
}

/** Resolves once the system's clock has come to an instant. */
async function pass(instant: number): Promise<void> {
  while (systemNow() < instant) await new Promise((resolve) => setTimeout(resolve, Math.min(1000, Math.max(1, instant * 1000 - Date.now()))));
}

/** What a scenario that is played through running nodes is opened with. */
export type Opening = {
  readonly scenario: Scenario;
  readonly file: string;
  readonly dir: string;
  readonly crypto: Crypto;
  readonly say: (text: string) => void;
};

/** As {@link openStage}, of a round: all its channels. */
export async function openRoundStages(options: Opening): Promise<Round> {
  const { sides, host, ports } = await partsOf(options);
  const { scenario, file, dir, say } = options;
  const ledger = (channel: string): Promise<Ledger> => Ledger.open(join(dir, 'played', channel));
  return openRound({ scenario, folder: dirname(file), sides, host, ports, pass, say, ledger });
}

/** Both sides of a scenario whose nodes run on the directories below `dir`, and the channel between them, founded where it is not. */
export async function openStage(options: Opening): Promise<Stage> {
  const { scenario, file, dir, say } = options;
  const { sides, host, ports } = await partsOf(options);
  const channel = await foundBetween({ scenario, sides, host, ports, say });
  const ledger = await Ledger.open(join(dir, 'played', channel));
  return { scenario, folder: dirname(file), channel, sides, ledger, ports, pass, say };
}

async function partsOf({ scenario, dir, crypto }: Opening): Promise<Pick<Stage, 'sides' | 'ports'> & { readonly host: string }> {
  const setting = settingOf(dir, scenario);
  const passphrase = await demoPassphrase(dir);
  const sides = scenario.parties.map(({ name, slug }, i) => {
    const home = setting.parties[i] ?? '';
    const keys = demoKeys({ dir, party: slug, home, random: nodeRandom, passphrase });
    return new Side({ name, dir: home, keys });
  });
  const { door } = await readHostFile(setting.host);
  return { sides, host: `http://${door.host}:${door.port}`, ports: { crypto, random: nodeRandom, now: systemNow } };
}
