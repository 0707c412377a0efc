import { fromUtf8, toBase64url } from '../base/bytes.ts';
import { isObject, type Json, type JsonObject } from '../base/json.ts';
import type { Sha256 } from '../base/ports.ts';
import type { Fields } from '../document/kind.ts';
import { checkPack } from './check-pack.ts';

/** A condition on one frame field of one document: its value is one of those listed. No condition can read another party's state. */
export type Condition = { readonly field: string; readonly one_of: readonly (string | boolean)[] };

/** What starts a clock. */
export type Anchor = {
  readonly kind: string;
  readonly when?: Condition;
  /** Only the document that opens its matter. */
  readonly opens?: true;
} & (
  | { /** When the other side's node held it. */ readonly by: 'receipt' }
  | { /** The instant its author wrote in this field. */ readonly by: 'field'; readonly field: string }
);

/** How long a clock runs: until the instant in the anchor's field; where that is absent, or no field is named, for hours or calendar months (UTC). */
export type Due = { readonly field?: string; readonly hours?: number; readonly months?: number };

/** What ends a clock: a document of the debtor in the same matter, the anchor itself included. */
export type Discharge = {
  readonly kinds: readonly string[];
  readonly when?: Condition;
  /** Frame fields whose value must be the anchor's, such as a check's nonce. */
  readonly matches?: readonly string[];
};

/** One clock of a procedure. */
export type Clock = {
  readonly id: string;
  /** What is owed, in the pack's own words. */
  readonly title: string;
  readonly anchor: Anchor;
  readonly due: Due;
  readonly discharge: Discharge;
  readonly debtor: 'addressee' | 'sender';
  /** Lateness is shown, and is no breach. */
  readonly voluntary: boolean;
};

/** A procedure as data: which kinds belong to it, and which clocks run. */
export type Pack = {
  readonly v: 1;
  /** Also the file's name: `incident-inquiry` is in `procedures/incident-inquiry.json`. */
  readonly name: string;
  readonly title: string;
  readonly kinds: readonly string[];
  readonly clocks: readonly Clock[];
};

/** Bytes of one pack file: a page of clocks, not a library. */
export const MAX_PACK_SIZE = 64 * 1024;

/**
 * The pack in a file's bytes, or everything that was expected of it, in order.
 *
 * The file is JSON in the one form `JSON.stringify(pack, null, 2)` and a newline give, so that it is read the same way everywhere and
 * can be read by people; its hash, over the exact bytes, stands in the charter. The form is published as `procedures/pack.schema.json`;
 * beyond it, every kind must be known here and every field named must be one of that kind that is never erased. Total: never throws.
 */
export function parsePack(bytes: Uint8Array): { readonly pack: Pack } | { readonly expected: readonly string[] } {
  if (bytes.length > MAX_PACK_SIZE) return { expected: [`at most ${MAX_PACK_SIZE} bytes`] };
  const text = fromUtf8(bytes);
  if (text === undefined) return { expected: ['UTF-8 text'] };
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return { expected: ['JSON'] };
  }
  if (!isObject(value)) return { expected: ['an object at top level'] };
  const expected = checkPack(value);
  // After the check the value is shallow and small: stringifying it cannot overflow.
  if (expected.length === 0 && packText(value) !== text) expected.push('JSON indented by two spaces, one final newline, no member twice');
  return expected.length === 0 ? { pack: value as unknown as Pack } : { expected };
}

/** The text of a pack file; its UTF-8 bytes are what {@link parsePack} reads. */
export function packText(pack: Pack | JsonObject): string {
  return `${JSON.stringify(pack, null, 2)}\n`;
}

/** A pack's hash as charters name it: SHA-256 over the file's exact bytes, base64url. */
export function packHash(sha256: Sha256, bytes: Uint8Array): string {
  return toBase64url(sha256(bytes));
}

/** Kinds that start or end a clock in any of the packs: their authors' nodes stamp them. Never `stamp` itself. */
export function clockBearingKinds(packs: readonly Pack[]): ReadonlySet<string> {
  return new Set(packs.flatMap((pack) => pack.clocks.flatMap((clock) => [clock.anchor.kind, ...clock.discharge.kinds])));
}

/** Whether a document starts the clock; `opens` says whether it opens its matter. */
export function starts(clock: Clock, document: { readonly kind: string; readonly fields: Fields }, opens: boolean): boolean {
  return document.kind === clock.anchor.kind && (clock.anchor.opens === undefined || opens) && holds(clock.anchor.when, document.fields);
}

/** Whether a document of the debtor, in the same matter, ends the clock that `anchor` started. */
export function discharges(clock: Clock, anchor: Fields, document: { readonly kind: string; readonly fields: Fields }): boolean {
  const { kinds, when, matches = [] } = clock.discharge;
  const same = (field: string): boolean => anchor[field] !== undefined && anchor[field] === document.fields[field];
  return kinds.includes(document.kind) && holds(when, document.fields) && matches.every(same);
}

function holds(condition: Condition | undefined, fields: Fields): boolean {
  return condition === undefined || (condition.one_of as readonly unknown[]).includes(fields[condition.field]);
}
