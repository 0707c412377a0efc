import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../../base/errors.ts';
import { nodeCrypto } from '../../node/crypto.ts';
import type { Command, Context } from '../command.ts';
import { entriesText } from '../rows.ts';
import { Demonstration, type Opening, readScenario } from '../scenario/demonstration.ts';
import { mattersOf, outcomeText, type Performance, perform } from '../scenario/performance.ts';
import { roundVisitors } from '../scenario/round-visitors.ts';
import type { Settled } from '../scenario/settle.ts';
import type { Side } from '../scenario/side.ts';
import { visitors } from '../scenario/visitors.ts';
import { roundWelcomeText, welcomeText } from '../scenario/welcome.ts';
import { stopSignal } from '../stop.ts';

const GENEVA = fileURLToPath(new URL('../../../scenarios/geneva-2021.scenario', import.meta.url));
/** How often a demonstration looks whether a visitor has enrolled. */
const VISITORS_MS = 1000;

export const command: Command = {
  usage: '[--dir DIR] [--scenario FILE] [--once]',
  examples: [
    ['parley demo', 'two parties and a host on this machine, with Geneva 2021 played through them'],
    ['parley demo --scenario scenarios/check-round.scenario --dir .parley/round', 'one state that has a channel with each of 56 others'],
    ['parley demo --once --json', 'play, settle, say in one JSON line what stands, and end'],
  ],
  notes:
    'Everything is kept in --dir (default: .parley/demo) and goes on there the next time. Each node is a process of its own; demo.json says which.\n' +
    'Of a round, the nodes of all but its first party are in one process.\n' +
    'Stop one with its process number and see what the other side says; one that crashes (kill -9) is started again, one that is stopped (kill) is not.',
  options: [
    { name: 'scenario', value: 'FILE', help: 'another scenario (docs/scenarios.md)' },
    { name: 'once', help: 'end when everything has settled, instead of staying up' },
  ],
  words: [0, 0],
  run: (context) => demo(context),
};

/** What stands at the end of a round, as one JSON line. */
type RoundFacts = {
  readonly channels: readonly string[];
  readonly nodes: readonly { readonly name: string; readonly url: string }[];
  readonly cosignatures: number;
  readonly matters: Readonly<Record<string, number>>;
};

/** What stands at the end, as one JSON line. */
type Facts = {
  readonly channel: string;
  readonly parties: readonly { name: string; url: string; dir: string; entries: number; receipts: number; digest: string }[];
  readonly host: { readonly name: string; readonly url: string; readonly cosignatures: number };
  readonly matters: Readonly<Record<string, number>>;
};

async function demo(context: Context): Promise<number | undefined> {
  const { args, terminal, dir: given } = context;
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
    await (done.round === undefined
      ? showChannel(context, demonstration, done, signal.stopped)
      : showRound(context, demonstration, done, signal.stopped));
    return undefined;
  } finally {
    signal.dispose();
    await demonstration?.stop();
    await crypto.close();
  }
}

async function playAll(options: Opening): Promise<Performance> {
  const done = await perform(options);
  options.say(outcomeText(done));
  return done;
}

/** Says what stands in the one channel and, without `--once`, stays up. */
async function showChannel({ args, terminal }: Context, demonstration: Demonstration, done: Performance, stopped: Promise<undefined>): Promise<void> {
  const [channel] = done.channels;
  if (channel === undefined) return;
  const facts = await factsOf(demonstration, channel.settled);
  if (args.has('once')) {
    terminal.data(facts, onceText(facts));
    return;
  }
  const links = await linksOf(channel.stage.sides);
  terminal.data({ ...facts, links }, welcomeText(demonstration.scenario, demonstration.dir, facts, links));
  await welcomeVisitors(visitors(channel.stage), stopped);
}

/** The same of a round: of its first party, whose node has all the channels. */
async function showRound({ args, terminal }: Context, demonstration: Demonstration, done: Performance, stopped: Promise<undefined>): Promise<void> {
  const { round, channels } = done;
  if (round === undefined) return;
  const nodes = await demonstration.addresses();
  const cosignatures = await demonstration.cosignatures();
  const facts: RoundFacts = { channels: channels.map(({ settled }) => settled.channel), nodes, cosignatures, matters: mattersOf(done) };
  if (args.has('once')) {
    terminal.data(facts, `In each of ${channels.length} channels both sides compute the same.`);
    return;
  }
  const [link = ''] = await linksOf([round.hub]);
  terminal.data({ ...facts, links: [link] }, roundWelcomeText(demonstration.scenario, demonstration.dir, demonstration.setting, nodes, link));
  await welcomeVisitors(roundVisitors(round), stopped);
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
async function linksOf(sides: readonly Side[]): Promise<readonly string[]> {
  return Promise.all(sides.map((side) => side.ask(async (client) => (await client.post<{ url: string }>('/api/enrol/tokens', { admin: true })).url)));
}

/** Accredits whoever enrols, until the demonstration is stopped. */
async function welcomeVisitors(welcome: () => Promise<void>, stopped: Promise<undefined>): Promise<void> {
  let up = true;
  void stopped.then(() => {
    up = false;
  });
  while (up) {
    await Promise.race([stopped, new Promise((later) => setTimeout(later, VISITORS_MS))]);
    // A side that somebody stopped is left alone until it is back.
    if (up) await Promise.race([stopped, welcome()]);
  }
}

async function addressText(demonstration: Demonstration): Promise<string> {
  const nodes = await demonstration.addresses();
  const width = Math.max(...nodes.map(({ name }) => name.length));
  return nodes.map(({ name, url }) => `  ${name.padEnd(width)}  ${url}`).join('\n');
}

function onceText(facts: Facts): string {
  const sides = facts.parties.map(({ name, entries, receipts }) => `${name}: ${entriesText(entries)}, ${receipts} of them held by the other side`);
  return [...sides, `Both sides compute the same: ${facts.parties[0]?.digest ?? ''}`].join('\n');
}
