/** What the pages of dossiers show: matters, with what each party says of them. */
import type { Json } from '../base/json.ts';
import type { Phrase } from '../base/phrases.ts';
import type { JointLine } from './joint/line.ts';
import type { JointView } from './joint/words.ts';
import type { DueView, TableRow } from './views.ts';

/** One party's stance on a claim; absent `value` means not answered. */
export type PositionView = {
  readonly party: number;
  readonly value?: string;
  readonly explanation?: string;
  readonly entry?: string;
  readonly time?: number;
  readonly earlier: number;
  /** It is of words that the claim has no more: they were said anew. */
  readonly earlierWords?: true;
};

export type MatterView = {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly summary: Phrase;
  readonly opener: number;
  readonly fields: { readonly [name: string]: Json };
  readonly positions: readonly PositionView[];
  /** What is joint in it, each by its kind: who signed, a session's accounts, what is undertaken. */
  readonly joint: readonly JointView[];
  readonly due: readonly DueView[];
  readonly rows: readonly TableRow[];
};

export type DossierView = {
  readonly id: string;
  readonly channel: string;
  /** What opened it, in the words that this has now; `corrected` where its author said them anew. */
  readonly title: string;
  readonly corrected?: TableRow['corrected'];
  readonly matters: readonly MatterView[];
  /** Claims of this part. */
  readonly agreed: number;
  readonly disputed: number;
  readonly open: number;
  /** Which part of it this is, from 1 on, of how many; how many matters there are in all, and by party in the other parts. */
  readonly part: number;
  readonly parts: number;
  readonly total: number;
  readonly elsewhere: readonly { readonly party: number; readonly count: number }[];
  /** Documents of these matters that have no row here. */
  readonly moreDocuments: number;
};

export type DossierListItem = {
  readonly id: string;
  readonly title: string;
  /** Its title was corrected, and is the one that counts now. */
  readonly corrected?: true;
  readonly kind: string;
  /** The party that opened it, and its own reference; no party where what opened it is not here. */
  readonly opener: number;
  readonly ref: string;
  readonly matters: number;
  readonly documents: number;
  /** There are more documents than were counted. */
  readonly moreDocuments?: true;
  /** Where what opened it stands, in a line or two; none where it is not known without opening it. */
  readonly states: readonly JointLine[];
  /** Time of the latest of the newest documents looked at. */
  readonly latest: number;
};
