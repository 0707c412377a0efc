import { join } from 'node:path';
import { toBase64url } from '../../base/bytes.ts';
import { ed25519Signer, nodeRandom, nodeSha256 } from '../../node/crypto.ts';
import { sealKey, writeKeyFile } from '../../node/key-files.ts';
import { recoveryWords } from '../../node/recovery.ts';
import { type Command, PASSPHRASE_FILE } from '../command.ts';
import { newPassphrase } from '../key-file.ts';
import { RECOVERY_FILE, readRecovery, recoveryText } from '../recovery.ts';

export const command: Command = {
  usage: '[--new] [--recovery-file FILE] [--out FILE] [--passphrase-file FILE]',
  examples: [
    ['parley key next --out mine.key', 'a holder of an identity key: make the key of your printed recovery ready for a key event'],
    ['parley key next --new --out deputy.key', 'somebody who becomes a holder: make a first key'],
  ],
  notes: 'The line on stdout is public: it goes into --holder of "parley key rotate". No node is needed, and nothing is signed.',
  options: [
    { name: 'new', help: 'make a first key instead of asking for a printed recovery' },
    { name: 'out', value: 'FILE', help: 'where to write the key; it must not exist yet (default: identity-next.key in the data directory)' },
    RECOVERY_FILE,
    PASSPHRASE_FILE,
  ],
  words: [0, 0],
  async run(context) {
    const { args, terminal, dir } = context;
    const out = args.text('out') ?? join(dir, 'identity-next.key');
    const seed = args.has('new') ? nodeRandom(32) : await readRecovery(context);
    const nextSeed = nodeRandom(32);
    const passphrase = await newPassphrase(terminal, 'this identity key', args.text('passphrase-file'));
    await writeKeyFile(out, await sealKey(seed, passphrase, 'identity', terminal.streams.workFactor));
    const holder = `${toBase64url(ed25519Signer(seed).publicKey)}:${toBase64url(nodeSha256(ed25519Signer(nextSeed).publicKey))}`;
    const words = recoveryWords(nextSeed);
    // The words are for this holder alone, the line is for everybody: they go to different streams.
    if (!terminal.json) terminal.say(recoveryText('this key', words));
    terminal.data({ file: out, holder, recovery: words.join(' ') }, holder);
    return undefined;
  },
};
