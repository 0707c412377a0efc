import { hostname } from 'node:os';
import { join } from 'node:path';
import { utf8 } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { nodeRandom } from '../../node/crypto.ts';
import { replaceFile } from '../../node/durable-file.ts';
import { createHost, FILES, readHostFile } from '../../node/party-files.ts';
import { serveHost } from '../../node/serve.ts';
import type { Command } from '../command.ts';
import { exists } from '../read-input.ts';
import { stopSignal } from '../stop.ts';

const CARD_FILE = 'host-card.json';

export const command: Command = {
  usage: '[--name NAME] [--port PORT] [--listen ADDRESS] [--tls]',
  examples: [
    ['parley host --name "Host of Geneva" --port 7100', 'make a host on first use, and run it on this machine alone'],
    ['parley host --tls --listen 0.0.0.0 --port 7443', 'run it for others, under its pinned key'],
  ],
  notes:
    'Parties name the host in their charter by its card, which stands in host-card.json in the data directory: hand it to both sides.\n' +
    'Plain HTTP is for this machine alone; use --tls, or an ordinary reverse proxy, for others.',
  options: [
    { name: 'name', value: 'NAME', help: 'how the host is called in charters (first use alone)' },
    { name: 'port', value: 'PORT', help: 'where to listen; kept for the next start (default: a free one)' },
    { name: 'listen', value: 'ADDRESS', help: 'the address to listen on (default: 127.0.0.1)' },
    { name: 'tls', help: 'TLS 1.3 with the key on the card' },
  ],
  words: [0, 0],
  async run({ args, terminal, dir }) {
    const port = args.whole('port', 0, 65_535);
    const listen = args.text('listen');
    if (await exists(join(dir, FILES.party))) throw new ParleyError('usage', `a party lives in ${dir}; give a host a directory of its own`);
    if (!(await exists(join(dir, FILES.host)))) await createHost(dir, { name: args.text('name') ?? hostname(), random: nodeRandom });
    const file = await readHostFile(dir);
    const door = { host: listen ?? file.door.host, port: port ?? file.door.port };
    if (args.has('name') && args.text('name') !== file.name)
      throw new ParleyError('usage', `this host is called ${file.name}; its name is on its card`);
    const loopback = door.host === '127.0.0.1' || door.host === '::1' || door.host === 'localhost';
    if (!loopback && !args.has('tls')) throw new ParleyError('usage', '--tls is needed beyond this machine');
    const { host, url, close } = await serveHost(dir, { tls: args.has('tls'), door });
    const card = join(dir, CARD_FILE);
    await replaceFile(card, utf8(`${host.card.text}\n`));
    const signal = stopSignal();
    terminal.data({ url, card, name: host.card.name }, url);
    terminal.say(`${host.card.name} is up. Its card is ${card}. Ctrl-C stops it.`);
    await signal.stopped;
    await close();
    terminal.say(`Stopped after ${host.cosignatures} cosignature${host.cosignatures === 1 ? '' : 's'}.`);
    return undefined;
  },
};
