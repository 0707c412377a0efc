import { fromUtf8, toBase64url } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import type { Json } from '../../base/json.ts';
import { MAX_BODY_SIZE } from '../../base/limits.ts';
import { sayIn } from '../../base/phrases.ts';
import { digestOf, type ExchangeWords } from '../../document/exchange.ts';
import { commitment } from '../../document/kinds/commitment.ts';
import { reveal } from '../../document/kinds/reveal.ts';
import { nodeRandom, nodeSha256, systemNow } from '../../node/crypto.ts';
import { nextInExchange } from '../../projection/joint/exchange.ts';
import { hashFiles } from '../attach.ts';
import { channelsMeant, openClient } from '../client.ts';
import { type Command, type Context, IN_CHANNEL } from '../command.ts';
import { findDocument } from '../documents.ts';
import { completeDraft } from '../draft.ts';
import { exchangeIn, keepWords } from '../exchange-words.ts';
import { readInputFile } from '../read-input.ts';
import { mustNeedNobody, openAuthor, SENDING, sayUnsent, signAndSend } from '../sending.ts';

const say = sayIn('en');

export const command: Command = {
  usage: 'DOCUMENT --text FILE [--file FILE ...]',
  examples: [
    ['parley commit US-7 --text list.txt', 'commit to a list in the exchange US-7: the other side sees a hash, and you can change nothing any more'],
    ['parley commit US-7 --text list.txt --file map.pdf', 'to a text and a file'],
    ['parley commit US-7 --text - --yes < list.txt', 'in a script'],
  ],
  notes:
    'DOCUMENT is the simultaneous exchange, or any document in its matter. The text, the files and a secret drawn for them are kept by this node before the\n' +
    'commitment is signed; "parley reveal" reveals exactly them. Without what is kept the reveal is impossible, for everybody and for good: it is in the\n' +
    'data directory (local records of the store) and in every backup made from then on. A command that is broken off has said nothing, or has said what can be revealed.',
  options: [
    { name: 'text', value: 'FILE', help: 'the words to commit to, read from FILE (- is standard input)' },
    { name: 'file', value: 'FILE', many: true, help: 'a file to commit to, of any size' },
    { name: 'marking', value: 'MARKING', help: "how far the commitment may be passed on (default: the exchange's own)" },
    IN_CHANNEL,
    ...SENDING,
  ],
  words: [1, 1],
  async run(context) {
    const { args, terminal, dir } = context;
    const path = args.required('text');
    const client = await openClient(dir, { exchange: args.has('wait') });
    try {
      await sayUnsent(context, client);
      const channels = await channelsMeant(client, args.text('channel'));
      const { channel, document } = await findDocument(client, channels, args.word(0, 'an exchange'));
      const { entry: matter, sides } = exchangeIn(document);
      if (nextInExchange(exchangeIn(document), channel.us) !== 'commit')
        throw new ParleyError('committed', `committed to ${sides.find(({ party }) => party === channel.us)?.commitment?.digest ?? ''}`);
      const author = await openAuthor(context);
      mustNeedNobody(context, channel, author, commitment);
      const files = await hashFiles(terminal, args.many('file'), { sha256: nodeSha256, random: nodeRandom });
      const marking = args.text('marking')?.toLowerCase() ?? document.row.marking;
      const text = await readWords(context, path);
      const words: ExchangeWords = { text, secret: toBase64url(nodeRandom(16)), attachments: files.map(({ value }) => value) };
      // What could not be revealed as it stands is not committed to.
      const texts = new Map<string, Json>([
        ['text', text],
        ['marking', marking],
      ]);
      completeDraft(reveal, { texts, filled: new Map([['secret', words.secret]]), attachments: words.attachments, now: systemNow() });
      const side = { channel: channel.id, party: channel.us, matter };
      const digest = digestOf(nodeSha256, side, words) ?? '';
      const filled = new Map<string, Json>([['digest', digest]]);
      const fields = completeDraft(commitment, { texts: new Map([['marking', marking]]), filled, attachments: [], now: systemNow() });
      const code = await signAndSend(context, client, channel, author, {
        kind: commitment,
        fields,
        refs: [matter],
        files,
        marking,
        meaning: [
          say('exchange.commit.binds', { words: text.length > 200 ? `${text.slice(0, 200)}…` : text, files: files.length }),
          say('exchange.commit.hash', { digest }),
          say('exchange.commit.kept'),
        ],
        beforeSigning: async () => void (await keepWords(client, side, words, nodeSha256)),
      });
      terminal.say(say('exchange.kept_at', { dir }));
      return code;
    } finally {
      await client.close();
    }
  },
};

/** The words as they will be revealed: trimmed, with plain line ends. */
async function readWords({ terminal }: Context, path: string): Promise<string> {
  const text = fromUtf8(await readInputFile(path, terminal.streams.stdin, MAX_BODY_SIZE));
  if (text === undefined) throw new ParleyError('invalid', 'a text in UTF-8; give anything else with --file');
  return text.replaceAll('\r\n', '\n').trim();
}
