import { join } from 'node:path';
import { EXIT, ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { Kind } from '../document/kind.ts';
import { nodeCrypto, nodeRandom, nodeSha256, systemNow } from '../node/crypto.ts';
import type { ChannelView } from '../projection/views.ts';
import { type LocalFile, storeFile } from './attach.ts';
import type { Client } from './client.ts';
import { type Context, type Option, PASSPHRASE_FILE, YES } from './command.ts';
import { signDocument } from './compose.ts';
import { leavingText } from './draft.ts';
import { headsFile } from './heads-file.ts';
import { openKeyFile, readKeyFacts } from './key-file.ts';
import { sendOnce, sendUnsent } from './outbox.ts';
import { deliveryText } from './rows.ts';
import { mustSign } from './signers.ts';
import { isHeld, waitUntilHeld } from './waiting.ts';

const DEFAULT_TIMEOUT = 60;

/** Options of every command that signs and sends a document. */
export const SENDING: readonly Option[] = [
  { name: 'key', value: 'FILE', help: "the signer's key file (default: representative.key in the data directory)" },
  PASSPHRASE_FILE,
  YES,
  { name: 'wait', help: 'wait until the other side holds it' },
  { name: 'timeout', value: 'SECONDS', help: `how long to wait (default: ${DEFAULT_TIMEOUT})` },
];

/** Whose key signs; nothing of it is opened yet. */
export type KeyOfAuthor = { readonly keyFile: string; readonly actor: string };

/** A document ready to be signed. `meaning`: sentences that a person reads before they say yes. */
export type ReadyDraft = {
  readonly kind: Kind;
  readonly fields: readonly (readonly [string, Json])[];
  readonly refs: readonly string[];
  readonly files: readonly LocalFile[];
  readonly marking: string;
  readonly meaning?: readonly string[];
};

/** The key that the options name. Refuses where the file is none, or the timeout no number. */
export async function openAuthor({ args, dir }: Context): Promise<KeyOfAuthor> {
  args.whole('timeout', 0, 86_400);
  const keyFile = args.text('key') ?? join(dir, 'representative.key');
  const { actor } = await readKeyFacts(keyFile, 'representative');
  return { keyFile, actor };
}

/**
 * Shows what leaves, asks, signs, sends and says how far it came; resolves with the exit code.
 * Refuses `usage` where a person says no, and what `mustSign`, the node and the key file refuse.
 */
export async function signAndSend(context: Context, client: Client, channel: ChannelView, author: KeyOfAuthor, draft: ReadyDraft): Promise<number> {
  const { args, terminal } = context;
  const crypto = nodeCrypto();
  try {
    const { kind, fields, refs } = draft;
    const person = mustSign(channel, author.actor, kind.id, draft.marking);
    terminal.say(leavingText(terminal, channel, kind, fields, `${person.name}, ${person.post}`));
    for (const sentence of draft.meaning ?? []) terminal.say(`- ${sentence}`);
    if (!args.has('yes') && !(await terminal.confirm('Sign and send it?', '--yes is needed where nobody can be asked')))
      throw new ParleyError('usage', 'it was not sent');
    const signer = await openKeyFile(terminal, author.keyFile, 'representative', args.text('passphrase-file'));
    await storeFiles(context, client, channel.id, draft.files);
    const ports = { crypto, random: nodeRandom, now: systemNow };
    const signed = await signDocument(client, { signer, heads: headsFile(author.keyFile) }, ports, {
      channel: channel.id,
      kind: kind.id,
      refs,
      fields,
    });
    const placed = await sendOnce(client, channel.id, signed);
    const timeout = args.whole('timeout', 0, 86_400) ?? DEFAULT_TIMEOUT;
    return await sayPlaced(context, client, channel, placed, args.has('wait') ? timeout * 1000 : undefined);
  } finally {
    await crypto.close();
  }
}

/** Sends what an earlier command signed and never knew to have arrived, and says so. */
export async function sayUnsent({ terminal }: Context, client: Client): Promise<void> {
  for (const { id, refused } of await sendUnsent(client)) {
    const name = `A document signed earlier (${id.slice(0, 8)})`;
    terminal.say(refused === undefined ? `${name} was sent now; its sending had been broken off.` : `${name} was refused: ${refused.message}`);
  }
}

async function storeFiles({ terminal }: Context, client: Client, channel: string, files: readonly LocalFile[]): Promise<void> {
  for (const file of files) {
    const progress = terminal.progress(`Storing ${file.value.name}`);
    await storeFile(client, channel, file, nodeSha256, progress.update);
    progress.end();
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
