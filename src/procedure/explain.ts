import type { Say } from '../base/phrases.ts';
import { labelOf } from '../document/form.ts';
import { kindOf } from '../document/registry.ts';
import { type Span, UNITS } from './calendar.ts';
import { type Basis, type Clock, conditionsOf, type Discharge, type Guard, type Pack } from './pack.ts';

/** One clock in words: what it is called, who owes what when, where its rule stands and how far that was read. */
export type ClockText = { readonly id: string; readonly sentences: readonly string[]; readonly source?: string; readonly basis?: Basis };

/** A pack in plain sentences, in the reader's language: what it is for, and who owes what to whom, from when and until when, by which document. */
export function explainPack(pack: Pack, say: Say): { readonly about: readonly string[]; readonly clocks: readonly ClockText[] } {
  const { kinds, roles = [], sources = [], holidays = [], clocks } = pack;
  return {
    about: [
      say('pack.kinds', { kinds: kinds.map((kind) => say(`kind.${kind}`).toLowerCase()).join(', ') }),
      ...(roles.length === 0 ? [] : [say('pack.roles', { roles: roles.join(', ') })]),
      ...(holidays.length === 0 ? [] : [say('pack.holidays', { days: holidays.join(', ') })]),
      ...(clocks.length === 0 ? [say('pack.no_clocks')] : []),
      ...sources.flatMap(({ title, basis }) => [say('pack.follows', { source: title }), say(`pack.basis.${basis}`)]),
    ],
    clocks: clocks.map((clock) => ({
      id: clock.id,
      sentences: sentencesOf(clock, say),
      ...(clock.source === undefined ? {} : { source: clock.source }),
      ...(clock.basis === undefined ? {} : { basis: clock.basis }),
    })),
  };
}

function sentencesOf(clock: Clock, say: Say): readonly string[] {
  const { title, debtor, discharge, voluntary, source, basis } = clock;
  const who = say(`pack.owes.${debtor}`);
  return [
    say('pack.clock', { title, who, answer: answerText(discharge, say), until: untilText(clock, say) }),
    ...(clock.anchor.latest === true ? [say('pack.latest')] : []),
    ...(voluntary ? [say('pack.voluntary')] : []),
    ...(source === undefined ? [] : [say('pack.source', { source })]),
    ...(basis === undefined ? [] : [say(`pack.basis.${basis}`)]),
  ];
}

function answerText({ kinds, when, matches = [], in: place }: Discharge, say: Say): string {
  const fields = matches.map((name) => say(labelOf(kinds[0] ?? '', name))).join(', ');
  const same = matches.length === 0 ? '' : say('pack.matches', { fields });
  return `${documentText(kinds, when, say)}${same}${place === undefined ? '' : say(`pack.in.${place}`)}`;
}

function documentText(kinds: readonly string[], when: Guard | undefined, say: Say, opens = false): string {
  const texts = kinds.map((id, i) => {
    const kind = say(`kind.${id}`).toLowerCase();
    const last = i === kinds.length - 1;
    const conditions = last ? conditionsText(id, when, say) : '';
    const article = say(/^[aeiou]/.test(kind) ? 'pack.article.vowel' : 'pack.article.consonant');
    return say('pack.document', { article, kind, opens: opens && last ? 'yes' : 'no', conditions });
  });
  return joined(texts, say('pack.or'));
}

function conditionsText(kind: string, guard: Guard | undefined, say: Say): string {
  return conditionsOf(guard)
    .map(({ field: name, one_of }, i) => {
      const field = say(labelOf(kind, name));
      if (one_of.length === 1 && typeof one_of[0] === 'boolean') return say(`pack.condition.${one_of[0]}`, { field });
      const values = joined(
        one_of.map((value) => choiceText(kind, name, value, say)),
        say('pack.or'),
      );
      return say(i === 0 ? 'pack.condition.first' : 'pack.condition.more', { field, values });
    })
    .join('');
}

function choiceText(kind: string, name: string, value: string | boolean, say: Say): string {
  const field = kindOf(kind)?.fields.find((one) => one.name === name);
  return `“${field?.shape === 'choice' ? say(`choice.${name}.${value}`) : String(value)}”`;
}

function untilText({ anchor, due }: Clock, say: Say): string {
  const label = (name: string): string => say(labelOf(anchor.kind, name));
  const document = documentText([anchor.kind], anchor.when, say, anchor.opens === true);
  const start = say(`pack.start.${anchor.at}`, { document, field: anchor.by === 'field' ? label(anchor.field) : '' });
  const span = spanText(due, say);
  if (due.every !== undefined) {
    const period = say(due.every.calendar === true ? 'pack.every.calendar' : 'pack.every.month', { count: due.every.months });
    const from = due.every.next_month === true ? 'month' : 'start';
    return say(span === '' ? 'pack.until.period_end' : 'pack.until.period_later', { period, from, start, span });
  }
  if (due.before === true) return say('pack.until.before', { span, start });
  if (due.at_most !== undefined) {
    const lapses = due.at_most.unless_over === true ? 'yes' : 'no';
    return say('pack.until.at_most', { span, start, most: spanText(due.at_most, say), field: label(due.at_most.field), lapses });
  }
  if (due.field === undefined) return say('pack.until.span', { span, start });
  return say(span === '' ? 'pack.until.field' : 'pack.until.field_else', { field: label(due.field), span, start, document });
}

function spanText(span: Span, say: Say): string {
  const unit = UNITS.find((one) => span[one] !== undefined);
  return unit === undefined ? '' : say(`pack.span.${unit}`, { count: span[unit] ?? 0 });
}

function joined(texts: readonly string[], or: string): string {
  const last = texts.at(-1) ?? '';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')}${or}${last}`;
}
