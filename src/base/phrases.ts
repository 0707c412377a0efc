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

/** The {@link Say} of one language; English when the language is not there. */
export function sayIn(language: string): Say {
  const locale = language in CATALOGUES ? language : 'en';
  const i18n: I18n = setupI18n({ locale, locales: [locale], messages: { [locale]: { ...CATALOGUES[locale] } } });
  i18n.setMessagesCompiler(compileMessage);
  const messages = CATALOGUES[locale] ?? {};
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

/** A host as sentences name it, which messages have as `{hostName}`: `Host Palais`, but not `Host Host C`. */
export function hostName(say: (id: string, values: { readonly name: string }) => string, name: string): string {
  const word = say('host.called', { name: '' }).trim().toLowerCase();
  return name.toLowerCase().startsWith(`${word} `) ? name : say('host.called', { name });
}
