import { sayIn } from '../../base/phrases.ts';
import { labelOf } from '../../document/form.ts';
import type { Kind } from '../../document/kind.ts';
import { menuOf, searchKinds } from '../../document/menu.ts';
import { KINDS, kindOf } from '../../document/registry.ts';
import type { Command } from '../command.ts';
import { kindNamed } from '../kind-names.ts';
import { kindHelp, standing, standsIn, takes } from '../kind-words.ts';
import { kindsPage } from '../kinds-page.ts';
import { kindName } from '../rows.ts';
import type { Terminal } from '../terminal.ts';

const say = sayIn('en');

export const command: Command = {
  usage: '[KIND | WORD ...] [--markdown]',
  examples: [
    ['parley kinds', 'what is written most often, then everything else a person can sign'],
    ['parley kinds note_verbale', 'one kind: its fields, what each takes, and which must be there'],
    ['parley kinds protest', 'kinds found by a word of their name or of what they are for'],
    ['parley kinds --markdown > docs/kinds.md', 'all of them as a page'],
  ],
  notes: 'Nothing is read or sent: this is what the program knows. "parley send KIND" asks for these fields one by one.',
  options: [{ name: 'markdown', help: 'all kinds as a page of documentation' }],
  words: [0, 8],
  async run({ args, terminal }) {
    if (args.has('markdown')) {
      const page = kindsPage();
      terminal.data({ page }, page.trimEnd());
      return undefined;
    }
    const typed = args.words.join(' ');
    const exact = kindOf(typed.trim().toLowerCase().replaceAll(/[ -]/g, '_'));
    if (exact !== undefined) return sayKind(terminal, exact);
    if (typed.trim() !== '') return sayFound(terminal, typed);
    const { first } = menuOf();
    const others = KINDS.filter((kind) => kind.signedBy === 'representative' && !first.includes(kind));
    sayList(terminal, say('menu.often'), first);
    sayList(terminal, say('menu.others'), others);
    return undefined;
  },
};

function sayFound(terminal: Terminal, typed: string): undefined {
  const people = KINDS.filter(({ signedBy }) => signedBy === 'representative');
  const found = searchKinds(say, people, typed);
  const [only] = found;
  // Where nothing is found, the refusal names what is nearest.
  if (only === undefined) return sayKind(terminal, kindNamed(typed));
  if (found.length === 1) return sayKind(terminal, only);
  return sayList(terminal, say('menu.found', { count: found.length }), found);
}

function sayList(terminal: Terminal, title: string, kinds: readonly Kind[]): undefined {
  const width = Math.max(...kinds.map(({ id }) => id.length));
  const lines = kinds.map((kind) => `  ${kind.id.padEnd(width)}  ${kindHelp(kind)}`);
  if (terminal.json) for (const kind of kinds) terminal.data(lineOf(kind), '');
  else terminal.data(undefined, [terminal.style(title, 'bold'), ...lines, ''].join('\n'));
  return undefined;
}

function sayKind(terminal: Terminal, kind: Kind): undefined {
  const width = Math.max(...kind.fields.map(({ name }) => name.length));
  const lines = kind.fields.flatMap((field) => [
    `  ${field.name.padEnd(width)}  ${say(labelOf(kind.id, field.name))}: ${takes(field)} (${[...(field.required ? ['needed'] : []), standing(field)].join(', ')})`,
    `  ${' '.repeat(width)}  ${terminal.style(say(`${labelOf(kind.id, field.name)}.help`), 'dim')}`,
  ]);
  terminal.data(lineOf(kind), [`${terminal.style(kindName(kind.id), 'bold')}: ${kindHelp(kind)}`, standsIn(kind), '', ...lines].join('\n'));
  return undefined;
}

function lineOf({ id, signedBy, opens, joins, fields }: Kind) {
  return { kind: id, name: kindName(id), signedBy, opens, joins, fields };
}
