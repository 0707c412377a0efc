import { hiddenCharacters } from './text.ts';

/**
 * A party's words as they are shown: characters that do not show, or that change the order of others, stand as their number
 * (`invoice‹U+202E›fdp.exe`), so that what is read is what was signed. The record itself keeps its bytes.
 */
export function visible(text: string): string {
  const hidden = new Set(hiddenCharacters(text));
  if (hidden.size === 0) return text;
  return Array.from(text, (character) => {
    const name = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    return hidden.has(name) ? `‹${name}›` : character;
  }).join('');
}
