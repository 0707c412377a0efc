import { join } from 'node:path';
import { EXIT, ParleyError } from '../../base/errors.ts';
import type { Json } from '../../base/json.ts';
import type { Kind } from '../../document/kind.ts';
import { kindToDraft } from '../../document/registry.ts';
import { needsClearance } from '../../document/two-person.ts';
import { signEntry } from '../../entry/entry.ts';
import { nodeCrypto, nodeRandom, nodeSha256, systemNow } from '../../node/crypto.ts';
import type { ChannelView, ClearanceDetail, DocumentView } from '../../projection/views.ts';
import { hashFile, type LocalFile, storeFile } from '../attach.ts';
import { askClearance, forgetAwaiting, readAwaiting } from '../awaiting.ts';
import { type Client, channelPath, findChannel, openClient } from '../client.ts';
import { type Command, type Context, PASSPHRASE_FILE, YES } from '../command.ts';
import { prepareDocument, signDocument } from '../compose.ts';
import { findDocument } from '../documents.ts';
import { askFields, completeDraft, filledFields, givenFields, isIncomplete, leavingText, readTexts, refsOf } from '../draft.ts';
import { hashText } from '../hash.ts';
import { headsFile } from '../heads-file.ts';
import { openKeyFile, readKeyFacts } from '../key-file.ts';
import { sendOnce, sendUnsent } from '../outbox.ts';
import { deliveryText, when } from '../rows.ts';
import { mustSign } from '../signers.ts';
import { isHeld, waitUntilHeld } from '../waiting.ts';

const DEFAULT_TIMEOUT = 60;

export const command: Command = {
  usage: 'KIND [--channel CHANNEL] [--field NAME=VALUE ...] [--file FILE ...] [--in-reply-to DOCUMENT] [--key FILE] [--for-clearance] | --cleared ID',
  examples: [
    ['parley send message --channel Geneva-1', 'asked field by field, shown what leaves, then asked again'],
    [
      'parley send request --field request_type=information --field subject=Pipeline --field text=@q.txt --field "reply_by=in 3 days" --field marking=amber',
      'all given',
    ],
    ['parley send reply --in-reply-to US-3 --field text=@- --field marking=amber --file scan.json < answer.txt', 'an answer with a file'],
    ['parley send message ... --yes --wait --json', 'in a script, until the other side holds it'],
    ['parley send claim ... --for-clearance', 'hand it to a second person ("parley clear"); nothing is signed yet'],
    ['parley send --cleared q7Xb2kLw...', 'sign and send exactly what was cleared'],
  ],
  notes:
    'KIND is message, request, reply, incident_notification, claim, position, note_verbale, contact_nomination, communication_check, ...\n' +
    'Signed bytes are kept until the node has them: a command that was broken off sends the same bytes the next time, and says nothing twice.\n' +
    'With --wait: exit code 0 once they hold it, 6 when that did not happen in time; it will still be sent.',
  options: [
    { name: 'channel', value: 'CHANNEL', help: 'title or id; may be left out where there is only one' },
    { name: 'field', value: 'NAME=VALUE', many: true, help: 'a field; @FILE reads it from a file, @- from standard input; lists have commas' },
    { name: 'file', value: 'FILE', many: true, help: 'a file to attach, of any size' },
    { name: 'in-reply-to', value: 'DOCUMENT', help: 'what it answers: id, first letters of it, or reference' },
    { name: 'concerns', value: 'DOCUMENT', many: true, help: 'another document it is about' },
    { name: 'key', value: 'FILE', help: "the signer's key file (default: representative.key in the data directory)" },
    PASSPHRASE_FILE,
    YES,
    { name: 'for-clearance', help: 'hand it over for clearance by a second person, instead of signing it; no passphrase is needed' },
    { name: 'cleared', value: 'ID', help: 'sign and send what was handed over for clearance from here' },
    { name: 'wait', help: 'wait until the other side holds it' },
    { name: 'timeout', value: 'SECONDS', help: `how long to wait (default: ${DEFAULT_TIMEOUT})` },
  ],
  words: [0, 1],
  async run(context) {
    const { args, dir } = context;
    const cleared = args.text('cleared');
    if (cleared !== undefined) return sendCleared(context, cleared);
    const kind = kindToDraft(args.word(0, 'a kind').toLowerCase().replaceAll('-', '_'));
    const timeout = timeoutOf(context);
    const client = await openClient(dir, { exchange: args.has('wait') });
    const crypto = nodeCrypto();
    try {
      await sayUnsent(context, client);
      const channel = await findChannel(client, args.text('channel'));
      const keyFile = args.text('key') ?? join(dir, 'representative.key');
      const { actor, publicKey } = await readKeyFacts(keyFile, 'representative');
      const forClearance = args.has('for-clearance');
      if (!forClearance) mustNeedNobody(channel, actor, kind.id);
      const draft = await readDraft(context, client, channel, kind);
      const person = mustSign(channel, actor, kind.id, draft.marking);
      const toSign = { channel: channel.id, kind: kind.id, refs: draft.refs, fields: draft.fields };
      const ports = { crypto, random: nodeRandom, now: systemNow };
      context.terminal.say(leavingText(context.terminal, channel, kind, draft.fields, `${person.name}, ${person.post}`));
      if (forClearance) {
        await storeFiles(context, client, channel.id, draft.files);
        return sayAsked(
          context,
          await askClearance(client, channel.id, await prepareDocument(client, { publicKey, heads: headsFile(keyFile) }, ports, toSign)),
        );
      }
      if (!args.has('yes') && !(await context.terminal.confirm('Sign and send it?', '--yes is needed where nobody can be asked')))
        throw new ParleyError('usage', 'it was not sent');
      const signer = await openKeyFile(context.terminal, keyFile, 'representative', args.text('passphrase-file'));
      await storeFiles(context, client, channel.id, draft.files);
      const author = { signer, heads: headsFile(keyFile) };
      const signed = await signDocument(client, author, ports, toSign);
      const placed = await sendOnce(client, channel.id, signed);
      return await sayPlaced(context, client, channel, placed, args.has('wait') ? timeout * 1000 : undefined);
    } finally {
      await client.close();
      await crypto.close();
    }
  },
};

/** Signs what was handed over for clearance from here, byte for byte: its text was kept on this machine, so nobody can have another one signed. */
async function sendCleared(context: Context, id: string): Promise<number> {
  const { args, terminal, dir } = context;
  if (args.words.length > 0) throw new ParleyError('usage', '--cleared takes no KIND: what it is stands in what was cleared');
  const { awaiting, opened } = await readAwaiting(dir, id);
  const client = await openClient(dir, { exchange: args.has('wait') });
  try {
    const channel = await findChannel(client, awaiting.channel);
    const { state, cleared } = await client.get<ClearanceDetail>(channelPath(channel.id, `/clearances/${id}`));
    if (cleared === undefined && state !== 'sent') throw new ParleyError('clearance_needed', state === 'returned' ? 'it was sent back' : '');
    const keyFile = args.text('key') ?? join(dir, 'representative.key');
    const { actor } = await readKeyFacts(keyFile, 'representative');
    if (actor !== opened.header.actor) throw new ParleyError('not_allowed', 'the key that it was prepared for');
    const { marking } = Object.fromEntries(opened.fields);
    const person = mustSign(channel, actor, opened.header.type, typeof marking === 'string' ? marking : '');
    terminal.say(leavingText(terminal, channel, kindToDraft(opened.header.type), [...opened.fields], `${person.name}, ${person.post}`));
    terminal.say(hashText(id));
    if (cleared !== undefined) terminal.say(`Cleared by ${cleared.name}, ${when(cleared.at)}.`);
    if (!args.has('yes') && !(await terminal.confirm('Sign and send it?', '--yes is needed where nobody can be asked')))
      throw new ParleyError('usage', 'it was not sent');
    const signer = await openKeyFile(terminal, keyFile, 'representative', args.text('passphrase-file'));
    const placed = await sendOnce(client, channel.id, await signEntry(nodeSha256, awaiting, signer, 'rep'));
    await forgetAwaiting(dir, id);
    return await sayPlaced(context, client, channel, placed, args.has('wait') ? timeoutOf(context) * 1000 : undefined);
  } finally {
    await client.close();
  }
}

/** Refused before anything is asked: a document that needs a second person is handed over first. A service's needs none. */
function mustNeedNobody(channel: ChannelView, actor: string, kind: string): void {
  const isService = channel.people.some((person) => person.party === channel.us && person.actor === actor && person.automatic);
  if (needsClearance(channel.clearance, kind) && !isService) throw new ParleyError('clearance_needed', 'give --for-clearance');
}

function sayAsked({ terminal }: Context, asked: ClearanceDetail): number {
  terminal.data(asked, `awaits clearance  ${asked.id}`);
  terminal.say(hashText(asked.id));
  terminal.say(`A second person reads and clears it: parley clear ${asked.id.slice(0, 8)}. Then: parley send --cleared ${asked.id}`);
  return EXIT.ok;
}

function timeoutOf({ args }: Context): number {
  return args.whole('timeout', 0, 86_400) ?? DEFAULT_TIMEOUT;
}

type Ready = {
  readonly fields: readonly (readonly [string, Json])[];
  readonly refs: readonly string[];
  readonly files: readonly LocalFile[];
  readonly marking: string;
};

async function readDraft({ args, terminal }: Context, client: Client, channel: ChannelView, kind: Kind): Promise<Ready> {
  const now = systemNow();
  const find = async (name: string): Promise<DocumentView> => {
    const { document } = await findDocument(client, [channel], name);
    if (document.row.unacknowledged) throw new ParleyError('unacknowledged', document.row.signer);
    return document;
  };
  const answered = args.text('in-reply-to');
  const parent = answered === undefined ? undefined : await find(answered);
  const refs = refsOf(kind, parent);
  const concerns = await Promise.all(args.many('concerns').map(async (name) => (await find(name)).row.id));
  let given = await givenFields(kind, args.many('field'), terminal);
  if (terminal.asks && !args.has('yes') && isIncomplete(kind, given)) given = await askFields(terminal, kind, given, now);
  const texts = readTexts(kind, given, now);
  const files: LocalFile[] = [];
  for (const path of args.many('file')) {
    const progress = terminal.progress(`Reading ${path}`);
    files.push(await hashFile(path, { sha256: nodeSha256, random: nodeRandom }, progress.update));
    progress.end();
  }
  const filled = filledFields(kind, channel, parent, concerns, nodeRandom);
  const fields = completeDraft(kind, { texts, filled, attachments: files.map(({ value }) => value), now });
  const marking = fields.find(([name]) => name === 'marking')?.[1];
  return { fields, refs, files, marking: typeof marking === 'string' ? marking : '' };
}

async function storeFiles({ terminal }: Context, client: Client, channel: string, files: readonly LocalFile[]): Promise<void> {
  for (const file of files) {
    const progress = terminal.progress(`Storing ${file.value.name}`);
    await storeFile(client, channel, file, nodeSha256, progress.update);
    progress.end();
  }
}

async function sayUnsent({ terminal }: Context, client: Client): Promise<void> {
  for (const { id, refused } of await sendUnsent(client)) {
    const name = `A document signed earlier (${id.slice(0, 8)})`;
    terminal.say(refused === undefined ? `${name} was sent now; its sending had been broken off.` : `${name} was refused: ${refused.message}`);
  }
}

async function sayPlaced(
  { terminal }: Context,
  client: Client,
  channel: ChannelView,
  placed: { readonly id: string; readonly index: number },
  waitMs: number | undefined,
): Promise<number> {
  const line = { id: placed.id, index: placed.index, channel: channel.id };
  if (waitMs === undefined) {
    terminal.data({ ...line, delivery: 'sent' }, `sent  ${placed.id}`);
    if (!client.running) terminal.say('It is durable here. No node runs on this directory: it leaves when "parley serve" runs.');
    return EXIT.ok;
  }
  const progress = terminal.progress('Waiting until they hold it');
  const document = await waitUntilHeld(client, channel.id, placed.id, waitMs);
  progress.end();
  const held = isHeld(document);
  terminal.data(
    { ...line, delivery: document.row.delivery, witnessed: document.row.witnessed, held_at: document.row.heldAt ?? null },
    `${deliveryText(terminal, channel, document.row)}  ${placed.id}`,
  );
  if (!held) terminal.say('It is durable here and will be sent by itself; "parley status" says why it has not arrived.');
  return held ? EXIT.ok : EXIT.unreachable;
}
