import type { Say } from '../base/phrases.ts';
import { labelOf } from '../document/form.ts';
import { kindOf } from '../document/registry.ts';
import { visible } from '../document/visible.ts';
import type { FieldChange } from '../projection/about-views.ts';
import type { ChannelView, DocumentView } from '../projection/views.ts';
import { anyText, indented, valueText } from './field-lines.ts';
import { voiceOf, when } from './rows.ts';
import type { Terminal } from './terminal.ts';

/** What was said about a document later, and what it says about another: corrections old and new, withdrawal, and who holds what is erased. */
export function aboutLines(terminal: Terminal, channel: ChannelView, document: DocumentView): readonly string[] {
  const { row, withdrawal, corrections, moreCorrections, erasures, aboutEntry: about, changes, fields } = document;
  const say = voiceOf(channel);
  const author = channel.parties[row.party]?.name ?? '';
  const target = document.thread.find(({ id }) => id === about);
  const gone = Array.isArray(fields.pointers) ? fields.pointers.map((pointer) => labelled(say, target?.kind ?? '', String(pointer).slice(1))) : [];
  const bold = (id: string): string => terminal.style(say(id), 'bold');
  return [
    ...(about === undefined
      ? []
      : [`${say('about.about')} ${target === undefined ? about.slice(0, 8) : `${say(target.summary)} (${about.slice(0, 8)})`}`]),
    ...(changes === undefined ? [] : changeLines(say, target?.kind ?? '', changes)),
    ...(changes === undefined && gone.length > 0 ? [`${say('field.pointers')}: ${gone.join(', ')}`] : []),
    ...(withdrawal === undefined
      ? []
      : [
          '',
          bold('about.withdrawn_title'),
          `  ${say('about.by', { name: author, signer: withdrawal.signer })} ${when(withdrawal.time)} UTC (${withdrawal.entry.slice(0, 8)})`,
          ...(withdrawal.reason === undefined ? [] : [`  ${indented(visible(withdrawal.reason), 4)}`]),
        ]),
    ...(moreCorrections === 0 ? [] : ['', say('about.more_corrections', { count: moreCorrections })]),
    ...corrections.flatMap((correction) => [
      '',
      bold('about.corrected_title'),
      `  ${say('about.by', { name: author, signer: correction.signer })} ${when(correction.time)} UTC (${correction.entry.slice(0, 8)})`,
      ...(correction.reason === undefined ? [] : [`  ${indented(visible(correction.reason), 4)}`]),
      ...changeLines(say, row.kind, correction.changes),
    ]),
    ...(erasures.length === 0 ? [] : ['', bold('erasures.title')]),
    ...erasures.flatMap(({ field, by, holders }) => [
      `  ${labelled(say, row.kind, field)}`,
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

/** Each field with what it said and what it says, on lines of their own where either has several or holds the arrow between them. */
export function changeLines(say: Say, kind: string, changes: readonly FieldChange[]): readonly string[] {
  return changes.flatMap(({ field, before, after, erased }) => {
    const known = kindOf(kind)?.fields.find(({ name }) => name === field);
    const side = (value: typeof before, isGone: boolean): string =>
      isGone ? '(erased)' : value === undefined ? '(nothing)' : known === undefined ? anyText(value) : valueText(known, value, say);
    const old = side(before, erased === 'before' || erased === 'both');
    const now = side(after, erased === 'after' || erased === 'both');
    const label = `  ${labelled(say, kind, field)}:`;
    if (![old, now].some((text) => text.includes('\n') || text.includes('->'))) return [`${label} ${old} -> ${now}`];
    return [label, `    from: ${indented(old, 6)}`, `    to: ${indented(now, 6)}`];
  });
}

function labelled(say: Say, kind: string, name: string): string {
  return kindOf(kind)?.fields.some((field) => field.name === name) ? say(labelOf(kind, name)) : anyText(name).replaceAll('\n', ' ');
}
