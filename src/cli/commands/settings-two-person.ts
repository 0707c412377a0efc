import { nodeSha256 } from '../../node/crypto.ts';
import { agreementText, signStatement } from '../../node/statements.ts';
import type { TwoPersonView } from '../../projection/clearance-views.ts';
import type { SessionView } from '../../projection/views.ts';
import { kindsIn } from '../accredit.ts';
import { openClient } from '../client.ts';
import { type Command, PASSPHRASE_FILE } from '../command.ts';
import { openKeyFile } from '../key-file.ts';
import { kindName, when } from '../rows.ts';

export const command: Command = {
  usage: '[all | off | KINDS | agree --key FILE]',
  examples: [
    ['parley settings two-person', 'what the rule is'],
    ['parley settings two-person all', 'a second person clears every document before it is sent'],
    ['parley settings two-person "claim,note verbale"', 'of these kinds alone'],
    ['parley settings two-person off', 'propose to end it; two people agree'],
    ['parley settings two-person agree --key lind.key', 'agree to it, as one of them'],
  ],
  notes:
    'Four eyes: whoever clears may sign such a document and is not the one who signs, and clears exactly the bytes that are signed ("parley clear").\n' +
    'The rule is local. It is widened at once, and narrowed only when two people agree who are accredited for the kinds it takes out; who proposed it on the\n' +
    'screens counts as one. A key of a service is not held up by it.',
  options: [{ name: 'key', value: 'FILE', help: 'the key file of the person who agrees' }, PASSPHRASE_FILE],
  words: [0, 1],
  async run({ args, terminal, dir }) {
    const client = await openClient(dir);
    const path = '/api/settings/two-person';
    try {
      const word = args.words[0]?.toLowerCase();
      let view = await client.get<TwoPersonView>(path);
      if (word === 'agree') view = await client.post<TwoPersonView>(`${path}/agree`, await agreement());
      else if (word !== undefined)
        view = await client.post<TwoPersonView>(path, { kinds: word === 'off' ? [] : kindsIn(word === 'all' ? '*' : word) });
      terminal.data(view, ruleText(view));

      async function agreement(): Promise<{ statement?: string }> {
        const key = args.text('key');
        if (key === undefined || view.proposal === undefined) return {};
        const { party } = await client.get<SessionView>('/api/session');
        const signer = await openKeyFile(terminal, key, 'representative', args.text('passphrase-file'));
        const text = agreementText(party.id, view.proposal.kinds, view.proposal.at);
        return { statement: new TextDecoder().decode(await signStatement(nodeSha256, text, signer)) };
      }
    } finally {
      await client.close();
    }
    return undefined;
  },
};

function ruleText({ kinds, since, by, proposal }: TwoPersonView): string {
  const set = since === undefined ? '' : ` (since ${when(since)}, set by ${by ?? ''})`;
  const rule = kinds.length === 0 ? 'Two-person rule: off' : `Two-person rule: a second person clears ${kindsText(kinds)}`;
  const narrower = proposal === undefined ? '' : proposal.kinds.length === 0 ? 'to end it' : `to narrow it to ${kindsText(proposal.kinds)}`;
  const open =
    proposal === undefined
      ? ''
      : `\n${proposal.by} proposes ${narrower}, ${when(proposal.at)}; ${proposal.agreed === undefined ? '' : `${proposal.agreed} agrees; `}two people accredited for those kinds agree, or it stays as it is.`;
  return `${rule}${set}.${open}`;
}

function kindsText(kinds: readonly string[]): string {
  return kinds.includes('*') ? 'every document' : kinds.map(kindName).join(', ').toLowerCase();
}
