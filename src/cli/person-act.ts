import { EXIT, ParleyError } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import { kindToDraft } from '../document/registry.ts';
import { nodeCrypto, nodeRandom, nodeSha256, systemNow } from '../node/crypto.ts';
import type { ChannelView, PersonView } from '../projection/views.ts';
import { checked } from './accredit.ts';
import { type Client, findChannel, openClient } from './client.ts';
import { CHANNEL, type Command, type Context, mustAgree, PASSPHRASE_FILE, YES } from './command.ts';
import { mustTakeDocuments, signDocument } from './compose.ts';
import { completeDraft } from './draft.ts';
import { headsFile } from './heads-file.ts';
import { IDENTITY, openIdentity, sheetOfAct, signAct } from './identity.ts';
import { openKeyFile, readSignerFacts } from './key-file.ts';
import { sendOnce } from './outbox.ts';
import { OUT_SHEET } from './sheet.ts';
import { findPerson, mustSign } from './signers.ts';

/** What may be done about somebody with a mission. */
type About = {
  readonly act: 'recall' | 'return' | 'end';
  /** The kind that a representative who may recall signs instead; absent where only the party itself can. */
  readonly kind?: string;
  readonly question: (name: string) => string;
  readonly done: (name: string) => string;
  readonly examples: Command['examples'];
  readonly notes?: string;
};

/** The command for one of these acts: by the party's identity key, or with `--key` by a representative who may recall. */
export function personCommand(about: About): Command {
  const key = { name: 'key', value: 'FILE', help: 'sign as a representative who may recall, with this key file, instead of as the party' };
  const reason = { name: 'reason', value: 'TEXT', help: 'a reason; none is owed' };
  return {
    usage: `NAME [--channel CHANNEL]${about.act === 'recall' ? ' [--reason TEXT]' : ''}${about.kind === undefined ? '' : ' [--key FILE --marking TLP]'}`,
    examples: about.examples,
    ...(about.notes === undefined ? {} : { notes: about.notes }),
    options: [
      CHANNEL,
      ...(about.act === 'recall' ? [reason] : []),
      ...(about.kind === undefined ? [] : [key, { name: 'marking', value: 'TLP', help: 'marking of the document, with --key (default: green)' }]),
      OUT_SHEET,
      IDENTITY,
      PASSPHRASE_FILE,
      YES,
    ],
    words: [1, 1],
    run: (context) => runAbout(context, about),
  };
}

async function runAbout(context: Context, about: About): Promise<number> {
  const { args, terminal, dir } = context;
  const client = await openClient(dir);
  try {
    const channel = await findChannel(client, args.text('channel'));
    const person = findPerson(channel, args.word(0, 'a name'));
    if (about.act === 'return' && person.state !== 'recalled_for_consultations')
      throw new ParleyError('invalid', `somebody who is recalled; ${person.name} is not`);
    if (about.act !== 'return' && person.state === 'ended') throw new ParleyError('invalid', `somebody with a mission; ${person.name}'s has ended`);
    await mustAgree(context, about.question(person.name), 'nothing was signed');
    const key = about.kind === undefined ? undefined : args.text('key');
    const out = args.text('out');
    if (key === undefined && out !== undefined) {
      terminal.data(
        { ...(await sheetOfAct(client, channel, actAbout(context, person, about), out)), act: about.act, actor: person.actor, name: person.name },
        `The act about ${person.name} is in ${out}; it counts once it is signed and submitted.`,
      );
      return EXIT.ok;
    }
    const placed =
      key === undefined
        ? await asParty(context, client, channel, person, about)
        : await asRepresentative(context, client, channel, person, about.kind ?? '', key);
    terminal.data(
      { ...placed, channel: channel.id, act: about.act, actor: person.actor, name: person.name },
      `${about.done(person.name)}  ${placed.id}`,
    );
    return EXIT.ok;
  } finally {
    await client.close();
  }
}

function asParty(context: Context, client: Client, channel: ChannelView, person: PersonView, about: About) {
  return signAct(client, nodeSha256, channel.id, actAbout(context, person, about), () => openIdentity(context));
}

function actAbout(context: Context, person: PersonView, about: About): JsonObject {
  const act: JsonObject =
    about.act === 'recall'
      ? { act: 'recall', actor: person.actor, for_consultations: true, reason: context.args.text('reason') ?? null, effective_at: null }
      : about.act === 'return'
        ? { act: 'return', actor: person.actor, effective_at: null }
        : { act: 'end', actor: person.actor };
  return checked(act);
}

async function asRepresentative(
  { args, terminal }: Context,
  client: Client,
  channel: ChannelView,
  person: PersonView,
  kindId: string,
  keyFile: string,
) {
  const kind = kindToDraft(kindId);
  const marking = (args.text('marking') ?? 'green').toLowerCase().replace(/^tlp:/, '');
  const signerPerson = mustSign(channel, (await readSignerFacts(keyFile)).actor, kind.id, marking);
  const reason = args.text('reason');
  const texts = new Map([['marking', marking], ...(reason === undefined ? [] : [['reason', reason] as const])]);
  const filled = new Map<string, string | boolean>([['actor', person.actor]]);
  if (kind.id === 'recall') filled.set('for_consultations', true);
  const fields = completeDraft(kind, { texts, filled, attachments: [], now: systemNow() });
  await mustTakeDocuments(client, channel.id);
  terminal.say(`Signed by ${signerPerson.name}, ${signerPerson.post}.`);
  const crypto = nodeCrypto();
  try {
    const author = { signer: await openKeyFile(terminal, keyFile, 'representative', args.text('passphrase-file')), heads: headsFile(keyFile) };
    const toSign = { channel: channel.id, kind: kind.id, refs: [person.matter], fields };
    return await sendOnce(client, channel.id, await signDocument(client, author, { crypto, random: nodeRandom, now: systemNow }, toSign));
  } finally {
    await crypto.close();
  }
}
