import { sayIn } from '../base/phrases.ts';
import { labelOf } from '../document/form.ts';
import type { Field, Kind } from '../document/kind.ts';
import { KINDS } from '../document/registry.ts';
import { kindHelp, standing, standsIn, takes } from './kind-words.ts';
import { kindName } from './rows.ts';

const say = sayIn('en');

/** The page `docs/kinds.md`: every kind as the forms on screen and in commands ask for it, so that the page cannot be wrong. */
export function kindsPage(): string {
  const [people, node] = [KINDS.filter(isPeoples), KINDS.filter((kind) => !isPeoples(kind))];
  const common = people[0]?.fields.filter(({ name }) => people.every((kind) => kind.fields.some((field) => field.name === name))) ?? [];
  return [
    '# Kinds of document',
    '',
    'This page is drawn from the forms themselves; `parley kinds --markdown` prints it.',
    '',
    ...INTRODUCTION,
    '',
    ...index(people),
    '',
    '## Fields of every document',
    '',
    ...fieldRows('', common),
    ...people.flatMap((kind) => section(kind, common)),
    '',
    '## What a node signs for itself',
    '',
    'Part of the record, written by nobody; nothing in it can be erased.',
    ...node.flatMap((kind) => section(kind, [])),
    '',
  ].join('\n');
}

const INTRODUCTION: readonly string[] = [
  '**Frame** fields are what states and clocks are computed from: a wrong one makes a document void, and none can be erased or corrected. **Content** is',
  'everything else: what is wrong there is shown beside the document, and its author can correct or erase it, field by field. The name in the second column is',
  'what `--field NAME=VALUE` takes, and what a scenario writes. A kind *joins* a matter by answering a document in it.',
  '',
  'What makes no sense where a matter stands - a session closed before it was opened, a performance accepted that nobody owed, signing under powers that were',
  'revoked - changes nothing, and stands on the record with a sentence that says so. Our own node does not send such a document (`does_not_fit`).',
];

function index(kinds: readonly Kind[]): readonly string[] {
  return [
    '| kind | | |',
    '|---|---|---|',
    ...kinds.map((kind) => `| [${kindName(kind.id)}](#${anchorOf(kind)}) | \`${kind.id}\` | ${cell(kindHelp(kind))} |`),
  ];
}

function section(kind: Kind, common: readonly Field[]): readonly string[] {
  const names = new Set(common.map(({ name }) => name));
  const own = kind.fields.filter(({ name }) => !names.has(name));
  return [
    '',
    `## ${kindName(kind.id)}`,
    '',
    `\`${kind.id}\`. ${kindHelp(kind)} ${standsIn(kind)}`,
    ...(own.length === 0 ? [] : ['', ...fieldRows(kind.id, own)]),
  ];
}

function fieldRows(kind: string, fields: readonly Field[]): readonly string[] {
  return [
    '| field | name | needed | stands as | takes |',
    '|---|---|---|---|---|',
    ...fields.map(
      (field) =>
        `| ${cell(say(labelOf(kind, field.name)))} | \`${field.name}\` | ${field.required ? 'yes' : ''} | ${standing(field)} | ${cell(takes(field))} |`,
    ),
  ];
}

/** The anchor that renderers of Markdown make of a heading: lower case, without punctuation, spaces as hyphens. */
function anchorOf({ id }: Kind): string {
  return kindName(id)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
}

function isPeoples({ signedBy }: Kind): boolean {
  return signedBy === 'representative';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
