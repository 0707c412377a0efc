/** Names of months in the six languages, January first, as they are written in dates; without accents, in small letters. */
const NAMES: readonly (readonly string[])[] = [
  ['january', 'jan', 'janvier', 'janv', 'enero', 'ene', 'январь', 'января', 'янв', 'يناير'],
  ['february', 'feb', 'fevrier', 'fevr', 'febrero', 'февраль', 'февраля', 'фев', 'февр', 'فبراير'],
  ['march', 'mar', 'mars', 'marzo', 'март', 'марта', 'مارس'],
  ['april', 'apr', 'avril', 'avr', 'abril', 'abr', 'апрель', 'апреля', 'апр', 'ابريل', 'أبريل'],
  ['may', 'mai', 'mayo', 'май', 'мая', 'مايو'],
  ['june', 'jun', 'juin', 'junio', 'июнь', 'июня', 'يونيو'],
  ['july', 'jul', 'juillet', 'juil', 'julio', 'июль', 'июля', 'يوليو'],
  ['august', 'aug', 'aout', 'agosto', 'ago', 'август', 'августа', 'авг', 'اغسطس', 'أغسطس'],
  ['september', 'sep', 'sept', 'septembre', 'septiembre', 'сентябрь', 'сентября', 'сент', 'سبتمبر'],
  ['october', 'oct', 'octobre', 'octubre', 'октябрь', 'октября', 'окт', 'اكتوبر', 'أكتوبر'],
  ['november', 'nov', 'novembre', 'noviembre', 'ноябрь', 'ноября', 'нояб', 'نوفمبر'],
  ['december', 'dec', 'decembre', 'diciembre', 'dic', 'декабрь', 'декабря', 'дек', 'ديسمبر'],
];

/** The number of a month, 1 to 12, by its name without accents in small letters. */
export const MONTHS: ReadonlyMap<string, number> = new Map(NAMES.flatMap((names, at) => names.map((name) => [folded(name), at + 1] as const)));

/** The number of the month that a word names in one of the six languages, or 0. */
export function monthOf(word: string): number {
  return MONTHS.get(folded(word)) ?? 0;
}

function folded(word: string): string {
  return word.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
