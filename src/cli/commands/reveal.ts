import type { Json } from '../../base/json.ts';
import { sayIn } from '../../base/phrases.ts';
import { reveal } from '../../document/kinds/reveal.ts';
import { nodeSha256, systemNow } from '../../node/crypto.ts';
import { isBefore } from '../../projection/joint/exchange.ts';
import { channelsMeant, openClient } from '../client.ts';
import { type Command, IN_CHANNEL } from '../command.ts';
import { findDocument } from '../documents.ts';
import { completeDraft } from '../draft.ts';
import { digestToReveal, exchangeIn, keptFor } from '../exchange-words.ts';
import { mustNeedNobody, openAuthor, SENDING, sayUnsent, signAndSend } from '../sending.ts';

const say = sayIn('en');

export const command: Command = {
  usage: 'DOCUMENT [--early]',
  examples: [
    ['parley reveal US-7', 'reveal what this side committed to in the exchange US-7, word for word'],
    ['parley reveal US-7 --early', 'although the other side can still choose its own words, or the moment of the exchange has not come'],
  ],
  notes:
    'DOCUMENT is the simultaneous exchange, or any document in its matter. What is revealed is what "parley commit" or the screens kept, and nothing else can be\n' +
    'given: it must open the digest of the commitment. Where nothing that is kept does, nothing is sent.',
  options: [
    { name: 'early', help: 'although not every side is committed, or the moment of the exchange has not come' },
    { name: 'marking', value: 'MARKING', help: "how far it may be passed on (default: the exchange's own)" },
    IN_CHANNEL,
    ...SENDING,
  ],
  words: [1, 1],
  async run(context) {
    const { args, dir } = context;
    const client = await openClient(dir, { exchange: args.has('wait') });
    try {
      await sayUnsent(context, client);
      const channels = await channelsMeant(client, args.text('channel'));
      const { channel, document } = await findDocument(client, channels, args.word(0, 'an exchange'));
      const exchange = exchangeIn(document);
      const names = channel.parties.map((party) => party.name);
      const digest = digestToReveal(exchange, channel.us, names, args.has('early') ? 'early' : { now: systemNow() });
      const side = { channel: channel.id, party: channel.us, matter: exchange.entry };
      const words = await keptFor(client, side, digest, nodeSha256);
      const author = await openAuthor(context);
      mustNeedNobody(context, channel, author, reveal);
      const marking = args.text('marking')?.toLowerCase() ?? document.row.marking;
      const texts = new Map<string, Json>([
        ['text', words.text],
        ['marking', marking],
      ]);
      const filled = new Map<string, Json>([['secret', words.secret]]);
      const fields = completeDraft(reveal, { texts, filled, attachments: words.attachments, now: systemNow() });
      const isEarly = exchange.state === 'awaiting_commitments';
      return await signAndSend(context, client, channel, author, {
        kind: reveal,
        fields,
        refs: [exchange.entry],
        files: [],
        marking,
        meaning: [
          ...(isEarly ? [say('exchange.reveal.early')] : []),
          ...(isBefore(exchange, systemNow()) ? [say('exchange.reveal.before')] : []),
          say('exchange.reveal.as_committed'),
        ],
      });
    } finally {
      await client.close();
    }
  },
};
