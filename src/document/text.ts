/**
 * Characters that make text read other than it is written. Ranges are listed, not taken from Unicode properties:
 * two engines of different age must give the same answer about the same bytes.
 */

/** Whether a text holds a control character, or a line break of any kind other than those allowed (`\n` and `\t`). */
export function hasControl(text: string, allowed = ''): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const control = c < 0x20 || (c >= 0x7f && c <= 0x9f) || c === 0x2028 || c === 0x2029;
    if (control && !allowed.includes(text.charAt(i))) return true;
  }
  return false;
}

/** Whether a text holds a character that reorders what follows: embeddings, overrides and isolates (CVE-2021-42574). */
export function hasBidiControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (isReordering(text.charCodeAt(i))) return true;
  return false;
}

/**
 * The hidden characters of a text, each once, as `U+202E`: reordering controls, zero-width characters, fillers and tags.
 *
 * What scripts need stays allowed: direction marks in a text that has right-to-left letters, and (non-)joiners beside letters
 * outside Latin, Greek and Cyrillic or beside a pictograph.
 */
export function hiddenCharacters(text: string): readonly string[] {
  if (isPlain(text)) return [];
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const rightToLeft = points.some(isRightToLeft);
  const found = new Set<number>();
  points.forEach((point, i) => {
    if (isReordering(point) || isInvisible(point)) found.add(point);
    else if (isDirectionMark(point) && !rightToLeft) found.add(point);
    else if (isJoiner(point) && !(isJoining(points[i - 1]) && isJoining(points[i + 1], true))) found.add(point);
  });
  return [...found].sort((a, b) => a - b).map((point) => `U+${point.toString(16).toUpperCase().padStart(4, '0')}`);
}

/** Nothing below U+00AD is hidden, and nearly all text is below it. */
const isPlain = (text: string): boolean => /^[\0-\u00ac]*$/.test(text);

const isReordering = (c: number): boolean => (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
const isDirectionMark = (c: number): boolean => c === 0x200e || c === 0x200f || c === 0x061c;
const isJoiner = (c: number): boolean => c === 0x200c || c === 0x200d;
/** Hebrew to Arabic Extended-A, and their presentation forms. */
const isRightToLeft = (c: number): boolean =>
  (c >= 0x0590 && c <= 0x08ff && c !== 0x061c) || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfefc);

/** Soft hyphen, fillers, zero-width spaces, invisible operators, deprecated controls, byte order mark, tag characters. */
function isInvisible(c: number): boolean {
  if (c === 0x00ad || c === 0x034f || c === 0x115f || c === 0x1160 || c === 0x17b4 || c === 0x17b5) return true;
  if (c === 0x180e || c === 0x200b || c === 0x3164 || c === 0xfeff || c === 0xffa0) return true;
  return (c >= 0x2060 && c <= 0x2065) || (c >= 0x206a && c <= 0x206f) || (c >= 0xe0000 && c <= 0xe007f);
}

/** A neighbour that makes a joiner legitimate: letters from Armenian on, or pictographs; at the end of a word a space will do after it. */
function isJoining(c: number | undefined, after = false): boolean {
  if (c === undefined) return after;
  if (after && c === 0x20) return true;
  return (
    (c >= 0x0530 && c <= 0x1fff) || c === 0xfe0f || (c >= 0x2600 && c <= 0x27bf) || (c >= 0x1f000 && c <= 0x1faff) || (c >= 0xa800 && c <= 0xabff)
  );
}
