import { toBase64url } from '../base/bytes.ts';
import type { JsonObject } from '../base/json.ts';
import type { Sha256 } from '../base/ports.ts';
import type { Fields } from '../document/kind.ts';
import { kindOf } from '../document/registry.ts';
import type { Span } from './calendar.ts';
import type { ANCHORS } from './check-clock.ts';
import { type BASES, objectIn } from './check-members.ts';
import { checkPack } from './check-pack.ts';

/** A condition on one frame field of one document: its value is one of those listed. No condition can read another party's state. */
export type Condition = { readonly field: string; readonly one_of: readonly (string | boolean)[] };

/** What must hold of one document: a condition, or several that hold together. */
export type Guard = Condition | readonly Condition[];

/** What starts a clock. */
export type Anchor = {
  readonly kind: string;
  /** What its start means. */
  readonly at: (typeof ANCHORS)[number];
  readonly when?: Guard;
  /** Only the document that opens its matter. */
  readonly opens?: true;
  /** Of several by one author in a matter, each takes the place of the one before, where it was held before that one's time ran out. */
  readonly latest?: true;
} & (
  | { /** When the other side's node held it. */ readonly by: 'receipt' }
  | { /** The instant its author wrote in this field; where they wrote none, no clock starts. */ readonly by: 'field'; readonly field: string }
);

/**
 * Until when. In this order: the instant in the anchor's `field`; else a span after the start, or with `before` a span before the anchor's instant. With
 * `at_most`, never later than a span after the instant in another field; with `every`, again and again (see {@link Every}).
 */
export type Due = Span & {
  readonly field?: string;
  readonly before?: true;
  /** With `unless_over` no limit where it was over before the anchor's own instant. */
  readonly at_most?: Span & { readonly field: string; readonly unless_over?: true };
  readonly every?: Every;
};

/**
 * A cadence: each period owes one document. Periods run from the start, with `calendar` from 1 January of each year (UTC), with `next_month` from the first
 * day of the month after the start. Where the clock's due has a span, what is owed is about the period, and due so long after its end; where it has none,
 * it is owed within the period.
 */
export type Every = { readonly months: number; readonly calendar?: true; readonly next_month?: true };

/** What ends a clock: a document of the debtor, the anchor itself included. */
export type Discharge = {
  readonly kinds: readonly string[];
  /** Where it may stand beside the anchor's own matter: in a matter that concerns it, or anywhere in the channel once the clock has started. */
  readonly in?: 'concerning' | 'channel';
  readonly when?: Guard;
  /** Frame fields whose value must be the anchor's, such as a check's nonce. */
  readonly matches?: readonly string[];
};

/**
 * What a pack's figures rest on: `text`, they were compared with the wording of the rule itself; `secondary`, with what others write about it; `own`, they
 * are the pack's own choice.
 */
export type Basis = (typeof BASES)[number];

/** A rule that a pack follows: title and place, and how far it was read. */
export type Source = { readonly title: string; readonly basis: Basis };

/** One clock of a procedure. */
export type Clock = {
  readonly id: string;
  /** What is owed, in the pack's own words. */
  readonly title: string;
  /** Where the rule stands that this clock follows. */
  readonly source?: string;
  /** Only with a source. */
  readonly basis?: Basis;
  readonly anchor: Anchor;
  readonly due: Due;
  readonly discharge: Discharge;
  /** Whoever was addressed, the author of the anchor, or every party each other. */
  readonly debtor: 'addressee' | 'sender' | 'each';
  /** Lateness is shown, and is nothing more. */
  readonly voluntary: boolean;
};

/** A procedure as data: which kinds belong to it, and which clocks run. */
export type Pack = {
  readonly v: 1;
  /** Also the file's name: `incident-inquiry` is in `procedures/incident-inquiry.json`. */
  readonly name: string;
  readonly title: string;
  readonly kinds: readonly string[];
  /** What the points of contact are called: `Policy` and `Technical` here, `Diplomatic` and `Technical` there. */
  readonly roles?: readonly string[];
  /** What it follows beside the rules of its clocks: for its kinds, its states, what its roles are called. */
  readonly sources?: readonly Source[];
  /** Days on which nobody works, for clocks in working days. */
  readonly holidays?: readonly string[];
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
  const read = objectIn(bytes, MAX_PACK_SIZE);
  if ('expected' in read) return read;
  const { value, text } = read;
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

/**
 * Clocks for which a document's author would rather have it held later: by `anchor`, those that it starts against its author, and by `ends` those that it ends
 * only where it came after their start.
 */
export function selfTimed(packs: readonly Pack[]): { readonly anchor: readonly Clock[]; readonly ends: readonly Clock[] } {
  const clocks = packs.flatMap((pack) => pack.clocks);
  return {
    anchor: clocks.filter(({ debtor, anchor, due }) => debtor !== 'addressee' && (anchor.by === 'receipt' || due.every !== undefined)),
    ends: clocks.filter(({ due, discharge }) => due.every !== undefined || discharge.in === 'channel'),
  };
}

/** What packs call the points of contact, each once: first those of packs in which contacts are nominated and asked whether they answer. */
export function rolesOf(packs: readonly Pack[]): readonly string[] {
  const asks = (pack: Pack): boolean => pack.kinds.some((id) => kindOf(id)?.fields.some((field) => field.offers === 'roles') === true);
  const ordered = [...packs.filter(asks), ...packs.filter((pack) => !asks(pack))];
  return [...new Set(ordered.flatMap(({ roles = [] }) => roles))];
}

/** Whether a document starts the clock; `opens` says whether it opens its matter. One that leaves out the instant a clock runs from starts none. */
export function starts(clock: Clock, document: { readonly kind: string; readonly fields: Fields }, opens: boolean): boolean {
  const { anchor, due } = clock;
  if (document.kind !== anchor.kind || (anchor.opens !== undefined && !opens) || !holds(anchor.when, document.fields)) return false;
  return anchor.by === 'receipt' || [anchor.field, due.at_most?.field].some((name) => instantIn(document.fields, name) !== undefined);
}

/** Whether a document of the debtor, in a place where it may stand, ends the clock that `anchor` started. */
export function discharges(clock: Clock, anchor: Fields, document: { readonly kind: string; readonly fields: Fields }): boolean {
  const { kinds, when, matches = [] } = clock.discharge;
  const same = (field: string): boolean => anchor[field] !== undefined && anchor[field] === document.fields[field];
  return kinds.includes(document.kind) && holds(when, document.fields) && matches.every(same);
}

/** The instant in a field, where there is one. */
export function instantIn(fields: Fields, name: string | undefined): number | undefined {
  const value = name === undefined ? undefined : fields[name];
  return typeof value === 'number' ? value : undefined;
}

/** The conditions of a guard. */
export function conditionsOf(guard: Guard | undefined): readonly Condition[] {
  return guard === undefined ? [] : 'field' in guard ? [guard] : guard;
}

function holds(guard: Guard | undefined, fields: Fields): boolean {
  return conditionsOf(guard).every(({ field, one_of }) => (one_of as readonly unknown[]).includes(fields[field]));
}
