/**
 * Words that are offered for a field, as what the procedures of a channel call the points of contact, while any others may be written. `many`: a list with a
 * word a line.
 */

/** What was typed, with each offered word as it is offered, whatever its capitals: one word is not to stand in a record in three spellings. */
export function asOffered(text: string, words: readonly string[]): string {
  const spelled = (line: string): string => words.find((word) => word.toLowerCase() === line.trim().toLowerCase()) ?? line;
  return words.length === 0 ? text : text.split('\n').map(spelled).join('\n');
}

/** Whether an offered word stands in what was written. */
export function hasOffered(text: string, word: string): boolean {
  return text.split('\n').some((line) => line.trim() === word);
}

/** What is written once an offered word is pressed: it comes, or goes where it stood; where there is room for one, it takes the place of what stood there. */
export function pressOffered(text: string, word: string, many: boolean): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (hasOffered(text, word)) return lines.filter((line) => line.trim() !== word).join('\n');
  return many ? [...lines, word].join('\n') : word;
}
