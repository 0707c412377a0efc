import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, ParleyError } from '../../base/errors.ts';
import { sayIn } from '../../base/phrases.ts';
import { nodeCrypto } from '../../node/crypto.ts';
import type { ChannelView } from '../../projection/views.ts';
import { channelPath } from '../client.ts';
import type { Command } from '../command.ts';
import { program, shellWord } from '../program.ts';
import { restore, speak } from '../rehearsal/restore.ts';
import { rewrite } from '../rehearsal/rewrite.ts';
import { openTheatre, type Theatre } from '../rehearsal/theatre.ts';
import { isReachedAgain, undoWithholding, withhold } from '../rehearsal/withhold.ts';
import { entriesText } from '../rows.ts';
import { readScenario } from '../scenario/demonstration.ts';
import { untilNothing } from '../scenario/side.ts';
import { stopSignal } from '../stop.ts';
import type { Terminal } from '../terminal.ts';

const GENEVA = fileURLToPath(new URL('../../../scenarios/geneva-2021.scenario', import.meta.url));

export const command: Command = {
  usage: 'rewrite|withhold|restore --as PARTY [--dir DIR] [--scenario FILE]',
  examples: [
    ['parley rehearse rewrite --as russian-federation', 'one side signs a second history; the other notices, and can prove it'],
    ['parley rehearse withhold --as united-states', 'one side takes everything and signs for nothing, until Ctrl-C'],
    ['parley rehearse restore --as united-states', 'an old copy is put back under a node; it takes back what it lost before it signs'],
  ],
  notes:
    'Cheating as a lesson, on the directory of "npm start" alone, while it is up: the secrets of both sides lie openly there.\n' +
    'One that is killed leaves what it changed to the next rehearsal there, which undoes it first.\n' +
    'What was rewritten stays proved: begin again with another --dir, or delete the directory.',
  options: [
    { name: 'as', value: 'PARTY', help: 'who cheats: the name of a party or of its directory' },
    { name: 'scenario', value: 'FILE', help: 'the scenario that was played there, where it is another one' },
  ],
  words: [1, 1],
  async run({ args, terminal, dir: given }) {
    const [what] = args.words;
    const act = what === 'rewrite' || what === 'withhold' || what === 'restore' ? ACTS[what] : undefined;
    if (act === undefined) throw new ParleyError('usage', 'one of: rewrite, withhold, restore');
    const as = args.required('as');
    const dir = args.has('dir') ? given : resolve('.parley/demo');
    const crypto = nodeCrypto();
    try {
      const scenario = await readScenario(resolve(args.text('scenario') ?? GENEVA));
      const theatre = await openTheatre({ dir, scenario, as, crypto });
      if (await undoWithholding(theatre, what === 'withhold'))
        terminal.say('An earlier rehearsal was killed before it undid what it had changed: that is undone now.');
      return await act(theatre, terminal);
    } finally {
      await crypto.close();
    }
  },
};

const ACTS: Readonly<Record<'rewrite' | 'withhold' | 'restore', (theatre: Theatre, terminal: Terminal) => Promise<number>>> = {
  async rewrite(theatre, terminal) {
    const { cheat, other } = theatre;
    const rewritten = await rewrite(theatre);
    terminal.say(
      `${cheat.name} signed a second history of ${entriesText(rewritten.size)}, in which entry ${rewritten.index + 1} says something else.`,
    );
    const missing = await untilNothing(async () => ((await viewOf(theatre)).alarm === undefined ? 'no alarm' : undefined));
    const { alarm } = await viewOf(theatre);
    if (missing !== undefined || alarm === undefined) throw new ParleyError('unreachable', `${other.name} has not noticed yet`);
    terminal.data({ rehearsal: 'rewrite', ...rewritten, alarm: alarm.id }, `${other.name} says: ${sayIn('en')(alarm)}`);
    terminal.say(`Open the screens of ${other.name}: both heads stand side by side, and the proof can be saved. Or:
  ${program()} fork-proof --dir ${shellWord(other.dir)} --out two.fork-proof
  ${program()} verify two.fork-proof`);
    return EXIT.ok;
  },

  async withhold(theatre, terminal) {
    const { cheat, other } = theatre;
    let pushes = 0;
    const signal = stopSignal();
    const withholding = await withhold(theatre, () => {
      pushes++;
      // It is offered again and again; once is enough to read.
      if (pushes === 1) terminal.say(`${cheat.name} has it, and signs for nothing.`);
    });
    try {
      terminal.say(`Write something as ${other.name}: it is sent, a host sees it, and it is not held. Ctrl-C ends this.`);
      await signal.stopped;
    } finally {
      signal.dispose();
      await withholding.end();
    }
    const held = await isReachedAgain(theatre);
    const now = held
      ? `${other.name} reaches the real node of ${cheat.name} again; what was withheld is signed for now.`
      : `${other.name} looks for the real node of ${cheat.name} again, which has not signed for what was withheld yet.`;
    terminal.data({ rehearsal: 'withhold', pushes, held }, `It was offered ${pushes} times. ${now}`);
    return held ? EXIT.ok : EXIT.unreachable;
  },

  async restore(theatre, terminal) {
    const { cheat } = theatre;
    const restored = await restore(theatre, (text) => terminal.say(text));
    if (restored.after < restored.lost)
      throw new ParleyError('unsafe_state', `the node of ${cheat.name} ends at ${restored.after} and signs nothing`);
    const entry = await speak(theatre);
    terminal.data(
      { rehearsal: 'restore', ...restored, entry },
      `${cheat.name} signed nothing until it had all ${entriesText(restored.after)} again, and goes on. No two heads of one size were signed.`,
    );
    terminal.say(`The directory as it was before is ${restored.aside}.`);
    return EXIT.ok;
  },
};

function viewOf({ other, channel }: Theatre): Promise<ChannelView> {
  return other.ask((client) => client.get<ChannelView>(channelPath(channel)));
}
