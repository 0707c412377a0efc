import { fromBase64 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { sayIn } from '../base/phrases.ts';
import { type AboutEntry, isHeldTo, takesBack } from '../document/about-entries.ts';
import type { Kind } from '../document/kind.ts';
import { kindOf } from '../document/registry.ts';
import { leavesByName } from '../entry/body.ts';
import { nodeSha256, systemNow } from '../node/crypto.ts';
import { correctableFields, correctedFields, erasableFields } from '../projection/corrected.ts';
import type { ChannelView, DocumentView } from '../projection/views.ts';
import { channelsMeant, openClient } from './client.ts';
import { type Context, IN_CHANNEL, type Option } from './command.ts';
import { findDocument } from './documents.ts';
import { completeDraft, givenFields } from './draft.ts';
import { saidIn } from './rows.ts';
import { readValue } from './scenario/values.ts';
import { openAuthor, SENDING, sayUnsent, signAndSend } from './sending.ts';
import type { Terminal } from './terminal.ts';

const say = sayIn('en');

/** The commands that make acts about entries. */
export const ABOUT_COMMANDS: Readonly<Record<AboutEntry, string>> = {
  correction: 'correct',
  withdrawal: 'withdraw',
  body_erased: 'erase',
  lost: 'lost',
};

/** Options of these commands beside their own. */
export const ABOUT_OPTIONS: readonly Option[] = [
  IN_CHANNEL,
  { name: 'marking', value: 'MARKING', help: "how far it may be passed on (default: the document's own)" },
  ...SENDING,
];

/** What an act about a document says beside naming it, and what it means for whoever signs. */
export type Saying = { readonly filled: ReadonlyMap<string, Json>; readonly meaning: readonly string[] };

/**
 * Signs and sends an act of a kind about the document that the first word names; `text` is the option whose text goes into the field of that name.
 * Refuses `not_found`, `usage` and `invalid`, and whatever sending refuses.
 */
export async function sendAbout(
  context: Context,
  id: AboutEntry,
  text: { readonly field: string; readonly option: string },
  saying: (kind: Kind, channel: ChannelView, document: DocumentView) => Promise<Saying>,
): Promise<number> {
  const { args, dir } = context;
  const kind = kindOf(id);
  if (kind === undefined) throw new Error('bug: acts about entries are kinds');
  const client = await openClient(dir, { exchange: args.has('wait') });
  try {
    await sayUnsent(context, client);
    const channels = await channelsMeant(client, args.text('channel'));
    const { channel, document } = await findDocument(client, channels, args.word(0, 'a document'));
    const wrote = channel.parties[document.row.party]?.name ?? '';
    if (document.row.party !== channel.us && (id === 'correction' || id === 'withdrawal'))
      throw new ParleyError('invalid', `a document of this side: ${wrote} wrote that one, and only its author ${ABOUT_COMMANDS[id]}s it`);
    // Before the passphrase is asked, and before it is said what it would mean; the node refuses it as well.
    if (takesBack(id) && isHeldTo(document.row.kind)) throw new ParleyError('does_not_fit', say('joint.finding.exchange_stands'));
    const author = await openAuthor(context);
    const { filled, meaning } = await saying(kind, channel, document);
    const marking = args.text('marking')?.toLowerCase() ?? document.row.marking;
    const words = args.text(text.option);
    const texts = new Map<string, Json>([['marking', marking], ...(words === undefined ? [] : [[text.field, words.trim()] as const])]);
    const all = new Map([['entry', document.row.id], ...filled]);
    const fields = completeDraft(kind, { texts, filled: all, attachments: [], now: systemNow() });
    return await signAndSend(context, client, channel, author, {
      kind,
      about: { kind: document.row.kind, title: saidIn(channel, document.row.summary) },
      fields,
      refs: [document.row.id],
      files: [],
      marking,
      meaning,
    });
  } finally {
    await client.close();
  }
}

/** New values for fields of our own document, given as `--field name=value`; an empty value leaves the field out. Refuses `usage` and `invalid`. */
export async function correctionOf(document: DocumentView, given: readonly string[], terminal: Terminal): Promise<ReadonlyMap<string, Json>> {
  const kind = kindOf(document.row.kind);
  const known = kind === undefined ? [] : correctableFields(kind, document);
  if (kind === undefined || given.length === 0)
    throw new ParleyError('usage', `--field NAME=VALUE is needed: ${known.map(({ name }) => name).join(', ')}`);
  const now = correctedFields(document);
  const changes: (readonly [string, Json])[] = [];
  for (const [name, text] of await givenFields(kind, given, terminal)) {
    const field = known.find((one) => one.name === name);
    if (field === undefined) throw new ParleyError('invalid', `${name} is never corrected; withdraw the document and send it anew`);
    const read = text === '' && !field.required ? { value: null } : readValue(field, text, systemNow());
    if ('expected' in read) throw new ParleyError('invalid', `${name}: ${typeof read.expected === 'string' ? read.expected : say(read.expected)}`);
    if (JSON.stringify(read.value) !== JSON.stringify(now[name] ?? null)) changes.push([name, read.value]);
  }
  if (changes.length === 0) throw new ParleyError('invalid', 'at least one field that says something else than now');
  return new Map<string, Json>([
    ['pointers', changes.map(([name]) => `/${name}`)],
    ['values', changes.map(([, value]) => value)],
  ]);
}

/** The fields named by `--field` with their leaf hashes, as an erasure or a loss names them. Refuses `usage` with those there are. */
export function goneOf(document: DocumentView, us: number, names: readonly string[]): ReadonlyMap<string, Json> {
  const kind = kindOf(document.row.kind);
  const leaves = leavesByName(nodeSha256, fromBase64(document.body) ?? new Uint8Array());
  const offered = kind === undefined ? new Map<string, string>() : erasableFields(kind, document, us, leaves);
  const wanted = [...new Set(names.map((name) => name.trim().toLowerCase().replaceAll(/[ -]/g, '_')))];
  const unknown = wanted.filter((name) => !offered.has(name));
  if (wanted.length === 0 || unknown.length > 0) {
    const there = [...offered.keys()].join(', ');
    throw new ParleyError('usage', `--field names what can go: ${there === '' ? 'nothing in this document' : there}`);
  }
  return new Map<string, Json>([
    ['pointers', wanted.map((name) => `/${name}`)],
    ['leaves', wanted.map((name) => offered.get(name) ?? '')],
  ]);
}

/** Sentences of the catalogue about a channel, as they are read before signing. */
export function meanings(ids: readonly string[], channel: ChannelView, document: DocumentView): readonly string[] {
  const names = channel.parties.flatMap(({ name }, party) => (party === channel.us ? [] : [name])).join(', ');
  return ids.map((id) => say(id, { names, author: channel.parties[document.row.party]?.name ?? '' }));
}
