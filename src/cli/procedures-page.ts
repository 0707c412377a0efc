import { sayIn } from '../base/phrases.ts';
import { shippedPacks } from '../node/packs.ts';
import { shippedProfiles } from '../node/profiles.ts';
import { explainPack } from '../procedure/explain.ts';
import type { Pack } from '../procedure/pack.ts';

/** The page `docs/procedures.md`: every pack that ships as `parley pack explain` says it, so that the page cannot be wrong. */
export function proceduresPage(): string {
  const packs = [...shippedPacks().values()].map(({ pack }) => pack);
  return [
    '# Procedures',
    '',
    'This page is what `parley pack explain` says of the packs that ship; `parley pack explain --markdown` prints it.',
    '',
    ...INTRODUCTION,
    '',
    '| pack | |',
    '|---|---|',
    ...packs.map(({ name, title }) => `| [\`${name}\`](#${name}) | ${title} |`),
    ...packs.flatMap((pack) => ['', ...section(pack)]),
    '',
  ].join('\n');
}

const PROFILE_ROWS: readonly string[] = [
  '| profile | | packs |',
  '|---|---|---|',
  ...[...shippedProfiles().values()].map(({ name, title, packs }) => `| \`${name}\` | ${title} | ${packs.join(', ')} |`),
];

const INTRODUCTION: readonly string[] = [
  'A procedure pack is data: a JSON file that says which kinds of document a procedure has and which clocks run. A channel’s charter names its packs by the',
  'hash of their exact bytes.',
  '',
  'Each says for every clock where its rule stands and how far that was read (`source`, `basis`): *compared with the text itself*, the wording of the rule as public',
  'copies give it; *known from what others write about it*; or *a choice of this pack*, where no rule gives a figure. `sources` says the same of what is no clock.',
  'Whoever relies on a date reads the rule: laws change, and a pack stays as it is.',
  '',
  '## A pack of your own',
  '',
  'Write the file after the schema (`procedures/pack.schema.json`), beginning with the pack that comes nearest. `parley pack check FILE` says what is wrong',
  'with it and `parley pack explain FILE` what it does. `parley invite --pack FILE` founds a channel with it: its text goes along in the invitation, `parley join`',
  'shows the other side what it says before anything is answered, and both nodes keep it. No program is changed.',
  '',
  '- **Start** (`anchor`): a document of one kind, when the other side held it (`by: receipt`) or an instant that its author wrote (`by: field`). `at` says what the',
  '  start means: `receipt`, `prior-stage-submitted`, `aware`, `classified`, `measure-available`, `event`, `contact-attempt`. With `opens` only the document that',
  '  opens its matter starts it, with `when` only one whose own fields have these values; with `latest` each of several by one author in a matter takes the place',
  '  of the one before, where that one’s time had not run out.',
  '- **Until** (`due`): an instant in a field; else `minutes`, `hours`, `days`, `working_days` (without the pack’s `holidays`) or `months` after the start, in UTC;',
  '  `before`: so long before the instant; `at_most`: the earlier of two, with `unless_over` no limit where it was over before the instant; `every`: once a period,',
  '  from the start, by the calendar, or with `next_month` from the first day of the month after the start.',
  '- **What ends it** (`discharge`): a document of whoever owes, in the same matter; with `in` also in a matter that concerns it, or anywhere in the channel.',
  '- **Who owes** (`debtor`): the addressee, the sender, or each the other.',
  '',
  'No condition can read what another party said, so nothing one side does can change what a clock asks of the other. Lateness is said with a time, never stored;',
  'where a procedure is voluntary it is shown and is nothing more.',
  '',
  '## Profiles',
  '',
  '`parley invite --profile PROFILE` and `parley join --profile PROFILE` say for whom a channel is. It chooses the packs of an invitation that names none, the seven acts of',
  'the first menu, and what things are called here: between two response teams nobody meets an agrément. It is a setting of one side, never sent, and changed later with `parley profile` or on the page of procedures.',
  '',
  ...PROFILE_ROWS,
  '',
  '## The packs that ship',
];

function section(pack: Pack): readonly string[] {
  const { about, clocks } = explainPack(pack, sayIn('en'));
  return [
    `## ${pack.name}`,
    '',
    `**${pack.title}.** ${about.join(' ')}`,
    ...(clocks.length === 0 ? [] : ['', ...clocks.map(({ id, sentences }) => `- \`${id}\`: ${sentences.join(' ')}`)]),
  ];
}
