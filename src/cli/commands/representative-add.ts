import { wordlist } from '@scure/bip39/wordlists/english.js';
import { ParleyError } from '../../base/errors.ts';
import { keySentence } from '../../entry/actor.ts';
import { nodeSha256 } from '../../node/crypto.ts';
import { accreditAct, findCandidate, keyText, scopeText } from '../accredit.ts';
import { findChannel, openClient } from '../client.ts';
import { CHANNEL, type Command, mustAgree, PASSPHRASE_FILE, YES } from '../command.ts';
import { IDENTITY, openIdentity, readPeople, sheetOfAct, signAct } from '../identity.ts';
import { OUT_SHEET } from '../sheet.ts';

export const command: Command = {
  usage: 'WHO [--channel CHANNEL] [--name NAME] [--post POST] [--kinds KINDS] [--marking TLP] [--may-recall] [--automatic]',
  examples: [
    ['parley representative add petrova.key --name "A. Petrova" --post "Duty officer"', 'a person with a key file'],
    ['parley representative add "Daniel Ruiz"', 'a person whose browser enrolled here, as they named themselves'],
    [
      'parley representative add NywWpnAEFfPZ... --name Feed --post "Incident feed" --kinds incident_notification --marking amber --automatic',
      'a service, by its public key',
    ],
  ],
  notes: 'The accreditation is signed with the party’s identity key and stands in its log: the other side judges every signature by it.',
  options: [
    CHANNEL,
    { name: 'name', value: 'NAME', help: 'who holds the key' },
    { name: 'post', value: 'POST', help: 'in which post, such as "Duty officer"' },
    { name: 'kinds', value: 'KINDS', help: 'kinds of documents they may sign, with commas (default: all)' },
    { name: 'marking', value: 'TLP', help: 'highest marking they may sign: clear, green, amber, amber+strict, red (default: red)' },
    { name: 'may-recall', help: 'may recall other representatives, and return them' },
    { name: 'automatic', help: 'a service holds the key; it is labelled so everywhere' },
    OUT_SHEET,
    IDENTITY,
    PASSPHRASE_FILE,
    YES,
  ],
  words: [1, 1],
  async run(context) {
    const { args, terminal, dir } = context;
    const client = await openClient(dir);
    try {
      const channel = await findChannel(client, args.text('channel'));
      const people = await readPeople(client, channel.id);
      const candidate = await findCandidate(args.word(0, 'a key file, public key or name'), people.pending);
      const act = accreditAct(args, candidate);
      const known = people.people.find(({ party, actor, state }) => party === people.us && actor === candidate.actor && state !== 'ended');
      if (known !== undefined) throw new ParleyError('invalid', `a key that speaks for nobody yet; it is ${known.name}'s`);
      const scope = act.scope as { kinds: readonly string[]; marking: string; may_recall: boolean; automatic: boolean };
      terminal.say(
        `In ${channel.title}, ${String(act.name)}, ${String(act.post)}: ${scopeText({ ...scope, mayRecall: scope.may_recall }, channel)}.`,
      );
      terminal.say(keyText(candidate));
      terminal.say(`In words, as its holder reads them: ${keySentence(candidate.actor, wordlist)}`);
      await mustAgree(context, 'Accredit this key?', 'nothing was signed');
      const out = args.text('out');
      if (out !== undefined) {
        terminal.data(
          { ...(await sheetOfAct(client, channel, act, out)), act: 'accredit', actor: candidate.actor, name: act.name },
          `The accreditation of ${String(act.name)} is in ${out}; it counts once it is signed and submitted.`,
        );
        return undefined;
      }
      const placed = await signAct(client, nodeSha256, channel.id, act, () => openIdentity(context));
      terminal.data(
        { ...placed, channel: channel.id, act: 'accredit', actor: candidate.actor, name: act.name },
        `${String(act.name)} is accredited in ${channel.title}.  ${placed.id}`,
      );
    } finally {
      await client.close();
    }
    return undefined;
  },
};
