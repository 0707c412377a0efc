/** What the page of people and `parley people` show. All ids are base64url, all instants whole seconds UTC. */
import type { Posts } from './joint/posts.ts';
import type { PersonView } from './views.ts';

/** Who said here that they looked at a change of the other side, and when. Kept here alone, never sent. */
export type AcknowledgedView = { readonly by: string; readonly at: number };

/** A change of another party's people or keys that nobody here has acknowledged. */
export type ChangeView = {
  readonly entry: string;
  readonly party: number;
  readonly partyName: string;
  readonly act: 'accredit' | 'return' | 'rotate' | 'generation';
  /** Whom it is about; empty for a key event and a generation. */
  readonly name: string;
  readonly post: string;
  /** Number of a key event. */
  readonly event?: number;
  /** Claimed; 0 where none is. */
  readonly time: number;
};

/** One act about a person, in the order of the log. */
export type PersonAct = {
  readonly act: 'accredit' | 'recall' | 'return' | 'end';
  readonly entry: string;
  readonly time: number;
  /** Signed by the party's identity keys, or by a representative who may recall. */
  readonly by: 'identity' | 'representative';
  readonly effectiveAt?: number;
  readonly reason?: string;
  readonly acknowledged?: AcknowledgedView;
  /** Given by another party, and nobody here has acknowledged it. */
  readonly pending?: true;
};

/** What a party says beside a person: it changes nobody's validity. */
export type BesideView = {
  readonly kind: 'agrement' | 'compromise';
  readonly party: number;
  readonly entry: string;
  readonly time: number;
  readonly signer: string;
  /** `granted` or `refused`. */
  readonly agrement?: string;
  readonly compromisedSince?: number;
};

/** A person with their whole mission, and what is said beside them; the latest statement of each party and kind alone. */
export type PersonPage = PersonView & {
  readonly acts: readonly PersonAct[];
  readonly beside: readonly BesideView[];
  /** Entry that waits for an acknowledgement here before anything they sign is used. */
  readonly pending?: string;
};

/** The identity of a party in this channel. */
export type IdentityPage = {
  readonly party: number;
  readonly name: string;
  /** Ten words for its keys, to read aloud. */
  readonly sentence: string;
  readonly keys: number;
  readonly threshold: number;
  /** Number of the key event in force; 0 for the inception. */
  readonly event: number;
  /** The last key event here. */
  readonly rotated?: { readonly entry: string; readonly time: number; readonly acknowledged?: AcknowledgedView; readonly pending?: true };
  /** Two key events of one number: in which channels. */
  readonly fork?: { readonly event: number; readonly channels: readonly string[] };
  /** Another channel has a later key event that has not come here. */
  readonly behind?: { readonly event: number; readonly channel: string };
};

export type PeoplePage = {
  readonly channel: string;
  readonly us: number;
  readonly identities: readonly IdentityPage[];
  readonly people: readonly PersonPage[];
  /** Who was at which post when, and the posts that both sides have. */
  readonly posts: Posts;
  readonly toAcknowledge: readonly ChangeView[];
};
