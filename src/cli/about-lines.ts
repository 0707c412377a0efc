import { sayIn } from '../base/phrases.ts';
import { labelOf } from '../document/form.ts';
import { kindOf } from '../document/registry.ts';
import type { FieldChange } from '../projection/about-views.ts';
import type { ChannelView, DocumentView } from '../projection/views.ts';
import { valueInWords } from '../verify/shown-document.ts';
import { when } from './rows.ts';
import type { Terminal } from './terminal.ts';

const say = sayIn('en');

/** What was said about a document later, and what it says about another: corrections old and new, withdrawal, and who holds what is erased. */
export function aboutLines(terminal: Terminal, channel: ChannelView, document: DocumentView): readonly string[] {
  const { row, withdrawal, corrections, erasures, aboutEntry: about, changes, fields } = document;
  const author = channel.parties[row.party]?.name ?? '';
  const target = document.thread.find(({ id }) => id === about);
  const gone = Array.isArray(fields.pointers) ? fields.pointers.map((pointer) => labelled(target?.kind ?? '', String(pointer).slice(1))) : [];
  const bold = (id: string): string => terminal.style(say(id), 'bold');
  return [
    ...(about === undefined
      ? []
      : [`${say('about.about')} ${target === undefined ? about.slice(0, 8) : `${say(target.summary)} (${about.slice(0, 8)})`}`]),
    ...(changes === undefined ? [] : changeLines(target?.kind ?? '', changes)),
    ...(changes === undefined && gone.length > 0 ? [`${say('field.pointers')}: ${gone.join(', ')}`] : []),
    ...(withdrawal === undefined
      ? []
      : [
          '',
          bold('about.withdrawn_title'),
          `  ${say('about.by', { name: author, signer: withdrawal.signer })} ${when(withdrawal.time)} UTC (${withdrawal.entry.slice(0, 8)})`,
          ...(withdrawal.reason === undefined ? [] : [`  ${withdrawal.reason}`]),
        ]),
    ...corrections.flatMap((correction) => [
      '',
      bold('about.corrected_title'),
      `  ${say('about.by', { name: author, signer: correction.signer })} ${when(correction.time)} UTC (${correction.entry.slice(0, 8)})`,
      ...(correction.reason === undefined ? [] : [`  ${correction.reason}`]),
      ...changeLines(row.kind, correction.changes),
    ]),
    ...(erasures.length === 0 ? [] : ['', bold('erasures.title')]),
    ...erasures.flatMap(({ field, by, holders }) => [
      `  ${labelled(row.kind, field)}`,
      ...(by === undefined ? [] : [`    ${say('erasures.by', { name: author, signer: by.signer })} ${when(by.time)} UTC (${by.entry.slice(0, 8)})`]),
      ...holders
        .filter(({ party, state }) => by === undefined || party !== row.party || state !== 'says_gone')
        .map(({ party, state, at }) => {
          const id = state === 'holds' && party === row.party ? 'author_holds' : state;
          const sentence = say(`erasures.${id}.${party === channel.us ? 'us' : 'them'}`, { name: channel.parties[party]?.name ?? '' });
          return `    ${sentence}${at === undefined ? '' : ` ${when(at)} UTC`}`;
        }),
    ]),
  ];
}

function changeLines(kind: string, changes: readonly FieldChange[]): readonly string[] {
  return changes.map(({ field, before, after, erased }) => {
    const known = kindOf(kind)?.fields.find(({ name }) => name === field);
    const side = (value: typeof before, isGone: boolean): string =>
      isGone ? '(erased)' : value === undefined ? '(nothing)' : known === undefined ? JSON.stringify(value) : valueInWords(say, known, field, value);
    const old = side(before, erased === 'before' || erased === 'both');
    return `  ${labelled(kind, field)}: ${old} -> ${side(after, erased === 'after' || erased === 'both')}`;
  });
}

function labelled(kind: string, name: string): string {
  return kindOf(kind)?.fields.some((field) => field.name === name) ? say(labelOf(kind, name)) : name;
}
