import { formatInstant } from '../base/instants.ts';
import type { Phrase, Say } from '../base/phrases.ts';
import { kindOf } from '../document/registry.ts';
import { visible } from '../document/visible.ts';
import type { FileVerdict } from './verify-file.ts';
import type { Sentence } from './verify-record.ts';

/** What no file proves; it is said last of every file, whatever was found. */
export const NOT_PROVED_TRUE: Phrase = { id: 'verify.not_proved_true' };

/**
 * The sentences of a verdict as command line and page both say them, in order: proved (`true`), wrong (`false`), said for honesty (`null`), each with
 * its time where it has one (`2021-06-14 10:03:00 UTC`), and the document it is about where a proof shows several. A peer's hidden characters stand as
 * their number; entries are counted from 1, as everywhere people read.
 */
export function sayVerdict(
  say: Say,
  { sentences }: Pick<FileVerdict, 'sentences'>,
): readonly { readonly ok: Sentence['ok']; readonly text: string }[] {
  const proper: readonly Sentence[] = sentences.filter(({ phrase }) => phrase.id !== NOT_PROVED_TRUE.id);
  return [...proper, { ok: null, phrase: NOT_PROVED_TRUE }].map((sentence) => ({ ok: sentence.ok, text: saySentence(say, sentence) }));
}

/** The order in which a verdict is shown: what failed first, before everything that was proved; otherwise as it was said. */
export function failedFirst<S extends Pick<Sentence, 'ok'>>(said: readonly S[]): readonly S[] {
  return [...said.filter(({ ok }) => ok === false), ...said.filter(({ ok }) => ok !== false)];
}

/** Values that are an entry's index. */
const PLACES: readonly string[] = ['index', 'to'];

function saySentence(say: Say, { phrase, document }: Sentence): string {
  const values = Object.fromEntries(
    Object.entries(phrase.values ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string' ? visible(value) : PLACES.includes(name) ? value + 1 : value,
    ]),
  );
  const { time, type } = values;
  if (typeof type === 'string' && kindOf(type) !== undefined) values.type = say(`kind.${type}`);
  const sentence = say({ ...phrase, values });
  const text = document === undefined ? sentence : `${say('verify.document', { number: document })}: ${sentence}`;
  if (typeof time !== 'number' || time <= 0) return text;
  return `${text} (${formatInstant(time).replace('T', ' ').replace('Z', ' UTC')})`;
}
