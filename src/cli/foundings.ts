import { readFile } from 'node:fs/promises';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { fromUtf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { type JsonObject, parseStrictObject } from '../base/json.ts';
import type { Sha256, Signer } from '../base/ports.ts';
import { channelId, parseCharter } from '../entry/charter.ts';
import { sameSentence, sentenceOf } from '../entry/founding.ts';
import { signAsIdentity } from '../entry/identity-note.ts';
import type { FoundingView } from '../node/founding.ts';
import type { Client } from './client.ts';
import { when } from './rows.ts';

/** A host of a founding: where it listens, and the card that it showed to this side. */
export type FetchedHost = { readonly address: string; readonly card: string };

/** All foundings of a node. */
export function listFoundings(client: Client): Promise<readonly FoundingView[]> {
  return client.get('/api/foundings');
}

/** A founding as scripts read it: without its note, which is a page of keys. */
export function foundingLine({ note: _, ...founding }: FoundingView): Omit<FoundingView, 'note'> {
  return founding;
}

/** A founding in two lines: with whom, and what is to be done next. */
export function foundingText(founding: FoundingView): string {
  const who = founding.with === '' ? 'whoever answers the invitation' : founding.with;
  const next: Readonly<Record<FoundingView['state'], string>> = {
    invited: 'invited; waiting for the answer ("parley join ANSWER" takes one that came by hand)',
    compare: 'answered; compare the sentences by telephone: "parley confirm"',
    waiting: 'confirmed here; waiting for the other side to confirm',
    founded: 'founded',
    ended: 'ended without a channel',
  };
  const name = founding.title === founding.with ? who : `${founding.title}, with ${who}`;
  return `${name}: ${next[founding.state]}\n  founding ${founding.invite.slice(0, 8)}, until ${when(founding.foundBy)} UTC`;
}

/**
 * The founding somebody means: its id or the beginning of it, or its title; the only one in one of `states`, where nothing is said.
 * Refuses `not_found`, and `usage` where several fit.
 */
export async function findFounding(client: Client, name: string | undefined, states: readonly FoundingView['state'][]): Promise<FoundingView> {
  const all = await listFoundings(client);
  const named =
    name === undefined
      ? all
      : all.filter(({ invite, title, channel }) => title.toLowerCase() === name.toLowerCase() || invite === name || channel === name);
  const found = name === undefined || named.length > 0 || name.length < 6 ? named : all.filter(({ invite }) => invite.startsWith(name));
  const fits = found.filter(({ state }) => states.includes(state));
  const [one, ...more] = fits;
  if (one === undefined) {
    const [other] = found;
    if (other !== undefined && name !== undefined)
      throw new ParleyError(other.state === 'ended' ? 'founding_ended' : 'conflict', foundingText(other).split('\n')[0]);
    throw new ParleyError(
      'not_found',
      name === undefined ? 'no founding is at this step; "parley status" shows where they stand' : `no founding "${name}"`,
    );
  }
  if (more.length > 0)
    throw new ParleyError(
      'usage',
      `--invite is needed; there is ${fits.map(({ title, invite }) => `"${title}" (${invite.slice(0, 8)})`).join(', ')}`,
    );
  return one;
}

/**
 * The cards of hosts as they show them to this side's node. `files` are cards handed over by the hosts' operators, in the order of the addresses:
 * a host that shows another one is refused, `pin_mismatch`.
 */
export async function fetchHosts(client: Client, addresses: readonly string[], files: readonly string[]): Promise<readonly FetchedHost[]> {
  if (files.length > addresses.length) throw new ParleyError('usage', 'a --host for every --host-card');
  return Promise.all(
    addresses.map(async (address, i) => {
      const { card } = await client.post<{ card: string }>('/api/foundings/hosts/card', { address });
      const file = files[i];
      if (file !== undefined && (await readFile(file, 'utf8')).replace(/\n$/, '') !== card)
        throw new ParleyError('pin_mismatch', `${address} shows another card than ${file}`);
      return { address, card };
    }),
  );
}

/**
 * Signs a founding text that the node drew up. The node holds no identity key and must not borrow one: what is signed is what was asked for, a
 * founding note of this step, and never an act of the party.
 */
export async function signFounding(
  sha256: Sha256,
  text: string,
  expected: Readonly<Record<string, string>>,
  identity: readonly Signer[],
): Promise<string> {
  const parsed = parseStrictObject(text.replace(/\n$/, ''));
  const value: JsonObject = 'value' in parsed ? parsed.value : {};
  if (Object.entries(expected).some(([name, word]) => value[name] !== word))
    throw new ParleyError('invalid', 'the node drew up another text than the one asked for');
  return noteText(await signAsIdentity(sha256, text, identity));
}

/**
 * Signs a charter, once the sentence typed is the one that its channel id gives for the other side: that comparison, made here and not by the node,
 * is what keeps whoever stands between two nodes out. Refuses `sentence_wrong`.
 */
export async function signCharter(
  sha256: Sha256,
  text: string,
  typed: string,
  us: 0 | 1,
  identity: () => Promise<readonly Signer[]>,
): Promise<string> {
  const charter = parseCharter(text.replace(/\n$/, ''));
  if ('expected' in charter || !text.endsWith('\n')) throw new ParleyError('invalid', 'the node drew up another text than a charter');
  const other = us === 0 ? 1 : 0;
  if (!sameSentence(typed, sentenceOf(sha256, channelId(sha256, charter.charter.text), other, wordlist)))
    throw new ParleyError('sentence_wrong', 'the ten words that the other side reads aloud, in their order');
  return noteText(await signAsIdentity(sha256, text, await identity()));
}

function noteText(note: Uint8Array): string {
  const text = fromUtf8(note);
  if (text === undefined) throw new ParleyError('invalid', 'a note is text');
  return text;
}
