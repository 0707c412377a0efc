import type { AccreditationAct, Scope } from '../../document/accreditation.ts';
import type { Fields } from '../../document/kind.ts';

/** A scenario as read: who takes part, and what happens, in the order in which it is told (docs/scenarios.md). */
export type Scenario = {
  readonly title: string;
  /** Title of the channel on both sides' screens. */
  readonly channel: string;
  /** Name of the neutral host. */
  readonly host: string;
  readonly languages: readonly string[];
  /** Marking of documents that do not say their own. */
  readonly marking: string;
  /** Names of the shipped procedures that the channel is founded with; the usual ones where neither these nor a profile are named. */
  readonly procedures?: readonly string[];
  /** Name of the profile that both sides choose; its procedures are the channel's. */
  readonly profile?: string;
  /** Facts that the lines above the acts enact. */
  readonly facts: readonly string[];
  /** Not one channel: the first party has one with each of the others. */
  readonly round?: true;
  readonly parties: readonly ScenarioParty[];
  readonly people: readonly ScenarioPerson[];
  readonly steps: readonly Step[];
};

/** One party; `slug` names its directory: `united-states`. */
export type ScenarioParty = { readonly name: string; readonly slug: string };

/** Somebody who signs for a party; accredited before the first act unless a sentence does it later. */
export type ScenarioPerson = {
  readonly name: string;
  readonly slug: string;
  readonly post: string;
  readonly party: number;
  readonly scope: Scope;
};

/** One step of the telling. */
export type Step = Part | Act | Expectation | Wait;

/** Of a round: the parties, by index, in whose channels with the first party a step is; in each of them the first is party 0 and the other party 1. */
export type Among = readonly number[];

/** The title under which the steps that follow stand. */
export type Part = { readonly step: 'part'; readonly line: number; readonly title: string };

/** A field of an act as written; `text` has its lines joined. */
export type FieldText = { readonly line: number; readonly name: string; readonly text: string };

/** What somebody does: a document signed by a person, or an act about a person signed by the party's identity keys (`kind` is then `identity`). */
export type Act = {
  readonly step: 'act';
  readonly line: number;
  /** Stays the same when the file grows or the act moves: the document's name, else a digest of what is written. */
  readonly key: string;
  /** Digest of what is written, so that a line changed after it was played is noticed. */
  readonly digest: string;
  /** The sentence as written, without its facts. */
  readonly text: string;
  /** When it happened in the story; claimed times on the record are those of the playing. */
  readonly at?: number;
  readonly party: number;
  readonly among?: Among;
  /** Name of the person who signs; the party itself where there is none, and in a round who speaks for it. */
  readonly signer?: string;
  readonly kind: string;
  /** Fields that the sentence itself says. */
  readonly said: Fields;
  readonly peopleAct?: AccreditationAct['act'];
  /** The party's people acknowledge `person`, of the other party; nothing is signed. */
  readonly acknowledges?: true;
  /** Name of the person it is about. */
  readonly person?: string;
  /** Name of the person of the same party who clears it before it is signed. */
  readonly clearedBy?: string;
  /** Name of the document it answers or joins. */
  readonly parent?: string;
  /** The kind of that document. */
  readonly parentKind?: string;
  readonly about: readonly string[];
  readonly name?: string;
  readonly fields: readonly FieldText[];
  /** The facts of its source that this act enacts: `G5`. */
  readonly facts: readonly string[];
};

/** What either side must see at this point of the telling. */
export type Expectation = {
  readonly step: 'expect';
  readonly line: number;
  readonly text: string;
  readonly facts: readonly string[];
  readonly among?: Among;
} & Expected;

/** The things that can be expected. People, parties and documents go by their names. */
export type Expected =
  | { readonly see: 'person'; readonly person: string; readonly state: 'accredited' | 'recalled_for_consultations' | 'ended' }
  | { readonly see: 'delivery'; readonly document: string; readonly witnessed: boolean }
  | { readonly see: 'position'; readonly party: number; readonly document: string; readonly value?: string }
  | { readonly see: 'answered'; readonly document: string; readonly party: number; readonly how: Answered }
  // Of a round, what the first party's node shows over all its channels.
  | { readonly see: 'awaits'; readonly whom: Among }
  | { readonly see: 'timeliness'; readonly document: string; readonly inTime: number; readonly late: number; readonly open: number }
  // `late`: and past its time, so far.
  | { readonly see: 'owed'; readonly document: string; readonly party?: number; readonly late?: true }
  | { readonly see: 'contact'; readonly party: number /** Left out: the first who speaks for it. */; readonly person?: string; readonly gone?: true }
  // `words` are those of a sentence about what is said beside somebody's mission.
  | { readonly see: 'mission'; readonly person: string; readonly words: string }
  | { readonly see: 'files'; readonly document: string }
  // `words` are those of a sentence about something joint.
  | {
      readonly see: 'joint';
      readonly document: string;
      readonly words: string;
      readonly party?: number;
      readonly number?: number;
      readonly state?: string;
    }
  | { readonly see: 'same' };

/** Time that passes: until so many seconds after the moment at which a document expires or is due, or before it where that is negative. */
export type Wait = {
  readonly step: 'wait';
  readonly line: number;
  readonly text: string;
  readonly document: string;
  readonly until: 'expires' | 'is due';
  readonly offset: number;
  readonly among?: Among;
};

/** How a party has answered what asks it: `not` while it has said nothing. */
export type Answered = 'in time' | 'late' | 'not';

/** A line that cannot be read, said in a sentence: `line 12: ...`. */
export type ScenarioFault = { readonly line: number; readonly sentence: string };
