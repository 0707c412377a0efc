import { toBase64url } from '../base/bytes.ts';
import { EXIT, ParleyError } from '../base/errors.ts';
import type { Signer } from '../base/ports.ts';
import { actorOf } from '../entry/actor.ts';
import { ed25519Signer, nodeSha256 } from '../node/crypto.ts';
import { type KeyKind, openKey, parseKeyFile, readKeyFile } from '../node/key-files.ts';
import { exists } from './read-input.ts';
import type { Terminal } from './terminal.ts';

/** What a key file says openly: who it is, and whether a service holds it. */
export type KeyFacts = { readonly actor: string; readonly key: string; readonly publicKey: Uint8Array; readonly automatic: boolean };

/** Reads the open part of a key file of a kind; no passphrase is needed. A service's key signs as a representative's does. */
export async function readKeyFacts(path: string, kind: Exclude<KeyKind, 'service'>): Promise<KeyFacts> {
  const sealed = parseKeyFile(await readKeyFile(path));
  const automatic = sealed.kind === 'service';
  if (sealed.kind !== kind && !(automatic && kind === 'representative'))
    throw new ParleyError('invalid', `expected the key of ${kind === 'identity' ? "a party's identity" : 'a representative'}`);
  return { actor: actorOf(nodeSha256, sealed.publicKey), key: toBase64url(sealed.publicKey), publicKey: sealed.publicKey, automatic };
}

/** As {@link readKeyFacts}, of whoever is about to sign; one who has no key file yet is told how to name or make one. */
export async function readSignerFacts(path: string): Promise<KeyFacts> {
  if (!(await exists(path)))
    throw new ParleyError('not_found', `no key file ${path}; --key names yours, and "parley key new" makes one for your party to accredit`);
  return readKeyFacts(path, 'representative');
}

/** Opens a sealed key file; a wrong passphrase typed on a terminal may be typed again, twice. */
export async function openKeyFile(
  terminal: Terminal,
  path: string,
  kind: Exclude<KeyKind, 'service'>,
  passphraseFile: string | undefined,
): Promise<Signer> {
  const sealed = await readKeyFile(path);
  await readKeyFacts(path, kind);
  const prompt = kind === 'identity' ? 'Passphrase of the identity key' : 'Passphrase of your key';
  for (let tries = 1; ; tries++) {
    const passphrase = await terminal.passphrase(prompt, passphraseFile);
    try {
      return ed25519Signer((await openKey(sealed, passphrase)).seed);
    } catch (fault) {
      const isWrong = fault instanceof ParleyError && fault.code === 'passphrase_wrong';
      const error = isWrong
        ? new ParleyError('passphrase_wrong', `${kind === 'identity' ? 'the identity key' : "a representative's key"} in ${path}`)
        : fault;
      const again = error instanceof ParleyError && error.exit === EXIT.refused && terminal.asks && passphraseFile === undefined && tries < 3;
      if (!again) throw error;
      terminal.say(error.message);
    }
  }
}

/** A passphrase for a new key: typed twice on a terminal, else from the file or standard input. */
export async function newPassphrase(terminal: Terminal, what: string, file: string | undefined): Promise<string> {
  const first = await terminal.passphrase(`New passphrase for ${what}, at least 8 characters`, file);
  if (file === undefined && terminal.asks && (await terminal.passphrase('The same again', undefined)) !== first)
    throw new ParleyError('invalid', 'the two passphrases differ');
  return first;
}
