import { join } from 'node:path';
import { equal, fromUtf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import type { Sha256, Signer } from '../base/ports.ts';
import type { IdentityKeys } from '../entry/card.ts';
import { formatIdentityNote, signAsIdentity } from '../entry/identity-note.ts';
import { eventOf } from '../entry/key-event.ts';
import { FILES } from '../node/party-files.ts';
import type { PersonView } from '../projection/views.ts';
import { type Client, channelPath } from './client.ts';
import type { Context, Option } from './command.ts';
import { readOwnIdentity } from './key-events.ts';
import { openKeyFile } from './key-file.ts';
import { writeSheet } from './sheet.ts';

/** The option that names the party's identity keys. */
export const IDENTITY: Option = {
  name: 'identity',
  value: 'FILE',
  many: true,
  help: `an identity key of the party (default: ${FILES.identity} in the data directory); several where several must sign`,
};

/** Somebody whose browser enrolled here and whose key speaks for nobody yet. */
export type Pending = { readonly user: string; readonly name: string; readonly post: string; readonly actor: string; readonly key: string };

/** Who speaks in a channel, and the number that the party's next act takes. */
export type PeopleView = { readonly us: number; readonly next: number; readonly people: readonly PersonView[]; readonly pending: readonly Pending[] };

/** Opens the party's identity keys; they never leave this process. A passphrase from a file or standard input opens all of them. */
export async function openIdentity({ args, terminal, dir }: Context): Promise<readonly Signer[]> {
  const named = args.many('identity');
  const files = named.length === 0 ? [join(dir, FILES.identity)] : named;
  const source = args.text('passphrase-file');
  if (files.length > 1 && source === '-') throw new ParleyError('usage', 'several identity keys take their passphrases from a file or the terminal');
  const signers: Signer[] = [];
  for (const file of files) signers.push(await openKeyFile(terminal, file, 'identity', source));
  return signers;
}

/** Who speaks in a channel, as our node has it. */
export function readPeople(client: Client, channel: string): Promise<PeopleView> {
  return client.get(channelPath(channel, '/people'));
}

/** Writes an act of the party to a sheet for the holders of its identity keys to sign one after another; nothing is signed here. */
export async function sheetOfAct(
  client: Client,
  channel: { readonly id: string; readonly title: string },
  act: JsonObject,
  out: string,
): Promise<{ readonly sheet: string; readonly n: number }> {
  const { us, next } = await readPeople(client, channel.id);
  await writeSheet(out, [{ title: channel.title, note: { channel: channel.id, party: us, n: next, act }, lines: [] }]);
  return { sheet: out, n: next };
}

/**
 * Signs an act of the party with its identity keys and puts it into our log. Its number is the next one: sent twice, it counts once.
 * `identity` opens the keys, last of all, once everything else is known to be right.
 */
export async function signAct(
  client: Client,
  sha256: Sha256,
  channel: string,
  act: JsonObject,
  identity: () => Promise<readonly Signer[]>,
): Promise<{ readonly id: string; readonly index: number }> {
  const signers = await identity();
  await mustNotBeReplaced(client, channel, signers);
  const { us, next } = await readPeople(client, channel);
  const note = await signAsIdentity(sha256, formatIdentityNote({ channel, party: us, n: next, act }), signers);
  return client.post(channelPath(channel, '/identity'), { note: fromUtf8(note) ?? '' });
}

/** A key of an earlier day, such as a backup brings back, signs nothing more for the party; said before anything is signed. */
async function mustNotBeReplaced(client: Client, channel: string, signers: readonly Signer[]): Promise<void> {
  const { identities, channels, current } = await readOwnIdentity(client);
  const event = channels.find((one) => one.channel === channel)?.event;
  const inForce = identities.find((keys) => eventOf(keys) === event) ?? current;
  const isIn = ({ keys }: IdentityKeys, { publicKey }: Signer): boolean => keys.some((key) => equal(key, publicKey));
  const replaced = signers.filter(
    (signer) => !isIn(inForce, signer) && identities.some((keys) => eventOf(keys) < eventOf(inForce) && isIn(keys, signer)),
  );
  if (replaced.length > 0 && signers.filter((signer) => isIn(inForce, signer)).length < inForce.threshold)
    throw new ParleyError(
      'invalid',
      `the identity key in force; the one given was replaced since (key event ${eventOf(inForce)}): give the new one with --identity, or run "parley key recover" with the recovery printed last`,
    );
}
