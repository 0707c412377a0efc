/** What pages and commands show of the two-person rule: local, never sent. */
import type { Phrase } from '../base/phrases.ts';

/** The two-person rule of this party: kinds that a second person clears; empty is off, `["*"]` is all. Local, never sent. */
export type TwoPersonView = {
  readonly kinds: readonly string[];
  readonly since?: number;
  /** Who set it, by name. */
  readonly by?: string;
  /** Somebody proposed to narrow it; it holds until two people accredited for what it takes out agree. `agreed`: the first, where that is not who proposed it. */
  readonly proposal?: { readonly kinds: readonly string[]; readonly by: string; readonly at: number; readonly agreed?: string };
};

/** A document handed over for clearance: what is to be signed, who looked at it. Local, never sent. */
export type ClearanceView = {
  /** Id of the entry that it will be, once signed. */
  readonly id: string;
  readonly channel: string;
  readonly channelTitle: string;
  readonly kind: string;
  readonly summary: Phrase;
  readonly signer: { readonly actor: string; readonly name: string };
  readonly state: 'awaiting' | 'cleared' | 'returned' | 'taken_back' | 'sent';
  readonly asked: { readonly name: string; readonly user?: string; readonly at: number };
  readonly cleared?: { readonly name: string; readonly at: number };
  readonly returned?: { readonly name: string; readonly at: number; readonly remark: string };
  readonly sentAt?: number;
};

/** With the exact bytes: whoever clears reads them, and nothing else. */
export type ClearanceDetail = ClearanceView & {
  /** Note text to be signed, and body in base64; absent once it was sent. */
  readonly text?: string;
  readonly body?: string;
};
