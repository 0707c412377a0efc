import { type I18n, setupI18n } from '@lingui/core';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import { en } from './catalogue/en/index.ts';

/** A sentence to be said in the reader's language: an id of the catalogue and the values its ICU message names. */
export type Phrase = {
  readonly id: string;
  readonly values?: Readonly<Record<string, string | number>>;
  /** Catalogue id of what the sentence is about, such as a field's label; said before it: `Reply by: give a date.` */
  readonly about?: string;
};

/** Says phrases in one language; an id the catalogue lacks is shown as itself, so a missing word never hides a fact. */
export type Say = (phrase: Phrase | string, values?: Readonly<Record<string, string | number>>) => string;

/** The catalogues there are, by BCP 47 language tag. */
export const CATALOGUES: Readonly<Record<string, Readonly<Record<string, string>>>> = { en };

/**
 * The {@link Say} of one language; English when the language is not there. `words` are other English messages for some ids (a profile's): a reader of
 * another language keeps that language's own.
 */
export function sayIn(language: string, words?: Readonly<Record<string, string>>): Say {
  const locale = language in CATALOGUES ? language : 'en';
  if (words !== undefined && locale === 'en') return voice(locale, { ...CATALOGUES[locale], ...words });
  let plain = PLAIN.get(locale);
  if (plain === undefined) {
    plain = voice(locale, CATALOGUES[locale] ?? {});
    PLAIN.set(locale, plain);
  }
  return plain;
}

/** Each language without other words once: a catalogue is copied and compiled for everyone who asks, and most modules do. */
const PLAIN = new Map<string, Say>();

function voice(locale: string, messages: Readonly<Record<string, string>>): Say {
  const i18n: I18n = setupI18n({ locale, locales: [locale], messages: { [locale]: { ...messages } } });
  i18n.setMessagesCompiler(compileMessage);
  const translate = (id: string, values: Phrase['values']): string => {
    const named = typeof values?.name === 'string' && messages[id]?.includes('{hostName}') === true;
    return i18n._(id, named ? { ...values, hostName: hostName(i18n._.bind(i18n), String(values.name)) } : values);
  };
  return (phrase, values) => {
    if (typeof phrase === 'string') return translate(phrase, values);
    const sentence = translate(phrase.id, phrase.values);
    return phrase.about === undefined ? sentence : `${i18n._(phrase.about)}: ${sentence}`;
  };
}

/** Names of the values that an ICU message fills in, at any depth; `undefined` for what is no such message. */
export function valuesIn(message: string): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  // A part is text, or `[name, form?, branches?]`; branches are messages again.
  const walk = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    const [name, , branches] = part as readonly unknown[];
    if (typeof name === 'string') names.add(name);
    if (typeof branches !== 'object' || branches === null) return;
    for (const branch of Object.values(branches)) if (Array.isArray(branch)) for (const inner of branch as readonly unknown[]) walk(inner);
  };
  try {
    const compiled: unknown = compileMessage(message);
    // What cannot be read comes back as it was given.
    if (Array.isArray(compiled) && compiled[0] === message && /[{}]/.test(message)) return undefined;
    if (Array.isArray(compiled)) for (const part of compiled as readonly unknown[]) walk(part);
    return names;
  } catch {
    return undefined;
  }
}

/** A host as sentences name it, which messages have as `{hostName}`: `Host Palais`, but not `Host Host C`. */
export function hostName(say: (id: string, values: { readonly name: string }) => string, name: string): string {
  const word = say('host.called', { name: '' }).trim().toLowerCase();
  return name.toLowerCase().startsWith(`${word} `) ? name : say('host.called', { name });
}
