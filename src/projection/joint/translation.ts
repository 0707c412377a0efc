import { isObject, type Json } from '../../base/json.ts';
import type { Phrase } from '../../base/phrases.ts';
import type { Fields, Kind } from '../../document/kind.ts';
import type { Act } from '../matter.ts';
import {
  type DateFigure,
  datesIn,
  destroyedIn,
  type Figure,
  isLatin,
  namesIn,
  numbersIn,
  plainDigits,
  stemOf,
  stemsIn,
  wholeNames,
} from './figures.ts';
import { isAcceptedByAll, type Stand, standsOn } from './positions.ts';
import { type Reading, type Said, said, textIn, type Words } from './reading.ts';
import { signaturesOf } from './signatures.ts';

/** A translation beside its original: authentic where its author says so and every party accepts that same one; else the original governs. */
export type TranslationJoint = Said & {
  readonly kind: 'translation';
  /** The document that it translates. */
  readonly of: string;
  readonly language: string;
  readonly authentic: boolean;
  readonly stands: readonly Stand[];
};

/** What has no counterpart in the other text, in the order it stands there. A person judges: a word may stand for a figure. */
export type FigureCheck = {
  /** Figures, dates and names of the original that the translation lacks. */
  readonly missing: readonly Figure[];
  /** Figures and dates of the translation that the original lacks. */
  readonly added: readonly Figure[];
  /** Places where a machine left a mark of its own for a figure. */
  readonly destroyed: readonly string[];
  /** How many more there are of all three, where one of them has more than {@link MAX_FIGURES}. */
  readonly beyond?: number;
};

/** Figures of each sort that are listed: a page of numbers has tens of thousands, and nobody who sends one may make us show them. */
export const MAX_FIGURES = 200;

/** The translation that this act is. */
export function translationOf(reading: Reading, act: Act): TranslationJoint {
  const stands = standsOn(reading, act.id);
  return {
    ...said(act),
    kind: 'translation',
    of: act.refs[0] ?? '',
    language: textIn(act.frame, 'language'),
    authentic: act.frame.authentic === true && isAcceptedByAll(reading, act, stands, signaturesOf(reading, act.id)),
    stands,
  };
}

/** The figures of both documents from their opened fields; `gone` where the words of one of them are. */
export function translationCheck(original: { readonly kind: Kind; readonly fields: Fields }, translation: Fields): Words<FigureCheck> {
  const words = wordsOf(original.kind, original.fields);
  return words === '' || typeof translation.text !== 'string' ? 'gone' : compareFigures(words, translation.text);
}

/** A document whose translation is looked at, as far as it can be read here. */
export type Original = { readonly kind: Kind; readonly fields: Fields; readonly erased: readonly string[] };

/**
 * Why a document is no translation of this original, as its author is told before it is signed and everybody else afterwards: the original is in that language
 * already, has no words, or is repeated word for word. An original in a file, or of which words were erased, is not said to have none.
 */
export function translationFindings({ kind, fields, erased }: Original, translation: Fields): readonly Phrase[] {
  const found: Phrase[] = [];
  const language = textIn(translation, 'language');
  if (isSameLanguage(textIn(fields, kind.id === 'translation' ? 'language' : 'lang'), language))
    found.push({ id: 'joint.finding.translation_same_language', values: { language } });
  const words = wordsOf(kind, fields);
  // Words that must be there and are not were somebody's.
  const isWhole = erased.length === 0 && kind.fields.every(({ name, frame, required }) => frame || !required || fields[name] !== undefined);
  if (words.trim() === '' && isWhole && !Array.isArray(fields.attachments)) found.push({ id: 'joint.finding.translation_of_nothing' });
  const text = plainWords(textIn(translation, 'text'));
  // Figures alone are the same in every language.
  const isRepeated = /\p{L}/u.test(text) && [words, textIn(fields, 'text')].some((one) => plainWords(one) === text);
  if (isRepeated) found.push({ id: 'joint.finding.translation_same_words' });
  return found;
}

/** Whether an author has to mend what was found before they sign. A language may be wrong in the original, where only its own author can say it anew. */
export function mendsFirst({ id }: Phrase): boolean {
  return id !== 'joint.finding.translation_same_language';
}

/** Whether two tags name one language: alike, or one with a region where the other has none. Scripts of one language are written into each other. */
function isSameLanguage(one: string, other: string): boolean {
  const [short = '', long = ''] = [one.toLowerCase(), other.toLowerCase()].sort((a, b) => a.length - b.length);
  if (short === '') return false;
  return short === long || (long.startsWith(`${short}-`) && /^([a-z]{2}|[0-9]{3})$/.test(long.slice(short.length + 1)));
}

function plainWords(text: string): string {
  return text.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
}

/** Sets figures, dates and names of two texts against each other; linear in their length. */
export function compareFigures(original: string, translation: string): FigureCheck {
  const [from, to] = [figuresOf(original), figuresOf(translation)];
  const missing = without(from, to);
  const added = without(to, from);
  const lists = { missing: [...missing, ...namesWithout(original, translation)], added, destroyed: destroyedIn(translation) };
  const beyond = Object.values(lists).reduce((sum, { length }) => sum + Math.max(0, length - MAX_FIGURES), 0);
  return {
    missing: lists.missing.slice(0, MAX_FIGURES),
    added: lists.added.slice(0, MAX_FIGURES),
    destroyed: lists.destroyed.slice(0, MAX_FIGURES),
    ...(beyond === 0 ? {} : { beyond }),
  };
}

type Figures = { readonly dates: readonly DateFigure[]; readonly numbers: readonly Figure[] };

function figuresOf(text: string): Figures {
  const { dates, rest } = datesIn(plainDigits(text));
  return { dates, numbers: numbersIn(rest) };
}

/** What of one text has no counterpart in the other. A date may be met by its figures, where the other text writes the month in a way not known here. */
function without(one: Figures, other: Figures): readonly Figure[] {
  const dates = countOf(other.dates.map(({ key }) => key));
  const loose = countOf([...other.numbers.map(({ key }) => key)]);
  const lonely = one.dates.filter(({ key }) => !take(dates, key));
  const gone: Figure[] = lonely
    .filter(({ numbers }) => !numbers.every((number) => take(loose, number)))
    .map(({ what, text, key }) => ({ what, text, key }));
  // Dates that met none of ours lend their figures to numbers of ours.
  for (const { key, numbers } of other.dates) if (take(dates, key)) for (const number of numbers) loose.set(number, (loose.get(number) ?? 0) + 1);
  return [...gone, ...one.numbers.filter(({ key }) => !take(loose, key))];
}

function namesWithout(original: string, translation: string): readonly Figure[] {
  // Into another script names are transliterated, and nothing here can say how.
  if (isLatin(original) && !isLatin(translation)) return [];
  const stems = stemsIn(translation);
  return wholeNames(
    namesIn(original).filter(({ key }) => !stems.has(stemOf(key))),
    original,
  );
}

function countOf(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function take(counts: Map<string, number>, key: string): boolean {
  const left = counts.get(key) ?? 0;
  if (left === 0) return false;
  counts.set(key, left - 1);
  return true;
}

/** The words of a document, its content fields one after another; references and languages are not translated. */
export function wordsOf(kind: Kind, fields: Fields): string {
  return kind.fields
    .filter(({ name, frame, shape }) => !frame && name !== 'ref' && name !== 'lang' && name !== 'language' && shape !== 'attachments')
    .flatMap(({ name }) => stringsIn(fields[name]))
    .join('\n');
}

function stringsIn(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap((one: Json) => stringsIn(one));
  return isObject(value) ? Object.values(value).flatMap((one) => stringsIn(one)) : [];
}
