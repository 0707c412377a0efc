import type { Json } from '../base/json.ts';
import type { Phrase } from '../base/phrases.ts';

/** The written form a line must have beyond being one line; web and command line choose their input from it. */
export type LineForm = 'language' | 'email' | 'telephone' | 'time_zone' | 'pointer';

/** What a field's value may be; sizes are characters for text, items for lists. */
export type FieldShape =
  | { readonly shape: 'line'; readonly max: number; readonly as?: LineForm }
  | { readonly shape: 'text'; readonly max: number }
  | { readonly shape: 'choice'; readonly of: readonly string[] }
  | { readonly shape: 'choices'; readonly of: readonly string[]; readonly max: number }
  | { readonly shape: 'lines'; readonly max: number; readonly maxEach: number; readonly as?: LineForm }
  | { readonly shape: 'instant' }
  | { readonly shape: 'whole'; readonly min: number; readonly max: number }
  | { readonly shape: 'flag' }
  | { readonly shape: 'bytes'; readonly size: number }
  | { readonly shape: 'entries'; readonly max: number }
  | { readonly shape: 'attachments'; readonly max: number }
  /** Small records, `{"topic": "Cyber", "track": "cyber"}` each: one value, disclosed and erased as a whole. */
  | { readonly shape: 'rows'; readonly max: number; readonly of: readonly Cell[] }
  /** Strict JSON that another room defines (an identity note, a checkpoint). */
  | { readonly shape: 'opaque'; readonly max: number };

/** What one cell of a row may be; its words are `field.<rows>.<cell>`, its choices `choice.<cell>.<value>`. */
export type Cell = Extract<FieldShape, { shape: 'line' | 'text' | 'choice' | 'instant' | 'whole' | 'flag' }> & {
  readonly name: string;
  readonly required: boolean;
};

/** One field of a kind. Frame fields are what folds read and are never erased; content fields may be, one by one. */
export type Field = FieldShape & {
  readonly name: string;
  readonly frame: boolean;
  readonly required: boolean;
  /** Not asked in a form: filled by the program. */
  readonly hidden?: boolean;
  /** An author may not set it to a moment already past. */
  readonly future?: boolean;
  /** What has happened: an author may not set it to a moment still to come. */
  readonly past?: boolean;
  /** Words that forms offer for it, and that it need not be one of: what the channel's procedures call the points of contact. */
  readonly offers?: 'roles';
};

/** Who signs entries of a kind. */
export type SignedBy = 'representative' | 'node';

/** One thing a party can say. Its words are `kind.<id>`, `field.<kind>.<name>` or `field.<name>`, and `choice.<name>.<value>` in the catalogue. */
export type Kind = {
  readonly id: string;
  readonly signedBy: SignedBy;
  /** Kinds whose matter it may join through `refs[0]`; empty: it always opens one; `*`: any. */
  readonly joins: readonly string[];
  /** Whether it may open a matter (no refs). */
  readonly opens: boolean;
  readonly fields: readonly Field[];
  /** What no single field shows (reply due before it was asked); frame faults make an entry void, so these must read frame fields alone. */
  readonly checkFrame?: (fields: Fields) => readonly Fault[];
  /** As `checkFrame`, over all fields; its faults are findings and never make an entry void. A name in `erased` is no longer held, not missing. */
  readonly checkContent?: (fields: Fields, erased: readonly string[]) => readonly Fault[];
  /** One plain sentence for lists; must stand when content is erased. */
  readonly summary: (fields: Fields) => Phrase;
};

/** Values by field name; an erased content field is absent here and named in `Document.erased`. */
export type Fields = { readonly [name: string]: Json };

/** What an entry says, once its body is opened. */
export type Document = {
  readonly kind: string;
  readonly fields: Fields;
  readonly erased: readonly string[];
  /** Of `fields` those of the frame, where they were set apart. */
  readonly frame?: Fields;
};

/** A value that is not what its field allows. `field` is empty when it concerns several. */
export type Fault = { readonly field: string; readonly phrase: Phrase };

/** An attachment as a field value: root and salt are base64url of 32 and 16 bytes, size in bytes. */
export type AttachmentValue = {
  readonly root: string;
  readonly salt: string;
  readonly size: number;
  readonly media: string;
  readonly name: string;
};
