import { MONTHS, monthOf } from './months.ts';

/** One figure, date or name as it stands in a text, and what it is compared by. */
export type Figure = { readonly what: 'number' | 'date' | 'name'; readonly text: string; readonly key: string };

/** Scripts have their digits in runs of ten, zero first; the value of each is found once. */
const digits = new Map<string, number>();
const isDigit = (c: string | undefined): c is string => c !== undefined && /^\p{Nd}$/u.test(c);

/** The text with the digits of every script as 0 to 9, character for character; astral digits become one character and lose no place that matters. */
export function plainDigits(text: string): string {
  return text.replaceAll(/\p{Nd}/gu, (c) => String(digitOf(c)));
}

function digitOf(c: string): number {
  const known = digits.get(c);
  if (known !== undefined) return known;
  const at = c.codePointAt(0) ?? 0;
  let zero = at;
  // Adjacent runs are whole tens, so counting back by tens from the first of them is exact.
  while (zero > 0 && isDigit(String.fromCodePoint(zero - 1))) zero--;
  const value = (at - zero) % 10;
  digits.set(c, value);
  return value;
}

/** Marks between groups of three: comma, full stop, apostrophes, spaces that do not break, the plain space, the Arabic thousands mark. */
const GROUPING = /^[,.'’\u00a0\u2009\u202f \u066c]$/;
const DECIMAL = /^[.,\u066b]$/;
/** Runs of digits with single marks between them. Each step is decided by one character, so it takes linear time. */
const CHAINS = /\d{1,400}(?:[,.'’\u00a0\u2009\u202f \u066b\u066c]\d{1,400})*/g;

/** Numbers of a text whose digits are plain: `1,234`, `1 234` and `1.234` are one number, `2,5` and `2.5` another. */
export function numbersIn(text: string): readonly Figure[] {
  return [...text.matchAll(CHAINS)].flatMap(([chain]) => numbersOfChain(chain));
}

function numbersOfChain(chain: string): readonly Figure[] {
  const parts = chain.split(/(\D)/);
  const found: Figure[] = [];
  for (let at = 0; at < parts.length; ) {
    let text = parts[at] ?? '';
    let whole = text;
    let mark: string | undefined;
    let next = at + 2;
    const isHead = whole.length <= 3 && !(whole.length > 1 && whole.startsWith('0'));
    while (isHead && parts[next]?.length === 3 && GROUPING.test(parts[next - 1] ?? '') && (mark === undefined || mark === parts[next - 1])) {
      mark = parts[next - 1];
      whole += parts[next];
      text += `${mark}${parts[next]}`;
      next += 2;
    }
    const point = parts[next - 1];
    const fraction = parts[next];
    let decimals = '';
    // A third run after a point is a date or a version, not a fraction of a fraction.
    if (fraction !== undefined && point !== undefined && DECIMAL.test(point) && point !== mark && parts[next + 1] !== point) {
      decimals = fraction.replace(/0+$/, '');
      text += `${point}${fraction}`;
      next += 2;
    }
    const key = `${whole.replace(/^0+(?=\d)/, '')}${decimals === '' ? '' : `.${decimals}`}`;
    found.push({ what: 'number', text, key });
    at = next;
  }
  return found;
}

/** A date with the numbers that stand in it, should the other text write them without a month that is known here. */
export type DateFigure = Figure & { readonly numbers: readonly string[] };

const WORD = `[\\p{L}\\p{M}]{2,12}`;
const YEAR = `(?:,?\\s{1,3}(?:de\\s|del\\s)?(\\d{4})(?!\\d))?`;
const FORMS = [
  { form: /(?<![\d])(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/g, order: ['y', 'm', 'd'] },
  { form: /(?<![\d])(\d{4})年(\d{1,2})月(\d{1,2})日/g, order: ['y', 'm', 'd'] },
  { form: /(?<![\d.])(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)/g, order: ['d', '', 'm', 'y'] },
  { form: new RegExp(`(?<!\\d)(\\d{1,2})(?:st|nd|rd|th|er|-го|\\.)?\\s{1,3}(?:de\\s|of\\s)?(${WORD})\\.?${YEAR}`, 'gu'), order: ['d', 'M', 'y'] },
  { form: new RegExp(`(?<![\\p{L}\\p{M}])(${WORD})\\.?\\s{1,3}(\\d{1,2})(?:st|nd|rd|th)?(?!\\d)${YEAR}`, 'gu'), order: ['M', 'd', 'y'] },
] as const;

/** Dates of a text whose digits are plain, and the text without them. Day and month in figures are one date in either order. */
export function datesIn(text: string): { readonly dates: readonly DateFigure[]; readonly rest: string } {
  const dates: DateFigure[] = [];
  let rest = text;
  for (const { form, order } of FORMS) {
    rest = rest.replaceAll(form, (...args: readonly unknown[]) => {
      const found = String(args[0]);
      const value = (name: string): number => {
        const at = (order as readonly string[]).indexOf(name);
        const raw = at === -1 ? undefined : args[at + 1];
        return typeof raw !== 'string' ? 0 : name === 'M' ? monthOf(raw) : Number(raw);
      };
      const [year, day, month] = [value('y'), value('d'), value('M') || value('m')];
      if (month < 1 || month > 31 || day < 1 || day > 31 || (month > 12 && day > 12)) return found;
      dates.push({ what: 'date', text: found.trim(), key: keyOf(year, month, day), numbers: [day, ...(year === 0 ? [] : [year])].map(String) });
      return '\n'.repeat(found.length);
    });
  }
  return { dates, rest };
}

function keyOf(year: number, month: number, day: number): string {
  return `${year || ''}-${Math.min(month, day)}-${Math.max(month, day)}`;
}

/** A place where a machine put a mark of its own for a figure, such as `2hXNUMX`. */
export function destroyedIn(text: string): readonly string[] {
  return [...text.matchAll(/[\p{L}\p{N}]{0,20}X{1,3}NUM[A-Z]{0,8}X{0,3}[\p{L}\p{N}]{0,20}/gu)].map(([found]) => found);
}

const LATIN_WORD = /[\p{Script=Latin}\p{M}]{1,60}/gu;
/** Where a sentence begins a capital says nothing. */
const SENTENCE_START = /(?:^|[.!?:;\n«»"“”„([\u2013\u2014-])[\s«»"“”„'‘’(\u00a0\u202f]{0,4}$/u;

/** A word of a name, and where it stands first. */
export type NameWord = Figure & { readonly at: number };

/** Names in Latin letters, word by word: words with a capital that do not begin a sentence, months and single letters aside, each once. */
export function namesIn(text: string): readonly NameWord[] {
  const found = new Map<string, NameWord>();
  for (const match of text.matchAll(LATIN_WORD)) {
    const [word] = match;
    const key = foldWord(word);
    if (key.length < 2 || !/^\p{Lu}/u.test(word) || MONTHS.has(key) || found.has(key)) continue;
    const isAcronym = /^\p{Lu}{2,}$/u.test(word);
    if (!isAcronym && SENTENCE_START.test(text.slice(Math.max(0, match.index - 6), match.index))) continue;
    found.set(key, { what: 'name', text: word, key, at: match.index });
  }
  return [...found.values()];
}

/** Words that stand beside each other as the one name that they are: `Russian` and `Federation`. In the order of the text. */
export function wholeNames(words: readonly NameWord[], text: string): readonly Figure[] {
  const names: (Figure & { readonly end: number })[] = [];
  for (const { what, text: word, key, at } of words) {
    const last = names.at(-1);
    const end = at + word.length;
    if (last !== undefined && at === last.end + 1 && text[last.end] === ' ')
      names[names.length - 1] = { what, text: `${last.text} ${word}`, key: `${last.key} ${key}`, end };
    else names.push({ what, text: word, key, end });
  }
  return names.map(({ what, text: name, key }) => ({ what, text: name, key }));
}

/** The words of a text by the beginnings that names of two languages share: `Genève` and `Geneva`, `American` and `américain`. */
export function stemsIn(text: string): ReadonlySet<string> {
  const stems = new Set<string>();
  for (const [word] of text.matchAll(LATIN_WORD)) stems.add(stemOf(foldWord(word)));
  return stems;
}

/** What of a name another language keeps: four letters of a long one, all of a short one. */
export function stemOf(key: string): string {
  return key.length >= 5 ? key.slice(0, 4) : key;
}

/** Whether a text is written in Latin letters for the most part; of one in another script only the names in Latin letters can be compared. */
export function isLatin(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  return letters > 0 && latin * 2 > letters;
}

function foldWord(word: string): string {
  return word.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
