import { helpOf, labelOf } from '../../document/form.ts';
import type { Field, Kind } from '../../document/kind.ts';
import { menuOf, searchKinds } from '../../document/menu.ts';
import { KINDS, kindOf } from '../../document/registry.ts';
import { visible } from '../../document/visible.ts';
import { type Command, IN_CHANNEL } from '../command.ts';
import { kindNamed } from '../kind-names.ts';
import { kindHelp, standing, standsIn, takes } from '../kind-words.ts';
import { kindsPage } from '../kinds-page.ts';
import { kindNameIn, voiceOf } from '../rows.ts';
import type { Terminal } from '../terminal.ts';
import { type Words, wordsHere } from '../words-here.ts';

export const command: Command = {
  usage: '[KIND | WORD ...] [--channel CHANNEL | --profile PROFILE] [--markdown]',
  examples: [
    ['parley kinds', 'what is written most often, then everything else a person can sign'],
    ['parley kinds note_verbale', 'one kind: its fields, what each takes, and which must be there'],
    ['parley kinds protest', 'kinds found by a word of their name or of what they are for'],
    ['parley kinds --channel Geneva-1', 'the same as this channel has it: its first menu, its words, what its points of contact are called'],
    ['parley kinds --markdown > docs/kinds.md', 'all of them as a page'],
  ],
  notes:
    'Nothing is sent. The words are those of the channels here, where all have one profile ("parley profile"), else those of the program.\n' +
    '"parley send KIND" asks for these fields one by one.',
  options: [
    { ...IN_CHANNEL, help: 'in the words of this channel' },
    { name: 'profile', value: 'PROFILE', help: 'in the words of this profile' },
    { name: 'markdown', help: 'all kinds as a page of documentation' },
  ],
  words: [0, 8],
  async run({ args, terminal, dir }) {
    if (args.has('markdown')) {
      const page = kindsPage();
      terminal.data({ page }, page.trimEnd());
      return undefined;
    }
    const typed = args.words.join(' ');
    const words = await wordsHere(args, dir);
    const exact = kindOf(typed.trim().toLowerCase().replaceAll(/[ -]/g, '_'));
    if (exact !== undefined) return sayKind(terminal, words, exact);
    if (typed.trim() !== '') return sayFound(terminal, words, typed);
    const { first } = menuOf(words.profile?.menu);
    const others = KINDS.filter((kind) => kind.signedBy === 'representative' && !first.includes(kind));
    sayList(terminal, words, voiceOf(words)('menu.often'), first);
    sayList(terminal, words, voiceOf(words)('menu.others'), others);
    return undefined;
  },
};

function sayFound(terminal: Terminal, words: Words, typed: string): undefined {
  const say = voiceOf(words);
  const people = KINDS.filter(({ signedBy }) => signedBy === 'representative');
  const found = searchKinds(say, people, typed);
  const [only] = found;
  // Where nothing is found, the refusal names what is nearest.
  if (only === undefined) return sayKind(terminal, words, kindNamed(typed));
  if (found.length === 1) return sayKind(terminal, words, only);
  return sayList(terminal, words, say('menu.found', { count: found.length }), found);
}

function sayList(terminal: Terminal, words: Words, title: string, kinds: readonly Kind[]): undefined {
  const width = Math.max(...kinds.map(({ id }) => id.length));
  const lines = kinds.map((kind) => `  ${kind.id.padEnd(width)}  ${calledText(words, kind)}${kindHelp(kind, voiceOf(words))}`);
  if (terminal.json) for (const kind of kinds) terminal.data(lineOf(words, kind), '');
  else terminal.data(undefined, [terminal.style(title, 'bold'), ...lines, ''].join('\n'));
  return undefined;
}

function sayKind(terminal: Terminal, words: Words, kind: Kind): undefined {
  const say = voiceOf(words);
  const width = Math.max(...kind.fields.map(({ name }) => name.length));
  const lines = kind.fields.flatMap((field) => [
    `  ${field.name.padEnd(width)}  ${say(labelOf(kind.id, field.name))}: ${takes(field)}${offeredText(words, field)} (${[...(field.required ? ['needed'] : []), standing(field)].join(', ')})`,
    `  ${' '.repeat(width)}  ${terminal.style(say(helpOf(kind.id, field)), 'dim')}`,
  ]);
  terminal.data(
    lineOf(words, kind),
    [`${terminal.style(kindNameIn(words, kind.id), 'bold')}: ${kindHelp(kind, say)}`, standsIn(kind, say), '', ...lines].join('\n'),
  );
  return undefined;
}

/** What a kind is called here, where that is not its id in other letters: `Duty officer: `. */
function calledText(words: Words, { id }: Kind): string {
  return words.profile?.words[`kind.${id}`] === undefined ? '' : `${kindNameIn(words, id)}: `;
}

/** Words that are offered for a field here; any others may be typed. */
function offeredText({ roles = [] }: Words, { offers }: Field): string {
  return offers === 'roles' && roles.length > 0 ? `; offered here: ${roles.map(visible).join(', ')}` : '';
}

function lineOf(words: Words, { id, signedBy, opens, joins, fields }: Kind) {
  const offered = fields.some(({ offers }) => offers === 'roles') && words.roles !== undefined ? { roles: words.roles } : {};
  return { kind: id, name: kindNameIn(words, id), signedBy, opens, joins, fields, ...offered };
}
