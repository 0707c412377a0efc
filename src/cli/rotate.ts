import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { toBase64url } from '../base/bytes.ts';
import { EXIT, ParleyError } from '../base/errors.ts';
import type { Signer } from '../base/ports.ts';
import type { IdentityKeys } from '../entry/card.ts';
import { eventOf } from '../entry/key-event.ts';
import { ed25519Signer, nodeRandom, nodeSha256 } from '../node/crypto.ts';
import { replaceFile } from '../node/durable-file.ts';
import { readKeyFile, sealKey } from '../node/key-files.ts';
import { FILES, readPartyFile } from '../node/party-files.ts';
import { recoveryWords } from '../node/recovery.ts';
import { type Client, openClient } from './client.ts';
import { type Context, mustAgree, mustBeAnswerable } from './command.ts';
import { completeEvents, identityFiles, laggingChannels, nextIdentity, type OwnIdentity, putEvent, readOwnIdentity } from './key-events.ts';
import { newPassphrase, openKeyFile, readKeyFacts } from './key-file.ts';
import { exists } from './read-input.ts';
import { readRecovery, recoveryText } from './recovery.ts';

/**
 * Replaces the one identity key of a party by the key of its printed recovery, in all channels, and prints the next recovery.
 *
 * `withPresent`: the key in force is opened first (a planned rotation); else the words alone do it, for a key that is lost or stolen. A rotation that was
 * broken off is finished first, with the keys it had, and nothing else is done.
 */
export async function rotateOwn(context: Context, withPresent: boolean): Promise<number> {
  const { args, terminal, dir } = context;
  const client = await openClient(dir);
  try {
    const own = await readOwnIdentity(client);
    await settleKeyFiles(dir, own.current);
    const open = (file: string): Promise<Signer> => openKeyFile(terminal, file, 'identity', args.text('passphrase-file'));
    if (laggingChannels(own).length > 0) return await finish(context, client, own, open);
    const { current } = own;
    if (current.keys.length > 1 || current.nextDigests.length > 1)
      throw new ParleyError(
        'usage',
        'this party has several identity keys: each holder makes the next one with "parley key next", then "parley key rotate --holder KEY:NEXT ..."',
      );
    mustBeAnswerable(context);
    const seed = await readRecovery(context);
    const signer = ed25519Signer(seed);
    const nextSeed = nodeRandom(32);
    const holder = { key: signer.publicKey, next: nodeSha256(ed25519Signer(nextSeed).publicKey) };
    const identity = nextIdentity(current, [holder], 1);
    if (withPresent) await mustBeInForce(current, await open(args.many('identity')[0] ?? join(dir, FILES.identity)));
    await keepAndPrint(context, seed, identity, recoveryWords(nextSeed));
    const placed = await putEvent(client, own.channels, identity, [signer]);
    await settleKeyFiles(dir, identity);
    terminal.data(
      { event: eventOf(identity), key: toBase64url(signer.publicKey), channels: placed },
      `The identity key is replaced (key event ${eventOf(identity)}), in ${placed} channel${placed === 1 ? '' : 's'}.`,
    );
    sayAfter(context, own, withPresent);
    return EXIT.ok;
  } finally {
    await client.close();
  }
}

/** Brings every channel to the keys the party has: a rotation that a crash or a founding left behind. */
async function finish(context: Context, client: Client, own: OwnIdentity, open: (file: string) => Promise<Signer>): Promise<number> {
  const named = context.args.many('identity');
  const titles = await completeEvents(client, named.length > 0 ? named : await identityFiles(context.dir), open);
  context.terminal.data(
    { event: eventOf(own.current), finished: titles },
    `Key event ${eventOf(own.current)} now stands in ${titles.join(', ')} too. Nothing new was made.`,
  );
  return EXIT.ok;
}

/**
 * What must outlast a crash stands before anything is signed: the key itself in a file, and its successor on paper - a party that published a key
 * event whose next recovery nobody wrote down could never rotate again.
 */
async function keepAndPrint(context: Context, seed: Uint8Array, identity: IdentityKeys, words: readonly string[]): Promise<void> {
  const { args, terminal, dir } = context;
  const { name } = await readPartyFile(dir);
  // Whatever may still be refused comes before the words: words that were printed for nothing are taken for good ones.
  const passphrase = await newPassphrase(terminal, 'the new identity key', args.text('passphrase-file'));
  const sealed = await sealKey(seed, passphrase, 'identity', terminal.streams.workFactor);
  terminal.data({ recovery: words.join(' ') }, recoveryText(name, words));
  const question = 'Is the new recovery written down? The old one is of no use from now on.';
  await mustAgree(context, question, 'nothing was signed; the words just shown are void, and the recovery printed before stays valid');
  await replaceFile(keyFile(dir, identity), sealed);
}

/** `identity.key` holds the key in force; those of earlier events are kept beside it, for channels that lag behind. */
async function settleKeyFiles(dir: string, current: IdentityKeys): Promise<void> {
  const present = join(dir, FILES.identity);
  const next = keyFile(dir, current);
  if (!(await exists(next)) || !current.keys.map(toBase64url).includes((await readKeyFacts(next, 'identity')).key)) return;
  if (await exists(present)) await replaceFile(join(dir, `identity-${eventOf(current) - 1}.key`), await readKeyFile(present));
  await rename(next, present);
}

async function mustBeInForce(current: IdentityKeys, signer: Signer): Promise<void> {
  if (!current.keys.map(toBase64url).includes(toBase64url(signer.publicKey)))
    throw new ParleyError('invalid', 'the identity key in force; this file holds another');
}

function keyFile(dir: string, identity: IdentityKeys): string {
  return join(dir, `identity-${eventOf(identity)}.key`);
}

function sayAfter({ terminal }: Context, own: OwnIdentity, withPresent: boolean): void {
  const closed = own.channels.filter(({ open }) => !open);
  if (closed.length > 0)
    terminal.say(`${closed.map(({ title }) => title).join(', ')} ${closed.length === 1 ? 'is' : 'are'} not open yet: run this again once it is.`);
  terminal.say('Back up again at once: a backup made before holds the replaced key, which signs nothing more for the party, and not the new one.');
  terminal.say('The other side is asked to acknowledge the new key. What the old one signed stands.');
  if (!withPresent)
    terminal.say('If the old key was stolen: look at "parley representative list", and end the mission of whomever you did not accredit.');
}
