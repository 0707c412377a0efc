import { ParleyError } from '../../base/errors.ts';
import { sayIn } from '../../base/phrases.ts';
import { nodeCrypto } from '../../node/crypto.ts';
import type { TableRow } from '../../projection/views.ts';
import { sayVerdict } from '../../verify/say-verdict.ts';
import { showDocuments } from '../../verify/shown-document.ts';
import { verifyFile } from '../../verify/verify-file.ts';
import type { Arguments } from '../arguments.ts';
import { type Client, channelPath, channelsMeant, openClient } from '../client.ts';
import { type Command, IN_CHANNEL } from '../command.ts';
import { findDocument } from '../documents.ts';
import { markTexts } from '../rows.ts';
import type { Terminal } from '../terminal.ts';
import { verdictLines } from '../verdict-lines.ts';
import { writeOutput } from '../write-output.ts';

/** `US-3:subject,text`: a document, and the only fields of it to show. */
const WITH_FIELDS = /^(.+):([a-z][a-z0-9_]*(?:,[a-z][a-z0-9_]*)*)$/;

export const command: Command = {
  usage: 'DOCUMENT[:FIELD,FIELD] ... (--preview | --out FILE) [--withhold FIELD ...] [--range since|whole]',
  examples: [
    ['parley prove US-3 --preview', 'what a reader will see, before anything is written'],
    ['parley prove US-3 --out us-3.proof', 'that this document stands in the record, for anyone to check offline'],
    ['parley prove US-3 --withhold explanation --out us-3.proof', 'without one of its fields'],
    ['parley prove US-3:subject RU-2:subject,text --out both.proof', 'some fields of documents of both parties, in one file'],
    ['parley prove US-3 --range whole --out us-3.proof', 'and that its signer was accredited and is, and that it was not corrected since'],
  ],
  notes:
    'Whoever gets the proof learns the documents’ headers, the charter, the parties’ names and keys, and the fields that are not withheld.\n' +
    'With --range it also holds all entries of their logs to the newest, headers only: from the first document on (since), or from the\n' +
    'charter on (whole), which alone shows that signers were accredited.',
  options: [
    IN_CHANNEL,
    { name: 'out', value: 'FILE', help: 'where to write it; - is standard output' },
    { name: 'preview', help: 'show what a reader will see, from the very bytes that would be written, and write nothing' },
    { name: 'withhold', value: 'FIELD', many: true, help: 'a field to leave out of every document; that something is left out shows' },
    { name: 'range', value: 'WHICH', help: 'since or whole: entries that show whether signers are still accredited and nothing was corrected' },
  ],
  words: [1, 256],
  async run({ args, terminal, dir }) {
    const out = args.has('preview') ? undefined : args.text('out');
    if (!args.has('preview') && (out ?? '') === '') throw new ParleyError('usage', '--preview or --out is needed');
    const range = args.text('range');
    if (range !== undefined && range !== 'since' && range !== 'whole') throw new ParleyError('usage', '--range is since or whole');
    const client = await openClient(dir);
    try {
      const { channel, documents, later } = await chosen(client, args);
      const bytes = await client.postForBytes(channelPath(channel, '/proof'), { documents, ...(range === undefined ? {} : { range }) });
      if (out === undefined) await preview(terminal, bytes, range !== undefined);
      else {
        await writeOutput(terminal, out, [bytes]);
        const ids = documents.map(({ id }) => id);
        if (out !== '-') terminal.data({ id: ids[0], documents: ids, channel, file: out, size: bytes.length }, out);
        terminal.say('Check it with "parley verify".');
      }
      const silent = range === undefined ? ', and says nothing of this without --range' : '';
      for (const mark of later) terminal.say(`${mark}. The proof shows what was said first${silent}.`);
    } finally {
      await client.close();
    }
    return undefined;
  },
};

type Chosen = { readonly id: string; readonly only?: readonly string[]; readonly without?: readonly string[] };

/** What somebody named: documents of one channel with the fields to show, and what their authors said of them later. */
type Selection = { readonly channel: string; readonly documents: readonly Chosen[]; readonly later: readonly string[] };

/** The documents somebody named, all of one channel, with the fields to show; a field that a document has not is refused, since a slip would publish. */
async function chosen(client: Client, args: Arguments): Promise<Selection> {
  const channels = await channelsMeant(client, args.text('channel'));
  const without = args.many('withhold');
  const documents: Chosen[] = [];
  const later: string[] = [];
  const found = new Map<string, readonly string[]>();
  const places = new Set<string>();
  for (const word of args.words) {
    const [, named = word, list] = WITH_FIELDS.exec(word) ?? [];
    const { channel, document } = await findDocument(client, channels, named);
    const { id } = document.row;
    const only = list?.split(',').filter((field) => !without.includes(field));
    const erased = only?.find((field) => !(field in document.fields) && document.erased.includes(field));
    if (erased !== undefined)
      throw new ParleyError('not_found', `the field "${erased}" of ${named}: it was erased, or is held here no more, and cannot be shown`);
    const unknown = only?.find((field) => !(field in document.fields));
    if (unknown !== undefined)
      throw new ParleyError('usage', `${named} has no field "${unknown}"; it has ${Object.keys(document.fields).join(', ')}`);
    places.add(channel.id);
    found.set(id, [...Object.keys(document.fields), ...document.erased]);
    later.push(...laterMarks(document.row).map((mark) => `${named}: ${mark}`));
    documents.push({ id, ...(only === undefined ? { without } : { only }) });
  }
  const stray = without.find((field) => ![...found.values()].some((fields) => fields.includes(field)));
  if (stray !== undefined) throw new ParleyError('usage', `--withhold: no document here has a field "${stray}"`);
  const [channel = '', ...others] = places;
  if (others.length > 0) throw new ParleyError('usage', 'documents of one channel stand in one proof; make one for each channel');
  return { channel, documents, later };
}

/** That its author took a document back or said it anew: the proof of it holds neither. */
function laterMarks({ withdrawn, corrected }: TableRow): readonly string[] {
  return markTexts({ ...(withdrawn === undefined ? {} : { withdrawn }), ...(corrected === undefined ? {} : { corrected }) });
}

/** Verifies the bytes as any reader will, and says what that reader is told. */
async function preview(terminal: Terminal, bytes: Uint8Array, ranged: boolean): Promise<void> {
  const say = sayIn('en');
  const crypto = nodeCrypto();
  try {
    const found = await verifyFile(crypto, bytes);
    const publishes = ['proof_page.publishes', ...(ranged ? ['proof_page.publishes_range'] : [])].map((id) => say(id));
    terminal.data(
      {
        size: bytes.length,
        verdict: found.verdict,
        sentences: sayVerdict(say, found).map(({ text }) => text),
        documents: found.proved === undefined ? [] : showDocuments(say, found.proved),
        publishes,
      },
      [...verdictLines(terminal, found), '', ...publishes, `${bytes.length} bytes. Nothing was written.`].join('\n'),
    );
  } finally {
    await crypto.close();
  }
}
