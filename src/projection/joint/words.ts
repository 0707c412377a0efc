import type { Sha256 } from '../../base/ports.ts';
import type { Fields, Kind } from '../../document/kind.ts';
import type { ConsultationJoint } from './consultation.ts';
import { type ExchangeJoint, type Revealed, revealedIn } from './exchange.ts';
import type { InstrumentJoint } from './instrument.ts';
import type { Joint } from './joint.ts';
import { type Finding, rowsIn, textIn, textsIn, type Words } from './reading.ts';
import type { RecordJoint } from './record.ts';
import { type StatementItem, type StatementJoint, statementItems } from './statement.ts';
import { amendmentWords, type TextJoint, type TextVersion, type VersionWords, versionWords } from './text.ts';
import { type FigureCheck, type TranslationJoint, translationCheck, translationFindings, wordsOf } from './translation.ts';
import type { UndertakingJoint } from './undertaking.ts';

/** A document as it was opened here; a content field named in `erased` is no longer held. */
export type Opened = { readonly kind: Kind; readonly fields: Fields; readonly erased: readonly string[] };

/** What an undertaking says. Parties that are not of this channel are named, and cannot be bound here. */
export type UndertakingWords = { readonly subject: Words<string>; readonly condition?: Words<string>; readonly nonParties: Words<readonly string[]> };

/** What an instrument says in one language. */
export type LanguageVersion = { readonly language: string; readonly authentic: boolean; readonly text: string };

/** What a side asks to have corrected: in which item of the record, where it says so. */
export type CorrectionWords = { readonly item: string; readonly text: string };

/** Both texts of a translation, as they are set against each other. */
export type BothTexts = { readonly original: string; readonly language: string; readonly translation: string };

/** A joint state with the words that go with it. What is left out was not opened here; `gone` was erased. `unread`: more of its affair might say something of it than was looked at. */
export type JointView = WordedView & { readonly unread?: true };

type WordedView =
  | Exclude<
      Joint,
      UndertakingJoint | ConsultationJoint | StatementJoint | TextJoint | ExchangeJoint | TranslationJoint | InstrumentJoint | RecordJoint
    >
  | (UndertakingJoint & { readonly words?: UndertakingWords })
  | (ConsultationJoint & { readonly topics?: Words<readonly { readonly topic: string; readonly track: string }[]> })
  | (StatementJoint & { readonly items?: Words<readonly StatementItem[]> })
  | (TextJoint & {
      /** By entry id of the version. */
      readonly words: Readonly<Record<string, Words<VersionWords>>>;
      /** By entry id of the amendment. */
      readonly proposals: Readonly<Record<string, Words<{ readonly text: string; readonly reason: string }>>>;
    })
  | (InstrumentJoint & { readonly languages?: Words<readonly LanguageVersion[]> })
  | (RecordJoint & {
      /** By entry id of the correction that is asked for. */
      readonly asked: Readonly<Record<string, Words<CorrectionWords>>>;
    })
  | (ExchangeJoint & { readonly revealed: readonly Revealed[] })
  | (TranslationJoint & { readonly check?: Words<FigureCheck>; readonly texts?: BothTexts; readonly findings?: readonly Finding[] });

/**
 * Entry ids of the documents whose words a joint state is shown with. What each party wrote comes by turns: where not all can be opened, nobody who writes
 * very many documents keeps another's closed.
 */
export function wordedIn(joint: Joint): readonly string[] {
  switch (joint.kind) {
    case 'undertaking':
    case 'consultation':
    case 'statement':
    case 'instrument':
      return [joint.entry];
    case 'record':
      return joint.versions.flatMap(({ corrections }) => corrections.map(({ entry }) => entry));
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
    case 'instrument': {
      const document = opened.get(joint.entry);
      return document === undefined ? joint : { ...joint, languages: languagesIn(document) };
    }
    case 'record':
      return { ...joint, asked: askedIn(joint, opened) };
    case 'text':
      return textView(joint, opened);
    case 'simultaneous_exchange': {
      const fields = new Map([...opened].map(([id, document]) => [id, document.fields]));
      const { revealed, findings } = revealedIn(joint, by, fields);
      return { ...joint, revealed, findings: [...joint.findings, ...findings] };
    }
    case 'translation': {
      const [original, own] = [opened.get(joint.of), opened.get(joint.entry)];
      if (original === undefined || own === undefined) return joint;
      const findings = translationFindings(original, own.fields).map((phrase) => ({ entry: joint.entry, phrase }));
      // Where there never were words, none are gone.
      const hasWords = !findings.some(({ phrase }) => phrase.id === 'joint.finding.translation_of_nothing');
      const check = hasWords ? translationCheck(original, own.fields) : undefined;
      return {
        ...joint,
        ...(check === undefined ? {} : { check }),
        ...(check === undefined || check === 'gone' ? {} : { texts: textsOf(original, own) }),
        findings,
      };
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

function languagesIn({ fields, erased }: Opened): Words<readonly LanguageVersion[]> {
  if (erased.includes('versions')) return 'gone';
  return rowsIn(fields, 'versions').map((row) => ({
    language: textIn(row, 'language'),
    authentic: row.authentic === true,
    text: textIn(row, 'text'),
  }));
}

function askedIn({ versions }: RecordJoint, opened: ReadonlyMap<string, Opened>): Readonly<Record<string, Words<CorrectionWords>>> {
  const asked = versions.flatMap(({ corrections }) => corrections.map(({ entry }) => entry));
  return Object.fromEntries(
    asked.flatMap((entry) => {
      const document = opened.get(entry);
      if (document === undefined) return [];
      const { fields, erased } = document;
      return [[entry, erased.includes('text') ? ('gone' as const) : { item: textIn(fields, 'item'), text: textIn(fields, 'text') }] as const];
    }),
  );
}

function textsOf(original: Opened, own: Opened): BothTexts {
  const { kind, fields } = original;
  return {
    original: wordsOf(kind, fields),
    language: textIn(fields, kind.id === 'translation' ? 'language' : 'lang'),
    translation: textIn(own.fields, 'text'),
  };
}

function topicsIn(fields: Fields): Words<readonly { readonly topic: string; readonly track: string }[]> {
  if (!Array.isArray(fields.topics)) return 'gone';
  return rowsIn(fields, 'topics').map((row) => ({ topic: textIn(row, 'topic'), track: textIn(row, 'track') }));
}
