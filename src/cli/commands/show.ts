import { wordlist } from '@scure/bip39/wordlists/english.js';
import { fromBase64url } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { parseStrictObject } from '../../base/json.ts';
import { labelOf } from '../../document/form.ts';
import { kindOf } from '../../document/registry.ts';
import { visible } from '../../document/visible.ts';
import { keySentence } from '../../entry/actor.ts';
import { openBody } from '../../entry/body.ts';
import { type OpenedEntry, openUnsigned, parseEntry } from '../../entry/entry.ts';
import { nodeSha256 } from '../../node/crypto.ts';
import { lateIn } from '../../projection/joint/silence.ts';
import type { ChannelView, DocumentView, TableRow } from '../../projection/views.ts';
import { aboutLines } from '../about-lines.ts';
import { channelsMeant, openClient } from '../client.ts';
import { type Command, type Context, IN_CHANNEL } from '../command.ts';
import { findDocument } from '../documents.ts';
import { fieldsText } from '../draft.ts';
import { indented, noticedTexts, unknownLine, valueText } from '../field-lines.ts';
import { hashText, headerLines } from '../hash.ts';
import { jointText } from '../joint-lines.ts';
import { exists, readInputFile } from '../read-input.ts';
import { besideText, deliveryText, dueText, hostCalled, kindAndSummary, kindName, markTexts, rowLine, rowText, voiceOf, when } from '../rows.ts';
import type { Terminal } from '../terminal.ts';

/** A text of 16 KiB and a body of 64 KiB in base64url, and their frame. */
const MAX_UNSIGNED_SIZE = 256 * 1024;

export const command: Command = {
  usage: 'DOCUMENT [--channel CHANNEL] [--hash]',
  examples: [
    ['parley show US-3', 'a document by its reference'],
    ['parley show q7Xb2kLw', 'a document by the first letters of its id'],
    ['parley show q7Xb2kLw --hash', 'its exact text read here, and the hash that its signer signed, to compare by voice'],
    ['parley show to-sign.unsigned --hash', 'the same of a text that a screen is about to have signed'],
    ['parley show US-3 --json', 'everything about it, hashes, exact bytes and thread included'],
  ],
  notes:
    'An authenticator signs a hash and does not show the text. With --hash this command reads the exact bytes on this machine, says what they say, and\n' +
    'computes the hash itself: where the words differ from those on the signing screen, that screen shows another text than it has signed.',
  options: [
    IN_CHANNEL,
    { name: 'hash', help: 'read the exact bytes here and compute the hash that is signed; DOCUMENT may be a file saved before signing' },
  ],
  words: [1, 1],
  async run(context) {
    const { args, terminal, dir } = context;
    if (args.has('hash') && (await exists(args.word(0, 'a document')))) return showUnsigned(context);
    const client = await openClient(dir);
    try {
      const channels = await channelsMeant(client, args.text('channel'));
      const { channel, document } = await findDocument(client, channels, args.word(0, 'a document'));
      if (args.has('hash')) return sayBytes(context, readSigned(document), document.erased);
      terminal.data({ ...document, row: rowLine(channel, document.row) }, documentText(terminal, channel, document, Math.floor(Date.now() / 1000)));
    } finally {
      await client.close();
    }
    return undefined;
  },
};

/** What a document says and is called, by its exact bytes alone; refuses `proof_invalid` where they are not the document that the node shows. */
function readSigned(document: DocumentView): OpenedEntry {
  const bytes = new Uint8Array(Buffer.from(document.entry, 'base64'));
  const parsed = parseEntry(nodeSha256, bytes);
  const opened = 'entry' in parsed ? openBody(nodeSha256, parsed.entry.header.body, new Uint8Array(Buffer.from(document.body, 'base64'))) : parsed;
  if ('expected' in parsed || 'expected' in opened || parsed.entry.id !== document.row.id)
    throw new ParleyError('proof_invalid', 'the node shows another text than the one that was signed');
  return { id: parsed.entry.id, header: parsed.entry.header, fields: opened.body.fields };
}

/** A text saved by a screen before it has it signed: `{"v":1,"text":"...","body":"<base64url>"}`. */
async function showUnsigned(context: Context): Promise<undefined> {
  const { args, terminal } = context;
  const file = parseStrictObject(await readInputFile(args.word(0, 'a file'), terminal.streams.stdin, MAX_UNSIGNED_SIZE));
  const { text, body: bodyText } = 'value' in file ? file.value : {};
  const body = typeof bodyText === 'string' ? fromBase64url(bodyText) : undefined;
  const opened =
    typeof text === 'string' && body !== undefined ? openUnsigned(nodeSha256, { text, body }) : { expected: 'a text saved before signing' };
  if ('expected' in opened) throw new ParleyError('invalid', `expected ${opened.expected}`);
  return sayBytes(context, opened);
}

function sayBytes({ terminal }: Context, { id, header, fields }: OpenedEntry, erased: readonly string[] = []): undefined {
  const kind = kindOf(header.type);
  const lines =
    kind === undefined ? [...fields].map(([name, value]) => unknownLine(name, value)) : fieldsText(kind, [...fields], { withFilled: true });
  const noticed = kind === undefined ? [] : noticedTexts(kind, fields, erased);
  const warnings = noticed.map((text) => `  ${terminal.style('Noticed:', 'warn')} ${text}`);
  const text = [`${kindName(header.type)}, as the bytes say it:`, ...lines, ...headerLines(header), ...warnings, hashText(id)].join('\n');
  const said = { kind: header.type, refs: header.refs, fields: Object.fromEntries(fields), noticed };
  terminal.data({ id, words: keySentence(id, wordlist), ...said }, text);
  return undefined;
}

function documentText(terminal: Terminal, channel: ChannelView, document: DocumentView, now: number): string {
  const { row, signer, evidence } = document;
  return [
    rowText(terminal, channel, row),
    ...lateTexts(channel, document, row).map((text) => `          ${terminal.style(text, 'warn')}`),
    ...(document.clearance?.cleared === undefined
      ? []
      : [`          Cleared by ${document.clearance.cleared.name}, ${when(document.clearance.cleared.at)} UTC (known here alone)`]),
    ...(signer === null ? [] : [`          Signed by ${signer.name}, ${signer.post}${signer.automatic ? ' (automatic)' : ''}`]),
    ...(signer?.compromisedSince === undefined
      ? []
      : [terminal.style(`          The key is said to be in other hands since ${when(signer.compromisedSince)}`, 'warn')]),
    ...(document.about?.beside ?? []).map((one) => `          ${besideText(channel, one)}`),
    '',
    ...contentLines(terminal, channel, document),
    ...aboutLines(terminal, channel, document),
    ...jointText(terminal, channel, document.joint, now),
    ...document.attachments.map(({ name, size, held, heldBy }) => {
      const here = held === size ? 'here' : `${Math.floor((100 * held) / Math.max(1, size))} % here`;
      const others = heldBy.map((party) => channel.parties[party]?.name ?? '').filter((party) => party !== '');
      return `File: ${visible(name)}, ${size} bytes, ${here}${others.length === 0 ? '' : `; ${others.join(', ')} ${others.length === 1 ? 'holds' : 'hold'} it`}`;
    }),
    ...document.receipts.map(({ party, at, size }) => receiptText(`${channel.parties[party]?.name ?? party} holds it`, at, size)),
    ...document.witnesses.map(({ host, at, size }) => receiptText(`${hostCalled(host)} witnessed it`, at, size)),
    ...(row.due === undefined ? [] : [dueText(terminal, channel, row.due, now)]),
    ...threadLines(terminal, channel, document),
    '',
    terminal.style(`id ${evidence.id}; entry ${evidence.index + 1} of ${evidence.size} in ${evidence.origin}`, 'dim'),
  ].join('\n');
}

function contentLines(terminal: Terminal, channel: ChannelView, { row, fields, erased }: DocumentView): readonly string[] {
  const say = voiceOf(channel);
  const kind = kindOf(row.kind);
  const known = (kind?.fields ?? []).filter((field) => field.hidden !== true && field.shape !== 'attachments');
  const lines = known.flatMap((field) => {
    const value = fields[field.name];
    const label = terminal.style(`${say(labelOf(row.kind, field.name))}:`, 'bold');
    if (value === undefined) return erased.includes(field.name) ? [`${label} (erased)`] : [];
    const text = valueText(field, value, say);
    return [text.includes('\n') ? `${label}\n  ${indented(text, 2)}` : `${label} ${text}`];
  });
  return kind === undefined ? Object.entries(fields).map(([name, value]) => unknownLine(name, value).trimStart()) : lines;
}

/** That an objection came too late, where the silence that it is to is in the matter. */
function lateTexts(channel: ChannelView, { joint }: DocumentView, { id, kind }: TableRow): readonly string[] {
  const silence = kind === 'objection' ? lateIn(joint).get(id) : undefined;
  return silence === undefined ? [] : [`${voiceOf(channel)('silence.late')} (${silence.slice(0, 8)})`];
}

function threadLines(terminal: Terminal, channel: ChannelView, document: DocumentView): readonly string[] {
  const { row, thread, moreInThread } = document;
  const others = thread.filter(({ id }) => id !== row.id);
  const more = moreInThread === 0 ? [] : [`  and ${moreInThread} more, which "parley log" has`];
  return others.length === 0
    ? []
    : [
        '',
        'In the same matter:',
        ...more,
        ...others.flatMap((one) => [
          `  ${one.id.slice(0, 8)}  ${when(one.time)}  ${kindAndSummary(one, channel)}`,
          ...[...markTexts(one), ...lateTexts(channel, document, one)].map((text) => `            ${terminal.style(text, 'warn')}`),
          ...(one.valid && !one.unacknowledged ? [] : [`            ${deliveryText(terminal, channel, one)}`]),
        ]),
      ];
}

function receiptText(what: string, at: number | undefined, size: number | undefined): string {
  if (at === undefined) return `Not yet: ${what}`;
  return `${what}: ${when(at)} UTC${size === undefined ? '' : `, at size ${size}`}`;
}
