import { type Bracket, bracketsOf } from '../../document/brackets.ts';
import type { Fields } from '../../document/kind.ts';
import type { Act } from '../matter.ts';
import { isAcceptedByAll, type Stand, standsOn } from './positions.ts';
import { actsOfType, type Finding, finding, type Reading, rowsIn, type Said, said, textIn, type Words } from './reading.ts';
import { type Powers, type Signatures, signaturesOf } from './signatures.ts';

/** One amendment of an article: it stands beside the others as an alternative, and is agreed where every party accepts it. */
export type AmendmentJoint = Said & {
  readonly operation: string;
  /** The amendment that it amends, where it does. */
  readonly to?: string;
  readonly stands: readonly Stand[];
  readonly agreed: boolean;
  readonly withdrawn?: true;
};

/** Readings that parties attach to a document. */
export type Attached = Said & { readonly what: 'interpretative_statement' | 'reservation'; readonly withdrawn?: true };

/** How far one version of a text has come, by what every party did with that version. */
export type VersionState = 'tabled' | 'agreed_ad_referendum' | 'initialled' | 'adopted' | 'withdrawn';

/** One version of a text: its state, who signed it, and the amendments proposed to it, article by article. */
export type TextVersion = Said & {
  readonly state: VersionState;
  readonly stands: readonly Stand[];
  readonly signatures: Signatures;
  readonly articles: readonly { readonly article: string; readonly amendments: readonly AmendmentJoint[] }[];
  readonly attached: readonly Attached[];
};

/** A text through its versions. Two that stand beside each other both stand; adopting one is signing that one. */
export type TextJoint = {
  readonly kind: 'text';
  readonly entry: string;
  readonly versions: readonly TextVersion[];
  readonly findings: readonly Finding[];
};

/** An article in its words, with what is still in brackets and whose it is. `wrong`: its brackets do not pair, are too deep or too many. */
export type ArticleWords = {
  readonly number: string;
  readonly heading: string;
  readonly text: string;
  readonly brackets: readonly Bracket[];
  readonly wrong?: string;
};

/** A version in its words. `byWhom`: open brackets by the name before the colon, empty for those that name nobody. */
export type VersionWords = {
  readonly articles: readonly ArticleWords[];
  readonly brackets: number;
  readonly byWhom: readonly { readonly whose: string; readonly count: number }[];
  readonly state: VersionState | 'accepted_with_brackets';
  readonly findings: readonly Finding[];
};

/** Articles of a version that a sentence names. */
const MAX_NAMED = 12;

/** The text that this act opened, with its later versions. */
export function textOf(reading: Reading, act: Act, powers: Powers = new Map()): TextJoint {
  const versions = actsOfType(reading, 'text').map((version) => versionOf(reading, version, powers));
  const findings = versions.flatMap((version) => [...version.signatures.findings, ...amendedAfterAdopting(reading, version)]);
  return { kind: 'text', entry: act.id, versions, findings };
}

/** Amendments by which a side proposes to change what it has adopted itself, in the order of its own log. */
function amendedAfterAdopting({ byId }: Reading, { signatures, articles }: TextVersion): readonly Finding[] {
  const adopted = new Map(signatures.parties.map(({ party, steps }) => [party, steps.find(({ step }) => step === 'adopted')?.entry ?? '']));
  const placeOf = (entry: string): number => byId.get(entry)?.index ?? Number.POSITIVE_INFINITY;
  return articles
    .flatMap(({ amendments }) => amendments)
    .filter(({ entry, party }) => placeOf(entry) > placeOf(adopted.get(party) ?? ''))
    .map(({ entry }) => finding({ id: entry }, 'joint.finding.amended_adopted'));
}

/**
 * A version with its words: what is adopted holds no bracket, so one that does is not adopted, whoever signed that; and what every party accepts with
 * brackets in it is accepted so, and not agreed.
 */
export function versionWords(version: TextVersion, fields: Fields): Words<VersionWords> {
  if (!Array.isArray(fields.articles)) return 'gone';
  const articles = rowsIn(fields, 'articles').map((row): ArticleWords => {
    const text = textIn(row, 'text');
    const read = bracketsOf(text);
    const base = { number: textIn(row, 'number'), heading: textIn(row, 'heading'), text };
    return 'wrong' in read ? { ...base, brackets: [], wrong: read.wrong } : { ...base, brackets: read.brackets };
  });
  const all = articles.flatMap(({ brackets }) => brackets);
  const counts = new Map<string, number>();
  for (const { whose = '' } of all) counts.set(whose, (counts.get(whose) ?? 0) + 1);
  const isOpen = all.length > 0 || articles.some(({ wrong }) => wrong !== undefined);
  const adopted = version.signatures.parties.flatMap(({ steps }) => steps.filter(({ step }) => step === 'adopted'));
  return {
    articles,
    brackets: all.length,
    byWhom: [...counts].map(([whose, count]) => ({ whose, count })).sort((a, b) => b.count - a.count || (a.whose < b.whose ? -1 : 1)),
    state: isOpen ? openState(version) : version.state,
    findings: [
      ...(isOpen ? adopted.map(({ entry }) => finding({ id: entry }, 'joint.finding.adopted_with_brackets', { count: all.length })) : []),
      ...amendedNowhere(version, articles),
    ],
  };
}

/** Amendments of articles that a version has not: of one that is to be inserted there may be some. Those of an amendment speak of its own words. */
function amendedNowhere({ articles }: TextVersion, words: readonly ArticleWords[]): readonly Finding[] {
  const numbers = new Set(words.map(({ number }) => number));
  const listed = words.slice(0, MAX_NAMED).map(({ number }) => number);
  return articles.flatMap(({ article, amendments }) => {
    if (numbers.has(article) || amendments.some(({ operation }) => operation === 'insert')) return [];
    const values = { article, articles: `${listed.join(', ')}${words.length > MAX_NAMED ? ', …' : ''}` };
    return amendments
      .filter(({ to }) => to === undefined)
      .map(({ entry, operation }) => finding({ id: entry }, 'joint.finding.amends_no_article', { ...values, operation }));
  });
}

/** How far a version has come that has brackets in it. */
function openState({ state, signatures }: TextVersion): VersionWords['state'] {
  if (state === 'adopted') return signatures.joint.includes('initialled') ? 'initialled' : 'tabled';
  return state === 'agreed_ad_referendum' ? 'accepted_with_brackets' : state;
}

/** Interpretative statements and reservations that answer this document. */
export function attachedTo({ answers, withdrawn }: Reading, id: string): readonly Attached[] {
  return (answers.get(id) ?? []).flatMap((act) => {
    if (act.type !== 'interpretative_statement' && act.type !== 'reservation') return [];
    return [{ ...said(act), what: act.type, ...(withdrawn.has(act.id) ? { withdrawn: true as const } : {}) }];
  });
}

function versionOf(reading: Reading, version: Act, powers: Powers): TextVersion {
  const signatures = signaturesOf(reading, version.id, powers);
  const stands = standsOn(reading, version.id);
  const isTouched = signatures.parties.some(({ party, steps }) => party !== version.party && steps.length > 0);
  return {
    ...said(version),
    state: reading.withdrawn.has(version.id) && !isTouched ? 'withdrawn' : stateOf(signatures, isAcceptedByAll(reading, version, stands, signatures)),
    stands,
    signatures,
    articles: articlesOf(reading, version),
    attached: attachedTo(reading, version.id),
  };
}

function stateOf({ joint }: Signatures, accepted: boolean): VersionState {
  if (joint.includes('adopted')) return 'adopted';
  if (joint.includes('initialled')) return 'initialled';
  return accepted || joint.includes('signed-ad-referendum') || joint.includes('signed') ? 'agreed_ad_referendum' : 'tabled';
}

/** Amendments to a version, and amendments to those, by the article they name. */
function articlesOf(reading: Reading, version: Act): TextVersion['articles'] {
  const found = (reading.answers.get(version.id) ?? []).filter(({ type }) => type === 'amendment');
  for (const act of found) for (const next of reading.answers.get(act.id) ?? []) if (next.type === 'amendment') found.push(next);
  const groups = Map.groupBy(found, ({ frame }) => textIn(frame, 'article'));
  return [...groups]
    .map(([article, acts]) => ({ article, amendments: acts.map((act) => amendmentOf(reading, version, act)).sort(byPlace) }))
    .sort((a, b) => byNumber(a.article, b.article));
}

function amendmentOf(reading: Reading, version: Act, act: Act): AmendmentJoint {
  const stands = standsOn(reading, act.id);
  const isWithdrawn = reading.withdrawn.has(act.id);
  const to = act.refs[0];
  return {
    ...said(act),
    operation: textIn(act.frame, 'operation'),
    ...(to === undefined || to === version.id ? {} : { to }),
    stands,
    agreed: !isWithdrawn && isAcceptedByAll(reading, act, stands, signaturesOf(reading, act.id)),
    ...(isWithdrawn ? { withdrawn: true as const } : {}),
  };
}

function byPlace(a: Said, b: Said): number {
  return a.party - b.party || a.time - b.time || (a.entry < b.entry ? -1 : 1);
}

/** Article 2 before article 10; without a locale, so that both sides have one order. */
function byNumber(a: string, b: string): number {
  const number = (text: string): number => Number(/^\d{1,6}/.exec(text)?.[0] ?? Number.MAX_SAFE_INTEGER);
  return number(a) - number(b) || (a < b ? -1 : 1);
}

/** The words that an amendment proposes, from its opened fields. */
export function amendmentWords(fields: Fields): Words<{ readonly text: string; readonly reason: string }> {
  if (typeof fields.text !== 'string' && fields.operation !== 'delete') return 'gone';
  return { text: textIn(fields, 'text'), reason: textIn(fields, 'reason') };
}
