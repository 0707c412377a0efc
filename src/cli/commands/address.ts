import { ParleyError } from '../../base/errors.ts';
import { channelPath, findChannel, openClient } from '../client.ts';
import { CHANNEL, type Command } from '../command.ts';
import { hostCalled } from '../rows.ts';

/** Where the others of a channel listen, as this side has it. */
type Addresses = { readonly addresses: readonly string[]; readonly hostAddresses: readonly string[] };

export const command: Command = {
  usage: '[NAME URL] [--channel CHANNEL]',
  examples: [
    ['parley address --channel Geneva-1', 'where the other side and the hosts listen, as this side has it'],
    ['parley address "Borduria" https://node.borduria.example:7443', 'the other side moved; its key stays the one in the charter'],
    ['parley address "Palais" https://host.example:7443', 'a host moved'],
  ],
  notes:
    'Addresses are local settings and no part of the record. A wrong one does no harm: a node that does not hold the agreed key is told nothing.',
  options: [CHANNEL],
  words: [0, 2],
  async run({ args, terminal, dir }) {
    const client = await openClient(dir);
    try {
      const channel = await findChannel(client, args.text('channel'));
      let known = await client.get<Addresses>(channelPath(channel.id, '/people'));
      const [name] = args.words;
      if (name !== undefined) {
        const url = args.word(1, 'an address such as https://node.example:7443');
        const same = (other: { readonly name: string }): boolean => other.name.toLowerCase() === name.toLowerCase();
        const party = channel.parties.findIndex((one, i) => i !== channel.us && same(one));
        const host = channel.hosts.findIndex(same);
        if (party === -1 && host === -1) {
          const names = [...channel.parties.filter((_, i) => i !== channel.us), ...channel.hosts].map((one) => `"${one.name}"`);
          throw new ParleyError('not_found', `nobody called "${name.slice(0, 60)}"; there is ${names.join(', ')}`);
        }
        const change = party !== -1 ? { addresses: known.addresses.with(party, url) } : { hostAddresses: known.hostAddresses.with(host, url) };
        known = await client.post<Addresses>(channelPath(channel.id, '/addresses'), change);
      }
      for (const [party, one] of channel.parties.entries()) {
        if (party === channel.us) continue;
        const url = known.addresses[party] ?? '';
        terminal.data({ channel: channel.id, party, name: one.name, url }, `${one.name}: ${url === '' ? 'no address known' : url}`);
      }
      for (const [host, one] of channel.hosts.entries()) {
        const url = known.hostAddresses[host] ?? '';
        terminal.data({ channel: channel.id, host, name: one.name, url }, `${hostCalled(one.name)}: ${url === '' ? 'no address known' : url}`);
      }
    } finally {
      await client.close();
    }
    return undefined;
  },
};
