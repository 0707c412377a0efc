import { ParleyError } from '../../base/errors.ts';
import { sayIn } from '../../base/phrases.ts';
import { kindOf } from '../../document/registry.ts';
import { visible } from '../../document/visible.ts';
import type { OpenedEntry } from '../../entry/entry.ts';
import { nodeSha256 } from '../../node/crypto.ts';
import { clearanceText, signStatement } from '../../node/statements.ts';
import type { ClearanceDetail, ClearanceView } from '../../projection/clearance-views.ts';
import type { ChannelView } from '../../projection/views.ts';
import { openShown } from '../awaiting.ts';
import { type Client, channelPath, findChannel, openClient } from '../client.ts';
import { type Command, type Context, IN_CHANNEL, mustAgree, PASSPHRASE_FILE, YES } from '../command.ts';
import { targetOf } from '../documents.ts';
import { fieldsText } from '../draft.ts';
import { keptFor } from '../exchange-words.ts';
import { indented, noticedTexts } from '../field-lines.ts';
import { hashText, headerLines } from '../hash.ts';
import { openKeyFile } from '../key-file.ts';
import { kindNameIn, saidIn, voiceOf, when } from '../rows.ts';

const say = sayIn('en');

export const command: Command = {
  usage: '[DOCUMENT] [--channel CHANNEL] [--key FILE | --return REMARK]',
  examples: [
    ['parley clear', 'what awaits a second person, in all channels'],
    ['parley clear q7Xb2kLw --key lind.key', 'read it, then clear exactly these bytes, with a key of your own'],
    ['parley clear q7Xb2kLw --return "The date is wrong."', 'send it back to its author'],
  ],
  notes:
    'A clearance is local: the other side neither learns nor judges it. Whoever clears is accredited for such a document, and not the one who signs.\n' +
    'What is shown is read from the bytes that will be signed, on this machine; its hash can be compared with the one on the screen of the signer.',
  options: [
    IN_CHANNEL,
    { name: 'key', value: 'FILE', help: 'the key file of the person who clears' },
    { name: 'return', value: 'REMARK', help: 'send it back instead; a clearance given before holds no longer' },
    PASSPHRASE_FILE,
    YES,
  ],
  words: [0, 1],
  async run(context) {
    const { args, dir } = context;
    const client = await openClient(dir);
    try {
      const named = args.text('channel');
      const channels = named === undefined ? await client.get<readonly ChannelView[]>('/api/channels') : [await findChannel(client, named)];
      const id = args.words[0];
      if (id === undefined) return await list(context, client, channels);
      return await one(context, client, channels, id);
    } finally {
      await client.close();
    }
  },
};

async function list({ terminal }: Context, client: Client, channels: readonly ChannelView[]): Promise<undefined> {
  const all = await listOf(client, channels);
  for (const { channel, view } of all) terminal.data(view, clearanceLine(channel, view));
  if (all.length === 0) terminal.say('Nothing awaits clearance.');
  return undefined;
}

async function one(context: Context, client: Client, channels: readonly ChannelView[], name: string): Promise<undefined> {
  const { args, terminal } = context;
  const fits = (await listOf(client, channels)).filter(({ view }) => view.id === name || (name.length >= 6 && view.id.startsWith(name)));
  const [found, ...more] = fits;
  if (found === undefined) throw new ParleyError('not_found', 'no document of this id awaits clearance here');
  if (more.length > 0) throw new ParleyError('usage', 'several fit; give more letters of its id');
  const { channel, view } = found;
  const path = channelPath(channel.id, `/clearances/${view.id}`);
  const remark = args.text('return');
  if (remark !== undefined) {
    const back = await client.post<ClearanceDetail>(`${path}/return`, { remark });
    terminal.data(back, `sent back  ${view.id}`);
    return undefined;
  }
  const { opened } = openShown(await client.get<ClearanceDetail>(path));
  const kind = kindOf(opened.header.type);
  if (kind === undefined) throw new ParleyError('invalid', 'a kind of document that this version knows');
  terminal.say(`${kindNameIn(channel, kind.id)}, to be signed by ${view.signer.name} in ${channel.title}:`);
  const about = await targetOf(client, channel.id, opened.fields);
  const lines = [...fieldsText(kind, [...opened.fields], { about, channel, withFilled: true }), ...headerLines(opened.header)];
  for (const line of lines) terminal.say(line);
  for (const noticed of noticedTexts(kind, opened.fields, [], voiceOf(channel))) terminal.say(`  ${terminal.style('Noticed:', 'warn')} ${noticed}`);
  if (kind.id === 'commitment') for (const line of await committedLines(client, channel, opened)) terminal.say(line);
  terminal.say(hashText(opened.id));
  const key = args.text('key');
  if (key === undefined) throw new ParleyError('usage', '--key is needed: a person clears, with a key of their own, or signed in on the screens');
  await mustAgree(context, 'Clear exactly this?', 'not cleared');
  const signer = await openKeyFile(terminal, key, 'representative', args.text('passphrase-file'));
  const statement = await signStatement(nodeSha256, clearanceText(channel.id, opened.id), signer);
  const cleared = await client.post<ClearanceDetail>(`${path}/clear`, { statement: new TextDecoder().decode(statement) });
  terminal.data(cleared, `cleared by ${cleared.cleared?.name ?? ''}  ${opened.id}`);
  return undefined;
}

/** The words that a commitment binds to: whoever clears a hash alone would clear nothing. Refuses `not_kept` where nothing here opens it. */
async function committedLines(client: Client, { id, us }: ChannelView, { fields, header }: OpenedEntry): Promise<readonly string[]> {
  const digest = fields.get('digest');
  const side = { channel: id, party: us, matter: header.refs[0] ?? '' };
  const { text, attachments } = await keptFor(client, side, typeof digest === 'string' ? digest : '', nodeSha256);
  return [
    say('exchange.commits_to'),
    `  ${indented(visible(text), 4)}`,
    ...attachments.map(({ name, size }) => `  File: ${visible(name)}, ${size} bytes`),
  ];
}

async function listOf(
  client: Client,
  channels: readonly ChannelView[],
): Promise<readonly { readonly channel: ChannelView; readonly view: ClearanceView }[]> {
  const lists = await Promise.all(channels.map((channel) => client.get<readonly ClearanceView[]>(channelPath(channel.id, '/clearances'))));
  return channels.flatMap((channel, i) => (lists[i] ?? []).map((view) => ({ channel, view })));
}

function clearanceLine(channel: ChannelView, { id, kind, summary, state, signer, asked, cleared, returned }: ClearanceView): string {
  const stood =
    state === 'cleared'
      ? `cleared by ${cleared?.name ?? ''} ${when(cleared?.at ?? 0)}; ${signer.name} can sign it: parley send --cleared ${id}`
      : state === 'returned'
        ? `sent back by ${returned?.name ?? ''} ${when(returned?.at ?? 0)}${returned?.remark === '' ? '' : `: ${returned?.remark ?? ''}`}`
        : 'awaits clearance';
  return [
    `${id.slice(0, 8)}  ${when(asked.at)}  ${channel.title}  ${kindNameIn(channel, kind)} (${signer.name})`,
    `          ${saidIn(channel, summary)}`,
    `          ${stood}`,
  ].join('\n');
}
