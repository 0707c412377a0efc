/** What the people's door says of notices, and what a notice may say: metadata, never a word of a document. */

/** What somebody can be told of. The `due_*` are told once each, of what we owe and of what we are owed. */
export const NOTICE_EVENTS = ['document', 'owed', 'due_24h', 'due_4h', 'due_1h', 'late', 'fork', 'keys'] as const;
export type NoticeEvent = (typeof NOTICE_EVENTS)[number];

/** How long before a deadline each of these is told, in seconds; the shortest last. */
export const DUE_BEFORE = { due_24h: 86_400, due_4h: 14_400, due_1h: 3600 } as const satisfies Partial<Record<NoticeEvent, number>>;

/**
 * One thing to be told. Every member is metadata of ours or of the frame: no subject, no text, no name of a person, no reference that the other side wrote.
 */
export type NoticeItem = {
  readonly event: NoticeEvent;
  readonly channel: string;
  readonly channelTitle: string;
  /** The other party, an organisation. */
  readonly with: string;
  /** A kind that this version knows; left out for another, and where it is about no document. */
  readonly kind?: string;
  readonly entry?: string;
  /** Our document whose reference it bears. That one is looked up each time it is told: what its author erased since stands in no job, and leaves with none. */
  readonly refOf?: string;
  /** The reference that our own side gave, once it was looked up. */
  readonly ref?: string;
  readonly urgency?: string;
  readonly exercise?: true;
  /** Who owes, where something is owed. */
  readonly owes?: 'us' | 'them';
  /** The debtor said it, and owes what follows: nobody asked. */
  readonly follows?: true;
  /** A silence that runs until then: nothing is owed, and `owes` says who agrees by saying nothing. */
  readonly silence?: true;
  readonly dueAt?: number;
  /** The page of the node that says more: a path from its root. */
  readonly path: string;
};

/** What leaves in one piece: some items, and how many there were beyond them. `id` stays through every attempt, so that a double is recognised. */
export type NoticeMessage = {
  readonly id: string;
  readonly event: NoticeEvent | 'digest' | 'test';
  readonly at: number;
  readonly items: readonly NoticeItem[];
  readonly more: number;
  /** What stands in the inbox, where it is a digest. */
  readonly inbox?: InboxCounts;
};

/** How much awaits us and awaits the others, over all channels, also beyond what lists show, and how much of it is late. */
export type InboxCounts = {
  readonly awaitingUs: number;
  readonly awaitingThem: number;
  readonly watch: number;
  readonly lateOfUs: number;
  readonly lateOfThem: number;
};

/** Where notices go. */
export type NoticeTarget = { readonly mail: string } | { readonly webhook: string };

/** One subscription. `channels` empty: all, also those to come. `digestHour`: once a day at that hour UTC; left out: as it happens. */
export type SubscriptionView = {
  readonly id: string;
  readonly target: NoticeTarget;
  readonly channels: readonly string[];
  readonly events: readonly NoticeEvent[];
  readonly digestHour?: number;
  readonly createdAt: number;
  /** Whose it is, by name. */
  readonly person: string;
  /** Messages that wait to be handed out, and those that were given up. */
  readonly waiting: number;
  readonly failed: number;
  /** Why the last attempt came to nothing, where it did. */
  readonly trouble?: string;
};

/** Somebody's calendar address; the address itself is shown once, when it is made. */
export type FeedView = { readonly createdAt: number; readonly usedAt?: number };

export type NoticesView = {
  /** Whether this node hands out mail, and as whom. */
  readonly mail: { readonly on: boolean; readonly from?: string };
  /** Names of the webhooks that the configuration pins. */
  readonly webhooks: readonly string[];
  /** What is wrong with the configuration, where something is. */
  readonly fault?: string;
  readonly subscriptions: readonly SubscriptionView[];
  readonly feed?: FeedView;
};
