import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toBase64url } from '../../base/bytes.ts';
import { actorOf } from '../../entry/actor.ts';
import { ed25519Signer, nodeRandom, nodeSha256 } from '../../node/crypto.ts';
import { sealKey, writeKeyFile } from '../../node/key-files.ts';
import { type Command, PASSPHRASE_FILE } from '../command.ts';
import { newPassphrase } from '../key-file.ts';

export const command: Command = {
  usage: '[--out FILE] [--automatic] [--passphrase-file FILE]',
  examples: [
    ['parley key new --out petrova.key', 'make a key; its owner types the passphrase'],
    ['parley representative add petrova.key --name "A. Petrova" --post "Duty officer"', 'then have the party accredit it'],
    ['parley key new --automatic --out feed.key --passphrase-file feed.pass', 'the key of a service, which signs with nobody there'],
  ],
  notes: 'Nothing secret leaves the file: whoever accredits the key needs its public part alone, which this command prints.',
  options: [
    {
      name: 'out',
      value: 'FILE',
      help: 'where to write the key; it must not exist yet (default: representative.key, or service.key, in the data directory)',
    },
    { name: 'automatic', help: 'a service holds it: it can be accredited as an automatic key alone, and is labelled so everywhere' },
    PASSPHRASE_FILE,
  ],
  words: [0, 0],
  async run({ args, terminal, dir }) {
    const out = args.text('out') ?? join(dir, args.has('automatic') ? 'service.key' : 'representative.key');
    await mkdir(dirname(out), { recursive: true, mode: 0o700 });
    const passphrase = await newPassphrase(terminal, 'this key', args.text('passphrase-file'));
    const seed = nodeRandom(32);
    const kind = args.has('automatic') ? 'service' : 'representative';
    await writeKeyFile(out, await sealKey(seed, passphrase, kind, terminal.streams.workFactor));
    const { publicKey } = ed25519Signer(seed);
    const facts = { file: out, key: toBase64url(publicKey), actor: actorOf(nodeSha256, publicKey), automatic: args.has('automatic') };
    terminal.data(facts, `${facts.key}`);
    terminal.say(`The key is in ${out}, sealed. The line on stdout is its public part, for whoever accredits it.`);
    return undefined;
  },
};
