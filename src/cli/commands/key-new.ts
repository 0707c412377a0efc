import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toBase64url } from '../../base/bytes.ts';
import { actorOf } from '../../entry/actor.ts';
import { ed25519Signer, nodeRandom, nodeSha256 } from '../../node/crypto.ts';
import { sealKey, writeKeyFile } from '../../node/key-files.ts';
import { type Command, PASSPHRASE_FILE } from '../command.ts';
import { newPassphrase } from '../key-file.ts';

export const command: Command = {
  usage: '[--out FILE] [--passphrase-file FILE]',
  examples: [
    ['parley key new --out petrova.key', 'make a key; its owner types the passphrase'],
    ['parley representative add petrova.key --name "A. Petrova" --post "Duty officer"', 'then have the party accredit it'],
  ],
  notes: 'Nothing secret leaves the file: whoever accredits the key needs its public part alone, which this command prints.',
  options: [
    { name: 'out', value: 'FILE', help: 'where to write the key; it must not exist yet (default: representative.key in the data directory)' },
    PASSPHRASE_FILE,
  ],
  words: [0, 0],
  async run({ args, terminal, dir }) {
    const out = args.text('out') ?? join(dir, 'representative.key');
    await mkdir(dirname(out), { recursive: true, mode: 0o700 });
    const passphrase = await newPassphrase(terminal, 'this key', args.text('passphrase-file'));
    const seed = nodeRandom(32);
    await writeKeyFile(out, await sealKey(seed, passphrase, 'representative'));
    const { publicKey } = ed25519Signer(seed);
    const facts = { file: out, key: toBase64url(publicKey), actor: actorOf(nodeSha256, publicKey) };
    terminal.data(facts, `${facts.key}`);
    terminal.say(`The key is in ${out}, sealed. The line on stdout is its public part, for whoever accredits it.`);
    return undefined;
  },
};
