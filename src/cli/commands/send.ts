import { ParleyError } from '../../base/errors.ts';
import type { Json } from '../../base/json.ts';
import { isAboutEntry } from '../../document/about-entries.ts';
import type { Kind } from '../../document/kind.ts';
import { kindIn } from '../../document/party-fields.ts';
import { kindOf } from '../../document/registry.ts';
import { nodeRandom, nodeSha256, systemNow } from '../../node/crypto.ts';
import { wordsOfNow, wordsSaid } from '../../projection/corrected.ts';
import { mendsFirst, translationFindings } from '../../projection/joint/translation.ts';
import type { ChannelView, DocumentView } from '../../projection/views.ts';
import { ABOUT_COMMANDS } from '../about-act.ts';
import { changeLines } from '../about-lines.ts';
import { hashFiles, type LocalFile } from '../attach.ts';
import { chooseKind } from '../choose-kind.ts';
import { type Client, findChannel, openClient } from '../client.ts';
import { CHANNEL, type Command, type Context } from '../command.ts';
import { findDocument } from '../documents.ts';
import { askFields, completeDraft, filledFields, givenFields, isIncomplete, mendFields, readTexts, refsOf } from '../draft.ts';
import { aKind, said, voiceOf } from '../rows.ts';
import { discard, mustNeedNobody, openAuthor, SENDING, sayUnsent, sendCleared, signAndSend } from '../sending.ts';

/** Kinds whose documents take more than their fields: a secret that is kept before, and given afterwards. */
const OWN_COMMANDS: Readonly<Record<string, string>> = { commitment: 'commit', reveal: 'reveal' };

export const command: Command = {
  usage:
    '[KIND] [--channel CHANNEL] [--field NAME=VALUE ...] [--file FILE ...] [--in-reply-to DOCUMENT] [--key FILE] [--for-clearance] | --cleared ID | --discard ID',
  examples: [
    ['parley send', 'choose what to write, then as below'],
    ['parley send message --channel Geneva-1', 'asked field by field, shown what leaves, then asked again'],
    [
      'parley send request --field request_type=information --field subject=Pipeline --field text=@q.txt --field "reply_by=in 3 days" --field marking=amber',
      'all given',
    ],
    [
      'parley send reply --in-reply-to US-3 --field text=@- --field final=yes --field disposition=met --field marking=amber --file scan.json < answer.txt',
      'an answer with a file',
    ],
    ['parley send message ... --yes --wait --json', 'in a script, until the other side holds it'],
    ['parley send claim ... --for-clearance', 'hand it to a second person ("parley clear"); nothing is signed yet'],
    ['parley send --cleared q7Xb2kLw...', 'sign and send exactly what was cleared'],
    ['parley send --discard q7Xb2kLw', 'discard a signed document that never reached the node, instead of sending it'],
  ],
  notes:
    'KIND is message, request, reply, incident_notification, claim, ...: "parley kinds" lists all, "parley kinds KIND" says what each field takes, and\n' +
    'docs/kinds.md has both. Left out at a terminal, it is chosen from those written most often, or found by a word.\n' +
    'Signed bytes are kept until the node has them: after a command that was broken off the next one shows them, asks (not with --yes), and sends the same\n' +
    'bytes first, so that nothing is said twice; --discard keeps them from being sent. "parley status" says what waits.\n' +
    'With --wait: exit code 0 once they hold it, 6 when that did not happen in time; it will still be sent.',
  options: [
    CHANNEL,
    { name: 'field', value: 'NAME=VALUE', many: true, help: 'a field; @FILE reads it from a file, @- from standard input; lists have commas' },
    { name: 'file', value: 'FILE', many: true, help: 'a file to attach, of any size' },
    { name: 'in-reply-to', value: 'DOCUMENT', help: 'what it answers: id, first letters of it, or reference' },
    { name: 'concerns', value: 'DOCUMENT', many: true, help: 'another document it is about' },
    ...SENDING,
    { name: 'cleared', value: 'ID', help: 'sign and send what was handed over for clearance from here' },
    { name: 'discard', value: 'ID', help: 'discard what was signed here and never reached the node' },
  ],
  words: [0, 1],
  async run(context) {
    const { args, dir } = context;
    const cleared = args.text('cleared');
    if (cleared !== undefined) return sendCleared(context, cleared);
    const discarded = args.text('discard');
    if (discarded !== undefined) return discard(context, discarded);
    // Who names a kind, or cannot be asked, is answered before anything is opened; a menu is that of the channel.
    const { terminal } = context;
    const named = args.words[0] === undefined && terminal.asks ? undefined : await chooseKind(terminal, args.words[0]);
    if (named !== undefined) mustBeSent(named);
    const client = await openClient(dir, { exchange: args.has('wait') });
    try {
      await sayUnsent(context, client);
      const channel = await findChannel(client, args.text('channel'));
      const kind = named ?? (await chooseKind(terminal, undefined, channel));
      mustBeSent(kind);
      const author = await openAuthor(context);
      mustNeedNobody(context, channel, author, kind);
      const draft = await readDraft(context, client, channel, kind);
      return await signAndSend(context, client, channel, author, { kind, ...draft });
    } finally {
      await client.close();
    }
  },
};

/** Refuses `usage` for a kind that has a command of its own. */
function mustBeSent({ id }: Kind): void {
  const own = isAboutEntry(id) ? ABOUT_COMMANDS[id] : OWN_COMMANDS[id];
  if (own !== undefined) throw new ParleyError('usage', `${aKind(id)} is made by "parley ${own}"`);
}

type Ready = {
  readonly fields: readonly (readonly [string, Json])[];
  readonly refs: readonly string[];
  readonly files: readonly LocalFile[];
  readonly marking: string;
  readonly meaning: readonly string[];
};

async function readDraft({ args, terminal }: Context, client: Client, channel: ChannelView, whole: Kind): Promise<Ready> {
  const now = systemNow();
  const kind = kindIn(
    whole,
    channel.parties.flatMap(({ name }, party) => (party === channel.us ? [] : [name])),
  );
  const find = async (name: string): Promise<DocumentView> => {
    const { document } = await findDocument(client, [channel], name);
    if (document.row.unacknowledged) throw new ParleyError('unacknowledged', document.row.signer);
    return document;
  };
  const answered = args.text('in-reply-to');
  const parent = answered === undefined ? undefined : await find(answered);
  const refs = refsOf(kind, parent);
  const concerns = await Promise.all(args.many('concerns').map(async (name) => (await find(name)).row.id));
  let given = await givenFields(kind, args.many('field'), terminal);
  const filled = filledFields(kind, channel, parent, concerns, nodeRandom);
  const answers = parent === undefined ? undefined : { parent, us: channel.us };
  if (terminal.asks && !args.has('yes') && isIncomplete(kind, given)) {
    given = await askFields(terminal, channel, kind, given, now);
    given = await mendFields(terminal, channel, kind, given, { filled, attachments: [], now, answers });
  }
  const texts = readTexts(kind, given, now);
  const files = await hashFiles(terminal, args.many('file'), { sha256: nodeSha256, random: nodeRandom });
  const fields = completeDraft(kind, { texts, filled, attachments: files.map(({ value }) => value), now, answers });
  const meaning = [...translationMeaning(kind, parent, fields), ...wordsAnswered(kind, channel, parent)];
  const marking = fields.find(([name]) => name === 'marking')?.[1];
  return { fields, refs, files, marking: typeof marking === 'string' ? marking : '', meaning };
}

/** The words that a position is on, or a signature is not, where the author of what it answers said some of them anew. */
function wordsAnswered(kind: Kind, channel: ChannelView, parent: DocumentView | undefined): readonly string[] {
  const heading = wordsSaid(kind.id);
  const changes = heading === undefined || parent === undefined ? [] : wordsOfNow(parent);
  if (changes.length === 0 || parent === undefined || heading === undefined) return [];
  const say = voiceOf(channel);
  return [[say(heading), ...changeLines(say, parent.row.kind, changes)].join('\n')];
}

/**
 * What is said of a translation before it is signed. Refuses `invalid` where it translates nothing, as whoever receives it would be told.
 */
function translationMeaning(kind: Kind, parent: DocumentView | undefined, fields: readonly (readonly [string, Json])[]): readonly string[] {
  const of = parent === undefined ? undefined : kindOf(parent.row.kind);
  if (kind.id !== 'translation' || parent === undefined || of === undefined) return [];
  const found = translationFindings({ kind: of, fields: parent.fields, erased: parent.erased }, Object.fromEntries(fields));
  const faults = found.filter(mendsFirst);
  if (faults.length > 0) throw new ParleyError('invalid', faults.map((phrase) => `${said(phrase)}.`).join(' '));
  return found.map((phrase) => said(phrase));
}
