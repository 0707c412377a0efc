import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, ParleyError } from '../../base/errors.ts';
import { nodeSha256 } from '../../node/crypto.ts';
import type { FoundingView } from '../../node/founding.ts';
import type { ChannelView } from '../../projection/views.ts';
import { type Client, channelPath, openClient } from '../client.ts';
import { type Command, type Context, PASSPHRASE_FILE } from '../command.ts';
import { findFounding, foundingLine, foundingText, signCharter } from '../foundings.ts';
import { IDENTITY, openIdentity } from '../identity.ts';

const DEFAULT_TIMEOUT = 60;

export const command: Command = {
  usage: '[--invite FOUNDING] [--sentence-file FILE] [--wait]',
  examples: [
    ['parley confirm', 'read your sentence aloud, type what the other side reads to you'],
    ['parley confirm --no-input --json', 'only show the sentence that this side reads'],
    ['parley confirm --sentence-file heard.txt --passphrase-file p.txt --wait', 'in a script, until the channel is open'],
  ],
  notes:
    'Both officers speak by telephone or face to face, over a line that is not this one. Each reads ten words, and types the other’s ten.\n' +
    'If they differ, somebody may stand between the two nodes: nothing is signed.',
  options: [
    { name: 'invite', value: 'FOUNDING', help: 'title or id of the founding; may be left out where only one is at this step' },
    { name: 'channel', value: 'FOUNDING', help: 'the same as --invite' },
    { name: 'sentence-file', value: 'FILE', help: 'the other side’s sentence, as it was heard' },
    IDENTITY,
    PASSPHRASE_FILE,
    { name: 'wait', help: 'wait until the channel is open on both sides' },
    { name: 'timeout', value: 'SECONDS', help: `how long to wait (default: ${DEFAULT_TIMEOUT})` },
  ],
  words: [0, 0],
  async run(context) {
    const { args, terminal, dir } = context;
    const timeout = args.whole('timeout', 0, 86_400) ?? DEFAULT_TIMEOUT;
    const file = args.text('sentence-file');
    const client = await openClient(dir, { exchange: args.has('wait') });
    try {
      const founding = await answered(client, args.text('invite') ?? args.text('channel'), args.has('wait') ? timeout * 1000 : 0);
      const { invite, title, with: other, state, read } = founding;
      // Shown again while the other side has not typed it: they may ask to hear it once more.
      if ((state === 'compare' || state === 'waiting') && read !== undefined)
        terminal.data({ invite, title, with: other, state, read }, `Read this aloud to ${other}:\n\n  ${terminal.style(read, 'bold')}\n`);
      if (state === 'compare') {
        if (file === undefined && !terminal.asks) {
          terminal.say('Give what the other side reads with --sentence-file.');
          return EXIT.ok;
        }
        const typed =
          file === undefined ? await terminal.ask(`Type what ${other} reads to you:`, '--sentence-file is needed') : await readFile(file, 'utf8');
        await confirm(context, client, founding, typed);
      }
      return await sayState(context, client, founding.invite, args.has('wait') ? timeout * 1000 : 0);
    } finally {
      await client.close();
    }
  },
};

/** The founding meant, once the other side has answered; waits for that within the time given. */
async function answered(client: Client, name: string | undefined, waitMs: number): Promise<FoundingView> {
  const started = Date.now();
  for (let pause = 50; ; pause = Math.min(1000, pause * 1.5)) {
    try {
      return await findFounding(client, name, ['compare', 'waiting', ...(name === undefined ? [] : ['founded' as const])]);
    } catch (error) {
      const early = error instanceof ParleyError && (error.code === 'not_found' || error.code === 'conflict');
      if (!early || Date.now() - started >= waitMs) throw error;
    }
    await sleep(pause);
  }
}

async function confirm(context: Context, client: Client, founding: FoundingView, typed: string): Promise<void> {
  const sentence = typed.trim().slice(0, 300);
  if (sentence === '') throw new ParleyError('usage', 'the other side’s sentence is needed');
  const { text } = await client.post<{ text: string }>('/api/foundings/confirm/text', { invite: founding.invite, sentence });
  const note = await signCharter(nodeSha256, text, sentence, founding.us, () => openIdentity(context));
  await client.post('/api/foundings/confirm', { invite: founding.invite, sentence, note });
}

async function sayState({ terminal, args }: Context, client: Client, invite: string, waitMs: number): Promise<number> {
  const started = Date.now();
  for (let pause = 50; ; pause = Math.min(1000, pause * 1.5)) {
    const founding = await client.get<FoundingView>(`/api/foundings/${invite}`);
    const open = founding.state === 'founded' && founding.channel !== undefined && (await isOpen(client, founding.channel));
    if (open || Date.now() - started >= waitMs) {
      terminal.data({ ...foundingLine(founding), open }, open ? `${founding.title} is open.` : foundingText(founding));
      return args.has('wait') && !open ? EXIT.unreachable : EXIT.ok;
    }
    await sleep(pause);
  }
}

async function isOpen(client: Client, channel: string): Promise<boolean> {
  return (await client.get<ChannelView>(channelPath(channel))).open;
}
