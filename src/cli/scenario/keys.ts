import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { utf8 } from '../../base/bytes.ts';
import type { Random, Signer } from '../../base/ports.ts';
import { ed25519Signer } from '../../node/crypto.ts';
import { createFile } from '../../node/durable-file.ts';
import { openKey, readKeyFile, sealKey, writeKeyFile } from '../../node/key-files.ts';
import { FILES } from '../../node/party-files.ts';
import type { Author } from '../compose.ts';
import { headsFile } from '../heads-file.ts';
import { exists } from '../read-input.ts';
import type { Keys } from './side.ts';

/** scrypt 2^10: these keys guard a demonstration, and a person waits for a dozen of them. */
export const WORK_FACTOR = 10;

/**
 * The keys of one party in a demonstration's directory, `<dir>/keys/<party>/<person>.key`, made when first asked for; the identity key is the party's own.
 * All are sealed by the passphrase in `<dir>/passphrase`, so that every command can be tried with them.
 */
export function demoKeys(options: {
  readonly dir: string;
  readonly party: string;
  /** The directory of the party. */
  readonly home: string;
  readonly random: Random;
  readonly passphrase: string;
}): Keys {
  const { dir, party, home, random, passphrase } = options;
  const authors = new Map<string, Promise<Author>>();
  let identity: Promise<Signer> | undefined;
  const open = async (path: string): Promise<Signer> => ed25519Signer((await openKey(await readKeyFile(path), passphrase)).seed);
  return {
    author(slug) {
      const known = authors.get(slug) ?? authorAt(join(dir, 'keys', party, `${slug}.key`));
      authors.set(slug, known);
      return known;
    },
    identity() {
      identity ??= open(join(home, FILES.identity));
      return identity;
    },
  };

  async function authorAt(path: string): Promise<Author> {
    await mkdir(join(dir, 'keys', party), { recursive: true, mode: 0o700 });
    if (!(await exists(path))) await writeKeyFile(path, await sealKey(random(32), passphrase, 'representative', WORK_FACTOR));
    return { signer: await open(path), heads: headsFile(path) };
  }
}

/** The passphrase of a demonstration's keys: said openly, since they speak for nobody. */
export async function demoPassphrase(dir: string): Promise<string> {
  const path = join(dir, 'passphrase');
  if (!(await exists(path))) await createFile(path, utf8('only a demonstration\n'));
  return (await readFile(path, 'utf8')).trim();
}
