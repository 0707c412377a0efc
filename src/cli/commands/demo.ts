import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, ParleyError } from '../../base/errors.ts';
import { nodeCrypto } from '../../node/crypto.ts';
import type { Command, Context } from '../command.ts';
import { entriesText } from '../rows.ts';
import { Demonstration, openStage, readScenario } from '../scenario/demonstration.ts';
import { play } from '../scenario/player.ts';
import { type Settled, settle } from '../scenario/settle.ts';
import type { Stage } from '../scenario/stage.ts';
import { visitors } from '../scenario/visitors.ts';
import { welcomeText } from '../scenario/welcome.ts';
import { stopSignal } from '../stop.ts';

const GENEVA = fileURLToPath(new URL('../../../scenarios/geneva-2021.scenario', import.meta.url));
/** How often a demonstration looks whether a visitor has enrolled. */
const VISITORS_MS = 1000;

export const command: Command = {
  usage: '[--dir DIR] [--scenario FILE] [--once]',
  examples: [
    ['parley demo', 'two parties and a host on this machine, with Geneva 2021 played through them'],
    ['parley demo --once --json', 'play, settle, say in one JSON line what stands, and end'],
  ],
  notes:
    'Everything is kept in --dir (default: .parley/demo) and goes on there the next time. Each node is a process of its own; demo.json says which.\n' +
    'Stop one with its process number and see what the other side says; one that crashes (kill -9) is started again, one that is stopped (kill) is not.',
  options: [
    { name: 'scenario', value: 'FILE', help: 'another scenario (docs/scenarios.md)' },
    { name: 'once', help: 'end when everything has settled, instead of staying up' },
  ],
  words: [0, 0],
  run: (context) => demo(context),
};

/** What stands at the end, as one JSON line. */
type Facts = {
  readonly channel: string;
  readonly parties: readonly { name: string; url: string; dir: string; entries: number; receipts: number; digest: string }[];
  readonly host: { readonly name: string; readonly url: string; readonly cosignatures: number };
  readonly matters: Readonly<Record<string, number>>;
};

async function demo({ args, terminal, dir: given }: Context): Promise<number | undefined> {
  const file = resolve(args.text('scenario') ?? GENEVA);
  const dir = args.has('dir') ? given : resolve('.parley/demo');
  const scenario = await readScenario(file);
  const say = (text: string): void => terminal.say(text);
  const signal = stopSignal();
  const crypto = nodeCrypto();
  let demonstration: Demonstration | undefined;
  try {
    demonstration = await Demonstration.start(scenario, dir, say);
    say(await addressText(demonstration));
    const playing = playAll({ scenario, file, dir, crypto, say });
    const done = await Promise.race([playing, signal.stopped]);
    if (done === undefined) {
      // What is under way ends with the nodes; it goes on the next time.
      playing.catch(() => undefined);
      return args.has('once') ? EXIT.failure : undefined;
    }
    const facts = await factsOf(demonstration, done.settled);
    if (args.has('once')) {
      terminal.data(facts, onceText(facts));
      return undefined;
    }
    const links = await linksOf(done.stage);
    terminal.data({ ...facts, links }, welcomeText(scenario, dir, facts, links));
    await welcomeVisitors(done.stage, signal.stopped);
    return undefined;
  } finally {
    signal.dispose();
    await demonstration?.stop();
    await crypto.close();
  }
}

async function playAll(options: Parameters<typeof openStage>[0]): Promise<{ stage: Stage; settled: Settled }> {
  const stage = await openStage(options);
  const { played, stood } = await play(stage);
  const settled = await settle(stage.sides, stage.channel);
  if (settled === undefined) throw new ParleyError('unreachable', 'everything was said, and not everything has arrived yet');
  options.say(stood === 0 ? `${played} lines were played.` : `${played} lines were played; ${stood} stood already.`);
  return { stage, settled };
}

async function factsOf(demonstration: Demonstration, settled: Settled): Promise<Facts> {
  const { scenario, setting } = demonstration;
  const urls = await demonstration.urls();
  return {
    channel: settled.channel,
    parties: settled.sides.map((side, i) => ({ name: scenario.parties[i]?.name ?? '', url: urls[i] ?? '', dir: setting.parties[i] ?? '', ...side })),
    host: { name: scenario.host, url: urls.at(-1) ?? '', cosignatures: await demonstration.cosignatures() },
    matters: settled.matters,
  };
}

/** One-time links by which a visitor signs in as each side. */
async function linksOf(stage: Stage): Promise<readonly string[]> {
  return Promise.all(
    stage.sides.map((side) => side.ask(async (client) => (await client.post<{ url: string }>('/api/enrol/tokens', { admin: true })).url)),
  );
}

/** Accredits whoever enrols, until the demonstration is stopped. */
async function welcomeVisitors(stage: Stage, stopped: Promise<undefined>): Promise<void> {
  let up = true;
  void stopped.then(() => {
    up = false;
  });
  const welcome = visitors(stage);
  while (up) {
    await Promise.race([stopped, new Promise((later) => setTimeout(later, VISITORS_MS))]);
    // A side that somebody stopped is left alone until it is back.
    if (up) await Promise.race([stopped, welcome()]);
  }
}

async function addressText(demonstration: Demonstration): Promise<string> {
  const urls = await demonstration.urls();
  const names = [...demonstration.scenario.parties.map(({ name }) => name), `${demonstration.scenario.host} (host)`];
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name, i) => `  ${name.padEnd(width)}  ${urls[i] ?? ''}`).join('\n');
}

function onceText(facts: Facts): string {
  const sides = facts.parties.map(({ name, entries, receipts }) => `${name}: ${entriesText(entries)}, ${receipts} of them held by the other side`);
  return [...sides, `Both sides compute the same: ${facts.parties[0]?.digest ?? ''}`].join('\n');
}
