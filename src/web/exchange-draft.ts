import { sha256 } from '@noble/hashes/sha2.js';
import type { Json } from '../base/json.ts';
import type { Phrase } from '../base/phrases.ts';
import { digestOf, type ExchangeSide, type ExchangeWords, type KeptWords } from '../document/exchange.ts';
import { type Form, formOf, readInput } from '../document/form.ts';
import type { AttachmentValue, Fault, Kind } from '../document/kind.ts';
import { commitment } from '../document/kinds/commitment.ts';
import { reveal } from '../document/kinds/reveal.ts';
import { checkDraft } from '../document/parse.ts';
import { api } from './api.ts';
import type { Draft } from './draft.ts';

/** How a draft differs whose document holds other fields than a person writes: the words of a commitment stay here, those of a reveal are kept. */
export type SpecialDraft = {
  readonly form: Form;
  /** Fields that the program fills, from what is written so far. */
  readonly filled: (draft: Draft) => ReadonlyMap<string, Json>;
  readonly faults: (draft: Draft) => readonly Fault[];
  /** The files that leave. */
  readonly files: (draft: Draft) => readonly AttachmentValue[];
  /** What is written and stands in no field: an edited draft is told by it. */
  readonly said: (draft: Draft) => string;
  /** Makes durable what must be before anything is signed; rejects where it is not. */
  readonly beforeSigning?: (draft: Draft) => Promise<void>;
  /** What signing means, in ids of the catalogue. */
  readonly meaning: readonly string[];
};

const WORDS = ['text', 'attachments'];

/** A commitment: the form asks for what will be revealed, of which a hash leaves. `secret`: 16 fresh bytes in base64url. */
export function commitmentDraft(side: ExchangeSide, secret: string): SpecialDraft {
  const own = formOf(commitment);
  const asked = formOf(reveal).fields.filter(({ field }) => WORDS.includes(field.name));
  const fields = asked.map((one) =>
    one.field.name === 'text'
      ? { ...one, label: 'exchange.words', help: { id: 'exchange.words.help' } }
      : { ...one, help: { id: 'exchange.files.help' } },
  );
  const wordsOf = (draft: Draft): ExchangeWords => ({ text: textOf(draft) ?? '', secret, attachments: draft.attachments });
  return {
    form: { ...own, fields: [...fields, ...own.fields] },
    filled: (draft) => {
      const digest = digestOf(sha256, side, wordsOf(draft));
      return new Map(digest === undefined || textOf(draft) === undefined ? [] : [['digest', digest]]);
    },
    faults: (draft) => wordFaults(draft, secret),
    files: () => [],
    said: (draft) => JSON.stringify([textOf(draft), draft.attachments.map(({ root }) => root)]),
    beforeSigning: async (draft) => {
      const words = wordsOf(draft);
      const kept = await api.keepWords(side.channel, side.matter, words);
      if (kept.digest !== digestOf(sha256, side, words)) throw new Error('the node keeps other words than these');
    },
    meaning: ['exchange.commit.kept'],
  };
}

/** A reveal: what is kept, and nothing else. */
export function revealDraft({ text, secret, attachments }: KeptWords, at: { readonly early: boolean; readonly before: boolean }): SpecialDraft {
  const own = formOf(reveal);
  const files = attachments.map((file) => ({ ...file }));
  const filled = new Map<string, Json>([['text', text], ['secret', secret], ...(files.length === 0 ? [] : [['attachments', files] as const])]);
  return {
    form: { ...own, fields: own.fields.filter(({ field }) => !WORDS.includes(field.name)) },
    filled: () => filled,
    faults: () => [],
    files: () => attachments,
    said: () => secret,
    meaning: [...(at.early ? ['exchange.reveal.early'] : []), ...(at.before ? ['exchange.reveal.before'] : []), 'exchange.reveal.as_committed'],
  };
}

/** What of the words could not be revealed as it stands; the digest that cannot be made without them is not said to be missing. */
function wordFaults(draft: Draft, secret: string): readonly Fault[] {
  const text = textOf(draft);
  if (text === undefined) return [about({ id: 'fault.missing' })];
  const files = draft.attachments.map((file) => ({ ...file }));
  const fields: readonly (readonly [string, Json])[] = [
    ['text', text],
    ['secret', secret],
    ...(files.length === 0 ? [] : [['attachments', files] as const]),
  ];
  return checkDraft(reveal, new Map([...fields, ['marking', 'amber+strict']])).map(({ phrase }) => about(phrase));
}

function about(phrase: Phrase): Fault {
  return { field: 'text', phrase: { ...phrase, about: 'exchange.words' } };
}

function textOf({ texts }: Draft): string | undefined {
  const field = reveal.fields.find(({ name }) => name === 'text');
  const read = field === undefined ? { absent: true } : readInput(field, texts.text ?? '');
  // A text that is too long is still the text; what is wrong with it is said beside it.
  return 'absent' in read
    ? undefined
    : 'value' in read && typeof read.value === 'string'
      ? read.value
      : (texts.text ?? '').replaceAll('\r\n', '\n').trim();
}

/** Whether a kind is drafted this way. */
export function isOfExchange({ id }: Kind): boolean {
  return id === commitment.id || id === reveal.id;
}
