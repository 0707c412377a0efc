import type { Sha256 } from '../../base/ports.ts';
import type { Fields, Kind } from '../../document/kind.ts';
import type { ConsultationJoint } from './consultation.ts';
import { type ExchangeJoint, type Revealed, revealedIn } from './exchange.ts';
import type { Joint } from './joint.ts';
import { rowsIn, textIn, textsIn, type Words } from './reading.ts';
import { type StatementItem, type StatementJoint, statementItems } from './statement.ts';
import { amendmentWords, type TextJoint, type TextVersion, type VersionWords, versionWords } from './text.ts';
import { type FigureCheck, type TranslationJoint, translationCheck } from './translation.ts';
import type { UndertakingJoint } from './undertaking.ts';

/** A document as it was opened here; a content field named in `erased` is no longer held. */
export type Opened = { readonly kind: Kind; readonly fields: Fields; readonly erased: readonly string[] };

/** What an undertaking says. Parties that are not of this channel are named, and cannot be bound here. */
export type UndertakingWords = { readonly subject: Words<string>; readonly condition?: Words<string>; readonly nonParties: Words<readonly string[]> };

/** A joint state with the words that go with it. What is left out was not opened here; `gone` was erased. */
export type JointView =
  | Exclude<Joint, UndertakingJoint | ConsultationJoint | StatementJoint | TextJoint | ExchangeJoint | TranslationJoint>
  | (UndertakingJoint & { readonly words?: UndertakingWords })
  | (ConsultationJoint & { readonly topics?: Words<readonly { readonly topic: string; readonly track: string }[]> })
  | (StatementJoint & { readonly items?: Words<readonly StatementItem[]> })
  | (TextJoint & {
      /** By entry id of the version. */
      readonly words: Readonly<Record<string, Words<VersionWords>>>;
      /** By entry id of the amendment. */
      readonly proposals: Readonly<Record<string, Words<{ readonly text: string; readonly reason: string }>>>;
    })
  | (ExchangeJoint & { readonly revealed: readonly Revealed[] })
  | (TranslationJoint & { readonly check?: Words<FigureCheck> });

/**
 * Entry ids of the documents whose words a joint state is shown with. What each party wrote comes by turns: where not all can be opened, nobody who writes
 * very many documents keeps another's closed.
 */
export function wordedIn(joint: Joint): readonly string[] {
  switch (joint.kind) {
    case 'undertaking':
    case 'consultation':
    case 'statement':
      return [joint.entry];
    case 'text': {
      const amendments = joint.versions.flatMap(({ articles }) => articles.flatMap((one) => one.amendments));
      // Those that several have signed matter most: whether they hold brackets says how far they have come.
      const versions = [...joint.versions].sort((a, b) => signersOf(b) - signersOf(a));
      const byParty = Map.groupBy([...versions, ...amendments], ({ party }) => party);
      return inTurn([...byParty.values()].map((written) => written.map(({ entry }) => entry)));
    }
    case 'simultaneous_exchange':
      return inTurn(joint.sides.map(({ reveals }) => reveals.map(({ entry }) => entry)));
    case 'translation':
      return [joint.of, joint.entry];
    default:
      return [];
  }
}

function signersOf({ signatures }: TextVersion): number {
  return signatures.parties.filter(({ steps }) => steps.length > 0).length;
}

/** The first of each list, then the second of each, and so on. */
export function inTurn<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const longest = lists.reduce((most, { length }) => Math.max(most, length), 0);
  const taken: T[] = [];
  for (let at = 0, left = lists; at < longest; at++) {
    left = left.filter(({ length }) => length > at);
    for (const list of left) taken.push(list[at] as T);
  }
  return taken;
}

/** A joint state with its words, from what was opened here by entry id. Pure, and total over what anybody sent. */
export function withWords(joint: Joint, opened: ReadonlyMap<string, Opened>, by: { readonly channel: string; readonly sha256: Sha256 }): JointView {
  switch (joint.kind) {
    case 'undertaking': {
      const document = opened.get(joint.entry);
      return document === undefined ? joint : { ...joint, words: undertakingWords(document) };
    }
    case 'consultation': {
      const document = opened.get(joint.entry);
      return document === undefined ? joint : { ...joint, topics: topicsIn(document.fields) };
    }
    case 'statement': {
      const document = opened.get(joint.entry);
      return document === undefined ? joint : { ...joint, items: statementItems(joint, document.fields) };
    }
    case 'text':
      return textView(joint, opened);
    case 'simultaneous_exchange': {
      const fields = new Map([...opened].map(([id, document]) => [id, document.fields]));
      const { revealed, findings } = revealedIn(joint, by, fields);
      return { ...joint, revealed, findings: [...joint.findings, ...findings] };
    }
    case 'translation': {
      const [original, own] = [opened.get(joint.of), opened.get(joint.entry)];
      return original === undefined || own === undefined ? joint : { ...joint, check: translationCheck(original, own.fields) };
    }
    default:
      return joint;
  }
}

function textView(joint: TextJoint, opened: ReadonlyMap<string, Opened>): JointView {
  const words: Record<string, Words<VersionWords>> = {};
  const proposals: Record<string, ReturnType<typeof amendmentWords>> = {};
  for (const version of joint.versions) {
    const document = opened.get(version.entry);
    if (document !== undefined) words[version.entry] = versionWords(version, document.fields);
    for (const { amendments } of version.articles)
      for (const { entry } of amendments) {
        const proposal = opened.get(entry);
        if (proposal !== undefined) proposals[entry] = amendmentWords(proposal.fields);
      }
  }
  return {
    ...joint,
    words,
    proposals,
    findings: [...joint.findings, ...Object.values(words).flatMap((one) => (one === 'gone' ? [] : one.findings))],
  };
}

function undertakingWords({ fields, erased }: Opened): UndertakingWords {
  const word = (name: string): Words<string> => (erased.includes(name) ? 'gone' : textIn(fields, name));
  const condition = word('condition');
  return {
    subject: word('subject'),
    ...(condition === '' ? {} : { condition }),
    nonParties: erased.includes('non_parties') ? 'gone' : textsIn(fields, 'non_parties'),
  };
}

function topicsIn(fields: Fields): Words<readonly { readonly topic: string; readonly track: string }[]> {
  if (!Array.isArray(fields.topics)) return 'gone';
  return rowsIn(fields, 'topics').map((row) => ({ topic: textIn(row, 'topic'), track: textIn(row, 'track') }));
}
