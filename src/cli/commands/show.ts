import { sayIn } from '../../base/phrases.ts';
import { labelOf, showInput } from '../../document/form.ts';
import { kindOf } from '../../document/registry.ts';
import type { ChannelView, DocumentView } from '../../projection/views.ts';
import { findChannel, openClient } from '../client.ts';
import type { Command } from '../command.ts';
import { findDocument } from '../documents.ts';
import { besideText, dueText, kindName, rowLine, rowText, when } from '../rows.ts';
import type { Terminal } from '../terminal.ts';

const say = sayIn('en');

export const command: Command = {
  usage: 'DOCUMENT [--channel CHANNEL]',
  examples: [
    ['parley show US-3', 'a document by its reference'],
    ['parley show q7Xb2kLw', 'a document by the first letters of its id'],
    ['parley show US-3 --json', 'everything about it, hashes, exact bytes and thread included'],
  ],
  options: [{ name: 'channel', value: 'CHANNEL', help: 'look in this channel only' }],
  words: [1, 1],
  async run({ args, terminal, dir }) {
    const client = await openClient(dir);
    try {
      const name = args.text('channel');
      const channels = name === undefined ? await client.get<readonly ChannelView[]>('/api/channels') : [await findChannel(client, name)];
      const { channel, document } = await findDocument(client, channels, args.word(0, 'a document'));
      terminal.data({ ...document, row: rowLine(channel, document.row) }, documentText(terminal, channel, document, Math.floor(Date.now() / 1000)));
    } finally {
      await client.close();
    }
    return undefined;
  },
};

function documentText(terminal: Terminal, channel: ChannelView, document: DocumentView, now: number): string {
  const { row, signer, evidence } = document;
  return [
    rowText(terminal, channel, row),
    ...(signer === null ? [] : [`          Signed by ${signer.name}, ${signer.post}${signer.automatic ? ' (automatic)' : ''}`]),
    ...(signer?.compromisedSince === undefined
      ? []
      : [terminal.style(`          The key is said to be in other hands since ${when(signer.compromisedSince)}`, 'warn')]),
    ...(document.about?.beside ?? []).map((one) => `          ${besideText(channel, one)}`),
    '',
    ...fieldLines(terminal, document),
    ...document.attachments.map(({ name, size, held, heldBy }) => {
      const here = held === size ? 'here' : `${Math.floor((100 * held) / Math.max(1, size))} % here`;
      const others = heldBy.map((party) => channel.parties[party]?.name ?? '').filter((party) => party !== '');
      return `File: ${name}, ${size} bytes, ${here}${others.length === 0 ? '' : `; ${others.join(', ')} ${others.length === 1 ? 'holds' : 'hold'} it`}`;
    }),
    ...document.receipts.map(({ party, at, size }) => receiptText(`${channel.parties[party]?.name ?? party} holds it`, at, size)),
    ...document.witnesses.map(({ host, at, size }) => receiptText(`Host ${host} witnessed it`, at, size)),
    ...(row.due === undefined ? [] : [dueText(terminal, channel, row.due, now)]),
    ...threadLines(document),
    '',
    terminal.style(`id ${evidence.id}; leaf ${evidence.index} of ${evidence.size} in ${evidence.origin}`, 'dim'),
  ].join('\n');
}

function fieldLines(terminal: Terminal, { row, fields, erased }: DocumentView): readonly string[] {
  const kind = kindOf(row.kind);
  const known = (kind?.fields ?? []).filter((field) => field.hidden !== true && field.shape !== 'attachments');
  const lines = known.flatMap((field) => {
    const value = fields[field.name];
    const label = terminal.style(`${say(labelOf(row.kind, field.name))}:`, 'bold');
    if (value === undefined) return erased.includes(field.name) ? [`${label} (erased)`] : [];
    const text = showInput(field, value);
    return [text.includes('\n') ? `${label}\n  ${text.replaceAll('\n', '\n  ')}` : `${label} ${text}`];
  });
  return kind === undefined ? Object.entries(fields).map(([name, value]) => `${name}: ${JSON.stringify(value)}`) : lines;
}

function threadLines({ row, thread }: DocumentView): readonly string[] {
  const others = thread.filter(({ id }) => id !== row.id);
  return others.length === 0
    ? []
    : ['', 'In the same matter:', ...others.map((one) => `  ${one.id.slice(0, 8)}  ${when(one.time)}  ${kindName(one.kind)}: ${say(one.summary)}`)];
}

function receiptText(what: string, at: number | undefined, size: number | undefined): string {
  if (at === undefined) return `Not yet: ${what}`;
  return `${what}: ${when(at)} UTC${size === undefined ? '' : `, at size ${size}`}`;
}
