import { join } from 'node:path';
import { EXIT, ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { Kind } from '../document/kind.ts';
import { kindToDraft } from '../document/registry.ts';
import { needsClearance } from '../document/two-person.ts';
import { signEntry } from '../entry/entry.ts';
import { nodeCrypto, nodeRandom, nodeSha256, systemNow } from '../node/crypto.ts';
import type { ClearanceDetail } from '../projection/clearance-views.ts';
import type { ChannelView } from '../projection/views.ts';
import { type LocalFile, storeFile } from './attach.ts';
import { askClearance, forgetAwaiting, readAwaiting } from './awaiting.ts';
import { type Client, channelPath, findChannel, openClient } from './client.ts';
import { type Context, mustAgree, type Option, PASSPHRASE_FILE, YES } from './command.ts';
import { mustTakeDocuments, prepareDocument, signDocument } from './compose.ts';
import { targetOf } from './documents.ts';
import { leavingText, type Target } from './draft.ts';
import { hashText } from './hash.ts';
import { headsFile } from './heads-file.ts';
import { openKeyFile, readSignerFacts } from './key-file.ts';
import { discardUnsent, sendOnce, sendUnsent, unsentText } from './outbox.ts';
import { deliveryText, when } from './rows.ts';
import { mustSign } from './signers.ts';
import { isHeld, waitUntilHeld } from './waiting.ts';

const DEFAULT_TIMEOUT = 60;

/** Options of every command that signs and sends a document. */
export const SENDING: readonly Option[] = [
  { name: 'key', value: 'FILE', help: "the signer's key file (default: representative.key in the data directory)" },
  PASSPHRASE_FILE,
  YES,
  { name: 'for-clearance', help: 'hand it over for clearance by a second person, instead of signing it; no passphrase is needed' },
  { name: 'wait', help: 'wait until the other side holds it' },
  { name: 'timeout', value: 'SECONDS', help: `how long to wait (default: ${DEFAULT_TIMEOUT})` },
];

/** Whose key signs; nothing of it is opened yet. */
export type KeyOfAuthor = { readonly keyFile: string; readonly actor: string; readonly publicKey: Uint8Array };

/** A document ready to be signed. `meaning`: sentences that a person reads before they say yes. */
export type ReadyDraft = {
  readonly kind: Kind;
  readonly fields: readonly (readonly [string, Json])[];
  readonly refs: readonly string[];
  readonly files: readonly LocalFile[];
  readonly marking: string;
  readonly meaning?: readonly string[];
  /** What must be durable before anything is signed or handed over for clearance; its files are stored by then. */
  readonly beforeSigning?: () => Promise<void>;
  readonly about?: Target;
};

/** The key that the options name. Refuses where the file is none, or the timeout no number. */
export async function openAuthor(context: Context): Promise<KeyOfAuthor> {
  const { args, dir } = context;
  timeoutOf(context);
  const keyFile = args.text('key') ?? join(dir, 'representative.key');
  return { keyFile, ...(await readSignerFacts(keyFile)) };
}

/**
 * Refuses `clearance_needed` before anything is asked: a document that needs a second person is handed over first (`--for-clearance`). A service's
 * needs none.
 */
export function mustNeedNobody({ args }: Context, channel: ChannelView, { actor }: KeyOfAuthor, kind: Kind, about?: string): void {
  const isService = channel.people.some((person) => person.party === channel.us && person.actor === actor && person.automatic);
  if (!args.has('for-clearance') && needsClearance(channel.clearance, kind.id, about) && !isService)
    throw new ParleyError('clearance_needed', 'give --for-clearance');
}

/**
 * Shows what leaves, then hands it over for clearance, or asks, signs, sends and says how far it came; resolves with the exit code.
 * Refuses `clearance_needed`, `answered_no` where a person says no, and what `mustSign`, the node and the key file refuse.
 */
export async function signAndSend(context: Context, client: Client, channel: ChannelView, author: KeyOfAuthor, draft: ReadyDraft): Promise<number> {
  const { args, terminal } = context;
  const { kind, fields, refs, files } = draft;
  mustNeedNobody(context, channel, author, kind, draft.about?.kind);
  const person = mustSign(channel, author.actor, kind.id, draft.marking);
  const crypto = nodeCrypto();
  try {
    const ports = { crypto, random: nodeRandom, now: systemNow };
    const heads = headsFile(author.keyFile);
    const toSign = { channel: channel.id, kind: kind.id, refs, fields };
    await mustTakeDocuments(client, channel.id);
    terminal.say(leavingText(terminal, channel, kind, fields, `${person.name}, ${person.post}`, draft.about));
    for (const sentence of draft.meaning ?? []) terminal.say(`- ${sentence}`);
    if (args.has('for-clearance')) {
      await storeFiles(context, client, channel.id, files);
      await draft.beforeSigning?.();
      const unsigned = await prepareDocument(client, { publicKey: author.publicKey, heads }, ports, toSign);
      return sayAsked(context, await askClearance(client, channel.id, unsigned));
    }
    await mustAgree(context, 'Sign and send it?', 'not sent');
    const signer = await openKeyFile(terminal, author.keyFile, 'representative', args.text('passphrase-file'));
    await storeFiles(context, client, channel.id, files);
    await draft.beforeSigning?.();
    const placed = await sendOnce(client, channel.id, await signDocument(client, { signer, heads }, ports, toSign));
    return await sayPlaced(context, client, channel, placed);
  } finally {
    await crypto.close();
  }
}

/** Signs what was handed over for clearance from here, byte for byte: its text was kept on this machine, so nobody can have another one signed. */
export async function sendCleared(context: Context, id: string): Promise<number> {
  const { args, terminal, dir } = context;
  if (args.words.length > 0) throw new ParleyError('usage', '--cleared takes no KIND: what it is stands in what was cleared');
  const { awaiting, opened } = await readAwaiting(dir, id);
  const client = await openClient(dir, { exchange: args.has('wait') });
  try {
    const channel = await findChannel(client, awaiting.channel);
    const { state, cleared } = await client.get<ClearanceDetail>(channelPath(channel.id, `/clearances/${id}`));
    await mustTakeDocuments(client, channel.id);
    if (cleared === undefined && state !== 'sent') throw new ParleyError('clearance_needed', state === 'returned' ? 'it was sent back' : '');
    const keyFile = args.text('key') ?? join(dir, 'representative.key');
    const { actor } = await readSignerFacts(keyFile);
    if (actor !== opened.header.actor) throw new ParleyError('not_allowed', 'the key that it was prepared for');
    const { marking } = Object.fromEntries(opened.fields);
    const person = mustSign(channel, actor, opened.header.type, typeof marking === 'string' ? marking : '');
    const about = await targetOf(client, channel.id, opened.fields);
    terminal.say(leavingText(terminal, channel, kindToDraft(opened.header.type), [...opened.fields], `${person.name}, ${person.post}`, about));
    terminal.say(hashText(id));
    if (cleared !== undefined) terminal.say(`Cleared by ${cleared.name}, ${when(cleared.at)}.`);
    await mustAgree(context, 'Sign and send it?', 'not sent');
    const signer = await openKeyFile(terminal, keyFile, 'representative', args.text('passphrase-file'));
    const placed = await sendOnce(client, channel.id, await signEntry(nodeSha256, awaiting, signer, 'rep'));
    await forgetAwaiting(dir, id);
    return await sayPlaced(context, client, channel, placed);
  } finally {
    await client.close();
  }
}

/** Discards a signed document that never reached the node. */
export async function discard({ args, terminal, dir }: Context, name: string): Promise<number> {
  if (args.words.length > 0) throw new ParleyError('usage', '--discard takes no KIND: it names what waits');
  const client = await openClient(dir);
  try {
    const discarded = await discardUnsent(client, name);
    const text = `Discarded: ${unsentText(discarded)}. It had not reached this node.`;
    terminal.data({ discarded: discarded.id, channel: discarded.channel }, text);
    return EXIT.ok;
  } finally {
    await client.close();
  }
}

/** Shows what an earlier command signed and never knew to have arrived, asks, sends it, and says so. */
export async function sayUnsent(context: Context, client: Client): Promise<void> {
  const { terminal } = context;
  const sent = await sendUnsent(client, async (unsent) => {
    terminal.say(`${terminal.style('Signed earlier, and not known to have arrived', 'bold')}: ${unsentText(unsent)}.`);
    const otherwise = `it still waits, and nothing else was sent; "parley send --discard ${unsent.id.slice(0, 8)}" discards it`;
    await mustAgree(context, 'Send it now, before anything else?', otherwise);
  });
  for (const { id, refused } of sent) {
    const name = `A document signed earlier (${id.slice(0, 8)})`;
    terminal.say(refused === undefined ? `${name} was sent now; its sending had been broken off.` : `${name} was refused: ${refused.message}`);
  }
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

async function storeFiles({ terminal }: Context, client: Client, channel: string, files: readonly LocalFile[]): Promise<void> {
  for (const file of files) {
    const progress = terminal.progress(`Storing ${file.value.name}`);
    await storeFile(client, channel, file, nodeSha256, progress.update);
    progress.end();
  }
}

async function sayPlaced(
  context: Context,
  client: Client,
  channel: ChannelView,
  placed: { readonly id: string; readonly index: number },
): Promise<number> {
  const { args, terminal } = context;
  const line = { id: placed.id, index: placed.index, channel: channel.id };
  if (!args.has('wait')) {
    terminal.data({ ...line, delivery: 'sent' }, `sent  ${placed.id}`);
    if (!client.running) terminal.say('It is durable here. No node runs on this directory: it leaves when "parley serve" runs.');
    return EXIT.ok;
  }
  const progress = terminal.progress('Waiting until they hold it');
  const document = await waitUntilHeld(client, channel.id, placed.id, timeoutOf(context) * 1000);
  progress.end();
  const held = isHeld(document);
  terminal.data(
    { ...line, delivery: document.row.delivery, witnessed: document.row.witnessed, held_at: document.row.heldAt ?? null },
    `${deliveryText(terminal, channel, document.row)}  ${placed.id}`,
  );
  if (!held) terminal.say('It is durable here and will be sent by itself; "parley status" says why it has not arrived.');
  return held ? EXIT.ok : EXIT.unreachable;
}
