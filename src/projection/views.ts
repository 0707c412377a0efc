/** What pages and commands show: the shapes the people's door answers with. All ids are base64url, all instants whole seconds UTC. */
import type { Json } from '../base/json.ts';
import type { Phrase } from '../base/phrases.ts';
import type { Profile } from '../procedure/profile.ts';
import type { ActMark, CorrectionView, ErasureView, FieldChange } from './about-views.ts';
import type { ClearanceView } from './clearance-views.ts';
import type { JointView } from './joint/words.ts';
import type { InboxCounts } from './notice-views.ts';
import type { AcknowledgedView, ChangeView, PersonPage } from './people-views.ts';

/** How far a document has come, from its author's side to the other's. */
export type Delivery =
  /** Durable and signed here, no other party has receipted it. */
  | 'sent'
  /** Every other party's node holds it and signed our head. */
  | 'held'
  /** A host quorum has seen the head (beside held or sent). */
  | 'witnessed';

export type SessionView = {
  readonly party: { readonly id: string; readonly name: string };
  /** Prefix of cookies and browser storage, unlike any other party's on this machine. */
  readonly storagePrefix: string;
  readonly person?: {
    readonly user: string;
    readonly name: string;
    readonly admin: boolean;
    readonly actor?: string;
    /** Where they sign documents with their passkey: its credential id, and the signing key that it is, base64url. */
    readonly passkey?: { readonly credential: string; readonly key: string };
  };
  /** Said to whoever is signed in. */
  readonly accreditation?: Accreditation;
  readonly version: string;
};

/** How a key that enrolled here comes to be accredited: by itself, in a demonstration, or by a command line with the key between these two parts. */
export type Accreditation = 'by_itself' | { readonly add: readonly [before: string, after: string] };

export type PersonView = {
  readonly actor: string;
  readonly party: number;
  readonly name: string;
  readonly post: string;
  readonly automatic: boolean;
  readonly state: 'accredited' | 'recalled_for_consultations' | 'ended';
  readonly scope: { readonly kinds: readonly string[]; readonly marking: string; readonly mayRecall: boolean };
  readonly matter: string;
  readonly since: number;
};

/** The duty card: who answers there now. */
export type DutyCard = {
  readonly party: number;
  readonly person: string;
  readonly office: string;
  readonly telephone: string;
  readonly languages: readonly string[];
  readonly hours: string;
  /** IANA time zone of the office, such as `Europe/Moscow`, where its card names one; a peer's word, to be tried before use. */
  readonly zone?: string;
  readonly backup: string;
  readonly entry: string;
  readonly lastCheckAnswered?: number;
};

export type LogView = {
  readonly party: number;
  readonly gen: string;
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  /** Largest size every other party has receipted. */
  readonly heldSize: number;
  readonly heldAt?: number;
  readonly witnessedSize: number;
  readonly witnessedAt?: number;
  /** Entries announced but not yet complete here. */
  readonly missing: number;
  /** The party's whole record: what counts of all its logs, this one the last of them. */
  readonly record: { readonly size: number; readonly heldSize: number; readonly missing: number };
};

export type ChannelView = {
  readonly id: string;
  /** Local title, such as `Geneva-1`. */
  readonly title: string;
  /** Index of our party. */
  readonly us: number;
  /** `signs`: `false` where its node answers and does not sign for what it is given. */
  readonly parties: readonly { readonly name: string; readonly reachable: boolean | null; readonly lastSeen?: number; readonly signs?: false }[];
  /** `waiting`: entries of ours, over all generations, that the host has not witnessed. */
  readonly hosts: readonly { readonly name: string; readonly reachable: boolean | null; readonly lastSeen?: number; readonly waiting: number }[];
  readonly open: boolean;
  readonly logs: readonly LogView[];
  /** Documents of ours that not all others hold. */
  readonly unheld: number;
  readonly people: readonly PersonView[];
  readonly dutyCards: readonly DutyCard[];
  /** For whom it is, where this side chose a profile: the first menu, and what things are called. Local. */
  readonly profile?: Pick<Profile, 'name' | 'title' | 'menu' | 'words'>;
  /** What its procedures call the points of contact: offered where one is named. */
  readonly roles: readonly string[];
  /** Kinds of ours that a second person clears before they are sent (two-person rule). */
  readonly clearance: readonly string[];
  /** Digest of the projected state; equal on both sides when both hold the same heads. */
  readonly digest: string;
  /** Why it needs eyes; not for a log with two histories whose owner goes on in a later one that is acknowledged here. */
  readonly alarm?: Phrase;
  readonly forks: readonly ForkView[];
  /** Heads not shown to continue what is held. */
  readonly withheld: readonly Phrase[];
};

/** A log with two histories. */
export type ForkView = {
  readonly party: number;
  readonly gen: string;
  /** Both heads that were signed, and whether all, a part or, beyond what both share, nothing of the history below each stands. */
  readonly heads: readonly { readonly size: number; readonly root: string; readonly stands: 'whole' | 'part' | 'not' | 'unknown' }[];
  /** How much of the log stands. */
  readonly standing: number;
  /** A later log of its owner goes on: since when others hold it, and who here acknowledged it. `pending`: nobody has yet; `late`: only before this was known. */
  readonly goesOn?: { readonly since?: number; readonly pending?: true; readonly late?: true; readonly acknowledged?: AcknowledgedView };
};

/** One row of the Table: a document on its party's side of the seam. */
export type TableRow = {
  readonly id: string;
  readonly party: number;
  readonly index: number;
  readonly kind: string;
  readonly summary: Phrase;
  /** Claimed time. */
  readonly time: number;
  readonly ref: string;
  readonly marking: string;
  readonly signer: string;
  /** A service holds the signer's key: said wherever the signer is named. */
  readonly automatic?: true;
  readonly delivery: Delivery;
  readonly heldAt?: number;
  readonly witnessed: boolean;
  readonly valid: boolean;
  /** Signed by somebody of another party whom nobody here has acknowledged yet: shown, and not used. */
  readonly unacknowledged?: true;
  readonly findings: readonly Phrase[];
  readonly matter: string;
  readonly matterTitle: string;
  /** Parent's summary when it answers something. */
  readonly answers?: Phrase;
  /** Those words were corrected: `answers` are the ones it has `now`, or, of a position that is on earlier ones, those that were corrected `since`. */
  readonly answersCorrected?: 'now' | 'since';
  readonly due?: DueView;
  readonly exercise: boolean;
  readonly attachments: number;
  /** Its author's latest correction of it, and how many there are. */
  readonly corrected?: ActMark & { readonly count: number };
  readonly withdrawn?: ActMark;
  /** Fields that its author erased. */
  readonly erased?: ActMark & { readonly count: number };
  /** The row is no document: a later log of the party begins here, and continues the one before at entry `size`. */
  readonly opens?: { readonly size: number; readonly uncounted: readonly UncountedEntry[]; readonly beyond: number };
};

/** An entry that is held and shown, and does not count unless it `stands`. */
export type UncountedEntry = {
  readonly stands?: true;
  readonly id: string;
  readonly index: number;
  readonly kind: string;
  readonly time: number;
  readonly summary: Phrase;
};

/** All logs of a channel through their generations, and both histories of each that has two. */
export type LineageView = {
  readonly logs: readonly {
    readonly party: number;
    readonly gen: string;
    readonly origin: string;
    readonly status: 'open' | 'closed' | 'forked' | 'waiting' | 'void';
    readonly size: number;
    readonly counted: number;
    /** Place in its party's sequence; -1 where it does not count. */
    readonly ordinal: number;
    readonly continues?: { readonly gen: string; readonly size: number };
    readonly uncounted: readonly UncountedEntry[];
  }[];
  readonly forks: readonly {
    readonly party: number;
    readonly gen: string;
    readonly standing: number;
    /** The history held here, then the other: from where they part, as far as it is here. */
    readonly branches: readonly { readonly size: number; readonly entries: readonly UncountedEntry[] }[];
  }[];
};

export type TableView = { readonly rows: readonly TableRow[]; readonly before?: string };

/** A duty with a clock. */
export type DueView = {
  readonly matter: string;
  readonly entry: string;
  readonly kind: string;
  /** What is owed, in the procedure's own words. */
  readonly title?: string;
  /** The debtor said it, and owes what follows: nobody asked, so nothing is answered. */
  readonly follows?: true;
  /** A silence that runs until `dueAt`: nothing is owed, and whoever says nothing agrees. */
  readonly silence?: true;
  /**
   * A silence whose time was over at `dueAt` and of which it is not decided what came: hosts have yet to show the log of `debtor`, or nothing shows that they
   * held it in time, so that it lets nothing pass.
   */
  readonly over?: 'hosts' | 'unasked';
  /** What a simultaneous exchange waits for where no clock runs for it: the commitment of `debtor`, its reveal, or the moment (`dueAt`) alone. */
  readonly exchange?: 'commit' | 'reveal' | 'moment';
  /** The position that `debtor` took on this claim is on words that its author corrected since: nothing is owed, and what it says of the new ones is not known. */
  readonly earlierWords?: true;
  /** A claim on which `debtor` has taken no position: nobody owes one, no clock runs, and that nothing is said means nothing. */
  readonly unowed?: true;
  readonly debtor: number;
  readonly creditor: number;
  /** When the clock started (their node held the request), if it has. */
  readonly startedAt?: number;
  readonly dueAt?: number;
  readonly metAt?: number;
  /** Entry id of the debtor's answer, whether or not it is known yet when it was held. */
  readonly answer?: string;
  readonly status: 'not_started' | 'running' | 'late_so_far' | 'met' | 'met_late' | 'withdrawn';
  /** The debtor's node has not receipted the request: since when a host saw it. */
  readonly receiptOwedSince?: number;
  readonly summary: Phrase;
};

export type TodayItem = {
  readonly channel: string;
  readonly channelTitle: string;
  readonly with: string;
  readonly due: DueView;
  /** The reference of the document that asks, as its author writes it. */
  readonly ref?: string;
  readonly exercise?: true;
  /** What asks was corrected by its author, and is shown in the words that it has now. */
  readonly corrected?: true;
  /** The act that would answer it: `reply`, `position`, ... */
  readonly act: string;
  /** Asked, or answered, by somebody whom nobody here has acknowledged yet. */
  readonly unacknowledged?: true;
};

/** Things of one list of a channel that are not among those shown. */
export type MoreInChannel = { readonly channel: string; readonly channelTitle: string; readonly count: number };

export type TodayView = {
  readonly now: number;
  readonly awaitingUs: readonly TodayItem[];
  readonly awaitingThem: readonly TodayItem[];
  readonly watch: readonly TodayItem[];
  readonly counts: InboxCounts;
  /** What of each list is counted and not shown, by channel. */
  readonly more: Readonly<Record<'awaitingUs' | 'awaitingThem' | 'watch', readonly MoreInChannel[]>>;
  readonly changed: readonly (TableRow & { readonly channel: string; readonly channelTitle: string })[];
  /** Documents of ours that wait for a second person, or for their signer after one. */
  readonly clearances: readonly ClearanceView[];
  /** What other parties changed about their people and keys, and nobody here has acknowledged. */
  readonly toAcknowledge: readonly (ChangeView & { readonly channel: string; readonly channelTitle: string })[];
  readonly moreToAcknowledge: number;
  /** Documents of ours not yet held by the other side. */
  readonly unheld: number;
  readonly hostSeenAt?: number;
};

export type AttachmentView = {
  readonly root: string;
  readonly name: string;
  readonly media: string;
  readonly size: number;
  /** Bytes held here; equals `size` when complete. */
  readonly held: number;
  /** Parties whose node says it holds every chunk. */
  readonly heldBy: readonly number[];
  /** For a STIX bundle: objects by type, and whether it checks. */
  readonly stix?: {
    readonly valid: boolean;
    readonly version: string;
    readonly counts: Readonly<Record<string, number>>;
    readonly errors: readonly string[];
    readonly names: readonly string[];
  };
};

export type DocumentView = {
  readonly row: TableRow;
  readonly channel: string;
  readonly fields: { readonly [name: string]: Json };
  readonly erased: readonly string[];
  /** The entry it corrects, withdraws or is about otherwise. */
  readonly aboutEntry?: string;
  /** Of a correction: what it says anew. */
  readonly changes?: readonly FieldChange[];
  /** Corrections of this document, oldest first; both versions stay. */
  readonly corrections: readonly CorrectionView[];
  /** Earlier ones that are not among them: others said the same fields anew after them. */
  readonly moreCorrections: number;
  readonly withdrawal?: ActMark & { readonly signer: string; readonly reason?: string };
  readonly erasures: readonly ErasureView[];
  readonly attachments: readonly AttachmentView[];
  /** What is joint in its matter. */
  readonly joint: readonly JointView[];
  readonly signer: {
    readonly name: string;
    readonly post: string;
    readonly actor: string;
    readonly automatic: boolean;
    /** Since when somebody says the key was in other hands, where this document is dated later. */
    readonly compromisedSince?: number;
  } | null;
  /** The person that an act of a party is about, with what stands beside them. */
  readonly about?: PersonPage;
  /** Who cleared it here before it was signed; ours alone know. */
  readonly clearance?: ClearanceView;
  readonly receipts: readonly { readonly party: number; readonly at?: number; readonly size?: number }[];
  readonly witnesses: readonly { readonly host: string; readonly at?: number; readonly size?: number }[];
  /** Documents of the same matter, in reading order; where there are very many, what opened it and the latest of each party. */
  readonly thread: readonly TableRow[];
  readonly moreInThread: number;
  /** Hashes, one click away: entry id, leaf hash, log position, root. */
  readonly evidence: {
    readonly id: string;
    readonly leafHash: string;
    readonly origin: string;
    readonly index: number;
    readonly size: number;
    readonly root: string;
  };
  /** Exact entry bytes and body text, base64. */
  readonly entry: string;
  readonly body: string;
};

/** What a signing client needs: every log's verified head. `proof` runs from the size asked for in the query. */
export type SigningView = {
  readonly channel: string;
  readonly charter: string;
  readonly cards: readonly string[];
  readonly us: number;
  readonly gen: string;
  /** The notes that opened later generations, by which a head under one of their keys is known. */
  readonly generations: readonly string[];
  readonly heads: readonly {
    readonly party: number;
    readonly gen: string;
    readonly origin: string;
    readonly note: string;
    readonly proof: readonly string[];
  }[];
};
