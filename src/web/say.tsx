import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { CATALOGUES, type Phrase, type Say, sayIn } from '../base/phrases.ts';
import { visible } from './visible.ts';

/** Languages written from the right. */
const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur']);

/** Languages there is a catalogue for. */
export const LANGUAGES: readonly string[] = Object.keys(CATALOGUES);

/** `plain` says the same without isolating what is filled in: for sentences made of sentences, whose parts are checked to hold no control characters. */
export type Voice = { readonly say: Say; readonly plain: Say; readonly language: string; readonly dir: 'ltr' | 'rtl' };

const VoiceContext = createContext<Voice | undefined>(undefined);

/** The reader's language: their own choice, else the first of the browser's that there is, else English. */
export function chooseLanguage(chosen: string | undefined, offered: readonly string[]): string {
  const wanted = chosen === undefined ? offered : [chosen, ...offered];
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => LANGUAGES.includes(tag)) ?? 'en';
}

/** Gives every page its words. */
export function VoiceProvider({ language, children }: { readonly language: string; readonly children: ReactNode }) {
  const voice = useMemo<Voice>(() => ({ ...voicesIn(language), language, dir: RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr' }), [language]);
  return <VoiceContext value={voice}>{children}</VoiceContext>;
}

/** What is inside is said in a channel's own words, where its profile has others. */
export function InWords({ words, children }: { readonly words: Readonly<Record<string, string>> | undefined; readonly children: ReactNode }) {
  const voice = useVoice();
  const own = useMemo<Voice>(() => (words === undefined ? voice : { ...voice, ...voicesIn(voice.language, words) }), [voice, words]);
  return <VoiceContext value={own}>{children}</VoiceContext>;
}

function voicesIn(language: string, words?: Readonly<Record<string, string>>): Pick<Voice, 'say' | 'plain'> {
  const plain = sayIn(language, words);
  return { say: isolating(plain), plain };
}

/** Language, direction and words. */
export function useVoice(): Voice {
  const voice = useContext(VoiceContext);
  if (voice === undefined) throw new Error('bug: no VoiceProvider above');
  return voice;
}

/** The words of the catalogue, by id. */
export function useSay(): Say {
  return useVoice().say;
}

/**
 * Isolates every text value (U+2068 .. U+2069), so that a peer's Arabic subject cannot reorder the sentence around it; characters that
 * would break out of the isolate are shown by number.
 */
function isolating(say: Say): Say {
  return (phrase, values) => {
    const whole: Phrase = typeof phrase === 'string' ? { id: phrase, ...(values === undefined ? {} : { values }) } : phrase;
    if (whole.values === undefined) return say(whole);
    return say({ ...whole, values: Object.fromEntries(Object.entries(whole.values).map(([name, value]) => [name, isolated(value)])) });
  };
}

function isolated(value: string | number): string | number {
  return typeof value === 'number' || value === '' || /^[\x20-\x7e]*$/.test(value) ? value : `\u2068${visible(value)}\u2069`;
}
