import { formatInstant } from '../base/instants.ts';
import type { Json } from '../base/json.ts';
import type { Say } from '../base/phrases.ts';
import { choiceLabelOf, labelOf, showInput } from '../document/form.ts';
import type { Cell, Field } from '../document/kind.ts';
import { kindOf } from '../document/registry.ts';
import { sayRows } from '../document/say-rows.ts';
import { isAttachment } from '../document/shape.ts';
import { hasControl } from '../document/text.ts';
import { visible } from '../document/visible.ts';
import type { ProofView } from './verify-proof.ts';

/** A document of a proof as its reader sees it: every word comes from the file, in the words of the reader's language. */
export type ShownDocument = {
  readonly kind: string;
  /** The kind, after the number that sentences call it by where the proof shows several. */
  readonly title: string;
  readonly party: string;
  /** Claimed, `2021-06-14 10:03:00 UTC`. */
  readonly time: string;
  readonly id: string;
  readonly index: number;
  /** Fields disclosed, in the order in which they stand in the body. */
  readonly fields: readonly { readonly name: string; readonly label: string; readonly text: string; readonly long: boolean }[];
  readonly withheld: number;
};

/** The documents of a proof that verified, for the command line, the verifier page and the preview before a proof is written alike. */
export function showDocuments(say: Say, { channel, documents }: ProofView): readonly ShownDocument[] {
  return documents.map(({ entry, party, index, fields, withheld }, at) => {
    const { type, time } = entry.header;
    const kind = kindOf(type);
    const called = kind === undefined ? type : say(`kind.${type}`);
    return {
      kind: called,
      title: documents.length === 1 ? called : `${say('verify.document', { number: at + 1 })}: ${called}`,
      party: channel.parties[party]?.name ?? '',
      time: momentText(time),
      id: entry.id,
      index,
      fields: [...fields].map(([name, value]) => {
        const field = kind?.fields.find((one) => one.name === name);
        const label = field === undefined ? name : say(labelOf(type, name));
        return { name, label, text: visible(valueInWords(say, field, name, value)), long: field?.shape === 'text' || field?.shape === 'rows' };
      }),
      withheld,
    };
  });
}

/** One value in words, as proofs, screens and commands show it; what has not the shape of its field stands as the JSON that it is. */
export function valueInWords(say: Say, field: Field | Cell | undefined, name: string, value: Json): string {
  const words = (one: Json): string => (typeof one === 'string' && choices.includes(one) ? say(choiceLabelOf(name, one)) : plain(one));
  const choices = field?.shape === 'choice' || field?.shape === 'choices' ? field.of : [];
  if (field?.shape === 'attachments' && Array.isArray(value)) return value.map((one: Json) => fileText(one)).join('\n');
  if (field?.shape === 'rows' && Array.isArray(value)) return sayRows(say, field, value, (cell, one) => valueInWords(say, cell, cell.name, one));
  // Items of a list without its form may hold line breaks of their own, and would pass for more items.
  if (Array.isArray(value)) return value.map((one: Json) => (isPlainItem(one) ? words(one) : JSON.stringify(one))).join('\n');
  if (field === undefined || typeof value === 'object') return plain(value);
  if (field.shape === 'choice') return words(value);
  if (field.shape === 'flag' && typeof value === 'boolean') return say(value ? 'value.yes' : 'value.no');
  if (field.shape === 'instant' && typeof value === 'number') return Math.abs(value) > LATEST ? plain(value) : momentText(value);
  return showInput(field, value);
}

/** An instant as people read it, and all of it: `2021-06-16 11:35:00 UTC`. */
function momentText(seconds: number): string {
  return formatInstant(seconds).replace('T', ' ').replace('Z', ' UTC');
}

function isPlainItem(item: Json): boolean {
  return typeof item === 'string' && !hasControl(item) && !item.startsWith('"');
}

/** Seconds beyond which a date cannot be written: year 9999. */
const LATEST = 253_402_300_799;

/** `note.txt, text/plain, 12 bytes, root 9Sj2…`: whoever has the file can compare it with its root. */
function fileText(value: Json): string {
  if (!isAttachment(value)) return JSON.stringify(value);
  return `${value.name}, ${value.media}, ${value.size} bytes, root ${value.root}`;
}

function plain(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
